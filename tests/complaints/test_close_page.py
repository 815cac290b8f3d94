"""The closing list as a page: it names what is missing, the button stays pressable, and closing says what it means."""

import uuid
from datetime import timedelta
from typing import Any

from complaints import clock
from complaints.actions.closure import close_if_finished
from complaints.models import Complaint, Submission
from complaints.tasks import close_finished_complaints
from complaints.workflow import Move
from followups.actions.follow_up import finish_follow_up
from tests import factories
from tests.factories import Cast


def page(complaint: Complaint) -> str:
    return f"/complaints/{complaint.reference}/closure/"


def sent(**typed: Any) -> dict[str, Any]:
    return {"submit_key": str(uuid.uuid4()), **typed}


def fresh(complaint: Complaint) -> Complaint:
    return Complaint.objects.get(pk=complaint.pk)


def test_the_page_names_all_that_is_missing_with_a_link_each(cast: Cast, as_user: Any) -> None:
    complaint = factories.in_progress(cast)
    response = as_user(cast.agent).get(page(complaint))
    assert response.status_code == 200
    items = response.context["missing"]
    assert len(items) >= 6
    assert all(item["url"] for item in items)
    assert f"{len(items)} things are missing" in response.content.decode()


def test_pressing_close_too_early_names_the_things_and_takes_the_focus_there(cast: Cast, as_user: Any) -> None:
    complaint = factories.resolved(cast)
    response = as_user(cast.agent).post(page(complaint), sent())
    assert response.status_code == 409
    assert "Not closed: " in response.content.decode()
    assert 'id="missing" tabindex="-1" data-focus' in response.content.decode()
    assert fresh(complaint).status == "resolved"
    assert not Submission.objects.exists()


def test_with_nothing_missing_it_says_what_is_awaited_and_until_when(cast: Cast, as_user: Any) -> None:
    complaint = factories.ready_to_close(cast)
    client = as_user(cast.agent)
    shown = client.get(page(complaint)).content.decode()
    assert "Nothing is missing" in shown
    assert "It closes by itself on" in shown
    assert complaint.follow_ups.get().get_absolute_url() in shown
    early = client.post(page(complaint), sent())
    assert early.status_code == 409
    assert "customer’s word is awaited" in early.content.decode()


def test_the_owner_closes_it_once_the_window_is_over(cast: Cast, as_user: Any, move_clock: Any) -> None:
    complaint = factories.ready_to_close(cast)
    move_clock(hours=49)
    client, form = as_user(cast.agent), sent()
    response = client.post(page(complaint), form)
    assert (response.status_code, response.url) == (302, complaint.get_absolute_url())
    assert (fresh(complaint).status, fresh(complaint).outcome) == ("closed", "accepted")
    again = client.post(page(complaint), form)
    assert again.status_code == 302
    assert complaint.events.filter(kind="complaint_closed").count() == 1


def test_a_closed_complaint_has_nothing_left_to_close(cast: Cast, as_user: Any) -> None:
    complaint = factories.closed(cast)
    client = as_user(cast.agent)
    assert "It is closed already" in client.get(page(complaint)).content.decode()
    assert client.post(page(complaint), sent()).status_code == 409


def test_a_colleague_reads_the_list_but_the_owner_closes(cast: Cast, as_user: Any, move_clock: Any) -> None:
    complaint = factories.ready_to_close(cast)
    move_clock(hours=49)
    client = as_user(cast.colleague)
    assert client.get(page(complaint)).status_code == 200
    assert client.post(page(complaint), sent()).status_code == 403
    assert fresh(complaint).status == "resolved"


def test_a_foreign_complaint_is_not_there(cast: Cast, as_user: Any) -> None:
    complaint = factories.in_progress(cast)
    for person in (cast.outsider, cast.officer, cast.administrator):
        assert as_user(person).get(page(complaint)).status_code == 404
        assert as_user(person).post(page(complaint), sent()).status_code == 404


def test_the_system_closes_by_itself_when_the_window_is_over_and_only_once(cast: Cast, move_clock: Any) -> None:
    complaint = factories.ready_to_close(cast)
    assert close_finished_complaints() == 0
    move_clock(hours=49)
    assert close_finished_complaints() == 1
    assert close_finished_complaints() == 0
    closed = fresh(complaint)
    assert closed.status == "closed"
    assert closed.events.filter(kind="complaint_closed", by__is_system=True).count() == 1


def test_a_complaint_that_lacks_something_does_not_close_by_itself(cast: Cast, move_clock: Any) -> None:
    complaint = factories.resolved(cast)
    factories.ready_to_close(cast, factories.in_progress(cast, topic="Another"))
    move_clock(hours=49)
    assert close_finished_complaints() == 1
    assert fresh(complaint).status == "resolved"


def test_a_satisfied_customer_lets_the_system_close_at_once(cast: Cast) -> None:
    complaint = factories.ready_to_close(cast)
    finish_follow_up(complaint.follow_ups.get(), by=cast.agent, result=Move.SATISFIED, said=factories.said())
    assert fresh(complaint).status == "closed"
    assert not close_if_finished(complaint, by=cast.system)


def test_a_check_still_due_outlives_an_ordinary_closing(cast: Cast, move_clock: Any) -> None:
    complaint = factories.ready_to_close(cast)
    move_clock(hours=49)
    close_finished_complaints()
    assert complaint.follow_ups.get().state == "due"
    assert complaint.follow_ups.get().due_at > clock.now() - timedelta(days=5)
