"""Letters for the tests of the outbox: rows that wait to be sent, and a post that does as it is told."""

import uuid
from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from django.db import connection, transaction

from complaints import clock
from complaints.actions.correspondence import write_to_customer
from complaints.actions.delivery import deliver
from complaints.delivery import Letter, Outcome, Result
from complaints.emails import to_customer
from complaints.models import Complaint, Message
from complaints.tasks import note_messages

State = Message.State
AGAIN = Outcome(Result.AGAIN, "The mail server answered 451 to MAIL")
FAILED = Outcome(Result.FAILED, "The mail server answered 550 to RCPT")
UNKNOWN = Outcome(Result.UNKNOWN, "The letter was handed over, but then: The mail server closed the connection")
DOWN = Outcome(Result.AGAIN, "The mail server refuses connections", server_down=True)


class FakePost:
    """Says the outcomes it was given, one for each letter, then that all were sent. Remembers the letters."""

    def __init__(self, *outcomes: Outcome, then: Callable[[Letter], object] | None = None) -> None:
        self.outcomes = list(outcomes)
        self.then = then
        self.letters: list[Letter] = []
        self.inside_a_transaction: list[bool] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Nothing is open."""

    def send(self, letter: Letter) -> Outcome:
        self.letters.append(letter)
        self.inside_a_transaction.append(connection.in_atomic_block)
        if self.then:
            self.then(letter)
        return self.outcomes.pop(0) if self.outcomes else Outcome(Result.SENT)

    @property
    def uids(self) -> list[str]:
        return [letter.uid for letter in self.letters]


def written(complaint: Complaint, *, kind: str = Message.Kind.LETTER, words: str = "Selesai.", **facts: Any) -> Message:
    """A letter to the customer that waits to be sent. `facts` are columns of the row, whatever they say."""
    with transaction.atomic():
        complaint = Complaint.objects.lock(complaint.pk)
        values = to_customer.letter(complaint, words=words)
        key = f"test:{uuid.uuid4()}"
        message = write_to_customer(complaint, kind, values, by=complaint.owner, key=key, letter="complaints/letter")
        assert message
        Message.objects.filter(pk=message.pk).update(**facts)
    return now(message)


def now(message: Message) -> Message:
    """The row as it stands."""
    return Message.objects.get(pk=message.pk)


def sent_by(post: FakePost, **options: Any) -> FakePost:
    """Deliver what is due, once."""
    deliver(post, seconds=30, stays_here=True, **options)
    return post


def nothing_waits() -> None:
    """What the way to a state has written is gone, and told."""
    sent_by(FakePost())
    note_messages()
    assert not Message.objects.filter(state__in=[State.PENDING, State.HELD]).exists()


def let_pass(message: Message) -> None:
    """The wall clock goes on to where this letter's time of waiting, its lease or its undo ends."""
    for name in ("retry_at", "lease_until", "held_until"):
        Message.objects.filter(pk=message.pk, **{f"{name}__isnull": False}).update(**{name: clock.Wall()})


def set_clock(moment: datetime) -> None:
    """Business time is this moment from now on."""
    clock.set_offset(moment - clock.wall())


def told(message: Message, kind: str) -> int:
    """How often the timeline says so of this letter."""
    assert message.complaint
    return message.complaint.events.filter(kind=kind, subject_type="message", subject_id=message.pk).count()
