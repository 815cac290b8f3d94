"""Jumping to a complaint or a caller."""

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views import View

from complaints import search
from complaints.forms.customers import LookupForm
from complaints.models import User
from complaints.permissions import sees_queue
from complaints.views import loading
from complaints.views.caller import where_now

MOST = 20


class Search(LoginRequiredMixin, View):
    """What was typed, looked for everywhere this person may look. A full reference goes straight to its complaint.

    What callers say arrives by POST: an address ends up in logs and histories. Only a reference may stand in one.
    """

    def get(self, request: HttpRequest) -> HttpResponse:
        typed = request.GET.get("q", "")
        return self._answer(request, typed if search.is_full_reference(typed) else "")

    def post(self, request: HttpRequest) -> HttpResponse:
        return self._answer(request, request.POST.get("q", ""))

    def _answer(self, request: HttpRequest, asked: str) -> HttpResponse:
        user = loading.person(request)
        form = LookupForm({"q": asked})
        if not form.is_valid():
            return render(request, "complaints/search.html", {"lookup": form}, status=422)
        typed = form.cleaned_data["q"]
        the_one = search.complaint(user, typed)
        if the_one:
            return redirect(the_one)
        found = _found(user, typed) if typed else {}
        context = {"lookup": form, "typed": typed, "most": MOST, "looks_up_customers": sees_queue(user), **found}
        return render(request, "complaints/search.html", context)


def _found(user: User, typed: str) -> dict[str, Any]:
    """Departments find the handoffs they see; whoever works cases finds complaints and customers."""
    if not sees_queue(user):
        return {"handoffs": search.handoffs(user, typed)[:MOST]}
    complaints = search.complaints(user, typed).select_related("next_step").prefetch_related("handoffs__department")
    rows = list(complaints[: MOST + 1])
    customers = list(search.customers(user, typed).prefetch_related("phones")[: MOST + 1])
    return {
        "complaints": [(complaint, where_now(complaint)) for complaint in rows[:MOST]],
        "more_complaints": len(rows) > MOST,
        "customers": customers[:MOST],
        "more_customers": len(customers) > MOST,
    }
