"""Saying the next step of a complaint anew: reads the facts, asks the pure function, keeps one narrow row."""

from datetime import datetime

from django.db import transaction

from complaints import clock, gate
from complaints.actions.guards import SURVEY_WINDOW
from complaints.models import Approval, Complaint, Contact
from complaints.workflow import ApprovalState, EscalationState, HandoffState, OfferState, PromiseState
from escalation.models import NextStep
from escalation.next_step import Dated, Facts, HandoffFact, next_step


@transaction.atomic
def refresh(complaint: Complaint, *, at: datetime | None = None) -> NextStep | None:
    """Write the complaint's next step, or remove it when it is over and nothing is owed. Safe to run twice."""
    at = at or clock.now()
    step = next_step(read_facts(complaint, at), at)
    if step is None:
        NextStep.objects.filter(complaint=complaint).delete()
        return None
    parameters = {name: value for name, value in (("subject", step.subject), ("code", step.code)) if value}
    row, _made = NextStep.objects.update_or_create(
        complaint=complaint,
        defaults={
            "key": step.key,
            "parameters": parameters,
            "waits_for": step.waits_for,
            "due_at": step.due_at,
            "changes_at": step.changes_at,
            "owner_id": complaint.owner_id,
            "department_id": complaint.home_department_id,
        },
    )
    return row


def refresh_again(complaint: Complaint) -> None:
    """For the sweep: under the lock, and only if it still has to change."""
    with transaction.atomic():
        complaint = Complaint.objects.lock(complaint.pk)
        refresh(complaint)


def read_facts(complaint: Complaint, at: datetime) -> Facts:
    """Everything the next step depends on, from the rows as they stand in this transaction."""
    promises = list(complaint.promises.filter(state__in=[PromiseState.OPEN, PromiseState.MISSED]))
    escalations = list(complaint.escalations.open())
    offers = list(complaint.offers.filter(cycle=complaint.cycle).order_by("pk"))
    follow_up = complaint.follow_ups.due().first()
    return Facts(
        status=complaint.status,
        remedy=complaint.remedy,
        cause=complaint.cause,
        is_open=complaint.is_open,
        since=_since(complaint),
        missed_untold=[Dated(p.pk, p.due_at) for p in promises if p.is_untold],
        open_promises=[Dated(p.pk, p.due_at) for p in promises if p.state == PromiseState.OPEN],
        undecided=[Dated(e.pk, e.due_at) for e in escalations if e.state != EscalationState.DECIDED],
        decided=[Dated(e.pk, e.due_at) for e in escalations if e.state == EscalationState.DECIDED],
        waiting_approvals=[Dated(a.pk, a.due_at) for a in complaint.approvals.waiting()],
        ready_approval=_ready(complaint),
        handoffs=[
            HandoffFact(h.pk, h.state, h.due_at, h.is_late(at), h.returns)
            for h in complaint.handoffs.open()
            if h.state != HandoffState.NEW
        ],
        live_offer=_offer(offers, OfferState.LIVE, "answer_by"),
        accepted_offer=_offer(offers, OfferState.ACCEPTED, "deliver_by"),
        offer_refused=bool(offers) and offers[-1].state in (OfferState.REFUSED, OfferState.FAILED),
        customer_waits=_customer_waits(complaint),
        follow_up=Dated(follow_up.pk, follow_up.due_at) if follow_up else None,
        gate_missing=_first_missing(complaint),
        window_ends=complaint.resolved_at + SURVEY_WINDOW if complaint.resolved_at else None,
    )


def _since(complaint: Complaint) -> datetime:
    """The last act of a person or the system; a plain reading of the clock would push the step ahead of itself."""
    last = complaint.events.order_by("-seq").values_list("at", flat=True).first()
    return last or complaint.registered_at


def _offer(offers: list, state: str, due: str) -> Dated | None:  # type: ignore[type-arg]
    found = next((offer for offer in offers if offer.state == state), None)
    return Dated(found.pk, getattr(found, due)) if found else None


def _ready(complaint: Complaint) -> Dated | None:
    kinds = [Approval.Kind.EXCEPTION, Approval.Kind.DECLINE]
    found = complaint.approvals.filter(state=ApprovalState.APPROVED, kind__in=kinds, cycle=complaint.cycle).first()
    return Dated(found.pk, found.due_at) if found and complaint.status != "resolved" else None


def _customer_waits(complaint: Complaint) -> bool:
    """The newest contact of this cycle that says something is hers, and it does not answer a question of ours."""
    heard = complaint.contacts.filter(cycle=complaint.cycle)
    last = heard.filter(reached=True).order_by("-at", "-pk").first()
    return last is not None and last.direction == Contact.Direction.INBOUND and not last.answers_us


def _first_missing(complaint: Complaint) -> str:
    """Only a resolved complaint is asked for its gate: before that the steps above lead there."""
    if complaint.status != "resolved":
        return ""
    reasons = gate.missing(complaint)
    return reasons[0].code if reasons else ""
