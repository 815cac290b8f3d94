"""What may be changed of a complaint later: its details, its owner, the person complained of, its issues."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.actions.details import MAY_CHANGE
from complaints.forms.base import Amount, DeskForm, Line, Words
from complaints.models import Category, Complaint, Department, RemedyKind, User

CURRENCIES = [("", "–"), ("IDR", "IDR"), ("MYR", "MYR"), ("SGD", "SGD"), ("USD", "USD")]


def _or_unknown(choices: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    return [("", gettext_lazy("not known")), *choices]


class DetailsForm(DeskForm):
    """Every field of `MAY_CHANGE`. The narrative is not among them: it is added to, never edited."""

    topic = Line(label=gettext_lazy("In a few words"), required=False)
    category = forms.ModelChoiceField(
        Category.objects.all(), label=gettext_lazy("Category"), required=False, empty_label=gettext_lazy("not known")
    )
    product = Line(label=gettext_lazy("Product"), required=False)
    aspect = forms.ChoiceField(
        label=gettext_lazy("Aspect"), choices=_or_unknown(Complaint.Aspect.choices), required=False
    )
    severity = forms.ChoiceField(
        label=gettext_lazy("Severity"),
        choices=Complaint.Severity.choices,
        widget=forms.RadioSelect(attrs={"data-chips": True}),
    )
    factors = forms.MultipleChoiceField(
        label=gettext_lazy("What makes it so"),
        choices=Complaint.Factor.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"data-chips": True}),
    )
    flags = forms.MultipleChoiceField(
        label=gettext_lazy("Flags"),
        choices=Complaint.Flag.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"data-chips": True}),
    )
    wants = forms.MultipleChoiceField(
        label=gettext_lazy("What the customer wants"),
        choices=RemedyKind.choices,
        widget=forms.CheckboxSelectMultiple(attrs={"data-chips": True}),
        error_messages={"required": gettext_lazy("Choose what the customer wants, or “doesn't know yet”")},
    )
    wanted_amount = Amount(label=gettext_lazy("Amount wanted"), required=False)
    wanted_currency = forms.ChoiceField(label=gettext_lazy("Currency"), choices=CURRENCIES, required=False)
    wanted_words = Line(label=gettext_lazy("In their words"), max_length=500, required=False)
    was_told = Words(label=gettext_lazy("What the customer was told"), required=False)
    correct_information = Words(
        label=gettext_lazy("Correct information"),
        required=False,
        help_text=gettext_lazy("With both filled in, the final reply has to carry the correction."),
    )
    misinformation_source = forms.ChoiceField(
        label=gettext_lazy("Who had told it"), choices=_or_unknown(Complaint.Source.choices), required=False
    )
    underlying_need = forms.ChoiceField(
        label=gettext_lazy("What is behind it"), choices=_or_unknown(Complaint.Need.choices), required=False
    )
    department_concerned = forms.ModelChoiceField(
        Department.objects.all(),
        label=gettext_lazy("Department concerned"),
        required=False,
        empty_label=gettext_lazy("not known"),
    )

    def clean(self) -> dict[str, Any]:
        typed: dict[str, Any] = super().clean() or self.cleaned_data
        if typed.get("wanted_amount") and not typed.get("wanted_currency"):
            self.add_error("wanted_currency", _("Choose the currency"))
        if not typed.get("wanted_amount") and "wanted_amount" not in self.errors:
            typed["wanted_currency"] = ""
        return typed

    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in MAY_CHANGE}


class OwnerForm(DeskForm):
    """`people` are those who can own it; the label says who they are here."""

    owner = forms.ModelChoiceField(
        User.objects.none(),
        label=gettext_lazy("New owner"),
        empty_label=gettext_lazy("Choose"),
        error_messages={"required": gettext_lazy("Choose who owns it from now on")},
    )
    reason = Words(
        label=gettext_lazy("Why"),
        error_messages={"required": gettext_lazy("Write why the owner changes")},
        help_text=gettext_lazy("It stands on the timeline."),
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people  # type: ignore[attr-defined]


class PersonForm(DeskForm):
    """Nobody named clears the mark."""

    person = forms.ModelChoiceField(
        User.objects.none(),
        label=gettext_lazy("Person complained of"),
        required=False,
        empty_label=gettext_lazy("nobody"),
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]


class IssueForm(DeskForm):
    words = Line(
        label=gettext_lazy("What else is complained of"),
        max_length=300,
        help_text=gettext_lazy("It gets its own verdict and its own answer in the final reply."),
        error_messages={"required": gettext_lazy("Write what else is complained of")},
    )
