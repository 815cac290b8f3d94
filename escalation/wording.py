"""The next step in words: a verb and a person, one button, and where it leads.

Keys are stored, sentences are made here when they are shown. One row per key
of `next_step.py`; what a sentence names (the promise, the department) is looked
up among the complaint's own rows (`promises`, `handoffs`), which lists prefetch,
so that a sentence costs no query there.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from complaints.models import Approval, Handoff, User
from complaints.permissions import WHO
from complaints.wording import moment_near, when
from complaints.workflow import Who
from escalation.models import NextStep


@dataclass(frozen=True)
class Wording:
    """How one key is said. `say` may name %(customer)s, %(time)s, %(department)s, %(promise)s and %(missing)s."""

    say: str | Lazy
    button: str | Lazy
    what: str | Lazy  # the queue's word for whose time it is
    url_name: str
    of_complaint: bool = False  # the address takes the complaint's reference, not the row's id
    who: Who = Who.AGENT  # for whom the page behind the button is open


OWNER = Who.OWNER

WORDINGS: dict[str, Wording] = {
    "tell_missed": Wording(
        _("Call %(customer)s: the promise of %(time)s was missed"),
        _("Log the call"), _("promise"), "followups:promise-telling",
    ),
    "answer_customer": Wording(
        _("Answer %(customer)s, who has been in touch and waits"),
        _("Log the answer"), _("answer"), "complaints:contact-new", of_complaint=True,
    ),
    "carry_out": Wording(
        _("Carry out what was decided about %(customer)s"),
        _("See the decision"), _("decision"), "escalation:escalation",
    ),
    "answer_back": Wording(
        _("Answer the supervisor’s question about %(customer)s"),
        _("Answer"), _("supervisor’s question"), "escalation:escalation",
    ),
    "keep_promise": Wording(
        _("Keep the promise to %(customer)s: %(promise)s"),
        _("Log that it is kept"), _("promise"), "followups:promise-keeping",
    ),
    "follow_up": Wording(
        _("Ask %(customer)s whether it is really solved"),
        _("Log the call"), _("follow-up call"), "followups:follow-up",
    ),
    "call_back": Wording(
        _("Call %(customer)s by %(time)s: the survey says it is not solved"),
        _("Log the call"), _("call-back"), "followups:follow-up",
    ),
    "task": Wording(
        _("A letter to %(customer)s did not arrive: reach them another way"),
        _("See the task"), _("letter"), "complaints:task",
    ),
    "request": Wording(
        _("%(customer)s sends what we asked for, by %(time)s"),
        _("Log what came"), _("answer to our request"), "complaints:contact-new", of_complaint=True,
    ),
    "request_over": Wording(
        _("Call %(customer)s: what we asked for has not come"),
        _("Log the call"), _("answer to our request"), "complaints:contact-new", of_complaint=True,
    ),
    "redirect": Wording(
        _("Send it again: %(department)s gave it back"),
        _("Send it again"), _("returned"), "complaints:handoff-redirection", who=OWNER,
    ),
    "assign": Wording(
        _("A supervisor assigns it: %(department)s gave it back a second time"),
        _("Open the hand-off"), _("returned twice"), "complaints:handoff",
    ),
    "lapsed": Wording(
        _("Send it again: nobody at %(department)s accepted it in time"),
        _("Send it again"), _("not accepted"), "complaints:handoff-redirection", who=OWNER,
    ),
    "chase": Wording(
        _("Chase %(department)s: the answer was due %(time)s"),
        _("Chase"), _("answer of %(department)s"), "complaints:handoff-chase", who=OWNER,
    ),
    "settle": Wording(
        _("Read the answer of %(department)s: settle it, or ask again"),
        _("Read the answer"), _("answer to settle"), "complaints:handoff",
    ),
    "acknowledge": Wording(
        _("Read it back to %(customer)s and say what happens next"),
        _("Read back"), _("acknowledgement"), "complaints:read-back", of_complaint=True,
    ),
    "close_as_approved": Wording(
        _("Close it as approved, for %(customer)s"),
        _("Close it"), _("closing"), "complaints:exception", of_complaint=True, who=OWNER,
    ),
    "tell_standing": Wording(
        _("Tell %(customer)s where it stands: nothing was heard of us for 3 working days"),
        _("Log the call"), _("silence"), "complaints:contact-new", of_complaint=True,
    ),
    "decide": Wording(
        _("A supervisor decides about %(customer)s by %(time)s"),
        _("See the escalation"), _("decision"), "escalation:escalation",
    ),
    "approval": Wording(
        _("A supervisor says yes or no by %(time)s, for %(customer)s"),
        _("See the request"), _("approval"), "complaints:approval",
    ),
    "fulfil": Wording(
        _("Give %(customer)s what was agreed by %(time)s, and note the proof"),
        _("Note the proof"), _("delivery"), "complaints:offer",
    ),
    "new_offer": Wording(
        _("Make %(customer)s a new offer, or ask a supervisor"),
        _("Make an offer"), _("new offer"), "complaints:offer-new", of_complaint=True, who=OWNER,
    ),
    "offer": Wording(
        _("Make %(customer)s an offer"),
        _("Make an offer"), _("offer"), "complaints:offer-new", of_complaint=True, who=OWNER,
    ),
    "offer_answer": Wording(
        _("Tell %(customer)s the offer and note the answer, by %(time)s"),
        _("Note the answer"), _("answer to the offer"), "complaints:offer",
    ),
    "department": Wording(
        _("%(department)s answers by %(time)s"),
        _("Open the hand-off"), _("answer of %(department)s"), "complaints:handoff",
    ),
    "start_verifying": Wording(
        _("Find out what happened to %(customer)s"),
        _("Start checking"), _("checking"), "complaints:verification", of_complaint=True,
    ),
    "verify": Wording(
        _("Check what %(customer)s and the others say, and decide on each issue"),
        _("Go on checking"), _("checking"), "complaints:verification", of_complaint=True,
    ),
    "confirm_cause": Wording(
        _("Name why it happened to %(customer)s"),
        _("Name the cause"), _("cause"), "complaints:cause", of_complaint=True,
    ),
    "gate": Wording(
        _("Finish the closing list for %(customer)s: %(missing)s"),
        _("See what is missing"), _("closing list"), "complaints:closure", of_complaint=True,
    ),
    "window": Wording(
        _("%(customer)s may still say it is not solved, until %(time)s. Then it closes by itself"),
        _("See the closing list"), _("closing"), "complaints:closure", of_complaint=True,
    ),
    "close": Wording(
        _("Close it: %(customer)s has what was agreed"),
        _("Close"), _("closing"), "complaints:closure", of_complaint=True,
    ),
}  # fmt: skip

ABOUT_A_HANDOFF = frozenset({"redirect", "assign", "lapsed", "chase", "settle", "department"})

MISSING = {
    "no_issue": gettext_noop("name an issue"),
    "no_verdict": gettext_noop("give every issue a verdict"),
    "no_cause": gettext_noop("name the cause"),
    "no_offer": gettext_noop("agree on a resolution"),
    "no_answer": gettext_noop("note the answer to the offer"),
    "no_proof": gettext_noop("note the proof of the remedy"),
    "handoff_open": gettext_noop("settle the hand-offs"),
    "handoff_late": gettext_noop("have a late answer waived"),
    "escalation_open": gettext_noop("carry out the escalation"),
    "approval_open": gettext_noop("wait for the decision asked for"),
    "difference_open": gettext_noop("settle the difference between the accounts"),
    "offer_open": gettext_noop("bring the open offer to an end"),
    "promise_open": gettext_noop("keep the open promise"),
    "promise_untold": gettext_noop("tell the customer of the missed promise"),
    "no_reply": gettext_noop("give the final reply"),
    "unanswered": gettext_noop("answer every issue in the final reply"),
    "language": gettext_noop("give the final reply in the customer’s language"),
    "no_correction": gettext_noop("correct what we had told wrongly"),
    "no_improvement": gettext_noop("plan an improvement, or say why none"),
}
"""The first missing requirement of the gate, by the code of its reason."""


def sentence(step: NextStep, now: datetime | None = None) -> str:
    """'Call Bu Sri: the promise of 12:00 was missed'. `now` makes its time short."""
    return str(WORDINGS[step.key].say) % _values(step, now)


def what(step: NextStep) -> str:
    """Whose time it is, in a word or two, beside the deadline in a list."""
    return str(WORDINGS[step.key].what) % _values(step, None)


def button(step: NextStep) -> str:
    return str(WORDINGS[step.key].button)


def url(step: NextStep) -> str:
    """Where the step is done."""
    words = WORDINGS[step.key]
    if step.key == "close_as_approved" and _approval_kind(step) == Approval.Kind.DECLINE:
        return reverse("complaints:decline", args=[step.complaint.reference])
    return reverse(words.url_name, args=[step.complaint.reference if words.of_complaint else _subject(step)])


def is_open_to(step: NextStep, user: User) -> bool:
    """Whether the page behind the button is one this person may use."""
    return WHO[WORDINGS[step.key].who](user, step.complaint)


def where(step: NextStep, now: datetime) -> str:
    """With whom it lies: 'Us', 'Sales, day 3', 'Customer', 'Supervisor'."""
    handoff = _handoff(step) if step.waits_for == NextStep.WaitsFor.DEPARTMENT else None
    if handoff:
        days = (now - handoff.sent_at).days + 1
        return gettext("%(department)s, day %(n)s") % {"department": handoff.department, "n": days}
    if step.key == "follow_up":
        return gettext("Done, check back")
    return str(WAITS_FOR[NextStep.WaitsFor(step.waits_for)])


WAITS_FOR = {
    NextStep.WaitsFor.US: _("Us"),
    NextStep.WaitsFor.DEPARTMENT: _("Department"),
    NextStep.WaitsFor.CUSTOMER: _("Customer"),
    NextStep.WaitsFor.SUPERVISOR: _("Supervisor"),
}


def _values(step: NextStep, now: datetime | None) -> dict[str, Any]:
    past = now is not None and step.due_at <= now
    values: dict[str, Any] = {
        "customer": step.complaint.customer.short_name,
        "time": moment_near(step.due_at, now, past=past) if now else when(step.due_at),
        "department": "",
        "promise": "",
        "missing": gettext(MISSING.get(step.parameters.get("code", ""), gettext_noop("see what is missing"))),
    }
    if step.key in ABOUT_A_HANDOFF:
        handoff = _handoff(step)
        values["department"] = handoff.department if handoff else gettext("the department")
    if step.key == "keep_promise":
        promise = _among(step.complaint.promises.all(), step)
        values["promise"] = promise.words if promise else ""
    return values


def _subject(step: NextStep) -> int:
    subject: int = step.parameters["subject"]
    return subject


def _handoff(step: NextStep) -> Handoff | None:
    found: Handoff | None = _among(step.complaint.handoffs.all(), step)
    return found


def _approval_kind(step: NextStep) -> str:
    approval = _among(step.complaint.approvals.all(), step)
    return approval.kind if approval else ""


def _among(rows: Any, step: NextStep) -> Any:
    """The row the step is about. All rows of one complaint are few, and mostly loaded already."""
    return next((row for row in rows if row.pk == step.parameters.get("subject")), None)
