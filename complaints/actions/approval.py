"""Asking a second person for a yes, and giving it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from complaints import clock, gate
from complaints.actions.correspondence import ask_for_decision
from complaints.actions.merged import refuse_over
from complaints.actions.moves import MoveRefused, apply, refuse
from complaints.actions.resolution import DECIDE_WITHIN, OfferFacts, change_terms, go_live, not_approved
from complaints.kinds import Kind
from complaints.models import Approval, Complaint, Handoff, Offer, User
from complaints.timeline import record
from complaints.workflow import Cause, Move, Reason, Status


@transaction.atomic
def ask_approval(
    complaint: Complaint,
    *,
    by: User,
    kind: str,
    reason: str,
    due_at: datetime | None = None,
    offer: Offer | None = None,
    handoff: Handoff | None = None,
    exception_kind: str = "",
    heard_by: User | None = None,
    outside_route: str = "",
    covers_cause: bool = False,
) -> Approval:
    """Ask for a yes; due in 24 hours unless said otherwise. One request of a kind waits at a time.

    What an exception itself lacks (tries, a named outside body ...) is refused
    here already: nobody should be asked in vain. Raises MoveRefused, NotYours.
    """
    complaint = Complaint.objects.lock(complaint.pk)
    now = clock.now()
    approval = Approval(
        complaint=complaint,
        cycle=complaint.cycle,
        kind=kind,
        offer=offer,
        handoff=handoff,
        exception_kind=exception_kind,
        heard_by=heard_by,
        outside_route=outside_route,
        covers_cause=covers_cause,
        reason=reason,
        asked_by=by,
        asked_at=now,
        due_at=due_at or now + DECIDE_WITHIN,
    )
    apply(approval, Move.ASK, by=by)
    refuse_over(complaint, Move.ASK.label)
    _check_request(complaint, approval)
    approval.save(force_insert=True)
    record(complaint, Kind.APPROVAL_ASKED, by=by, subject=approval, due_at=approval.due_at, kind_of_approval=kind)
    ask_for_decision(approval, by=by)
    return approval


@transaction.atomic
def approve(approval: Approval, *, by: User, outcome: str, new_terms: OfferFacts | None = None) -> Approval:
    """Yes. An offer goes live in the same act, perhaps on new terms within the approver's own limit; what else was
    asked the owner then does. Raises MoveRefused, NotYours."""
    approval = _locked(approval)
    _decide(approval, Move.APPROVE, by, outcome)
    record(approval.complaint, Kind.APPROVAL_GIVEN, by=by, subject=approval, kind_of_approval=approval.kind)
    if approval.offer:
        if new_terms:
            change_terms(approval.offer, new_terms)
        _check_time(approval.offer)
        go_live(approval.offer, by=by)
    return approval


@transaction.atomic
def refuse_approval(approval: Approval, *, by: User, outcome: str) -> Approval:
    """No, in words. An offer that waited for it is then not approved."""
    approval = _locked(approval)
    _decide(approval, Move.REFUSE, by, outcome)
    record(approval.complaint, Kind.APPROVAL_REFUSED, by=by, subject=approval, kind_of_approval=approval.kind)
    if approval.offer:
        not_approved(approval.offer, by=by)
    return approval


@transaction.atomic
def withdraw_approval(approval: Approval, *, by: User) -> Approval:
    """The asker takes the request back. An offer's request goes by withdrawing the offer."""
    approval = _locked(approval)
    if approval.offer:
        where = ("complaints:offer-withdrawal", (approval.offer.pk,))
        raise MoveRefused(Move.WITHDRAW.label, [Reason("offer", _("Withdraw the offer instead"), *where)])
    apply(approval, Move.WITHDRAW, by=by)
    record(approval.complaint, Kind.APPROVAL_WITHDRAWN, by=by, subject=approval)
    return approval


def _check_time(offer: Offer) -> None:
    """An offer whose time to answer has passed while it waited would lapse before the customer heard of it."""
    if offer.answer_by <= clock.now():
        raise refuse(
            Move.APPROVE.label, "answer_by_passed", _("The customer's time to answer has passed: give it a new one")
        )


def _decide(approval: Approval, move: Move, by: User, outcome: str) -> None:
    apply(approval, move, by=by)
    if not outcome.strip():
        raise refuse(move.label, "no_outcome", _("Write the outcome"))
    approval.decided_by, approval.decided_at, approval.outcome = by, clock.now(), outcome
    approval.save(update_fields=["state", "decided_by", "decided_at", "outcome"])


def _check_request(complaint: Complaint, approval: Approval) -> None:
    what = Move.ASK.label
    waiting = complaint.approvals.waiting().filter(kind=approval.kind, handoff=approval.handoff)
    if waiting.exists():
        raise refuse(what, "asked_already", _("This has been asked already and waits for a decision"))
    reasons: list[Reason] = []
    if approval.kind == Approval.Kind.EXCEPTION:
        reasons += gate.exception_lacks(complaint, approval)
        if complaint.status != Status.IN_PROGRESS:
            reasons.append(Reason("not_in_progress", _("The complaint is not in progress")))
    if approval.kind == Approval.Kind.DECLINE and complaint.status not in (Status.RECEIVED, Status.IN_PROGRESS):
        reasons.append(Reason("not_open", _("The complaint is not in progress")))
    if approval.kind == Approval.Kind.UNDETERMINED_CAUSE and complaint.cause != Cause.VERIFIED:
        reasons.append(Reason("not_verified", _("The facts have to be checked first")))
    if approval.kind == Approval.Kind.LATENESS and not (approval.handoff and approval.handoff.was_late):
        reasons.append(Reason("not_late", _("This handoff was not late")))
    if reasons:
        raise MoveRefused(what, reasons)


def _locked(approval: Approval) -> Approval:
    complaint = Complaint.objects.lock(approval.complaint_id)
    fresh = Approval.objects.select_for_update(of=("self",)).select_related("offer").get(pk=approval.pk)
    fresh.complaint = complaint
    if fresh.offer:
        fresh.offer.complaint = complaint
    return fresh
