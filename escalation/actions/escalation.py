"""Escalating, and what comes of it: taken up, decided with an outcome, carried out."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from complaints import clock
from complaints.actions.correspondence import write_to_staff
from complaints.actions.details import change_owner
from complaints.actions.moves import NotYours, apply, check, refuse
from complaints.kinds import Kind
from complaints.models import Complaint, Handoff, Message, User
from complaints.permissions import acts_as_owner, supervisors_of
from complaints.timeline import record
from complaints.workflow import Move, Who
from escalation import emails
from escalation.models import Escalation, EscalationEntry

DECIDE_WITHIN = timedelta(hours=24)


@transaction.atomic
def raise_escalation(
    complaint: Complaint, *, by: User, trigger_key: str, question: str = "", handoff: Handoff | None = None
) -> Escalation:
    """Once per trigger key: raising it again returns the first. Who decides hears of it.

    Raises MoveRefused on a complaint that is over, and NotYours.
    """
    complaint = Complaint.objects.lock(complaint.pk)
    existing: Escalation | None = complaint.escalations.filter(trigger_key=trigger_key).first()
    if existing:
        return existing
    if not complaint.is_open:
        raise refuse(Move.RAISE.label, "closed", _("The complaint is not open"))
    now = clock.now()
    escalation = Escalation(
        complaint=complaint,
        trigger_key=trigger_key,
        handoff=handoff,
        question=question,
        raised_by=by,
        raised_at=now,
        due_at=now + DECIDE_WITHIN,
    )
    apply(escalation, Move.RAISE, by=by)
    escalation.save(force_insert=True)
    record(complaint, Kind.ESCALATION_RAISED, by=by, subject=escalation, due_at=escalation.due_at, level=1)
    _tell(escalation, by=by)
    return escalation


@transaction.atomic
def take_up(escalation: Escalation, *, by: User) -> Escalation:
    """A supervisor has it."""
    escalation = _locked(escalation)
    apply(escalation, Move.TAKE_UP, by=by)
    escalation.acknowledged_by, escalation.acknowledged_at = by, clock.now()
    escalation.save(update_fields=["acknowledged_by", "acknowledged_at"])
    record(escalation.complaint, Kind.ESCALATION_ACKNOWLEDGED, by=by, subject=escalation)
    return escalation


@transaction.atomic
def ask_back(escalation: Escalation, *, by: User, words: str) -> Escalation:
    """A question to the owner; the time to decide runs on."""
    escalation = _locked(escalation)
    apply(escalation, Move.ASK_BACK, by=by)
    if escalation.acknowledged_at is None:
        escalation.acknowledged_by, escalation.acknowledged_at = by, clock.now()
        escalation.save(update_fields=["acknowledged_by", "acknowledged_at"])
    EscalationEntry.objects.create(escalation=escalation, by=by, at=clock.now(), words=words)
    record(escalation.complaint, Kind.ESCALATION_ASKED, by=by, subject=escalation)
    return escalation


@transaction.atomic
def answer_back(escalation: Escalation, *, by: User, words: str) -> EscalationEntry:
    """The owner's answer to a question, in the same thread. Raises NotYours, and MoveRefused once it is decided."""
    escalation = _locked(escalation)
    if not acts_as_owner(by, escalation.complaint):
        raise NotYours(Who.OWNER)
    if escalation.state not in (Escalation.State.RAISED, Escalation.State.ACKNOWLEDGED):
        raise refuse(_("Answer"), "decided", _("It is now: %(state)s") % {"state": escalation.get_state_display()})
    entry = EscalationEntry.objects.create(escalation=escalation, by=by, at=clock.now(), words=words)
    record(escalation.complaint, Kind.ESCALATION_ANSWERED, by=by, subject=entry)
    return entry


@transaction.atomic
def decide(escalation: Escalation, *, by: User, decision: str, outcome: str) -> Escalation:
    """Approve, decide otherwise or take over, with an outcome in words (0.38). Taking over makes `by` the owner.

    A second return is decided by assigning the handoff, not here.
    """
    escalation = _locked(escalation)
    if escalation.is_arbitration and escalation.handoff and escalation.handoff.state == Handoff.State.RETURNED:
        raise refuse(Move.DECIDE.label, "assign", _("Assign the handoff: that is the decision, and it binds"))
    if not outcome.strip():
        raise refuse(Move.DECIDE.label, "no_outcome", _("Write the outcome"))
    _settle(escalation, by, decision, outcome)
    if decision == Escalation.Decision.TAKE_OVER:
        change_owner(escalation.complaint, to=by, by=by, reason=outcome)
    return escalation


@transaction.atomic
def carry_out(escalation: Escalation, *, by: User, words: str) -> Escalation:
    """The owner did what was decided; only now does it no longer hold the gate."""
    escalation = _locked(escalation)
    apply(escalation, Move.CARRY_OUT, by=by)
    escalation.done_words, escalation.done_at = words, clock.now()
    escalation.save(update_fields=["done_words", "done_at"])
    record(escalation.complaint, Kind.ESCALATION_DONE, by=by, subject=escalation)
    return escalation


def end_all(complaint: Complaint, *, by: User, outcome: str, handoff_id: int | None = None) -> None:
    """The complaint ended (or the handoff it was about was assigned): done, with the outcome named."""
    undone = complaint.escalations.open()
    for escalation in undone.filter(handoff_id=handoff_id) if handoff_id else undone:
        escalation.complaint = complaint
        now = clock.now()
        escalation.decision = escalation.decision or Escalation.Decision.ENDED
        escalation.outcome = escalation.outcome or outcome
        escalation.decided_by, escalation.decided_at = escalation.decided_by or by, escalation.decided_at or now
        escalation.done_at = now
        escalation.save()
        apply(escalation, Move.END, by=User.objects.system())
        record(complaint, Kind.ESCALATION_DONE, by=by, subject=escalation, ended=True)


def _tell(escalation: Escalation, *, by: User) -> None:
    """Of a second return the notice of the return itself tells them (`handoff_letters.tell_returned`)."""
    if escalation.is_arbitration:
        return

    def raised(language: str) -> dict[str, Any]:
        return emails.raised(escalation, language)

    complaint, key = escalation.complaint, f"escalation:{escalation.pk}:{escalation.level}"
    kind, letter = Message.Kind.ESCALATION, "escalation/escalation"
    write_to_staff(complaint, supervisors_of(complaint), kind, raised, by=by, key=key, letter=letter)


def _settle(escalation: Escalation, by: User, decision: str, outcome: str) -> None:
    check(escalation, Move.DECIDE, by=by)
    escalation.decision, escalation.outcome = decision, outcome
    escalation.decided_by, escalation.decided_at = by, clock.now()
    escalation.save()
    apply(escalation, Move.DECIDE, by=by)
    record(escalation.complaint, Kind.ESCALATION_DECIDED, by=by, subject=escalation, decision=decision)


def _locked(escalation: Escalation) -> Escalation:
    complaint = Complaint.objects.lock(escalation.complaint_id)
    fresh: Escalation = (
        Escalation.objects.select_for_update(of=("self",)).select_related("handoff").get(pk=escalation.pk)
    )
    fresh.complaint = complaint
    return fresh
