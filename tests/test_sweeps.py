"""A sweep that meets a row it cannot act on goes on with the next, and says which it left out."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db.models.signals import pre_save

from complaints import clock
from complaints.models import Complaint, Event
from complaints.tasks import close_finished_complaints, lapse_handoffs, lapse_offers
from complaints.timeline import recorded
from complaints.workflow import Move
from escalation.models import NextStep
from escalation.tasks import refresh_next_steps
from followups.actions.follow_up import finish_follow_up
from followups.tasks import miss_promises
from tests import factories
from tests.factories import Cast


@contextmanager
def trouble_with(complaint: Complaint) -> Iterator[None]:
    """Whatever is recorded or planned for this one fails."""

    def fail(**sent: Any) -> None:
        row = sent.get("event") or sent["instance"]
        if row.complaint_id == complaint.pk:
            raise RuntimeError("Sri Wahyuni")

    recorded.connect(fail)
    pre_save.connect(fail, sender=NextStep)
    try:
        yield
    finally:
        recorded.disconnect(fail)
        pre_save.disconnect(fail, sender=NextStep)


def with_handoff(cast: Cast) -> Complaint:
    complaint = factories.in_progress(cast)
    factories.handed_off(cast, complaint)
    return complaint


def with_offer(cast: Cast) -> Complaint:
    complaint = factories.in_progress(cast)
    factories.offered(cast, complaint)
    return complaint


@pytest.mark.parametrize(
    ("reached", "sweep", "sign"),
    [
        (with_handoff, lapse_handoffs, "handoff_lapsed"),
        (with_offer, lapse_offers, "offer_lapsed"),
        (factories.in_progress, miss_promises, "promise_missed"),
        (factories.ready_to_close, close_finished_complaints, "complaint_closed"),
        (factories.in_progress, refresh_next_steps, ""),
    ],
)
def test_one_bad_row_does_not_stop_the_others(
    cast: Cast,
    move_clock: Any,
    caplog: Any,
    reached: Callable[[Cast], Complaint],
    sweep: Callable[[], int],
    sign: str,
) -> None:
    bad, good = reached(cast), reached(cast)
    move_clock(days=6)
    with trouble_with(bad):
        assert sweep() == 1
    if sign:
        assert [event.complaint for event in Event.objects.filter(kind=sign)] == [good]
    said = [record.getMessage() for record in caplog.records if record.name == "complaints.sweeping"]
    assert len(said) == 1
    assert said[0].startswith("A sweep left out ")
    assert "Sri" not in said[0]
    assert sweep() == 1


def test_whoever_was_asked_does_not_wait_for_the_window(cast: Cast) -> None:
    """What was still missing when the customer said yes came a little later."""
    complaint = factories.resolved(cast)
    finish_follow_up(complaint.follow_ups.get(), by=cast.agent, result=Move.SATISFIED, said=factories.said())
    assert close_finished_complaints() == 0
    factories.keep_promises(cast, complaint)
    factories.cause_known(cast, complaint)
    factories.answered(cast, Complaint.objects.get(pk=complaint.pk))
    factories.improved(cast, complaint)
    assert close_finished_complaints() == 1
    complaint.refresh_from_db()
    assert complaint.status == "closed"
    assert complaint.resolved_at
    assert clock.now() < complaint.resolved_at + timedelta(hours=48)
