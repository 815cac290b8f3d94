"""The queue: what comes next, on which complaint, soonest first (screens.md 4.3)."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import Count, Exists, F, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views import View

from complaints import clock, worktime
from complaints.actions.moves import NotYours
from complaints.models import Complaint, Contact, Handoff, User
from complaints.permissions import sees_board, sees_queue
from complaints.querysets import ComplaintQuerySet
from complaints.views import paging
from complaints.views.loading import person
from complaints.workflow import HandoffState, PromiseState, Who

ROWS = 50
MINE = "mine"
VIEWS = {
    MINE: _("My next"),
    "all": _("Everybody’s"),
    "promises": _("Promises today"),
    "department": _("With a department"),
    "customer": _("With the customer"),
    "returned": _("Returned"),
    "supervisor": _("With the supervisor"),
}


class Queue(LoginRequiredMixin, View):
    def get(self, request: HttpRequest) -> HttpResponse:
        user = person(request)
        if not sees_queue(user):
            raise NotYours(Who.AGENT)
        now = clock.now()
        views = queue_views(user, now)
        chosen = request.GET.get("view", MINE)
        chosen = chosen if chosen in views else MINE
        cursor = paging.read(request.GET.get("after", ""))
        rows = list(paging.after(for_rows(views[chosen]), cursor, moment="next_step__due_at")[: ROWS + 1])
        counts = paging.counted(views)
        context = {
            "now": now,
            "rows": rows[:ROWS],
            "top": rows[0] if rows and cursor is None else None,
            "more": paging.written(rows[ROWS - 1].next_step.due_at, rows[ROWS - 1].pk) if len(rows) > ROWS else "",
            "is_first_page": cursor is None,
            "views": [(name, label, counts[name]) for name, label in VIEWS.items()],
            "chosen": chosen,
            "chosen_label": VIEWS[chosen],
            "count": counts[chosen],
            "everybodys": counts["all"],
        }
        return render(request, "complaints/queue.html", context)


def queue_views(user: User, now: datetime) -> dict[str, ComplaintQuerySet]:
    """Every view as a set. The narrower ones are of one's own; supervisors' and managers' of all they see."""
    everybodys = Complaint.objects.visible_to(user).filter(next_step__isnull=False)
    mine = everybodys.filter(next_step__owner=user)
    wide = everybodys if sees_board(user) else mine
    today = worktime.end_of_day(now, ZoneInfo(settings.SITE_TIME_ZONE))
    returned = Handoff.objects.filter(complaint=OuterRef("pk"), state=HandoffState.RETURNED)
    return {
        MINE: mine,
        "all": everybodys,
        "promises": wide.filter(Exists(_open_promises().filter(complaint=OuterRef("pk"), due_at__lt=today))),
        "department": wide.filter(next_step__waits_for="department"),
        "customer": wide.filter(next_step__waits_for="customer"),
        "returned": wide.filter(Exists(returned)),
        "supervisor": wide.filter(next_step__waits_for="supervisor"),
    }


def for_rows(complaints: ComplaintQuerySet) -> QuerySet[Complaint]:
    """With all a row shows, soonest first: the calls of this cycle, and since when the customer heard nothing."""
    contacts = Contact.objects.filter(complaint=OuterRef("pk")).order_by()
    calls = contacts.inbound().filter(cycle=OuterRef("cycle"), answers_us=False)
    told = contacts.outbound().reached()
    return (
        complaints.for_list()
        .select_related("next_step")
        .prefetch_related("handoffs__department", "promises")
        .annotate(
            calls=Coalesce(Subquery(calls.values("complaint").annotate(n=Count("pk")).values("n")), 0),
            silent_since=Coalesce(
                Subquery(told.values("complaint").annotate(last=Max("at")).values("last")), F("received_at")
            ),
        )
        .order_by("next_step__due_at", "pk")
    )


def _open_promises() -> QuerySet[Any]:
    """By reverse relation: `complaints` imports no sibling (house.md section 4)."""
    promise: Any = Complaint._meta.get_field("promises").related_model
    return promise.objects.filter(state=PromiseState.OPEN)
