"""Sweeps of what we owe: the plural finds, the singular act looks again under the lock."""

from functools import partial

from celery import shared_task

from complaints import clock
from complaints.models import User
from complaints.sweeping import each
from followups.actions.promise import miss_promise
from followups.actions.survey import look_at_survey
from followups.models import Promise, Survey

MOST = 500


@shared_task
def miss_promises() -> int:
    """Promises whose time has passed, one transaction each. Returns how many it looked at."""
    due = list(Promise.objects.overdue(clock.now()).order_by("due_at")[:MOST])
    return len(each(due, partial(miss_promise, by=User.objects.system())))


@shared_task
def look_at_surveys() -> int:
    """Surveys to be sent, reminded of or ended. Returns how many it looked at."""
    due = list(Survey.objects.due(clock.now())[:MOST])
    return len(each(due, look_at_survey))
