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
from complaints.delivery import outbox
from complaints.hints import broker
from complaints.models import Complaint, Event, Message
from demo.conductor import play
from demo.days import Days
from demo.mail import DemoPost
from demo.people import hire, write_accounts
from demo.stories import STORIES
from demo.telling import Stage
from escalation.actions.next_step import said_once


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
        told = (
            f"{Complaint.objects.count()} complaints, {Message.objects.count()} letters, {Event.objects.count()} events"
        )
        self.stdout.write(
            f"{told}, in {time.monotonic() - started:.0f} s. The accounts are in {accounts}."
            f" The letters are in {outbox()}, to be read at /outbox/delivered/."
        )

    def load(self) -> None:
        """All or nothing: what was written to the disk goes with the rows."""
        before = _files()
        try:
            with transaction.atomic():
                call_command("load_defaults")
                clock.set_offset(timedelta(0))
                stage = Stage(hire(), Days(clock.now()), DemoPost())
                self.stdout.write(f"Telling {len(STORIES)} stories.")
                stories = {tell.__module__: tell(stage) for tell in STORIES}
                with said_once():
                    play(stories, stage.days.now, stage.post, self._progress)
                broker.open()  # nobody need look at once, hundreds of times, for what the stories have done themselves
        except BaseException:
            for path in _files() - before:
                path.unlink()
            raise

    def _progress(self, still_told: int) -> None:
        told = len(STORIES) - still_told
        if told % 7 == 0 or not still_told:
            self.stdout.write(f"  {told} of {len(STORIES)}")


def _files() -> set[Path]:
    return {path for place in (Path(settings.MEDIA_ROOT), outbox()) for path in place.rglob("*") if path.is_file()}
