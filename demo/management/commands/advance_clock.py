"""Let a demo home live through the hours to come at once."""

import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from celery import current_app
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from complaints import clock

MOST_ROUNDS = 5
LONGEST = timedelta(days=366)
SPAN = re.compile(r"(?:([0-9]{1,6})d)?(?:([0-9]{1,6})h)?(?:([0-9]{1,6})m)?")


class Command(BaseCommand):
    help = "Move the clock of a demo home on, by 26h, 90m, 2d or 1d12h, then run every sweep until none finds anything."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("by", nargs="?", default="", metavar="26h", help="how far: 26h, 90m, 2d, 1d12h")

    def run_from_argv(self, argv: list[str]) -> None:
        """`-5h` is a span that is refused with a sentence, not an option that nobody knows."""
        super().run_from_argv([f" {word}" if re.match(r"-[0-9]", word) else word for word in argv])

    def handle(self, *args: Any, by: str, **options: Any) -> None:
        moment = advance(span(by))
        self.stdout.write(f"It is now {moment:%A, %d %B %Y, %H:%M} ({settings.SITE_TIME_ZONE}).")
        for name, found in sweep_until_quiet().items():
            self.stdout.write(f"  {name}: {found}")


def span(text: str) -> timedelta:
    """Days, hours and minutes, in this order, any of them left out. Raises CommandError for anything else."""
    found = SPAN.fullmatch(text.strip())
    days, hours, minutes = (int(number or 0) for number in found.groups()) if found else (0, 0, 0)
    by = timedelta(days=days, hours=hours, minutes=minutes)
    if not timedelta(0) < by <= LONGEST:
        raise CommandError("Say how far the clock moves on: 26h, 90m, 2d or 1d12h, and at most 366 days.")
    return by


def advance(by: timedelta) -> datetime:
    try:
        return clock.advance(by).astimezone(ZoneInfo(settings.SITE_TIME_ZONE))
    except clock.ClockRefused as refused:
        raise CommandError(str(refused)) from refused


def sweep_until_quiet() -> dict[str, int]:
    """Every recurring job in the order of the schedule, here and now, without a worker; again while one of them found
    something, since what one does is another's work. Returns how many rows each dealt with."""
    current_app.loader.import_default_modules()
    found: dict[str, int] = {}
    for _round in range(MOST_ROUNDS):
        before = sum(found.values())
        for name, job in current_app.conf.beat_schedule.items():
            if count := int(current_app.tasks[job["task"]]() or 0):
                found[name] = found.get(name, 0) + count
        if sum(found.values()) == before:
            break
    return found
