"""What is typed where a complaint ends, and where it comes back."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.forms.base import DeskForm, Line, Words
from complaints.models import Approval, Complaint, Membership, User

ExceptionKind = Approval.ExceptionKind


class CloseForm(DeskForm):
    """Nothing is typed: the button is the whole form."""


class ExceptionForm(DeskForm):
    """Why it has to end without the customer's yes; each kind asks for its own."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What happened"),
        error_messages={"required": gettext_lazy("Choose what happened")},
        choices=ExceptionKind.choices,
        widget=forms.RadioSelect,
    )
    heard_by = forms.ModelChoiceField(label=gettext_lazy("Who heard it"), queryset=User.objects.none(), required=False)
    outside_route = Line(
        label=gettext_lazy("Outside body the customer can turn to"),
        required=False,
        help_text=gettext_lazy("As the final reply names it"),
    )
    covers_cause = forms.BooleanField(
        label=gettext_lazy("The cause may stay undetermined as well"),
        required=False,
        help_text=gettext_lazy("Tick it if what happened cannot be found out any more, and say why below"),
    )
    reason = Words(
        label=gettext_lazy("Reason"),
        error_messages={"required": gettext_lazy("Write the reason")},
        help_text=gettext_lazy("The supervisor who decides reads this. It stays in the file"),
    )

    def __init__(self, *args: Any, complaint: Complaint, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        workers = Membership.objects.filter(department=complaint.home_department).exclude(
            role=Membership.Role.ADMINISTRATOR
        )
        people = User.objects.filter(is_active=True, pk__in=workers.values("user_id"))
        if complaint.person_complained_of_id:
            people = people.exclude(pk=complaint.person_complained_of_id)
        self.fields["heard_by"].queryset = people.order_by("full_name")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("kind") == ExceptionKind.WITHDRAWN and not cleaned.get("heard_by"):
            self.add_error("heard_by", _("Choose who heard the customer say it"))
        if cleaned.get("kind") == ExceptionKind.FINAL_DECISION and not cleaned.get("outside_route"):
            self.add_error("outside_route", _("Name the outside body"))
        return cleaned

    def facts(self) -> dict[str, Any]:
        """What belongs to the chosen kind, and nothing typed under another."""
        typed = self.cleaned_data
        kind = typed["kind"]
        return {
            "exception_kind": kind,
            "heard_by": typed["heard_by"] if kind == ExceptionKind.WITHDRAWN else None,
            "outside_route": typed["outside_route"] if kind == ExceptionKind.FINAL_DECISION else "",
            "covers_cause": typed["covers_cause"],
            "reason": typed["reason"],
        }


class DeclineForm(DeskForm):
    reason = Words(
        label=gettext_lazy("Why it is not a complaint"),
        error_messages={"required": gettext_lazy("Write why it is not a complaint")},
        help_text=gettext_lazy("A question, thanks, an order ... The supervisor who decides reads this"),
    )


class ReopenForm(DeskForm):
    reason = Words(
        label=gettext_lazy("Why it is opened again"),
        error_messages={"required": gettext_lazy("Write why it is opened again")},
        help_text=gettext_lazy("What the customer said, or what came up"),
    )


class MergeForm(DeskForm):
    reference = Line(
        label=gettext_lazy("Number of the other complaint"),
        error_messages={"required": gettext_lazy("Write the number of the other complaint")},
        max_length=16,
        help_text=gettext_lazy("Like C26-000388. It stays; this one leads to it"),
    )

    def __init__(self, *args: Any, visible: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.visible = visible

    def clean_reference(self) -> Complaint:
        reference = self.cleaned_data["reference"].strip().upper()
        found: Complaint | None = self.visible.filter(reference=reference).first()
        if found is None:
            raise ValidationError(_("No complaint you can see has this number"), code="unknown")
        return found
