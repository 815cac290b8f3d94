"""What waits for a department, the next one due first."""

from datetime import timedelta
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints import clock
from complaints.actions.details import mark_person_complained_of
from complaints.actions.handoff import accept_handoff, answer_at_once, withdraw_handoff
from tests import factories
from tests.complaints.handoff_forms import returned, url
from tests.factories import Cast


def test_an_empty_inbox_says_so(cast: Cast, as_user: Any) -> None:
    page = as_user(cast.officer).get("/inbox/").content.decode()
    assert "Nothing is waiting for Sales" in page
    assert 'class="next"' not in page


def test_what_is_due_next_comes_first(cast: Cast, as_user: Any) -> None:
    complaint = factories.in_progress(cast)
    late = factories.handed_off(cast, complaint, question="Late?", answer_by=clock.now() + timedelta(days=9))
    soon = factories.handed_off(cast, complaint, question="Soon?", answer_by=clock.now() + timedelta(hours=2))
    accepted = factories.handed_off(cast, complaint, question="Mine?", answer_by=clock.now() + timedelta(days=8))
    accept_handoff(accepted, by=cast.officer)
    page = as_user(cast.officer).get("/inbox/")
    assert list(page.context["page"]) == [soon, late, accepted]
    assert page.context["first"] == soon
    assert page.content.decode().count("button primary") == 1


def test_each_department_finds_its_own(cast: Cast, as_user: Any) -> None:
    handoff = factories.handed_off(cast, factories.in_progress(cast))
    assert url("handoff", handoff) in as_user(cast.officer).get("/inbox/").content.decode()
    for person in (cast.finance_officer, cast.outsider, cast.agent, cast.administrator):
        page = as_user(person).get("/inbox/")
        assert page.status_code == 200
        assert url("handoff", handoff) not in page.content.decode()


def test_returned_and_withdrawn_are_gone_and_the_person_complained_of_finds_nothing(cast: Cast, as_user: Any) -> None:
    complaint = factories.in_progress(cast)
    returned(cast, factories.handed_off(cast, complaint))
    withdraw_handoff(factories.handed_off(cast, complaint), by=cast.agent, words="")
    assert "Nothing is waiting" in as_user(cast.officer).get("/inbox/").content.decode()
    factories.handed_off(cast, complaint)
    mark_person_complained_of(complaint, person=cast.officer, by=cast.agent)
    assert "Nothing is waiting" in as_user(cast.officer).get("/inbox/").content.decode()


def test_what_was_answered_lately_can_be_read_again(cast: Cast, as_user: Any, move_clock: Any) -> None:
    handoff = factories.handed_off(cast, factories.in_progress(cast))
    answer_at_once(handoff, by=cast.officer, words="Yes.")
    client = as_user(cast.officer)
    assert list(client.get("/inbox/").context["answered"]) == [handoff]
    move_clock(days=8)
    assert list(client.get("/inbox/").context["answered"]) == []


def test_it_asks_no_more_for_more_rows(cast: Cast, as_user: Any) -> None:
    client, complaint = as_user(cast.officer), factories.in_progress(cast)

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get("/inbox/")
        return len(asked)

    factories.handed_off(cast, complaint)
    answer_at_once(factories.handed_off(cast, complaint), by=cast.officer, words="Yes.")
    client.get("/inbox/")
    before = queries()
    for _each in range(6):
        factories.handed_off(cast, complaint)
        answer_at_once(factories.handed_off(cast, complaint), by=cast.officer, words="Yes.")
    assert queries() == before


def test_signed_out_it_leads_to_the_door(client: Any, db: None) -> None:
    assert client.get("/inbox/").status_code == 302
