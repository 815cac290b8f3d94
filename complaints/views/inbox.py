"""What waits for a department, and what it answered lately."""

from datetime import timedelta

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import View

from complaints import clock
from complaints.models import Department, Handoff
from complaints.permissions import memberships
from complaints.views.loading import person

ON_A_PAGE, ANSWERED_SHOWN = 50, 20
LATELY = timedelta(days=7)


class Inbox(LoginRequiredMixin, View):
    """Every handoff that lies with a department of this person, the next one due first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        user, now = person(request), clock.now()
        waiting = Handoff.objects.lying_with(user).select_related("complaint__home_department", "department")
        answered = Handoff.objects.answered_for(user).filter(answered_at__gte=now - LATELY).select_related("complaint")
        page = Paginator(waiting, ON_A_PAGE).get_page(request.GET.get("page"))
        departments = [each.department for each in memberships(user)]
        context = {
            "departments": _named(departments),
            "is_several": len(departments) > 1,
            "page": page,
            "first": page[0] if page and page.number == 1 else None,
            "answered": answered[:ANSWERED_SHOWN],
            "now": now,
        }
        return render(request, "complaints/inbox.html", context)


def _named(departments: list[Department]) -> str:
    """ "Sales and Finance"."""
    *others, last = [str(department) for department in departments] or [_("you")]
    return _("%(others)s and %(last)s") % {"others": ", ".join(others), "last": last} if others else last
