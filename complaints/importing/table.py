"""A CSV or XLSX file as a header and its rows, one at a time: nothing here knows what a complaint is."""

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl

LONGEST_CELL = 1_000_000
LARGEST_WORKBOOK = 512 * 1024 * 1024
"""Unpacked. A workbook's texts are all held in memory while it is read; a CSV file's are not."""

OLD_EXCEL, ZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class Unreadable(Exception):
    """The file as a whole cannot be read; the words are a sentence for the person who brought it."""


@dataclass(frozen=True)
class Unusable:
    """A cell that holds something else than a value: `words` go on from the column's name."""

    words: str


Cell = str | datetime | Unusable
NOT_UTF_8 = Unusable("is not UTF-8 text")


@dataclass(frozen=True)
class Line:
    """One row under the header. `number` is the one a spreadsheet shows: the header is row 1."""

    number: int
    cells: dict[str, Cell] = field(default_factory=dict)
    flaw: str = ""


class Table:
    """Can be read more than once; holds one row at a time. Raises Unreadable."""

    def __init__(self, path: Path, *, delimiter: str = ",", sheet: str = "") -> None:
        self.path, self.delimiter, self.sheet = path, delimiter, sheet
        self.is_workbook = _is_workbook(path)
        self.header = self._header()

    def lines(self) -> Iterator[Line]:
        """Every row that holds anything, with its number."""
        for number, row in enumerate(self._rows(), start=1):
            if number > 1 and any(cell != "" for cell in row):
                yield self._line(number, row)

    def stamp(self) -> tuple[int, int]:
        """Differs when somebody wrote to the file."""
        stat = self.path.stat()
        return stat.st_mtime_ns, stat.st_size

    def _header(self) -> list[str]:
        first = next(self._rows(), [])
        names = [cell.strip() if isinstance(cell, str) else "" for cell in first]
        if any("\0" in name for name in names):
            raise Unreadable(f"{self.path.name} is neither a CSV nor an XLSX file.")
        if NOT_UTF_8 in first:
            raise Unreadable(f"{self.path.name} is not UTF-8 text: save it as “CSV UTF-8”, or as XLSX.")
        if not any(names):
            raise Unreadable(f"{self.path.name} is empty: its first row has to name the columns.")
        return names

    def _line(self, number: int, row: list[Cell]) -> Line:
        if self.is_workbook:
            row = _fit(row, len(self.header))
        if len(row) != len(self.header):
            return Line(number, flaw=f"it has {len(row)} cells and the header has {len(self.header)}")
        return Line(number, dict(zip(self.header, row, strict=True)))

    def _rows(self) -> Iterator[list[Cell]]:
        return _workbook_rows(self.path, self.sheet) if self.is_workbook else _csv_rows(self.path, self.delimiter)


def _is_workbook(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            start = file.read(4)
    except OSError as reason:
        raise Unreadable(f"{path} cannot be read: {reason.strerror or reason}.") from reason
    if start == OLD_EXCEL:
        raise Unreadable(f"{path.name} is a file of an old Excel, or has a password: save it as plain XLSX.")
    if start[:2] in UTF_16:
        raise Unreadable(f"{path.name} is UTF-16 text: save it as “CSV UTF-8”.")
    return start == ZIP


# -- CSV ------------------------------------------------------------------------
def _csv_rows(path: Path, delimiter: str) -> Iterator[list[Cell]]:
    csv.field_size_limit(LONGEST_CELL)
    read = 0
    # what is not UTF-8 becomes surrogates, so that the row and the column can be named
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        try:
            for row in csv.reader(file, delimiter=delimiter, strict=True):
                read += 1
                yield [cell if _is_utf_8(cell) else NOT_UTF_8 for cell in row]
        except csv.Error as reason:
            raise Unreadable(
                f"{path.name} cannot be read after row {read}: a quotation mark too many or too few ({reason})."
            ) from reason


def _is_utf_8(text: str) -> bool:
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)


# -- XLSX -----------------------------------------------------------------------
def _workbook_rows(path: Path, name: str) -> Iterator[list[Cell]]:
    with path.open("rb") as file:
        sheet = _sheet(_workbook(path, file), name)
        sheet.reset_dimensions()  # what a file says of its own size is often wrong
        rows = sheet.iter_rows()
        while True:
            try:
                cells = next(rows, None)
            except Exception as reason:  # openpyxl lets whatever its parsers raise come through
                raise _damaged(path) from reason
            if cells is None:
                return
            yield [_value(cell) for cell in cells]


def _workbook(path: Path, file: io.BufferedReader) -> Any:
    try:
        unpacked = sum(entry.file_size for entry in zipfile.ZipFile(file).infolist())
        if unpacked > LARGEST_WORKBOOK:
            raise Unreadable(f"{path.name} is too large for a workbook: save the sheet as CSV.")
        return openpyxl.load_workbook(file, read_only=True, keep_links=False)
    except Unreadable:
        raise
    except Exception as reason:
        raise _damaged(path) from reason


def _damaged(path: Path) -> Unreadable:
    return Unreadable(f"{path.name} is no XLSX file, or it is damaged: open it in a spreadsheet and save it as XLSX.")


def _sheet(book: Any, name: str) -> Any:
    sheets = {sheet.title: sheet for sheet in book.worksheets}
    if name and name not in sheets:
        raise Unreadable(f"There is no sheet “{name}”; there are: {', '.join(sheets)}.")
    if not sheets:
        raise Unreadable("The workbook has no sheet with rows.")
    return sheets[name] if name else next(iter(sheets.values()))


def _value(cell: Any) -> Cell:
    """A cell as text, or as a date where it is one; a formula or #N/A is no value."""
    value = cell.value
    if cell.data_type == "f":
        return Unusable("holds a formula: paste its value")
    if cell.data_type == "e":
        return Unusable(f"holds {value}")
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time())
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _fit(row: list[Cell], width: int) -> list[Cell]:
    """A sheet's row ends with its last cell, or with cells that only look full: as many as the header has."""
    while len(row) > width and row[-1] == "":
        row = row[:-1]
    return row + [""] * (width - len(row))
