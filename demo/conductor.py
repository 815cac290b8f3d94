"""Plays all stories at once, in the order of time, with the real sweeps running and the letters going out in between.

A story is a generator: it yields the moment at which it goes on. The conductor
moves the one clock there and lets it act; between two acts it stops wherever a
promise, a handoff, an offer or a window runs out, a survey or a letter is due,
and the sweeps find it. What was written leaves a moment later, as in life.
"""

import heapq
from collections.abc import Callable, Generator, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Min, QuerySet

from complaints import clock
from complaints.actions.guards import SURVEY_WINDOW
from complaints.models import Complaint, Handoff, Message, Offer
from complaints.tasks import close_finished_complaints, lapse_handoffs, lapse_offers
from demo.mail import DemoPost
from followups.models import Promise, Survey
from followups.tasks import look_at_surveys, miss_promises

Story = Generator[datetime, None, None]

SWEEPS: tuple[Callable[[], int], ...] = (
    miss_promises, lapse_handoffs, lapse_offers, close_finished_complaints, look_at_surveys,
)  # fmt: skip
A_MOMENT_LATER = timedelta(seconds=20)
"""A sweep finds what is due not to the second, and a letter takes one to leave."""


class BadlyTold(Exception):
    """A story goes back in time, or beyond today."""


def play(stories: Mapping[str, Story], until: datetime, post: DemoPost, progress: Callable[[int], None]) -> None:
    """Tell them all up to `until`, then put the clock back to the wall's. Their letters leave by `post`; `progress`
    hears how many are still told."""
    waiting = [(next(story), name) for name, story in stories.items()]
    heapq.heapify(waiting)
    swept, _name = min(waiting)
    clock.advance(swept - clock.now())
    while waiting:
        moment, name = heapq.heappop(waiting)
        if moment > until:
            raise BadlyTold(f"{name} goes on at {moment}, which is still to come")
        swept = _go_on_to(moment, swept, post)
        going_on = next(stories[name], None)
        if going_on is None:
            progress(len(waiting))
        elif going_on <= moment:
            raise BadlyTold(f"{name} goes back from {moment} to {going_on}")
        else:
            heapq.heappush(waiting, (going_on, name))
    _go_on_to(until, swept, post)
    post.carry()
    clock.set_offset(timedelta(0))


def _go_on_to(moment: datetime, swept: datetime, post: DemoPost) -> datetime:
    """Let the letters go, run the sweeps wherever something falls due on the way, and arrive. Returns the last moment
    that was looked at."""
    soon = clock.now() + A_MOMENT_LATER
    if soon < moment:
        _move_to(soon)
        post.carry()
    while (due := _next_due(swept)) and due + A_MOMENT_LATER <= moment:
        _move_to(due + A_MOMENT_LATER)
        for sweep in SWEEPS:
            sweep()
        post.carry()
        swept = due
    _move_to(moment)
    return swept


def _move_to(moment: datetime) -> None:
    """Never back: what fell due while the letters left is found a little later."""
    clock.advance(max(moment - clock.now(), timedelta(0)))


def _next_due(after: datetime) -> datetime | None:
    """The first moment after this one at which a sweep will find something."""
    handoffs, offers = Handoff.objects.filter(state=Handoff.State.OFFERED), Offer.objects.filter(state=Offer.State.LIVE)
    resolved = Complaint.objects.filter(status=Complaint.Status.RESOLVED)
    found = [
        _first(Promise.objects.open(), "due_at", after),
        _first(handoffs, "accept_by", after),
        _first(offers, "answer_by", after),
        _first(resolved, "resolved_at", after - SURVEY_WINDOW, SURVEY_WINDOW),
        _first(Survey.objects.all(), "due_at", after),
        _first(Message.objects.filter(state=Message.State.PENDING), "not_before", after),
    ]
    return min((moment for moment in found if moment), default=None)


def _first(rows: QuerySet[Any], column: str, after: datetime, later: timedelta = timedelta(0)) -> datetime | None:
    moment: datetime | None = rows.filter(**{f"{column}__gt": after}).aggregate(first=Min(column))["first"]
    return moment + later if moment else None
