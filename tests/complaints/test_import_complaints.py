"""Bringing in complaints from a file: what arrives, what is refused, and what a second run does."""

import io
import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest import mock

import openpyxl
import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from complaints import clock
from complaints.actions import approval, cause, closure, contact, intake, verification
from complaints.importing.rows import LONGEST_NARRATIVE
from complaints.kinds import Kind
from complaints.models import Approval, Category, CauseCategory, Complaint, Customer, Department, Event, StreamHead
from complaints.timeline import flaws
from tests.factories import Cast

MAPPINGS = Path(__file__).resolve().parent.parent / "mappings"
DATA = settings.BASE_DIR.parent / "shared" / "data"

HEADER = ["no", "words", "came", "answered", "state", "dept"]
GOOD = [
    ["1", "The fridge is warm", "2022-02-09 09:30:00", "2022-02-10 08:00:00", "done", "Sales"],
    ["2", "Charged twice", "2022-02-09 10:00:00", "-", "waiting", "Billing"],
    ["3", "", "2022-02-10 23:59:59", "2022-02-11 08:00:00", "waiting", ""],
]
MAPPING = """
source = "old-desk"

[file]
time_zone = "Asia/Jakarta"
nulls = ["-"]
{file}

[columns]
id = "no"
narrative = "words"
received_at = "came"
answered_at = "answered"
status = "state"
department = "dept"
{columns}

[status]
finished = ["done"]
open = ["waiting"]

[defaults]
language = "en"

[departments]
create = true

[desk]
home_department = "Customer care"
owner = "andi@example.test"
"""


class Desk:
    """The command, with a small file of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.out = self.err = ""
        self.map()

    def map(self, text: str = MAPPING, *, top: str = "", file: str = "", columns: str = "", more: str = "") -> None:
        filled = text.replace("{file}", file).replace("{columns}", columns)
        (self.folder / "mapping.toml").write_text(f"{top}\n{filled}\n{more}")

    def run(self, file: Path, *options: str, mapping: Path | None = None) -> str:
        out, err = io.StringIO(), io.StringIO()
        arguments = [str(file), "--mapping", str(mapping or self.folder / "mapping.toml"), *options]
        try:
            call_command("import_complaints", *arguments, stdout=out, stderr=err)
        finally:
            self.out, self.err = out.getvalue(), err.getvalue()
        return self.out

    def refused(self, file: Path, *options: str) -> str:
        """Everything a person reads of a refusal; nothing was written."""
        before = everything()
        with pytest.raises(CommandError) as refusal:
            self.run(file, *options)
        assert everything() == before
        return f"{self.err}{refusal.value}"

    def csv(self, *rows: Sequence[str], header: Sequence[str] = HEADER) -> Path:
        lines = (",".join(f'"{cell}"' for cell in row) for row in [header, *rows])
        return self.raw("\n".join(lines).encode())

    def raw(self, content: bytes, name: str = "file.csv") -> Path:
        path = self.folder / name
        path.write_bytes(content)
        return path

    def xlsx(self, *rows: Sequence[Any], header: Sequence[str] = HEADER) -> Path:
        book = openpyxl.Workbook()
        for row in [header, *rows]:
            book.active.append(row)
        book.save(self.folder / "file.xlsx")
        return self.folder / "file.xlsx"


def everything() -> tuple[int, ...]:
    models = (Complaint, Customer, Department, Category, Event, StreamHead)
    return tuple(model.objects.count() for model in models)


@pytest.fixture
def desk(cast: Cast, tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def imported(number: str) -> Complaint:
    return Complaint.objects.get(external_ref=f"old-desk:{number}")


# -- what arrives -----------------------------------------------------------------
def test_a_finished_row_is_history_with_one_answer_at_its_date(desk: Desk, cast: Cast) -> None:
    desk.run(desk.csv(*GOOD))
    complaint = imported("1")
    answer = complaint.contacts.get()
    answered_at = datetime(2022, 2, 10, 1, tzinfo=UTC)  # eight o'clock in Jakarta
    assert (complaint.status, complaint.outcome, complaint.channel) == ("closed", "historical", "import")
    assert (complaint.received_at, complaint.closed_at) == (datetime(2022, 2, 9, 2, 30, tzinfo=UTC), answered_at)
    assert (answer.direction, answer.reply, answer.words, answer.at) == ("out", "unclassified", "", answered_at)
    assert (complaint.owner, complaint.home_department, complaint.department_concerned) == (
        cast.agent, cast.care, cast.sales,
    )  # fmt: skip
    assert not hasattr(complaint, "next_step")
    assert list(flaws()) == []


def test_an_unanswered_row_is_received_and_an_answered_open_one_is_in_progress(desk: Desk) -> None:
    said = desk.run(desk.csv(*GOOD))
    assert imported("2").status == "received"
    assert (imported("3").status, imported("3").narrative) == ("in_progress", "")
    assert imported("3").contacts.get().at == imported("3").acknowledged_at == datetime(2022, 2, 11, 1, tzinfo=UTC)
    assert imported("2").next_step.key == "acknowledge"
    assert "3 complaints brought in: 1 closed (finished elsewhere), 1 in progress, 1 received" in said
    assert "New departments: 1." in said
    assert not Department.objects.get(name="Billing").takes_complaints


def test_finished_rows_may_come_in_as_in_progress(desk: Desk) -> None:
    desk.map(top='finished_as = "in_progress"')
    desk.run(desk.csv(*GOOD))
    assert (imported("1").status, imported("1").acknowledged_at) == (
        "in_progress",
        datetime(2022, 2, 10, 1, tzinfo=UTC),
    )


def test_the_system_imports_and_says_so_once_on_the_site_stream(desk: Desk, cast: Cast) -> None:
    desk.run(desk.csv(*GOOD))
    event = Event.objects.get(kind=Kind.IMPORT_FINISHED)
    assert (event.stream, event.by) == ("site", cast.system)
    assert (event.codes["closed"], event.codes["in_progress"], event.codes["received"]) == (1, 1, 1)
    assert set(imported("1").events.values_list("by", flat=True)) == {cast.system.pk}


def test_every_row_has_an_unknown_customer_of_its_own(desk: Desk) -> None:
    desk.run(desk.csv(*GOOD))
    customers = {imported(number).customer for number in "123"}
    assert len(customers) == 3
    assert {(each.full_name, *each.channels) for each in customers} == {("",)}


def test_a_customer_with_a_number_in_the_file_is_found_again(desk: Desk) -> None:
    columns = '\n[customer]\nid = "cust"\nfull_name = "name"\nphone = "phone"\nemail = "mail"'
    desk.map(more=columns)
    rows = [[*row, "77", "Farid bin Osman", "0812 3344 9999", "Farid@example.test"] for row in GOOD]
    desk.run(desk.csv(*rows, header=[*HEADER, "cust", "name", "phone", "mail"]))
    customer = Customer.objects.get(external_ref="old-desk:77")
    assert customer.complaints.count() == 3
    assert (customer.full_name, customer.phones.get().number) == ("Farid bin Osman", "+6281233449999")


def test_columns_without_a_field_are_kept_as_a_note(desk: Desk) -> None:
    desk.map(columns='keep = ["state", "dept"]')
    desk.run(desk.csv(*GOOD))
    assert imported("1").notes.get().words == "state: done\ndept: Sales"


def test_values_names_and_defaults_are_translated(desk: Desk, cast: Cast) -> None:
    more = """
[values.severity]
"1" = "high"
[values.wants]
uang = "refund"
[departments.names]
Penjualan = "Sales"
[categories]
names = {lambat = "Late delivery"}
"""
    text = MAPPING.replace("[departments]\ncreate = true", "")
    desk.map(text, columns='severity = "prio"\nwants = "want"\ncategory = "kind"', more=more)
    row = [*GOOD[1][:5], "penjualan".title(), "1", "uang", "lambat"]
    desk.run(desk.csv(row, header=[*HEADER, "prio", "want", "kind"]))
    complaint = imported("2")
    assert (complaint.severity, complaint.wants, str(complaint.category)) == ("high", ["refund"], "Late delivery")
    assert complaint.department_concerned == cast.sales


def test_a_date_without_time_is_a_day_of_the_files_zone(desk: Desk) -> None:
    desk.run(desk.csv(["1", "x", "2022-02-09 10:00:00", "2022-02-09", "done", ""]))
    assert imported("1").received_at == imported("1").closed_at == datetime(2022, 2, 9, 3, tzinfo=UTC)


def test_a_finished_row_without_a_date_of_the_answer_takes_that_of_receipt(desk: Desk) -> None:
    said = desk.run(desk.csv(["1", "x", "2022-02-09", "-", "done", ""]))
    assert imported("1").closed_at == imported("1").received_at
    assert "1 finished row without a date of the answer" in said


def test_or_is_refused_when_the_mapping_says_so(desk: Desk) -> None:
    desk.map(top='answer_missing = "refuse"')
    said = desk.refused(desk.csv(["1", "x", "2022-02-09", "-", "done", ""]))
    assert "Row 2, column “answered”: is empty, and the row is finished." in said


def test_written_line_breaks_become_line_breaks(desk: Desk) -> None:
    desk.map(file="unescape = true")
    desk.run(desk.csv(["1", r"Good day,\n\nthe fridge", "2022-02-09", "-", "waiting", r"After\nSales"]))
    assert imported("1").narrative == "Good day,\n\nthe fridge"
    assert imported("1").department_concerned.name == "After Sales"  # type: ignore[union-attr]


def test_a_byte_order_mark_semicolons_and_empty_lines_do_no_harm(desk: Desk) -> None:
    desk.map(file='delimiter = ";"')
    text = "\ufeffno;words;came;answered;state;dept\r\n\r\n1;Ganti 🙏 «ok»;2022-02-09;;waiting;\r\n;;;;;\r\n"
    desk.run(desk.raw(text.encode()))
    assert imported("1").narrative == "Ganti 🙏 «ok»"


def test_a_longer_text_than_a_form_takes_arrives_whole(desk: Desk) -> None:
    desk.run(desk.csv(["1", "a" * 30_000, "2022-02-09", "-", "waiting", ""]))
    assert len(imported("1").narrative) == 30_000


# -- XLSX ---------------------------------------------------------------------------
def test_a_workbook_with_real_dates_and_numbers(desk: Desk) -> None:
    came, answered = datetime(2022, 2, 9, 9, 30, 1), datetime(2022, 2, 10, 8)
    desk.run(desk.xlsx([1, "Warm", came, answered, "done", "Sales"], [2.0, "Cold", "2022-02-09", None, "waiting"]))
    assert imported("1").received_at == datetime(2022, 2, 9, 2, 30, 1, tzinfo=UTC)
    assert imported("1").closed_at == datetime(2022, 2, 10, 1, tzinfo=UTC)
    assert imported("2").status == "received"


def test_a_formula_and_an_excel_error_are_no_values(desk: Desk) -> None:
    said = desk.refused(
        desk.xlsx(["1", "x", "=TODAY()", None, "waiting", ""], ["2", "#N/A", "2022-02-09", None, "waiting", ""])
    )
    assert "Row 2, column “came”: holds a formula: paste its value." in said
    assert "Row 3, column “words”: holds #N/A." in said


def test_a_formula_in_a_column_nobody_reads_is_left_alone(desk: Desk) -> None:
    desk.run(desk.xlsx([*GOOD[0], "=1+1"], header=[*HEADER, "sum"]))
    assert imported("1").status == "closed"


def test_a_sheet_is_chosen_by_its_name(desk: Desk) -> None:
    desk.map(file='sheet = "2022"')
    assert "There is no sheet “2022”; there are: Sheet." in desk.refused(desk.xlsx(*GOOD))


def test_a_date_in_a_text_column_and_a_sheet_of_the_wrong_size(desk: Desk) -> None:
    file = desk.xlsx([1, datetime(2022, 1, 2, 3, 4), "2022-02-09", None, "waiting", "", None, None])
    desk.run(file)
    assert imported("1").narrative == "2022-01-02 03:04:00"
    assert "it has 8 cells and the header has 6" in desk.refused(desk.xlsx([*GOOD[0], "", "more"]))


# -- bad rows -------------------------------------------------------------------------
ROW = dict(zip(HEADER, GOOD[0], strict=True))
BAD: list[tuple[dict[str, str], str]] = [
    ({"no": ""}, "column “no”: is empty"),
    ({"no": "x" * 151}, "column “no”: holds 151 characters, 150 are the most"),
    ({"came": ""}, "column “came”: is empty"),
    ({"came": "31/02/2022"}, "column “came”: says “31/02/2022”, which is no date"),
    ({"came": "0001-01-01"}, "column “came”: says “0001-01-01”, before 1950"),
    ({"came": "2093-01-01"}, "column “came”: says “2093-01-01”, which is still to come"),
    ({"answered": "2022-02-08 23:00:00"}, "column “answered”: is before the complaint was received"),
    ({"answered": "soon"}, "column “answered”: says “soon”, which is no date"),
    ({"state": "half"}, "column “state”: says “half”, which [status] calls neither finished nor open"),
    ({"state": ""}, "column “state”: is empty, which [status] calls neither finished nor open"),
    ({"words": "bell \a"}, "column “words”: holds control characters"),
    ({"words": "null \0"}, "column “words”: holds control characters"),
    ({"words": "a" * (LONGEST_NARRATIVE + 1)}, "column “words”: holds 100,001 characters, 100,000 are the most"),
    ({"dept": "d" * 201}, "column “dept”: holds 201 characters, 200 are the most"),
]


@pytest.mark.parametrize(("change", "words"), BAD, ids=[words[:40] for _change, words in BAD])
def test_a_bad_row_is_reported_by_row_and_column_and_nothing_is_imported(
    desk: Desk, change: dict[str, str], words: str
) -> None:
    said = desk.refused(desk.csv(GOOD[1], list({**ROW, **change}.values()), GOOD[2]))
    assert f"Row 3, {words}" in said
    assert "1 problem in 1 row: nothing was imported." in said


def test_every_problem_of_every_row_is_said(desk: Desk) -> None:
    said = desk.refused(desk.csv(["", "x", "never", "-", "half", ""], GOOD[0], ["4", "x", "", "-", "waiting", ""]))
    assert said.count("Row 2, ") == 3
    assert said.count("Row 4, ") == 1
    assert "4 problems in 2 rows" in said


def test_an_id_twice_in_the_file(desk: Desk) -> None:
    assert "Row 4, column “no”: says “1”, as row 2 does." in desk.refused(desk.csv(GOOD[0], GOOD[1], GOOD[0]))


def test_a_row_of_another_width(desk: Desk) -> None:
    assert "Row 3: it has 5 cells and the header has 6." in desk.refused(desk.csv(GOOD[0], GOOD[1][:5]))


def test_a_cell_that_is_not_utf_8(desk: Desk) -> None:
    file = desk.csv(GOOD[0], ["2", "caf\u00e9", *GOOD[1][2:]])
    file.write_bytes(file.read_text().encode("latin-1"))
    assert "Row 3, column “words”: is not UTF-8 text." in desk.refused(file)


def test_a_department_that_is_not_there_and_may_not_be_made(desk: Desk) -> None:
    desk.map(MAPPING.replace("create = true", "create = false"))
    assert "Row 3, column “dept”: there is no department “Billing”" in desk.refused(desk.csv(*GOOD))


def test_a_word_that_is_not_ours(desk: Desk) -> None:
    desk.map(columns='severity = "prio"')
    said = desk.refused(desk.csv([*GOOD[0], "urgent"], header=[*HEADER, "prio"]))
    assert "Row 2, column “prio”: says “urgent”: name what that is in [values.severity]." in said


def test_a_phone_and_an_address_that_reach_nobody(desk: Desk) -> None:
    desk.map(more='[customer]\nphone = "phone"\nemail = "mail"')
    said = desk.refused(desk.csv([*GOOD[0], "none", "at home"], header=[*HEADER, "phone", "mail"]))
    assert "column “phone”: says “none”, which is no phone number" in said
    assert "column “mail”: says “at home”, which is no e-mail address" in said


def test_skip_bad_imports_the_rest_and_still_reports(desk: Desk) -> None:
    said = desk.run(desk.csv(GOOD[0], ["", *GOOD[1][1:]], GOOD[2]), "--skip-bad")
    assert "Row 3, column “no”: is empty" in desk.err
    assert "3 rows read, 2 complaints brought in" in said
    assert "1 row was skipped." in said
    assert list(Complaint.objects.order_by("pk").values_list("external_ref", flat=True)) == ["old-desk:1", "old-desk:3"]


def test_many_problems_are_cut_off_with_their_number(desk: Desk) -> None:
    said = desk.refused(desk.csv(*(["", "x", "2022-02-09", "-", "waiting", ""] for _ in range(1003))))
    assert said.count("Row ") == 1000
    assert "... and 3 more." in said


# -- bad files ------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"no,words,came,answered,state,dept\n", "has no row under its header"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "is not UTF-8 text"),
        (b"MZ\0\0\0\0", "is neither a CSV nor an XLSX file"),
        ("no,words".encode("utf-16"), "is UTF-16 text"),
        (b"\xd0\xcf\x11\xe0rest", "is a file of an old Excel"),
        (b"PK\x03\x04rest", "is no XLSX file, or it is damaged"),
        (b"no;words;came;answered;state;dept\n", "It has: no;words;came;answered;state;dept."),
        (b'no,words,came,answered,state,dept\n1,"open,,,,\n2,,,,,\n', "cannot be read after row 1"),
        (b"no,words,came,answered,state,dept,no\n1,,,,,,\n", "two columns “no”"),
    ],
)
def test_a_file_that_cannot_be_read(desk: Desk, content: bytes, words: str) -> None:
    assert words in desk.refused(desk.raw(content), "--skip-bad")


def test_a_zip_that_is_no_workbook_and_a_damaged_sheet(desk: Desk) -> None:
    other = desk.folder / "other.xlsx"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("hello.txt", "hello")
    assert "is no XLSX file, or it is damaged" in desk.refused(other)
    whole = desk.xlsx(*GOOD)
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(other, "w") as new:
        for entry in old.infolist():
            content = old.read(entry)
            new.writestr(entry, content[: len(content) // 2] if "sheet1" in entry.filename else content)
    assert "is no XLSX file, or it is damaged" in desk.refused(other)


def test_a_column_the_mapping_names_is_missing(desk: Desk) -> None:
    said = desk.refused(desk.csv(header=[*HEADER[:4], "status", "dept"]))
    assert "The file has no column “state”, which the mapping names. It has: no, words, came, answered, status" in said


def test_no_file_and_a_folder(desk: Desk) -> None:
    assert "No such file" in desk.refused(desk.folder / "nowhere.csv")
    assert "directory" in desk.refused(desk.folder)


# -- bad mappings ---------------------------------------------------------------------
@pytest.mark.parametrize(
    ("change", "words"),
    [
        (('source = "old-desk"', ""), "“source” is missing."),
        (('source = "old-desk"', 'source = "a:b"'), "“source” is a short name without a colon"),
        (('source = "old-desk"', "source = 3"), "“source” has to be a text in quotation marks."),
        (('"Asia/Jakarta"', '"Jakarta"'), "“file.time_zone” is “Jakarta”, which is no time zone"),
        (('id = "no"', ""), "“columns.id” is missing."),
        (('narrative = "words"', 'narative = "words"'), "“columns.narative” is not a key of a mapping"),
        (('finished = ["done"]', 'finished = "done"'), "“status.finished” has to be a list of texts"),
        (('finished = ["done"]', 'finished = ["waiting"]'), "“status” calls “waiting” finished and open"),
        (('language = "en"', 'language = "fr"'), "“defaults.language” is “fr”; it is one of: id, ms, en."),
        (("create = true", 'create = "yes"'), "“departments.create” has to be true or false."),
        (('nulls = ["-"]', 'nulls = ["-"]\ndelimiter = "::"'), "“file.delimiter” is one character"),
        (('status = "state"', ""), "“columns.status” is missing"),
        (("[status]", "[status"), "is not TOML"),
        (('"Customer care"', '"Nowhere"'), "“desk.home_department” is “Nowhere”, and there is no such department."),
        (('"Customer care"', '"Sales"'), "“desk.home_department” is “Sales”, which does not take complaints."),
        (("andi@", "nobody@"), "“desk.owner” is “nobody@example.test”, and nobody who works here"),
        (("andi@", "rina@"), "“desk.owner” is Rina Hartati, who is neither agent nor supervisor of Customer care"),
        (('language = "en"', 'language = "en"\ncategory = "Space"'), "“defaults.category” is “Space”"),
        (('language = "en"', 'language = "en"\n[values.wants]\nuang = "money"'), "“values.wants.uang” is “money”"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)
def test_a_mapping_that_cannot_be_used_names_its_key(desk: Desk, change: tuple[str, str], words: str) -> None:
    assert change[0] in MAPPING
    desk.map(MAPPING.replace(*change))
    assert words in desk.refused(desk.csv(*GOOD))


def test_a_mapping_that_is_not_there(desk: Desk) -> None:
    (desk.folder / "mapping.toml").unlink()
    assert "No such file" in desk.refused(desk.csv(*GOOD))


# -- again, dry, and broken off ------------------------------------------------------------
def test_a_second_run_adds_nothing(desk: Desk) -> None:
    desk.run(desk.csv(*GOOD))
    before = everything()
    said = desk.run(desk.csv(*GOOD))
    assert everything() == before
    assert "3 rows read, 0 complaints brought in. 3 rows were here already." in said


def test_a_longer_file_adds_what_is_new_and_leaves_what_changed(desk: Desk) -> None:
    desk.run(desk.csv(*GOOD[:2]))
    changed = ["2", "Charged thrice", *GOOD[1][2:]]
    said = desk.run(desk.csv(GOOD[0], changed, GOOD[2]))
    assert "1 complaint brought in: 1 in progress." in said
    assert "2 rows were here already, 1 of them with other words or dates than now in the file." in said
    assert imported("2").narrative == "Charged twice"


def test_a_row_finished_since_counts_as_changed(desk: Desk) -> None:
    desk.run(desk.csv(GOOD[1]))
    said = desk.run(desk.csv([*GOOD[1][:3], "2022-02-12", "done", "Billing"]))
    assert "1 row was here already, 1 of them with other words" in said
    assert imported("2").status == "received"


def test_the_same_id_of_another_source_is_another_complaint(desk: Desk) -> None:
    desk.run(desk.csv(GOOD[0]))
    desk.map(MAPPING.replace("old-desk", "older-desk"))
    assert "1 complaint brought in" in desk.run(desk.csv(GOOD[0]))


def test_a_dry_run_counts_and_changes_nothing(desk: Desk) -> None:
    desk.run(desk.csv(GOOD[0]))
    before = everything()
    said = desk.run(desk.csv(*GOOD), "--dry-run")
    assert everything() == before
    assert "Nothing was changed; this is what would happen." in said
    assert "2 complaints brought in: 1 in progress, 1 received. 1 row was here already. New departments: 1." in said


def test_a_dry_run_reports_bad_rows_too(desk: Desk) -> None:
    assert "Row 2, column “no”: is empty" in desk.refused(desk.csv(["", *GOOD[0][1:]]), "--dry-run")


def test_nothing_is_half_imported_when_it_breaks_off_in_the_middle(desk: Desk) -> None:
    real, calls = intake.register_complaint, []

    def breaks_at_the_second(*args: Any, **kwargs: Any) -> Complaint:
        calls.append(1)
        if len(calls) == 2:
            raise RuntimeError("the power went")
        return real(*args, **kwargs)

    before = everything()
    with mock.patch.object(intake, "register_complaint", breaks_at_the_second), pytest.raises(RuntimeError):
        desk.run(desk.csv(*GOOD))
    assert everything() == before
    assert "3 complaints brought in" in desk.run(desk.csv(*GOOD))


def test_ctrl_c_imports_nothing(desk: Desk) -> None:
    with mock.patch.object(intake, "register_complaint", side_effect=KeyboardInterrupt):
        assert "Interrupted: nothing was imported." in desk.refused(desk.csv(*GOOD))


def test_a_file_changed_between_the_two_readings_is_refused(desk: Desk) -> None:
    file, real = desk.csv(*GOOD), intake.bring_in_history

    def meanwhile(*args: Any, **kwargs: Any) -> Complaint:
        file.write_bytes(file.read_bytes() + b"\n")
        return real(*args, **kwargs)

    with mock.patch.object(intake, "bring_in_history", meanwhile):
        assert "The file was changed while it was read" in desk.refused(file)


def test_progress_is_shown(desk: Desk) -> None:
    desk.run(desk.csv(*GOOD))
    assert "3 of 3 rows brought in" in desk.err


# -- it can be worked on ----------------------------------------------------------------
def test_an_imported_complaint_goes_on_to_its_end_although_nobody_can_be_reached(desk: Desk, cast: Cast) -> None:
    """Unknown customer, no channel: nothing to tell, an exception closes it, and the cause is found all the same."""
    desk.run(desk.csv(GOOD[1]))
    close_as_unreachable(cast, imported("2"))
    assert (imported("2").status, imported("2").outcome) == ("closed", "unreachable")
    assert list(flaws()) == []


def close_as_unreachable(cast: Cast, complaint: Complaint) -> None:
    by = cast.agent
    intake.agree_read_back(
        complaint,
        by=by,
        what_happened="Charged twice",
        why_it_matters="Money",
        what_is_wanted="Not known",
        agreed=False,
    )
    verification.start_verifying(complaint, by=by)
    for issue in complaint.issues.all():
        verification.give_verdict(issue, by=by, finding="upheld", reasons="The statement shows it.")
    verification.finish_verifying(complaint, by=by)
    evidence = verification.add_evidence(complaint, by=by, kind="log", note="Statement of February 2022")
    cause.confirm_cause(
        complaint, by=by, category=CauseCategory.objects.get(name="Data and billing"), method="five_whys",
        statement="The night run was started twice.", evidence=[evidence],
    )  # fmt: skip
    cause.plan_improvement(
        complaint, by=by, kind="preventive", words="Lock the night run.", owner=cast.officer,
        due_on=clock.now().date(), measure="No second run in 90 days",
    )  # fmt: skip
    contact.give_final_reply(
        complaint, by=by, channel="letter", language=complaint.customer.language, reached=False,
        answers=dict.fromkeys(complaint.issues.all(), "You were charged twice."),
    )  # fmt: skip
    asked = approval.ask_approval(
        complaint, by=by, kind=Approval.Kind.EXCEPTION, exception_kind="unreachable", reason="No channel is known."
    )
    approval.approve(asked, by=cast.supervisor, outcome="Yes")
    closure.close_by_exception(complaint, by=by)


def test_imported_complaints_have_pages(desk: Desk, cast: Cast, as_user: Callable[..., Client]) -> None:
    desk.run(desk.csv(*GOOD))
    client = as_user(cast.agent)
    assert {client.get(imported(number).get_absolute_url()).status_code for number in "123"} == {200}


# -- the real files -----------------------------------------------------------------------
def real(name: str) -> Path:
    if not (DATA / name).exists():
        pytest.skip(f"The real file {name} does not lie beside the project, in ../shared/data.")
    return DATA / name


def test_all_six_hundred_arrive_with_their_dates_departments_and_state(desk: Desk, cast: Cast) -> None:
    file, mapping = real("complaints_id.csv"), MAPPINGS / "complaints_id.toml"
    said = desk.run(file, mapping=mapping)
    assert "600 complaints brought in: 539 closed (finished elsewhere), 61 received. New departments: 61." in said
    brought = Complaint.objects.filter(external_ref__startswith="surabaya-2022:")
    assert Counter(brought.values_list("status", "outcome")) == {("closed", "historical"): 539, ("received", ""): 61}
    assert brought.filter(department_concerned=None).count() == brought.filter(narrative__contains=r"\n").count() == 0
    assert brought.filter(owner=cast.agent, home_department=cast.care, channel="import", language="id").count() == 600
    first = brought.get(external_ref="surabaya-2022:156812")
    assert (str(first.department_concerned), first.topic) == (
        "Dinas Lingkungan Hidup", "Informasi Pemangkasan/Perantingan Pohon",
    )  # fmt: skip
    assert first.received_at == datetime(2022, 2, 9, 2, 32, tzinfo=UTC)
    assert first.closed_at == first.contacts.get().at == datetime(2022, 2, 9, 7, 16, 21, tzinfo=UTC)
    assert "wilayah: Surabaya Timur" in first.notes.get().words
    received = brought.filter(status="received")
    assert received.filter(contacts=None, next_step__key="acknowledge").count() == 61
    close_as_unreachable(cast, received[0])
    assert list(flaws()) == []
    before = everything()
    assert "0 complaints brought in. 600 rows were here already." in desk.run(file, mapping=mapping)
    assert everything() == before


def test_all_hundred_and_fifty_arrive_with_their_dates_departments_and_state(desk: Desk, cast: Cast) -> None:
    file, mapping = real("complaints_en.csv"), MAPPINGS / "complaints_en.toml"
    said = desk.run(file, mapping=mapping)
    assert "150 complaints brought in: 149 closed (finished elsewhere), 1 in progress." in said
    brought = Complaint.objects.filter(external_ref__startswith="cfpb:")
    assert Counter(brought.values_list("status", flat=True)) == {"closed": 149, "in_progress": 1}
    assert brought.filter(narrative="").count() == 94
    assert brought.filter(department_concerned=None).count() == brought.filter(category=None).count() == 0
    assert max(len(words) for words in brought.values_list("narrative", flat=True)) > 20_000
    second = brought.get(external_ref="cfpb:2646947")
    assert str(second.department_concerned) == "Experian Information Solutions Inc."
    assert second.received_at == datetime(2017, 8, 16, 4, tzinfo=UTC)  # midnight in New York
    assert second.closed_at == datetime(2017, 9, 7, 4, tzinfo=UTC)
    assert list(flaws()) == []
    before = everything()
    assert "150 rows were here already." in desk.run(file, mapping=mapping)
    assert everything() == before


@pytest.mark.parametrize("name", ["complaints_id.toml", "complaints_en.toml"])
def test_the_page_for_administrators_shows_the_mappings_that_are_tested(name: str) -> None:
    assert (MAPPINGS / name).read_text() in (settings.BASE_DIR / "docs" / "import.md").read_text()
