"""A department answered late: a second person may waive it, and the figures keep it."""

import uuid
from datetime import timedelta
from typing import Any

import pytest

from complaints import clock, gate
from complaints.actions.approval import approve, ask_approval
from complaints.actions.handoff import (
    accept_handoff,
    answer_handoff,
    ask_again,
    end_handoffs,
    settle_handoff,
    withdraw_handoff,
)
from complaints.actions.moves import MoveRefused
from complaints.models import Handoff
from tests import factories
from tests.factories import Cast


def sent(**typed: Any) -> dict[str, Any]:
    return {"submit_key": str(uuid.uuid4()), **typed}


def answered(cast: Cast, move_clock: Any, *, late: bool = True) -> Handoff:
    handoff = factories.handed_off(cast, factories.in_progress(cast))
    accept_handoff(handoff, by=cast.officer)
    move_clock(days=3 if late else 1)
    answer_handoff(handoff, by=cast.officer, words="Yes, it was promised.")
    return settle_handoff(handoff, by=cast.agent, words="Clear.")


def test_a_late_answer_holds_the_gate_until_it_is_waived(cast: Cast, move_clock: Any) -> None:
    handoff = answered(cast, move_clock)
    assert [reason.code for reason in gate.handoffs(handoff.complaint)] == ["handoff_late"]
    asked = ask_approval(handoff.complaint, by=cast.agent, kind="lateness", handoff=handoff, reason="A holiday.")
    assert [reason.code for reason in gate.handoffs(handoff.complaint)] == ["handoff_late"]
    approve(asked, by=cast.supervisor, outcome="Agreed.")
    assert gate.handoffs(handoff.complaint) == []
    handoff.refresh_from_db()
    assert handoff.was_late


def test_withdrawing_does_not_take_the_place_of_the_waiver(cast: Cast, move_clock: Any) -> None:
    handoff = factories.handed_off(cast, factories.in_progress(cast))
    accept_handoff(handoff, by=cast.officer)
    move_clock(days=3)
    answer_handoff(handoff, by=cast.officer, words="Yes, it was promised.")
    with pytest.raises(MoveRefused):
        withdraw_handoff(handoff, by=cast.agent, words="Not needed.")
    ask_again(handoff, by=cast.agent, words="By whom?", answer_by=clock.now() + timedelta(days=1))
    withdraw_handoff(handoff, by=cast.agent, words="Not needed.")
    assert [reason.code for reason in gate.handoffs(handoff.complaint)] == ["handoff_late"]


def test_what_an_exception_ended_needs_no_waiver(cast: Cast, move_clock: Any) -> None:
    handoff = factories.handed_off(cast, factories.in_progress(cast))
    accept_handoff(handoff, by=cast.officer)
    move_clock(days=3)
    answer_handoff(handoff, by=cast.officer, words="Yes, it was promised.")
    end_handoffs(handoff.complaint, by=cast.agent)
    handoff.refresh_from_db()
    assert (handoff.state, handoff.was_late) == ("withdrawn", True)
    assert gate.handoffs(handoff.complaint) == []


def test_there_is_nothing_to_waive_when_it_was_in_time(cast: Cast, move_clock: Any) -> None:
    handoff = answered(cast, move_clock, late=False)
    with pytest.raises(MoveRefused):
        ask_approval(handoff.complaint, by=cast.agent, kind="lateness", handoff=handoff, reason="A holiday.")


def test_the_owner_asks_on_a_page(cast: Cast, as_user: Any, move_clock: Any) -> None:
    handoff = answered(cast, move_clock)
    url, client = f"/handoffs/{handoff.pk}/waiver/new/", as_user(cast.agent)
    assert "stays in the figures" in client.get(url).content.decode()
    assert client.post(url, sent(reason="")).status_code == 422
    form = sent(reason="A holiday.")
    assert client.post(url, form).status_code == client.post(url, form).status_code == 302
    assert handoff.approvals.get().kind == "lateness"
    assert client.post(url, sent(reason="Once more.")).status_code == 409


def test_the_late_department_cannot_ask_for_it(cast: Cast, as_user: Any, move_clock: Any) -> None:
    handoff = answered(cast, move_clock)
    url = f"/handoffs/{handoff.pk}/waiver/new/"
    assert as_user(cast.officer).get(url).status_code == 403
    assert as_user(cast.officer).post(url, sent(reason="A holiday.")).status_code == 403
    assert as_user(cast.finance_officer).get(url).status_code == 404
    assert as_user(cast.outsider).get(url).status_code == 404
