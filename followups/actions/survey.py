"""Asking by letter, once per resolution, whether it is solved (product.md section 7, practices 4.30).

Born with `resolved`; sent between 24 and 48 hours after it in the customer's daytime, or not at all and then by
phone. An answer changes no status: it makes a call-back due, or settles what else we would have asked.
"""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from complaints import clock
from complaints.actions.access import Purpose, revoke
from complaints.actions.correspondence import cancel_waiting, write_to_customer
from complaints.actions.moves import apply, check, refuse
from complaints.daytime import next_daytime
from complaints.kinds import Kind
from complaints.models import Complaint, Message, User
from complaints.querysets import MessageQuerySet
from complaints.timeline import record
from complaints.workflow import MessageState, Move, Status
from followups import emails, timing
from followups.actions.follow_up import ask_no_more, plan_follow_up, settle_by_survey
from followups.models import FollowUp, Survey, SurveyAnswer
from followups.models.survey import Solved

State = Survey.State
ANSWERS = ("solved", "handling", "effort", "had_to_repeat", "comment")
NEVER_LEFT = (MessageState.EXPIRED, MessageState.FAILED, MessageState.CANCELLED)


@dataclass(frozen=True)
class Answer:
    """What the customer sent: the first question alone, or all of it."""

    solved: str
    handling: int | None = None
    effort: int | None = None
    had_to_repeat: bool | None = None
    comment: str = ""


# -- born, sent, ended -------------------------------------------------------------------
def plan_survey(complaint: Complaint, *, by: User) -> Survey | None:
    """In the transaction of `resolved`; planning it again returns the first."""
    existing: Survey | None = complaint.surveys.filter(cycle=complaint.cycle).first()
    if existing or complaint.resolved_at is None:
        return existing
    not_before, not_after = timing.survey_window(complaint.resolved_at)
    survey = Survey(complaint=complaint, cycle=complaint.cycle, not_before=not_before, not_after=not_after)
    survey.due_at = timing.survey_send_at(not_before, survey.window, complaint.customer.zone) or not_after
    apply(survey, Move.SCHEDULE, by=User.objects.system())
    survey.save(force_insert=True)
    record(complaint, Kind.SURVEY_PLANNED, by=by, subject=survey, due_at=survey.due_at)
    return survey


@transaction.atomic
def look_at_survey(survey: Survey) -> Survey:
    """For the sweep: whatever its time has come for, looked at again under the lock. Safe to run twice."""
    survey = _locked(survey)
    now = clock.now()
    if survey.due_at is None or survey.due_at > now:
        return survey
    if survey.state == State.SCHEDULED:
        _send_or_not(survey, now)
    elif survey.state in (State.SENT, State.ANSWERED):
        _remind_or_end(survey, now)
    else:
        _due(survey, None)
    return survey


def cancel_survey(complaint: Complaint, *, by: User) -> None:
    """Opened again: what was not sent stays unsent, what was sent no longer counts, and its links open nothing."""
    for survey in complaint.surveys.filter(state__in=[State.SCHEDULED, State.SENT]):
        survey.complaint = complaint
        _end(survey, Move.CANCEL if survey.state == State.SCHEDULED else Move.VOID, by=by)
    cancel_waiting(complaint, gettext_noop("The complaint was opened again"), kind__in=Message.AT_MOST_ONCE)
    revoke(complaint, Purpose.SURVEY)


# -- what the customer says ---------------------------------------------------------------
@transaction.atomic
def answer_survey(survey: Survey, answer: Answer, *, by: User) -> Survey:
    """Keep an answer; a later one stands in its place until the link ends, and all are kept.

    Parallel answers wait for each other. Raises MoveRefused when the time is over or the complaint was opened
    again, NotYours for anybody but the customer. What a yes lets close is closed by the sweep, a while later: the
    marks come after the first answer.
    """
    survey = _locked(survey)
    now = clock.now()
    if not survey.takes_answers(now) or survey.cycle != survey.complaint.cycle:
        raise refuse(Move.ANSWER.label, "over", _("The time to answer is over"))
    check(survey, Move.ANSWER, by=by)
    was_bad, first = survey.is_bad_news, survey.answered_at is None
    if not first and answer_that_stands(survey) == answer:
        return survey
    for name in ANSWERS:
        setattr(survey, name, getattr(answer, name))
    SurveyAnswer.objects.create(survey=survey, at=now, **vars(answer))
    survey.answered_at = survey.answered_at or now
    survey.save(update_fields=[*ANSWERS, "answered_at"])
    apply(survey, Move.ANSWER, by=by)
    complaint = survey.complaint
    record(complaint, Kind.SURVEY_ANSWERED, by=by, subject=survey, solved=survey.solved, first=first)
    cancel_waiting(complaint, gettext_noop("The survey was answered"), kind=Message.Kind.SURVEY_REMINDER)
    if survey.is_bad_news and not was_bad:
        _call_back(survey, now)
    elif survey.is_good_news:
        settle_by_survey(complaint, with_call_back=survey.is_praise)
        if survey.is_praise:
            cancel_waiting(complaint, gettext_noop("The customer says it is solved"), kind=Message.Kind.CALL_BACK)
    return survey


def answer_that_stands(survey: Survey) -> Answer:
    """What the customer said last."""
    return Answer(**{name: getattr(survey, name) for name in ANSWERS})


# -- what became of its letter --------------------------------------------------------------
def letter_did_not_arrive(complaint: Complaint, cycle: int, state: str) -> None:
    """Its letter was too late, stopped, could not be sent, came back, or nobody knows: then we ask by phone.

    Where it was sent twice, the survey ends only when neither letter can have arrived.
    """
    survey: Survey | None = complaint.surveys.filter(cycle=cycle, state=State.SENT).first()
    if survey is None or cycle != complaint.cycle:
        return
    survey.complaint = complaint
    if state in NEVER_LEFT and not _invitations(survey).exclude(state__in=NEVER_LEFT).exists():
        _end(survey, Move.EXPIRE if state == MessageState.EXPIRED else Move.SKIP)
    _ask_by_phone(survey, clock.now())


# -- under the lock ----------------------------------------------------------------------------
def _send_or_not(survey: Survey, now: datetime) -> None:
    complaint = survey.complaint
    at = timing.survey_send_at(now, survey.window, complaint.customer.zone)
    if complaint.status not in (Status.RESOLVED, Status.CLOSED) or complaint.cycle != survey.cycle:
        _end(survey, Move.CANCEL)
    elif at is None:
        _end(survey, Move.EXPIRE)
        _ask_by_phone(survey, now)
    elif not complaint.customer.letter_address:
        _end(survey, Move.SKIP)
        _ask_by_phone(survey, now)
    elif at > now:
        _due(survey, at)
    else:
        _send(survey, now)


def _send(survey: Survey, now: datetime) -> None:
    """The invitation is written and who and what it is about is kept as it is now (later changes do not move it)."""
    complaint, system = survey.complaint, User.objects.system()
    cause = complaint.root_causes.filter(is_current=True).first()
    survey.owner = complaint.owner
    survey.department = complaint.department_concerned or complaint.home_department
    survey.cause_category = cause.category if cause else None
    survey.sent_at, survey.expires_at = now, now + timing.SURVEY_OPEN_FOR
    survey.save()
    apply(survey, Move.INVITE, by=system)
    _due(survey, now + timing.SURVEY_REMINDER_AFTER)
    _write(survey, Message.Kind.SURVEY, not_after=survey.not_after)
    record(complaint, Kind.SURVEY_SENT, by=system, subject=survey)


def _remind_or_end(survey: Survey, now: datetime) -> None:
    complaint, system = survey.complaint, User.objects.system()
    assert survey.expires_at
    if survey.state == State.ANSWERED:
        _due(survey, None)
    elif now >= survey.expires_at:
        _end(survey, Move.RUN_OUT)
    elif survey.reminded_at is not None or (invitation := _to_remind_of(survey)) is None:
        _due(survey, survey.expires_at)
    elif (opens := next_daytime(now, complaint.customer.zone)) > now:
        _due(survey, min(opens, survey.expires_at))
    else:
        apply(survey, Move.REMIND, by=system)
        survey.reminded_at = now
        survey.save(update_fields=["reminded_at"])
        _due(survey, survey.expires_at)
        _write(survey, Message.Kind.SURVEY_REMINDER, not_after=survey.expires_at, asked_at=invitation.sent_at)
        record(complaint, Kind.SURVEY_REMINDED, by=system, subject=survey)


def _to_remind_of(survey: Survey) -> Message | None:
    """The invitation that was sent; none where we ask by phone instead, where the customer has told somebody that it
    is solved, or where we may write no more."""
    complaint = survey.complaint
    by_phone = Q(kind=FollowUp.Kind.INSTEAD_OF_SURVEY) | Q(state=FollowUp.State.SATISFIED)
    asked = complaint.follow_ups.filter(by_phone, cycle=survey.cycle)
    if not complaint.customer.letter_address or asked.exists():
        return None
    sent: Message | None = _invitations(survey).filter(state=MessageState.SENT).order_by("sent_at").last()
    return sent


def _invitations(survey: Survey) -> MessageQuerySet:
    """The letter that asked, and what was sent again by hand."""
    letters: MessageQuerySet = survey.complaint.messages.filter(kind=Message.Kind.SURVEY, cycle=survey.cycle)
    return letters


def _write(survey: Survey, kind: str, *, not_after: datetime, asked_at: datetime | None = None) -> None:
    complaint = survey.complaint
    write_to_customer(
        complaint,
        kind,
        emails.survey(complaint, survey, asked_at=asked_at),
        by=User.objects.system(),
        key=f"{kind}:{survey.cycle}",
        letter=f"followups/{kind}",
        not_after=not_after,
        daytime_in=complaint.customer.zone.key,
        links_until=survey.expires_at,
    )


def _ask_by_phone(survey: Survey, now: datetime) -> None:
    """Unless somebody has asked already."""
    asked = survey.complaint.follow_ups.filter(cycle=survey.cycle, state__in=["satisfied", "not_satisfied"])
    if not asked.exists():
        kind, system = FollowUp.Kind.INSTEAD_OF_SURVEY, User.objects.system()
        plan_follow_up(survey.complaint, kind=kind, due_at=timing.call_due(now, _zone()), by=system)


def _call_back(survey: Survey, now: datetime) -> None:
    """Within one working day, and the customer has it in writing. Nobody else asks them the same."""
    complaint, system = survey.complaint, User.objects.system()
    due_at = timing.call_due(now, _zone())
    call = plan_follow_up(complaint, kind=FollowUp.Kind.CALL_BACK, due_at=due_at, by=system, again=True)
    ask_no_more(complaint, by=system)
    write_to_customer(
        complaint,
        Message.Kind.CALL_BACK,
        emails.call_back(complaint, call_by=call.due_at, is_solved=survey.solved == Solved.YES),
        by=system,
        key=f"call_back:{survey.cycle}:{call.due_at:%Y-%m-%d}",
        letter="followups/call_back",
    )


ENDS_WITH = {
    Move.CANCEL: Kind.SURVEY_CANCELLED,
    Move.EXPIRE: Kind.SURVEY_EXPIRED,
    Move.SKIP: Kind.SURVEY_NOT_SENT,
    Move.VOID: Kind.SURVEY_VOIDED,
    Move.RUN_OUT: Kind.SURVEY_UNANSWERED,
}


def _end(survey: Survey, move: Move, *, by: User | None = None) -> None:
    """Over, and told to the timeline; the sweep looks at it no more."""
    system = User.objects.system()
    apply(survey, move, by=system)
    _due(survey, None)
    record(survey.complaint, ENDS_WITH[move], by=by or system, subject=survey)


def _due(survey: Survey, at: datetime | None) -> None:
    survey.due_at = at
    survey.save(update_fields=["due_at"])


def _zone() -> ZoneInfo:
    return ZoneInfo(settings.SITE_TIME_ZONE)


def _locked(survey: Survey) -> Survey:
    complaint = Complaint.objects.lock(survey.complaint_id)
    fresh: Survey = Survey.objects.select_for_update(of=("self",)).get(pk=survey.pk)
    fresh.complaint = complaint
    return fresh
