"""The import itself: every row is judged before the first is written, and all are written in one transaction."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from itertools import islice
from pathlib import Path

from django.db import connection, transaction

from complaints import clock
from complaints.actions import customers, intake
from complaints.importing.cells import Problem
from complaints.importing.desk import Desk, ImportRefused, desk_of
from complaints.importing.mapping import Mapping
from complaints.importing.rows import BadRow, Row, RowReader
from complaints.importing.table import Table
from complaints.kinds import Kind
from complaints.models import Complaint, Contact, Customer
from complaints.timeline import record

BATCH = 200
ONE_AT_A_TIME = 0x7475_6E74  # the advisory lock of imports


class BadRows(ImportRefused):
    """Rows that cannot be brought in; each problem was told when it was found."""


@dataclass
class Report:
    """What became of the rows, in numbers."""

    read: int = 0
    closed: int = 0
    in_progress: int = 0
    received: int = 0
    already: int = 0  # here from an earlier run ...
    changed: int = 0  # ... of which the file says something else now; left as they are
    skipped: int = 0
    undated: int = 0  # finished, without a date of the answer
    departments: int = 0
    categories: int = 0

    @property
    def added(self) -> int:
        return self.closed + self.in_progress + self.received


@dataclass(frozen=True)
class Listener:
    """Who is told how it goes: each problem when it is found, and how many rows of how many are done."""

    problem: Callable[[Problem], None] = lambda problem: None
    progress: Callable[[str, int, int], None] = lambda doing, done, of: None


@dataclass
class _Judged:
    """The outcome of the first reading."""

    good: int = 0
    problems: int = 0
    bad: set[int] = field(default_factory=set)


def import_complaints(
    path: Path, mapping: Mapping, *, skip_bad: bool = False, dry_run: bool = False, listener: Listener | None = None
) -> Report:
    """Bring in the rows of a CSV or XLSX file that are not here yet, as the system user; with `dry_run` only count.

    Raises ImportRefused, Unreadable, and BadRows if a row is bad and `skip_bad` is not set; then nothing was written.
    """
    listener = listener or Listener()
    desk = desk_of(mapping)
    table = Table(path, delimiter=mapping.delimiter, sheet=mapping.sheet)
    _check_columns(table, mapping)
    reader = RowReader(mapping, clock.now(), frozenset(desk.departments), frozenset(desk.categories))
    stamp = table.stamp()
    judged = _judge(table, reader, listener)
    if not judged.good and not judged.bad:
        raise ImportRefused(f"{path.name} has no row under its header.")
    if judged.bad and not skip_bad:
        problems, rows_hit = count(judged.problems, "problem"), count(len(judged.bad), "row")
        raise BadRows(f"{problems} in {rows_hit}: nothing was imported. --skip-bad imports the other rows.")
    report = Report(read=judged.good + len(judged.bad), skipped=len(judged.bad))
    rows = (reader.read(line) for line in table.lines() if line.number not in judged.bad)
    with transaction.atomic():
        _alone()
        _bring_in_all(rows, mapping, desk, report, judged.good, listener, dry_run=dry_run)
        if table.stamp() != stamp:
            raise ImportRefused("The file was changed while it was read: nothing was imported.")
        if report.added and not dry_run:
            record(None, Kind.IMPORT_FINISHED, by=desk.system, **asdict(report))
    return report


def _check_columns(table: Table, mapping: Mapping) -> None:
    missing = [column for column in mapping.columns_read if column not in table.header]
    twice = [column for column in mapping.columns_read if table.header.count(column) > 1]
    if missing:
        names = ", ".join(f"“{column}”" for column in missing)
        there = ", ".join(name for name in table.header if name)
        raise ImportRefused(f"The file has no column {names}, which the mapping names. It has: {there}.")
    if twice:
        raise ImportRefused(f"The file has two columns “{twice[0]}”: give one of them another name.")


# -- first reading: judging -----------------------------------------------------------
def _judge(table: Table, reader: RowReader, listener: Listener) -> _Judged:
    """Every row by itself, and no id twice."""
    judged, seen = _Judged(), dict[str, int]()
    id_column = reader.mapping.columns["id"]
    for done, line in enumerate(table.lines(), start=1):
        try:
            row = reader.read(line)
            problems = []
            if row.external_id in seen:
                words = f"says “{row.external_id}”, as row {seen[row.external_id]} does"
                problems = [Problem(row.number, id_column, words)]
            seen.setdefault(row.external_id, row.number)
        except BadRow as bad:
            problems = bad.problems
        for problem in problems:
            listener.problem(problem)
        if problems:
            judged.bad.add(line.number)
            judged.problems += len(problems)
        else:
            judged.good += 1
        listener.progress("looked at", done, 0)
    return judged


# -- second reading: writing ------------------------------------------------------------
def _alone() -> None:
    """Two imports at once would bring in the same rows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
        if not cursor.fetchone()[0]:
            raise ImportRefused("Another import is running: try again when it has finished.")


def _bring_in_all(
    rows: Iterable[Row], mapping: Mapping, desk: Desk, report: Report, total: int, listener: Listener, *, dry_run: bool
) -> None:
    done = 0
    for batch in _batches(iter(rows)):
        there = _here_already(batch, mapping)
        for row in batch:
            reference = _reference(row, mapping)
            if reference in there:
                report.already += 1
                report.changed += there[reference] != _said(row, mapping)
            else:
                _bring_in(row, mapping, desk, make=not dry_run)
                becomes = _becomes(row, mapping)
                setattr(report, becomes, getattr(report, becomes) + 1)
                report.undated += row.is_finished and row.answered_at is None
            done += 1
            listener.progress("brought in" if not dry_run else "compared", done, total)
    report.departments, report.categories = desk.made["departments"], desk.made["categories"]


def _bring_in(row: Row, mapping: Mapping, desk: Desk, *, make: bool) -> None:
    """One complaint, by the same actions as any other; without `make` only the names are counted."""
    department = desk.department(row.department, make=make)
    category = desk.category(row.category, make=make)
    if not make:
        return
    facts = intake.ComplaintFacts(
        narrative=row.narrative,
        wants=row.wants,
        channel="import",
        language=row.language,
        category=category,
        topic=row.topic,
        product=row.product,
        aspect=row.aspect,
        severity=row.severity,
        department_concerned=department,
        issues=[row.issue] if row.issue else [],
        received_at=row.received_at,
        external_ref=_reference(row, mapping),
    )
    complaint = _as_it_stands(row, mapping, desk, facts)
    if row.kept:
        intake.add_note(complaint, by=desk.system, words=row.kept)


def _as_it_stands(row: Row, mapping: Mapping, desk: Desk, facts: intake.ComplaintFacts) -> Complaint:
    """Closed (historical), in progress with the answer the file knows of, or received."""
    customer, answered_at = _customer(row, mapping, desk), _answered_at(row)
    if answered_at and _becomes(row, mapping) == "closed":
        return intake.bring_in_history(
            customer, facts, by=desk.system, home_department=desk.home, owner=desk.owner, closed_at=answered_at
        )
    complaint = intake.register_complaint(customer, facts, by=desk.system, home_department=desk.home, owner=desk.owner)
    if answered_at:
        complaint = intake.acknowledge_as_imported(complaint, by=desk.system, answered_at=answered_at)
    return complaint


def _customer(row: Row, mapping: Mapping, desk: Desk) -> Customer:
    """The file's own number of a customer is found again; without one each row has a customer of its own."""
    reference = f"{mapping.source}:{row.customer_id}" if row.customer_id else ""
    known = Customer.objects.filter(external_ref=reference).first() if reference else None
    return known or customers.add_customer(replace(row.customer, external_ref=reference), by=desk.system)


def _becomes(row: Row, mapping: Mapping) -> str:
    if row.is_finished:
        return mapping.finished_as
    return "in_progress" if row.answered_at else "received"


def _answered_at(row: Row) -> datetime | None:
    return row.answered_at or (row.received_at if row.is_finished else None)


def _reference(row: Row, mapping: Mapping) -> str:
    return f"{mapping.source}:{row.external_id}"


# -- what is here already -------------------------------------------------------------
@dataclass(frozen=True)
class _Said:
    """Of what a file says, what nobody here changes afterwards: enough to see that the file has changed."""

    narrative: str
    received_at: datetime
    answered_at: datetime | None
    is_history: bool


def _said(row: Row, mapping: Mapping) -> _Said:
    return _Said(row.narrative, row.received_at, _answered_at(row), _becomes(row, mapping) == "closed")


def _here_already(batch: list[Row], mapping: Mapping) -> dict[str, _Said]:
    """By reference, what an earlier run brought in of these rows."""
    references = [_reference(row, mapping) for row in batch]
    contacts = Contact.objects.outbound().filter(complaint__external_ref__in=references, channel="import")
    answers = dict(contacts.values_list("complaint_id", "at"))
    return {
        each.external_ref: _Said(each.narrative, each.received_at, answers.get(each.pk), each.is_historical)
        for each in Complaint.objects.filter(external_ref__in=references)
    }


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


def count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
