"""Sweeps of the case itself: the plural finds, the singular act looks again under the lock."""

from functools import partial

from celery import shared_task
from django.db.models import F, Q

from complaints import clock
from complaints.actions.closure import close_if_finished
from complaints.actions.guards import SURVEY_WINDOW
from complaints.actions.handoff import lapse_handoff
from complaints.actions.resolution import lapse_offer
from complaints.models import Complaint, Handoff, Offer, User
from complaints.sweeping import each
from complaints.workflow import FollowUpState

MOST = 500


@shared_task
def lapse_handoffs() -> int:
    """Handoffs nobody accepted in time. Returns how many it looked at."""
    due = list(Handoff.objects.unaccepted(clock.now()).order_by("accept_by")[:MOST])
    return len(each(due, partial(lapse_handoff, by=User.objects.system())))


@shared_task
def lapse_offers() -> int:
    """Offers the customer did not answer in time. Returns how many it looked at."""
    due = list(Offer.objects.filter(state=Offer.State.LIVE, answer_by__lte=clock.now()).order_by("answer_by")[:MOST])
    return len(each(due, partial(lapse_offer, by=User.objects.system())))


@shared_task
def close_finished_complaints() -> int:
    """Resolved complaints that lack nothing, once the customer was asked or the window is over: finished cases do not
    wait for a click. Returns how many it closed."""
    window_is_over = Q(resolved_at__lte=clock.now() - SURVEY_WINDOW)
    was_asked = Q(
        follow_ups__cycle=F("cycle"), follow_ups__state__in=[FollowUpState.SATISFIED, FollowUpState.NOT_REACHED]
    )
    waiting = Complaint.objects.filter(
        window_is_over | was_asked,
        status=Complaint.Status.RESOLVED,
        remedy=Complaint.Remedy.FULFILLED,
        cause=Complaint.Cause.CAUSE_KNOWN,
    )
    # All of them: those that still lack something would stand in the way of the others behind a limit.
    finished = list(waiting.order_by("resolved_at").distinct())
    return sum(each(finished, partial(close_if_finished, by=User.objects.system())))
