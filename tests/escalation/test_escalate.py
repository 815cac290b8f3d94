"""Escalating by hand: one question, one row, a supervisor decides within a day."""

import uuid
from datetime import timedelta
from typing import Any

import pytest

from complaints import clock
from complaints.actions.handoff import accept_handoff, assign_handoff, redirect_handoff, return_handoff
from complaints.actions.moves import MoveRefused, NotYours
from escalation.actions.escalation import decide, raise_escalation
from escalation.models import Escalation
from tests import factories
from tests.factories import Cast


def sent(**typed: Any) -> dict[str, Any]:
    return {"submit_key": str(uuid.uuid4()), **typed}


def test_a_trigger_escalates_once(cast: Cast) -> None:
    complaint = factories.in_progress(cast)
    first = raise_escalation(complaint, by=cast.agent, trigger_key="by_hand:1", question="Who pays?")
    again = raise_escalation(complaint, by=cast.colleague, trigger_key="by_hand:1", question="Who pays then?")
    assert (first, first.state, again.question) == (again, "raised", "Who pays?")
    assert first.due_at - first.raised_at == timedelta(hours=24)


def test_not_on_a_complaint_that_is_over(cast: Cast) -> None:
    with pytest.raises(MoveRefused):
        raise_escalation(factories.closed(cast), by=cast.agent, trigger_key="by_hand:1", question="Who pays?")


def test_an_officer_or_outsider_does_not_escalate(cast: Cast) -> None:
    complaint = factories.in_progress(cast)
    for person in (cast.officer, cast.outsider, cast.administrator):
        with pytest.raises(NotYours):
            raise_escalation(complaint, by=person, trigger_key=f"by_hand:{person.pk}", question="Who pays?")


def test_a_second_return_escalates_by_itself_and_the_assignment_settles_it(cast: Cast) -> None:
    complaint = factories.in_progress(cast)
    handoff = factories.handed_off(cast, complaint)
    for _time in range(2):
        accept_handoff(handoff, by=cast.officer)
        return_handoff(handoff, by=cast.officer, why="missing", words="Which receipt?")
        handoff.refresh_from_db()
        if handoff.returns == 1:
            redirect_handoff(handoff, by=cast.agent, words="INV-8812", answer_by=clock.now() + timedelta(days=1))
    escalation = complaint.escalations.get()
    assert (escalation.is_arbitration, escalation.raised_by.is_system) == (True, True)
    with pytest.raises(MoveRefused) as refusal:
        decide(escalation, by=cast.supervisor, decision="approve", outcome="Sales answers.")
    assert [reason.code for reason in refusal.value.reasons] == ["assign"]
    assign_handoff(
        handoff,
        by=cast.supervisor,
        words="Sales answers.",
        answer_by=clock.now() + timedelta(days=1),
        department=cast.sales,
    )
    escalation.refresh_from_db()
    assert (escalation.state, escalation.outcome) == ("done", "Assigned, binding")


def test_any_agent_escalates_on_a_page(cast: Cast, as_user: Any) -> None:
    complaint, client = factories.in_progress(cast), as_user(cast.colleague)
    url = f"/complaints/{complaint.reference}/escalations/new/"
    assert client.get(url).status_code == 200
    assert client.post(url, sent(question="")).status_code == 422
    form = sent(question="Who pays for the damaged floor?")
    first, second = client.post(url, form), client.post(url, form)
    escalation = Escalation.objects.get()
    assert first.url == second.url == escalation.get_absolute_url()
    assert escalation.trigger_key == f"by_hand:{form['submit_key']}"
    changed = client.post(url, {**form, "question": "Who pays at all?"})
    assert changed.status_code == 409
    assert "Who pays at all?" in changed.content.decode()
    assert Escalation.objects.count() == 1


def test_the_page_is_not_for_others(cast: Cast, as_user: Any) -> None:
    complaint = factories.in_progress(cast)
    url = f"/complaints/{complaint.reference}/escalations/new/"
    for person in (cast.officer, cast.outsider, cast.administrator):
        assert as_user(person).get(url).status_code == 404
    closed = factories.closed(cast, complaint)
    over = as_user(cast.agent).post(f"/complaints/{closed.reference}/escalations/new/", sent(question="Who pays?"))
    assert over.status_code == 409
