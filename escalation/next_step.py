"""What comes next on a complaint, and by when. Pure: facts in, one step out.

Total for the facts that exist: every open complaint, and every closed one with
a follow-up due, gets a step (screens.md 4.10 and product.md section 5); a
complaint without one is an error on the board.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

SOON_ENOUGH = timedelta(days=1)
"""By when we do what has no date of its own, counted from the moment it became our turn."""


@dataclass(frozen=True)
class Dated:
    """A row with a time: its id and when it is due."""

    pk: int
    due_at: datetime


@dataclass(frozen=True)
class HandoffFact:
    pk: int
    state: str
    due_at: datetime
    is_late: bool
    returns: int


@dataclass(frozen=True)
class Facts:
    """What the step depends on, read once."""

    status: str
    remedy: str
    cause: str
    is_open: bool
    since: datetime  # when it became our turn: the last thing that happened
    missed_untold: list[Dated] = field(default_factory=list)
    open_promises: list[Dated] = field(default_factory=list)
    undecided: list[Dated] = field(default_factory=list)  # escalations
    decided: list[Dated] = field(default_factory=list)  # to be carried out
    waiting_approvals: list[Dated] = field(default_factory=list)
    ready_approval: Dated | None = None  # an exception or a decline was approved: the owner closes
    handoffs: list[HandoffFact] = field(default_factory=list)
    live_offer: Dated | None = None
    accepted_offer: Dated | None = None
    offer_refused: bool = False
    customer_waits: bool = False  # the last contact came in and nobody has answered it
    follow_up: Dated | None = None
    gate_missing: str = ""  # the first missing requirement's code
    window_ends: datetime | None = None


@dataclass(frozen=True)
class Step:
    key: str
    due_at: datetime
    waits_for: str = "us"
    subject: int | None = None
    code: str = ""
    changes_at: datetime | None = None


def next_step(facts: Facts, at: datetime) -> Step | None:
    """The first rule that matches; None only for a complaint that is over with nothing owed."""
    if not facts.is_open:
        return _follow_up(facts) if facts.follow_up else None
    for rule in (
        _missed_promise, _answer_customer, _carry_out, _promise_today, _returned_or_lapsed, _late_handoff,
        _answered_handoff, _acknowledge, _approved, _undecided, _fulfil, _offer, _customer, _department, _cause,
        _afterwards,
    ):  # fmt: skip
        step = rule(facts, at)
        if step:
            return step
    return Step("close", facts.since + SOON_ENOUGH)


def _missed_promise(facts: Facts, at: datetime) -> Step | None:
    if facts.missed_untold:
        first = min(facts.missed_untold, key=lambda each: each.due_at)
        return Step("tell_missed", first.due_at, subject=first.pk)
    return None


def _answer_customer(facts: Facts, at: datetime) -> Step | None:
    """She is waiting: a contact came in on a complaint already acknowledged, and nobody has answered it."""
    if facts.customer_waits and facts.status != "received":
        return Step("answer_customer", facts.since + SOON_ENOUGH)
    return None


def _carry_out(facts: Facts, at: datetime) -> Step | None:
    if facts.decided:
        return Step("carry_out", facts.decided[0].due_at, subject=facts.decided[0].pk)
    return None


def _promise_today(facts: Facts, at: datetime) -> Step | None:
    soon = [each for each in facts.open_promises if each.due_at <= at + SOON_ENOUGH]
    if soon:
        first = min(soon, key=lambda each: each.due_at)
        return Step("keep_promise", first.due_at, subject=first.pk, changes_at=first.due_at)
    return None


def _returned_or_lapsed(facts: Facts, at: datetime) -> Step | None:
    for handoff in facts.handoffs:
        if handoff.state == "returned":
            key, whose = ("assign", "supervisor") if handoff.returns >= 2 else ("redirect", "us")
            return Step(key, facts.since + SOON_ENOUGH, whose, handoff.pk)
        if handoff.state == "lapsed":
            return Step("lapsed", facts.since + SOON_ENOUGH, subject=handoff.pk)
    return None


def _late_handoff(facts: Facts, at: datetime) -> Step | None:
    late = [each for each in facts.handoffs if each.is_late and each.state in ("offered", "accepted")]
    if late:
        first = min(late, key=lambda each: each.due_at)
        return Step("chase", first.due_at, subject=first.pk)
    return None


def _answered_handoff(facts: Facts, at: datetime) -> Step | None:
    answered = [each for each in facts.handoffs if each.state == "answered"]
    return Step("settle", facts.since + SOON_ENOUGH, subject=answered[0].pk) if answered else None


def _acknowledge(facts: Facts, at: datetime) -> Step | None:
    return Step("acknowledge", facts.since + SOON_ENOUGH) if facts.status == "received" else None


def _approved(facts: Facts, at: datetime) -> Step | None:
    if facts.ready_approval:
        return Step("close_as_approved", facts.since + SOON_ENOUGH, subject=facts.ready_approval.pk)
    return None


def _undecided(facts: Facts, at: datetime) -> Step | None:
    """Waiting for a decision holds nothing else up, but nothing else is more urgent either."""
    if facts.undecided:
        first = min(facts.undecided, key=lambda each: each.due_at)
        return Step("decide", first.due_at, "supervisor", first.pk)
    if facts.waiting_approvals:
        first = min(facts.waiting_approvals, key=lambda each: each.due_at)
        return Step("approval", first.due_at, "supervisor", first.pk)
    return None


def _fulfil(facts: Facts, at: datetime) -> Step | None:
    if facts.accepted_offer:
        return Step("fulfil", facts.accepted_offer.due_at, subject=facts.accepted_offer.pk)
    return None


def _offer(facts: Facts, at: datetime) -> Step | None:
    """Putting it right does not wait for finding out why (0.2), but it may wait for a department's answer."""
    if facts.remedy != "sought":
        return None
    if facts.offer_refused:
        return Step("new_offer", facts.since + SOON_ENOUGH)
    return None if _with_department(facts) else Step("offer", facts.since + SOON_ENOUGH)


def _customer(facts: Facts, at: datetime) -> Step | None:
    if facts.live_offer:
        due = facts.live_offer.due_at
        return Step("offer_answer", due, "customer", facts.live_offer.pk, changes_at=_wake(facts, due))
    return None


def _department(facts: Facts, at: datetime) -> Step | None:
    waiting = [each for each in facts.handoffs if each.state in ("offered", "accepted")]
    if waiting:
        first = min(waiting, key=lambda each: each.due_at)
        return Step("department", first.due_at, "department", first.pk, changes_at=_wake(facts, first.due_at))
    return None


def _cause(facts: Facts, at: datetime) -> Step | None:
    keys = {"unverified": "start_verifying", "verifying": "verify", "verified": "confirm_cause"}
    key = keys.get(facts.cause)
    return Step(key, facts.since + SOON_ENOUGH, changes_at=_wake(facts)) if key else None


def _afterwards(facts: Facts, at: datetime) -> Step | None:
    if facts.gate_missing:
        return Step("gate", facts.since + SOON_ENOUGH, code=facts.gate_missing, changes_at=_wake(facts))
    if facts.follow_up and facts.status == "resolved":
        return _follow_up(facts)
    if facts.window_ends and facts.window_ends > at:
        return Step("window", facts.window_ends, "customer", changes_at=facts.window_ends)
    return None


def _follow_up(facts: Facts) -> Step | None:
    return Step("follow_up", facts.follow_up.due_at, subject=facts.follow_up.pk) if facts.follow_up else None


def _with_department(facts: Facts) -> bool:
    return any(each.state in ("offered", "accepted") for each in facts.handoffs)


def _wake(facts: Facts, *others: datetime) -> datetime | None:
    """When a later rule's words give way to an earlier rule's: the day a promise comes near, or a time passes."""
    moments = [each.due_at - SOON_ENOUGH for each in facts.open_promises] + list(others)
    return min(moments, default=None)
