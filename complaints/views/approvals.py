"""What waits for a second person's yes: reading it, saying yes or no, taking the request back."""

from decimal import Decimal
from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views import View

from complaints import clock
from complaints.actions.approval import approve, ask_approval, refuse_approval, withdraw_approval
from complaints.forms.approvals import NoForm, WaiverForm, WithdrawForm, YesForm, YesToOfferForm
from complaints.forms.base import DeskForm
from complaints.models import Approval, User
from complaints.permissions import acts_as_owner, limits_of, moves_open_to
from complaints.views import loading
from complaints.views.acting import ActionView, Location
from complaints.workflow import Move, Who


class ApprovalPage(LoginRequiredMixin, View):
    """What is asked, by whom, why and by when; and what this person may do about it."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        approval = loading.approval(request, pk)
        person = loading.person(request)
        may = moves_open_to(person, approval)
        context = {
            "approval": approval,
            "complaint": approval.complaint,
            "now": clock.now(),
            "limits": limits(approval, person),
            "may_decide": Move.APPROVE in may,
            "may_withdraw": Move.WITHDRAW in may,
            "is_mine": acts_as_owner(person, approval.complaint),
        }
        return render(request, "complaints/approval.html", context)


class _OnApproval(ActionView):
    """A move of one request that is seen."""

    template_name = "complaints/approval_action.html"
    thing: Approval

    def load(self, request: HttpRequest, **kwargs: Any) -> None:
        self.thing = loading.approval(request, kwargs["pk"])
        self.complaint = self.thing.complaint

    def context(self) -> dict[str, Any]:
        return {"approval": self.thing, "cancel_url": self.thing.get_absolute_url(), "now": clock.now()}


class ApprovalYes(_OnApproval):
    move = Move.APPROVE
    title = _("Approve")

    @property
    def form_class(self) -> type[DeskForm]:  # type: ignore[override]
        return YesToOfferForm if self.thing.offer else YesForm

    def form_kwargs(self) -> dict[str, Any]:
        return {"offer": self.thing.offer} if self.thing.offer else {}

    def context(self) -> dict[str, Any]:
        return {**super().context(), "limits": limits(self.thing, self.person)}

    def perform(self, form: YesForm) -> Location:
        new_terms = form.new_terms() if isinstance(form, YesToOfferForm) else None
        return approve(self.thing, by=self.person, outcome=form.cleaned_data["outcome"], new_terms=new_terms)

    def done_words(self, form: YesForm) -> str:
        if self.thing.offer:
            return str(_("Approved. The offer can be put to the customer"))
        return str(_("Approved. The owner does the rest"))


class ApprovalNo(_OnApproval):
    form_class = NoForm
    move = Move.REFUSE
    title = _("Do not approve")
    done = _("Not approved. Whoever asked reads why")

    def perform(self, form: NoForm) -> Location:
        return refuse_approval(self.thing, by=self.person, outcome=form.cleaned_data["outcome"])


class ApprovalWithdrawal(_OnApproval):
    form_class = WithdrawForm
    move = Move.WITHDRAW
    title = _("Take the request back")
    done = _("Taken back. Nobody has to decide it any more")

    def perform(self, form: WithdrawForm) -> Location:
        return withdraw_approval(self.thing, by=self.person)


class WaiverNew(ActionView):
    """Asking that a department's lateness no longer holds the closing."""

    form_class = WaiverForm
    template_name = "complaints/waiver_new.html"
    who = Who.OWNER
    title = _("Ask for the lateness to be waived")
    submit = _("Ask the supervisor")
    done = _("Asked. A supervisor decides")

    def load(self, request: HttpRequest, **kwargs: Any) -> None:
        self.thing = loading.handoff(request, kwargs["pk"])
        self.complaint = self.thing.complaint

    def context(self) -> dict[str, Any]:
        return {"handoff": self.thing, "late": self.thing.late_answer(), "cancel_url": self.thing.get_absolute_url()}

    def perform(self, form: WaiverForm) -> Location:
        kind, reason = Approval.Kind.LATENESS, form.cleaned_data["reason"]
        return ask_approval(self.thing.complaint, by=self.person, kind=kind, handoff=self.thing, reason=reason)


def limits(approval: Approval, person: User) -> list[dict[str, Any]]:
    """Per currency of an offer: its total, the asker's limit and this person's own. Nothing for other requests."""
    if approval.offer is None:
        return []
    own = limits_of(person, approval.complaint)
    askers = limits_of(approval.asked_by, approval.complaint)
    none = Decimal(0)
    return [
        {
            "currency": currency,
            "total": total,
            "askers": askers.get(currency, none),
            "own": own.get(currency, none),
            "is_above_own": total > own.get(currency, none),
        }
        for currency, total in approval.offer.totals().items()
    ]
