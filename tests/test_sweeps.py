"""A sweep that meets a row it cannot act on goes on with the next, and says which it left out. And running one twice,
after itself or beside itself, does what running it once does."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from celery import current_app
from django.apps import apps
from django.db.models.signals import pre_save
from django.test import override_settings

from complaints import clock
from complaints.actions.delivery import claim
from complaints.delivery import outbox
from complaints.models import Complaint, Event, Message
from complaints.tasks import close_finished_complaints, lapse_handoffs, lapse_offers
from complaints.timeline import flaws, recorded
from complaints.workflow import Move
from config.schedule import EVERY
from escalation.models import NextStep
from escalation.tasks import refresh_next_steps
from followups.actions.follow_up import finish_follow_up
from followups.models import Survey
from followups.tasks import miss_promises
from tests import factories
from tests.complaints.letters import let_pass, nothing_waits, written
from tests.complaints.test_at_the_same_time import together
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


# -- twice ----------------------------------------------------------------------------------
def a_day_later(reached: Callable[[Cast], Complaint]) -> Callable[[Cast], None]:
    def scene(cast: Cast) -> None:
        for _number in range(2):
            reached(cast)
        clock.advance(timedelta(days=6))

    return scene


def letters_held(cast: Cast) -> None:
    complaint = factories.in_progress(cast)
    for _number in range(2):
        written(complaint, state="held", held_until=clock.wall())


def letters_waiting(cast: Cast) -> None:
    complaint = factories.in_progress(cast)
    for _number in range(2):
        written(complaint)


def letters_lost(cast: Cast) -> None:
    letters_waiting(cast)
    while message := claim(stays_here=True):
        let_pass(message)


def letters_cancelled(cast: Cast) -> None:
    letters_waiting(cast)
    Message.objects.update(state="cancelled", reason="No longer needed")


def surveys_due(cast: Cast) -> None:
    for _number in range(2):
        factories.resolved(cast)
    nothing_waits()
    due_at = Survey.objects.latest("due_at").due_at
    assert due_at
    clock.advance(due_at - clock.now() + timedelta(seconds=1))


# Something for each of the sweeps to do, and how often the timeline says so afterwards.
SCENES: dict[str, tuple[Callable[[Cast], None], dict[str, int]]] = {
    "followups.tasks.miss_promises": (a_day_later(factories.in_progress), {"promise_missed": 2}),
    "followups.tasks.look_at_surveys": (surveys_due, {"survey_sent": 2}),
    "complaints.tasks.lapse_handoffs": (a_day_later(with_handoff), {"handoff_lapsed": 2}),
    "complaints.tasks.lapse_offers": (a_day_later(with_offer), {"offer_lapsed": 2}),
    "complaints.tasks.close_finished_complaints": (a_day_later(factories.ready_to_close), {"complaint_closed": 2}),
    "escalation.tasks.refresh_next_steps": (a_day_later(factories.in_progress), {}),
    "complaints.tasks.release_letters": (letters_held, {}),
    "complaints.tasks.deliver_messages": (letters_waiting, {"message_sent": 2}),
    "complaints.tasks.recover_messages": (letters_lost, {}),
    "complaints.tasks.note_messages": (letters_cancelled, {"message_cancelled": 2}),
}


def everything() -> dict[str, Any]:
    """Every row of ours, and every letter that left."""
    rows = {
        model._meta.label: sorted(map(str, model._default_manager.values_list()))
        for app in ("complaints", "escalation", "followups")
        for model in apps.get_app_config(app).get_models()
    }
    return {**rows, "letters": sorted(path.name for path in outbox().glob("*.eml"))}


def run(task: str) -> None:
    current_app.tasks[task]()


def test_every_recurring_job_is_tried_twice() -> None:
    assert set(SCENES) == {job.task for job in EVERY}


@pytest.mark.parametrize("task", SCENES)
def test_a_sweep_that_runs_again_changes_nothing(cast: Cast, tmp_path: Any, task: str) -> None:
    scene, signs = SCENES[task]
    with override_settings(HOME=tmp_path, EMAIL_URL=""):
        scene(cast)
        before = everything()
        run(task)
        once = everything()
        assert once != before, "it had something to do"
        run(task)
        assert everything() == once
    assert_told(signs)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("task", SCENES)
def test_two_of_a_sweep_at_once_do_what_one_does(transactional_db: None, tmp_path: Any, task: str) -> None:
    scene, signs = SCENES[task]
    with override_settings(HOME=tmp_path, EMAIL_URL=""):
        scene(factories.make_cast())
        together(lambda: run(task), lambda: run(task))
        both = everything()
        run(task)
        assert everything() == both, "nothing was left over"
    assert_told(signs)
    if task == "complaints.tasks.deliver_messages":
        assert len(both["letters"]) == 2
    assert list(flaws()) == []


def assert_told(signs: dict[str, int]) -> None:
    told = Counter(Event.objects.values_list("kind", flat=True))
    assert {sign: told[sign] for sign in signs} == signs
