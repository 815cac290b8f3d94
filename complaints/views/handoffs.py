"""Handing work to another department, page by page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.actions import handoff as actions
from complaints.actions.moves import MoveRefused, check, check_person
from complaints.actions.verification import add_evidence
from complaints.forms import handoffs as forms
from complaints.forms.base import DeskForm
from complaints.models import Complaint, Evidence, Handoff
from complaints.permissions import works_cases
from complaints.views import loading
from complaints.views.acting import ActionView, Location
from complaints.views.handoff_page import HandoffPage as HandoffPage  # urls.py asks for it here
from complaints.views.packet import Packet, about
from complaints.wording import when, when_long
from complaints.workflow import Move, Who


# -- sending ---------------------------------------------------------------------
class HandoffNew(ActionView):
    """Left the form, right exactly what the department will see (0.5)."""

    form_class = forms.SendHandoffForm
    template_name = "complaints/handoff_new.html"
    who = Who.OWNER
    title = gettext_lazy("Hand off")
    sent: Handoff
    packet: Packet

    def load(self, request: HttpRequest, **kwargs: Any) -> None:
        self.complaint = loading.complaint(request, kwargs["ref"])

    def form_kwargs(self) -> dict[str, Any]:
        return {"complaint": self.complaint}

    def initial(self) -> dict[str, Any]:
        assert self.complaint
        concerned = self.complaint.department_concerned_id
        is_home = concerned == self.complaint.home_department_id
        return {"department": None if is_home else concerned, "told_customer": last_told(self.complaint)}

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """What stands in the way is said before the form is filled in."""
        form = self.form_class(initial=self.initial(), **self.form_kwargs())
        try:
            check(Handoff(complaint=self.complaint), Move.SEND, by=self.person)
        except MoveRefused as refusal:
            return self.show(form, refusal=refusal)
        return self.show(form)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if "preview" not in request.POST:
            return super().post(request, **kwargs)
        form = self.form_class(request.POST, **self.form_kwargs())
        is_good = form.is_valid() or "HX-Request" in request.headers  # while typing, half a form is no mistake
        return self.show(form, status=200 if is_good else 422)

    def show(self, form: DeskForm, **how: Any) -> HttpResponse:
        said = form.cleaned_data if form.is_bound else form.initial
        names = ("question", "kind", "answer_by", "told_customer")
        draft = Handoff(complaint=self.complaint, **{name: said[name] for name in names if name in said})
        draft.wants_chronology = said.get("wants_chronology", True)
        self.packet = Packet.of(draft, files=list(said.get("shown_files", ())))
        return super().show(form, **how)

    def context(self) -> dict[str, Any]:
        return {"packet": self.packet, "is_preview": True}

    def perform(self, form: forms.SendHandoffForm) -> Location:
        assert self.complaint
        self.sent = actions.send_handoff(self.complaint, form.facts(), by=self.person)
        return self.sent

    def done_words(self, form: Any) -> str:
        words = _("Handed to %(department)s, due %(by)s.")
        said = words % {"department": self.sent.department, "by": when(self.sent.answer_by)}
        undo = reverse("complaints:handoff-withdrawal", args=[self.sent.pk])
        return format_html('{} <a href="{}">{}</a>', said, undo, _("Undo (until they accept it)"))


def last_told(complaint: Complaint) -> str:
    """What the customer has from us: the promise that is open, else our last words."""
    promise = complaint.promises.filter(state="open").order_by("due_at").first()
    if promise:
        return _("We promised: %(words)s, by %(time)s") % {"words": promise.words, "time": when_long(promise.due_at)}
    contact = complaint.contacts.outbound().reached().order_by("-at").first()
    return contact.words if contact else ""


# -- what is done with one ------------------------------------------------------------
class _OnHandoff(ActionView):
    """A page of one handoff that is seen; what it does is a move of the table."""

    template_name = "complaints/handoff_action.html"

    def load(self, request: HttpRequest, **kwargs: Any) -> None:
        self.thing = loading.handoff(request, kwargs["pk"])

    def context(self) -> dict[str, Any]:
        return about(self.thing, self.person)

    def done_words(self, form: Any) -> str:
        return str(self.done) % {"department": self.thing.department, "owner": self.thing.complaint.owner.first_name}


class HandoffAcceptance(_OnHandoff):
    form_class = forms.AcceptHandoffForm
    move = Move.ACCEPT
    title = gettext_lazy("Accept")
    done = gettext_lazy("Accepted. %(owner)s sees it")

    def form_kwargs(self) -> dict[str, Any]:
        return {"handoff": self.thing}

    def perform(self, form: forms.AcceptHandoffForm) -> Location:
        return actions.accept_handoff(self.thing, by=self.person, answer_by=form.cleaned_data.get("answer_by"))


class HandoffReturn(_OnHandoff):
    form_class = forms.ReturnHandoffForm
    move = Move.RETURN
    title = gettext_lazy("Return, with a reason")
    done = gettext_lazy("Returned. It no longer waits for you")

    def perform(self, form: forms.ReturnHandoffForm) -> Location:
        actions.return_handoff(self.thing, by=self.person, **form.facts())
        return "complaints:inbox" if not works_cases(self.person, self.thing.complaint) else self.thing


class HandoffAnswer(_OnHandoff):
    """Answered straight away, it is accepted in the same act."""

    form_class = forms.AnswerHandoffForm
    title = gettext_lazy("Answer")
    submit = gettext_lazy("Send the answer")
    done = gettext_lazy("Sent. %(owner)s reads it and answers the customer")

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        check_person(self.thing, Move.ACCEPT if self.thing.waits_for_a_yes else Move.ANSWER, by=self.person)
        return super().get(request, **kwargs)

    def perform(self, form: forms.AnswerHandoffForm) -> Location:
        answered = actions.answer_at_once(self.thing, by=self.person, **form.facts())
        file = form.cleaned_data["file"]
        if file:
            add_evidence(answered.complaint, by=self.person, kind=Evidence.Kind.OTHER, file=file, handoff=answered)
        return answered


class HandoffSettlement(_OnHandoff):
    form_class = forms.SettleHandoffForm
    move = Move.SETTLE
    title = gettext_lazy("Settle the handoff")
    submit = gettext_lazy("Settle")
    done = gettext_lazy("Settled. %(department)s sees it")

    def perform(self, form: forms.SettleHandoffForm) -> Location:
        return actions.settle_handoff(self.thing, by=self.person, words=form.cleaned_data["words"])


class HandoffQuestion(_OnHandoff):
    form_class = forms.AskAgainForm
    move = Move.ASK_AGAIN
    title = gettext_lazy("Ask again")
    done = gettext_lazy("Asked again. It waits for %(department)s")

    def perform(self, form: forms.AskAgainForm) -> Location:
        said = form.cleaned_data
        return actions.ask_again(self.thing, by=self.person, words=said["words"], answer_by=said["answer_by"])


class HandoffRedirection(_OnHandoff):
    form_class = forms.RedirectHandoffForm
    move = Move.REDIRECT
    title = gettext_lazy("Send again")
    done = gettext_lazy("Sent again. %(department)s has to accept it")

    def form_kwargs(self) -> dict[str, Any]:
        return {"complaint": self.thing.complaint}

    def initial(self) -> dict[str, Any]:
        return {"department": self.thing.department_id}

    def perform(self, form: forms.RedirectHandoffForm) -> Location:
        self.thing = actions.redirect_handoff(self.thing, by=self.person, **form.facts())
        return self.thing


class HandoffAssignment(HandoffRedirection):
    form_class = forms.AssignHandoffForm
    move = Move.ASSIGN
    title = gettext_lazy("Assign, binding")
    done = gettext_lazy("Assigned. %(department)s has it and may not return it")

    def perform(self, form: forms.RedirectHandoffForm) -> Location:
        self.thing = actions.assign_handoff(self.thing, by=self.person, **form.facts())
        return self.thing


class HandoffWithdrawal(_OnHandoff):
    form_class = forms.WithdrawHandoffForm
    move = Move.WITHDRAW
    title = gettext_lazy("Withdraw the handoff")
    submit = gettext_lazy("Withdraw")
    done = gettext_lazy("Withdrawn. %(department)s no longer sees it")

    def form_kwargs(self) -> dict[str, Any]:
        return {"handoff": self.thing}

    def perform(self, form: forms.WithdrawHandoffForm) -> Location:
        actions.withdraw_handoff(self.thing, by=self.person, words=form.cleaned_data["words"])
        return self.thing.complaint


class HandoffMessage(_OnHandoff):
    form_class = forms.MessageForm
    title = gettext_lazy("Write a message")
    submit = gettext_lazy("Send")
    done = gettext_lazy("The message stands in the handoff")

    def perform(self, form: forms.MessageForm) -> Location:
        actions.write_in_handoff(self.thing, by=self.person, words=form.cleaned_data["words"])
        return self.thing


class HandoffChase(_OnHandoff):
    form_class = forms.ChaseForm
    who = Who.OWNER
    title = gettext_lazy("Remind the department")
    submit = gettext_lazy("Remind them")
    done = gettext_lazy("%(department)s is reminded")

    def perform(self, form: forms.ChaseForm) -> Location:
        actions.write_in_handoff(self.thing, by=self.person, words=form.cleaned_data["words"], chase=True)
        return self.thing
