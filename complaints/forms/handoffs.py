"""What is typed about a handoff."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints import clock
from complaints.actions.handoff import HandoffFacts
from complaints.forms.base import DeskForm, Moment, Words
from complaints.forms.files import CheckedFileField, FileForm, capitals
from complaints.models import Complaint, Department, Evidence, Handoff, HandoffEntry
from complaints.wording import when

MISSING_TIME = {
    "required": gettext_lazy("Choose a date and a time"),
    "invalid": gettext_lazy("Choose a date and a time"),
}
MISSING_DEPARTMENT = {
    "required": gettext_lazy("Choose a department"),
    "invalid_choice": gettext_lazy("Choose a department"),
}


def _answer_by(**kwargs: Any) -> Moment:
    return Moment(label=gettext_lazy("Answer by"), error_messages=MISSING_TIME, **kwargs)


def _department() -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        Department.objects.none(), label=gettext_lazy("Department"), error_messages=MISSING_DEPARTMENT
    )


def departments_beside(complaint: Complaint) -> Any:
    """Every department but the one whose complaint it is."""
    return Department.objects.exclude(pk=complaint.home_department_id)


class SendHandoffForm(DeskForm):
    department = _department()
    kind = forms.ChoiceField(
        label=gettext_lazy("It is"),
        choices=capitals(Handoff.Kind.choices),
        initial=Handoff.Kind.QUESTION,
        widget=forms.RadioSelect(attrs={"data-chips": ""}),
        error_messages={"required": gettext_lazy("Choose a question or something to do")},
    )
    question = Words(
        label=gettext_lazy("What we need from them"),
        help_text=gettext_lazy("One question, so that they can answer it without asking back."),
        error_messages={"required": gettext_lazy("Write what we need from them")},
    )
    wants_chronology = forms.BooleanField(
        label=gettext_lazy("Ask for what happened, in order and with times"), initial=True, required=False
    )
    answer_by = _answer_by()
    told_customer = Words(
        label=gettext_lazy("What we told the customer"),
        required=False,
        rows=2,
        help_text=gettext_lazy("So that they do not tell the customer something else."),
    )
    shown_files = forms.ModelMultipleChoiceField(
        Evidence.objects.none(),
        label=gettext_lazy("Show them these files"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": gettext_lazy("Choose files of this complaint")},
    )

    def __init__(self, *args: Any, complaint: Complaint, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = departments_beside(complaint)  # type: ignore[attr-defined]
        files = complaint.evidence.all()
        self.fields["shown_files"].queryset = files  # type: ignore[attr-defined]
        if not files.exists():
            del self.fields["shown_files"]
        promise = complaint.promises.filter(state="open").order_by("due_at").first()
        if promise:
            zone = self.fields["answer_by"].help_text
            words = _("%(zone)s. The customer has our promise for %(time)s")
            self.fields["answer_by"].help_text = words % {"zone": zone, "time": when(promise.due_at)}

    def facts(self) -> HandoffFacts:
        names = ("department", "kind", "question", "wants_chronology", "answer_by", "told_customer")
        typed = {name: self.cleaned_data[name] for name in names}
        return HandoffFacts(**typed, files=list(self.cleaned_data.get("shown_files", ())))


class AcceptHandoffForm(DeskForm):
    answer_by = _answer_by(required=False)

    def __init__(self, *args: Any, handoff: Handoff, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked_for = handoff.answer_by
        field = self.fields["answer_by"]
        field.help_text = _("Only if you can answer sooner than %(time)s") % {"time": when(self.asked_for)}
        if self.asked_for <= clock.now():
            del self.fields["answer_by"]

    def clean_answer_by(self) -> Any:
        sooner = self.cleaned_data["answer_by"]
        if sooner and sooner > self.asked_for:
            words = _("They need it by %(time)s. If that cannot be done, accept it and write to the owner")
            raise ValidationError(words % {"time": when(self.asked_for)}, code="later")
        return sooner


class ReturnHandoffForm(DeskForm):
    why = forms.ChoiceField(
        label=gettext_lazy("Why"),
        choices=capitals(HandoffEntry.WhyReturned.choices),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose why")},
    )
    words = Words(
        label=gettext_lazy("In a sentence"),
        rows=2,
        help_text=gettext_lazy("Whose is it, or what is missing? A second return goes to the supervisor."),
        error_messages={"required": gettext_lazy("Write whose it is, or what is missing")},
    )

    def facts(self) -> dict[str, Any]:
        return {"why": self.cleaned_data["why"], "words": self.cleaned_data["words"]}


class AnswerHandoffForm(FileForm):
    words = Words(
        label=gettext_lazy("What happened"),
        rows=4,
        help_text=gettext_lazy("In order, with times. Facts, not who is to blame."),
        error_messages={"required": gettext_lazy("Write what happened")},
    )
    cause_is_ours = forms.ChoiceField(
        label=gettext_lazy("Was the cause on our side?"),
        choices=[("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No")), ("unsure", gettext_lazy("Not sure"))],
        widget=forms.RadioSelect(attrs={"data-chips": ""}),
        required=False,
    )
    file = CheckedFileField(label=gettext_lazy("Attach a file"), required=False)

    def facts(self) -> dict[str, Any]:
        return {"words": self.cleaned_data["words"], "cause_is_ours": self.cleaned_data["cause_is_ours"]}


class SettleHandoffForm(DeskForm):
    words = Words(
        label=gettext_lazy("What it settles"),
        rows=2,
        help_text=gettext_lazy("What you take from the answer. The department reads it."),
        error_messages={"required": gettext_lazy("Write what you take from the answer")},
    )


class AskAgainForm(DeskForm):
    words = Words(
        label=gettext_lazy("What is still open"), error_messages={"required": gettext_lazy("Write what is still open")}
    )
    answer_by = _answer_by()


class RedirectHandoffForm(DeskForm):
    department = _department()
    words = Words(
        label=gettext_lazy("What was missing, or why it is theirs"),
        error_messages={"required": gettext_lazy("Write what was missing, or why it is theirs")},
    )
    answer_by = _answer_by()

    def __init__(self, *args: Any, complaint: Complaint, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = departments_beside(complaint)  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("department", "words", "answer_by")}


class AssignHandoffForm(RedirectHandoffForm):
    words = Words(
        label=gettext_lazy("Why it is theirs"),
        help_text=gettext_lazy("It binds: they may not return it. The owner and the department read this."),
        error_messages={"required": gettext_lazy("Write why it is theirs")},
    )


class WithdrawHandoffForm(DeskForm):
    """What nobody has accepted needs no reason (moves.md)."""

    words = Words(label=gettext_lazy("Why"), rows=2, error_messages={"required": gettext_lazy("Write why")})

    def __init__(self, *args: Any, handoff: Handoff, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].required = handoff.state != Handoff.State.OFFERED


class MessageForm(DeskForm):
    words = Words(label=gettext_lazy("Message"), error_messages={"required": gettext_lazy("Write the message")})


class ChaseForm(DeskForm):
    words = Words(
        label=gettext_lazy("Words for the department"),
        rows=2,
        required=False,
        help_text=gettext_lazy("The reminder stands in the handoff, with your name and the time."),
    )
