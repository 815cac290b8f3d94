"""Asked once per resolution, in time or by phone; an answer changes no status and owes a call when it is bad news."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import override_settings

from complaints import clock
from complaints.actions import cause as causes
from complaints.actions import closure, details, resolution
from complaints.actions.access import find, mint
from complaints.actions.approval import approve
from complaints.actions.correspondence import cancel_letter, note_bounce, resend_letter
from complaints.actions.delivery import expire_late, mark
from complaints.actions.moves import MoveRefused, NotYours
from complaints.actions.noting import note_message
from complaints.delivery.post import Outcome, Result
from complaints.models import AccessLink, CauseCategory, Complaint, Event, MailHold, Message, User
from complaints.tasks import close_finished_complaints, deliver_messages, note_messages
from complaints.timeline import flaws
from complaints.workflow import Move
from followups.actions.follow_up import finish_follow_up
from followups.actions.survey import Answer, answer_survey, plan_survey
from followups.models import FollowUp, Survey, SurveyAnswer
from followups.tasks import look_at_surveys
from tests import factories
from tests.factories import Cast


@pytest.fixture(autouse=True)
def _home(tmp_path: Path) -> Iterator[None]:
    with override_settings(HOME=tmp_path, EMAIL_URL=""):
        yield


def the_survey() -> Survey:
    return Survey.objects.select_related("complaint__customer").latest("pk")


def until_due(survey: Survey) -> Survey:
    """The clock at its next moment, and the sweep."""
    survey.refresh_from_db()
    assert survey.due_at
    clock.advance(max(survey.due_at - clock.now(), timedelta(0)) + timedelta(seconds=1))
    look_at_surveys()
    survey.refresh_from_db()
    return survey


def post() -> None:
    deliver_messages()
    note_messages()


def sent(cast: Cast, complaint: Complaint | None = None) -> Survey:
    """Resolved, asked, and the invitation has left."""
    factories.resolved(cast, complaint)
    survey = until_due(the_survey())
    post()
    assert survey.state == "sent"
    return survey


def answer(survey: Survey, solved: str, **more: Any) -> Survey:
    return answer_survey(survey, Answer(solved, **more), by=User.objects.customer())


def fresh(complaint: Complaint) -> Complaint:
    return Complaint.objects.get(pk=complaint.pk)


def invitation() -> Message:
    return Message.objects.filter(kind="survey").latest("pk")


def owed(kind: str) -> FollowUp | None:
    found: FollowUp | None = FollowUp.objects.filter(kind=kind).first()
    return found


def state_of(kind: str) -> str:
    found = owed(kind)
    return found.state if found else ""


def is_within_a_working_day(call: FollowUp | None) -> bool:
    assert call
    return timedelta(0) < call.due_at - clock.now() <= timedelta(days=3)


def told(kind: str) -> int:
    return Event.objects.filter(kind=kind).count()


def without_address(complaint: Complaint) -> None:
    complaint.customer.emails.all().delete()


# -- born ------------------------------------------------------------------------------
def test_it_is_born_with_resolved(cast: Cast) -> None:
    complaint = factories.resolved(cast)
    survey = the_survey()
    assert complaint.resolved_at
    assert (survey.state, survey.cycle) == ("scheduled", 1)
    assert survey.not_before - complaint.resolved_at == timedelta(hours=24)
    assert survey.not_after - complaint.resolved_at == timedelta(hours=48)
    resolved, planned = (Event.objects.get(kind=kind) for kind in ("complaint_resolved", "survey_planned"))
    assert resolved.seq < planned.seq


def test_what_undoes_the_resolution_undoes_its_survey(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    complaint = factories.in_progress(cast)
    item = factories.accepted(cast, complaint).items.get()

    def breaks(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("followups.reactions.plan_survey", breaks)
    with pytest.raises(RuntimeError):
        resolution.fulfil_item(item, by=cast.agent, done_on=clock.now().date(), reference="T", amount=item.amount)
    assert fresh(complaint).status == "in_progress"
    assert not Survey.objects.exists()


def test_one_per_resolution(cast: Cast) -> None:
    complaint = factories.resolved(cast)
    first = the_survey()
    assert plan_survey(complaint, by=cast.agent) == first
    with pytest.raises(IntegrityError), transaction.atomic():
        Survey.objects.create(
            complaint=complaint, cycle=1, state="scheduled", not_before=first.not_before, not_after=first.not_after
        )


def test_an_end_by_exception_is_not_asked_about(cast: Cast) -> None:
    complaint = factories.cause_known(cast, factories.in_progress(cast))
    factories.answered(cast, complaint)
    factories.improved(cast, complaint)
    approve(factories.asked_exception(cast, fresh(complaint)), by=cast.supervisor, outcome="She said so.")
    closure.close_by_exception(fresh(complaint), by=cast.agent)
    clock.advance(timedelta(days=3))
    look_at_surveys()
    assert not Survey.objects.exists()
    assert not Message.objects.filter(kind="survey").exists()


# -- sent ------------------------------------------------------------------------------
def test_it_is_sent_once_however_often_the_sweep_comes(cast: Cast) -> None:
    survey = sent(cast)
    for _ in range(3):
        look_at_surveys()
        post()
    assert Message.objects.filter(kind="survey").count() == 1
    assert survey.sent_at
    assert survey.expires_at == survey.sent_at + timedelta(days=14)
    assert told("survey_sent") == 1


def test_it_is_sent_about_a_complaint_that_is_closed_by_then(cast: Cast) -> None:
    complaint = factories.ready_to_close(cast)
    check = complaint.follow_ups.get(kind="check")
    finish_follow_up(check, by=cast.agent, result=Move.SATISFIED, said=factories.said())
    assert fresh(complaint).status == "closed"
    assert until_due(the_survey()).state == "sent"


def test_who_and_what_it_is_about_stays_as_it_was_when_it_was_sent(cast: Cast) -> None:
    complaint = factories.cause_known(cast, factories.in_progress(cast))
    complaint.department_concerned = cast.sales
    complaint.save()
    survey = sent(cast, complaint)
    was = (survey.owner, survey.department, survey.cause_category)
    assert was == (cast.agent, cast.sales, CauseCategory.objects.get(name="Promoter"))
    details.change_owner(fresh(complaint), to=cast.colleague, by=cast.supervisor, reason="On leave")
    causes.note_new_facts(fresh(complaint), by=cast.supervisor, reason="The till was wrong.")
    complaint.root_causes.update(is_current=False)
    Complaint.objects.filter(pk=complaint.pk).update(department_concerned=cast.finance)
    answer(survey, "yes", handling=4)
    survey.refresh_from_db()
    assert (survey.owner, survey.department, survey.cause_category) == was


def test_without_an_address_somebody_calls_instead(cast: Cast) -> None:
    complaint = factories.resolved(cast)
    without_address(complaint)
    survey = until_due(the_survey())
    assert survey.state == "not_sent"
    assert is_within_a_working_day(owed("instead_of_survey"))
    assert (told("survey_not_sent"), Message.objects.filter(kind="survey").count()) == (1, 0)


def test_consent_withdrawn_before_it_is_sent(cast: Cast) -> None:
    complaint = factories.resolved(cast)
    complaint.customer.emails.update(stopped_at=clock.now())
    assert until_due(the_survey()).state == "not_sent"
    assert state_of("instead_of_survey") == "due"


@pytest.mark.parametrize("way", ["removed", "withdrawn"])
def test_the_address_is_looked_at_again_when_it_leaves(cast: Cast, way: str) -> None:
    complaint = factories.resolved(cast)
    survey = until_due(the_survey())
    assert survey.state == "sent"
    if way == "removed":
        without_address(complaint)
    else:
        complaint.customer.emails.update(stopped_at=clock.now())
    post()
    survey.refresh_from_db()
    assert (invitation().state, survey.state) == ("failed", "not_sent")
    assert is_within_a_working_day(owed("instead_of_survey"))


def test_it_goes_to_the_address_of_the_day(cast: Cast) -> None:
    complaint = factories.resolved(cast)
    until_due(the_survey())
    complaint.customer.emails.update(address="baru@example.test")
    post()
    assert (invitation().state, invitation().address) == ("sent", "baru@example.test")


# -- never late in silence ---------------------------------------------------------------
def test_a_window_that_passes_while_everything_is_down(cast: Cast) -> None:
    factories.resolved(cast)
    clock.advance(timedelta(hours=48, minutes=1))
    look_at_surveys()
    post()
    survey = the_survey()
    assert (survey.state, told("survey_expired"), Message.objects.filter(kind="survey").count()) == ("expired", 1, 0)
    assert is_within_a_working_day(owed("instead_of_survey"))
    for _ in range(3):
        clock.advance(timedelta(days=1))
        look_at_surveys()
        post()
    assert not Message.objects.filter(kind__startswith="survey").exists(), "never late"
    assert FollowUp.objects.filter(kind="instead_of_survey").count() == 1


@pytest.mark.parametrize("held", [True, False], ids=["all mail is held", "nobody delivers"])
def test_a_letter_that_waited_too_long_is_noticed_without_being_claimed(cast: Cast, held: bool) -> None:
    factories.resolved(cast)
    survey = until_due(the_survey())
    if held:
        MailHold.objects.create(pk=1, by=cast.manager, since=clock.now(), reason="Restored")
    clock.advance(survey.not_after - clock.now() + timedelta(minutes=1))
    note_messages()
    survey.refresh_from_db()
    assert (invitation().state, survey.state, told("survey_expired")) == ("expired", "expired", 1)
    assert is_within_a_working_day(owed("instead_of_survey"))
    MailHold.objects.all().delete()
    post()
    assert invitation().state == "expired"
    assert expire_late() == 0


def test_while_all_mail_is_held_nobody_is_reminded_of_what_was_never_asked(cast: Cast) -> None:
    factories.resolved(cast)
    until_due(the_survey())
    MailHold.objects.create(pk=1, by=cast.manager, since=clock.now(), reason="Restored")
    clock.advance(timedelta(days=4))
    look_at_surveys()
    assert not Message.objects.filter(kind="survey_reminder").exists()


@pytest.mark.parametrize("outcome", [Result.UNKNOWN, Result.FAILED])
def test_a_letter_nobody_knows_of_is_asked_by_phone_once(cast: Cast, outcome: Result) -> None:
    factories.resolved(cast)
    survey = until_due(the_survey())
    letter = invitation()
    Message.objects.filter(pk=letter.pk).update(state="sending", claimed_by="x", attempts=1)
    letter.refresh_from_db()
    mark(letter, Outcome(outcome, "The line died"))
    for _ in range(3):
        note_message(letter)
        note_messages()
    survey.refresh_from_db()
    assert survey.state == ("sent" if outcome == Result.UNKNOWN else "not_sent"), "an unknown one may be answered yet"
    assert FollowUp.objects.filter(kind="instead_of_survey").count() == 1
    clock.advance(timedelta(days=4))
    look_at_surveys()
    post()
    assert not Message.objects.filter(kind="survey_reminder").exists(), "we call: no letter asks the same"


def test_a_letter_that_came_back_is_asked_by_phone(cast: Cast) -> None:
    sent(cast)
    note_bounce(invitation(), by=cast.agent, reason="Mailbox full")
    assert is_within_a_working_day(owed("instead_of_survey"))


def test_a_letter_somebody_stopped_is_asked_by_phone(cast: Cast) -> None:
    factories.resolved(cast)
    survey = until_due(the_survey())
    cancel_letter(invitation(), by=cast.agent, reason="She asked for a call")
    survey.refresh_from_db()
    assert (survey.state, state_of("instead_of_survey")) == ("not_sent", "due")


def test_a_second_letter_that_fails_does_not_end_what_the_first_may_have_begun(cast: Cast) -> None:
    survey = sent(cast)
    Message.objects.filter(pk=invitation().pk).update(state="unknown")
    resend_letter(invitation(), by=cast.agent, reason="It may not have arrived")
    again = invitation()
    Message.objects.filter(pk=again.pk).update(state="failed")
    note_message(again)
    assert answer(survey, "yes").state == "answered"


def test_whoever_was_asked_already_is_not_called(cast: Cast) -> None:
    complaint = factories.resolved(cast)
    check = complaint.follow_ups.get(kind="check")
    finish_follow_up(check, by=cast.agent, result=Move.SATISFIED, said=factories.said())
    without_address(complaint)
    assert until_due(the_survey()).state == "not_sent"
    assert owed("instead_of_survey") is None


def test_the_check_and_the_call_instead_are_one_question(cast: Cast) -> None:
    complaint = factories.resolved(cast)
    without_address(complaint)
    until_due(the_survey())
    check = complaint.follow_ups.get(kind="check")
    finish_follow_up(check, by=cast.agent, result=Move.SATISFIED, said=factories.said())
    assert state_of("instead_of_survey") == "void"


# -- reminded, and over --------------------------------------------------------------------
def test_one_reminder_after_three_days(cast: Cast) -> None:
    survey = sent(cast)
    assert survey.sent_at
    until_due(survey)
    reminder = Message.objects.get(kind="survey_reminder")
    assert timedelta(days=3) <= reminder.made_at - survey.sent_at < timedelta(days=4)
    post()
    clock.advance(timedelta(days=6))
    look_at_surveys()
    post()
    assert Message.objects.filter(kind="survey_reminder").count() == 1
    assert told("survey_reminded") == 1


def test_whoever_answered_is_not_reminded(cast: Cast) -> None:
    survey = sent(cast)
    answer(survey, "partly")
    clock.advance(timedelta(days=4))
    look_at_surveys()
    assert not Message.objects.filter(kind="survey_reminder").exists()


def test_an_answer_stops_the_reminder_that_waits(cast: Cast) -> None:
    survey = sent(cast)
    until_due(survey)
    answer(survey, "yes")
    post()
    assert Message.objects.get(kind="survey_reminder").state == "cancelled"


def test_after_fourteen_days_it_is_over(cast: Cast) -> None:
    survey = sent(cast)
    token = mint(survey.complaint, "survey", at=clock.now(), cycle=1, expires_at=survey.expires_at)
    assert find(token, "survey")
    clock.advance(timedelta(days=14))
    for _ in range(2):
        look_at_surveys()
    survey.refresh_from_db()
    assert (survey.state, told("survey_unanswered")) == ("unanswered", 1)
    assert find(token, "survey") is None
    with pytest.raises(MoveRefused):
        answer(survey, "no")
    assert not SurveyAnswer.objects.exists()


# -- answered ------------------------------------------------------------------------------
def test_an_answer_changes_no_status(cast: Cast) -> None:
    complaint = factories.resolved(cast)
    survey = until_due(the_survey())
    for solved in ("no", "partly", "yes"):
        answer(survey, solved)
        assert fresh(complaint).status == "resolved", "the cause is not known: nothing closes it"


def test_all_answers_are_kept_and_the_last_one_stands(cast: Cast) -> None:
    survey = sent(cast)
    answer(survey, "no")
    answer(survey, "no")
    answer(survey, "no", handling=2, effort=1, had_to_repeat=True, comment="Masih rusak.")
    survey = answer(survey, "partly", handling=3, effort=1, had_to_repeat=True, comment="Masih rusak.")
    kept = list(survey.answers.values_list("solved", "handling"))
    assert kept == [("no", None), ("no", 2), ("partly", 3)], "the same again is no second answer"
    assert (survey.solved, survey.handling, survey.comment) == ("partly", 3, "Masih rusak.")
    assert told("survey_answered") == 3
    assert flaws() == []


def test_only_the_customer_answers(cast: Cast) -> None:
    survey = sent(cast)
    answer(survey, "yes")
    for person in (cast.agent, cast.supervisor, cast.manager, cast.system, User.objects.outside()):
        for solved in ("yes", "no"):
            with pytest.raises(NotYours):
                answer_survey(survey, Answer(solved), by=person)
    assert survey.answers.count() == 1


def test_a_yes_settles_the_check_and_closes_what_lacks_nothing(cast: Cast) -> None:
    complaint = factories.ready_to_close(cast)
    survey = until_due(the_survey())
    post()
    answer(survey, "yes", handling=5)
    assert (state_of("check"), fresh(complaint).status) == ("satisfied", "resolved")
    close_finished_complaints()
    assert fresh(complaint).status == "resolved", "the marks come after the first answer"
    clock.advance(timedelta(hours=1, minutes=1))
    close_finished_complaints()
    assert fresh(complaint).status == "closed"
    check = owed("check")
    assert check
    assert check.done_by == cast.system


def test_a_yes_closes_nothing_that_is_not_finished(cast: Cast) -> None:
    complaint = factories.resolved(cast)
    answer(until_due(the_survey()), "yes")
    assert fresh(complaint).status == "resolved"


def test_a_yes_settles_the_call_we_owed_because_nobody_knew(cast: Cast) -> None:
    survey = sent(cast)
    note_bounce(invitation(), by=cast.agent, reason="Mailbox full")
    answer(survey, "yes")
    assert state_of("instead_of_survey") == "satisfied"


@pytest.mark.parametrize("said", [{"solved": "no"}, {"solved": "partly"}, {"solved": "yes", "handling": 2}])
def test_the_system_never_closes_after_anything_but_a_yes(cast: Cast, said: dict[str, Any]) -> None:
    complaint = factories.ready_to_close(cast)
    answer(until_due(the_survey()), **said)
    clock.advance(timedelta(days=30))
    for sweep in (look_at_surveys, note_messages, close_finished_complaints):
        sweep()
    assert fresh(complaint).status == "resolved"


def test_after_partly_the_owner_may_close(cast: Cast) -> None:
    complaint = factories.ready_to_close(cast)
    answer(until_due(the_survey()), "partly", handling=4)
    assert owed("call_back") is None
    assert closure.close_complaint(fresh(complaint), by=cast.agent).status == "closed"


# -- opened again ----------------------------------------------------------------------------
def test_opened_again_before_it_was_sent(cast: Cast) -> None:
    complaint = factories.resolved(cast)
    closure.reopen_complaint(complaint, by=cast.colleague, reason="It broke again.")
    clock.advance(timedelta(days=3))
    look_at_surveys()
    assert (the_survey().state, told("survey_cancelled")) == ("cancelled", 1)
    assert not Message.objects.filter(kind="survey").exists()


def test_opened_again_after_it_was_written(cast: Cast) -> None:
    complaint = factories.resolved(cast)
    survey = until_due(the_survey())
    closure.reopen_complaint(fresh(complaint), by=cast.colleague, reason="It broke again.")
    post()
    survey.refresh_from_db()
    assert (survey.state, invitation().state, told("survey_voided")) == ("void", "cancelled", 1)
    assert owed("instead_of_survey") is None, "it is asked anew when it is resolved anew"


def test_opened_again_after_it_was_sent(cast: Cast) -> None:
    survey = sent(cast)
    closure.reopen_complaint(fresh(survey.complaint), by=cast.colleague, reason="It broke again.")
    survey.refresh_from_db()
    assert survey.state == "void"
    assert not AccessLink.objects.filter(purpose="survey", revoked_at=None).exists()
    assert AccessLink.objects.filter(purpose="status", revoked_at=None).exists(), "the status link lives on"
    with pytest.raises(MoveRefused):
        answer(survey, "yes")
    clock.advance(timedelta(days=4))
    look_at_surveys()
    assert not Message.objects.filter(kind="survey_reminder").exists()


def test_opened_again_while_the_reminder_waits(cast: Cast) -> None:
    survey = sent(cast)
    until_due(survey)
    closure.reopen_complaint(fresh(survey.complaint), by=cast.colleague, reason="It broke again.")
    post()
    assert Message.objects.get(kind="survey_reminder").state == "cancelled"


def test_what_was_answered_stays_as_history(cast: Cast) -> None:
    survey = answer(sent(cast), "no")
    closure.reopen_complaint(fresh(survey.complaint), by=cast.colleague, reason="It broke again.")
    survey.refresh_from_db()
    assert (survey.state, survey.solved, state_of("call_back")) == ("answered", "no", "void")
    with pytest.raises(MoveRefused):
        answer(survey, "yes")


def test_a_new_resolution_is_asked_anew(cast: Cast) -> None:
    survey = answer(sent(cast), "no")
    closure.reopen_complaint(fresh(survey.complaint), by=cast.colleague, reason="It broke again.")
    second = sent(cast, fresh(survey.complaint))
    assert (second.cycle, second.state, second.solved) == (2, "sent", "")
    assert Message.objects.filter(kind="survey", state="sent").count() == 2
