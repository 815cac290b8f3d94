"""Letters: written in the transaction that causes them, undone, cancelled, sent again.

A letter is a row first, then an e-mail: `delivery.py` carries it, `noting.py` tells what became of it. Where a
customer has no address that may be written to, automatic letters are simply not written; a letter somebody composes
is refused.
"""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from complaints import clock
from complaints.actions.moves import NotYours, apply, apply_to_all, refuse
from complaints.actions.noting import lock_message, note_message
from complaints.emails import to_staff
from complaints.emails.rendering import write
from complaints.hints import look_now
from complaints.models import Approval, Complaint, Contact, Handoff, Message, User
from complaints.permissions import is_person_complained_of, supervisors_of, works_cases
from complaints.workflow import Move, OfferState, SurveyState, Who

State = Message.State
Values = dict[str, Any]
MAY_GO_AGAIN = (State.SENT, State.FAILED, State.UNKNOWN, State.BOUNCED, State.CANCELLED, State.EXPIRED)


# -- writing ------------------------------------------------------------------------
def write_to_customer(
    complaint: Complaint,
    kind: str,
    values: Values,
    *,
    by: User,
    key: str,
    letter: str = "",
    composed: bool = False,
    handoff: Handoff | None = None,
    **when: Any,
) -> Message | None:
    """A letter to the customer in the caller's transaction and under its lock; None where they may not be written to.

    `key` makes it once: writing it again returns the first. `letter` names the template, where it is not
    `complaints/<kind>`. A `composed` letter can be undone for settings.UNDO_SECONDS. `when` takes `not_before`,
    `not_after`, `daytime_in` and `links_until`.
    """
    if not complaint.customer.letter_address:
        return None
    return _keep(
        Message(customer=complaint.customer, language=complaint.customer.language, handoff=handoff, **when),
        complaint, kind, values, by=by, key=key, letter=letter, composed=composed,
    )  # fmt: skip


def write_to_staff(
    complaint: Complaint,
    users: list[User],
    kind: str,
    build: Any,
    *,
    by: User,
    key: str,
    letter: str = "",
    handoff: Handoff | None = None,
) -> None:
    """A notice to each of these people, in their language; never about their own act, never to the person complained
    of. `build(language)` gives the values."""
    for user in users:
        if user == by or not user.is_active or is_person_complained_of(user, complaint):
            continue
        language = to_staff.language_of(user)
        message = Message(user=user, language=language, handoff=handoff)
        _keep(message, complaint, kind, build(language), by=by, key=f"{key}:{user.pk}", letter=letter)


def write_to_outside(
    handoff: Handoff, kind: str, values: Values, *, by: User, key: str, language: str, letter: str = ""
) -> None:
    """To a department beyond the organisation, with the link to its answer page. Without an address: nothing."""
    if handoff.department.is_outside and handoff.department.email:
        message = Message(department=handoff.department, handoff=handoff, language=language)
        _keep(message, handoff.complaint, kind, values, by=by, key=key, letter=letter)


def compose_letter(complaint: Complaint, kind: str, values: Values, *, by: User, key: str) -> Message:
    """A letter a person writes: held for the undo. Under the caller's lock. Raises NotYours, and MoveRefused
    where the customer may not be written to."""
    check_writer(complaint, by)
    message = write_to_customer(complaint, kind, values, by=by, key=key, composed=True)
    assert message  # check_writer has asked
    return message


def check_writer(complaint: Complaint, by: User) -> None:
    """Whoever works on the complaint writes to its customer, if there is an address that may be written to."""
    if not works_cases(by, complaint):
        raise NotYours(Who.AGENT)
    if not complaint.customer.letter_address:
        raise refuse(_("Write a letter"), "no_address", _("No e-mail address is known that may be written to"))


def ask_for_decision(approval: Approval, *, by: User) -> None:
    """A notice to everybody who may say yes: neither the asker nor the owner."""
    people = [user for user in supervisors_of(approval.complaint) if user.pk != approval.complaint.owner_id]

    def decision(language: str) -> Values:
        return to_staff.decision(approval, language)

    write_to_staff(approval.complaint, people, Message.Kind.DECISION, decision, by=by, key=f"decision:{approval.pk}")


# -- stopping, and sending again --------------------------------------------------------
@transaction.atomic
def undo_letter(message: Message, *, by: User) -> Message:
    """Within its seconds, a composed letter is taken back and nothing was sent. Raises MoveRefused once it is under
    way, NotYours."""
    message = lock_message(message)
    apply(message, Move.UNDO, by=by)
    _give_reason(message, gettext_noop("Undone"))
    note_message(message)
    return message


@transaction.atomic
def send_now(message: Message, *, by: User) -> Message:
    """No need to wait for the undo. Raises MoveRefused, NotYours."""
    message = lock_message(message)
    apply(message, Move.RELEASE_NOW, by=by)
    look_now("complaints.tasks.deliver_messages")
    return message


@transaction.atomic
def cancel_letter(message: Message, *, by: User, reason: str) -> Message:
    """Stop a letter that waits. Raises MoveRefused when it is under way or gone, NotYours."""
    message = lock_message(message)
    apply(message, Move.CANCEL, by=by)
    _give_reason(message, reason)
    note_message(message)
    return message


def cancel_waiting(complaint: Complaint, reason: str, **which: Any) -> int:
    """Stop those of its letters that have not begun to leave. No lock of theirs is waited for longer than a claim
    takes; what is under way goes, and is noted."""
    waiting = Message.objects.filter(complaint=complaint, **which)
    return apply_to_all(waiting, Move.CANCEL, reason=reason[:300])


@transaction.atomic
def resend_letter(message: Message, *, by: User, reason: str) -> Message:
    """The same words once more, as a new letter with links of its own; who asked for it and why is kept.

    A survey only within its own time: it is asked once, and never late. Raises MoveRefused, NotYours.
    """
    message, what = lock_message(message), _("Send it again")
    complaint = message.complaint
    if complaint is None or not works_cases(by, complaint):
        raise NotYours(Who.AGENT)
    if message.state not in MAY_GO_AGAIN:
        raise refuse(what, "wrong_state", _("It is now: %(state)s") % {"state": message.get_state_display()})
    if message.replaced_by.exclude(state__in=[State.CANCELLED, State.FAILED]).exists():
        raise refuse(what, "again", _("It was sent again already: see the newer letter"))
    if message.kind in Message.AT_MOST_ONCE:
        _check_survey_still_open(message, what)
    if message.kind == Message.Kind.OFFER and not complaint.offers.filter(state=OfferState.LIVE).exists():
        raise refuse(what, "no_offer", _("The offer is no longer with the customer"))
    if message.customer and not message.customer.letter_address:
        raise refuse(what, "no_address", _("No e-mail address is known that may be written to"))
    again = Message(
        replaces=message,
        why_again=reason[:300],
        **{name: getattr(message, name) for name in _SAME_AGAIN},
        dedupe_key=f"again:{message.pk}:{message.replaced_by.count() + 1}",
        by=by,
        made_at=clock.now(),
        not_before=clock.now(),
    )
    apply(again, Move.POST, by=User.objects.system())
    again.save(force_insert=True)
    if message.state not in (State.SENT, State.UNKNOWN):
        _hand_on_contact(message, again)
    look_now("complaints.tasks.deliver_messages")
    return again


@transaction.atomic
def note_bounce(message: Message, *, by: User, reason: str) -> Message:
    """It came back. Somebody then has to reach the customer another way. Raises MoveRefused, NotYours."""
    message = lock_message(message)
    apply(message, Move.BOUNCE, by=by)
    _give_reason(message, reason)
    note_message(message)
    return message


# -- helpers ---------------------------------------------------------------------------------
_SAME_AGAIN = (
    "kind", "complaint", "cycle", "customer", "user", "department", "language", "subject", "text", "handoff",
    "not_after", "daytime_in", "links_until",
)  # fmt: skip


def _keep(
    message: Message,
    complaint: Complaint,
    kind: str,
    values: Values,
    *,
    by: User,
    key: str,
    letter: str = "",
    composed: bool = False,
) -> Message:
    key = f"{complaint.pk}:{key}"
    existing = Message.objects.filter(dedupe_key=key).first()
    if existing:
        return existing
    written = write(letter or f"complaints/{kind}", message.language, values)
    now = clock.now()
    message.dedupe_key, message.kind, message.complaint, message.cycle = key, kind, complaint, complaint.cycle
    message.subject, message.text, message.by, message.made_at = written.subject, written.text, by, now
    message.not_before = message.not_before or now
    if composed:
        message.held_until = clock.wall() + timedelta(seconds=settings.UNDO_SECONDS)
    apply(message, Move.HOLD if composed else Move.POST, by=by if composed else User.objects.system())
    message.save(force_insert=True)
    look_now(
        "complaints.tasks.release_letters" if composed else "complaints.tasks.deliver_messages",
        after=settings.UNDO_SECONDS + 1 if composed else 0,
    )
    return message


def _hand_on_contact(message: Message, again: Message) -> None:
    """It did not arrive, so what it said is said in the new one: that one reaches the customer, or does not."""
    contact = Contact.objects.filter(message=message).first()
    if contact:
        contact.message = again
        contact.reply = Contact.Reply.SUBSTANTIVE if contact.is_final_reply else contact.reply
        contact.save(update_fields=["message", "reply"])


def _check_survey_still_open(message: Message, what: str) -> None:
    if message.not_after is not None and clock.now() >= message.not_after:
        raise refuse(what, "too_late", _("The time to ask by letter is over: ask by phone"))
    if message.complaint and message.complaint.cycle != message.cycle:
        raise refuse(what, "reopened", _("The complaint was opened again: it is asked anew when it is resolved"))
    if was_answered(message):
        raise refuse(what, "answered", _("The customer has answered the survey"))


def may_go_again(message: Message) -> bool:
    """Whether sending it again would still be in time: for the button; `resend_letter` says why not."""
    in_time = message.not_after is None or clock.now() < message.not_after
    return message.state in MAY_GO_AGAIN and in_time


def was_answered(message: Message) -> bool:
    """A survey's letter whose question has its answer."""
    complaint = message.complaint
    return complaint is not None and complaint.surveys.filter(cycle=message.cycle, state=SurveyState.ANSWERED).exists()


def _give_reason(message: Message, reason: str) -> None:
    message.reason = reason[:300]
    message.save(update_fields=["reason"])
