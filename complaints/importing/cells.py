"""The cells of one row, read as texts, moments and choices; what is wrong with them gathers as problems."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.core.exceptions import ValidationError

from complaints.forms.base import refuse_hidden_characters
from complaints.importing.mapping import CHOICES, Mapping
from complaints.importing.table import Cell, Line, Unusable

EARLIEST_YEAR = 1950


@dataclass(frozen=True)
class Problem:
    """What is wrong with one cell, or (no column) with the whole row."""

    row: int
    column: str
    words: str

    def __str__(self) -> str:
        where = f", column “{self.column}”" if self.column else ""
        return f"Row {self.row}{where}: {self.words}."


@dataclass
class Cells:
    """Reads by the file's column names; a column the mapping does not name (empty) is an empty cell."""

    line: Line
    mapping: Mapping
    now: datetime
    problems: list[Problem] = field(default_factory=list)

    def note(self, column: str, words: str) -> None:
        problem = Problem(self.line.number, column, words)
        if problem not in self.problems:  # two fields may read one column
            self.problems.append(problem)

    def is_bad(self, column: str) -> bool:
        return any(problem.column == column for problem in self.problems)

    def text(self, column: str, longest: int) -> str:
        """What is in the cell, on as many lines as it has; empty for one of the mapping's nulls."""
        text = str(self._cell(column))
        if self.mapping.unescape:
            text = text.replace(r"\r\n", "\n").replace(r"\n", "\n").replace(r"\r", "\n").replace(r"\t", "\t")
        text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
        if len(text) > longest:
            self.note(column, f"holds {len(text):,} characters, {longest:,} are the most")
        try:
            refuse_hidden_characters(text)
        except ValidationError:
            self.note(column, "holds control characters or other hidden ones")
        return text

    def line_of_text(self, column: str, longest: int) -> str:
        """The same on one line: line breaks and runs of spaces become one space."""
        return " ".join(self.text(column, longest).split())

    def choice(self, name: str) -> str:
        """One of our own words for language, severity, aspect or wants, by way of [values.<name>]."""
        column = self.mapping.columns.get(name, "")
        theirs = self.line_of_text(column, 200)
        ours = self.mapping.values[name].get(theirs, theirs)
        if ours and ours not in CHOICES[name] and not self.is_bad(column):
            self.note(column, f"says {shown(theirs)}: name what that is in [values.{name}]")
        return ours

    def moment(self, column: str) -> datetime | None:
        """In UTC; a date without a zone is one of the file's zone."""
        cell = self._cell(column)
        if cell == "":
            return None
        moment = cell if isinstance(cell, datetime) else self._parsed(cell)
        if moment is None:
            self.note(column, f"says {shown(str(cell))}, which is no date in one of “file.date_formats”")
            return None
        if moment.year < EARLIEST_YEAR:
            self.note(column, f"says {shown(str(cell))}, before {EARLIEST_YEAR}")
            return None
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=self.mapping.zone)).astimezone(UTC)
        if moment > self.now:
            self.note(column, f"says {shown(str(cell))}, which is still to come")
            return None
        return moment

    def _cell(self, column: str) -> str | datetime:
        cell: Cell = self.line.cells.get(column, "")
        if isinstance(cell, Unusable):
            self.note(column, cell.words)
            return ""
        if isinstance(cell, datetime):  # a spreadsheet counts in fractions of a day
            return (cell + timedelta(milliseconds=500)).replace(microsecond=0)
        cell = cell.strip()
        return "" if cell in self.mapping.nulls else cell

    def _parsed(self, text: str) -> datetime | None:
        for form in self.mapping.date_formats:
            try:
                return datetime.strptime(text, form)
            except ValueError:
                continue
        return None


def shown(value: str) -> str:
    """A value in a sentence: short, and on one line."""
    plain = "".join(character if character.isprintable() else " " for character in value)
    return f"“{plain[:40]}{'…' if len(plain) > 40 else ''}”"
