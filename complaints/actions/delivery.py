"""Letters leave: claim, commit, send, mark (reliability: rows are the queue, the lock and the proof).

A claim locks the letter alone, looks again whether it may go, mints its links and commits before anything is sent.
Nothing is sent inside a transaction. What cannot be known (the line died after the letter was handed over) is
`unknown`, and visible; a survey is then never sent again by itself, every other letter once.
"""

import logging
import random
import time
import uuid
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import Error, InterfaceError, OperationalError, connection, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_noop

from complaints import clock
from complaints.actions.access import Purpose, mint
from complaints.actions.correspondence import was_answered
from complaints.actions.moves import apply_to_all
from complaints.actions.noting import note_message
from complaints.daytime import next_daytime
from complaints.delivery.looks import fill, html_of
from complaints.delivery.post import Letter, Outcome, Post, Result
from complaints.emails.rendering import links_in
from complaints.models import MailHold, Message
from complaints.permissions import is_person_complained_of
from complaints.workflow import HandoffState, Move, Status

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 5
BACK_OFF = [timedelta(minutes=minutes) for minutes in (1, 5, 20, 60)]
JITTER = 0.2
STEPS_ASIDE = timedelta(hours=1)
MARKED_AGAIN_AFTER = (0.1, 1.0, 3.0, 6.0)  # seconds: about as long as PostgreSQL takes to start again
PLACES = {
    "status": "complaints:status",
    "correct": "complaints:status-correction",
    "upload": "complaints:status-addition",
    "change": "complaints:status-addition",
    "offer": "complaints:status-offer",
    "reopen": "complaints:status-reopening",
    "review": "complaints:status-reopening",
}
ANSWERS = {"survey-yes": "yes", "survey-partly": "partly", "survey-no": "no"}


def deliver(post: Post, *, seconds: float, stays_here: bool = False) -> int:
    """Send what is due, letter by letter, for at most `seconds`. With `stays_here` the post is known to leave them in
    this home, so that they may be addressed to anybody. Returns how many it dealt with."""
    ends, dealt_with = time.monotonic() + seconds, 0
    while time.monotonic() < ends:
        message = claim(stays_here=stays_here)
        if message is None:
            break
        dealt_with += 1
        if message.state == Message.State.PENDING:
            continue  # it waits for the day, and others go first
        if message.state != Message.State.SENDING:
            _note(message)  # too late, or it cannot go: known before it began
            continue
        outcome = _send(post, message)
        mark(message, outcome)
        _note(message)
        if outcome.server_down:
            break  # the next letter would fare no better just now
    return dealt_with


def claim(*, stays_here: bool = False) -> Message | None:
    """The next letter that is due, with what was decided about it: `sending` (it is ours), `pending` (not at this time
    of day), or it will not go. None when nothing is due, or all mail is held."""
    with transaction.atomic():
        if MailHold.objects.exists():
            return None
        now = clock.now()
        waits = Q(retry_at=None) | Q(retry_at__lte=clock.Wall())
        due = Message.objects.filter(waits, state=Message.State.PENDING, not_before__lte=now)
        message = (
            due.select_for_update(skip_locked=True, of=("self",), no_key=True).order_by("not_before", "pk").first()
        )
        if message is None:
            return None
        _look_at(message, now, stays_here)
        message.refresh_from_db(fields=["state", "claimed_by", "reason", "attempts"])
        return message


def mark(message: Message, outcome: Outcome) -> None:
    """Keep what came of our claim. A conditional UPDATE: a claim whose lease ran out says nothing any more, unless it
    brings the news that the letter was sent.

    Nobody else knows it, so a database that is away for a moment is asked again: outside a transaction only.
    """
    for pause in MARKED_AGAIN_AFTER:
        try:
            return _keep_outcome(message, outcome)
        except (OperationalError, InterfaceError) as error:
            if connection.in_atomic_block:
                raise
            logger.warning("What became of message %s was not kept yet: %s", message.pk, type(error).__name__)
            connection.close()
            time.sleep(pause)
    return _keep_outcome(message, outcome)


def _keep_outcome(message: Message, outcome: Outcome) -> None:
    mine = Message.objects.filter(pk=message.pk, claimed_by=message.claimed_by)
    done = {"lease_until": None, "reason": outcome.reason[:300]}
    if outcome.result == Result.AGAIN and outcome.server_down:
        # No fault of the letter: it does not count against it, however long the server is away.
        apply_to_all(mine, Move.TRY_LATER, retry_at=clock.Wall() + _back_off(1), attempts=F("attempts") - 1, **done)
        return
    match outcome.result:
        case Result.SENT:
            apply_to_all(mine, Move.DELIVER, sent_at=clock.now(), **done)
        case Result.AGAIN if message.attempts < MOST_ATTEMPTS:
            apply_to_all(mine, Move.TRY_LATER, retry_at=clock.Wall() + _back_off(message.attempts), **done)
        case Result.AGAIN | Result.FAILED:
            apply_to_all(mine, Move.GIVE_UP, **done)
        case Result.UNKNOWN:
            apply_to_all(mine, Move.LOSE_SIGHT, **done)


def recover() -> int:
    """Claims whose lease is over: nobody knows whether they were sent. Then once more, of the kinds that rather arrive
    twice than never. Returns how many it found."""
    over = Message.objects.filter(state=Message.State.SENDING, lease_until__lte=clock.Wall())
    lost = apply_to_all(
        over, Move.LOSE_SIGHT, reason=gettext_noop("Its sender stopped while sending it"), lease_until=None
    )
    again = Message.objects.filter(state=Message.State.UNKNOWN, was_resent=False, attempts__lt=MOST_ATTEMPTS).exclude(
        kind__in=Message.AT_MOST_ONCE
    )
    return lost + apply_to_all(again, Move.SEND_ONCE_MORE, was_resent=True)


def expire_late() -> int:
    """Letters whose time was over while they waited: noticed even while all mail is held, or nobody delivers. Returns
    how many it found."""
    late = Message.objects.filter(not_after__lt=clock.now())
    return apply_to_all(late, Move.EXPIRE, reason=gettext_noop("Its time was over before it could be sent"))


def release_held() -> int:
    """The seconds of the undo are over. Returns how many go out now."""
    return apply_to_all(Message.objects.filter(held_until__lte=clock.Wall()), Move.RELEASE_NOW)


# -- under the claim --------------------------------------------------------------------
def _look_at(message: Message, now: datetime, stays_here: bool) -> None:
    """A letter that cannot even be looked at steps aside, so that it does not stand before all others for ever."""
    try:
        if not _waits_for_day(message, now):
            _decide(message, now, stays_here)
    except (Error, SoftTimeLimitExceeded):
        raise  # not this letter's fault
    except Exception as error:
        logger.exception("Message %s could not be looked at", message.pk)
        reason = f"It could not be looked at: {type(error).__name__}"
        Message.objects.filter(pk=message.pk).update(retry_at=clock.Wall() + STEPS_ASIDE, reason=reason)


def _waits_for_day(message: Message, now: datetime) -> bool:
    """Customers are asked between 09:00 and 20:00 of their day; until then it waits, and others go first."""
    over = message.not_after is not None and now > message.not_after
    if not message.daytime_in or over:
        return False
    opens = next_daytime(now, ZoneInfo(message.daytime_in))
    if opens <= now:
        return False
    # Where its time ends in the night, that end is noticed when it comes and not in the morning.
    Message.objects.filter(pk=message.pk).update(not_before=min(opens, message.not_after or opens))
    return True


def _decide(message: Message, now: datetime, stays_here: bool) -> None:
    this = Message.objects.filter(pk=message.pk)
    address = _address(message)
    if message.not_after is not None and now > message.not_after:
        apply_to_all(this, Move.EXPIRE, reason=gettext_noop("Its time was over before it could be sent"))
    elif overtaken := _overtaken(message):
        apply_to_all(this, Move.CANCEL, reason=overtaken)
    elif not address:
        apply_to_all(this, Move.GIVE_UP, reason=gettext_noop("No address that may be written to"))
    elif not (stays_here or _is_allowed(address)):
        apply_to_all(
            this, Move.GIVE_UP, reason=gettext_noop("Not on the list of addresses this test home may write to")
        )
    else:
        apply_to_all(
            this,
            Move.CLAIM,
            claimed_by=uuid.uuid4().hex,
            lease_until=clock.Wall() + LEASE,
            attempts=F("attempts") + 1,
            address=address,
        )
        message.address = address


def _address(message: Message) -> str:
    """Where it goes as things stand now: consent and address, and who is complained of, are looked up when it is
    sent."""
    if message.customer:
        return message.customer.letter_address
    if message.department:
        return message.department.email
    user, complaint = message.user, message.complaint
    if user is None or not user.is_active or (complaint and is_person_complained_of(user, complaint)):
        return ""
    return user.email


def _overtaken(message: Message) -> str:
    """What happened since, or nothing: a question about a resolution that no longer stands, a handoff that lies with
    somebody else. (Whatever did it cancels too; this is the second look, also at what comes back from a sender.)"""
    complaint, handoff = message.complaint, message.handoff
    if message.kind in Message.AT_MOST_ONCE and complaint:
        resolved = complaint.status in (Status.RESOLVED, Status.CLOSED)
        if not resolved or complaint.cycle != message.cycle:
            return gettext_noop("The complaint was opened again")
        return gettext_noop("The survey was answered") if was_answered(message) else ""
    if message.kind in Message.OF_THE_END and complaint and complaint.cycle != message.cycle:
        return gettext_noop("The complaint was opened again")
    if handoff and message.department_id:
        over = handoff.state in (HandoffState.RETURNED, HandoffState.WITHDRAWN)
        elsewhere = over or handoff.department_id != message.department_id
        return gettext_noop("It went elsewhere or is no longer needed") if elsewhere else ""
    return ""


def _is_allowed(address: str) -> bool:
    """Outside production only the listed addresses and domains get mail; without a mail server nothing leaves."""
    if settings.PRODUCTION or not settings.EMAIL_URL:
        return True
    allowed = {each.lower() for each in settings.MAIL_ONLY_TO}
    return bool({address.lower(), "@" + address.lower().rpartition("@")[2]} & allowed)


# -- sending ------------------------------------------------------------------------------
def _send(post: Post, message: Message) -> Outcome:
    """Whatever goes wrong with one letter is an outcome of that letter."""
    try:
        letter = _letter(message)
    except Exception as error:
        logger.exception("Message %s could not be put together", message.pk)
        return Outcome(Result.AGAIN, f"It could not be put together: {type(error).__name__}")
    return post.send(letter)


def _letter(message: Message) -> Letter:
    """With its links: minted now, for this attempt, and kept as hashes only."""
    links = _mint_links(message)
    with_buttons = message.kind in Message.WITH_BUTTONS
    return Letter(
        uid=str(message.uid),
        message_id=f"<{message.uid}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}>",
        sender=settings.DEFAULT_FROM_EMAIL,
        reply_to=settings.REPLY_TO,
        to=message.address,
        subject=message.subject,
        text=fill(message.text, links),
        html=html_of(
            message.text,
            subject=message.subject,
            language=message.language,
            org=settings.ORGANISATION,
            buttons=with_buttons,
            links=links,
        ),
        language=message.language,
        headers={},
    )


def _mint_links(message: Message) -> dict[str, str]:
    names = links_in(message.text)
    if not names or message.complaint is None:
        return {}
    tokens: dict[str, str] = {}
    with transaction.atomic():  # all of them, or none that nobody gets
        for purpose in {_purpose(name) for name in names}:
            tokens[purpose] = mint(
                message.complaint,
                purpose,
                at=clock.now(),
                cycle=message.cycle,
                message=message,
                handoff=message.handoff if purpose == Purpose.HANDOFF else None,
                expires_at=None if purpose == Purpose.STATUS else message.links_until,
            )
        return {name: _address_of(name, tokens[_purpose(name)]) for name in names}


def _purpose(name: str) -> str:
    if name in ANSWERS:
        return Purpose.SURVEY
    return Purpose.HANDOFF if name == "handoff" else Purpose.STATUS


def _address_of(name: str, token: str) -> str:
    root = settings.SITE_URL.rstrip("/")
    if name in ANSWERS:
        return f"{root}{reverse('followups:survey', args=[token])}?solved={ANSWERS[name]}"
    place = "complaints:outside-answer" if name == "handoff" else PLACES[name]
    return root + reverse(place, args=[token])


def _note(message: Message) -> None:
    """What follows from it may fail without stopping the letters after it: a sweep (`note_messages`) comes for it."""
    try:
        note_message(message)
    except Exception:
        logger.exception("What became of message %s was not noted yet", message.pk)


def _back_off(attempts: int) -> timedelta:
    step = BACK_OFF[min(attempts, len(BACK_OFF)) - 1]
    return step * (1 + random.uniform(-JITTER, JITTER))
