"""Links in letters: made when a letter goes out, found again by their hash, taken back when they no longer hold."""

import hashlib
import secrets
from datetime import datetime, timedelta

from complaints import clock
from complaints.actions.merged import end_of
from complaints.models import AccessLink, Complaint, Handoff, Message
from complaints.workflow import HandoffState, Status

Purpose = AccessLink.Purpose
STATUS_LIVES_AFTER_CLOSING = timedelta(days=120)
LONGEST_TOKEN = 100
OF_COMPLAINT = ("customer", "owner", "next_step")
"""What the pages read of it first, in the same query."""


def mint(
    complaint: Complaint,
    purpose: str,
    *,
    at: datetime,
    cycle: int,
    message: Message | None = None,
    handoff: Handoff | None = None,
    expires_at: datetime | None = None,
) -> str:
    """A new secret of 256 bits. Returned once and kept nowhere: the row holds its hash."""
    token = secrets.token_urlsafe(32)
    AccessLink.objects.create(
        token_hash=hash_of(token),
        purpose=purpose,
        complaint=complaint,
        handoff=handoff,
        cycle=cycle,
        message=message,
        made_at=at,
        expires_at=expires_at,
    )
    return token


def find(token: str, purpose: str, *, at: datetime | None = None) -> AccessLink | None:
    """The link behind a secret, if it opens this kind of page now (`at`, where the caller knows it). Opening it
    changes nothing.

    A wrong, an unknown, an ended and a foreign secret are answered alike: None.
    """
    if len(token) > LONGEST_TOKEN or not token.isascii():
        return None
    links = AccessLink.objects.filter(token_hash=hash_of(token), purpose=purpose)
    read_first = ("message", "handoff__department", *(f"complaint__{name}" for name in OF_COMPLAINT))
    link = links.select_related(*read_first).first()
    return link if link and is_live(link, at or clock.now()) else None


def is_live(link: AccessLink, at: datetime) -> bool:
    """Not taken back, not over, and what it opens is still there to be seen."""
    if link.has_ended(at):
        return False
    if link.purpose == Purpose.STATUS:
        return can_be_followed(leads_to(link), at)
    if link.purpose == Purpose.HANDOFF:
        return _is_still_theirs(link) and can_be_followed(link.complaint, at)
    return True


def _is_still_theirs(link: AccessLink) -> bool:
    """The handoff lies with the party the letter went to: one that was just leaving when it went elsewhere as well."""
    handoff, message = link.handoff, link.message
    if handoff is None or handoff.state in (HandoffState.RETURNED, HandoffState.WITHDRAWN):
        return False
    return message is None or message.department_id == handoff.department_id


def can_be_followed(complaint: Complaint, at: datetime) -> bool:
    """Open, or closed not too long ago: nobody reads it by a link for ever."""
    ends_at = followed_until(complaint)
    return ends_at is None or at < ends_at


def followed_until(complaint: Complaint) -> datetime | None:
    """When its links end; None while it is open."""
    return complaint.closed_at + STATUS_LIVES_AFTER_CLOSING if complaint.closed_at else None


def leads_to(link: AccessLink) -> Complaint:
    """The complaint it shows: where its own was merged into another, that one (product.md section 4)."""
    if link.complaint.status != Status.MERGED:
        return link.complaint
    return Complaint.objects.select_related(*OF_COMPLAINT).get(pk=end_of(link.complaint_id))


def revoke(complaint: Complaint, *purposes: str, handoff: Handoff | None = None) -> None:
    """Take links back: those to a handoff that went elsewhere, those to a survey whose cycle is over."""
    links = AccessLink.objects.filter(complaint=complaint, purpose__in=purposes, revoked_at=None)
    if handoff:
        links = links.filter(handoff=handoff)
    links.update(revoked_at=clock.now())


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
