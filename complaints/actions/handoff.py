"""Handing work to another department and getting an answer. Ownership never moves."""

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from complaints import clock, worktime
from complaints.actions import handoff_letters
from complaints.actions.moves import NotYours, apply, refuse
from complaints.kinds import Kind
from complaints.models import Complaint, Department, Evidence, Handoff, HandoffEntry, User
from complaints.permissions import acts_as_owner, is_officer_of, works_cases
from complaints.timeline import record
from complaints.workflow import Move, Who

Entry = HandoffEntry.Kind
ACCEPT_WITHIN_WORKING_DAYS = 1


@dataclass(frozen=True)
class HandoffFacts:
    department: Department
    question: str
    answer_by: datetime
    accept_by: datetime | None = None  # none given: one working day, or the answer's time if that is sooner
    kind: str = Handoff.Kind.QUESTION
    wants_chronology: bool = True
    told_customer: str = ""
    files: list[Evidence] = field(default_factory=list)


@transaction.atomic
def send_handoff(complaint: Complaint, facts: HandoffFacts, *, by: User) -> Handoff:
    """Hand a question or a duty to a department, with a time (0.5, 0.28). Several run in parallel."""
    complaint = Complaint.objects.lock(complaint.pk)
    now = clock.now()
    handoff = Handoff(
        complaint=complaint,
        department=facts.department,
        kind=facts.kind,
        question=facts.question,
        wants_chronology=facts.wants_chronology,
        told_customer=facts.told_customer,
        accept_by=facts.accept_by or _accept_by(now, facts.answer_by),
        answer_by=facts.answer_by,
        sent_by=by,
        sent_at=now,
    )
    apply(handoff, Move.SEND, by=by)
    _goes_elsewhere(handoff, Move.SEND)
    handoff.save(force_insert=True)
    attach(handoff, facts.files)
    record(complaint, Kind.HANDOFF_SENT, by=by, subject=handoff, due_at=handoff.answer_by, to=facts.department.pk)
    handoff_letters.tell_department(handoff, by=by)
    return handoff


@transaction.atomic
def accept_handoff(handoff: Handoff, *, by: User, answer_by: datetime | None = None) -> Handoff:
    """The department takes it, perhaps late. It may name a sooner time of its own; a later one it has to ask for."""
    handoff = _locked(handoff)
    apply(handoff, Move.ACCEPT, by=by)
    handoff.accepted_by, handoff.accepted_at = by, clock.now()
    if answer_by and answer_by < handoff.answer_by:
        handoff.answer_by = answer_by
    handoff.save(update_fields=["accepted_by", "accepted_at", "answer_by"])
    record(handoff.complaint, Kind.HANDOFF_ACCEPTED, by=by, subject=handoff, due_at=handoff.answer_by)
    return handoff


@transaction.atomic
def return_handoff(handoff: Handoff, *, by: User, why: str, words: str) -> Handoff:
    """Back with a reason (0.36). The second return goes to the supervisor, by a reaction of escalation."""
    handoff = _locked(handoff)
    apply(handoff, Move.RETURN, by=by)
    handoff.returns += 1
    handoff.save(update_fields=["returns"])
    entry = _entry(handoff, Entry.RETURN, by, words, why_returned=why)
    record(handoff.complaint, Kind.HANDOFF_RETURNED, by=by, subject=handoff, returns=handoff.returns)
    handoff_letters.tell_returned(handoff, entry, by=by)
    return handoff


@transaction.atomic
def answer_handoff(handoff: Handoff, *, by: User, words: str, cause_is_ours: str = "") -> Handoff:
    """The department's words. Answered is not settled. An answer after its time is marked late for good."""
    handoff = _locked(handoff)
    apply(handoff, Move.ANSWER, by=by)
    now = clock.now()
    handoff.answered_at = now
    handoff.was_late = handoff.was_late or now > handoff.answer_by
    handoff.cause_is_ours = cause_is_ours
    handoff.save(update_fields=["answered_at", "was_late", "cause_is_ours"])
    _entry(handoff, Entry.ANSWER, by, words)
    record(handoff.complaint, Kind.HANDOFF_ANSWERED, by=by, subject=handoff, late=now > handoff.answer_by)
    return handoff


@transaction.atomic
def answer_at_once(handoff: Handoff, *, by: User, words: str, cause_is_ours: str = "") -> Handoff:
    """Who can answer need not say first that they will: accepted and answered in one act, both on the timeline."""
    handoff = _locked(handoff)
    if handoff.waits_for_a_yes:
        accept_handoff(handoff, by=by)
    return answer_handoff(handoff, by=by, words=words, cause_is_ours=cause_is_ours)


@transaction.atomic
def settle_handoff(handoff: Handoff, *, by: User, words: str) -> Handoff:
    """The owner is content with the answer."""
    handoff = _locked(handoff)
    apply(handoff, Move.SETTLE, by=by)
    _entry(handoff, Entry.SETTLE, by, words)
    record(handoff.complaint, Kind.HANDOFF_SETTLED, by=by, subject=handoff, late=handoff.was_late)
    return handoff


@transaction.atomic
def ask_again(handoff: Handoff, *, by: User, words: str, answer_by: datetime) -> Handoff:
    """The answer does not answer: another round with a new time; the department keeps it."""
    handoff = _locked(handoff)
    apply(handoff, Move.ASK_AGAIN, by=by)
    handoff.round += 1
    handoff.answer_by = answer_by
    handoff.save(update_fields=["round", "answer_by"])
    _entry(handoff, Entry.ASK_AGAIN, by, words)
    record(handoff.complaint, Kind.HANDOFF_ASKED_AGAIN, by=by, subject=handoff, due_at=answer_by, round=handoff.round)
    handoff_letters.tell_department(handoff, by=by, question=words)
    return handoff


@transaction.atomic
def redirect_handoff(
    handoff: Handoff, *, by: User, words: str, answer_by: datetime, department: Department | None = None
) -> Handoff:
    """After a first return or a lapse: to another department, or the same with what was missing. Returns are kept."""
    handoff = _locked(handoff)
    apply(handoff, Move.REDIRECT, by=by)
    handoff_letters.close_the_door(handoff)
    handoff.department = department or handoff.department
    _goes_elsewhere(handoff, Move.REDIRECT)
    handoff.accepted_by = handoff.accepted_at = None
    handoff.answer_by, handoff.accept_by = answer_by, _accept_by(clock.now(), answer_by)
    handoff.save(update_fields=["department", "accepted_by", "accepted_at", "answer_by", "accept_by"])
    _entry(handoff, Entry.REDIRECT, by, words)
    record(
        handoff.complaint, Kind.HANDOFF_REDIRECTED, by=by, subject=handoff, due_at=answer_by, to=handoff.department_id
    )
    handoff_letters.tell_department(handoff, by=by)
    return handoff


@transaction.atomic
def assign_handoff(handoff: Handoff, *, by: User, words: str, answer_by: datetime, department: Department) -> Handoff:
    """After the second return the supervisor assigns it, and that binds (0.36)."""
    handoff = _locked(handoff)
    apply(handoff, Move.ASSIGN, by=by)
    handoff_letters.close_the_door(handoff)
    handoff.department, handoff.is_binding = department, True
    _goes_elsewhere(handoff, Move.ASSIGN)
    handoff.accepted_by, handoff.accepted_at = None, clock.now()
    handoff.answer_by = answer_by
    handoff.save(update_fields=["department", "is_binding", "accepted_by", "accepted_at", "answer_by"])
    _entry(handoff, Entry.ASSIGN, by, words)
    record(handoff.complaint, Kind.HANDOFF_ASSIGNED, by=by, subject=handoff, due_at=answer_by, to=department.pk)
    handoff_letters.tell_department(handoff, by=by)
    return handoff


@transaction.atomic
def withdraw_handoff(handoff: Handoff, *, by: User, words: str) -> Handoff:
    """No longer needed. The department loses sight of it."""
    handoff = _locked(handoff)
    apply(handoff, Move.WITHDRAW, by=by)
    _entry(handoff, Entry.WITHDRAW, by, words)
    handoff_letters.close_the_door(handoff)
    record(handoff.complaint, Kind.HANDOFF_WITHDRAWN, by=by, subject=handoff)
    return handoff


@transaction.atomic
def lapse_handoff(handoff: Handoff, *, by: User) -> Handoff:
    """Nobody accepted it in time: not a return. Looked at again under the lock, so running it twice does nothing."""
    handoff = _locked(handoff)
    if handoff.state != Handoff.State.OFFERED or handoff.accept_by > clock.now():
        return handoff
    apply(handoff, Move.LAPSE, by=by)
    record(handoff.complaint, Kind.HANDOFF_LAPSED, by=by, subject=handoff, department=handoff.department_id)
    return handoff


@transaction.atomic
def write_in_handoff(handoff: Handoff, *, by: User, words: str, chase: bool = False) -> HandoffEntry:
    """A line in the thread, from either side; with `chase` a reminder of the owner, noted as one (0.16).

    Raises NotYours, and MoveRefused when the department no longer has it or owes nothing.
    """
    handoff = _locked(handoff)
    if not (acts_as_owner(by, handoff.complaint) if chase else _takes_part(by, handoff)):
        raise NotYours(Who.OWNER) if chase else NotYours(Who.AGENT, Who.OFFICER)
    if not (handoff.is_owed if chase else handoff.is_with_department):
        words_of_state = _("It is now: %(state)s") % {"state": handoff.get_state_display()}
        raise refuse(_("Remind them") if chase else _("Write to them"), "not_with_them", words_of_state)
    entry = _entry(handoff, Entry.CHASE if chase else Entry.MESSAGE, by, words)
    kind = Kind.HANDOFF_CHASED if chase else Kind.HANDOFF_MESSAGE
    record(handoff.complaint, kind, by=by, subject=handoff)
    if chase:
        handoff_letters.chase(handoff, entry, by=by)
    return entry


def end_handoffs(complaint: Complaint, *, by: User) -> None:
    """The complaint ends by exception: what is open is withdrawn and the department told. Under the caller's lock."""
    for handoff in complaint.handoffs.open():
        handoff.complaint = complaint
        apply(handoff, Move.END, by=User.objects.system())
        _entry(handoff, Entry.WITHDRAW, by, "")
        handoff_letters.close_the_door(handoff)
        record(complaint, Kind.HANDOFF_WITHDRAWN, by=by, subject=handoff, ended=True)


def attach(handoff: Handoff, files: list[Evidence]) -> None:
    """Show these files of the complaint to the department."""
    handoff.files.add(*(evidence for evidence in files if evidence.complaint_id == handoff.complaint_id))


def _takes_part(user: User, handoff: Handoff) -> bool:
    return works_cases(user, handoff.complaint) or is_officer_of(user, handoff)


def _goes_elsewhere(handoff: Handoff, move: Move) -> None:
    if handoff.department_id == handoff.complaint.home_department_id:
        raise refuse(move.label, "own_department", _("It is the complaint's own department: choose another"))


def _locked(handoff: Handoff) -> Handoff:
    """The complaint first, then its row."""
    complaint = Complaint.objects.lock(handoff.complaint_id)
    fresh = Handoff.objects.select_for_update(of=("self",)).select_related("department").get(pk=handoff.pk)
    fresh.complaint = complaint
    return fresh


def _accept_by(now: datetime, answer_by: datetime) -> datetime:
    return min(worktime.add_working_days(now, ACCEPT_WITHIN_WORKING_DAYS, ZoneInfo(settings.SITE_TIME_ZONE)), answer_by)


def _entry(handoff: Handoff, kind: str, by: User, words: str, *, why_returned: str = "") -> HandoffEntry:
    return HandoffEntry.objects.create(
        handoff=handoff,
        kind=kind,
        why_returned=why_returned,
        department=handoff.department,
        by=by,
        at=clock.now(),
        words=words,
    )
