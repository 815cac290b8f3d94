"""An end without the customer's yes: asked for, approved by somebody else, counted."""

import uuid
from datetime import timedelta
from typing import Any

import pytest

from complaints import clock, gate
from complaints.actions.approval import approve, ask_approval
from complaints.actions.closure import close_by_exception
from complaints.actions.contact import log_contact
from complaints.actions.details import change_owner, mark_person_complained_of
from complaints.actions.intake import agree_read_back
from complaints.actions.moves import MoveRefused, NotYours
from complaints.actions.resolution import accept_offer
from complaints.models import Approval, Complaint
from complaints.timeline import flaws
from escalation.actions.escalation import raise_escalation
from escalation.models import NextStep
from followups.tasks import miss_promises
from tests import factories
from tests.factories import Cast


def sent(**typed: Any) -> dict[str, Any]:
    return {"submit_key": str(uuid.uuid4()), **typed}


def fresh(complaint: Complaint) -> Complaint:
    return Complaint.objects.get(pk=complaint.pk)


def all_but_the_remedy(cast: Cast) -> Complaint:
    """Everything of the gate is there, but the customer's yes and the fulfilment."""
    complaint = factories.in_progress(cast)
    factories.cause_known(cast, complaint)
    factories.answered(cast, complaint)
    factories.improved(cast, complaint)
    return fresh(complaint)


def approved(cast: Cast, complaint: Complaint, kind: str = "withdrawn", **more: Any) -> Approval:
    return approve(factories.asked_exception(cast, complaint, kind, **more), by=cast.supervisor, outcome="She said so.")


def try_to_reach(cast: Cast, complaint: Complaint, channel: str = "phone") -> None:
    log_contact(complaint, factories.said(reached=False, channel=channel, reply=""), by=cast.agent)


# -- the act ------------------------------------------------------------------------
def test_its_act_ends_what_still_runs_and_keeps_what_was_missed(cast: Cast, move_clock: Any) -> None:
    complaint = all_but_the_remedy(cast)
    move_clock(days=3)
    miss_promises()
    handoff = factories.handed_off(cast, complaint)
    escalation = raise_escalation(complaint, by=cast.colleague, trigger_key="by_hand:1", question="Who pays?")
    log_contact(
        complaint, factories.said(promised="call again", promised_by=clock.now() + timedelta(days=1)), by=cast.agent
    )
    approved(cast, complaint)
    closed = close_by_exception(fresh(complaint), by=cast.agent)

    assert (closed.status, closed.outcome) == ("closed", "withdrawn")
    assert closed.exception
    assert closed.exception.decided_by == cast.supervisor
    handoff.refresh_from_db()
    escalation.refresh_from_db()
    assert (handoff.state, escalation.state, escalation.outcome) == ("withdrawn", "done", "withdrawn")
    assert sorted(complaint.promises.values_list("state", flat=True)) == ["missed", "released"]
    assert complaint.promises.get(state="missed").told_at is None
    assert not NextStep.objects.filter(complaint=complaint).exists()
    assert list(flaws()) == []


def test_a_promise_whose_time_has_passed_is_missed_by_it_and_not_released(cast: Cast, move_clock: Any) -> None:
    complaint = all_but_the_remedy(cast)
    approved(cast, complaint)
    move_clock(days=3)  # and no sweep has come by
    close_by_exception(fresh(complaint), by=cast.agent)
    assert complaint.promises.get().state == "missed"


def test_an_accepted_offer_that_cannot_be_fulfilled_ends_with_it(cast: Cast) -> None:
    complaint = all_but_the_remedy(cast)
    offer = factories.accepted(cast, complaint)
    approved(cast, complaint)
    close_by_exception(fresh(complaint), by=cast.agent)
    offer.refresh_from_db()
    assert offer.state == "withdrawn"
    assert set(complaint.promises.values_list("state", flat=True)) == {"released"}


def test_the_rest_of_the_gate_has_to_be_there(cast: Cast) -> None:
    complaint = factories.in_progress(cast)
    approved(cast, complaint)
    with pytest.raises(MoveRefused) as refusal:
        close_by_exception(fresh(complaint), by=cast.agent)
    codes = {reason.code for reason in refusal.value.reasons}
    assert {"no_verdict", "no_cause", "no_reply", "no_improvement"} <= codes
    assert not codes & {"no_offer", "no_proof", "promise_open"}


def test_without_a_yes_it_does_not_close(cast: Cast) -> None:
    complaint = all_but_the_remedy(cast)
    with pytest.raises(MoveRefused) as refusal:
        close_by_exception(complaint, by=cast.agent)
    assert {reason.code for reason in refusal.value.reasons} == {"no_exception"}


def test_a_supervisor_who_owns_it_cannot_approve(cast: Cast) -> None:
    complaint = all_but_the_remedy(cast)
    change_owner(complaint, to=cast.supervisor, by=cast.supervisor, reason="She asked for me.")
    asked = factories.asked_exception(cast, fresh(complaint))
    for person in (cast.supervisor, cast.agent, cast.colleague):
        with pytest.raises(NotYours):
            approve(asked, by=person, outcome="Yes.")
    assert approve(asked, by=cast.second_supervisor, outcome="Yes.").state == "approved"


def test_a_yes_of_who_owns_it_now_or_is_complained_of_does_not_count(cast: Cast) -> None:
    complaint = all_but_the_remedy(cast)
    exception = approved(cast, complaint)
    assert gate.approved_exception(fresh(complaint)) == exception
    change_owner(complaint, to=cast.supervisor, by=cast.supervisor, reason="She asked for me.")
    with pytest.raises(MoveRefused) as refusal:
        close_by_exception(complaint, by=cast.supervisor)
    assert {reason.code for reason in refusal.value.reasons} == {"no_exception"}
    mark_person_complained_of(complaint, person=cast.supervisor, by=cast.agent)
    assert fresh(complaint).owner == cast.second_supervisor
    assert gate.approved_exception(fresh(complaint)) is None


def test_a_customer_who_turns_to_us_again_makes_the_yes_void(cast: Cast) -> None:
    complaint = all_but_the_remedy(cast)
    approved(cast, complaint)
    factories.keep_promises(cast, complaint)
    assert NextStep.objects.get(complaint=complaint).key == "close_as_approved"
    log_contact(complaint, factories.said(direction="in", answers_us=True), by=cast.agent)
    assert gate.approved_exception(fresh(complaint)), "an answer to our question changes nothing"
    log_contact(complaint, factories.said(direction="in", words="I do want my money."), by=cast.agent)
    with pytest.raises(MoveRefused) as refusal:
        close_by_exception(fresh(complaint), by=cast.agent)
    assert {reason.code for reason in refusal.value.reasons} == {"no_exception"}
    assert NextStep.objects.get(complaint=complaint).key == "answer_customer"


def test_an_offer_accepted_after_the_yes_makes_it_void(cast: Cast) -> None:
    complaint = all_but_the_remedy(cast)
    offer = factories.offered(cast, complaint)
    approved(cast, complaint)
    factories.keep_promises(cast, complaint)
    assert NextStep.objects.get(complaint=complaint).key == "offer_answer"
    accept_offer(offer, by=cast.agent, channel="phone", words="Ya.")
    assert gate.approved_exception(fresh(complaint)) is None


def test_no_reply_needs_tries_on_three_days_two_channels_and_ten_working_days(cast: Cast, move_clock: Any) -> None:
    complaint = factories.in_progress(cast)

    def lacks() -> set[str]:
        with pytest.raises(MoveRefused) as refusal:
            factories.asked_exception(cast, fresh(complaint), "no_reply")
        return {reason.code for reason in refusal.value.reasons}

    assert lacks() == {"tries", "channels", "too_early"}
    for _day in range(2):
        move_clock(days=1)
        try_to_reach(cast, complaint)
    move_clock(days=1)
    try_to_reach(cast, complaint, "email")
    assert lacks() == {"too_early"}
    move_clock(days=15)
    assert factories.asked_exception(cast, fresh(complaint), "no_reply").state == "asked"


def test_unreachable_is_only_for_a_customer_without_any_channel(cast: Cast) -> None:
    with pytest.raises(MoveRefused):
        factories.asked_exception(cast, factories.in_progress(cast), "unreachable")
    nobody = factories.make_customer(cast.agent, full_name="", address_as="", phones=[], emails=[], account_number="")
    complaint = factories.received(cast, customer=nobody)
    agree_read_back(
        complaint, by=cast.agent, what_happened="a", why_it_matters="b", what_is_wanted="c", agreed=False, promised="x"
    )
    assert factories.asked_exception(cast, fresh(complaint), "unreachable").state == "asked"


# -- the pages -----------------------------------------------------------------------
def test_the_owner_asks_and_the_supervisor_is_asked(cast: Cast, as_user: Any) -> None:
    complaint = factories.in_progress(cast)
    url, form = (
        f"/complaints/{complaint.reference}/exception/new/",
        sent(kind="withdrawn", heard_by=cast.agent.pk, reason="She let it go."),
    )
    client = as_user(cast.agent)
    assert client.get(url).status_code == 200
    assert client.post(url, form).status_code == 302
    assert client.post(url, form).status_code == 302
    approval = complaint.approvals.get()
    assert (approval.exception_kind, approval.heard_by, approval.outside_route) == ("withdrawn", cast.agent, "")
    assert client.post(url, {**form, "reason": "Other words."}).status_code == 409
    assert complaint.approvals.count() == 1


def test_each_kind_asks_for_its_own(cast: Cast, as_user: Any) -> None:
    url = f"/complaints/{factories.in_progress(cast).reference}/exception/new/"
    client = as_user(cast.agent)
    no_body = client.post(url, sent(kind="final_decision", reason="The answer stays no."))
    assert (no_body.status_code, list(no_body.context["form"].errors)) == (422, ["outside_route"])
    assert "The answer stays no." in no_body.content.decode()
    no_ears = client.post(url, sent(kind="withdrawn", reason="She let it go."))
    assert (no_ears.status_code, list(no_ears.context["form"].errors)) == (422, ["heard_by"])
    too_soon = client.post(url, sent(kind="no_reply", reason="Nobody answers."))
    assert too_soon.status_code == 409
    assert "Try on three different days: 0 so far" in too_soon.content.decode()
    assert not Approval.objects.exists()


def test_a_colleague_cannot_ask_and_a_foreigner_finds_nothing(cast: Cast, as_user: Any) -> None:
    complaint = factories.in_progress(cast)
    for path in ("exception/new", "exception"):
        url = f"/complaints/{complaint.reference}/{path}/"
        assert as_user(cast.colleague).get(url).status_code == 403
        assert as_user(cast.outsider).get(url).status_code == 404
        assert as_user(cast.officer).post(url, sent()).status_code == 404


def test_the_last_page_says_what_ends_with_it(cast: Cast, as_user: Any) -> None:
    complaint = all_but_the_remedy(cast)
    factories.handed_off(cast, complaint)
    url, client = f"/complaints/{complaint.reference}/exception/", as_user(cast.agent)
    assert "A supervisor has to approve the exception first" in client.get(url).content.decode()
    assert client.post(url, sent()).status_code == 409
    approved(cast, complaint)
    shown = client.get(url).content.decode()
    assert "Withdrawn: the handoff to Sales" in shown
    assert "Released: the promise" in shown
    assert "The exception is counted" in shown
    form = sent()
    assert client.post(url, form).status_code == 302
    assert client.post(url, form).status_code == 302
    assert fresh(complaint).outcome == "withdrawn"
    assert client.get(url).status_code == 409


def test_asking_twice_for_the_same_is_refused(cast: Cast) -> None:
    complaint = factories.in_progress(cast)
    factories.asked_exception(cast, complaint)
    with pytest.raises(MoveRefused):
        ask_approval(
            complaint,
            by=cast.agent,
            kind="exception",
            exception_kind="final_decision",
            outside_route="BPSK",
            reason="No.",
        )
