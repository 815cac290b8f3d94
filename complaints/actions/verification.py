"""Finding out what happened: evidence, accounts, differences, verdicts."""

import hashlib
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from complaints import clock
from complaints.actions.merged import refuse_merged
from complaints.actions.moves import MoveRefused, NotYours, apply, refuse
from complaints.kinds import Kind
from complaints.models import Account, Complaint, Discrepancy, Evidence, Handoff, Issue, User, Verdict
from complaints.permissions import acts_as_owner, is_officer_of, works_cases
from complaints.timeline import record
from complaints.workflow import Cause, Move, Reason, Who


@dataclass(frozen=True)
class CheckedFile:
    """A file whose type and size were looked at (forms/files.py): name as shown, sniffed type, bytes."""

    name: str
    media_type: str
    content: bytes


@transaction.atomic
def add_evidence(
    complaint: Complaint,
    *,
    by: User,
    kind: str,
    note: str = "",
    file: CheckedFile | None = None,
    has_consent: bool = False,
    handoff: Handoff | None = None,
) -> Evidence:
    """Keep a file (with its SHA-256) or a note of where the thing is. An officer may add to a handoff they have.

    The file is written before the transaction ends: if that is refused after all, it stays on the disk without a
    row that names it, so nobody can reach it. A row without its file would be worse. Raises NotYours, MoveRefused.
    """
    complaint = Complaint.objects.lock(complaint.pk)
    if handoff:
        handoff = Handoff.objects.select_related("complaint").get(pk=handoff.pk, complaint=complaint)
    if not (works_cases(by, complaint) or (handoff and is_officer_of(by, handoff))):
        raise NotYours(Who.AGENT, Who.OFFICER)
    refuse_merged(complaint, _("Add evidence"))
    if handoff and not handoff.is_with_department:
        words = _("The handoff is %(state)s") % {"state": handoff.get_state_display()}
        raise refuse(_("Attach a file"), "not_with_them", words)
    if kind == Evidence.Kind.RECORDING and not has_consent:
        raise refuse(_("Add evidence"), "no_consent", _("A recording needs the agreement of the person recorded"))
    evidence = keep_evidence(complaint, by=by, kind=kind, note=note, file=file, has_consent=has_consent)
    if handoff:
        evidence.handoffs.add(handoff)
    return evidence


def keep_evidence(
    complaint: Complaint,
    *,
    by: User,
    kind: str,
    note: str = "",
    file: CheckedFile | None = None,
    has_consent: bool = False,
) -> Evidence:
    """The row, its file and its event, inside the caller's transaction and lock; who may was asked before."""
    evidence = Evidence(complaint=complaint, kind=kind, note=note, has_consent=has_consent, by=by, at=clock.now())
    if file:
        evidence.name, evidence.media_type, evidence.size = file.name, file.media_type, len(file.content)
        evidence.sha256 = hashlib.sha256(file.content).hexdigest()
        evidence.file.save(evidence.sha256, ContentFile(file.content), save=False)
    evidence.save(force_insert=True)
    record(complaint, Kind.EVIDENCE_ADDED, by=by, subject=evidence, kind_of_evidence=kind)
    return evidence


@transaction.atomic
def start_verifying(complaint: Complaint, *, by: User) -> Complaint:
    """The cause track starts; the remedy track does not wait for it (0.2). Raises MoveRefused, NotYours."""
    complaint = Complaint.objects.lock(complaint.pk)
    _as_owner(complaint, by)
    _worked_on(complaint)
    apply(complaint, Move.START_VERIFYING, by=by)
    record(complaint, Kind.VERIFYING_STARTED, by=by)
    return complaint


@transaction.atomic
def take_account(
    complaint: Complaint,
    *,
    by: User,
    party: str,
    words: str,
    teller: str = "",
    read_back: bool = False,
    has_consent: bool = False,
) -> Account:
    """What a party says, in order. A retelling is a new version; earlier ones are never edited (3.20).

    Raises NotYours, MoveRefused.
    """
    complaint = Complaint.objects.lock(complaint.pk)
    if not works_cases(by, complaint):
        raise NotYours(Who.AGENT)
    check_being_checked(complaint)
    teller = _as_written_before(complaint, party, teller)
    told = complaint.accounts.filter(party=party, teller=teller).count()
    account = Account.objects.create(
        complaint=complaint,
        party=party,
        teller=teller,
        version=told + 1,
        words=words,
        read_back=read_back,
        has_consent=has_consent,
        taken_by=by,
        at=clock.now(),
    )
    record(complaint, Kind.ACCOUNT_TAKEN, by=by, subject=account, party=party, version=account.version)
    return account


@transaction.atomic
def note_discrepancy(complaint: Complaint, *, by: User, topic: str, customer_says: str, other_says: str) -> Discrepancy:
    """A point on which the accounts differ (3.18). Raises NotYours, MoveRefused."""
    complaint = Complaint.objects.lock(complaint.pk)
    _as_owner(complaint, by)
    check_being_checked(complaint)
    check_both_told(complaint)
    difference = Discrepancy.objects.create(
        complaint=complaint, topic=topic, customer_says=customer_says, other_says=other_says, by=by, at=clock.now()
    )
    record(complaint, Kind.DISCREPANCY_FOUND, by=by, subject=difference)
    return difference


@transaction.atomic
def settle_discrepancy(
    difference: Discrepancy,
    *,
    by: User,
    state: str,
    finding: str,
    evidence: list[Evidence] | None = None,
    why_no_evidence: str = "",
) -> Discrepancy:
    """Explained, or not to be settled: with evidence, or why there is none. Raises NotYours, MoveRefused."""
    complaint = Complaint.objects.lock(difference.complaint_id)
    _as_owner(complaint, by)
    check_own(complaint, evidence or [])
    difference = Discrepancy.objects.get(pk=difference.pk)
    if difference.state != Discrepancy.State.OPEN:
        raise refuse(_("Settle the difference"), "settled", _("It has a finding already"))
    if not evidence and not why_no_evidence.strip():
        raise refuse(_("Settle the difference"), "no_evidence", _("Name the evidence, or say why there is none"))
    difference.state, difference.finding, difference.why_no_evidence = state, finding, why_no_evidence
    difference.save(update_fields=["state", "finding", "why_no_evidence"])
    difference.evidence.set(evidence or [])
    record(complaint, Kind.DISCREPANCY_SETTLED, by=by, subject=difference, state=state)
    return difference


@transaction.atomic
def give_verdict(
    issue: Issue, *, by: User, finding: str, reasons: str, evidence: list[Evidence] | None = None
) -> Verdict:
    """What was found on one issue, by someone not party to it; not before the customer was heard (2.8).

    An earlier verdict stays in the record. Raises NotYours, MoveRefused.
    """
    complaint = Complaint.objects.lock(issue.complaint_id)
    _as_owner(complaint, by)
    check_being_checked(complaint)
    check_own(complaint, evidence or [])
    heard = complaint.accounts.filter(party=Account.Party.CUSTOMER).exists() or not complaint.customer.channels
    if not heard:
        reason = Reason("not_heard", _("Take the customer's account first"), "complaints:account-new", _at(complaint))
        raise MoveRefused(_("Give a verdict"), [reason])
    issue.verdicts.filter(is_current=True).update(is_current=False)
    verdict = Verdict.objects.create(issue=issue, finding=finding, reasons=reasons, by=by, at=clock.now())
    verdict.evidence.set(evidence or [])
    record(complaint, Kind.VERDICT_GIVEN, by=by, subject=verdict, finding=finding)
    return verdict


@transaction.atomic
def finish_verifying(complaint: Complaint, *, by: User) -> Complaint:
    """The facts are checked. Raises MoveRefused naming the issue, account or difference that is missing."""
    complaint = Complaint.objects.lock(complaint.pk)
    _as_owner(complaint, by)
    _worked_on(complaint)
    apply(complaint, Move.VERIFY, by=by)
    record(complaint, Kind.FACTS_VERIFIED, by=by)
    return complaint


def check_being_checked(complaint: Complaint) -> None:
    """Accounts, differences and verdicts belong to the time of checking; later ones come with new facts.

    Raises MoveRefused.
    """
    _worked_on(complaint)
    reason = None
    if complaint.cause == Cause.UNVERIFIED:
        reason = Reason("not_started", _("Start checking first"), "complaints:verification", _at(complaint))
    elif complaint.cause != Cause.VERIFYING:
        words = _("The facts are checked: note new facts first")
        reason = Reason("checked", words, "complaints:new-facts", _at(complaint))
    if reason:
        raise MoveRefused(_("Check the facts"), [reason])


def check_both_told(complaint: Complaint) -> None:
    """A difference lies between two accounts; noted earlier, its words would end the blind telling (3.19).

    Raises MoveRefused.
    """
    told = set(complaint.accounts.values_list("party", flat=True))
    at, reasons = ("complaints:account-new", _at(complaint)), []
    if Account.Party.CUSTOMER not in told:
        reasons.append(Reason("not_heard", _("Take the customer's account first"), *at))
    if not told - {Account.Party.CUSTOMER}:
        reasons.append(Reason("other_not_heard", _("Take the other side’s account first"), *at))
    if reasons:
        raise MoveRefused(_("Add a difference"), reasons)


def check_own(complaint: Complaint, evidence: list[Evidence]) -> None:
    """Nothing is proved by another complaint's evidence. Raises MoveRefused."""
    if any(each.complaint_id != complaint.pk for each in evidence):
        raise refuse(_("Name the evidence"), "not_its_own", _("That evidence belongs to another complaint"))


def _as_owner(complaint: Complaint, by: User) -> None:
    if not acts_as_owner(by, complaint):
        raise NotYours(Who.OWNER)


def _worked_on(complaint: Complaint) -> None:
    if complaint.status == Complaint.Status.RECEIVED:
        words = _("Read back what you understood and have the customer agree")
        reason = Reason("read_back", words, "complaints:read-back", _at(complaint))
        raise MoveRefused(_("Check the facts"), [reason])
    if complaint.status not in (Complaint.Status.IN_PROGRESS, Complaint.Status.RESOLVED):
        raise refuse(_("Check the facts"), "not_open", _("The complaint is not being worked on"))


def _as_written_before(complaint: Complaint, party: str, teller: str) -> str:
    """The same person told again, however they are spelled this time."""
    teller = " ".join(teller.split())
    before = complaint.accounts.filter(party=party, teller__iexact=teller).values_list("teller", flat=True).first()
    return teller if before is None else before


def _at(complaint: Complaint) -> tuple[str]:
    return (complaint.reference,)
