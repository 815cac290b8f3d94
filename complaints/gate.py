"""The closure gate: what is missing before a complaint may close (product.md section 6).

One small function per requirement; each returns reasons that name where to fix
it, none when it holds. The same list stands on the page, in the API's refusal
and behind the system's own closing. There is no "close anyway". They look at
all rows of the complaint in Python, so that a page that has them at hand asks
the database nothing more.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Value
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints import clock, worktime
from complaints.kinds import Kind
from complaints.models import Approval, Complaint, Contact, Discrepancy, Handoff
from complaints.querysets import ApprovalQuerySet
from complaints.wording import day_of
from complaints.workflow import (
    ApprovalState,
    Cause,
    EscalationState,
    HandoffState,
    OfferState,
    PromiseState,
    Reason,
    Remedy,
)

LIVE_OFFER = (OfferState.AWAITING_APPROVAL, OfferState.LIVE)
TRIES, TRY_CHANNELS, SILENT_WORKING_DAYS = 3, 2, 10
TALKS = frozenset({"phone", "counter", "chat"})
"""Where reaching the customer means talking with them: that is no try."""

Check = Callable[[Complaint], list[Reason]]


@dataclass(frozen=True)
class Requirement:
    """One of the eight, as the page shows it: what is asked, and what is missing of it."""

    name: str
    words: str | Lazy
    missing: list[Reason]

    @property
    def is_met(self) -> bool:
        return not self.missing


# -- the eight ------------------------------------------------------------------
def verdicts(complaint: Complaint) -> list[Reason]:
    """(1) A verdict on every issue, by somebody who is not complained of."""
    issues = complaint.issues.all()
    if not issues:
        return [_reason("no_issue", _("Name at least one issue"), "complaints:verdicts", complaint)]
    reasons = []
    for issue in issues:
        if issue.verdict is None:
            words = _("No verdict on: %(issue)s") % {"issue": issue}
            reasons.append(_reason("no_verdict", words, "complaints:verdicts", complaint))
        elif _is_complained_of(complaint, issue.verdict.by_id):
            words = _("Somebody else has to give the verdict on: %(issue)s") % {"issue": issue}
            checked = complaint.cause in (Cause.VERIFIED, Cause.CAUSE_KNOWN)
            where = "complaints:new-facts" if checked else "complaints:verdicts"
            reasons.append(_reason("no_verdict", words, where, complaint))
    return reasons


def root_cause(complaint: Complaint) -> list[Reason]:
    """(2) A confirmed root cause with statement and evidence, by somebody who is not complained of."""
    if complaint.cause == Cause.CAUSE_KNOWN:
        found = next((each for each in complaint.root_causes.all() if each.is_current), None)
        if found is None or not _is_complained_of(complaint, found.by_id):
            return []
        by_them = _("The person complained of confirmed the cause: note new facts, and somebody else confirms it")
        return [_reason("no_cause", by_them, "complaints:new-facts", complaint)]
    words = {
        Cause.UNVERIFIED: _("The cause is not known: nobody has started to check"),
        Cause.VERIFYING: _("The cause is not known: the facts are still being checked"),
        Cause.VERIFIED: _("The cause is not confirmed"),
    }
    where = "complaints:cause" if complaint.cause == Cause.VERIFIED else "complaints:verification"
    return [_reason("no_cause", words[Cause(complaint.cause)], where, complaint)]


def acceptance(complaint: Complaint) -> list[Reason]:
    """(3) A resolution offered and accepted by the customer."""
    if complaint.remedy in (Remedy.ACCEPTED, Remedy.FULFILLED):
        return []
    if complaint.remedy == Remedy.OFFERED:
        return [_reason("no_answer", _("The customer has not answered the offer"), "complaints:offers", complaint)]
    return [_reason("no_offer", _("The customer has accepted no resolution"), "complaints:offers", complaint)]


def fulfilment(complaint: Complaint) -> list[Reason]:
    """(4) The remedy fulfilled, with proof."""
    done = complaint.remedy == Remedy.FULFILLED
    return [] if done else [_reason("no_proof", _("The remedy has no proof yet"), "complaints:offers", complaint)]


def handoffs(complaint: Complaint) -> list[Reason]:
    """(5) Every handoff settled or withdrawn; lateness waived by a second person, with a reason.

    Withdrawing a late one makes it no less late; only what an exception ended needs no waiver.
    """
    reasons = []
    waived = {
        each.handoff_id
        for each in complaint.approvals.all()
        if each.kind == Approval.Kind.LATENESS and each.state == ApprovalState.APPROVED
    }
    for handoff in complaint.handoffs.all():
        where = ("complaints:handoff", (handoff.pk,))
        if handoff.is_open:
            words = _("%(department)s: the handoff is not settled") % {"department": handoff.department}
            reasons.append(Reason("handoff_open", words, *where))
        elif handoff.was_late and handoff.pk not in waived and not _ended_by_exception(complaint, handoff):
            words = _("%(department)s answered late: a supervisor has to waive it") % {"department": handoff.department}
            reasons.append(Reason("handoff_late", words, "complaints:waiver-new", (handoff.pk,)))
    return reasons


def nothing_open(complaint: Complaint) -> list[Reason]:
    """(6) No open escalation, approval, discrepancy, offer or promise, and no missed promise untold."""
    return (
        escalations(complaint) + approvals(complaint) + discrepancies(complaint) + offers(complaint)
        + promises(complaint) + untold_promises(complaint)
    )  # fmt: skip


def final_reply(complaint: Complaint) -> list[Reason]:
    """(7) A substantive final reply in the customer's language answering every issue, corrected where we were wrong."""
    where = ("complaints:final-reply", (complaint.reference,))
    reply = last_final_reply(complaint)
    if reply is None:
        return [Reason("no_reply", _("No final reply has answered the customer"), *where)]
    reasons = []
    answered = set(reply.answered)
    unanswered = [issue for issue in complaint.issues.all() if issue.pk not in answered]
    for issue in unanswered:
        words = _("The final reply does not answer: %(issue)s") % {"issue": issue}
        reasons.append(Reason("unanswered", words, *where))
    if reply.language != complaint.customer.language:
        reasons.append(Reason("language", _("The final reply is not in the customer's language"), *where))
    if complaint.told_something_wrong and not reply.correction.strip():
        reasons.append(Reason("no_correction", _("The final reply does not correct what we told wrongly"), *where))
    return reasons


def improvement(complaint: Complaint) -> list[Reason]:
    """(8) An improvement, or a reason why none."""
    planned = complaint.improvements.all()
    if any(not _is_complained_of(complaint, each.owner_id) for each in planned):
        return []
    if any(cause.is_current and cause.no_improvement_reason for cause in complaint.root_causes.all()):
        return []
    words = _("The improvement lies with the person complained of: plan one that somebody else sees to")
    words = words if planned else _("No improvement yet, nor why none")
    return [_reason("no_improvement", words, "complaints:improvements", complaint)]


REQUIREMENTS: tuple[tuple[str, Lazy | str, Check], ...] = (
    ("verdicts", gettext_lazy("A verdict on every issue"), verdicts),
    ("root_cause", gettext_lazy("The root cause is confirmed, with evidence"), root_cause),
    ("acceptance", gettext_lazy("The customer accepted a resolution"), acceptance),
    ("fulfilment", gettext_lazy("The remedy is fulfilled, with proof"), fulfilment),
    ("handoffs", gettext_lazy("Every department has done its duty"), handoffs),
    ("nothing_open", gettext_lazy("Nothing is open: escalation, approval, difference, offer, promise"), nothing_open),
    ("final_reply", gettext_lazy("The final reply answers every issue"), final_reply),
    ("improvement", gettext_lazy("An improvement is planned, or there is a reason why none"), improvement),
)
STANDS_FOR_ITS = frozenset({"acceptance", "fulfilment"})
"""What an approved exception stands for; what its act itself ends is left out below."""


# -- the questions other rooms ask -----------------------------------------------------
def requirements(complaint: Complaint) -> list[Requirement]:
    """All eight with what is missing, in the order of product.md section 6."""
    return [Requirement(name, words, check(complaint)) for name, words, check in REQUIREMENTS]


def missing(complaint: Complaint, exception: Approval | None = None) -> list[Reason]:
    """Every reason why it may not close; none when it may.

    With an approved exception, (3) and (4) stand for themselves and what the
    exception's act ends (handoffs, escalations, promises) does not hold it.
    """
    reasons: list[Reason] = []
    for name, _words, check in REQUIREMENTS:
        if exception is None:
            reasons += check(complaint)
        elif name == "handoffs":
            reasons += [reason for reason in handoffs(complaint) if reason.code == "handoff_late"]
        elif name == "nothing_open":
            reasons += approvals(complaint) + discrepancies(complaint) + offers(complaint)
        elif name not in STANDS_FOR_ITS:
            reasons += check(complaint)
    return reasons


def approved_exception(complaint: Complaint) -> Approval | None:
    """The exception a supervisor approved in this cycle, if there is one and nothing has overtaken it.

    It was approved because the customer was not to be heard or had let go: whoever turns to us or accepts an
    offer afterwards makes it void.
    """
    for approval in approvals_that_count(complaint).filter(kind=Approval.Kind.EXCEPTION).order_by("-pk"):
        since = approval.decided_at
        heard = complaint.contacts.inbound().filter(answers_us=False, at__gt=since)
        if not heard.exists() and not complaint.offers.filter(accepted_at__gt=since).exists():
            return approval
    return None


def approved_decline(complaint: Complaint) -> Approval | None:
    """The yes to "not a complaint" in this cycle, if there is one."""
    return approvals_that_count(complaint).filter(kind=Approval.Kind.DECLINE).order_by("-pk").first()


def approvals_that_count(complaint: Complaint) -> ApprovalQuerySet:
    """What was approved in this cycle by a second person who still is one: not its owner now, not complained of."""
    party = [pk for pk in (complaint.owner_id, complaint.person_complained_of_id) if pk is not None]
    return complaint.approvals.approved().filter(cycle=complaint.cycle).exclude(decided_by__in=party)


def exception_lacks(complaint: Complaint, exception: Approval) -> list[Reason]:
    """What this kind of exception itself asks for (product.md section 6 (3))."""
    match Approval.ExceptionKind(exception.exception_kind):
        case Approval.ExceptionKind.NO_REPLY:
            return _silent(complaint)
        case Approval.ExceptionKind.UNREACHABLE:
            known = complaint.customer.channels
            return [Reason("reachable", _("The customer can be reached: use the channel we know"))] if known else []
        case Approval.ExceptionKind.WITHDRAWN:
            return [] if exception.heard_by_id else [Reason("unheard", _("Say who heard the customer withdraw it"))]
        case Approval.ExceptionKind.FINAL_DECISION:
            return [] if exception.outside_route else [Reason("no_route", _("Name the outside body to turn to"))]


def live_rows(complaint: Complaint) -> list[Reason]:
    """Everything on the complaint that still runs, by name: what merging and declining have to refuse."""
    open_handoffs = [
        Reason("handoff_open", str(handoff.department), "complaints:handoff", (handoff.pk,))
        for handoff in complaint.handoffs.open().select_related("department")
    ]
    accepted = complaint.offers.filter(state=OfferState.ACCEPTED).exists()
    owed = [_reason("offer_accepted", _("An accepted offer is not fulfilled"), "complaints:offers", complaint)]
    return (
        open_handoffs + offers(complaint) + (owed if accepted else []) + approvals(complaint) + escalations(complaint)
        + promises(complaint) + untold_promises(complaint)
    )  # fmt: skip


def last_final_reply(complaint: Complaint) -> Any:
    """The final reply of this cycle: a Contact with the ids of the issues it `answered`, or None.

    It must have reached the customer, unless no channel to them is known.
    """
    replies = list(
        complaint.contacts.filter(is_final_reply=True, cycle=complaint.cycle, reply=Contact.Reply.SUBSTANTIVE)
        .annotate(answered=ArrayAgg("answers__issue", default=Value([])))
        .order_by("-pk")
    )
    reached = next((reply for reply in replies if reply.reached), None)
    if reached or not replies or complaint.customer.channels:
        return reached
    return replies[0]


# -- the parts of (6) -----------------------------------------------------------------
def escalations(complaint: Complaint) -> list[Reason]:
    return [
        Reason("escalation_open", _("An escalation is not done"), "escalation:escalation", (each.pk,))
        for each in complaint.escalations.all()
        if each.state not in (EscalationState.DONE, EscalationState.NEW)
    ]


def approvals(complaint: Complaint) -> list[Reason]:
    return [
        Reason("approval_open", _("Waits for a decision: %(what)s") % {"what": each}, "complaints:approval", (each.pk,))
        for each in complaint.approvals.all()
        if each.state == ApprovalState.ASKED
    ]


def discrepancies(complaint: Complaint) -> list[Reason]:
    return [
        _reason("difference_open", _("A difference has no finding: %(topic)s") % {"topic": each.topic},
                "complaints:accounts", complaint)
        for each in complaint.discrepancies.all()
        if each.state == Discrepancy.State.OPEN
    ]  # fmt: skip


def offers(complaint: Complaint) -> list[Reason]:
    live = any(each.state in LIVE_OFFER for each in complaint.offers.all())
    return [_reason("offer_open", _("An offer is open"), "complaints:offers", complaint)] if live else []


def promises(complaint: Complaint) -> list[Reason]:
    return [
        Reason(
            "promise_open", _("A promise is open: %(words)s") % {"words": each.words}, "followups:promise", (each.pk,)
        )
        for each in complaint.promises.all()
        if each.state == PromiseState.OPEN
    ]


def untold_promises(complaint: Complaint) -> list[Reason]:
    return [
        Reason("promise_untold", _("A promise was missed and the customer has not been told: %(words)s")
               % {"words": each.words}, "followups:promise", (each.pk,))
        for each in complaint.promises.all()
        if each.is_untold
    ]  # fmt: skip


# -- silence ------------------------------------------------------------------------
def _silent(complaint: Complaint) -> list[Reason]:
    """no_reply: three tries on different days over two channels (or every channel known), and ten working days."""
    zone, now = ZoneInfo(settings.SITE_TIME_ZONE), clock.now()
    said = _said_since_last_heard(complaint)
    tries = [contact for contact in said if not (contact.reached and contact.channel in TALKS)]
    days = {contact.at.astimezone(zone).date() for contact in tries}
    channels = {contact.channel for contact in tries}
    enough_channels = min(TRY_CHANNELS, len(complaint.customer.channels) or TRY_CHANNELS)
    reasons = []
    if len(days) < TRIES:
        words = _("Try on three different days: %(n)s so far") % {"n": len(days)}
        reasons.append(_reason("tries", words, "complaints:contact-new", complaint))
    if len(channels) < enough_channels:
        reasons.append(_reason("channels", _("Try a second way to reach them"), "complaints:contact-new", complaint))
    if not said or worktime.working_days_between(said[0].at, now, zone) < SILENT_WORKING_DAYS:
        ready = worktime.add_working_days(said[0].at if said else now, SILENT_WORKING_DAYS, zone)
        words = _("Ten working days of silence are over on %(day)s") % {"day": day_of(ready.astimezone(zone).date())}
        reasons.append(Reason("too_early", words))
    return reasons


def _said_since_last_heard(complaint: Complaint) -> list[Contact]:
    """What we said or tried to say since the customer last turned to us."""
    contacts = complaint.contacts.filter(cycle=complaint.cycle)
    heard = contacts.inbound().order_by("-at").values_list("at", flat=True).first()
    said = contacts.outbound().order_by("at")
    return list(said.filter(at__gt=heard) if heard else said)


def _is_complained_of(complaint: Complaint, person_id: int) -> bool:
    return complaint.person_complained_of_id == person_id


def _ended_by_exception(complaint: Complaint, handoff: Handoff) -> bool:
    if handoff.state != HandoffState.WITHDRAWN:
        return False
    endings = complaint.events.filter(kind=Kind.HANDOFF_WITHDRAWN, codes__ended=True)
    return endings.filter(subject_id=handoff.pk).exists()


def _reason(code: str, words: str, url_name: str, complaint: Complaint) -> Reason:
    return Reason(code, words, url_name, (complaint.reference,))
