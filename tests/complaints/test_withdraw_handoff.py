"""No longer needed: the department loses sight of it."""

from typing import Any

import pytest

from complaints.actions.handoff import accept_handoff, withdraw_handoff
from complaints.actions.moves import MoveRefused, NotYours
from complaints.models import Handoff
from tests import factories
from tests.complaints.handoff_forms import again, post, returned_twice, typed, url
from tests.factories import Cast


@pytest.fixture
def handoff(cast: Cast) -> Handoff:
    return factories.handed_off(cast, factories.in_progress(cast))


def test_until_somebody_accepts_it_no_reason_is_needed(cast: Cast, handoff: Handoff, as_user: Any) -> None:
    assert post(as_user(cast.agent), "handoff-withdrawal", handoff, words="").status_code == 302
    assert again(handoff).state == "withdrawn"
    assert as_user(cast.officer).get(url("handoff", handoff)).status_code == 404


def test_after_that_the_owner_says_why(cast: Cast, handoff: Handoff, as_user: Any) -> None:
    accept_handoff(handoff, by=cast.officer)
    assert post(as_user(cast.agent), "handoff-withdrawal", handoff, words="").status_code == 422
    assert post(as_user(cast.agent), "handoff-withdrawal", handoff, words="The customer found it.").status_code == 302
    assert handoff.entries.get().words == "The customer found it."


def test_after_two_returns_only_the_supervisor_withdraws(cast: Cast, as_user: Any) -> None:
    handoff = returned_twice(cast)
    assert post(as_user(cast.agent), "handoff-withdrawal", handoff, words="Never mind.").status_code == 409
    assert again(handoff).state == "returned"
    assert post(as_user(cast.supervisor), "handoff-withdrawal", handoff, words="Never mind.").status_code == 302
    assert (again(handoff).state, handoff.escalations.get().state) == ("withdrawn", "done")


def test_the_same_click_twice_withdraws_once(cast: Cast, handoff: Handoff, as_user: Any) -> None:
    client, form = as_user(cast.agent), typed(words="")
    assert client.post(url("handoff-withdrawal", handoff), form).status_code == 302
    assert client.post(url("handoff-withdrawal", handoff), form).status_code == 302
    assert handoff.entries.filter(kind="withdraw").count() == 1


def test_withdrawing_again_is_refused(cast: Cast, handoff: Handoff) -> None:
    withdraw_handoff(handoff, by=cast.agent, words="")
    with pytest.raises(MoveRefused):
        withdraw_handoff(handoff, by=cast.agent, words="")


@pytest.mark.parametrize(("name", "status"), [("colleague", 403), ("officer", 403), ("outsider", 404)])
def test_nobody_else_withdraws(cast: Cast, handoff: Handoff, as_user: Any, name: str, status: int) -> None:
    assert post(as_user(getattr(cast, name)), "handoff-withdrawal", handoff, words="x").status_code == status
    with pytest.raises(NotYours):
        withdraw_handoff(handoff, by=getattr(cast, name), words="x")
