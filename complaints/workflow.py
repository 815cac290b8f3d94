"""Every state and every legal move, as data (moves.md). Imports no model.

`MOVES` is the law for the buttons, the server's checks, the API and the test
that walks every state x move x role. *Who* and *guards* are names; they are
resolved in `permissions.py` and `actions/guards.py`. A move the table does not
have for a state is refused, whoever asks.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.db import models
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    NEW = "", _("not registered")
    RECEIVED = "received", _("received")
    IN_PROGRESS = "in_progress", _("in progress")
    RESOLVED = "resolved", _("resolved")
    CLOSED = "closed", _("closed")
    MERGED = "merged", _("merged")


class Outcome(models.TextChoices):
    ACCEPTED = "accepted", _("accepted by the customer")
    NO_REPLY = "no_reply", _("customer silent")
    UNREACHABLE = "unreachable", _("cannot be reached")
    WITHDRAWN = "withdrawn", _("withdrawn")
    FINAL_DECISION = "final_decision", _("final decision")
    NOT_A_COMPLAINT = "not_a_complaint", _("not a complaint")
    HISTORICAL = "historical", _("finished elsewhere")


class Remedy(models.TextChoices):
    SOUGHT = "sought", _("wanted")
    OFFERED = "offered", _("offered")
    ACCEPTED = "accepted", _("accepted")
    FULFILLED = "fulfilled", _("fulfilled")


class Cause(models.TextChoices):
    UNVERIFIED = "unverified", _("not started")
    VERIFYING = "verifying", _("checking")
    VERIFIED = "verified", _("checked")
    CAUSE_KNOWN = "cause_known", _("cause known")


class HandoffState(models.TextChoices):
    NEW = "", _("not sent")
    OFFERED = "offered", _("waiting")
    ACCEPTED = "accepted", _("accepted")
    ANSWERED = "answered", _("answered")
    SETTLED = "settled", _("settled")
    RETURNED = "returned", _("returned")
    LAPSED = "lapsed", _("not accepted in time")
    WITHDRAWN = "withdrawn", _("withdrawn")


class OfferState(models.TextChoices):
    NEW = "", _("being made")
    AWAITING_APPROVAL = "awaiting_approval", _("waiting for a yes")
    LIVE = "live", _("with the customer")
    ACCEPTED = "accepted", _("accepted")
    FULFILLED = "fulfilled", _("fulfilled")
    NOT_APPROVED = "not_approved", _("not approved")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")
    LAPSED = "lapsed", _("lapsed")
    FAILED = "failed", _("failed")


class ApprovalState(models.TextChoices):
    NEW = "", _("not asked")
    ASKED = "asked", _("waiting")
    APPROVED = "approved", _("approved")
    REFUSED = "refused", _("not approved")
    WITHDRAWN = "withdrawn", _("withdrawn")


class PromiseState(models.TextChoices):
    NEW = "", _("not made")
    OPEN = "open", _("open")
    KEPT = "kept", _("kept")
    REDATED = "redated", _("re-dated")
    MISSED = "missed", _("missed")
    KEPT_LATE = "kept_late", _("kept late")
    RELEASED = "released", _("released")


class EscalationState(models.TextChoices):
    NEW = "", _("not raised")
    RAISED = "raised", _("waiting")
    ACKNOWLEDGED = "acknowledged", _("taken up")
    DECIDED = "decided", _("decided")
    DONE = "done", _("done")


class FollowUpState(models.TextChoices):
    NEW = "", _("not planned")
    DUE = "due", _("due")
    SATISFIED = "satisfied", _("satisfied")
    NOT_SATISFIED = "not_satisfied", _("not satisfied")
    NOT_REACHED = "not_reached", _("not reached")
    VOID = "void", _("no longer needed")


class MessageState(models.TextChoices):
    NEW = "", _("being written")
    HELD = "held", _("can still be undone")
    PENDING = "pending", _("waits to be sent")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    FAILED = "failed", _("could not be sent")
    UNKNOWN = "unknown", _("not known whether it arrived")
    CANCELLED = "cancelled", _("cancelled")
    EXPIRED = "expired", _("too late to be sent")
    BOUNCED = "bounced", _("came back")


class SurveyState(models.TextChoices):
    NEW = "", _("not planned")
    SCHEDULED = "scheduled", _("planned")
    SENT = "sent", _("sent")
    ANSWERED = "answered", _("answered")
    UNANSWERED = "unanswered", _("not answered")
    CANCELLED = "cancelled", _("cancelled")
    EXPIRED = "expired", _("too late to be sent")
    NOT_SENT = "not_sent", _("not sent")
    VOID = "void", _("no longer counts")


class RequestState(models.TextChoices):
    NEW = "", _("not asked")
    OPEN = "open", _("waiting for the customer")
    ANSWERED = "answered", _("answered")
    ENDED = "ended", _("no longer needed")


class TaskState(models.TextChoices):
    NEW = "", _("not given")
    OPEN = "open", _("to do")
    DONE = "done", _("done")


class Move(models.TextChoices):
    """Verbs. The label is what a button and a refusal say."""

    # status
    BRING_IN_HISTORY = "bring_in_history", _("Bring in as finished")
    REGISTER = "register", _("Register")
    ACKNOWLEDGE = "acknowledge", _("Acknowledge")
    RESOLVE = "resolve", _("Resolve")
    CLOSE = "close", _("Close")
    CLOSE_BY_EXCEPTION = "close_by_exception", _("Close by exception")
    NOT_A_COMPLAINT = "not_a_complaint", _("Close as not a complaint")
    REOPEN = "reopen", _("Reopen")
    MERGE = "merge", _("Merge")
    UNMERGE = "unmerge", _("Unmerge")
    # remedy
    OFFER_MADE = "offer_made", _("Put the offer to the customer")
    OFFER_ACCEPTED = "offer_accepted", _("Customer accepts")
    OFFER_ENDED = "offer_ended", _("Offer ends")
    OFFER_FULFILLED = "offer_fulfilled", _("Everything is fulfilled")
    OFFER_FAILED = "offer_failed", _("Fulfilment failed")
    START_ANEW = "start_anew", _("Start anew")
    # cause
    START_VERIFYING = "start_verifying", _("Start checking")
    VERIFY = "verify", _("Finish checking")
    CONFIRM_CAUSE = "confirm_cause", _("Confirm the cause")
    NEW_FACTS = "new_facts", _("New facts")
    # handoff
    SEND = "send", _("Hand off")
    ACCEPT = "accept", _("Accept")
    RETURN = "return", _("Return")
    WITHDRAW = "withdraw", _("Withdraw")
    LAPSE = "lapse", _("Lapse")
    ANSWER = "answer", _("Answer")
    SETTLE = "settle", _("Settle")
    ASK_AGAIN = "ask_again", _("Ask again")
    REDIRECT = "redirect", _("Send again")
    ASSIGN = "assign", _("Assign, binding")
    END = "end", _("End with the complaint")
    # offer
    MAKE = "make", _("Make the offer")
    MAKE_FOR_APPROVAL = "make_for_approval", _("Ask for a decision on the offer")
    APPROVE = "approve", _("Approve")
    REFUSE = "refuse", _("Refuse")
    FULFIL = "fulfil", _("Fulfil")
    FAIL = "fail", _("Fulfilment failed")
    # approval
    ASK = "ask", _("Ask for approval")
    # promise
    PROMISE = "promise", _("Promise")
    KEEP = "keep", _("Promise kept")
    REDATE = "redate", _("Give a new date")
    MISS = "miss", _("Promise missed")
    TELL = "tell", _("Tell the customer it is late")
    KEEP_LATE = "keep_late", _("Keep it late")
    RELEASE = "release", _("Release the promise")
    # escalation
    RAISE = "raise", _("Escalate")
    TAKE_UP = "take_up", _("Take it up")
    DECIDE = "decide", _("Decide")
    ASK_BACK = "ask_back", _("Ask back")
    CARRY_OUT = "carry_out", _("Carry it out")
    # follow-up
    PLAN = "plan", _("Plan a follow-up")
    TRY = "try", _("Note a try")
    SATISFIED = "satisfied", _("Customer is satisfied")
    NOT_SATISFIED = "not_satisfied", _("Customer is not satisfied")
    NOT_REACHED = "not_reached", _("Customer not reached")
    VOID = "void", _("No longer needed")
    # message
    HOLD = "hold", _("Write the letter")
    POST = "post", _("Put it in the outbox")
    UNDO = "undo", _("Undo sending")
    RELEASE_NOW = "release_now", _("Send now")
    CLAIM = "claim", _("Begin to send")
    CANCEL = "cancel", _("Cancel")
    EXPIRE = "expire", _("Too late to send")
    DELIVER = "deliver", _("Sent")
    TRY_LATER = "try_later", _("Try later")
    GIVE_UP = "give_up", _("Give up sending")
    LOSE_SIGHT = "lose_sight", _("Not known whether it arrived")
    SEND_ONCE_MORE = "send_once_more", _("Send once more")
    BOUNCE = "bounce", _("Note that it came back")
    # survey
    SCHEDULE = "schedule", _("Plan the survey")
    INVITE = "invite", _("Ask whether it is solved")
    REMIND = "remind", _("Remind")
    SKIP = "skip", _("Do not send")
    RUN_OUT = "run_out", _("Time to answer is over")
    # request for information, task
    REQUEST = "request", _("Ask the customer for something")
    GIVE = "give", _("Give a task")
    FINISH = "finish", _("Done")


class Who(StrEnum):
    """Who may; resolved in `permissions.py`. Where the owner may, a supervisor of the home department may too."""

    AGENT = "agent"  # any agent, supervisor or manager who sees the complaint
    OWNER = "owner"
    SUPERVISOR = "supervisor"  # of the home department, or a manager
    OFFICER = "officer"  # a member of the department the handoff lies with
    APPROVER = "approver"  # supervisor or manager; not the asker, not the owner; for offers within the own limit
    ASKER = "asker"
    CUSTOMER = "customer"  # by the link in a letter
    SYSTEM = "system"
    IMPORT = "import"


@dataclass(frozen=True)
class Reason:
    """Why something is not possible yet, and where to mend it (a URL name and its arguments)."""

    code: str
    words: str | Promise
    url_name: str = ""
    url_args: tuple[str | int, ...] = ()
    query: str = ""

    @property
    def url(self) -> str:
        """Where it is mended, or nothing when only time or somebody else can."""
        return reverse(self.url_name, args=self.url_args) + self.query if self.url_name else ""


@dataclass(frozen=True)
class Row:
    noun: str
    states: tuple[str, ...]
    move: Move
    who: tuple[Who, ...]
    guards: tuple[str, ...]
    to: str


def _row(noun: str, states: tuple[str, ...] | str, move: Move, who: tuple[Who, ...], to: str, *guards: str) -> Row:
    return Row(noun, (states,) if isinstance(states, str) else states, move, who, guards, to)


FORMER = "former"
"""The next state of an unmerge: whatever the complaint was before."""

S, R, C, H, OF, A, P, E, F = (
    Status, Remedy, Cause, HandoffState, OfferState, ApprovalState, PromiseState, EscalationState, FollowUpState,
)  # fmt: skip
M, SU, RQ, T = MessageState, SurveyState, RequestState, TaskState
AGENT, OWNER, SUPERVISOR, OFFICER = (Who.AGENT,), (Who.OWNER,), (Who.SUPERVISOR,), (Who.OFFICER,)
APPROVER, ASKER, SYSTEM = (Who.APPROVER,), (Who.ASKER,), (Who.SYSTEM,)
OWNER_OR_SYSTEM = (Who.OWNER, Who.SYSTEM)
AGENT_OR_SYSTEM = (Who.AGENT, Who.SYSTEM)
AGENT_OR_CUSTOMER = (Who.AGENT, Who.CUSTOMER)
ANYBODY_OF_THEM = (Who.AGENT, Who.SYSTEM, Who.CUSTOMER)
CUSTOMER = (Who.CUSTOMER,)
OPEN_HANDOFF = (H.OFFERED, H.ACCEPTED, H.ANSWERED, H.RETURNED, H.LAPSED)
UNANSWERED_HANDOFF = (H.OFFERED, H.ACCEPTED, H.RETURNED, H.LAPSED)

MOVES: tuple[Row, ...] = (
    # status
    _row("status", S.NEW, Move.BRING_IN_HISTORY, (Who.IMPORT,), S.CLOSED, "channel_is_import"),
    _row("status", S.NEW, Move.REGISTER, (Who.AGENT, Who.IMPORT, Who.CUSTOMER), S.RECEIVED, "says_what_is_wanted"),
    _row("status", S.RECEIVED, Move.ACKNOWLEDGE, (Who.AGENT, Who.SYSTEM, Who.IMPORT), S.IN_PROGRESS),
    _row("status", S.IN_PROGRESS, Move.RESOLVE, SYSTEM, S.RESOLVED, "remedy_is_fulfilled", "no_live_offer"),
    _row("status", S.RESOLVED, Move.CLOSE, OWNER_OR_SYSTEM, S.CLOSED, "gate_is_empty", "afterwards_is_known"),
    _row("status", S.IN_PROGRESS, Move.CLOSE_BY_EXCEPTION, OWNER, S.CLOSED, "exception_is_approved",
         "gate_is_empty_but_for_the_exception"),
    _row("status", (S.RECEIVED, S.IN_PROGRESS), Move.NOT_A_COMPLAINT, AGENT, S.CLOSED, "decline_is_approved",
         "nothing_is_live"),
    _row("status", (S.RESOLVED, S.CLOSED), Move.REOPEN, ANYBODY_OF_THEM, S.IN_PROGRESS, "not_historical",
         "within_ninety_days", "not_declined", "final_decision_by_someone_new_once"),
    _row("status", (S.RECEIVED, S.IN_PROGRESS), Move.MERGE, OWNER, S.MERGED, "nothing_is_live", "target_can_take_it"),
    _row("status", S.MERGED, Move.UNMERGE, SUPERVISOR, FORMER, "merged_within_thirty_days",
         "target_not_closed_since"),
    # remedy
    _row("remedy", R.SOUGHT, Move.OFFER_MADE, OWNER, R.OFFERED),
    _row("remedy", R.OFFERED, Move.OFFER_ACCEPTED, AGENT_OR_CUSTOMER, R.ACCEPTED),
    _row("remedy", R.OFFERED, Move.OFFER_ENDED, ANYBODY_OF_THEM, R.SOUGHT),
    _row("remedy", R.ACCEPTED, Move.OFFER_FULFILLED, OWNER, R.FULFILLED),
    _row("remedy", R.ACCEPTED, Move.OFFER_FAILED, OWNER, R.SOUGHT),
    _row("remedy", (R.SOUGHT, R.OFFERED, R.ACCEPTED, R.FULFILLED), Move.START_ANEW, SYSTEM, R.SOUGHT),
    # cause
    _row("cause", C.UNVERIFIED, Move.START_VERIFYING, OWNER, C.VERIFYING, "read_back_is_agreed"),
    _row("cause", C.VERIFYING, Move.VERIFY, OWNER, C.VERIFIED, "verdict_on_every_issue", "customers_account_is_taken",
         "no_open_discrepancy"),
    _row("cause", C.VERIFIED, Move.CONFIRM_CAUSE, OWNER, C.CAUSE_KNOWN),
    _row("cause", (C.VERIFIED, C.CAUSE_KNOWN), Move.NEW_FACTS, OWNER, C.VERIFYING),
    # handoff
    _row("handoff", H.NEW, Move.SEND, OWNER, H.OFFERED, "complaint_is_worked_on"),
    _row("handoff", (H.OFFERED, H.LAPSED), Move.ACCEPT, OFFICER, H.ACCEPTED),
    _row("handoff", (H.OFFERED, H.ACCEPTED), Move.RETURN, OFFICER, H.RETURNED, "may_be_returned"),
    _row("handoff", UNANSWERED_HANDOFF, Move.WITHDRAW, OWNER, H.WITHDRAWN, "second_return_is_the_supervisors"),
    _row("handoff", H.OFFERED, Move.LAPSE, SYSTEM, H.LAPSED),
    _row("handoff", H.ACCEPTED, Move.ANSWER, OFFICER, H.ANSWERED),
    _row("handoff", H.ANSWERED, Move.SETTLE, OWNER, H.SETTLED),
    _row("handoff", H.ANSWERED, Move.ASK_AGAIN, OWNER, H.ACCEPTED),
    _row("handoff", (H.RETURNED, H.LAPSED), Move.REDIRECT, OWNER, H.OFFERED, "returned_once_at_most"),
    _row("handoff", H.RETURNED, Move.ASSIGN, SUPERVISOR, H.ACCEPTED, "returned_twice"),
    _row("handoff", OPEN_HANDOFF, Move.END, SYSTEM, H.WITHDRAWN),
    # offer
    _row("offer", OF.NEW, Move.MAKE, OWNER, OF.LIVE, "complaint_is_worked_on", "within_authority", "no_other_offer"),
    _row("offer", OF.NEW, Move.MAKE_FOR_APPROVAL, OWNER, OF.AWAITING_APPROVAL, "complaint_is_worked_on",
         "no_other_offer"),
    _row("offer", OF.AWAITING_APPROVAL, Move.APPROVE, APPROVER, OF.LIVE, "within_authority"),
    _row("offer", OF.AWAITING_APPROVAL, Move.REFUSE, APPROVER, OF.NOT_APPROVED),
    _row("offer", (OF.AWAITING_APPROVAL, OF.LIVE), Move.WITHDRAW, OWNER, OF.WITHDRAWN),
    _row("offer", OF.LIVE, Move.ACCEPT, AGENT_OR_CUSTOMER, OF.ACCEPTED),
    _row("offer", OF.LIVE, Move.REFUSE, AGENT_OR_CUSTOMER, OF.REFUSED),
    _row("offer", OF.LIVE, Move.LAPSE, SYSTEM, OF.LAPSED),
    _row("offer", (OF.AWAITING_APPROVAL, OF.LIVE, OF.ACCEPTED), Move.END, SYSTEM, OF.WITHDRAWN),
    _row("offer", OF.ACCEPTED, Move.FULFIL, OWNER, OF.FULFILLED, "proof_of_every_item"),
    _row("offer", OF.ACCEPTED, Move.FAIL, OWNER, OF.FAILED),
    # approval
    _row("approval", A.NEW, Move.ASK, OWNER, A.ASKED),
    _row("approval", A.ASKED, Move.APPROVE, APPROVER, A.APPROVED),
    _row("approval", A.ASKED, Move.REFUSE, APPROVER, A.REFUSED),
    _row("approval", A.ASKED, Move.WITHDRAW, (Who.ASKER, Who.SYSTEM), A.WITHDRAWN),
    # promise
    _row("promise", P.NEW, Move.PROMISE, (Who.AGENT, Who.SYSTEM), P.OPEN),
    _row("promise", P.OPEN, Move.KEEP, AGENT, P.KEPT),
    _row("promise", P.OPEN, Move.REDATE, OWNER, P.REDATED),
    _row("promise", P.OPEN, Move.MISS, SYSTEM, P.MISSED),
    _row("promise", P.OPEN, Move.RELEASE, OWNER_OR_SYSTEM, P.RELEASED),
    _row("promise", P.MISSED, Move.TELL, AGENT, P.MISSED),
    _row("promise", P.MISSED, Move.KEEP_LATE, AGENT, P.KEPT_LATE),
    # escalation
    _row("escalation", E.NEW, Move.RAISE, (Who.AGENT, Who.SYSTEM), E.RAISED),
    _row("escalation", E.RAISED, Move.TAKE_UP, SUPERVISOR, E.ACKNOWLEDGED),
    _row("escalation", (E.RAISED, E.ACKNOWLEDGED), Move.DECIDE, APPROVER, E.DECIDED),
    _row("escalation", (E.RAISED, E.ACKNOWLEDGED), Move.ASK_BACK, APPROVER, E.ACKNOWLEDGED),
    _row("escalation", E.DECIDED, Move.CARRY_OUT, OWNER, E.DONE),
    _row("escalation", (E.RAISED, E.ACKNOWLEDGED, E.DECIDED), Move.END, SYSTEM, E.DONE),
    # follow-up
    _row("follow_up", (F.NEW, F.SATISFIED, F.NOT_REACHED), Move.PLAN, SYSTEM, F.DUE),
    _row("follow_up", F.DUE, Move.TRY, AGENT, F.DUE),
    _row("follow_up", F.DUE, Move.SATISFIED, AGENT_OR_SYSTEM, F.SATISFIED),
    _row("follow_up", F.DUE, Move.NOT_SATISFIED, AGENT, F.NOT_SATISFIED),
    _row("follow_up", F.DUE, Move.NOT_REACHED, AGENT, F.NOT_REACHED, "tried_three_times"),
    _row("follow_up", F.DUE, Move.VOID, SYSTEM, F.VOID),
    # message: a claim locks the message alone; nobody waits for a mail server under a complaint's lock
    _row("message", M.NEW, Move.HOLD, AGENT, M.HELD),
    _row("message", M.NEW, Move.POST, SYSTEM, M.PENDING),
    _row("message", M.HELD, Move.UNDO, AGENT, M.CANCELLED),
    _row("message", M.HELD, Move.RELEASE_NOW, AGENT_OR_SYSTEM, M.PENDING),
    _row("message", M.PENDING, Move.CLAIM, SYSTEM, M.SENDING),
    _row("message", (M.HELD, M.PENDING), Move.CANCEL, AGENT_OR_SYSTEM, M.CANCELLED),
    _row("message", M.PENDING, Move.EXPIRE, SYSTEM, M.EXPIRED),
    _row("message", (M.SENDING, M.UNKNOWN), Move.DELIVER, SYSTEM, M.SENT),
    _row("message", M.SENDING, Move.TRY_LATER, SYSTEM, M.PENDING),
    _row("message", (M.PENDING, M.SENDING), Move.GIVE_UP, SYSTEM, M.FAILED),
    _row("message", M.SENDING, Move.LOSE_SIGHT, SYSTEM, M.UNKNOWN),
    _row("message", M.UNKNOWN, Move.SEND_ONCE_MORE, SYSTEM, M.PENDING),
    _row("message", (M.SENT, M.UNKNOWN), Move.BOUNCE, AGENT_OR_SYSTEM, M.BOUNCED),
    # survey
    _row("survey", SU.NEW, Move.SCHEDULE, SYSTEM, SU.SCHEDULED),
    _row("survey", SU.SCHEDULED, Move.INVITE, SYSTEM, SU.SENT),
    _row("survey", SU.SCHEDULED, Move.CANCEL, SYSTEM, SU.CANCELLED),
    _row("survey", (SU.SCHEDULED, SU.SENT), Move.EXPIRE, SYSTEM, SU.EXPIRED),
    _row("survey", (SU.SCHEDULED, SU.SENT), Move.SKIP, SYSTEM, SU.NOT_SENT),
    _row("survey", SU.SENT, Move.REMIND, SYSTEM, SU.SENT),
    _row("survey", SU.SENT, Move.RUN_OUT, SYSTEM, SU.UNANSWERED),
    _row("survey", SU.SENT, Move.VOID, SYSTEM, SU.VOID),
    _row("survey", (SU.SENT, SU.ANSWERED), Move.ANSWER, CUSTOMER, SU.ANSWERED),
    # request for information
    _row("request", RQ.NEW, Move.REQUEST, AGENT, RQ.OPEN),
    _row("request", RQ.OPEN, Move.ANSWER, ANYBODY_OF_THEM, RQ.ANSWERED),
    _row("request", RQ.OPEN, Move.END, SYSTEM, RQ.ENDED),
    # task
    _row("task", T.NEW, Move.GIVE, AGENT_OR_SYSTEM, T.OPEN),
    _row("task", T.OPEN, Move.FINISH, AGENT_OR_SYSTEM, T.DONE),
)  # fmt: skip

_BY_KEY: dict[tuple[str, Move], list[Row]] = {}
for _each in MOVES:
    _BY_KEY.setdefault((_each.noun, _each.move), []).append(_each)


def find(noun: str, move: Move, state: str) -> Row | None:
    """The row that allows this move from this state, if there is one."""
    return next((row for row in _BY_KEY.get((noun, move), ()) if state in row.states), None)


def rows_from(noun: str, state: str) -> list[Row]:
    """Every row that starts in this state."""
    return [row for row in MOVES if row.noun == noun and state in row.states]


TRACK_OF: dict[Move, str] = {row.move: row.noun for row in MOVES if row.noun in ("status", "remedy", "cause")}
"""Which column of the complaint a move writes."""
