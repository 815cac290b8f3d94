"""The board: what waits for a decision, what is late, what goes in circles. Not a measure of anybody."""

from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Window
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from complaints import clock, worktime
from complaints.actions.moves import NotYours
from complaints.models import Approval, Complaint, Handoff, User
from complaints.permissions import is_approver, sees_board
from complaints.views import loading
from complaints.views.approvals import limits
from complaints.workflow import HandoffState, PromiseState, Who
from escalation.models import Escalation

MOST = 10
"""Rows of a section; its heading counts all of them."""

ALL = Window(Count("pk"))
"""How many there are in all, said by each row: a section costs one query."""


@dataclass(frozen=True)
class Decision:
    """Something that waits for a yes: a request or an escalation."""

    thing: Approval | Escalation
    asked_at: datetime
    is_mine: bool  # this person may decide it

    @property
    def is_approval(self) -> bool:
        return isinstance(self.thing, Approval)

    @property
    def words(self) -> str:
        return self.thing.question if isinstance(self.thing, Approval) else str(self.thing)

    @property
    def asker(self) -> User:
        return self.thing.asked_by if isinstance(self.thing, Approval) else self.thing.raised_by


class Board(LoginRequiredMixin, View):
    """For supervisors and managers."""

    def get(self, request: HttpRequest) -> HttpResponse:
        person, now = loading.person(request), clock.now()
        if not sees_board(person):
            raise NotYours(Who.SUPERVISOR)
        visible = Complaint.objects.visible_to(person)
        decisions, n_decisions = waiting(visible, person)
        first = next((each for each in decisions if each.is_mine), None)
        promises = due_promises(visible, worktime.end_of_day(now, ZoneInfo(settings.SITE_TIME_ZONE)))
        circling = going_in_circles(visible)
        lost = without_next_step(visible)
        context = {
            "now": now,
            "first": first,
            "first_limits": limits(first.thing, person) if first and isinstance(first.thing, Approval) else [],
            "decisions": [each for each in decisions if each is not first],
            "n_decisions": n_decisions,
            "promises": promises,
            "n_today": promises[0].n_today if promises else 0,
            "n_missed": promises[0].n_missed if promises else 0,
            "circling": circling,
            "n_circling": circling[0].n_all if circling else 0,
            "lost": lost,
            "n_lost": lost[0].n_all if lost else 0,
            "workload": workload(visible, now),
        }
        return render(request, "escalation/board.html", context)


def waiting(visible: QuerySet[Complaint], person: User) -> tuple[list[Decision], int]:
    """Requests and undecided escalations, oldest first; and how many there are."""
    asked = Approval.objects.waiting().filter(complaint__in=visible).annotate(n_all=ALL)
    asked = asked.select_related("complaint__customer", "asked_by", "offer", "handoff__department")
    raised = Escalation.objects.undecided().filter(complaint__in=visible).annotate(n_all=ALL)
    raised = raised.select_related("complaint__customer", "raised_by", "handoff__department")
    approvals = list(asked.prefetch_related("offer__items").order_by("asked_at", "pk")[: MOST + 1])
    escalations = list(raised.order_by("raised_at", "pk")[: MOST + 1])
    decisions = chain(
        (Decision(each, each.asked_at, is_approver(person, each)) for each in approvals),
        (Decision(each, each.raised_at, is_approver(person, each)) for each in escalations),
    )
    n_all = sum(rows[0].n_all for rows in (approvals, escalations) if rows)
    return sorted(decisions, key=lambda each: each.asked_at)[: MOST + 1], n_all


def due_promises(visible: QuerySet[Complaint], end_of_day: datetime) -> list[Any]:
    """A row for each promise that falls due today or was missed and not told, missed ones first.

    Complaints carry them (one complaint twice, when it has two): escalation
    knows of promises by this relation alone.
    """
    today = Q(promises__state=PromiseState.OPEN, promises__due_at__lt=end_of_day)
    missed = Q(promises__state=PromiseState.MISSED, promises__told_at=None)
    rows = visible.open().filter(today | missed)  # type: ignore[attr-defined]
    rows = rows.annotate(
        n_today=Window(Count("promises", filter=today)),
        n_missed=Window(Count("promises", filter=missed)),
        promise=F("promises__pk"),
        promised=F("promises__words"),
        promised_by=F("promises__due_at"),
        promise_state=F("promises__state"),
        promise_owner=F("promises__owner__full_name"),
    )
    return list(rows.select_related("customer").order_by("promised_by", "promise")[:MOST])


def going_in_circles(visible: QuerySet[Complaint]) -> list[Any]:
    """Handoffs returned twice and still open (0.36)."""
    returned = Handoff.objects.filter(complaint__in=visible, returns__gte=2).annotate(n_all=ALL)
    arbitration = Escalation.objects.undecided().filter(handoff=OuterRef("pk"), trigger_key__startswith="second_return")
    returned = returned.filter(Q(state__in=_OPEN) | Exists(arbitration))
    return list(returned.select_related("complaint__customer", "department").order_by("sent_at")[:MOST])


def without_next_step(visible: QuerySet[Complaint]) -> list[Any]:
    """An error wherever it shows: every open complaint has one."""
    lost = visible.open().filter(next_step=None).annotate(n_all=ALL)  # type: ignore[attr-defined]
    return list(lost.select_related("customer", "owner").order_by("received_at")[:MOST])


def workload(visible: QuerySet[Complaint], now: datetime) -> QuerySet[Any, dict[str, Any]]:
    """Open complaints of each owner by name, never by number."""
    end_of_day = worktime.end_of_day(now, ZoneInfo(settings.SITE_TIME_ZONE))
    due_today = Q(next_step__due_at__gte=now, next_step__due_at__lt=end_of_day)
    rows = visible.open().values("owner", "owner__full_name")  # type: ignore[attr-defined]
    counted: QuerySet[Any, dict[str, Any]] = rows.annotate(
        n_open=Count("pk"),
        n_today=Count("pk", filter=due_today),
        n_overdue=Count("pk", filter=Q(next_step__due_at__lt=now)),
    )
    return counted.order_by("owner__full_name")


_OPEN = (HandoffState.RETURNED, HandoffState.OFFERED, HandoffState.ACCEPTED, HandoffState.ANSWERED, HandoffState.LAPSED)
