"""One row of a file, judged: what it says of a complaint, or everything that is wrong with it."""

from dataclasses import dataclass
from datetime import datetime, time

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from complaints.actions.customers import CustomerFacts, NotAPhoneNumber, normalise_phone
from complaints.importing.cells import Cells, Problem, shown
from complaints.importing.mapping import Mapping, Names
from complaints.importing.table import Line
from complaints.models import Complaint, Customer, Issue

LONGEST_NARRATIVE = 100_000
"""Five times what a form takes: what a customer said cannot be shortened afterwards."""

LONGEST_ID = 150
LONGEST_ADDRESS = 1_000


class BadRow(Exception):
    """Carries every problem of the row."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("; ".join(map(str, problems)))


@dataclass(frozen=True)
class Row:
    """A good row. Moments are UTC; department and category are names as we say them, empty where there is none."""

    number: int
    external_id: str
    received_at: datetime
    answered_at: datetime | None
    is_finished: bool
    narrative: str
    language: str
    severity: str
    aspect: str
    wants: list[str]
    topic: str
    product: str
    issue: str
    department: str
    category: str
    customer_id: str
    customer: CustomerFacts
    kept: str  # columns without a field of ours, for a note among colleagues


@dataclass(frozen=True)
class RowReader:
    """Reads rows as the mapping says. `departments` and `categories` are the names there are, case-folded."""

    mapping: Mapping
    now: datetime
    departments: frozenset[str]
    categories: frozenset[str]

    def read(self, line: Line) -> Row:
        """Raises BadRow."""
        if line.flaw:
            raise BadRow([Problem(line.number, "", line.flaw)])
        cells = Cells(line, self.mapping, self.now)
        row = self._row(cells)
        if cells.problems:
            raise BadRow(cells.problems)
        return row

    def _row(self, cells: Cells) -> Row:
        mapping = self.mapping
        column = {name: mapping.columns.get(name, "") for name in ("narrative", "topic", "product", "issue")}
        finished = self._finished(cells)
        received_at = self._received(cells)
        language = cells.choice("language") or mapping.language
        want = cells.choice("wants")
        return Row(
            number=cells.line.number,
            external_id=self._id(cells),
            received_at=received_at,
            answered_at=self._answered(cells, received_at, finished),
            is_finished=finished,
            narrative=cells.text(column["narrative"], LONGEST_NARRATIVE),
            language=language,
            severity=cells.choice("severity") or mapping.severity,
            aspect=cells.choice("aspect"),
            wants=[want] if want else list(mapping.wants),
            topic=cells.line_of_text(column["topic"], longest(Complaint, "topic")),
            product=cells.line_of_text(column["product"], longest(Complaint, "product")),
            issue=cells.line_of_text(column["issue"], longest(Issue, "words")),
            department=self._name(cells, "department", mapping.departments, self.departments),
            category=self._name(cells, "category", mapping.categories, self.categories) or mapping.category,
            customer_id=cells.line_of_text(mapping.customer.get("id", ""), LONGEST_ID),
            customer=self._customer(cells, language),
            kept=self._kept(cells),
        )

    # -- what every row has to have -------------------------------------------------
    def _id(self, cells: Cells) -> str:
        column = self.mapping.columns["id"]
        external_id = cells.line_of_text(column, LONGEST_ID)
        if not external_id and not cells.is_bad(column):
            cells.note(column, "is empty: the row could not be found again")
        return external_id

    def _finished(self, cells: Cells) -> bool:
        """Without a status column every complaint of the file is open."""
        column, mapping = self.mapping.columns.get("status", ""), self.mapping
        status = cells.line_of_text(column, 200)
        if column and status not in mapping.finished | mapping.open and not cells.is_bad(column):
            says = f"says {shown(status)}" if status else "is empty"
            cells.note(column, f"{says}, which [status] calls neither finished nor open")
        return status in mapping.finished

    def _received(self, cells: Cells) -> datetime:
        column = self.mapping.columns["received_at"]
        moment = cells.moment(column)
        if moment is None and not cells.is_bad(column):
            cells.note(column, "is empty: when was the complaint received?")
        return moment or self.now

    def _answered(self, cells: Cells, received_at: datetime, is_finished: bool) -> datetime | None:
        """None: it was not answered or, of a finished row, the file does not say when."""
        column = self.mapping.columns.get("answered_at", "")
        moment = cells.moment(column)
        if moment is None:
            if is_finished and self.mapping.answer_missing == "refuse" and not cells.is_bad(column):
                cells.note(column, "is empty, and the row is finished")
            return None
        if moment >= received_at or cells.is_bad(self.mapping.columns["received_at"]):
            return moment
        if self._is_day_of(moment, received_at):
            return received_at
        cells.note(column, "is before the complaint was received")
        return moment

    def _is_day_of(self, moment: datetime, received_at: datetime) -> bool:
        """A date without a time means the whole day."""
        local, received = moment.astimezone(self.mapping.zone), received_at.astimezone(self.mapping.zone)
        return local.time() == time() and local.date() == received.date()

    # -- what it may have --------------------------------------------------------------
    def _name(self, cells: Cells, noun: str, names: Names, there: frozenset[str]) -> str:
        """Ours for the department or category of the row: one that is there, or one that may be made."""
        column = self.mapping.columns.get(noun, "")
        ours = names.ours(cells.line_of_text(column, 200))
        if ours and not names.create and ours.casefold() not in there and not cells.is_bad(column):
            table = "departments" if noun == "department" else "categories"
            cells.note(column, f"there is no {noun} {shown(ours)}: name ours in [{table}.names] or let it be made")
        return ours

    def _customer(self, cells: Cells, language: str) -> CustomerFacts:
        """Who complains; nothing is known without columns for it: an unknown caller."""
        columns = {name: self.mapping.customer.get(name, "") for name in CUSTOMER_LINES}
        lines = {name: cells.line_of_text(columns[name], longest(Customer, name)) for name in CUSTOMER_LINES}
        return CustomerFacts(
            **lines,  # type: ignore[arg-type]
            address=cells.text(self.mapping.customer.get("address", ""), LONGEST_ADDRESS),
            phones=self._phones(cells),
            emails=self._emails(cells),
            language=language,
            country=self.mapping.country,
        )

    def _phones(self, cells: Cells) -> list[str]:
        column = self.mapping.customer.get("phone", "")
        typed = cells.line_of_text(column, 60)
        if not typed or cells.is_bad(column):
            return []
        try:
            return [normalise_phone(typed, self.mapping.country)]
        except NotAPhoneNumber:
            cells.note(column, f"says {shown(typed)}, which is no phone number")
            return []

    def _emails(self, cells: Cells) -> list[str]:
        column = self.mapping.customer.get("email", "")
        typed = cells.line_of_text(column, 254)
        if not typed or cells.is_bad(column):
            return []
        try:
            validate_email(typed)
        except ValidationError:
            cells.note(column, f"says {shown(typed)}, which is no e-mail address")
        return [typed]

    def _kept(self, cells: Cells) -> str:
        values = {column: cells.text(column, LONGEST_NARRATIVE) for column in self.mapping.keep}
        return "\n".join(f"{column}: {value}" for column, value in values.items() if value)


CUSTOMER_LINES = ("full_name", "address_as", "account_number", "username")


def longest(model: type[Complaint | Customer | Issue], name: str) -> int:
    """As many characters as the column takes."""
    return getattr(model._meta.get_field(name), "max_length", None) or LONGEST_NARRATIVE
