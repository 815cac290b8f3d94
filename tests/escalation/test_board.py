"""The board: what waits for a supervisor, oldest first, in a number of queries that does not grow."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints import clock
from complaints.actions.contact import log_contact
from complaints.actions.handoff import redirect_handoff, return_handoff
from complaints.models import Complaint, Handoff
from escalation.actions.escalation import raise_escalation
from escalation.models import NextStep
from followups.tasks import miss_promises
from tests import factories
from tests.factories import Cast

BOARD = "/board/"


def board(as_user: Any, person: Any) -> Any:
    response = as_user(person).get(BOARD)
    assert response.status_code == 200
    return response


def returned_twice(cast: Cast, complaint: Complaint) -> Handoff:
    handoff = factories.handed_off(cast, complaint)
    return_handoff(handoff, by=cast.officer, why="not_ours", words="Ask Finance.")
    redirect_handoff(handoff, by=cast.agent, words="No, you sold it.", answer_by=clock.now() + timedelta(days=1))
    return return_handoff(handoff, by=cast.officer, why="not_ours", words="Ask Finance!")


def test_only_for_supervisors_and_managers(cast: Cast, as_user: Any) -> None:
    for person in (cast.supervisor, cast.manager):
        assert as_user(person).get(BOARD).status_code == 200
    for person in (cast.agent, cast.officer, cast.outsider, cast.administrator):
        assert as_user(person).get(BOARD).status_code == 403


def test_an_empty_board_says_what_is_and_is_not(cast: Cast, as_user: Any) -> None:
    shown = board(as_user, cast.supervisor).content.decode()
    assert "No decisions waiting. 0 promises fall due today" in shown
    assert "not a measure of anybody" in shown
    assert "No complaint is open." in shown


def test_the_oldest_decision_stands_first_with_its_buttons(cast: Cast, as_user: Any, move_clock: Any) -> None:
    first = raise_escalation(factories.in_progress(cast), by=cast.agent, trigger_key="by_hand:1", question="Who pays?")
    move_clock(hours=1)
    factories.asked_exception(cast, factories.in_progress(cast))
    page = board(as_user, cast.supervisor)
    assert page.context["first"].thing == first
    assert page.context["n_decisions"] == 2
    assert f"/escalations/{first.pk}/decision/?choice=take_over" in page.content.decode()
    assert "withdrawn?" in page.content.decode()


def test_what_this_person_may_not_decide_is_listed_but_not_first(cast: Cast, as_user: Any, move_clock: Any) -> None:
    own = raise_escalation(factories.in_progress(cast), by=cast.supervisor, trigger_key="by_hand:1", question="Mine?")
    move_clock(hours=1)
    asked = factories.asked_exception(cast, factories.in_progress(cast))
    page = board(as_user, cast.supervisor)
    assert page.context["first"].thing == asked
    assert [each.thing for each in page.context["decisions"]] == [own]


def test_promises_due_today_and_missed_ones(cast: Cast, as_user: Any, move_clock: Any) -> None:
    late, soon = factories.in_progress(cast), factories.received(cast)
    move_clock(days=3)
    miss_promises()
    due = clock.now() + timedelta(minutes=1)
    log_contact(soon, factories.said(promised="call before noon", promised_by=due), by=cast.agent)
    page = board(as_user, cast.supervisor)
    assert (page.context["n_today"], page.context["n_missed"]) == (1, 1)
    assert [each.pk for each in page.context["promises"]] == [late.pk, soon.pk]
    assert "The customer has not been told." in page.content.decode()


def test_what_goes_in_circles(cast: Cast, as_user: Any) -> None:
    handoff = returned_twice(cast, factories.in_progress(cast))
    page = board(as_user, cast.supervisor)
    assert page.context["circling"] == [handoff]
    assert "returned 2 times" in page.content.decode()


def test_a_complaint_without_a_next_step_is_an_error_that_shows(cast: Cast, as_user: Any) -> None:
    complaint = factories.in_progress(cast)
    assert board(as_user, cast.supervisor).context["n_lost"] == 0
    NextStep.objects.filter(complaint=complaint).delete()
    page = board(as_user, cast.supervisor)
    assert page.context["lost"] == [complaint]
    assert "This should not happen" in page.content.decode()


def test_open_work_is_counted_by_owner_in_the_order_of_names(cast: Cast, as_user: Any, move_clock: Any) -> None:
    factories.in_progress(cast)
    factories.in_progress(cast)
    rows = list(board(as_user, cast.supervisor).context["workload"])
    assert [(row["owner__full_name"], row["n_open"]) for row in rows] == [("Andi Pratama", 2)]
    move_clock(days=5)
    assert board(as_user, cast.supervisor).context["workload"][0]["n_overdue"] == 2


def test_another_call_centres_trouble_is_not_there(cast: Cast, as_user: Any) -> None:
    complaint = factories.in_progress(cast)
    factories.asked_exception(cast, complaint)
    Complaint.objects.filter(pk=complaint.pk).update(home_department=cast.other_care)
    assert board(as_user, cast.supervisor).context["n_decisions"] == 0
    assert board(as_user, cast.manager).context["n_decisions"] == 1


def test_sections_are_capped_and_counted(cast: Cast, as_user: Any) -> None:
    complaint = factories.in_progress(cast)
    for number in range(13):
        raise_escalation(complaint, by=cast.agent, trigger_key=f"by_hand:{number}", question=f"Question {number}?")
    page = board(as_user, cast.supervisor)
    assert (page.context["n_decisions"], len(page.context["decisions"])) == (13, 10)


@pytest.mark.parametrize("who", ["supervisor", "manager"])
def test_the_number_of_queries_does_not_grow(cast: Cast, as_user: Any, who: str, move_clock: Any) -> None:
    client = as_user(getattr(cast, who))

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get(BOARD).status_code == 200
        return len(captured)

    def trouble() -> None:
        complaint = factories.in_progress(cast)
        factories.offered(cast, complaint, items=[factories.resolution.ItemFacts("refund", 900000, "IDR")])
        factories.asked_exception(cast, complaint)
        raise_escalation(complaint, by=cast.agent, trigger_key="by_hand:1", question="Who pays?")
        returned_twice(cast, complaint)

    trouble()
    few = queries()
    for _more in range(3):
        trouble()
    assert queries() == few <= 20
