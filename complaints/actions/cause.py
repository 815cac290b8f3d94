"""Why it happened, and what will be different."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from complaints import clock, gate
from complaints.actions.moves import MoveRefused, NotYours, apply, check, refuse
from complaints.actions.verification import check_own
from complaints.kinds import Kind
from complaints.models import Approval, CauseCategory, Complaint, Evidence, Improvement, Note, RootCause, User
from complaints.permissions import acts_as_owner
from complaints.timeline import record
from complaints.workflow import Move, Reason, Who

METHODS_FOR = {
    "low": {"one_line", "five_whys", "fishbone", "8d"},
    "medium": {"five_whys", "fishbone", "8d"},
    "high": {"fishbone", "8d"},
    "critical": {"8d"},
}
"""The least that is asked at each severity (standards.md section 6)."""


@transaction.atomic
def confirm_cause(
    complaint: Complaint,
    *,
    by: User,
    category: CauseCategory,
    statement: str,
    method: str,
    evidence: list[Evidence] | None = None,
    why_possible: str = "",
) -> RootCause:
    """The root cause: statement, method by severity, evidence. "Operator error" alone is no end (standards.md 6).

    A category that says "not found" needs an approved Approval instead of
    evidence. Raises MoveRefused naming all that is missing, or NotYours.
    """
    complaint = Complaint.objects.lock(complaint.pk)
    _as_owner(complaint, by)
    check(complaint, Move.CONFIRM_CAUSE, by=by)
    check_own(complaint, evidence or [])
    approval = approval_for_undetermined(complaint) if category.is_undetermined else None
    reasons = _undetermined_lacks(approval) if category.is_undetermined else _lacks(complaint, method, evidence)
    reasons += _blames_without_a_why(category, why_possible)
    if reasons:
        raise MoveRefused(Move.CONFIRM_CAUSE.label, reasons)
    apply(complaint, Move.CONFIRM_CAUSE, by=by)
    complaint.root_causes.filter(is_current=True).update(is_current=False)
    cause = RootCause.objects.create(
        complaint=complaint,
        category=category,
        statement=statement,
        method=method,
        why_possible=why_possible,
        approval=approval,
        by=by,
        at=clock.now(),
    )
    cause.evidence.set(evidence or [])
    record(
        complaint,
        Kind.CAUSE_CONFIRMED,
        by=by,
        subject=cause,
        category=category.pk,
        undetermined=category.is_undetermined,
    )
    return cause


@transaction.atomic
def note_new_facts(complaint: Complaint, *, by: User, reason: str) -> Complaint:
    """Back to checking, with a reason. Verdicts and cause stay in the record until others stand."""
    complaint = Complaint.objects.lock(complaint.pk)
    _as_owner(complaint, by)
    apply(complaint, Move.NEW_FACTS, by=by)
    note = Note.objects.create(complaint=complaint, by=by, at=clock.now(), words=reason)
    record(complaint, Kind.NEW_FACTS, by=by, subject=note)
    return complaint


@transaction.atomic
def plan_improvement(
    complaint: Complaint, *, by: User, kind: str, words: str, owner: User, due_on: date, measure: str
) -> Improvement:
    """What will be different, who sees to it, by when and how it will be measured (0.6). Raises NotYours."""
    complaint = Complaint.objects.lock(complaint.pk)
    _as_owner(complaint, by)
    improvement = Improvement.objects.create(
        complaint=complaint,
        kind=kind,
        words=words,
        owner=owner,
        due_on=due_on,
        measure=measure,
        by=by,
        at=clock.now(),
    )
    record(complaint, Kind.IMPROVEMENT_PLANNED, by=by, subject=improvement)
    return improvement


@transaction.atomic
def need_no_improvement(complaint: Complaint, *, by: User, reason: str) -> RootCause:
    """Why nothing needs to change: said about the cause, so there has to be one. Raises MoveRefused, NotYours."""
    complaint = Complaint.objects.lock(complaint.pk)
    _as_owner(complaint, by)
    cause = check_cause_stands(complaint)
    cause.no_improvement_reason = reason
    cause.save(update_fields=["no_improvement_reason"])
    record(complaint, Kind.IMPROVEMENT_NOT_NEEDED, by=by, subject=cause)
    return cause


def check_cause_stands(complaint: Complaint) -> RootCause:
    """The cause that stands. Raises MoveRefused when there is none."""
    cause = complaint.root_causes.filter(is_current=True).first()
    if cause is None:
        reason = Reason("no_cause", _("Confirm the cause first"), "complaints:cause", (complaint.reference,))
        raise MoveRefused(_("No improvement needed"), [reason])
    return cause


def methods_for(complaint: Complaint) -> set[str]:
    return METHODS_FOR[complaint.severity]


def approval_for_undetermined(complaint: Complaint) -> Approval | None:
    """The yes to a cause that stays undetermined: asked for itself, or with an exception; new facts make it void."""
    approved = gate.approvals_that_count(complaint)
    news = complaint.events.filter(kind=Kind.NEW_FACTS).order_by("-seq").first()
    if news:
        approved = approved.filter(decided_at__gt=news.at)
    return (
        approved.filter(kind=Approval.Kind.UNDETERMINED_CAUSE).first()
        or approved.filter(kind=Approval.Kind.EXCEPTION, covers_cause=True).first()
    )


def _undetermined_lacks(approval: Approval | None) -> list[Reason]:
    if approval is not None:
        return []
    return [Reason("no_approval", _("A supervisor has to agree that the cause stays undetermined"))]


def _lacks(complaint: Complaint, method: str, evidence: list[Evidence] | None) -> list[Reason]:
    reasons = []
    if method not in methods_for(complaint):
        reasons.append(Reason("method", _("This severity asks for a deeper method")))
    if not evidence:
        words = _("Name the evidence for the cause")
        reasons.append(Reason("no_evidence", words, "complaints:evidence-new", (complaint.reference,)))
    return reasons


def _blames_without_a_why(category: CauseCategory, why_possible: str) -> list[Reason]:
    if not category.blames_a_person or why_possible.strip():
        return []
    return [Reason("blame", _("A person's mistake is not the end: say why it was possible"))]


def _as_owner(complaint: Complaint, by: User) -> None:
    if not acts_as_owner(by, complaint):
        raise NotYours(Who.OWNER)
    if not complaint.is_open:
        raise refuse(_("Work on the cause"), "closed", _("The complaint is closed"))
