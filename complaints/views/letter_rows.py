"""A letter as a list and its own page show it: to whom, where it went, how it stands, and how it reads.

No secret ever stands here: where a letter has a link, a place says so, and of an address only the beginning is shown.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from complaints.emails.rendering import LINK, Written
from complaints.models import CustomerEmail, Message
from complaints.wording import when

State = Message.State
WAITING = (State.HELD, State.PENDING, State.SENDING)


@dataclass(frozen=True)
class Row:
    message: Message
    to: str  # a name, and what they are
    address: str  # masked; nothing where none is known
    when: str
    reason: str


@dataclass(frozen=True)
class Reading:
    """What whoever gets it reads."""

    subject: str
    paragraphs: list[str]
    language: str


def rows(messages: Iterable[Message], now: datetime) -> list[Row]:
    return [row(message, now) for message in messages]


def row(message: Message, now: datetime) -> Row:
    return Row(message, to_whom(message), address_of(message), when_of(message, now), reason_of(message))


def without_notices(messages: QuerySet[Any]) -> QuerySet[Any]:
    """To customers and outside parties alone."""
    return messages.filter(user=None)


def to_whom(message: Message) -> str:
    if message.customer:
        return str(message.customer)
    if message.department:
        return _("%(department)s, outside party") % {"department": message.department}
    return _("%(name)s, colleague") % {"name": message.user}


def address_of(message: Message) -> str:
    """Where it went; as long as it waits, where it would go now."""
    return masked(message.address or address_now(message))


def address_now(message: Message) -> str:
    if message.customer:
        return message.customer.letter_address
    return message.department.email if message.department else message.user.email if message.user else ""


def masked(address: str) -> str:
    return CustomerEmail(address=address).masked if address else ""


def when_of(message: Message, now: datetime) -> str:
    """The moment that tells most about where it is."""
    if message.sent_at:
        return _("sent %(moment)s") % {"moment": when(message.sent_at)}
    if message.state == State.PENDING and message.not_before > now:
        return _("not before %(moment)s") % {"moment": when(message.not_before)}
    return _("written %(moment)s") % {"moment": when(message.made_at)}


def reason_of(message: Message) -> str:
    """Why it is where it is, once it is somewhere; some reasons are sentences of ours, others a person's."""
    return _(message.reason) if message.reason and message.state != State.SENT else ""


def reading(message: Message | Written, language: str) -> Reading:
    paragraphs = [LINK.sub(_place, each) for each in message.text.split("\n\n")]
    return Reading(message.subject, paragraphs, language)


def _place(link: Any) -> str:
    own = _("the outside party’s own link") if link[1] == "handoff" else _("the customer’s own link")
    return f"[{own}]"
