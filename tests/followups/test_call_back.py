"""A no, or handled badly: somebody calls within one working day, once, whatever the customer clicks meanwhile."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, override_settings

from complaints import clock
from complaints.actions.closure import close_complaint, reopen_complaint
from complaints.actions.moves import MoveRefused
from complaints.models import Complaint, Event, Message, User
from complaints.tasks import close_finished_complaints, deliver_messages, note_messages
from complaints.timeline import flaws
from complaints.workflow import Move
from followups.actions.follow_up import finish_follow_up, try_follow_up
from followups.actions.survey import Answer, answer_survey
from followups.models import FollowUp, Survey, SurveyAnswer
from followups.tasks import look_at_surveys
from tests import factories
from tests.complaints.test_at_the_same_time import together
from tests.factories import Cast


@pytest.fixture(autouse=True)
def _home(tmp_path: Path) -> Iterator[None]:
    with override_settings(HOME=tmp_path, EMAIL_URL=""):
        yield


def finished(cast: Cast) -> Survey:
    """Nothing of the gate is missing, and the customer has been asked by letter."""
    return asked(factories.ready_to_close(cast))


def asked(complaint: Complaint) -> Survey:
    survey = Survey.objects.latest("pk")
    assert survey.due_at
    clock.advance(survey.due_at - clock.now() + timedelta(seconds=1))
    look_at_surveys()
    deliver_messages()
    note_messages()
    survey.refresh_from_db()
    return survey


def answer(survey: Survey, solved: str, **more: Any) -> Survey:
    return answer_survey(survey, Answer(solved, **more), by=User.objects.customer())


def fresh(complaint: Complaint) -> Complaint:
    return Complaint.objects.get(pk=complaint.pk)


def call_back() -> FollowUp:
    return FollowUp.objects.get(kind="call_back")


def notices() -> int:
    return Message.objects.filter(kind="call_back").count()


BAD = [
    pytest.param({"solved": "no"}, id="no"),
    pytest.param({"solved": "no", "handling": 5}, id="no, though handled well"),
    pytest.param({"solved": "partly", "handling": 1}, id="partly, handled very badly"),
    pytest.param({"solved": "yes", "handling": 2}, id="yes, but handled badly"),
]
NOT_BAD = [
    pytest.param({"solved": "partly"}, id="partly"),
    pytest.param({"solved": "partly", "handling": 3}, id="partly, handled well enough"),
    pytest.param({"solved": "yes"}, id="yes"),
    pytest.param({"solved": "yes", "handling": 3, "effort": 1}, id="yes, hard work"),
]


@pytest.mark.parametrize("said", BAD)
def test_bad_news_is_called_back_within_a_working_day(cast: Cast, said: dict[str, Any]) -> None:
    complaint = factories.resolved(cast)
    factories.keep_promises(cast, complaint)
    survey = answer(asked(complaint), **said)
    call = call_back()
    assert call.state == "due"
    assert timedelta(hours=22) < call.due_at - clock.now() <= timedelta(days=3)
    assert fresh(survey.complaint).status == "resolved"
    step = fresh(survey.complaint).next_step
    assert (step.key, step.owner) == ("call_back", cast.agent)
    assert notices() == 1


@pytest.mark.parametrize("said", NOT_BAD)
def test_anything_else_owes_no_call(cast: Cast, said: dict[str, Any]) -> None:
    answer(asked(factories.resolved(cast)), **said)
    assert not FollowUp.objects.filter(kind="call_back").exists()
    assert notices() == 0


def test_saying_it_again_in_other_words_owes_one_call(cast: Cast) -> None:
    survey = asked(factories.resolved(cast))
    for more in ({}, {"handling": 1}, {"handling": 2, "comment": "Masih rusak."}):
        answer(survey, "no", **more)
        clock.advance(timedelta(hours=1))
    assert (FollowUp.objects.filter(kind="call_back").count(), notices()) == (1, 1)
    assert Event.objects.filter(kind="follow_up_due").count() == 2, "the check and the call-back"


def test_who_says_no_is_not_asked_the_same_by_the_check(cast: Cast) -> None:
    answer(asked(factories.resolved(cast)), "no")
    assert FollowUp.objects.get(kind="check").state == "void"


def closes_by_itself() -> None:
    """The hour for the marks is over, and the sweep comes by."""
    clock.advance(timedelta(hours=1, minutes=1))
    close_finished_complaints()


@pytest.mark.parametrize("more", [{"handling": 3}, {"handling": 5}])
def test_a_change_to_yes_settles_it(cast: Cast, more: dict[str, Any]) -> None:
    survey = finished(cast)
    answer(survey, "no", handling=more.get("handling"))
    answer(survey, "yes", **more)
    call = call_back()
    assert (call.state, call.done_by) == ("satisfied", cast.system)
    assert fresh(survey.complaint).status == "resolved", "there is time for more marks"
    closes_by_itself()
    assert fresh(survey.complaint).status == "closed"
    deliver_messages()
    assert Message.objects.get(kind="call_back").state == "cancelled", "nobody announces a call that does not come"


@pytest.mark.parametrize(
    "said", [{"solved": "partly", "handling": 4}, {"solved": "yes", "handling": 2}, {"solved": "yes"}]
)
def test_a_change_to_anything_less_does_not(cast: Cast, said: dict[str, Any]) -> None:
    survey = asked(factories.resolved(cast))
    answer(survey, "no")
    answer(survey, **said)
    assert call_back().state == "due"


def test_who_changes_back_to_no_is_called_after_all(cast: Cast) -> None:
    survey = asked(factories.resolved(cast))
    answer(survey, "no")
    answer(survey, "yes", handling=4)
    clock.advance(timedelta(days=2))
    answer(survey, "no", handling=4, comment="Rusak lagi.")
    call = call_back()
    assert (call.state, call.done_by, call.done_at) == ("due", None, None)
    assert timedelta(hours=22) < call.due_at - clock.now() <= timedelta(days=3)
    assert notices() == 2, "another date is another letter"
    assert flaws() == []


def test_a_no_after_it_was_closed_changes_no_status(cast: Cast) -> None:
    survey = finished(cast)
    answer(survey, "yes")
    closes_by_itself()
    assert fresh(survey.complaint).status == "closed"
    answer(survey, "no")
    complaint = fresh(survey.complaint)
    assert (complaint.status, call_back().state) == ("closed", "due")
    assert complaint.next_step.key == "call_back"


# -- what comes of the call ------------------------------------------------------------------
def test_it_does_not_close_before_the_call(cast: Cast) -> None:
    survey = answer(finished(cast), "no")
    clock.advance(timedelta(days=5))
    with pytest.raises(MoveRefused) as refused:
        close_complaint(fresh(survey.complaint), by=cast.agent)
    assert [reason.code for reason in refused.value.reasons] == ["call_back_first"]


def test_after_a_good_call_the_owner_closes_and_the_system_does_not(cast: Cast) -> None:
    survey = answer(finished(cast), "no")
    finish_follow_up(call_back(), by=cast.agent, result=Move.SATISFIED, said=factories.said())
    assert fresh(survey.complaint).status == "resolved"
    assert not FollowUp.objects.due().exists()
    assert close_complaint(fresh(survey.complaint), by=cast.agent).status == "closed"


def test_three_tries_that_reach_nobody_are_a_result_too(cast: Cast) -> None:
    survey = answer(finished(cast), "no")
    for _ in range(3):
        try_follow_up(call_back(), by=cast.agent, said=factories.said(reached=False, words=""))
    finish_follow_up(call_back(), by=cast.agent, result=Move.NOT_REACHED)
    assert close_complaint(fresh(survey.complaint), by=cast.agent).status == "closed"


def test_a_call_that_hears_no_opens_it_again(cast: Cast) -> None:
    survey = answer(asked(factories.resolved(cast)), "no")
    said = factories.said(words="Masih bocor.")
    finish_follow_up(call_back(), by=cast.agent, result=Move.NOT_SATISFIED, said=said)
    complaint = fresh(survey.complaint)
    assert (complaint.status, complaint.cycle) == ("in_progress", 2)


def test_a_call_that_heard_yes_is_owed_again_after_another_no(cast: Cast) -> None:
    survey = answer(asked(factories.resolved(cast)), "no")
    try_follow_up(call_back(), by=cast.agent, said=factories.said(reached=False, words=""))
    finish_follow_up(call_back(), by=cast.agent, result=Move.SATISFIED, said=factories.said())
    answer(survey, "partly")
    answer(survey, "no")
    assert (call_back().state, call_back().tries) == ("due", 0)


# -- the page of whoever calls -----------------------------------------------------------------
@pytest.mark.parametrize("page", ["", "result/", "tries/new/"])
def test_whoever_calls_has_read_the_answer(cast: Cast, as_user: Callable[[User], Client], page: str) -> None:
    answer(
        asked(factories.resolved(cast)),
        "no",
        handling=2,
        effort=3,
        had_to_repeat=True,
        comment="Pintunya <b>masih</b> bocor.",
    )
    shown = as_user(cast.agent).get(f"/follow-ups/{call_back().pk}/{page}").content.decode()
    for words in ("What the customer answered", "2 of 5", "3 of 7", "Pintunya &lt;b&gt;masih&lt;/b&gt; bocor."):
        assert words in shown
    assert "is not satisfied and expects our call" in shown


def test_without_an_answer_there_is_none_to_read(cast: Cast, as_user: Callable[[User], Client]) -> None:
    factories.resolved(cast)
    shown = as_user(cast.agent).get(f"/follow-ups/{FollowUp.objects.get().pk}/").content.decode()
    assert "What the customer answered" not in shown


# -- at the same time --------------------------------------------------------------------------
@pytest.fixture
def committed(transactional_db: None) -> Cast:
    return factories.make_cast()


@pytest.mark.django_db(transaction=True)
def test_parallel_answers_leave_one_call_and_all_of_the_history(committed: Cast) -> None:
    survey = asked(factories.resolved(committed))
    said = [("no", None), ("no", 1), ("no", 2), ("partly", 1)]
    results = together(*[lambda s=solved, h=mark: answer(survey, s, handling=h) for solved, mark in said])
    assert results == ["done"] * 4
    survey.refresh_from_db()
    kept = list(SurveyAnswer.objects.values_list("solved", "handling"))
    assert sorted(kept, key=str) == sorted(said, key=str)
    assert kept[-1] == (survey.solved, survey.handling), "the last one stands"
    assert (FollowUp.objects.filter(kind="call_back").count(), notices()) == (1, 1)
    assert flaws() == []


@pytest.mark.django_db(transaction=True)
def test_the_same_answer_pressed_twice_is_one(committed: Cast) -> None:
    survey = asked(factories.resolved(committed))
    assert together(*[lambda: answer(survey, "no")] * 3) == ["done"] * 3
    assert (SurveyAnswer.objects.count(), FollowUp.objects.filter(kind="call_back").count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_an_answer_against_opening_it_again(committed: Cast) -> None:
    survey = asked(factories.resolved(committed))
    results = together(
        lambda: answer(survey, "no"),
        lambda: reopen_complaint(survey.complaint, by=committed.colleague, reason="It broke again."),
    )
    survey.refresh_from_db()
    assert results in (["done", "done"], ["over", "done"])
    assert survey.state == ("answered" if results[0] == "done" else "void")
    assert not FollowUp.objects.due().exists()
    assert flaws() == []


@pytest.mark.django_db(transaction=True)
def test_asking_against_opening_it_again(committed: Cast) -> None:
    """Whichever is first is recorded; a letter about a resolution that no longer stands does not leave."""
    factories.resolved(committed)
    survey = Survey.objects.get()
    assert survey.due_at
    clock.advance(survey.due_at - clock.now() + timedelta(seconds=1))
    together(
        look_at_surveys,
        lambda: reopen_complaint(survey.complaint, by=committed.colleague, reason="It broke again."),
        look_at_surveys,
    )
    deliver_messages()
    note_messages()
    survey.refresh_from_db()
    letters = list(Message.objects.filter(kind="survey").values_list("state", flat=True))
    ended = Event.objects.filter(kind__in=["survey_cancelled", "survey_voided"]).count()
    assert (survey.state, letters) in (("void", ["cancelled"]), ("cancelled", []))
    assert ended == 1
    assert flaws() == []


@pytest.mark.django_db(transaction=True)
def test_two_resolutions_at_once_plan_one_survey(committed: Cast) -> None:
    complaint = factories.in_progress(committed)
    item, today = factories.accepted(committed, complaint).items.get(), clock.now().date()
    fulfil = factories.resolution.fulfil_item
    together(*[lambda: fulfil(item, by=committed.agent, done_on=today, reference="TRF", amount=item.amount)] * 3)
    assert Survey.objects.count() == 1
    assert Event.objects.filter(kind="survey_planned").count() == 1
