"""What follows from the timeline for time and trouble: rows only, in the same transaction. Safe to run twice."""

from typing import Any

from django.dispatch import receiver
from django.utils.translation import gettext as _

from complaints.kinds import Kind
from complaints.models import Complaint, Event, Handoff, User
from complaints.timeline import recorded
from complaints.workflow import Outcome
from escalation.actions.escalation import end_all, raise_escalation
from escalation.actions.next_step import say_anew


def second_return_escalates(event: Event, complaint: Complaint) -> None:
    """Complaints must not be tossed back and forth (0.36)."""
    handoff = Handoff.objects.get(pk=event.subject_id or 0)
    if handoff.returns >= 2:
        raise_escalation(
            complaint,
            by=User.objects.system(),
            trigger_key=f"second_return:{handoff.pk}:{handoff.returns}",
            handoff=handoff,
        )


def settled_arbitration_is_done(event: Event, complaint: Complaint) -> None:
    """The supervisor assigned or withdrew what was returned twice: that was the decision, carried out."""
    outcome = _("Assigned, binding") if event.kind == Kind.HANDOFF_ASSIGNED else _("Withdrawn")
    end_all(complaint, by=event.by, outcome=outcome, handoff_id=event.subject_id)


def closing_by_exception_ends_escalations(event: Event, complaint: Complaint) -> None:
    if complaint.outcome != Outcome.ACCEPTED:
        end_all(complaint, by=event.by, outcome=str(complaint.get_outcome_display()))


REACTIONS = {
    Kind.HANDOFF_RETURNED: second_return_escalates,
    Kind.HANDOFF_ASSIGNED: settled_arbitration_is_done,
    Kind.HANDOFF_WITHDRAWN: settled_arbitration_is_done,
    Kind.COMPLAINT_CLOSED: closing_by_exception_ends_escalations,
}


@receiver(recorded, dispatch_uid="escalation")
def react(event: Event, **_kwargs: Any) -> None:
    if event.complaint_id is None:
        return
    complaint = Complaint.objects.get(pk=event.complaint_id)
    reaction = REACTIONS.get(Kind(event.kind))
    if reaction:
        reaction(event, complaint)
        complaint = Complaint.objects.get(pk=complaint.pk)
    say_anew(complaint)
