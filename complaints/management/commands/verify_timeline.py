"""Prove that the record is whole."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from complaints.models import Event
from complaints.timeline import flaws


class Command(BaseCommand):
    help = "Walk every stream of the timeline: forged, missing and cut rows are named; exit 1 if there is one."

    def handle(self, *args: Any, **options: Any) -> None:
        found = 0
        for flaw in flaws():
            found += 1
            self.stderr.write(f"{flaw.stream} #{flaw.seq}: {flaw.words}")
        if found:
            raise CommandError(f"The timeline is not whole: {found} flaws.")
        self.stdout.write(f"The timeline is whole: {Event.objects.count()} rows.")
