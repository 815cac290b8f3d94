"""What comes next: rule by rule, without a database; then in words, with one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from complaints.actions.handoff import accept_handoff
from complaints.actions.intake import add_note
from complaints.workflow import Cause, HandoffState, Remedy
from escalation.actions.next_step import read_facts, refresh
from escalation.models import NextStep
from escalation.next_step import RULES, Dated, Facts, HandoffFact, next_step
from escalation.wording import MISSING, WORDINGS, sentence
from tests import factories
from tests.factories import Cast

NOW = datetime(2026, 11, 25, 7, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def facts(**known: Any) -> Facts:
    """A complaint in progress, its offer being looked for, its cause not looked at."""
    values = {"status": "in_progress", "remedy": "sought", "cause": "unverified", "is_open": True, "since": NOW - HOUR}
    return Facts(**{**values, **known})


def handoff(state: str, **known: Any) -> HandoffFact:
    due = known.pop("due_at", NOW + DAY)
    return HandoffFact(**{"pk": 5, "state": state, "due_at": due, "answer_by": due, "returns": 0, **known})


RULE_BY_RULE: list[tuple[str, dict[str, Any], str, str]] = [
    ("a missed promise comes before everything", {"missed_untold": [Dated(1, NOW - HOUR)], "customer_waits_since": NOW},
     "tell_missed", "us"),
    ("the customer waits", {"customer_waits_since": NOW - HOUR, "decided": [Dated(1, NOW)]}, "answer_customer", "us"),
    ("a decision came back", {"decided": [Dated(1, NOW)], "open_promises": [Dated(2, NOW + HOUR)]}, "carry_out", "us"),
    ("the supervisor asks back", {"asked_back": [Dated(1, NOW)], "undecided": [Dated(1, NOW)]}, "answer_back", "us"),
    ("a promise is near", {"open_promises": [Dated(2, NOW + HOUR)]}, "keep_promise", "us"),
    ("a follow-up is near", {"status": "resolved", "follow_up": Dated(3, NOW + HOUR), "gate_missing": "no_reply"},
     "follow_up", "us"),
    ("returned once", {"handoffs": [handoff("returned", returns=1)]}, "redirect", "us"),
    ("returned twice goes to the supervisor", {"handoffs": [handoff("returned", returns=2)]}, "assign", "supervisor"),
    ("not accepted in time", {"handoffs": [handoff("lapsed")]}, "lapsed", "us"),
    ("a department is late", {"handoffs": [handoff("accepted", due_at=NOW - HOUR)]}, "chase", "us"),
    ("a department answered", {"handoffs": [handoff("answered")]}, "settle", "us"),
    ("received", {"status": "received"}, "acknowledge", "us"),
    ("an exception was approved", {"ready_approval": Dated(4, NOW)}, "close_as_approved", "us"),
    ("the customer heard nothing for days", {"silent_from": NOW - HOUR, "handoffs": [handoff("accepted")]},
     "tell_standing", "us"),
    ("an escalation is undecided", {"undecided": [Dated(1, NOW)]}, "decide", "supervisor"),
    ("an offer waits for a yes", {"waiting_approvals": [Dated(1, NOW)]}, "approval", "supervisor"),
    ("an offer was accepted", {"remedy": "accepted", "accepted_offer": Dated(6, NOW)}, "fulfil", "us"),
    ("an offer was refused", {"offer_refused": True}, "new_offer", "us"),
    ("nothing was offered", {}, "offer", "us"),
    ("an offer is with the customer", {"remedy": "offered", "live_offer": Dated(6, NOW + DAY)}, "offer_answer",
     "customer"),
    ("silence is not ours while the customer thinks it over",
     {"remedy": "offered", "live_offer": Dated(6, NOW + DAY), "silent_from": NOW - DAY}, "offer_answer", "customer"),
    ("a department has it", {"handoffs": [handoff("offered")]}, "department", "department"),
    ("put right, and nobody knows why", {"status": "resolved", "remedy": "fulfilled"}, "start_verifying", "us"),
    ("being checked", {"status": "resolved", "remedy": "fulfilled", "cause": "verifying"}, "verify", "us"),
    ("checked", {"status": "resolved", "remedy": "fulfilled", "cause": "verified"}, "confirm_cause", "us"),
    ("something is missing to close",
     {"status": "resolved", "remedy": "fulfilled", "cause": "cause_known", "gate_missing": "no_reply"}, "gate", "us"),
    ("a follow-up is planned",
     {"status": "resolved", "remedy": "fulfilled", "cause": "cause_known", "follow_up": Dated(3, NOW + 3 * DAY)},
     "follow_up", "us"),
    ("the window is open",
     {"status": "resolved", "remedy": "fulfilled", "cause": "cause_known", "window_ends": NOW + DAY}, "window",
     "customer"),
    ("everything is there",
     {"status": "resolved", "remedy": "fulfilled", "cause": "cause_known", "window_ends": NOW - DAY}, "close", "us"),
    ("closed, and a follow-up is still owed", {"status": "closed", "is_open": False, "follow_up": Dated(3, NOW + DAY)},
     "follow_up", "us"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "known", "key", "waits_for"), RULE_BY_RULE, ids=[row[0] for row in RULE_BY_RULE])
def test_the_first_rule_that_matches_is_the_next_step(
    name: str, known: dict[str, Any], key: str, waits_for: str
) -> None:
    step = next_step(facts(**known), NOW)
    assert step
    assert (step.key, step.waits_for) == (key, waits_for)


def test_a_complaint_that_is_over_owes_nothing() -> None:
    assert next_step(facts(status="closed", is_open=False), NOW) is None


@pytest.mark.parametrize(
    ("known", "before", "after"),
    [
        ({"open_promises": [Dated(1, NOW + 3 * DAY)]}, "offer", "keep_promise"),
        ({"handoffs": [handoff("accepted", due_at=NOW + DAY)]}, "department", "chase"),
        ({"handoffs": [handoff("accepted", due_at=NOW + 9 * DAY)], "silent_from": NOW + DAY}, "department",
         "tell_standing"),
        ({"status": "resolved", "remedy": "fulfilled", "cause": "cause_known", "window_ends": NOW + DAY}, "window",
         "close"),
        ({"status": "resolved", "remedy": "fulfilled", "follow_up": Dated(1, NOW + 3 * DAY)}, "start_verifying",
         "follow_up"),
    ],
)  # fmt: skip
def test_it_says_when_time_alone_will_change_it(known: dict[str, Any], before: str, after: str) -> None:
    step = next_step(facts(**known), NOW)
    assert step
    assert step.changes_at
    assert step.key == before
    later = next_step(facts(**known), step.changes_at)
    assert later
    assert later.key == after


def test_writing_something_down_gives_no_more_time() -> None:
    waiting = facts(customer_waits_since=NOW - DAY)
    step = next_step(waiting, NOW)
    later = next_step(replace(waiting, since=NOW), NOW)
    assert step
    assert later
    assert step.due_at == later.due_at == NOW


MOMENTS = st.integers(-200, 200).map(lambda hours: NOW + hours * HOUR)
ROWS = st.lists(st.builds(Dated, st.integers(1, 9), MOMENTS), max_size=2)
ROW = st.none() | st.builds(Dated, st.integers(1, 9), MOMENTS)
ANY_FACTS = st.builds(
    Facts,
    status=st.sampled_from(["received", "in_progress", "resolved"]),
    remedy=st.sampled_from(Remedy.values),
    cause=st.sampled_from(Cause.values),
    is_open=st.just(True),
    since=MOMENTS,
    missed_untold=ROWS,
    open_promises=ROWS,
    undecided=ROWS,
    asked_back=ROWS,
    decided=ROWS,
    waiting_approvals=ROWS,
    ready_approval=ROW,
    handoffs=st.lists(
        st.builds(
            HandoffFact,
            st.integers(1, 9),
            st.sampled_from([state for state in HandoffState.values if state]),
            MOMENTS,
            MOMENTS,
            st.integers(0, 3),
        ),
        max_size=3,
    ),
    live_offer=ROW,
    accepted_offer=ROW,
    offer_refused=st.booleans(),
    customer_waits_since=st.none() | MOMENTS,
    silent_from=st.none() | MOMENTS,
    follow_up=ROW,
    gate_missing=st.sampled_from(["", *MISSING]),
    window_ends=st.none() | MOMENTS,
)


@given(known=ANY_FACTS, at=MOMENTS)
def test_an_open_complaint_always_has_a_next_step(known: Facts, at: datetime) -> None:
    step = next_step(known, at)
    assert step is not None
    assert step.key in WORDINGS
    assert step.due_at.tzinfo
    assert step.changes_at is None or step.changes_at > at
    assert next_step(known, at) == step


@given(known=ANY_FACTS, at=MOMENTS, minutes=st.integers(1, 60 * 24 * 20))
def test_it_stays_the_same_until_it_said_it_would_change(known: Facts, at: datetime, minutes: int) -> None:
    step = next_step(known, at)
    later = at + timedelta(minutes=minutes)
    assert step
    if step.changes_at is None or later < step.changes_at:
        assert next_step(known, later) == step


def test_every_rule_is_in_the_list_of_rules_once() -> None:
    assert len(set(RULES)) == len(RULES)


# -- with the database -------------------------------------------------------------
def test_refreshing_twice_changes_nothing(cast: Cast) -> None:
    complaint = factories.in_progress(cast)
    first = refresh(complaint)
    second = refresh(complaint)
    assert first
    assert second
    values = ("key", "due_at", "parameters", "waits_for", "owner_id")
    assert [getattr(first, name) for name in values] == [getattr(second, name) for name in values]


def test_a_caller_who_left_no_way_to_be_reached_does_not_wait_for_a_call(cast: Cast) -> None:
    nobody = factories.make_customer(cast.agent, full_name="", address_as="", phones=[], emails=[], account_number="")
    complaint = factories.received(cast, customer=nobody)
    assert read_facts(complaint).customer_waits_since is None


def test_a_note_does_not_move_the_deadline(cast: Cast, move_clock: Any) -> None:
    complaint = factories.received(cast)
    before = NextStep.objects.get(complaint=complaint).due_at
    move_clock(hours=5)
    add_note(complaint, by=cast.agent, words="Looked for the receipt.")
    assert NextStep.objects.get(complaint=complaint).due_at == before


def test_three_working_days_of_silence_call_for_a_word(cast: Cast, move_clock: Any) -> None:
    complaint = factories.in_progress(cast)
    factories.keep_promises(cast, complaint)
    factories.handed_off(cast, complaint, answer_by=read_facts(complaint).since + 20 * DAY)
    accept_handoff(complaint.handoffs.get(), by=cast.officer)
    move_clock(days=6)
    step = refresh(complaint)
    assert step
    assert step.key == "tell_standing"
    assert "Bu Sri" in sentence(step)


def test_every_key_has_words_a_button_and_an_address(cast: Cast) -> None:
    complaint = factories.in_progress(cast)
    handoff_row = factories.handed_off(cast, complaint)
    for key in WORDINGS:
        step = NextStep.objects.get(complaint=complaint)
        step.key, step.parameters = key, {"subject": handoff_row.pk, "code": "no_reply"}
        shown = Template(
            "{% load next_steps %}{% next_step_sentence step %}|{% next_step_what step %}|{% next_step_button step %}"
        ).render(Context({"step": step, "user": cast.agent}))
        say, what, button = shown.split("|")
        assert len(say) > 10, key
        assert what, key
        assert 'href="/' in button, key
        assert "%(" not in shown, key


def test_a_button_leads_only_where_this_person_may_go(cast: Cast) -> None:
    complaint = factories.in_progress(cast)
    factories.keep_promises(cast, complaint)
    step = NextStep.objects.get(complaint=complaint)
    assert step.key == "offer"
    tag = Template("{% load next_steps %}{% next_step_button step %}")
    assert "href" in tag.render(Context({"step": step, "user": cast.agent}))
    assert "href" not in tag.render(Context({"step": step, "user": cast.colleague}))
    assert "href" in tag.render(Context({"step": step, "user": cast.supervisor}))
