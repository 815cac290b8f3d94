"""The table is the law: every state x move x person against `moves.csv`, which stands beside it.

`moves.csv` was written from moves.md: one row per noun, state and move, with
`yes` for each person who may. Whatever is not in it has to be refused. Guards
are asked elsewhere; here it is state and person.
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from complaints import workflow
from complaints.actions.moves import MoveRefused, NotYours, check_person
from complaints.models import Approval, Complaint, Handoff, InformationRequest, Message, Offer, Task, User
from complaints.permissions import moves_open_to
from complaints.workflow import MOVES, Move
from escalation.models import Escalation
from followups.models import FollowUp, Promise, Survey
from tests import factories
from tests.factories import Cast

PEOPLE = (
    "owner",
    "colleague",
    "supervisor",
    "manager",
    "officer",
    "outsider",
    "administrator",
    "complained_of",
    "system",
    "customer",
    "outside",
)
STATES: dict[str, Any] = {
    "status": workflow.Status,
    "remedy": workflow.Remedy,
    "cause": workflow.Cause,
    "handoff": workflow.HandoffState,
    "offer": workflow.OfferState,
    "approval": workflow.ApprovalState,
    "promise": workflow.PromiseState,
    "escalation": workflow.EscalationState,
    "follow_up": workflow.FollowUpState,
    "message": workflow.MessageState,
    "survey": workflow.SurveyState,
    "request": workflow.RequestState,
    "task": workflow.TaskState,
}
LAW = {
    (row["noun"], row["state"], row["move"]): row
    for row in csv.DictReader((Path(__file__).parent / "moves.csv").open(newline=""))
}


def moves_of(noun: str) -> list[Move]:
    return list(dict.fromkeys(row.move for row in MOVES if row.noun == noun))


def cases() -> Iterator[tuple[str, str, Move]]:
    for noun, states in STATES.items():
        for state in states.values:
            for move in moves_of(noun):
                yield noun, state, move


@pytest.fixture
def people(cast: Cast) -> dict[str, User]:
    complained_of = factories.person("Ratna Kasir", cast.care, "agent")
    return {
        "owner": cast.agent,
        "colleague": cast.colleague,
        "supervisor": cast.supervisor,
        "manager": cast.manager,
        "officer": cast.officer,
        "outsider": cast.outsider,
        "administrator": cast.administrator,
        "complained_of": complained_of,
        "system": cast.system,
        "customer": User.objects.customer(),
        "outside": User.objects.outside(),
    }


def thing_in(noun: str, state: str, complaint: Complaint, cast: Cast) -> Any:
    """A row in that state, in memory: state and person are all that is asked."""
    if noun in ("status", "remedy", "cause"):
        setattr(complaint, noun, state)
        return complaint
    made = {"complaint": complaint, "state": state}
    match noun:
        case "handoff":
            return Handoff(department=cast.sales, **made)
        case "offer":
            return Offer(made_by=cast.agent, **made)
        case "approval":
            return Approval(asked_by=cast.agent, **made)
        case "escalation":
            return Escalation(raised_by=cast.agent, trigger_key="by_hand:1", **made)
        case "promise":
            return Promise(owner=cast.agent, **made)
        case "message":
            return Message(customer=cast.customer, **made)
        case "survey":
            return Survey(cycle=complaint.cycle, **made)
        case "request":
            return InformationRequest(asked_by=cast.agent, **made)
        case "task":
            return Task(**made)
        case _:
            return FollowUp(**made)


def answer(thing: Any, move: Move, by: User) -> str:
    try:
        check_person(thing, move, by=by)
    except MoveRefused:
        return "refused"
    except NotYours:
        return "not yours"
    return "yes"


def test_every_state_move_and_person(cast: Cast, people: dict[str, User]) -> None:
    complaint = factories.received(cast)
    complaint.person_complained_of = people["complained_of"]
    wrong = []
    for noun, state, move in cases():
        law = LAW.get((noun, state, move.value))
        for name, person in people.items():
            expected = "refused" if law is None else ("yes" if law[name] == "yes" else "not yours")
            got = answer(thing_in(noun, state, complaint, cast), move, person)
            if got != expected:
                wrong.append(f"{noun} {state or '-'} {move} by {name}: {got}, the law says {expected}")
    assert wrong == []


def test_the_law_names_no_move_the_table_does_not_know() -> None:
    known = {(row.noun, state, row.move.value) for row in MOVES for state in row.states}
    assert set(LAW) == known


def test_a_button_is_shown_for_exactly_what_may_be_done(cast: Cast, people: dict[str, User]) -> None:
    handoff = Handoff(department=cast.sales, complaint=factories.received(cast), state="offered")
    assert moves_open_to(people["officer"], handoff) == {Move.ACCEPT, Move.RETURN}
    assert moves_open_to(people["owner"], handoff) == {Move.WITHDRAW}
    assert moves_open_to(people["outsider"], handoff) == set()


def test_every_noun_of_the_table_is_walked() -> None:
    assert {row.noun for row in MOVES} == set(STATES)
    assert set(next(iter(LAW.values()))) == {"noun", "state", "move", *PEOPLE}


def test_an_outside_party_does_by_its_link_what_an_officer_does(cast: Cast, people: dict[str, User]) -> None:
    """And with a handoff that lies in the house it does nothing (the table above)."""
    cast.sales.is_outside = True
    complaint = factories.received(cast)
    handoff = Handoff(department=cast.sales, complaint=complaint, state="offered")
    assert moves_open_to(people["outside"], handoff) == {Move.ACCEPT, Move.RETURN}
    handoff.state = "accepted"
    assert moves_open_to(people["outside"], handoff) == {Move.ANSWER, Move.RETURN}
    assert moves_open_to(people["customer"], handoff) == moves_open_to(people["outside"], complaint) == set()
