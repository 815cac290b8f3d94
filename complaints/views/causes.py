"""Why it happened, and what will be different, page by page."""

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views import View

from complaints import gate
from complaints.actions import cause as causes
from complaints.actions.approval import ask_approval
from complaints.forms.causes import CauseForm, ImprovementForm, NewFactsForm, ReasonForm
from complaints.models import Approval, Complaint, RootCause
from complaints.permissions import acts_as_owner, moves_open_to
from complaints.views import loading
from complaints.views.acting import Location
from complaints.views.verification import OnComplaint, ReadByAll
from complaints.workflow import Move, Who


class CausePage(ReadByAll):
    """The cause that stands, and the form when the facts are checked."""

    form_class = CauseForm
    template_name = "complaints/cause.html"
    title = _("Root cause")
    submit = _("Confirm the cause")
    section = "cause"
    done = _("The cause is confirmed. Next: what will be different")
    page = "improvements"

    def form_kwargs(self) -> dict[str, Any]:
        return {"complaint": self.complaint}

    def initial(self) -> dict[str, Any]:
        """What stands now: after a conflict it is shown beside what was typed."""
        cause = standing_cause(self.complaint)
        if cause is None:
            return {}
        return {
            "category": cause.category,
            "statement": cause.statement,
            "method": cause.method,
            "why_possible": cause.why_possible,
            "evidence": list(cause.evidence.all()),
        }

    def context(self) -> dict[str, Any]:
        assert self.complaint
        waiting = self.complaint.approvals.waiting().filter(kind=Approval.Kind.UNDETERMINED_CAUSE)
        moves = moves_open_to(self.person, self.complaint)
        return {
            "cause": standing_cause(self.complaint),
            "earlier": self.complaint.root_causes.filter(is_current=False).select_related("category__parent", "by"),
            "may_confirm": Move.CONFIRM_CAUSE in moves and self.complaint.is_open,
            "may_reopen": Move.NEW_FACTS in moves and self.complaint.is_open,
            "waiting": waiting.first(),
            "may_stay_open": causes.approval_for_undetermined(self.complaint) is not None,
            "is_owner": acts_as_owner(self.person, self.complaint),
        }

    def perform(self, form: CauseForm) -> Location:
        assert self.complaint
        causes.confirm_cause(self.complaint, by=self.person, **form.facts())
        return self.there()


class UndeterminedNew(OnComplaint):
    form_class = ReasonForm
    template_name = "complaints/cause_undetermined.html"
    title = _("Ask that the cause stays undetermined")
    submit = _("Ask for a decision")
    who = Who.OWNER
    move = Move.CONFIRM_CAUSE
    done = _("Asked. A supervisor decides within 24 hours")
    page = "cause"

    def perform(self, form: ReasonForm) -> Location:
        assert self.complaint
        kind = Approval.Kind.UNDETERMINED_CAUSE
        ask_approval(self.complaint, by=self.person, kind=kind, reason=form.cleaned_data["reason"])
        return self.there()


class NewFacts(OnComplaint):
    form_class = NewFactsForm
    template_name = "complaints/cause_new_facts.html"
    title = _("New facts")
    submit = _("Check again")
    who = Who.OWNER
    move = Move.NEW_FACTS
    done = _("The facts are being checked again. What was found so far is kept")
    page = "verification"

    def perform(self, form: NewFactsForm) -> Location:
        assert self.complaint
        causes.note_new_facts(self.complaint, by=self.person, reason=form.cleaned_data["reason"])
        return self.there()


class Improvements(LoginRequiredMixin, View):
    """What will be different, or why nothing needs to be."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        complaint = loading.complaint(request, ref)
        context = {
            "complaint": complaint,
            "cause": standing_cause(complaint),
            "improvements": complaint.improvements.select_related("owner", "by"),
            "is_missing": bool(gate.improvement(complaint)),
            "may_plan": acts_as_owner(loading.person(request), complaint) and complaint.is_open,
        }
        return render(request, "complaints/improvements.html", context)


class ImprovementNew(OnComplaint):
    form_class = ImprovementForm
    template_name = "complaints/improvement_new.html"
    title = _("Plan an improvement")
    submit = _("Plan it")
    who = Who.OWNER
    done = _("Planned")
    page = "improvements"

    def form_kwargs(self) -> dict[str, Any]:
        return {"complaint": self.complaint}

    def context(self) -> dict[str, Any]:
        return {"cause": standing_cause(self.complaint)}

    def perform(self, form: ImprovementForm) -> Location:
        assert self.complaint
        causes.plan_improvement(self.complaint, by=self.person, **form.facts())
        return self.there()


class ImprovementNone(OnComplaint):
    form_class = ReasonForm
    template_name = "complaints/improvement_none.html"
    title = _("Nothing needs to change")
    submit = _("Save the reason")
    section = "cause"
    who = Who.OWNER
    done = _("The reason is kept with the cause")
    page = "improvements"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        assert self.complaint
        causes.check_cause_stands(self.complaint)
        return super().get(request, **kwargs)

    def initial(self) -> dict[str, Any]:
        cause = standing_cause(self.complaint)
        return {"reason": cause.no_improvement_reason} if cause else {}

    def context(self) -> dict[str, Any]:
        return {"cause": standing_cause(self.complaint)}

    def perform(self, form: ReasonForm) -> Location:
        assert self.complaint
        causes.need_no_improvement(self.complaint, by=self.person, reason=form.cleaned_data["reason"])
        return self.there()


def standing_cause(complaint: Complaint | None) -> RootCause | None:
    assert complaint
    standing = complaint.root_causes.filter(is_current=True).select_related("category__parent", "by", "approval")
    return standing.first()
