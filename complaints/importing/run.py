"""The import itself: every row is judged before the first is written, and all are written in one transaction."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path

from django.db import connection, transaction

from complaints import clock
from complaints.importing.arrival import becomes, bring_in, here_already, reference_of, said
from complaints.importing.cells import Problem
from complaints.importing.desk import Desk, ImportRefused, desk_of
from complaints.importing.mapping import Mapping
from complaints.importing.rows import BadRow, Row, RowReader
from complaints.importing.table import Table
from complaints.kinds import Kind
from complaints.timeline import record

BATCH = 200
CHANGED_MEANWHILE = "The file was changed while it was read: nothing was imported."
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
    rows = _good_rows(table, reader, judged.bad)
    with transaction.atomic():
        _alone()
        _bring_in_all(rows, mapping, desk, report, judged.good, listener, dry_run=dry_run)
        if table.stamp() != stamp:
            raise ImportRefused(CHANGED_MEANWHILE)
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


def _good_rows(table: Table, reader: RowReader, bad: set[int]) -> Iterator[Row]:
    for line in table.lines():
        if line.number not in bad:
            try:
                yield reader.read(line)
            except BadRow as reason:  # it was good a moment ago
                raise ImportRefused(CHANGED_MEANWHILE) from reason


def _bring_in_all(
    rows: Iterable[Row], mapping: Mapping, desk: Desk, report: Report, total: int, listener: Listener, *, dry_run: bool
) -> None:
    done = 0
    for batch in _batches(iter(rows)):
        there = here_already(batch, mapping)
        for row in batch:
            reference = reference_of(row, mapping)
            if reference in there:
                report.already += 1
                report.changed += there[reference] != said(row, mapping)
            else:
                bring_in(row, mapping, desk, make=not dry_run)
                status = becomes(row, mapping)
                setattr(report, status, getattr(report, status) + 1)
                report.undated += row.is_finished and row.answered_at is None
            done += 1
            listener.progress("brought in" if not dry_run else "compared", done, total)
    report.departments, report.categories = desk.made["departments"], desk.made["categories"]


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


def count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
