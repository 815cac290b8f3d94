"""Asking afterwards: was it really solved? (1.6, 4.27)"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from complaints import clock
from complaints.actions.closure import close_if_finished, continue_complaint, reopen_complaint
from complaints.actions.contact import ContactFacts, log_contact
from complaints.actions.guards import within_ninety_days
from complaints.actions.moves import apply, refuse
from complaints.kinds import Kind
from complaints.models import Complaint, User
from complaints.timeline import record
from complaints.workflow import Move
from followups.models import FollowUp


def plan_follow_up(complaint: Complaint, *, kind: str, due_at: datetime, by: User, again: bool = False) -> FollowUp:
    """One of a kind per cycle; planning it again returns the first. Inside the caller's transaction.

    `again`: one that was done is due once more, because there is a new reason (the customer says no after all).
    """
    existing: FollowUp | None = complaint.follow_ups.filter(cycle=complaint.cycle, kind=kind).first()
    if existing and not (again and existing.has_result):
        return existing
    follow_up = existing or FollowUp(complaint=complaint, cycle=complaint.cycle, kind=kind)
    follow_up.complaint = complaint
    follow_up.due_at, follow_up.tries, follow_up.done_at, follow_up.done_by = due_at, 0, None, None
    apply(follow_up, Move.PLAN, by=User.objects.system())
    follow_up.save()
    record(complaint, Kind.FOLLOW_UP_DUE, by=by, subject=follow_up, due_at=due_at)
    return follow_up


@transaction.atomic
def try_follow_up(follow_up: FollowUp, *, by: User, said: ContactFacts) -> FollowUp:
    """A try that reached nobody; after the third, "not reached" may be noted."""
    follow_up = _locked(follow_up)
    apply(follow_up, Move.TRY, by=by)
    follow_up.tries += 1
    follow_up.save(update_fields=["tries"])
    log_contact(follow_up.complaint, said, by=by)
    record(follow_up.complaint, Kind.FOLLOW_UP_TRIED, by=by, subject=follow_up, tries=follow_up.tries)
    return follow_up


@transaction.atomic
def finish_follow_up(follow_up: FollowUp, *, by: User, result: Move, said: ContactFacts | None = None) -> FollowUp:
    """`result` is SATISFIED, NOT_SATISFIED or NOT_REACHED (after three tries).

    A no reopens the complaint in the same act; when it is too late for that, a new one continues it.
    Good news lets the system close the complaint when nothing else is missing.
    """
    follow_up = _locked(follow_up)
    complaint = follow_up.complaint
    apply(follow_up, result, by=by)
    ask_no_more(complaint, by=by)
    why = said.words.strip() if said else ""
    if result == Move.NOT_SATISFIED and not why:
        raise refuse(result.label, "no_words", _("Write what is not solved: it opens the complaint again"))
    follow_up.done_at, follow_up.done_by = clock.now(), by
    follow_up.save(update_fields=["done_at", "done_by"])
    if said:
        log_contact(complaint, said, by=by)
    record(complaint, Kind.FOLLOW_UP_DONE, by=by, subject=follow_up, result=follow_up.state)
    if result == Move.NOT_SATISFIED and said and not opens_again(complaint):
        continue_complaint(complaint, words=why, channel=said.channel, language=said.language, by=by)
    elif result == Move.NOT_SATISFIED:
        reopen_complaint(complaint, by=by, reason=why)
    else:
        close_if_finished(complaint, by=User.objects.system())
    return follow_up


def settle_by_survey(complaint: Complaint, *, with_call_back: bool) -> None:
    """The customer wrote that it is solved: what we would have asked by phone is answered. Under the caller's lock."""
    system = User.objects.system()
    due = complaint.follow_ups.filter(cycle=complaint.cycle, state=FollowUp.State.DUE)
    for follow_up in due if with_call_back else due.exclude(kind=FollowUp.Kind.CALL_BACK):
        follow_up.complaint = complaint
        apply(follow_up, Move.SATISFIED, by=system)
        follow_up.done_at, follow_up.done_by = clock.now(), system
        follow_up.save(update_fields=["done_at", "done_by"])
        record(complaint, Kind.FOLLOW_UP_DONE, by=system, subject=follow_up, result=follow_up.state, by_survey=True)


def ask_no_more(complaint: Complaint, *, by: User) -> None:
    """The check, the call instead of the survey and the survey itself ask the same: one answer is enough. A call-back
    is owed until it is made. Under the caller's lock."""
    due = complaint.follow_ups.filter(cycle=complaint.cycle, state=FollowUp.State.DUE)
    for other in due.exclude(kind=FollowUp.Kind.CALL_BACK):
        other.complaint = complaint
        apply(other, Move.VOID, by=User.objects.system())
        record(complaint, Kind.FOLLOW_UP_VOIDED, by=by, subject=other)


def opens_again(complaint: Complaint) -> bool:
    """Whether a no would open it again; long after closing it is taken up anew instead."""
    return not within_ninety_days(complaint, User.objects.system())


def void_follow_ups(complaint: Complaint, *, by: User) -> None:
    """Reopened or ended by exception: what was planned is no longer needed."""
    for follow_up in complaint.follow_ups.filter(state=FollowUp.State.DUE):
        apply(follow_up, Move.VOID, by=User.objects.system())
        record(complaint, Kind.FOLLOW_UP_VOIDED, by=by, subject=follow_up)


def _locked(follow_up: FollowUp) -> FollowUp:
    complaint = Complaint.objects.lock(follow_up.complaint_id)
    fresh: FollowUp = FollowUp.objects.select_for_update(of=("self",)).get(pk=follow_up.pk)
    fresh.complaint = complaint
    return fresh
