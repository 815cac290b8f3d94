"""`apply`: the one place where a state changes.

It asks the table of moves, the permissions and the guards, and writes one
column. The three status columns of a complaint have no other writer; neither
has the state of a handoff, an offer, an approval, a promise, an escalation or
a follow-up.
"""

from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _

from complaints.actions import guards
from complaints.models import Complaint, User
from complaints.permissions import may_make
from complaints.workflow import FORMER, MOVES, TRACK_OF, Move, Reason, Row, Who, find

Words = str | Lazy


class MoveRefused(Exception):
    """What was asked is not possible now. Carries every reason; nothing was changed. Pages answer 409.

    `what` is the act in words ("Close"), as the button says it.
    """

    def __init__(self, what: Words, reasons: list[Reason]) -> None:
        self.what = what
        self.reasons = reasons
        super().__init__("; ".join(reason.code for reason in reasons))


class NotYours(Exception):
    """Possible, but not for this person. Pages answer 403 and name who does it."""

    def __init__(self, *who: Who) -> None:
        self.who = who
        super().__init__(", ".join(who))


def apply(thing: Any, move: Move, *, by: User) -> None:
    """Make the move on a complaint (the move names the track) or on one of its rows.

    The caller holds the complaint's lock. Raises MoveRefused with every reason,
    or NotYours; then nothing is changed.
    """
    row = check(thing, move, by=by)
    column = _column(thing, move)
    setattr(thing, column, thing.status_before_merge if row.to == FORMER else row.to)
    if thing.pk:
        type(thing)._default_manager.filter(pk=thing.pk).update(**_columns(thing, column))


def apply_to_all(rows: QuerySet[Any], move: Move, **also: Any) -> int:
    """The system's move on those of `rows` that are in one of its states now: one conditional UPDATE, no lock of the
    complaint (a claimer and whoever cancels must not wait for each other). Returns how many it changed.

    Only for moves of the system without guards that lead from every state to one.
    """
    noun = rows.model.NOUN
    row = next(each for each in MOVES if each.noun == noun and each.move == move)
    if Who.SYSTEM not in row.who or row.guards:
        raise ValueError(f"{move} is not the system's alone")
    return rows.filter(state__in=row.states).update(state=row.to, **also)


def check(thing: Any, move: Move, *, by: User) -> Row:
    """The row that allows it, guards and all. Raises as `apply` does."""
    row = check_person(thing, move, by=by)
    reasons = [reason for name in row.guards for reason in guards.GUARDS[name](thing, by)]
    if reasons:
        raise MoveRefused(move.label, reasons)
    return row


def check_person(thing: Any, move: Move, *, by: User) -> Row:
    """State and person only: enough to show the page of a move, whose guards are asked when it is sent."""
    noun = TRACK_OF[move] if isinstance(thing, Complaint) else thing.NOUN
    column = _column(thing, move)
    row = find(noun, move, getattr(thing, column))
    if row is None:
        raise MoveRefused(move.label, [_wrong_state(thing, column)])
    if not may_make(by, row, thing):
        raise NotYours(*row.who)
    return row


def refuse(what: Words, code: str, words: str) -> MoveRefused:
    """A refusal for a reason the table does not know: to be raised by the action that found it."""
    return MoveRefused(what, [Reason(code, words)])


def _column(thing: Any, move: Move) -> str:
    return TRACK_OF[move] if isinstance(thing, Complaint) else "state"


def _wrong_state(thing: Any, column: str) -> Reason:
    label = getattr(thing, f"get_{column}_display")()
    return Reason("wrong_state", _("It is now: %(state)s") % {"state": label})


# What a move of the complaint leaves behind in the columns its constraints read with the status.
_WITH_STATUS = (
    "outcome",
    "closed_at",
    "accepted_offer",
    "exception",
    "merged_into",
    "merged_at",
    "status_before_merge",
)


def _columns(thing: Any, column: str) -> dict[str, Any]:
    columns = {column: getattr(thing, column)}
    if column == "status":
        columns.update({name: getattr(thing, name) for name in _WITH_STATUS})
        columns["resolved_at"] = thing.resolved_at
        columns["cycle"] = thing.cycle
    return columns
