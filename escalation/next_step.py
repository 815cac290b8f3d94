"""What comes next on a complaint, and by when. Pure: facts in, one step out.

Total for the facts that exist: every open complaint, and every closed one with
a follow-up due, gets a step (screens.md 4.10 and product.md section 5); a
complaint without one is an error on the board.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
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
    due_at: datetime  # the yes, then the answer
    answer_by: datetime
    returns: int

    @property
    def is_waiting(self) -> bool:
        return self.state in ("offered", "accepted")

    def is_late(self, at: datetime) -> bool:
        return self.is_waiting and at >= self.answer_by


@dataclass(frozen=True)
class Facts:
    """What the step depends on, read once."""

    status: str
    remedy: str
    cause: str
    is_open: bool
    since: datetime  # when it became our turn: the last act that moved the complaint
    missed_untold: list[Dated] = field(default_factory=list)
    open_promises: list[Dated] = field(default_factory=list)
    undecided: list[Dated] = field(default_factory=list)  # escalations
    asked_back: list[Dated] = field(default_factory=list)  # escalations with a question to the owner, and since when
    decided: list[Dated] = field(default_factory=list)  # escalations to be carried out, and since when
    waiting_approvals: list[Dated] = field(default_factory=list)
    ready_approval: Dated | None = None  # an exception or a decline was approved: the owner closes
    handoffs: list[HandoffFact] = field(default_factory=list)
    live_offer: Dated | None = None
    accepted_offer: Dated | None = None
    offer_refused: bool = False
    customer_waits_since: datetime | None = None  # the last contact came in and nobody has answered it
    silent_from: datetime | None = None  # from then on the customer has heard nothing of us for too long
    follow_up: Dated | None = None
    call_back: bool = False  # the follow-up is the call after a "no" in the survey
    tasks: list[Dated] = field(default_factory=list)
    request: Dated | None = None  # we wait for something from the customer
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
    """The first rule that matches; None only for a complaint that is over with nothing owed.

    `changes_at` is the next moment at which time alone may give another answer:
    in the future of `at`, or none.
    """
    if not facts.is_open:
        return _follow_up(facts, at)
    for rule in RULES:
        step = rule(facts, at)
        if step:
            return replace(step, changes_at=_changes_at(facts, at))
    return Step("close", facts.since + SOON_ENOUGH, changes_at=_changes_at(facts, at))


# -- something went wrong, or somebody waits for us -------------------------------
def _missed_promise(facts: Facts, at: datetime) -> Step | None:
    first = _first(facts.missed_untold)
    return Step("tell_missed", first.due_at, subject=first.pk) if first else None


def _answer_customer(facts: Facts, at: datetime) -> Step | None:
    """She is waiting: a contact came in on a complaint already acknowledged, and nobody has answered it."""
    if facts.customer_waits_since and facts.status != "received":
        return Step("answer_customer", facts.customer_waits_since + SOON_ENOUGH)
    return None


def _carry_out(facts: Facts, at: datetime) -> Step | None:
    first = _first(facts.decided)
    return Step("carry_out", first.due_at + SOON_ENOUGH, subject=first.pk) if first else None


def _answer_supervisor(facts: Facts, at: datetime) -> Step | None:
    first = _first(facts.asked_back)
    return Step("answer_back", first.due_at + SOON_ENOUGH, subject=first.pk) if first else None


def _promise_today(facts: Facts, at: datetime) -> Step | None:
    first = _first([each for each in facts.open_promises if _is_near(each, at)])
    return Step("keep_promise", first.due_at, subject=first.pk) if first else None


def _follow_up_today(facts: Facts, at: datetime) -> Step | None:
    """What we owe afterwards has a day of its own: neither the cause nor the closing list hides it."""
    return _follow_up(facts, at) if facts.follow_up and _is_near(facts.follow_up, at) else None


def _task(facts: Facts, at: datetime) -> Step | None:
    """Something of ours went wrong on its way to the customer: a letter came back."""
    first = _first(facts.tasks)
    return Step("task", first.due_at, subject=first.pk) if first else None


def _request_over(facts: Facts, at: datetime) -> Step | None:
    """What we asked for has not come: we call before we decide anything (letter L3)."""
    if facts.request and at >= facts.request.due_at:
        return Step("request_over", facts.request.due_at + SOON_ENOUGH, subject=facts.request.pk)
    return None


def _request(facts: Facts, at: datetime) -> Step | None:
    return Step("request", facts.request.due_at, "customer", facts.request.pk) if facts.request else None


# -- hand-offs that need us -----------------------------------------------------
def _returned_or_lapsed(facts: Facts, at: datetime) -> Step | None:
    for handoff in facts.handoffs:
        if handoff.state == "returned":
            key, whose = ("assign", "supervisor") if handoff.returns >= 2 else ("redirect", "us")
            return Step(key, facts.since + SOON_ENOUGH, whose, handoff.pk)
        if handoff.state == "lapsed":
            return Step("lapsed", facts.since + SOON_ENOUGH, subject=handoff.pk)
    return None


def _late_handoff(facts: Facts, at: datetime) -> Step | None:
    late = [each for each in facts.handoffs if each.is_late(at)]
    if not late:
        return None
    first = min(late, key=lambda each: each.answer_by)
    return Step("chase", first.answer_by, subject=first.pk)


def _answered_handoff(facts: Facts, at: datetime) -> Step | None:
    answered = [each for each in facts.handoffs if each.state == "answered"]
    return Step("settle", facts.since + SOON_ENOUGH, subject=answered[0].pk) if answered else None


# -- our own work, and what it waits for ------------------------------------------
def _acknowledge(facts: Facts, at: datetime) -> Step | None:
    return Step("acknowledge", facts.since + SOON_ENOUGH) if facts.status == "received" else None


def _approved(facts: Facts, at: datetime) -> Step | None:
    """An offer comes first: with the customer it holds the closing, accepted it is to be fulfilled."""
    ready = facts.ready_approval
    if ready is None or facts.live_offer or facts.accepted_offer:
        return None
    return Step("close_as_approved", facts.since + SOON_ENOUGH, subject=ready.pk)


def _silent(facts: Facts, at: datetime) -> Step | None:
    """Whoever else we wait for, the customer hears from us; when we wait for the customer there is nothing to tell."""
    if facts.status != "in_progress" or facts.live_offer or facts.silent_from is None or at < facts.silent_from:
        return None
    return Step("tell_standing", facts.silent_from)


def _undecided(facts: Facts, at: datetime) -> Step | None:
    """Waiting for a decision holds nothing else up, but nothing else is more urgent either."""
    if escalation := _first(facts.undecided):
        return Step("decide", escalation.due_at, "supervisor", escalation.pk)
    if approval := _first(facts.waiting_approvals):
        return Step("approval", approval.due_at, "supervisor", approval.pk)
    return None


def _fulfil(facts: Facts, at: datetime) -> Step | None:
    offer = facts.accepted_offer
    return Step("fulfil", offer.due_at, subject=offer.pk) if offer else None


def _offer(facts: Facts, at: datetime) -> Step | None:
    """Putting it right does not wait for finding out why (0.2), but it may wait for a department's answer."""
    if facts.remedy != "sought":
        return None
    if facts.offer_refused:
        return Step("new_offer", facts.since + SOON_ENOUGH)
    waiting = any(each.is_waiting for each in facts.handoffs)
    return None if waiting else Step("offer", facts.since + SOON_ENOUGH)


def _customer(facts: Facts, at: datetime) -> Step | None:
    offer = facts.live_offer
    return Step("offer_answer", offer.due_at, "customer", offer.pk) if offer else None


def _department(facts: Facts, at: datetime) -> Step | None:
    waiting = [each for each in facts.handoffs if each.is_waiting]
    if not waiting:
        return None
    first = min(waiting, key=lambda each: each.due_at)
    return Step("department", first.due_at, "department", first.pk)


def _cause(facts: Facts, at: datetime) -> Step | None:
    keys = {"unverified": "start_verifying", "verifying": "verify", "verified": "confirm_cause"}
    key = keys.get(facts.cause)
    return Step(key, facts.since + SOON_ENOUGH) if key else None


# -- afterwards -----------------------------------------------------------------
def _gate(facts: Facts, at: datetime) -> Step | None:
    missing = facts.gate_missing
    return Step("gate", facts.since + SOON_ENOUGH, code=missing) if missing else None


def _follow_up(facts: Facts, at: datetime) -> Step | None:
    if facts.follow_up is None:
        return None
    key = "call_back" if facts.call_back else "follow_up"
    return Step(key, facts.follow_up.due_at, subject=facts.follow_up.pk)


def _window(facts: Facts, at: datetime) -> Step | None:
    if facts.window_ends and facts.window_ends > at:
        return Step("window", facts.window_ends, "customer")
    return None


RULES: tuple[Callable[[Facts, datetime], Step | None], ...] = (
    _missed_promise, _answer_customer, _carry_out, _answer_supervisor, _promise_today, _follow_up_today, _task,
    _request_over, _returned_or_lapsed, _late_handoff, _answered_handoff, _approved, _acknowledge, _silent, _undecided,
    _fulfil, _request, _offer, _customer, _department, _cause, _gate, _follow_up, _window,
)  # fmt: skip
"""Asked in this order; the first that answers is the next step (screens.md 4.10)."""


def _first(rows: list[Dated]) -> Dated | None:
    return min(rows, key=lambda each: (each.due_at, each.pk), default=None)


def _is_near(row: Dated, at: datetime) -> bool:
    return at >= row.due_at - SOON_ENOUGH


def _changes_at(facts: Facts, at: datetime) -> datetime | None:
    """The next moment at which a rule starts or stops to match by the mere passing of time."""
    owed = [*facts.open_promises, *([facts.follow_up] if facts.follow_up else [])]
    moments = [each.due_at - SOON_ENOUGH for each in owed]
    moments += [each.answer_by for each in facts.handoffs if each.is_waiting]
    moments += [moment for moment in (facts.silent_from, facts.window_ends) if moment]
    moments += [facts.request.due_at] if facts.request else []
    return min((moment for moment in moments if moment > at), default=None)
