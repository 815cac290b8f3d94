"""Asking the customer for something we cannot go on without (letter L3)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from complaints import clock
from complaints.actions.contact import ContactFacts, write_contact
from complaints.actions.correspondence import check_writer, compose_letter, write_to_customer
from complaints.actions.moves import apply, refuse
from complaints.actions.waiting import reminder_key
from complaints.emails import to_customer
from complaints.kinds import Kind
from complaints.models import Complaint, Contact, InformationRequest, Message, User
from complaints.timeline import record, seq_of
from complaints.workflow import Move, RequestState, Status


@dataclass(frozen=True)
class RequestFacts:
    """What we need: in a few words, what exactly, what for, by when, and when we remind of it (or not)."""

    item: str
    items: str
    why: str
    answer_by: datetime
    remind_on: datetime | None = None


@transaction.atomic
def ask_for_information(complaint: Complaint, facts: RequestFacts, *, by: User) -> InformationRequest:
    """By letter, with a date; one reminder waits in the outbox and is stopped by whatever the customer sends.

    One request waits at a time. Raises MoveRefused, NotYours.
    """
    complaint = Complaint.objects.lock(complaint.pk)
    _check(complaint, facts, by)
    now = clock.now()
    request = draft_request(complaint, facts, by=by)
    request.asked_at = now
    request.message = compose_letter(
        complaint, Message.Kind.REQUEST, to_customer.request(complaint, request), by=by,
        key=f"request:{seq_of(complaint)}",
    )  # fmt: skip
    apply(request, Move.REQUEST, by=by)
    request.save(force_insert=True)
    said = ContactFacts(
        Contact.Direction.OUTBOUND, "email", complaint.customer.language, facts.items, reply=Contact.Reply.SUBSTANTIVE
    )
    write_contact(complaint.customer, said, complaint=complaint, by=by, message=request.message)
    if facts.remind_on:
        write_to_customer(
            complaint, Message.Kind.REQUEST_REMINDER, to_customer.request(complaint, request, reminder=True), by=by,
            key=reminder_key(request.message), letter="complaints/request", not_before=facts.remind_on,
            not_after=facts.answer_by, daytime_in=complaint.customer.zone.key,
        )  # fmt: skip
    record(complaint, Kind.INFORMATION_ASKED, by=by, subject=request, due_at=request.answer_by)
    return request


def draft_request(complaint: Complaint, facts: RequestFacts, *, by: User) -> InformationRequest:
    """The row as its letter reads it: for the preview, and before it is kept."""
    return InformationRequest(
        complaint=complaint,
        cycle=complaint.cycle,
        item=facts.item,
        items=facts.items,
        why=facts.why,
        answer_by=facts.answer_by,
        remind_on=facts.remind_on,
        asked_by=by,
    )


def _check(complaint: Complaint, facts: RequestFacts, by: User) -> None:
    what = Move.REQUEST.label
    check_writer(complaint, by)
    if complaint.status not in (Status.RECEIVED, Status.IN_PROGRESS):
        raise refuse(what, "not_open", _("The complaint is no longer being worked on"))
    if complaint.requests.filter(state=RequestState.OPEN).exists():
        raise refuse(what, "asked_already", _("We wait for something already: one request at a time"))
    now = clock.now()
    if facts.answer_by <= now:
        raise refuse(what, "past", _("Choose a time after now"))
    if facts.remind_on and not now < facts.remind_on < facts.answer_by:
        raise refuse(what, "remind_on", _("The reminder comes after now and before the date"))
