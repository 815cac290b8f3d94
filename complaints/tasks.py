"""Sweeps of the case itself: the plural finds, the singular act looks again under the lock."""

from celery import shared_task

from complaints import clock
from complaints.actions.closure import close_if_finished
from complaints.actions.guards import SURVEY_WINDOW
from complaints.actions.handoff import lapse_handoff
from complaints.actions.resolution import lapse_offer
from complaints.models import Complaint, Handoff, Offer, User

MOST = 500


@shared_task
def lapse_handoffs() -> int:
    """Handoffs nobody accepted in time. Returns how many it looked at."""
    due = list(Handoff.objects.unaccepted(clock.now()).order_by("accept_by")[:MOST])
    system = User.objects.system()
    for handoff in due:
        lapse_handoff(handoff, by=system)
    return len(due)


@shared_task
def lapse_offers() -> int:
    """Offers the customer did not answer in time. Returns how many it looked at."""
    due = list(Offer.objects.filter(state=Offer.State.LIVE, answer_by__lte=clock.now()).order_by("answer_by")[:MOST])
    system = User.objects.system()
    for offer in due:
        lapse_offer(offer, by=system)
    return len(due)


@shared_task
def close_finished_complaints() -> int:
    """Resolved complaints whose window is over and that lack nothing: finished cases do not wait for a click."""
    window_over = clock.now() - SURVEY_WINDOW
    waiting = Complaint.objects.filter(
        status=Complaint.Status.RESOLVED,
        resolved_at__lte=window_over,
        remedy=Complaint.Remedy.FULFILLED,
        cause=Complaint.Cause.CAUSE_KNOWN,
    )
    system = User.objects.system()
    # All of them: those that still lack something would stand in the way of the others behind a limit.
    return sum(close_if_finished(complaint, by=system) for complaint in list(waiting.order_by("resolved_at")))
