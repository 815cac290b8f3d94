"""Keep every letter here, or let them go again: what one does after a restore, before the workers start."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from complaints.actions.moves import MoveRefused
from complaints.actions.outbox import hold_mail, release_mail
from complaints.models import MailHold, Message, User

WAITING = (Message.State.HELD, Message.State.PENDING, Message.State.SENDING)


class Command(BaseCommand):
    help = "Hold all letters back (on), let them go out again (off), or say how it stands (nothing)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("way", nargs="?", choices=["on", "off"])
        parser.add_argument("--reason", default="", help="why, for whoever reads it in the outbox; needed for on")

    def handle(self, *args: Any, **options: Any) -> None:
        way, reason = options["way"], options["reason"].strip()
        if way == "on" and not reason:
            raise CommandError('Say why: hold_mail on --reason "restored"')
        try:
            if way == "on":
                hold_mail(by=User.objects.system(), reason=reason)
            elif way == "off":
                release_mail(by=User.objects.system())
        except MoveRefused as refusal:
            self.stdout.write(f"{refusal.reasons[0].words}. Nothing was changed.")
        self._say()

    def _say(self) -> None:
        hold = MailHold.objects.select_related("by").first()
        if hold:
            self.stdout.write(f"All mail is held since {hold.since:%Y-%m-%d %H:%M} UTC, by {hold.by}: {hold.reason}")
        else:
            self.stdout.write("Letters go out.")
        waiting = [(state, Message.objects.filter(state=state).count()) for state in WAITING]
        counts = ", ".join(f"{n} {state}" for state, n in waiting)
        self.stdout.write(f"Letters that wait: {sum(n for _state, n in waiting)} ({counts})")
