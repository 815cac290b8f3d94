"""Sweeps of the case itself and of the outbox: the plural finds, the singular act looks again under the lock."""

from datetime import timedelta
from functools import partial

from celery import shared_task
from django.db.models import F, Q

from complaints import clock
from complaints.actions import delivery
from complaints.actions.closure import close_if_finished
from complaints.actions.guards import SURVEY_WINDOW
from complaints.actions.handoff import lapse_handoff
from complaints.actions.noting import note_message
from complaints.actions.resolution import lapse_offer
from complaints.delivery import open_post
from complaints.hints import look_now
from complaints.models import Complaint, Handoff, Message, Offer, User
from complaints.sweeping import each
from complaints.workflow import FollowUpState, SurveyState

MOST = 500
TIME_FOR_MARKS = timedelta(hours=1)  # a survey's marks come after its first answer, and may be bad news
SENDING_FOR = 35  # seconds of work in one run: with one slow letter more, still less than the soft time limit


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
    said_yes = Q(
        surveys__cycle=F("cycle"), surveys__state=SurveyState.ANSWERED, surveys__solved="yes",
        surveys__answered_at__lte=clock.now() - TIME_FOR_MARKS,
    )  # fmt: skip
    waiting = Complaint.objects.filter(
        window_is_over | was_asked | said_yes,
        status=Complaint.Status.RESOLVED,
        remedy=Complaint.Remedy.FULFILLED,
        cause=Complaint.Cause.CAUSE_KNOWN,
    )
    # All of them: those that still lack something would stand in the way of the others behind a limit.
    waiting = waiting.exclude(surveys__answered_at__gt=clock.now() - TIME_FOR_MARKS)
    finished = list(waiting.order_by("resolved_at").distinct())
    return sum(each(finished, partial(close_if_finished, by=User.objects.system())))


@shared_task
def release_letters() -> int:
    """Letters whose seconds of undo are over. Returns how many go out now."""
    released = delivery.release_held()
    if released:
        look_now(deliver_messages)
    return released


@shared_task
def deliver_messages() -> int:
    """Send what is due, one connection for all of it. Returns how many letters it dealt with."""
    with open_post() as post:
        return delivery.deliver(post, seconds=SENDING_FOR)


@shared_task
def recover_messages() -> int:
    """Letters whose sender stopped while sending. Returns how many it found."""
    return delivery.recover()


@shared_task
def note_messages() -> int:
    """Letters of which the timeline does not know yet what became, those that became too late among them. Returns how
    many it told."""
    delivery.expire_late()
    return len(each(Message.objects.to_be_noted()[:MOST], note_message))
