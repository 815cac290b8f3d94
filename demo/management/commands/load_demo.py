"""Tell the demo's stories on an empty desk."""

import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from complaints import clock
from complaints.models import Complaint, Event
from demo.conductor import play
from demo.days import Days
from demo.people import hire, write_accounts
from demo.stories import STORIES
from demo.telling import Stage


class Command(BaseCommand):
    help = "Fill an empty demo home with people and complaints, told by the real actions with the clock moved."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--if-empty", action="store_true", help="say so and do nothing when there are complaints already"
        )

    def handle(self, *args: Any, if_empty: bool, **options: Any) -> None:
        if not settings.DEMO_HOME:
            raise CommandError("This is not a demo home, so no demo is loaded into it.")
        if Complaint.objects.exists():
            if if_empty:
                self.stdout.write("There are complaints already: the demo is not loaded.")
                return
            raise CommandError("There are complaints already; the demo is for an empty desk.")
        started = time.monotonic()
        self.load()
        accounts = write_accounts()
        self.stdout.write(
            f"{Complaint.objects.count()} complaints, {Event.objects.count()} events,"
            f" in {time.monotonic() - started:.0f} s. The accounts are in {accounts}."
        )

    def load(self) -> None:
        """All or nothing: what was written to the disk goes with the rows."""
        before = _files()
        try:
            with transaction.atomic():
                call_command("load_defaults")
                clock.set_offset(timedelta(0))
                stage = Stage(hire(), Days(clock.now()))
                self.stdout.write(f"Telling {len(STORIES)} stories.")
                play({tell.__module__: tell(stage) for tell in STORIES}, stage.days.now, self._progress)
        except BaseException:
            for path in _files() - before:
                path.unlink()
            raise

    def _progress(self, still_told: int) -> None:
        told = len(STORIES) - still_told
        if told % 7 == 0 or not still_told:
            self.stdout.write(f"  {told} of {len(STORIES)}")


def _files() -> set[Path]:
    return {path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()}
