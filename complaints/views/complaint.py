"""The whole case on one page: what comes next, what happened, where it stands (screens.md 4.4)."""

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import Count, DateTimeField, Func, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views import View

from complaints import gate, standing
from complaints.kinds import CUSTOMER_SIDE, DEPARTMENT_SIDE
from complaints.models import Complaint, Contact, Event, Handoff, Message, Note, OfferItem, User
from complaints.permissions import acts_as_owner, may_register, moves_open_to
from complaints.querysets import ComplaintQuerySet
from complaints.storytelling import tell
from complaints.timeline import history
from complaints.views.loading import person
from complaints.workflow import Status

EVENTS, LETTERS = 100, 5
SHOWS = {
    "all": (_("All"), Q()),
    "customer": (_("Customer"), Q(kind__in=CUSTOMER_SIDE)),
    "departments": (_("Departments"), Q(kind__in=DEPARTMENT_SIDE)),
    "internal": (_("Internal"), ~Q(kind__in=CUSTOMER_SIDE | DEPARTMENT_SIDE)),
}


class ComplaintPage(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        user = person(request)
        complaint = get_object_or_404(for_page(Complaint.objects.visible_to(user)), reference=ref)
        context = {
            "now": complaint.read_at,  # type: ignore[attr-defined]
            "complaint": complaint,
            "step": getattr(complaint, "next_step", None),
            "clocks": standing.clocks(complaint),
            "first_doors": standing.first_doors(user, complaint),
            "other_doors": standing.other_doors(user, complaint),
            "may_act": acts_as_owner(user, complaint),
            "may_continue": complaint.status == Status.CLOSED and may_register(user),
            "additions": [note for note in complaint.notes.all() if note.kind == Note.Kind.ADDITION],
            **_tracks(user, complaint),
            **_panels(user, complaint),
            **_timeline(request, complaint),
        }
        return render(request, "complaints/complaint.html", context)


def for_page(complaints: ComplaintQuerySet) -> QuerySet[Complaint]:
    """With every row the page, the gate and the timeline look at, each kind in one query."""
    people = ("merged_into", "continues", "person_complained_of", "department_concerned", "next_step")
    calls = Contact.objects.filter(complaint=OuterRef("pk"), cycle=OuterRef("cycle"), answers_us=False).inbound()
    return (
        complaints.for_list()
        .select_related(*people)
        .prefetch_related(
            "promises",
            Prefetch("handoffs", Handoff.objects.select_related("department")),
            Prefetch("offers__items", OfferItem.objects.select_related("fulfilment")),
            "approvals",
            "escalations",
            "follow_ups",
            "evidence",
            "issues__verdicts",
            "improvements",
            "root_causes",
            "discrepancies",
            "notes",
            Prefetch("messages", _letters(), to_attr="letters"),
        )
        .annotate(read_at=Func(function="app_now", output_field=DateTimeField()))
        .annotate(calls=_counted(calls), **{f"n_{name}": _counted(_events(name)) for name in SHOWS})
    )


def _letters() -> QuerySet[Message]:
    """To the customer and outside parties, with the task or the request that hangs on one. Oldest first."""
    return Message.objects.filter(user=None).defer("text").select_related("task", "request").order_by("pk")


def _events(show: str) -> QuerySet[Any]:
    return Event.objects.filter(SHOWS[show][1], complaint=OuterRef("pk"))


def _counted(rows: QuerySet[Any]) -> Coalesce:
    return Coalesce(Subquery(rows.order_by().values("complaint").annotate(n=Count("pk")).values("n")), 0)


def _tracks(user: User, complaint: Complaint) -> dict[str, Any]:
    if complaint.is_historical:
        return {}
    missing = gate.missing(complaint) if complaint.is_open else []
    unanswered = {reason.code for reason in missing} & {"no_reply", "unanswered", "language", "no_correction"}
    replied = not unanswered and complaint.status != Status.MERGED
    right, why = standing.put_right(user, complaint, replied=replied), standing.find_out_why(complaint)
    return {"missing": missing, "right": right, "right_done": _done(right), "why": why, "why_done": _done(why)}


def _done(steps: list[standing.Step]) -> int:
    return sum(step.state == "done" for step in steps)


def _panels(user: User, complaint: Complaint) -> dict[str, Any]:
    """The rows that stand on the right, the open ones first."""
    letters: list[Message] = complaint.letters[::-1]  # type: ignore[attr-defined]
    return {
        "letters": letters[:LETTERS],
        "tasks": [task for letter in letters if (task := getattr(letter, "task", None)) and task.is_open],
        "promises": _open_first(complaint.promises.all(), ("open", "missed")),
        "handoffs": _open_first(complaint.handoffs.all(), ("offered", "accepted", "answered", "returned", "lapsed")),
        "offers": list(complaint.offers.all())[::-1],
        "decisions": [*complaint.escalations.all(), *complaint.approvals.all()],
        "moves": moves_open_to(user, complaint),
    }


def _open_first(rows: Any, states: tuple[str, ...]) -> list[Any]:
    return sorted(rows, key=lambda row: (row.state not in states, row.pk))


def _timeline(request: HttpRequest, complaint: Complaint) -> dict[str, Any]:
    show = request.GET.get("show", "all")
    show = show if show in SHOWS else "all"
    before = request.GET.get("before", "")
    events = history(complaint).filter(SHOWS[show][1])
    if before.isascii() and before.isdigit() and len(before) < 10:
        events = events.filter(seq__lt=int(before))
    page = list(events[: EVENTS + 1])
    return {
        "timeline": tell(complaint, page[:EVENTS]),
        "older": page[EVENTS - 1].seq if len(page) > EVENTS else None,
        "is_older": bool(before),
        "show": show,
        "shows": [(name, label, getattr(complaint, f"n_{name}")) for name, (label, _kinds) in SHOWS.items()],
    }
