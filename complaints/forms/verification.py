"""What is typed while finding out: accounts, differences, verdicts."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.forms.base import DeskForm, Line, Words
from complaints.models import Account, Complaint, Discrepancy, Evidence, Verdict


class EvidenceChoice(forms.ModelMultipleChoiceField):
    """Kept things of one complaint, to tick. Gives a list; what is kept for another complaint is no choice."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Evidence.objects.none(), required=False, **kwargs)

    def of(self, complaint: Complaint) -> None:
        self.queryset = complaint.evidence.all()
        if not self.queryset.exists():
            self.help_text = gettext("Nothing is kept for this complaint yet")

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.get_kind_display()}: {obj}"

    def clean(self, value: Any) -> list[Evidence]:  # type: ignore[override]
        return list(super().clean(value))


class WithEvidence(DeskForm):
    """A form that names evidence of its complaint."""

    def __init__(self, *args: Any, complaint: Complaint, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["evidence"].of(complaint)  # type: ignore[attr-defined]


class AccountForm(DeskForm):
    party = forms.ChoiceField(
        label=_("Who tells it"),
        choices=Account.Party.choices,
        widget=forms.RadioSelect(attrs={"data-chips": True}),
        error_messages={"required": _("Choose who tells it")},
    )
    teller = Line(
        label=_("Name or role"),
        required=False,
        help_text=_("For an employee or a witness. The same name again is the next version."),
    )
    words = Words(
        label=_("What happened, in order"),
        rows=8,
        help_text=_("A line for each thing that happened, its time first: 14.20 I came to the shop"),
        error_messages={"required": _("Write what happened")},
    )
    read_back = forms.BooleanField(label=_("Read back to them"), required=False)
    has_consent = forms.BooleanField(label=_("Recorded with their knowledge"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("party") not in (None, Account.Party.CUSTOMER) and not data.get("teller"):
            self.add_error("teller", _("Write the name or the role of who tells it"))
        return data

    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("party", "teller", "words", "read_back", "has_consent")}


class DifferenceForm(DeskForm):
    topic = Line(label=_("Point"), error_messages={"required": _("Name the point in a few words")})
    customer_says = Words(
        label=_("Customer says"), rows=2, error_messages={"required": _("Write what the customer says on this point")}
    )
    other_says = Words(
        label=_("The other side says"),
        rows=2,
        error_messages={"required": _("Write what the other side says on this point")},
    )

    def facts(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ("topic", "customer_says", "other_says")}


class FindingForm(WithEvidence):
    state = forms.ChoiceField(
        label=_("Where it stands now"),
        choices=[c for c in Discrepancy.State.choices if c[0] != Discrepancy.State.OPEN],
        widget=forms.RadioSelect(attrs={"data-chips": True}),
        error_messages={"required": _("Choose: explained, or cannot be settled")},
    )
    finding = Words(label=_("Finding"), error_messages={"required": _("Write what was found")})
    evidence = EvidenceChoice(label=_("Evidence"))
    why_no_evidence = Line(
        max_length=300, label=_("Why there is no evidence"), required=False, help_text=_("When none is ticked above")
    )

    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("state", "finding", "evidence", "why_no_evidence")}


class VerdictForm(WithEvidence):
    finding = forms.ChoiceField(
        label=_("Verdict"),
        choices=Verdict.Finding.choices,
        widget=forms.RadioSelect(attrs={"data-chips": True}),
        error_messages={"required": _("Choose the verdict")},
    )
    reasons = Words(
        label=_("Reasons"),
        help_text=_("What speaks for it and what against. Goodwill is decided apart from this."),
        error_messages={"required": _("Write the reasons")},
    )
    evidence = EvidenceChoice(label=_("Evidence"))

    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("finding", "reasons", "evidence")}
