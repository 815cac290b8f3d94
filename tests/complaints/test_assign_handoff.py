"""After the second return the supervisor assigns it, and that binds."""

from typing import Any

import pytest

from complaints import gate
from complaints.actions.handoff import assign_handoff, return_handoff
from complaints.actions.moves import MoveRefused, NotYours
from complaints.clock import now
from complaints.models import Handoff
from tests import factories
from tests.complaints.handoff_forms import again, later, post, returned, returned_twice, typed, url
from tests.factories import Cast


@pytest.fixture
def handoff(cast: Cast) -> Handoff:
    return returned_twice(cast)


def assigned(cast: Cast, handoff: Handoff) -> Handoff:
    return assign_handoff(handoff, by=cast.supervisor, words="Yours.", answer_by=now(), department=cast.sales)


def test_the_assignment_ends_the_escalation(cast: Cast, handoff: Handoff, as_user: Any) -> None:
    assert gate.escalations(handoff.complaint)
    said = {"department": cast.finance.pk, "words": "You issued the receipt.", "answer_by": later()}
    assert post(as_user(cast.supervisor), "handoff-assignment", handoff, **said).status_code == 302
    bound = again(handoff)
    assert (bound.state, bound.is_binding, bound.department) == ("accepted", True, cast.finance)
    assert handoff.escalations.get().state == "done"
    assert gate.escalations(handoff.complaint) == []


def test_what_was_assigned_cannot_be_returned(cast: Cast, handoff: Handoff, as_user: Any) -> None:
    assigned(cast, handoff)
    page = as_user(cast.officer).get(url("handoff", handoff)).content.decode()
    assert "it cannot be returned again" in page
    assert url("handoff-return", handoff) not in page
    refused = post(as_user(cast.officer), "handoff-return", handoff, why="other", words="No.")
    assert refused.status_code == 409
    with pytest.raises(MoveRefused) as refusal:
        return_handoff(handoff, by=cast.officer, why="other", words="No.")
    assert [reason.code for reason in refusal.value.reasons] == ["binding"]


def test_the_owner_neither_assigns_nor_withdraws_after_two_returns(cast: Cast, handoff: Handoff, as_user: Any) -> None:
    client = as_user(cast.agent)
    page = client.get(url("handoff", handoff)).content.decode()
    for name in ("handoff-assignment", "handoff-withdrawal", "handoff-redirection"):
        assert url(name, handoff) not in page
    assert client.get(url("handoff-assignment", handoff)).status_code == 403
    with pytest.raises(NotYours):
        assign_handoff(handoff, by=cast.agent, words="Yours.", answer_by=now(), department=cast.sales)


def test_the_supervisor_finds_the_button(cast: Cast, handoff: Handoff, as_user: Any) -> None:
    page = as_user(cast.supervisor).get(url("handoff", handoff)).content.decode()
    assert url("handoff-assignment", handoff) in page
    assert url("handoff-withdrawal", handoff) in page


def test_returned_once_there_is_nothing_to_assign(cast: Cast, as_user: Any) -> None:
    once = returned(cast, factories.handed_off(cast, factories.in_progress(cast)))
    said = {"department": cast.finance.pk, "words": "Yours.", "answer_by": later()}
    assert post(as_user(cast.supervisor), "handoff-assignment", once, **said).status_code == 409
    assert url("handoff-assignment", once) not in as_user(cast.supervisor).get(url("handoff", once)).content.decode()


def test_the_same_click_twice_assigns_once(cast: Cast, handoff: Handoff, as_user: Any) -> None:
    client = as_user(cast.supervisor)
    form = typed(department=cast.sales.pk, words="Yours.", answer_by=later())
    assert client.post(url("handoff-assignment", handoff), form).status_code == 302
    assert client.post(url("handoff-assignment", handoff), form).status_code == 302
    assert handoff.entries.filter(kind="assign").count() == 1


def test_assigning_again_is_refused(cast: Cast, handoff: Handoff) -> None:
    assigned(cast, handoff)
    with pytest.raises(MoveRefused):
        assigned(cast, handoff)
