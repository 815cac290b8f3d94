"""Saying the next step of a complaint anew: reads the facts, asks the pure function, keeps one narrow row."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from complaints import clock, gate, worktime
from complaints.actions.guards import SURVEY_WINDOW
from complaints.kinds import Kind
from complaints.models import Complaint, Contact
from complaints.workflow import EscalationState, HandoffState, OfferState, PromiseState, RequestState
from escalation.models import Escalation, NextStep
from escalation.next_step import Dated, Facts, HandoffFact, next_step

SILENT_WORKING_DAYS = 3
MOVES_NOTHING = frozenset(
    {
        Kind.CONTACT_LOGGED, Kind.NOTE_ADDED, Kind.NARRATIVE_ADDED, Kind.DETAILS_CHANGED, Kind.EVIDENCE_ADDED,
        Kind.HANDOFF_MESSAGE, Kind.HANDOFF_CHASED, Kind.PERSON_MARKED, Kind.PROMISE_MADE, Kind.PROMISE_MISSED,
        Kind.COMPLAINT_TOOK_IN, Kind.READ_BACK_DISPUTED, Kind.INFORMATION_ASKED, Kind.INFORMATION_CAME,
        Kind.TASK_GIVEN, Kind.TASK_DONE, *(kind for kind in Kind if kind.startswith(("message_", "survey_"))),
    }
)  # fmt: skip
"""Acts after which the same step is due at the same time as before."""
_put_off: ContextVar[set[int] | None] = ContextVar("put_off", default=None)


def say_anew(complaint: Complaint) -> None:
    """After each act; within `said_once` only when all of them are done."""
    changed = _put_off.get()
    if changed is None:
        refresh(complaint)
    else:
        changed.add(complaint.pk)


@contextmanager
def said_once() -> Iterator[None]:
    """For very many acts in one transaction, between which nobody reads a step (the demo being told): each complaint
    they changed gets its step at the end, once."""
    changed: set[int] = set()
    token = _put_off.set(changed)
    try:
        yield
    finally:
        _put_off.reset(token)
    for complaint in Complaint.objects.filter(pk__in=changed).order_by("pk"):
        refresh(complaint)


@transaction.atomic
def refresh(complaint: Complaint, *, at: datetime | None = None) -> NextStep | None:
    """Write the complaint's next step, or remove it when it is over and nothing is owed. Safe to run twice."""
    at = at or clock.now()
    step = next_step(read_facts(complaint), at)
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


def read_facts(complaint: Complaint) -> Facts:
    """Everything the next step depends on, from the rows as they stand in this transaction."""
    follow_up = complaint.follow_ups.due().first()
    owed = Dated(follow_up.pk, follow_up.due_at) if follow_up else None
    call_back = follow_up is not None and follow_up.kind == "call_back"
    status, remedy, cause = complaint.status, complaint.remedy, complaint.cause
    if not complaint.is_open:  # then only the follow-up can still come: the rest need not be read
        return Facts(
            status, remedy, cause, is_open=False, since=complaint.registered_at, follow_up=owed, call_back=call_back
        )
    promises = list(complaint.promises.filter(state__in=[PromiseState.OPEN, PromiseState.MISSED]))
    escalations = list(complaint.escalations.open())
    offers = list(complaint.offers.filter(cycle=complaint.cycle).order_by("pk"))
    return Facts(
        status=status,
        remedy=remedy,
        cause=cause,
        is_open=True,
        since=_since(complaint),
        missed_untold=[Dated(p.pk, p.due_at) for p in promises if p.is_untold],
        open_promises=[Dated(p.pk, p.due_at) for p in promises if p.state == PromiseState.OPEN],
        undecided=[Dated(e.pk, e.due_at) for e in escalations if e.state != EscalationState.DECIDED],
        asked_back=_asked_back(complaint, escalations),
        decided=[Dated(e.pk, e.decided_at) for e in escalations if e.decided_at and e.state == EscalationState.DECIDED],
        waiting_approvals=[Dated(a.pk, a.due_at) for a in complaint.approvals.waiting()],
        ready_approval=_ready(complaint),
        handoffs=[
            HandoffFact(h.pk, h.state, h.due_at, h.answer_by, h.returns)
            for h in complaint.handoffs.open()
            if h.state != HandoffState.NEW
        ],
        live_offer=_offer(offers, OfferState.LIVE, "answer_by"),
        accepted_offer=_offer(offers, OfferState.ACCEPTED, "deliver_by"),
        offer_refused=bool(offers) and offers[-1].state in (OfferState.REFUSED, OfferState.FAILED),
        customer_waits_since=_customer_waits_since(complaint),
        silent_from=_silent_from(complaint),
        follow_up=owed,
        call_back=call_back,
        tasks=[Dated(t.pk, t.due_at) for t in complaint.tasks.open()],
        request=_request(complaint),
        gate_missing=_first_missing(complaint),
        window_ends=complaint.resolved_at + SURVEY_WINDOW if complaint.resolved_at else None,
    )


def _since(complaint: Complaint) -> datetime:
    """The last act that moved the complaint. Writing a note or adding a file does not give us more time."""
    acts = complaint.events.exclude(kind__in=MOVES_NOTHING)
    return acts.order_by("-seq").values_list("at", flat=True).first() or complaint.registered_at


def _offer(offers: list[Any], state: str, due: str) -> Dated | None:
    found = next((offer for offer in offers if offer.state == state), None)
    return Dated(found.pk, getattr(found, due)) if found else None


def _ready(complaint: Complaint) -> Dated | None:
    if complaint.status == "resolved":
        return None
    found = gate.approved_exception(complaint) or gate.approved_decline(complaint)
    return Dated(found.pk, found.due_at) if found else None


def _request(complaint: Complaint) -> Dated | None:
    """What the customer was asked to send, and by when."""
    open_request = complaint.requests.filter(state=RequestState.OPEN).first()
    return Dated(open_request.pk, open_request.answer_by) if open_request else None


def _asked_back(complaint: Complaint, escalations: list[Escalation]) -> list[Dated]:
    """A question of the supervisor's that nobody on our side has answered yet, and when it was asked."""
    asked = []
    for escalation in escalations:
        last = escalation.entries.last() if escalation.state == EscalationState.ACKNOWLEDGED else None
        if last and last.by_id not in (complaint.owner_id, escalation.raised_by_id):
            asked.append(Dated(escalation.pk, last.at))
    return asked


def _customer_waits_since(complaint: Complaint) -> datetime | None:
    """The newest contact of this cycle that says something is hers, and it does not answer a question of ours.

    Whoever left no way to be reached does not wait for a call.
    """
    last = complaint.contacts.filter(cycle=complaint.cycle, reached=True).order_by("-at", "-pk").first()
    if last is None or not last.is_inbound or last.answers_us or not complaint.customer.channels:
        return None
    return last.at


def _silent_from(complaint: Complaint) -> datetime | None:
    """Three working days after we last told the customer something ourselves; holding replies and tries do not count.

    An imported complaint, of which we said nothing yet, is not measured by the answers in its file.
    """
    said = complaint.contacts.outbound().reached().exclude(reply=Contact.Reply.HOLDING).exclude(channel="import")
    last = said.filter(cycle=complaint.cycle).order_by("-at").values_list("at", flat=True).first()
    if last is None or not complaint.customer.channels:
        return None
    return worktime.add_working_days(last, SILENT_WORKING_DAYS, ZoneInfo(settings.SITE_TIME_ZONE))


def _first_missing(complaint: Complaint) -> str:
    """Only a resolved complaint is asked for its gate: before that the steps above lead there."""
    if complaint.status != "resolved":
        return ""
    reasons = gate.missing(complaint)
    return reasons[0].code if reasons else ""
