"""Escalating, page by page: raised, taken up, asked back, decided, carried out."""

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views import View

from complaints import clock
from complaints.models import Handoff
from complaints.permissions import acts_as_owner, moves_open_to
from complaints.views import loading
from complaints.views.acting import ActionView, Location
from complaints.workflow import Move, Who
from escalation.actions import escalation as actions
from escalation.forms import AnswerForm, CompletionForm, DecisionForm, EscalateForm, QuestionForm, TakeUpForm
from escalation.models import Escalation


def load_escalation(request: HttpRequest, pk: int) -> Escalation:
    visible = Escalation.objects.visible_to(loading.person(request))
    people = ("raised_by", "acknowledged_by", "decided_by")
    rows = visible.select_related("complaint__customer", "complaint__owner", "handoff__department", *people)
    return get_object_or_404(rows, pk=pk)


class EscalationNew(ActionView):
    """By hand, by anybody who works on cases; once per submit key."""

    form_class = EscalateForm
    template_name = "escalation/escalation_new.html"
    who = Who.AGENT
    title = _("Escalate")
    done = _("Escalated. A supervisor decides within a day")

    def load(self, request: HttpRequest, **kwargs: Any) -> None:
        self.complaint = loading.complaint(request, kwargs["ref"])

    def context(self) -> dict[str, Any]:
        assert self.complaint
        return {"cancel_url": self.complaint.get_absolute_url()}

    def perform(self, form: EscalateForm) -> Location:
        assert self.complaint
        key = f"by_hand:{form.cleaned_data['submit_key']}"
        question = form.cleaned_data["question"]
        return actions.raise_escalation(self.complaint, by=self.person, trigger_key=key, question=question)


class EscalationPage(LoginRequiredMixin, View):
    """The question and what it rests on; what this person may do with it."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        escalation = load_escalation(request, pk)
        person = loading.person(request)
        may = moves_open_to(person, escalation)
        returned = escalation.handoff is not None and escalation.handoff.state == Handoff.State.RETURNED
        undecided = escalation.state in (Escalation.State.RAISED, Escalation.State.ACKNOWLEDGED)
        entries = list(escalation.entries.select_related("by"))
        asked_by_another = bool(entries) and entries[-1].by_id != person.pk
        context = {
            "escalation": escalation,
            "complaint": escalation.complaint,
            "entries": entries,
            "now": clock.now(),
            "is_undecided": undecided,
            "may_decide": Move.DECIDE in may,
            "may_carry_out": Move.CARRY_OUT in may,
            "may_take_up": Move.TAKE_UP in may,
            "may_answer": undecided and asked_by_another and acts_as_owner(person, escalation.complaint),
            "is_assigning": escalation.is_arbitration and returned,
            "take_up_form": TakeUpForm(),
        }
        return render(request, "escalation/escalation.html", context)


class _OnEscalation(ActionView):
    """A move of one escalation that is seen."""

    template_name = "escalation/escalation_action.html"
    thing: Escalation

    def load(self, request: HttpRequest, **kwargs: Any) -> None:
        self.thing = load_escalation(request, kwargs["pk"])
        self.complaint = self.thing.complaint

    def context(self) -> dict[str, Any]:
        return {
            "escalation": self.thing,
            "entries": self.thing.entries.select_related("by"),
            "cancel_url": self.thing.get_absolute_url(),
        }


class Acknowledgement(_OnEscalation):
    form_class = TakeUpForm
    move = Move.TAKE_UP
    title = _("Take it up")
    done = _("You have it. The owner sees that")

    def perform(self, form: TakeUpForm) -> Location:
        return actions.take_up(self.thing, by=self.person)


class Decision(_OnEscalation):
    """Approve, decide otherwise or take over; `?choice=` only preselects."""

    form_class = DecisionForm
    move = Move.DECIDE
    title = _("Decide")

    def initial(self) -> dict[str, Any]:
        choice = self.request.GET.get("choice", "")
        return {"decision": choice} if choice in Escalation.Decision.values else {}

    def perform(self, form: DecisionForm) -> Location:
        typed = form.cleaned_data
        return actions.decide(self.thing, by=self.person, decision=typed["decision"], outcome=typed["outcome"])

    def done_words(self, form: DecisionForm) -> str:
        if form.cleaned_data["decision"] == Escalation.Decision.TAKE_OVER:
            return str(_("Decided. You are the owner now and carry it out"))
        return str(_("Decided. The owner carries it out"))


class Question(_OnEscalation):
    form_class = QuestionForm
    move = Move.ASK_BACK
    title = _("Ask back")
    done = _("Asked. The owner answers here")

    def perform(self, form: QuestionForm) -> Location:
        return actions.ask_back(self.thing, by=self.person, words=form.cleaned_data["words"])


class Answer(_OnEscalation):
    form_class = AnswerForm
    who = Who.OWNER
    title = _("Answer")
    done = _("Answered")

    def perform(self, form: AnswerForm) -> Location:
        actions.answer_back(self.thing, by=self.person, words=form.cleaned_data["words"])
        return self.thing


class Completion(_OnEscalation):
    form_class = CompletionForm
    move = Move.CARRY_OUT
    title = _("Say what was done")
    submit = _("It is done")
    done = _("Done. It no longer holds the closing")

    def perform(self, form: CompletionForm) -> Location:
        return actions.carry_out(self.thing, by=self.person, words=form.cleaned_data["words"])
