"""Bring in complaints from a CSV or XLSX file (docs/import.md)."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from complaints.importing.cells import Problem
from complaints.importing.desk import ImportRefused
from complaints.importing.mapping import MappingRefused, load_mapping
from complaints.importing.run import Listener, Report, count, import_complaints
from complaints.importing.table import Unreadable

MOST_PROBLEMS = 1_000
EVERY_SECONDS, EVERY_ROWS = 5, 100


class Command(BaseCommand):
    help = "Bring in complaints from a CSV or XLSX file, as a mapping says. Rows that are here already are left alone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the CSV (UTF-8) or XLSX file")
        parser.add_argument("--mapping", type=Path, required=True, help="the TOML file that says what its columns are")
        parser.add_argument("--skip-bad", action="store_true", help="report rows that cannot be read, import the rest")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, and change nothing")

    def handle(self, *args: Any, file: Path, mapping: Path, skip_bad: bool, dry_run: bool, **options: Any) -> None:
        self._problems, self._told_at = 0, time.monotonic()
        listener = Listener(self._tell_problem, self._tell_progress)
        try:
            report = import_complaints(
                file, load_mapping(mapping), skip_bad=skip_bad, dry_run=dry_run, listener=listener
            )
        except MappingRefused as refusal:
            raise CommandError("\n".join([f"The mapping {mapping} cannot be used:", *refusal.sentences])) from refusal
        except (ImportRefused, Unreadable) as refusal:
            self._tell_the_rest()
            raise CommandError(str(refusal)) from refusal
        except KeyboardInterrupt as stop:
            raise CommandError("Interrupted: nothing was imported.") from stop
        self._tell_the_rest()
        self.stdout.write(summary(report, dry_run=dry_run))

    def _tell_problem(self, problem: Problem) -> None:
        self._problems += 1
        if self._problems <= MOST_PROBLEMS:
            self.stderr.write(str(problem), self.style.NOTICE)

    def _tell_the_rest(self) -> None:
        if self._problems > MOST_PROBLEMS:
            self.stderr.write(f"... and {self._problems - MOST_PROBLEMS:,} more.", self.style.NOTICE)

    def _tell_progress(self, doing: str, done: int, total: int) -> None:
        """Every so many rows for somebody who watches, every so many seconds for a log, and at the end."""
        is_due = time.monotonic() - self._told_at >= EVERY_SECONDS or done == total
        if is_due or (total and done % EVERY_ROWS == 0 and self.stderr.isatty()):
            self._told_at = time.monotonic()
            self.stderr.write(f"{done:,}{f' of {total:,}' if total else ''} rows {doing}", self.style.NOTICE)


def summary(report: Report, *, dry_run: bool) -> str:
    """What happened, in sentences; what did not happen is left out."""
    sentences = [
        "Nothing was changed; this is what would happen." if dry_run else "",
        f"{count(report.read, 'row')} read, {count(report.added, 'complaint')} brought in{_as_what(report)}.",
        f"{_were(report.already)} here already{_but_changed(report)}." if report.already else "",
        f"{_were(report.skipped)} skipped." if report.skipped else "",
        f"{count(report.undated, 'finished row')} without a date of the answer: it stands at the day of receipt."
        if report.undated
        else "",
        f"New departments: {report.departments:,}." if report.departments else "",
        f"New categories: {report.categories:,}." if report.categories else "",
    ]
    return " ".join(filter(None, sentences))


def _as_what(report: Report) -> str:
    parts = [
        f"{report.closed:,} closed (finished elsewhere)" if report.closed else "",
        f"{report.in_progress:,} in progress" if report.in_progress else "",
        f"{report.received:,} received" if report.received else "",
    ]
    return ": " + ", ".join(filter(None, parts)) if report.added else ""


def _but_changed(report: Report) -> str:
    """The desk's own record is not overwritten by a newer file."""
    return f", {report.changed:,} of them with other words or dates than now in the file" if report.changed else ""


def _were(number: int) -> str:
    return f"{count(number, 'row')} {'was' if number == 1 else 'were'}"
