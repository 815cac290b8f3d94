"""The sweep that says next steps anew when time alone has changed them."""

from celery import shared_task

from complaints import clock
from complaints.sweeping import each
from escalation.actions.next_step import refresh_again
from escalation.models import NextStep

MOST = 500


@shared_task
def refresh_next_steps() -> int:
    """Returns how many it looked at."""
    stale = list(NextStep.objects.stale(clock.now()).select_related("complaint").order_by("changes_at")[:MOST])
    return len(each([step.complaint for step in stale], refresh_again))
