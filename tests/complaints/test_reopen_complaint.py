"""Back: a new cycle within 90 days; later it goes on in a new complaint."""

import uuid
from typing import Any

import pytest

from complaints.actions.approval import approve
from complaints.actions.closure import close_by_exception, reopen_complaint
from complaints.actions.intake import register_complaint
from complaints.actions.moves import MoveRefused
from complaints.models import Complaint
from complaints.timeline import flaws
from tests import factories
from tests.factories import Cast


def sent(**typed: Any) -> dict[str, Any]:
    return {"submit_key": str(uuid.uuid4()), **typed}


def fresh(complaint: Complaint) -> Complaint:
    return Complaint.objects.get(pk=complaint.pk)


def finally_decided(cast: Cast, complaint: Complaint, approver: Any) -> Complaint:
    asked = factories.asked_exception(cast, complaint, "final_decision", outside_route="BPSK", heard_by=None)
    approve(asked, by=approver, outcome="Our answer stays.")
    return close_by_exception(fresh(complaint), by=fresh(complaint).owner)


def test_a_closed_one_starts_a_new_cycle_and_keeps_what_was_found(cast: Cast) -> None:
    complaint = factories.closed(cast)
    verdicts, improvements = complaint.issues.get().verdict, complaint.improvements.count()
    reopened = reopen_complaint(complaint, by=cast.agent, reason="The refund bounced.")
    assert (reopened.status, reopened.cycle, reopened.remedy, reopened.cause) == (
        "in_progress", 2, "sought", "cause_known",
    )  # fmt: skip
    assert (reopened.accepted_offer, reopened.outcome, reopened.closed_at, reopened.resolved_at) == (
        None,
        "",
        None,
        None,
    )
    assert reopened.issues.get().verdict == verdicts
    assert reopened.improvements.count() == improvements == 1
    assert reopened.follow_ups.get().state == "void"
    assert list(flaws()) == []


def test_the_second_cycle_asks_for_a_yes_and_a_reply_of_its_own(cast: Cast, move_clock: Any) -> None:
    complaint = factories.closed(cast)
    reopen_complaint(complaint, by=cast.agent, reason="The refund bounced.")
    factories.resolved(cast, fresh(complaint))
    factories.answered(cast, fresh(complaint))
    assert complaint.follow_ups.filter(cycle=2, state="due").count() == 1


def test_a_resolved_one_is_reopened_too(cast: Cast) -> None:
    complaint = factories.resolved(cast)
    assert reopen_complaint(complaint, by=cast.colleague, reason="She called: nothing arrived.").cycle == 2


def test_after_ninety_days_it_goes_on_in_a_new_one(cast: Cast, move_clock: Any) -> None:
    complaint = factories.closed(cast)
    move_clock(days=91)
    with pytest.raises(MoveRefused) as refusal:
        reopen_complaint(complaint, by=cast.agent, reason="Again.")
    assert "register a new complaint that continues it" in str(refusal.value.reasons[0].words)
    newer = register_complaint(
        cast.customer, factories.complaint_facts(), by=cast.agent, home_department=cast.care, continues=complaint
    )
    with pytest.raises(MoveRefused) as refusal:
        reopen_complaint(complaint, by=cast.agent, reason="Again.")
    assert newer.reference in str(refusal.value.reasons[0].words)
    assert refusal.value.reasons[0].url == newer.get_absolute_url()


def test_a_final_decision_is_looked_at_again_once_by_somebody_new(cast: Cast) -> None:
    complaint = factories.in_progress(cast)
    factories.cause_known(cast, complaint)
    factories.answered(cast, complaint)
    factories.improved(cast, complaint)
    finally_decided(cast, fresh(complaint), cast.supervisor)
    for party in (cast.agent, cast.supervisor):
        with pytest.raises(MoveRefused) as refusal:
            reopen_complaint(complaint, by=party, reason="Again.")
        assert [reason.code for reason in refusal.value.reasons] == ["someone_new"]
    assert reopen_complaint(complaint, by=cast.colleague, reason="She has a photo.").owner == cast.colleague
    factories.answered(cast, fresh(complaint))
    finally_decided(cast, fresh(complaint), cast.second_supervisor)
    with pytest.raises(MoveRefused) as refusal:
        reopen_complaint(complaint, by=cast.manager, reason="Once more.")
    assert [reason.code for reason in refusal.value.reasons] == ["reviewed_once"]


def test_an_exception_approved_but_not_used_does_not_count_as_a_review(cast: Cast) -> None:
    complaint = factories.in_progress(cast)
    factories.cause_known(cast, complaint)
    factories.answered(cast, complaint)
    factories.improved(cast, complaint)
    asked = factories.asked_exception(cast, fresh(complaint), "final_decision", outside_route="BPSK")
    approve(asked, by=cast.supervisor, outcome="Our answer stays.")
    finally_decided(cast, fresh(complaint), cast.supervisor)
    assert reopen_complaint(complaint, by=cast.colleague, reason="A photo.").status == "in_progress"


def test_the_page_takes_a_reason_and_says_what_starts_anew(cast: Cast, as_user: Any) -> None:
    complaint, client = factories.closed(cast), as_user(cast.colleague)
    url = f"/complaints/{complaint.reference}/reopening/"
    assert "Starts anew" in client.get(url).content.decode()
    assert client.post(url, sent(reason=" ")).status_code == 422
    form = sent(reason="The refund bounced.")
    assert client.post(url, form).status_code == client.post(url, form).status_code == 302
    assert fresh(complaint).cycle == 2
    assert client.post(url, {**form, "reason": "Other words."}).status_code == 409
    assert client.get(url).status_code == 409
    assert fresh(complaint).cycle == 2


def test_too_late_is_said_before_anything_is_typed(cast: Cast, as_user: Any, move_clock: Any) -> None:
    complaint = factories.closed(cast)
    move_clock(days=91)
    shown = as_user(cast.agent).get(f"/complaints/{complaint.reference}/reopening/")
    assert "more than 90 days ago" in shown.content.decode()


def test_a_foreigner_finds_nothing(cast: Cast, as_user: Any) -> None:
    assert as_user(cast.outsider).get(f"/complaints/{factories.closed(cast).reference}/reopening/").status_code == 404
