"""What is typed about what we still owe."""

from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.actions.contact import ContactFacts
from complaints.forms.base import DeskForm, Line, Moment, Words
from complaints.models import Complaint, Contact
from complaints.models.complaint import Channel
from complaints.workflow import Move

CHANNELS = [choice for choice in Channel.choices if choice[0] != Channel.IMPORT]
BY_LETTER = [
    (name, gettext_lazy("e-mail: a letter goes out from here") if name == Channel.EMAIL else label)
    for name, label in CHANNELS
]
RESULTS = [
    (Move.SATISFIED, gettext_lazy("Yes: it is solved")),
    (Move.NOT_SATISFIED, gettext_lazy("No: it is taken up again at once")),
    (Move.NOT_REACHED, gettext_lazy("Not reached, after three tries")),
]


class _Told(DeskForm):
    """What the customer was told, and how."""

    words = Words(
        label=gettext_lazy("What you told the customer"),
        error_messages={"required": gettext_lazy("Write what you told the customer")},
    )
    channel = forms.ChoiceField(label=gettext_lazy("How"), choices=CHANNELS, initial=Channel.PHONE)

    def said(self, complaint: Complaint, **more: Any) -> ContactFacts:
        return ContactFacts(
            direction=Contact.Direction.OUTBOUND,
            channel=self.cleaned_data["channel"],
            language=complaint.customer.language,
            words=self.cleaned_data["words"],
            **more,
        )


class _ToldOrMailed(_Told):
    """Choosing e-mail is telling them: the letter goes out."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel"].choices = BY_LETTER  # type: ignore[attr-defined]

    @property
    def is_by_letter(self) -> bool:
        return self.is_bound and bool(self._said("channel") == Channel.EMAIL)


class KeepForm(_Told):
    """The contact that kept it; nothing where it was kept without one. Late, the customer has to hear it."""

    def __init__(self, *args: Any, is_late: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].required = is_late
        self.fields["words"].help_text = (
            _("Begin with the lateness: it was promised for an earlier time")
            if is_late
            else _("Leave it empty if it was kept without a contact, or if the contact is logged")
        )

    def said(self, complaint: Complaint, **more: Any) -> ContactFacts | None:  # type: ignore[override]
        return super().said(complaint, **more) if self.cleaned_data["words"].strip() else None


class RedateForm(_ToldOrMailed):
    """By e-mail the letter names the old and the new time by itself; only its reason is asked."""

    due_at = Moment(label=gettext_lazy("New time"), error_messages={"required": gettext_lazy("Choose the new time")})
    reason = Line(
        label=gettext_lazy("Why"),
        error_messages={"required": gettext_lazy("Write why")},
        max_length=500,
        help_text=gettext_lazy("For the file. By e-mail the customer reads it, so write it in their language"),
    )
    field_order = ["channel", "words", "due_at", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].help_text = _("Not needed by e-mail: the letter says it")
        self.fields["words"].required = not self.is_by_letter

    def said(self, complaint: Complaint, **more: Any) -> ContactFacts:
        said = super().said(complaint, **more)
        return said if said.words.strip() else replace(said, words=self.cleaned_data["reason"])


class TellForm(_ToldOrMailed):
    promised = Line(
        label=gettext_lazy("What you promised instead"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("In the customer's language, as you said it"),
    )
    promised_by = Moment(label=gettext_lazy("By when"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].help_text = _(
            "By e-mail the letter begins with the lateness and the apology: write only the reason, in their language"
        )

    def clean(self) -> dict[str, Any]:
        typed: dict[str, Any] = super().clean() or self.cleaned_data
        if typed.get("promised") and not typed.get("promised_by") and "promised_by" not in self.errors:
            self.add_error("promised_by", _("Say by when"))
        if typed.get("promised_by") and not typed.get("promised") and "promised" not in self.errors:
            self.add_error("promised", _("Say what you promised"))
        return typed


class ReleaseForm(DeskForm):
    reason = Line(
        label=gettext_lazy("Why it need not be kept"),
        error_messages={"required": gettext_lazy("Write why it need not be kept")},
        max_length=500,
        help_text=gettext_lazy("The customer let us go, or it has become pointless: who said so and when"),
    )


class ResultForm(DeskForm):
    """How the follow-up ended. A no needs the customer's words: with them it is taken up again."""

    result = forms.ChoiceField(
        label=gettext_lazy("Is it really solved?"),
        error_messages={"required": gettext_lazy("Choose what the customer says")},
        choices=RESULTS,
        widget=forms.RadioSelect,
    )
    words = Words(
        label=gettext_lazy("What the customer said"),
        required=False,
        help_text=gettext_lazy("If it is not solved: what is missing"),
    )
    channel = forms.ChoiceField(label=gettext_lazy("How you reached them"), choices=CHANNELS, initial=Channel.PHONE)

    def clean_words(self) -> str:
        words: str = self.cleaned_data["words"]
        if self.cleaned_data.get("result") == Move.NOT_SATISFIED and not words.strip():
            raise ValidationError(_("Write what is not solved"), code="no_words")
        return words

    def said(self, complaint: Complaint) -> ContactFacts | None:
        """No contact where nobody was reached: the tries are logged already."""
        if self.cleaned_data["result"] == Move.NOT_REACHED:
            return None
        return ContactFacts(
            direction=Contact.Direction.INBOUND,
            channel=self.cleaned_data["channel"],
            language=complaint.customer.language,
            words=self.cleaned_data["words"],
            answers_us=True,
        )


class TryForm(DeskForm):
    channel = forms.ChoiceField(
        label=gettext_lazy("How you tried"),
        error_messages={"required": gettext_lazy("Choose how you tried")},
        choices=CHANNELS,
        widget=forms.RadioSelect,
        initial=Channel.PHONE,
    )

    def said(self, complaint: Complaint) -> ContactFacts:
        return ContactFacts(
            direction=Contact.Direction.OUTBOUND,
            channel=self.cleaned_data["channel"],
            language=complaint.customer.language,
            words="",
            reached=False,
        )
