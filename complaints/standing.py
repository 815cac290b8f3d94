"""Where one complaint stands, for the person who looks: its clocks, its two tracks, and the doors open to them."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from complaints.models import Complaint, User
from complaints.permissions import acts_as_owner, can_mark_person, moves_open_to, works_cases
from complaints.workflow import (
    ApprovalState,
    Cause,
    EscalationState,
    FollowUpState,
    HandoffState,
    Move,
    OfferState,
    PromiseState,
    Remedy,
    Status,
)

WORKED_ON = (Status.IN_PROGRESS, Status.RESOLVED)


@dataclass(frozen=True)
class Clock:
    """One due moment. `met_at` stops it; a missed promise says its time."""

    label: str
    due_at: datetime | None
    started_at: datetime | None = None
    met_at: datetime | None = None
    missed: bool = False


@dataclass(frozen=True)
class Step:
    text: str
    state: str = ""  # done, now or ""
    url: str = ""
    sub: str = ""


@dataclass(frozen=True)
class Door:
    """A page that does something and is open to this person."""

    label: str
    url: str
    key: str = ""


# -- clocks -----------------------------------------------------------------------
def clocks(complaint: Complaint) -> list[Clock]:
    """Every due moment that exists, soonest first; the first answer before them."""
    first = []
    if complaint.acknowledged_at and complaint.channel != "import":
        first = [Clock(_("First answer"), None, complaint.received_at, complaint.acknowledged_at)]
    running = _promises(complaint) + _handoffs(complaint) + _decisions(complaint) + _afterwards(complaint)
    return first + sorted(running, key=lambda each: (each.due_at, each.label))


def _promises(complaint: Complaint) -> list[Clock]:
    return [
        Clock(_("Promise: %(words)s") % {"words": each.words}, each.due_at, missed=each.is_untold)
        for each in complaint.promises.all()
        if each.state == PromiseState.OPEN or each.is_untold
    ]


def _handoffs(complaint: Complaint) -> list[Clock]:
    waiting = (HandoffState.OFFERED, HandoffState.ACCEPTED, HandoffState.LAPSED)
    return [
        Clock(_("Answer of %(department)s") % {"department": each.department}, each.due_at)
        for each in complaint.handoffs.all()
        if each.state in waiting
    ]


def _decisions(complaint: Complaint) -> list[Clock]:
    undecided = (EscalationState.RAISED, EscalationState.ACKNOWLEDGED)
    return [
        Clock(_("Approval: %(what)s") % {"what": each}, each.due_at)
        for each in complaint.approvals.all()
        if each.state == ApprovalState.ASKED
    ] + [
        Clock(_("Supervisor’s decision"), each.due_at)
        for each in complaint.escalations.all()
        if each.state in undecided
    ]


def _afterwards(complaint: Complaint) -> list[Clock]:
    offers = [each for each in complaint.offers.all() if each.state == OfferState.LIVE]
    due = [each for each in complaint.follow_ups.all() if each.state == FollowUpState.DUE]
    return [Clock(_("Answer to the offer"), each.answer_by) for each in offers] + [
        Clock(_("Follow-up call"), each.due_at) for each in due
    ]


# -- the two tracks ---------------------------------------------------------------
def put_right(user: User, complaint: Complaint, *, replied: bool) -> list[Step]:
    """What the customer gets. Nothing here waits for the other track (0.2)."""
    ref = [complaint.reference]
    remedy, offers = complaint.remedy, reverse("complaints:offers", args=ref)
    may_reply = complaint.status in WORKED_ON and acts_as_owner(user, complaint)
    steps = [
        (
            _("Read back and acknowledge"),
            complaint.acknowledged_at is not None,
            reverse("complaints:read-back", args=ref),
        ),
        (_("Make an offer"), remedy != Remedy.SOUGHT, offers),
        (_("Hear the customer’s answer"), remedy in (Remedy.ACCEPTED, Remedy.FULFILLED), offers),
        (_("Fulfil it, with proof"), remedy == Remedy.FULFILLED, offers),
        (_("Give the final reply"), replied, reverse("complaints:final-reply", args=ref) if may_reply else ""),
    ]
    return _in_turn(steps, complaint)


def find_out_why(complaint: Complaint) -> list[Step]:
    """What happened and why. Nothing here holds the remedy."""
    ref = [complaint.reference]
    issues = list(complaint.issues.all())
    judged = sum(issue.verdict is not None for issue in issues)
    checked = complaint.cause in (Cause.VERIFIED, Cause.CAUSE_KNOWN)
    explained = any(each.is_current and each.no_improvement_reason for each in complaint.root_causes.all())
    steps = [
        (_("Start checking"), complaint.cause != Cause.UNVERIFIED, reverse("complaints:verification", args=ref)),
        (
            _("Judge every issue, %(n)s of %(all)s") % {"n": judged, "all": len(issues)},
            bool(issues) and judged == len(issues),
            reverse("complaints:verdicts", args=ref),
        ),
        (_("Check the facts to the end"), checked, reverse("complaints:verification", args=ref)),
        (_("Name the cause"), complaint.cause == Cause.CAUSE_KNOWN, reverse("complaints:cause", args=ref)),
        (
            _("Plan what will be different"),
            explained or bool(complaint.improvements.all()),
            reverse("complaints:improvements", args=ref),
        ),
    ]
    return _in_turn(steps, complaint)


def _in_turn(steps: list[tuple[str, bool, str]], complaint: Complaint) -> list[Step]:
    """The first that is not done is now; on a complaint that is over nothing is."""
    shown, found = [], not complaint.is_open
    for text, done, url in steps:
        state = "done" if done else ("" if found else "now")
        found = found or not done
        shown.append(Step(text, state, "" if done or not complaint.is_open else url))
    return shown


# -- doors ------------------------------------------------------------------------
def first_doors(user: User, complaint: Complaint) -> list[Door]:
    """What is done every day, above the timeline."""
    owner, agent = acts_as_owner(user, complaint), works_cases(user, complaint)
    working = complaint.status == Status.IN_PROGRESS
    return _open(
        complaint,
        (agent and complaint.status != Status.MERGED, _("Write to the customer"), "complaints:letter-new", "r"),
        (agent, _("Log a contact"), "complaints:contact-new", "l"),
        (agent, _("Note"), "complaints:note-new", "c"),
        (owner and working, _("Hand off"), "complaints:handoff-new", "h"),
        (owner and working and complaint.remedy == Remedy.SOUGHT, _("Make an offer"), "complaints:offer-new", ""),
        (agent and complaint.is_open, _("Escalate"), "escalation:escalation-new", "e"),
    )


def other_doors(user: User, complaint: Complaint) -> list[Door]:
    """What is done now and then, and how it ends or comes back."""
    owner, agent = acts_as_owner(user, complaint), works_cases(user, complaint)
    moves = moves_open_to(user, complaint)
    early = complaint.status in (Status.RECEIVED, Status.IN_PROGRESS)
    unchecked = complaint.cause in (Cause.UNVERIFIED, Cause.VERIFYING)
    live = complaint.status != Status.MERGED and not complaint.is_historical
    return _open(
        complaint,
        (agent and early, _("Read back"), "complaints:read-back", ""),
        (agent and live, _("Add in the customer’s words"), "complaints:addition-new", ""),
        (agent and early and unchecked, _("Add an issue"), "complaints:issue-new", ""),
        (agent and live, _("Add evidence"), "complaints:evidence-new", ""),
        (owner and complaint.status in WORKED_ON, _("Give the final reply"), "complaints:final-reply", ""),
        (owner and live, _("Change the details"), "complaints:details", ""),
        (owner and live, _("Change the owner"), "complaints:owner", "o"),
        (can_mark_person(user, complaint) and live, _("Name the person complained of"),
         "complaints:person-complained-of", ""),
        (Move.CLOSE in moves, _("Close"), "complaints:closure", "w"),
        (Move.CLOSE_BY_EXCEPTION in moves, _("Ask for an exception"), "complaints:exception-new", ""),
        (Move.NOT_A_COMPLAINT in moves, _("Not a complaint"), "complaints:decline-new", ""),
        (Move.MERGE in moves, _("Merge a duplicate"), "complaints:merger", ""),
        (Move.UNMERGE in moves, _("Undo the merge"), "complaints:unmerging", ""),
        (Move.REOPEN in moves and live, _("Reopen"), "complaints:reopening", ""),
    )  # fmt: skip


def _open(complaint: Complaint, *doors: tuple[bool, str, str, str]) -> list[Door]:
    return [
        Door(label, reverse(name, args=[complaint.reference]), key) for is_open, label, name, key in doors if is_open
    ]
