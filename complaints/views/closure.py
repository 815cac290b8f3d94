"""Where a complaint ends, by the gate, by exception, as no complaint or in another one, and where it comes back."""

from typing import Any, ClassVar

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from complaints import gate
from complaints.actions import closure, guards
from complaints.actions.approval import ask_approval
from complaints.actions.guards import SURVEY_WINDOW
from complaints.actions.moves import MoveRefused, check
from complaints.forms.base import DeskForm
from complaints.forms.closure import CloseForm, DeclineForm, ExceptionForm, MergeForm, ReopenForm
from complaints.models import Approval, Complaint, Handoff, Offer
from complaints.permissions import acts_as_owner
from complaints.views import loading
from complaints.views.acting import ActionView, Location
from complaints.workflow import EscalationState, Move, PromiseState, Reason, Status, Who

WHERE_DONE = {
    "verdicts": "complaints:verdicts",
    "root_cause": "complaints:cause",
    "acceptance": "complaints:offers",
    "fulfilment": "complaints:offers",
    "improvement": "complaints:improvements",
}
"""Where a condition that holds can be read; the others stand on the complaint's own page."""

BUTTONS = {
    "no_issue": gettext_lazy("Add an issue"),
    "no_verdict": gettext_lazy("Give a verdict"),
    "no_cause": gettext_lazy("Find the cause"),
    "no_offer": gettext_lazy("Make an offer"),
    "no_answer": gettext_lazy("Note the answer"),
    "no_proof": gettext_lazy("Add proof"),
    "handoff_late": gettext_lazy("Ask for a waiver"),
    "no_reply": gettext_lazy("Answer"),
    "unanswered": gettext_lazy("Answer"),
    "no_correction": gettext_lazy("Correct it"),
    "no_improvement": gettext_lazy("Add"),
    "tries": gettext_lazy("Note a try"),
    "channels": gettext_lazy("Note a try"),
    "no_exception": gettext_lazy("Ask for it"),
    "no_decline": gettext_lazy("Ask for it"),
}


class _OnComplaint(ActionView):
    """A page of one complaint that is seen."""

    complaint: Complaint

    def load(self, request: HttpRequest, **kwargs: Any) -> None:
        self.complaint = loading.complaint(request, kwargs["ref"])

    def context(self) -> dict[str, Any]:
        return {"cancel_url": self.complaint.get_absolute_url()}


class Closure(_OnComplaint):
    """The closing list. Whoever sees the complaint may read it; the owner closes."""

    form_class = CloseForm
    template_name = "complaints/closure.html"
    title = gettext_lazy("Close this complaint")
    done = gettext_lazy("Closed. It can be reopened with a reason for 90 days")

    def perform(self, form: CloseForm) -> Location:
        return closure.close_complaint(self.complaint, by=self.person)

    def context(self) -> dict[str, Any]:
        complaint = self.complaint
        if complaint.status in (Status.CLOSED, Status.MERGED):
            return {"is_over": True}
        requirements = gate.requirements(complaint)
        exception = gate.approved_exception(complaint)
        # An approved exception stands for some of it: only what it leaves open is missing.
        held = gate.missing(complaint, exception)
        missing = [
            missing_item(reason, requirement.words)
            for requirement in requirements
            for reason in requirement.missing
            if reason in held
        ]
        met = [requirement for requirement in requirements if not any(reason in held for reason in requirement.missing)]
        return {
            "missing": missing,
            "count_words": count_words(len(missing)),
            "met": [{"title": each.words, "url": self._where(each.name)} for each in met],
            "n_all": len(requirements),
            "may_close": acts_as_owner(self.person, complaint),
            "given": given(complaint),
            "in_progress": complaint.status == Status.IN_PROGRESS,
            "exception": exception,
            "exception_asked": complaint.approvals.waiting().filter(kind=Approval.Kind.EXCEPTION).first(),
            **self._afterwards(),
        }

    def _afterwards(self) -> dict[str, Any]:
        """What closing itself waits for, besides the gate."""
        complaint = self.complaint
        if complaint.status != Status.RESOLVED or complaint.resolved_at is None:
            return {}
        return {
            "awaits": guards.afterwards_is_known(complaint, self.person),
            "window_ends": complaint.resolved_at + SURVEY_WINDOW,
            "follow_up": complaint.follow_ups.due().first(),
        }

    def _where(self, name: str) -> str:
        url_name = WHERE_DONE.get(name)
        return reverse(url_name, args=[self.complaint.reference]) if url_name else self.complaint.get_absolute_url()


class ExceptionNew(_OnComplaint):
    """Asking for an end without the customer's yes."""

    form_class = ExceptionForm
    template_name = "complaints/exception_new.html"
    who = Who.OWNER
    title = gettext_lazy("Ask for an exception")
    done = gettext_lazy("Asked. A supervisor decides; you then close it")

    def form_kwargs(self) -> dict[str, Any]:
        return {"complaint": self.complaint}

    def initial(self) -> dict[str, Any]:
        return {"heard_by": self.person.pk}

    def context(self) -> dict[str, Any]:
        silence = Approval(complaint=self.complaint, exception_kind=Approval.ExceptionKind.NO_REPLY)
        return {**super().context(), "silence_lacks": gate.exception_lacks(self.complaint, silence)}

    def perform(self, form: ExceptionForm) -> Location:
        return ask_approval(self.complaint, by=self.person, kind=Approval.Kind.EXCEPTION, **form.facts())


class DeclineNew(_OnComplaint):
    """Asking whether it may be closed as not a complaint."""

    form_class = DeclineForm
    template_name = "complaints/decline_new.html"
    who = Who.OWNER
    title = gettext_lazy("Ask: is this not a complaint?")
    submit = gettext_lazy("Ask the supervisor")
    done = gettext_lazy("Asked. A supervisor decides")

    def perform(self, form: DeclineForm) -> Location:
        reason = form.cleaned_data["reason"]
        return ask_approval(self.complaint, by=self.person, kind=Approval.Kind.DECLINE, reason=reason)


class _LastStep(_OnComplaint):
    """An act that cannot be undone: its page says what it means, and names all that stands in the way."""

    template_name = "complaints/closure_step.html"
    form_class: ClassVar[type[DeskForm]] = CloseForm

    def context(self) -> dict[str, Any]:
        missing = [missing_item(reason) for reason in self._stands_in_the_way()]
        return {
            **super().context(),
            "missing": missing,
            "count_words": count_words(len(missing)),
            "consequences": self.consequences(),
        }

    def consequences(self) -> list[str]:
        raise NotImplementedError

    def _stands_in_the_way(self) -> list[Reason]:
        assert self.move
        try:
            check(self.complaint, self.move, by=self.person)
        except MoveRefused as refusal:
            return refusal.reasons
        return []


class ExceptionClosure(_LastStep):
    """After the yes: closing, with all that ends by it."""

    move = Move.CLOSE_BY_EXCEPTION
    title = gettext_lazy("Close by exception")
    done = gettext_lazy("Closed by exception. It is counted, and can be reopened with a reason")

    def perform(self, form: CloseForm) -> Location:
        return closure.close_by_exception(self.complaint, by=self.person)

    def consequences(self) -> list[str]:
        exception = gate.approved_exception(self.complaint)
        words = []
        if exception:
            facts = {"kind": exception.get_exception_kind_display(), "name": exception.decided_by}
            words.append(_("It closes as “%(kind)s”. %(name)s approved it") % facts)
        return words + what_ends_with(self.complaint) + [_("No survey is sent. The exception is counted")]


class Decline(_LastStep):
    move = Move.NOT_A_COMPLAINT
    title = gettext_lazy("Close as not a complaint")
    done = gettext_lazy("Closed as not a complaint. Its number and the reason stay findable")

    def perform(self, form: CloseForm) -> Location:
        return closure.decline_complaint(self.complaint, by=self.person)

    def consequences(self) -> list[str]:
        return [
            _("What the customer told us stays as an enquiry. The number and the reason stay findable"),
            _("It cannot be reopened: if it turns out to be a complaint after all, register a new one"),
        ]


class Reopening(_LastStep):
    form_class = ReopenForm
    move = Move.REOPEN
    title = gettext_lazy("Reopen this complaint")
    submit = gettext_lazy("Reopen")

    def perform(self, form: ReopenForm) -> Location:
        self.complaint = closure.reopen_complaint(self.complaint, by=self.person, reason=form.cleaned_data["reason"])
        return self.complaint

    def done_words(self, form: ReopenForm) -> str:
        return _("Reopened as cycle %(cycle)d") % {"cycle": self.complaint.cycle}

    def consequences(self) -> list[str]:
        words = [
            _("Starts anew: the remedy, the customer's yes, the final reply and the follow-up"),
            _("Stays: verdicts, cause and improvements, and all that was written"),
        ]
        if self.complaint.outcome == Complaint.Outcome.FINAL_DECISION:
            words.append(_("A final decision is looked at again once, by somebody new: it becomes yours"))
        return words


class Merger(_OnComplaint):
    """A duplicate of the same customer's: a pointer to the other complaint."""

    form_class = MergeForm
    template_name = "complaints/merger.html"
    move = Move.MERGE
    title = gettext_lazy("Merge into another complaint")
    submit = gettext_lazy("Merge")

    def form_kwargs(self) -> dict[str, Any]:
        return {"visible": Complaint.objects.visible_to(self.person)}

    def perform(self, form: MergeForm) -> Location:
        closure.merge_complaint(self.complaint, into=form.cleaned_data["reference"], by=self.person)
        return form.cleaned_data["reference"]

    def done_words(self, form: MergeForm) -> str:
        references = {"source": self.complaint.reference, "target": form.cleaned_data["reference"]}
        return _("%(source)s now leads to %(target)s. It can be unmerged for 30 days") % references

    def context(self) -> dict[str, Any]:
        missing = [missing_item(reason) for reason in gate.live_rows(self.complaint)]
        others = Complaint.objects.visible_to(self.person).open().filter(customer=self.complaint.customer_id)
        return {
            **super().context(),
            "missing": missing,
            "others": others.exclude(pk=self.complaint.pk).for_list().order_by("-received_at")[:10],
        }


class Unmerging(_LastStep):
    move = Move.UNMERGE
    title = gettext_lazy("Unmerge this complaint")
    submit = gettext_lazy("Unmerge")
    done = gettext_lazy("Unmerged. It stands by itself again")

    def perform(self, form: CloseForm) -> Location:
        return closure.unmerge_complaint(self.complaint, by=self.person)

    def consequences(self) -> list[str]:
        facts = {
            "source": self.complaint.reference,
            "target": self.complaint.merged_into,
            "status": Status(self.complaint.status_before_merge or Status.NEW).label,
        }
        return [
            _("%(source)s no longer leads to %(target)s and is “%(status)s” again") % facts,
            _("What was logged on %(target)s since stays there") % facts,
        ]


def missing_item(reason: Reason, sub: Any = "") -> dict[str, Any]:
    """A row of the closing list."""
    return {
        "title": reason.words,
        "sub": "" if sub == reason.words else sub,
        "url": reason.url,
        "action": BUTTONS.get(reason.code, _("Open")),
    }


def count_words(n: int) -> str:
    return ngettext("%(n)d thing is missing", "%(n)d things are missing", n) % {"n": n}


def given(complaint: Complaint) -> Offer | None:
    """The last offer of this cycle that got somewhere: what the customer was given."""
    offers = complaint.offers.filter(cycle=complaint.cycle).prefetch_related("items__fulfilment__evidence")
    return offers.exclude(state__in=[Offer.State.WITHDRAWN, Offer.State.NOT_APPROVED]).order_by("-pk").first()


def what_ends_with(complaint: Complaint) -> list[str]:
    """What an exception's act itself ends, in sentences."""
    words = [_open_handoff(handoff) for handoff in complaint.handoffs.open().select_related("department")]
    words += [
        _("Released: the promise “%(words)s”") % {"words": promise}
        for promise in complaint.promises.filter(state=PromiseState.OPEN)
    ]
    words += [
        _("Stays counted as missed: the promise “%(words)s”") % {"words": promise}
        for promise in complaint.promises.filter(state=PromiseState.MISSED, told_at=None)
    ]
    undone = complaint.escalations.exclude(state__in=[EscalationState.DONE, EscalationState.NEW])
    words += [_("Ended: the escalation “%(words)s”") % {"words": escalation} for escalation in undone]
    accepted = complaint.offers.filter(state=Offer.State.ACCEPTED)
    return words + [_("Withdrawn: the offer “%(words)s”, not fulfilled") % {"words": offer} for offer in accepted]


def _open_handoff(handoff: Handoff) -> str:
    return _("Withdrawn: the handoff to %(department)s, which is told") % {"department": handoff.department}
