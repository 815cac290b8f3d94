"""Asking afterwards whether it is really solved."""

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View

from complaints import clock
from complaints.models import Complaint
from complaints.permissions import moves_open_to
from complaints.views import loading
from complaints.views.acting import ActionView, Location
from complaints.views.closure import given
from complaints.workflow import Move, Status
from followups.actions.follow_up import finish_follow_up, opens_again, try_follow_up
from followups.forms import ResultForm, TryForm
from followups.models import FollowUp, Survey


def load_follow_up(request: HttpRequest, pk: int) -> FollowUp:
    visible = FollowUp.objects.visible_to(loading.person(request))
    return get_object_or_404(visible.select_related("complaint__customer", "complaint__owner", "done_by"), pk=pk)


def answered(follow_up: FollowUp) -> Survey | None:
    """What the customer wrote about this resolution: whoever calls has read it."""
    surveys = follow_up.complaint.surveys.filter(cycle=follow_up.cycle, state=Survey.State.ANSWERED)
    survey: Survey | None = surveys.first()
    return survey


class FollowUpPage(LoginRequiredMixin, View):
    """Whom to ask, what they were given, and how it went so far."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        follow_up = load_follow_up(request, pk)
        may = moves_open_to(loading.person(request), follow_up)
        context = {
            "follow_up": follow_up,
            "complaint": follow_up.complaint,
            "survey": answered(follow_up),
            "given": given(follow_up.complaint),
            "now": clock.now(),
            "may_finish": Move.SATISFIED in may,
            "may_try": Move.TRY in may,
            "opens_again": opens_again(follow_up.complaint),
        }
        return render(request, "followups/follow_up.html", context)


class _OnFollowUp(ActionView):
    """A move of one follow-up that is seen."""

    template_name = "followups/follow_up_action.html"
    thing: FollowUp

    def load(self, request: HttpRequest, **kwargs: Any) -> None:
        self.thing = load_follow_up(request, kwargs["pk"])
        self.complaint = self.thing.complaint

    def context(self) -> dict[str, Any]:
        return {
            "follow_up": self.thing,
            "survey": answered(self.thing),
            "now": clock.now(),
            "cancel_url": self.thing.get_absolute_url(),
        }


class Result(_OnFollowUp):
    form_class = ResultForm
    move = Move.SATISFIED  # whoever may note this may note the others
    title = _("What the customer says")
    submit = _("Save the result")
    now_is = ""
    newer: Complaint | None = None  # the one that continues it, where a no came too late to reopen

    def context(self) -> dict[str, Any]:
        return {**super().context(), "opens_again": opens_again(self.thing.complaint)}

    def perform(self, form: ResultForm) -> Location:
        complaint, result = self.thing.complaint, Move(form.cleaned_data["result"])
        finish_follow_up(self.thing, by=self.person, result=result, said=form.said(complaint))
        self.now_is = Complaint.objects.values_list("status", flat=True).get(pk=complaint.pk)
        if result == Move.NOT_SATISFIED and self.now_is == Status.CLOSED:
            self.newer = complaint.continued_by.order_by("pk").last()
        return self.newer or complaint

    def done_words(self, form: ResultForm) -> str:
        if self.newer:
            words = gettext("Closed more than 90 days ago: what the customer said is registered as %(ref)s")
            return words % {"ref": self.newer.reference}
        if form.cleaned_data["result"] == Move.NOT_SATISFIED:
            return str(_("Noted, and opened again: the customer is not satisfied"))
        return str(_("Noted. The complaint is closed")) if self.now_is == Status.CLOSED else str(_("Noted"))


class Try(_OnFollowUp):
    form_class = TryForm
    move = Move.TRY
    title = _("Note a try that reached nobody")
    submit = _("Note the try")

    def perform(self, form: TryForm) -> Location:
        self.thing = try_follow_up(self.thing, by=self.person, said=form.said(self.thing.complaint))
        return self.thing

    def done_words(self, form: TryForm) -> str:
        return str(_("Try %(n)d noted")) % {"n": self.thing.tries}
