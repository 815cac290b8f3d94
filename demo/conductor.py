"""Plays all stories at once, in the order of time, with the real sweeps running in between.

A story is a generator: it yields the moment at which it goes on. The conductor
moves the one clock there and lets it act; between two acts it stops wherever a
promise, a handoff, an offer or a window runs out, and the sweeps find it.
"""

import heapq
from collections.abc import Callable, Generator, Iterable
from datetime import datetime, timedelta

from django.db.models import Min

from complaints import clock
from complaints.actions.guards import SURVEY_WINDOW
from complaints.models import Complaint, Handoff, Offer
from complaints.tasks import close_finished_complaints, lapse_handoffs, lapse_offers
from escalation.models import NextStep
from escalation.tasks import refresh_next_steps
from followups.models import Promise
from followups.tasks import miss_promises

Story = Generator[datetime, None, None]

SWEEPS: tuple[Callable[[], int], ...] = (
    miss_promises, lapse_handoffs, lapse_offers, close_finished_complaints, refresh_next_steps,
)  # fmt: skip
A_MOMENT_LATER = timedelta(seconds=20)
"""A sweep finds what is due not to the second."""


class BadlyTold(Exception):
    """A story goes back in time, or beyond today."""


def play(stories: Iterable[Story], until: datetime, progress: Callable[[int], None]) -> None:
    """Tell them all up to `until`, then put the clock back to the wall's. `progress` hears how many are still told."""
    waiting = [(next(story), number, story) for number, story in enumerate(stories)]
    heapq.heapify(waiting)
    last = min(moment for moment, _number, _story in waiting)
    while waiting:
        moment, number, story = heapq.heappop(waiting)
        if moment > until:
            raise BadlyTold(f"{story.__qualname__} goes on at {moment}, which is still to come")
        last = _sweep_up_to(moment, since=last)
        going_on = next(story, None)
        if going_on is None:
            progress(len(waiting))
        elif going_on <= moment:
            raise BadlyTold(f"{story.__qualname__} goes back from {moment} to {going_on}")
        else:
            heapq.heappush(waiting, (going_on, number, story))
    _sweep_up_to(until, since=last)
    clock.set_offset(timedelta(0))


def _sweep_up_to(moment: datetime, *, since: datetime) -> datetime:
    """Run the sweeps wherever something falls due on the way, and once on arrival."""
    due = min(since + A_MOMENT_LATER * 3, moment)  # what the last act has made possible
    while due < moment:
        _sweep_at(due)
        since, found = due, _next_due(due)
        due = min(found + A_MOMENT_LATER, moment) if found else moment
    _sweep_at(moment)
    return moment


def _sweep_at(moment: datetime) -> None:
    clock.advance(moment - clock.now())
    for sweep in SWEEPS:
        sweep()


def _next_due(after: datetime) -> datetime | None:
    resolved = Complaint.objects.filter(status=Complaint.Status.RESOLVED, resolved_at__gt=after - SURVEY_WINDOW)
    window = resolved.aggregate(first=Min("resolved_at"))["first"]
    found = [
        Promise.objects.open().filter(due_at__gt=after).aggregate(first=Min("due_at"))["first"],
        Handoff.objects.filter(state=Handoff.State.OFFERED, accept_by__gt=after).aggregate(first=Min("accept_by"))[
            "first"
        ],
        Offer.objects.filter(state=Offer.State.LIVE, answer_by__gt=after).aggregate(first=Min("answer_by"))["first"],
        NextStep.objects.filter(changes_at__gt=after).aggregate(first=Min("changes_at"))["first"],
        window + SURVEY_WINDOW if window else None,
    ]
    return min((moment for moment in found if moment), default=None)
