"""Not a complaint after all: asked, agreed by somebody else, closed with its number kept."""

import uuid
from typing import Any

import pytest

from complaints.actions.approval import approve, ask_approval
from complaints.actions.closure import decline_complaint, reopen_complaint
from complaints.actions.details import change_owner
from complaints.actions.moves import MoveRefused
from complaints.models import Complaint
from escalation.models import NextStep
from tests import factories
from tests.factories import Cast


def sent(**typed: Any) -> dict[str, Any]:
    return {"submit_key": str(uuid.uuid4()), **typed}


def agreed(cast: Cast, complaint: Complaint) -> None:
    asked = ask_approval(complaint, by=cast.agent, kind="decline", reason="She only asked for the opening hours.")
    approve(asked, by=cast.supervisor, outcome="A question.")


def test_it_closes_once_a_supervisor_agrees(cast: Cast) -> None:
    complaint = factories.received(cast)
    with pytest.raises(MoveRefused) as refusal:
        decline_complaint(complaint, by=cast.agent)
    assert [reason.code for reason in refusal.value.reasons] == ["no_decline"]
    agreed(cast, complaint)
    declined = decline_complaint(complaint, by=cast.agent)
    assert (declined.status, declined.outcome) == ("closed", "not_a_complaint")
    assert declined.exception
    assert declined.exception.kind == "decline"
    assert declined.contacts.count() == 1


def test_a_yes_is_the_next_step_before_acknowledging(cast: Cast) -> None:
    complaint = factories.received(cast)
    agreed(cast, complaint)
    assert NextStep.objects.get(complaint=complaint).key == "close_as_approved"


def test_a_yes_of_who_owns_it_now_does_not_count(cast: Cast) -> None:
    complaint = factories.received(cast)
    agreed(cast, complaint)
    change_owner(complaint, to=cast.supervisor, by=cast.supervisor, reason="She asked for me.")
    with pytest.raises(MoveRefused) as refusal:
        decline_complaint(complaint, by=cast.supervisor)
    assert [reason.code for reason in refusal.value.reasons] == ["no_decline"]


def test_a_live_promise_holds_it(cast: Cast) -> None:
    complaint = factories.in_progress(cast)
    agreed(cast, complaint)
    with pytest.raises(MoveRefused) as refusal:
        decline_complaint(complaint, by=cast.agent)
    assert [reason.code for reason in refusal.value.reasons] == ["promise_open"]


def test_a_declined_one_is_not_reopened(cast: Cast) -> None:
    complaint = factories.received(cast)
    agreed(cast, complaint)
    decline_complaint(complaint, by=cast.agent)
    with pytest.raises(MoveRefused) as refusal:
        reopen_complaint(complaint, by=cast.agent, reason="It is one after all.")
    assert [reason.code for reason in refusal.value.reasons] == ["not_a_complaint"]


def test_the_owner_asks_and_closes_on_two_pages(cast: Cast, as_user: Any) -> None:
    complaint, client = factories.received(cast), as_user(cast.agent)
    ask, close = (f"/complaints/{complaint.reference}/decline/{end}" for end in ("new/", ""))
    assert client.post(ask, sent(reason="")).status_code == 422
    form = sent(reason="She only asked for the opening hours.")
    assert client.post(ask, form).status_code == client.post(ask, form).status_code == 302
    assert client.post(close, sent()).status_code == 409
    approve(complaint.approvals.get(), by=cast.supervisor, outcome="A question.")
    assert "cannot be reopened" in client.get(close).content.decode()
    assert client.post(close, sent()).status_code == 302
    assert client.get(close).status_code == 409
    assert Complaint.objects.get(pk=complaint.pk).outcome == "not_a_complaint"


def test_others_do_not(cast: Cast, as_user: Any) -> None:
    complaint = factories.received(cast)
    ask = f"/complaints/{complaint.reference}/decline/new/"
    assert as_user(cast.colleague).get(ask).status_code == 403
    assert as_user(cast.outsider).get(ask).status_code == 404
