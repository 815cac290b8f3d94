"""The end, and back: closing, closing by exception, declining, reopening, merging."""

from django.db import transaction
from django.utils.translation import gettext_noop

from complaints import clock, gate
from complaints.actions.correspondence import cancel_waiting, write_to_customer
from complaints.actions.details import hand_over
from complaints.actions.handoff import end_handoffs
from complaints.actions.intake import ComplaintFacts, register_complaint
from complaints.actions.moves import MoveRefused, apply, check
from complaints.actions.resolution import end_offers
from complaints.actions.waiting import end_requests
from complaints.emails import to_customer
from complaints.kinds import Kind
from complaints.models import Complaint, Message, Note, Offer, RemedyKind, User
from complaints.permissions import can_own
from complaints.timeline import record
from complaints.workflow import Move, Outcome, Status


@transaction.atomic
def close_complaint(complaint: Complaint, *, by: User) -> Complaint:
    """Finished: the gate is empty and the customer was asked, or had the time to say so. Raises MoveRefused with all
    that is missing, each with a place to mend it (product.md section 6)."""
    complaint = Complaint.objects.lock(complaint.pk)
    complaint.outcome, complaint.closed_at = Outcome.ACCEPTED, clock.now()
    complaint.accepted_offer = complaint.offers.filter(state=Offer.State.FULFILLED, cycle=complaint.cycle).last()
    apply(complaint, Move.CLOSE, by=by)
    record(complaint, Kind.COMPLAINT_CLOSED, by=by, outcome=complaint.outcome)
    _tell_closed(complaint, by)
    return complaint


@transaction.atomic
def close_if_finished(complaint: Complaint, *, by: User) -> bool:
    """The system's own closing (section 4): quietly nothing while something is missing. Safe to run twice."""
    complaint = Complaint.objects.lock(complaint.pk)
    if complaint.status != Status.RESOLVED:
        return False
    try:
        close_complaint(complaint, by=by)
    except MoveRefused:
        return False
    return True


@transaction.atomic
def close_by_exception(complaint: Complaint, *, by: User) -> Complaint:
    """With a supervisor's yes. Its act ends open handoffs, offers, escalations and promises; everything else of the
    gate has to be there. Raises MoveRefused, NotYours."""
    complaint = Complaint.objects.lock(complaint.pk)
    exception = gate.approved_exception(complaint)
    complaint.exception, complaint.closed_at = exception, clock.now()
    complaint.outcome = exception.exception_kind if exception else ""
    apply(complaint, Move.CLOSE_BY_EXCEPTION, by=by)
    end_handoffs(complaint, by=by)
    end_offers(complaint, by=by)
    end_requests(complaint)
    record(complaint, Kind.COMPLAINT_CLOSED, by=by, subject=exception, outcome=complaint.outcome)
    _tell_closed(complaint, by)
    return complaint


@transaction.atomic
def decline_complaint(complaint: Complaint, *, by: User) -> Complaint:
    """Not a complaint after all: the contact stays as an enquiry, the reference and the reason stay findable."""
    complaint = Complaint.objects.lock(complaint.pk)
    complaint.exception, complaint.closed_at = gate.approved_decline(complaint), clock.now()
    complaint.outcome = Outcome.NOT_A_COMPLAINT
    apply(complaint, Move.NOT_A_COMPLAINT, by=by)
    end_requests(complaint)
    record(complaint, Kind.COMPLAINT_CLOSED, by=by, subject=complaint.exception, outcome=complaint.outcome)
    return complaint


@transaction.atomic
def reopen_complaint(complaint: Complaint, *, by: User, reason: str) -> Complaint:
    """A new cycle: remedy, acceptance, final reply and follow-up anew; verdicts, cause and improvements stay.

    Whoever looks at a final decision again owns it from then on: the review is by someone new (3.26).
    """
    complaint = Complaint.objects.lock(complaint.pk)
    was_closed, former = complaint.status == Status.CLOSED, complaint.outcome
    check(complaint, Move.REOPEN, by=by)  # its guards read what is emptied next
    complaint.cycle += 1
    complaint.outcome, complaint.closed_at, complaint.resolved_at = "", None, None
    complaint.accepted_offer = complaint.exception = None
    apply(complaint, Move.REOPEN, by=by)
    complaint.save(update_fields=["cycle", "resolved_at"])
    apply(complaint, Move.START_ANEW, by=User.objects.system())
    note = Note.objects.create(complaint=complaint, by=by, at=clock.now(), words=reason)
    record(complaint, Kind.COMPLAINT_REOPENED, by=by, subject=note, was_closed=was_closed)
    cancel_waiting(complaint, gettext_noop("The complaint was opened again"), kind__in=Message.OF_THE_END)
    if former == Outcome.FINAL_DECISION and can_own(by, complaint):
        hand_over(complaint, by, by=by, why=note)
    return complaint


@transaction.atomic
def merge_complaint(complaint: Complaint, *, into: Complaint, by: User) -> Complaint:
    """A duplicate of the same customer: a pointer, no row moves; refused while anything on it is live, by name."""
    first, second = sorted([complaint.pk, into.pk])  # always locked in this order
    locked = {pk: Complaint.objects.lock(pk) for pk in dict.fromkeys([first, second])}
    complaint, target = locked[complaint.pk], locked[into.pk]
    complaint.status_before_merge = complaint.status
    complaint.merged_into, complaint.merged_at = target, clock.now()
    apply(complaint, Move.MERGE, by=by)
    end_requests(complaint)
    record(complaint, Kind.COMPLAINT_MERGED, by=by, into=target.pk)
    record(target, Kind.COMPLAINT_TOOK_IN, by=by, source=complaint.pk)
    return complaint


@transaction.atomic
def unmerge_complaint(complaint: Complaint, *, by: User) -> Complaint:
    """Within 30 days, unless the target was closed since."""
    complaint = Complaint.objects.lock(complaint.pk)
    former = complaint.status_before_merge
    apply(complaint, Move.UNMERGE, by=by)
    complaint.merged_into, complaint.merged_at, complaint.status_before_merge = None, None, ""
    complaint.save(update_fields=["merged_into", "merged_at", "status_before_merge"])
    record(complaint, Kind.COMPLAINT_UNMERGED, by=by, back_to=former)
    return complaint


def continue_complaint(complaint: Complaint, *, words: str, channel: str, language: str, by: User) -> Complaint:
    """A new complaint in the customer's words of now; what it is about, what is wanted and who has it are as before."""
    facts = ComplaintFacts(
        narrative=words,
        wants=complaint.wants or [RemedyKind.UNKNOWN],
        channel=channel,
        language=language,
        category=complaint.category,
        topic=complaint.topic,
        product=complaint.product,
        aspect=complaint.aspect,
        severity=complaint.severity,
        factors=complaint.factors,
        flags=complaint.flags,
    )
    return register_complaint(
        complaint.customer,
        facts,
        by=by,
        home_department=complaint.home_department,
        owner=complaint.owner,
        continues=complaint,
    )


def _tell_closed(complaint: Complaint, by: User) -> None:
    values, key = to_customer.closed(complaint), f"closed:{complaint.cycle}"
    write_to_customer(complaint, Message.Kind.CLOSED, values, by=by, key=key)
