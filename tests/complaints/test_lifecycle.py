"""Whatever people try, in whatever order: the promises of the product hold (hypothesis over the real actions)."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from complaints import clock, gate
from complaints.actions import closure, handoff, resolution, verification
from complaints.actions.approval import approve, refuse_approval
from complaints.actions.contact import log_contact
from complaints.actions.moves import MoveRefused, NotYours
from complaints.models import Complaint, Offer
from complaints.tasks import close_finished_complaints, lapse_handoffs, lapse_offers
from complaints.timeline import flaws
from complaints.workflow import Move
from escalation.actions.escalation import carry_out, decide, raise_escalation
from escalation.models import NextStep
from escalation.tasks import refresh_next_steps
from followups.actions.follow_up import finish_follow_up
from followups.actions.promise import tell_missed_promise
from followups.tasks import miss_promises
from tests import factories
from tests.factories import Cast

Act = Callable[[Cast, Complaint], Any]


def last(rows: Any) -> Any:
    found = rows.order_by("-pk").first()
    if found is None:
        raise MoveRefused("nothing there", [])
    return found


def wait(days: float) -> Act:
    def act(cast: Cast, complaint: Complaint) -> None:
        clock.advance(timedelta(days=days))
        for sweep in (miss_promises, lapse_handoffs, lapse_offers, close_finished_complaints, refresh_next_steps):
            sweep()

    return act


ACTS: dict[str, Act] = {
    "read back": lambda cast, c: factories.read_back(cast, c),
    "call": lambda cast, c: log_contact(c, factories.said(direction="in"), by=cast.colleague),
    "keep promises": factories.keep_promises,
    "tell": lambda cast, c: tell_missed_promise(
        last(c.promises.filter(state="missed")), by=cast.agent, said=factories.said()
    ),
    "hand off": factories.handed_off,
    "accept handoff": lambda cast, c: handoff.accept_handoff(last(c.handoffs), by=cast.officer),
    "return handoff": lambda cast, c: handoff.return_handoff(
        last(c.handoffs), by=cast.officer, why="not_ours", words="-"
    ),
    "answer handoff": lambda cast, c: handoff.answer_handoff(last(c.handoffs), by=cast.officer, words="Yes."),
    "settle handoff": lambda cast, c: handoff.settle_handoff(last(c.handoffs), by=cast.agent, words="Good."),
    "withdraw handoff": lambda cast, c: handoff.withdraw_handoff(last(c.handoffs), by=cast.supervisor, words="-"),
    "offer": factories.offered,
    "big offer": lambda cast, c: factories.offered(
        cast,
        c,
        items=[resolution.ItemFacts("refund", 4_000_000, "IDR")],  # type: ignore[arg-type]
    ),
    "approve": lambda cast, c: approve(last(c.approvals), by=cast.supervisor, outcome="Yes."),
    "do not approve": lambda cast, c: refuse_approval(last(c.approvals), by=cast.supervisor, outcome="No."),
    "accept offer": lambda cast, c: resolution.accept_offer(
        last(c.offers), by=cast.agent, channel="phone", words="Ya."
    ),
    "refuse offer": lambda cast, c: resolution.refuse_offer(
        last(c.offers), by=cast.agent, channel="phone", words="No."
    ),
    "fulfil": lambda cast, c: [
        resolution.fulfil_item(i, by=cast.agent, done_on=clock.now().date(), reference="T", amount=i.amount)
        for i in last(c.offers).items.all()
    ],
    "fail": lambda cast, c: resolution.fail_offer(last(c.offers), by=cast.agent, reason="bounced"),
    "find the cause": factories.cause_known,
    "only start": lambda cast, c: verification.start_verifying(c, by=cast.agent),
    "final reply": factories.answered,
    "improve": factories.improved,
    "escalate": lambda cast, c: raise_escalation(c, by=cast.agent, trigger_key=f"by_hand:{clock.now()}", question="?"),
    "decide": lambda cast, c: decide(last(c.escalations), by=cast.supervisor, decision="approve", outcome="Do it."),
    "carry out": lambda cast, c: carry_out(last(c.escalations), by=cast.agent, words="Done."),
    "ask exception": factories.asked_exception,
    "close by exception": lambda cast, c: closure.close_by_exception(c, by=cast.agent),
    "close": lambda cast, c: closure.close_complaint(c, by=cast.agent),
    "reopen": lambda cast, c: closure.reopen_complaint(c, by=cast.manager, reason="It broke again."),
    "satisfied": lambda cast, c: finish_follow_up(last(c.follow_ups), by=cast.agent, result=Move.SATISFIED),
    "not satisfied": lambda cast, c: finish_follow_up(
        last(c.follow_ups), by=cast.agent, result=Move.NOT_SATISFIED, said=factories.said(direction="in")
    ),
    "an hour": wait(1 / 24),
    "three days": wait(3),
}
HAPPY = ["read back", "keep promises", "find the cause", "offer", "accept offer", "fulfil", "final reply", "improve"]


def promises_of_the_product(complaint: Complaint) -> None:
    complaint = Complaint.objects.get(pk=complaint.pk)
    if complaint.status == "closed":
        lacking = gate.missing(complaint, complaint.exception)
        assert lacking == [], "never closed with something missing"
        assert (complaint.accepted_offer is None) != (complaint.exception is None)
    assert complaint.offers.filter(state__in=["awaiting_approval", "live", "accepted"]).count() <= 1, "one live offer"
    assert complaint.owner_id, "an owner from the first call to the end"
    assert not complaint.is_open or NextStep.objects.filter(complaint=complaint).exists(), "a next step, always"
    assert complaint.is_open or not Offer.objects.filter(complaint=complaint, state="live").exists()


HEADS = st.integers(0, len(HAPPY))
SEVERAL_ACTS = st.lists(st.sampled_from(sorted(ACTS)), max_size=14)


def lives(examples: int) -> settings:
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
    )


@lives(20)
@given(head=HEADS, acts=SEVERAL_ACTS)
def test_whatever_is_tried_the_promises_hold(cast: Cast, head: int, acts: list[str]) -> None:
    live(cast, [*HAPPY[:head], *acts])


@pytest.mark.matrix
@lives(150)
@given(head=HEADS, acts=SEVERAL_ACTS)
def test_whatever_is_tried_many_times_over_the_promises_hold(cast: Cast, head: int, acts: list[str]) -> None:
    live(cast, [*HAPPY[:head], *acts])


def live(cast: Cast, acts: list[str]) -> None:
    """One complaint through these acts, refused or not; everything is rolled back after it."""
    point = transaction.savepoint()
    try:
        complaint = factories.received(cast)
        for name in acts:
            with suppress(MoveRefused, NotYours), transaction.atomic():
                ACTS[name](cast, Complaint.objects.get(pk=complaint.pk))
            promises_of_the_product(complaint)
        assert list(flaws()) == [], "the chain always verifies"
    finally:
        transaction.savepoint_rollback(point)
