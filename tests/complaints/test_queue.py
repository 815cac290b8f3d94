"""The queue: what comes next, for whom, in which order, page by page."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext, override_settings

from complaints import clock
from complaints.actions.contact import log_contact
from complaints.models import Complaint, Contact
from complaints.views import paging, queue
from tests import factories
from tests.factories import Cast

PAGE = "/queue/"


def test_the_first_row_is_the_next_thing_to_do(cast: Cast, as_user: Any) -> None:
    first = factories.received(cast, topic="Charged twice", customer=cast.other_customer)
    later = factories.in_progress(cast)
    shown = as_user(cast.agent).get(PAGE).content.decode()
    assert "Next in your queue" in shown
    assert "Read it back to Encik Farid" in shown
    assert shown.index(first.reference) < shown.index(later.reference)


def test_a_row_says_who_calls_how_often_and_what_they_want(cast: Cast, as_user: Any) -> None:
    complaint = factories.in_progress(cast)
    log_contact(complaint, factories.said(direction=Contact.Direction.INBOUND, reply=""), by=cast.agent)
    shown = as_user(cast.agent).get(PAGE).content.decode()
    assert "2 calls" in shown
    assert '<span class="wants">refund</span>' in shown
    assert "Answer Bu Sri" in shown


def test_a_handed_off_complaint_is_with_the_department(cast: Cast, as_user: Any) -> None:
    complaint = factories.in_progress(cast)
    factories.keep_promises(cast, complaint)
    factories.handed_off(cast, complaint)
    shown = as_user(cast.agent).get(PAGE, {"view": "department"}).content.decode()
    assert complaint.reference in shown
    assert "Sales, day 1" in shown
    assert "answer of Sales" in shown


def test_what_a_colleague_owns_is_everybodys_but_not_mine(cast: Cast, as_user: Any) -> None:
    complaint = factories.received(cast)
    browser = as_user(cast.colleague)
    assert complaint.reference not in browser.get(PAGE).content.decode()
    assert complaint.reference in browser.get(PAGE, {"view": "all"}).content.decode()


def test_another_call_centre_sees_none_of_it(cast: Cast, as_user: Any) -> None:
    complaint = factories.received(cast)
    shown = as_user(cast.outsider).get(PAGE, {"view": "all"}).content.decode()
    assert complaint.reference not in shown
    assert "No complaint is open" in shown


def test_the_person_complained_of_does_not_meet_it(cast: Cast, as_user: Any) -> None:
    complaint = factories.received(cast)
    Complaint.objects.filter(pk=complaint.pk).update(person_complained_of=cast.colleague)
    assert complaint.reference not in as_user(cast.colleague).get(PAGE, {"view": "all"}).content.decode()


@pytest.mark.parametrize("who", ["officer", "administrator"])
def test_the_queue_is_not_for_departments_and_administrators(cast: Cast, as_user: Any, who: str) -> None:
    assert as_user(getattr(cast, who)).get(PAGE).status_code == 403


def test_nobody_reads_it_without_signing_in(client: Any, cast: Cast) -> None:
    assert client.get(PAGE).status_code == 302


def test_an_empty_queue_says_what_to_do(cast: Cast, as_user: Any) -> None:
    shown = as_user(cast.agent).get(PAGE).content.decode()
    assert "Nothing due" in shown
    assert "?view=all" in shown


@pytest.mark.parametrize("view", [*queue.VIEWS, "nonsense"])
def test_every_view_has_an_address(cast: Cast, as_user: Any, view: str) -> None:
    factories.in_progress(cast)
    answer = as_user(cast.supervisor).get(PAGE, {"view": view})
    assert answer.status_code == 200


def test_a_promise_of_today_stands_in_its_view(cast: Cast, as_user: Any) -> None:
    complaint = factories.in_progress(cast)
    complaint.promises.update(due_at=clock.now() + timedelta(seconds=1))
    assert complaint.reference in as_user(cast.agent).get(PAGE, {"view": "promises"}).content.decode()
    complaint.promises.update(due_at=clock.now() + timedelta(days=3))
    assert complaint.reference not in as_user(cast.agent).get(PAGE, {"view": "promises"}).content.decode()


def test_pages_follow_one_another_without_a_gap(cast: Cast, as_user: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "ROWS", 2)
    references = [factories.received(cast).reference for _each in range(5)]
    browser, seen, address = as_user(cast.agent), [], PAGE
    for _page in range(3):
        answer = browser.get(address)
        seen += [row.reference for row in answer.context["rows"]]
        more = answer.context["more"]
        address = f"{PAGE}?after={more.replace('+', '%2B')}"
    assert seen == references
    assert not more


@pytest.mark.parametrize(
    "cursor",
    [
        "nonsense",
        "2026|1",
        "2026-11-25T00:00:00+00:00|x",
        "|",
        "x" * 500,
        "2026-11-25|3",
        "0001-01-01T00:00:00+00:00|1",
        "0001-01-01T00:00:00+14:00|1",
        "9999-12-31T23:59:59-12:00|1",
    ],
)
def test_a_nonsense_cursor_is_the_first_page(cast: Cast, as_user: Any, cursor: str) -> None:
    complaint = factories.received(cast)
    answer = as_user(cast.agent).get(PAGE, {"after": cursor})
    assert answer.status_code == 200
    assert complaint.reference in answer.content.decode()


def test_a_cursor_of_any_zone_is_understood(cast: Cast, as_user: Any) -> None:
    for zone in ("+23:59", "-23:59:59", "+00:00:00.000001"):
        assert as_user(cast.agent).get(PAGE, {"after": f"2026-11-25T00:00:00{zone}|3"}).status_code == 200


def test_counting_stops_at_the_cap(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "MOST_COUNTED", 2)
    for _each in range(3):
        factories.received(cast)
    counts = paging.counted(queue.queue_views(cast.agent, clock.now()))
    assert (counts["mine"], counts["returned"]) == ("2+", "0")


@override_settings(DEMO_HOME=False)  # no banner, which asks for the demo's clock
def test_its_queries_do_not_grow_with_its_rows(cast: Cast, as_user: Any) -> None:
    browser = as_user(cast.supervisor)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            browser.get(PAGE, {"view": "all"})
        return len(captured)

    for _each in range(5):
        factories.handed_off(cast, factories.in_progress(cast))
    few = queries()
    for _each in range(20):
        factories.handed_off(cast, factories.in_progress(cast))
    assert queries() == few
    assert few <= 12
