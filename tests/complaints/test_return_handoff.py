"""Returned once it is the owner's, returned twice the supervisor's."""

from typing import Any

import pytest

from complaints.actions.handoff import accept_handoff, return_handoff
from complaints.actions.moves import MoveRefused
from complaints.models import Handoff
from tests import factories
from tests.complaints.handoff_forms import again, kinds, post, redirected, returned, returned_twice, typed, url
from tests.factories import Cast

SAID = {"why": "not_ours", "words": "Ask Finance."}


@pytest.fixture
def handoff(cast: Cast) -> Handoff:
    return factories.handed_off(cast, factories.in_progress(cast))


def test_a_return_says_why_and_vanishes_for_the_department(cast: Cast, handoff: Handoff, as_user: Any) -> None:
    client = as_user(cast.officer)
    assert post(client, "handoff-return", handoff, **SAID).url == "/inbox/"
    entry = handoff.entries.get()
    assert (again(handoff).state, again(handoff).returns) == ("returned", 1)
    assert (entry.kind, entry.why_returned, entry.words) == ("return", "not_ours", "Ask Finance.")
    assert client.get(url("handoff", handoff)).status_code == 404


def test_the_second_of_two_clicks_gets_the_first_result(cast: Cast, handoff: Handoff, as_user: Any) -> None:
    client, form = as_user(cast.officer), typed(**SAID)
    first = client.post(url("handoff-return", handoff), form)
    second = client.post(url("handoff-return", handoff), form)
    assert first.url == second.url
    assert again(handoff).returns == 1


def test_other_words_after_it_is_gone_find_nothing(cast: Cast, handoff: Handoff, as_user: Any) -> None:
    client, form = as_user(cast.officer), typed(**SAID)
    client.post(url("handoff-return", handoff), form)
    assert client.post(url("handoff-return", handoff), {**form, "words": "Not ours."}).status_code == 404
    assert client.get(url("handoff-return", handoff)).status_code == 404


def test_without_a_reason_the_form_comes_back(cast: Cast, handoff: Handoff, as_user: Any) -> None:
    page = post(as_user(cast.officer), "handoff-return", handoff, words="Ask Finance.")
    assert page.status_code == 422
    assert "Choose why" in page.content.decode()
    assert "Ask Finance." in page.content.decode()
    assert again(handoff).state == "offered"


def test_what_was_accepted_can_still_be_returned(cast: Cast, handoff: Handoff) -> None:
    accept_handoff(handoff, by=cast.officer)
    assert returned(cast, handoff).state == "returned"


def test_returned_twice_goes_to_the_supervisor(cast: Cast) -> None:
    handoff = returned_twice(cast)
    escalation = handoff.escalations.get()
    assert (handoff.returns, escalation.state, escalation.is_arbitration) == (2, "raised", True)
    assert kinds(handoff.complaint)[-1] == "escalation_raised"


def test_returned_once_raises_nothing(cast: Cast, handoff: Handoff) -> None:
    returned(cast, handoff)
    assert not handoff.escalations.exists()


def test_the_action_twice_is_refused(cast: Cast, handoff: Handoff) -> None:
    returned(cast, handoff)
    with pytest.raises(MoveRefused):
        return_handoff(handoff, by=cast.officer, why="other", words="Again.")
    assert again(handoff).returns == 1


def test_the_next_department_does_not_read_what_the_first_one_said(cast: Cast, handoff: Handoff, as_user: Any) -> None:
    redirected(cast, returned(cast, handoff), department=cast.finance)
    page = as_user(cast.finance_officer).get(url("handoff", handoff)).content.decode()
    assert "It was your promoter." in page
    assert "Ask Finance." not in page
    assert as_user(cast.officer).get(url("handoff", handoff)).status_code == 404


@pytest.mark.parametrize(("name", "status"), [("agent", 403), ("finance_officer", 404)])
def test_nobody_else_returns_it(cast: Cast, handoff: Handoff, as_user: Any, name: str, status: int) -> None:
    assert post(as_user(getattr(cast, name)), "handoff-return", handoff, **SAID).status_code == status
