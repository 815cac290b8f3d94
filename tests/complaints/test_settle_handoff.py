"""The owner is content with the answer, or asks again."""

from typing import Any

import pytest

from complaints import gate
from complaints.actions.handoff import accept_handoff, answer_handoff, ask_again, settle_handoff
from complaints.actions.moves import MoveRefused, NotYours
from complaints.clock import now
from complaints.models import Handoff
from tests import factories
from tests.complaints.handoff_forms import again, answered, kinds, later, post, typed, url
from tests.factories import Cast


@pytest.fixture
def handoff(cast: Cast) -> Handoff:
    return answered(cast)


def test_settled_with_words_it_no_longer_holds_the_gate(cast: Cast, handoff: Handoff, as_user: Any) -> None:
    assert gate.handoffs(handoff.complaint)
    assert post(as_user(cast.agent), "handoff-settlement", handoff, words="Two years it is.").status_code == 302
    assert again(handoff).state == "settled"
    assert gate.handoffs(handoff.complaint) == []


def test_without_words_the_form_comes_back(cast: Cast, handoff: Handoff, as_user: Any) -> None:
    assert post(as_user(cast.agent), "handoff-settlement", handoff, words="").status_code == 422
    assert again(handoff).state == "answered"


def test_settled_late_the_page_leads_to_the_waiver(cast: Cast, move_clock: Any, as_user: Any) -> None:
    handoff = factories.handed_off(cast, factories.in_progress(cast))
    accept_handoff(handoff, by=cast.officer)
    move_clock(days=3)
    answer_handoff(handoff, by=cast.officer, words="Yes.")
    settle_handoff(handoff, by=cast.agent, words="Enough.")
    assert url("waiver-new", handoff) in as_user(cast.agent).get(url("handoff", handoff)).content.decode()
    assert url("waiver-new", handoff) not in as_user(cast.officer).get(url("handoff", handoff)).content.decode()


def test_the_same_click_twice_settles_once(cast: Cast, handoff: Handoff, as_user: Any) -> None:
    client, form = as_user(cast.agent), typed(words="Enough.")
    assert client.post(url("handoff-settlement", handoff), form).status_code == 302
    assert client.post(url("handoff-settlement", handoff), form).status_code == 302
    assert kinds(handoff.complaint).count("handoff_settled") == 1


def test_settling_again_is_refused(cast: Cast, handoff: Handoff, as_user: Any) -> None:
    settle_handoff(handoff, by=cast.agent, words="Enough.")
    assert as_user(cast.agent).get(url("handoff-settlement", handoff)).status_code == 409
    with pytest.raises(MoveRefused):
        settle_handoff(handoff, by=cast.agent, words="Enough.")


def test_asking_again_is_another_round_with_the_same_department(cast: Cast, handoff: Handoff, as_user: Any) -> None:
    page = post(as_user(cast.agent), "handoff-question", handoff, words="And at what time?", answer_by=later(days=4))
    assert page.status_code == 302
    asked = again(handoff)
    assert (asked.state, asked.round, asked.department) == ("accepted", 2, cast.sales)
    assert asked.answer_by > handoff.answer_by
    assert "And at what time?" in as_user(cast.officer).get(url("handoff", handoff)).content.decode()


def test_asking_again_needs_a_new_time(cast: Cast, handoff: Handoff, as_user: Any) -> None:
    page = post(as_user(cast.agent), "handoff-question", handoff, words="And at what time?")
    assert page.status_code == 422
    assert "Choose a date and a time" in page.content.decode()
    assert "And at what time?" in page.content.decode()


def test_asking_again_before_an_answer_is_refused(cast: Cast) -> None:
    handoff = factories.handed_off(cast, factories.in_progress(cast))
    with pytest.raises(MoveRefused):
        ask_again(handoff, by=cast.agent, words="Well?", answer_by=now())


@pytest.mark.parametrize(("name", "status"), [("colleague", 403), ("officer", 403), ("finance_officer", 404)])
def test_only_the_owners_side_settles(cast: Cast, handoff: Handoff, as_user: Any, name: str, status: int) -> None:
    client = as_user(getattr(cast, name))
    assert client.get(url("handoff-settlement", handoff)).status_code == status
    assert client.get(url("handoff-question", handoff)).status_code == status
    with pytest.raises(NotYours):
        settle_handoff(handoff, by=getattr(cast, name), words="Enough.")


def test_the_supervisor_settles_too(cast: Cast, handoff: Handoff, as_user: Any) -> None:
    assert post(as_user(cast.supervisor), "handoff-settlement", handoff, words="Enough.").status_code == 302
