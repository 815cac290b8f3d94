"""What a mapping file (TOML) says: which column is what, what its values mean, and who takes the complaints."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from complaints.importing.toml_keys import Keys
from complaints.models import Complaint, Language
from complaints.models.complaint import RemedyKind

COLUMNS = (
    "id", "narrative", "received_at", "answered_at", "status", "language", "category", "topic", "product", "issue",
    "department", "wants", "severity", "aspect",
)  # fmt: skip
CUSTOMER_COLUMNS = (
    "id", "full_name", "address_as", "phone", "email", "account_number", "username", "address",
)  # fmt: skip
CHOICES: dict[str, tuple[str, ...]] = {
    "language": tuple(Language.values),
    "severity": tuple(Complaint.Severity.values),
    "aspect": tuple(Complaint.Aspect.values),
    "wants": tuple(RemedyKind.values),
}
FINISHED_AS = ("closed", "in_progress")
ANSWER_MISSING = ("received_at", "refuse")
LONGEST_SOURCE = 40


class MappingRefused(Exception):
    """The mapping cannot be used; `sentences` name each key and what is wrong with it."""

    def __init__(self, sentences: list[str]) -> None:
        self.sentences = sentences
        super().__init__(" ".join(sentences))


@dataclass(frozen=True)
class Names:
    """What the file calls departments or categories: `known` translates, and `create` makes what is not there."""

    create: bool
    known: dict[str, str]

    def ours(self, theirs: str) -> str:
        return self.known.get(theirs, theirs)


@dataclass(frozen=True)
class Mapping:
    """Everything the import has to be told; columns by our names, as the file calls them."""

    source: str
    finished_as: str
    answer_missing: str
    delimiter: str
    sheet: str
    zone: ZoneInfo
    date_formats: tuple[str, ...]
    nulls: frozenset[str]
    unescape: bool
    columns: dict[str, str]
    customer: dict[str, str]
    keep: tuple[str, ...]
    finished: frozenset[str]
    open: frozenset[str]
    values: dict[str, dict[str, str]]
    language: str
    severity: str
    wants: tuple[str, ...]
    country: str
    category: str
    home_department: str
    owner: str
    departments: Names
    categories: Names

    @property
    def columns_read(self) -> list[str]:
        """Every column of the file that is looked at, in the order the mapping names them."""
        return list(dict.fromkeys([*self.columns.values(), *self.customer.values(), *self.keep]))


def load_mapping(path: Path) -> Mapping:
    """Raises MappingRefused with every flaw it finds."""
    try:
        with path.open("rb") as file:
            values = tomllib.load(file)
    except OSError as reason:
        raise MappingRefused([f"{path} cannot be read: {reason.strerror or reason}."]) from reason
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as reason:
        raise MappingRefused([f"{path.name} is not TOML: {reason}."]) from reason
    flaws: list[str] = []
    mapping = _read(Keys(values, flaws), flaws)
    if flaws:
        raise MappingRefused(flaws)
    return mapping


def _read(top: Keys, flaws: list[str]) -> Mapping:
    file, columns, customer = top.table("file"), top.table("columns"), top.table("customer")
    status, defaults, desk, values = (
        top.table("status"), top.table("defaults"), top.table("desk"), top.table("values"),
    )  # fmt: skip
    mapping = Mapping(
        source=_source(top, flaws),
        finished_as=top.text("finished_as", "closed", among=FINISHED_AS),
        answer_missing=top.text("answer_missing", "received_at", among=ANSWER_MISSING),
        delimiter=_delimiter(file, flaws),
        sheet=file.text("sheet"),
        zone=_zone(file.text("time_zone", None), flaws),
        date_formats=file.texts("date_formats", ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d")),
        nulls=frozenset(file.texts("nulls")) | {""},
        unescape=file.flag("unescape"),
        columns=_columns(columns, COLUMNS, needed=("id", "received_at")),
        customer=_columns(customer, CUSTOMER_COLUMNS),
        keep=columns.texts("keep"),
        finished=frozenset(status.texts("finished")),
        open=frozenset(status.texts("open")),
        values={field: values.table(field).pairs(among=choices) for field, choices in CHOICES.items()},
        language=defaults.text("language", None, among=CHOICES["language"]),
        severity=defaults.text("severity", Complaint.Severity.MEDIUM.value, among=CHOICES["severity"]),
        wants=defaults.texts("wants", (RemedyKind.UNKNOWN.value,), among=CHOICES["wants"]),
        country=defaults.text("country"),
        category=defaults.text("category"),
        home_department=desk.text("home_department", None),
        owner=desk.text("owner", None),
        departments=_names(top.table("departments")),
        categories=_names(top.table("categories")),
    )
    for table in (top, file, columns, customer, status, defaults, desk, values):
        table.rest()
    _check_status(mapping, flaws)
    return mapping


def _source(top: Keys, flaws: list[str]) -> str:
    source = top.text("source", None)
    if len(source) > LONGEST_SOURCE or ":" in source:
        flaws.append(f"“source” is a short name without a colon, {LONGEST_SOURCE} characters at most.")
    return source


def _delimiter(file: Keys, flaws: list[str]) -> str:
    delimiter = file.text("delimiter", ",")
    if len(delimiter) != 1 or delimiter in '"\r\n':
        flaws.append('“file.delimiter” is one character: ",", ";" or "\\t".')
        return ","
    return delimiter


def _zone(name: str, flaws: list[str]) -> ZoneInfo:
    try:
        return ZoneInfo(name or "UTC")
    except (KeyError, ValueError, OSError):
        flaws.append(f"“file.time_zone” is “{name}”, which is no time zone; one is “Asia/Jakarta”, another “UTC”.")
        return ZoneInfo("UTC")


def _columns(table: Keys, fields: tuple[str, ...], needed: tuple[str, ...] = ()) -> dict[str, str]:
    found = {field: table.text(field, None if field in needed or table.has(field) else "") for field in fields}
    return {field: column for field, column in found.items() if column}


def _names(table: Keys) -> Names:
    names = Names(create=table.flag("create"), known=table.table("names").pairs())
    table.rest()
    return names


def _check_status(mapping: Mapping, flaws: list[str]) -> None:
    both = sorted(mapping.finished & mapping.open)
    if both:
        flaws.append(f"“status” calls “{both[0]}” finished and open: it is one of them.")
    if "status" in mapping.columns and not mapping.finished | mapping.open:
        flaws.append("“status.finished” and “status.open” say which values of the status column mean what.")
    if "status" not in mapping.columns and mapping.finished | mapping.open:
        flaws.append("“columns.status” is missing: which column do the values of [status] stand in?")
