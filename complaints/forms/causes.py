"""What is typed about the root cause and what will be different."""

from typing import Any

from django import forms
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.actions.cause import approval_for_undetermined, methods_for
from complaints.forms.base import Day, DeskForm, Line, Words
from complaints.forms.verification import EvidenceChoice, WithEvidence
from complaints.models import CauseCategory, Complaint, Improvement, RootCause, User


class CauseForm(WithEvidence):
    category = forms.ModelChoiceField(
        CauseCategory.objects.none(),
        label=_("Category"),
        empty_label=_("choose"),
        error_messages={"required": _("Choose a category")},
    )
    statement = Words(
        label=_("Statement"),
        help_text=_("What happened, where in the way we work, and why. Not who."),
        error_messages={"required": _("Write why it happened")},
    )
    method = forms.ChoiceField(
        label=_("Method"),
        choices=RootCause.Method.choices,
        widget=forms.RadioSelect(attrs={"data-chips": True}),
        error_messages={"required": _("Choose the method")},
    )
    why_possible = Words(
        label=_("Why it was possible"),
        rows=2,
        required=False,
        help_text=_("Needed when the category is about people: a person's mistake is not the end of the question."),
    )
    evidence = EvidenceChoice(label=_("Evidence"), error_messages={"required": _("Name the evidence for the cause")})

    def __init__(self, *args: Any, complaint: Complaint, **kwargs: Any) -> None:
        super().__init__(*args, complaint=complaint, **kwargs)
        self.fields["category"].queryset = _tree()  # type: ignore[attr-defined]
        method = self.fields["method"]
        method.choices = [c for c in RootCause.Method.choices if c[0] in methods_for(complaint)]  # type: ignore[attr-defined]
        method.help_text = gettext("Enough for severity “%(severity)s”.") % {
            "severity": complaint.get_severity_display()
        }
        if approval_for_undetermined(complaint) is None:
            self.fields["category"].queryset = _tree().exclude(is_undetermined=True)  # type: ignore[attr-defined]
            self.fields["evidence"].required = True

    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.fields if name not in ("submit_key", "version")}


class ReasonForm(DeskForm):
    reason = Words(label=_("Reason"), error_messages={"required": _("Write the reason")})


class NewFactsForm(DeskForm):
    reason = Words(label=_("What came to light"), error_messages={"required": _("Write what came to light")})


class ImprovementForm(DeskForm):
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=Improvement.Kind.choices,
        widget=forms.RadioSelect(attrs={"data-chips": True}),
        help_text=_("Corrective: the cause here. Preventive: the same elsewhere. Training: people learn it."),
        error_messages={"required": _("Choose the kind")},
    )
    words = Words(label=_("What will be different"), error_messages={"required": _("Write what will be different")})
    owner = forms.ModelChoiceField(
        User.objects.filter(is_active=True, is_system=False).order_by("full_name"),
        label=_("Who sees to it"),
        empty_label=_("choose"),
        error_messages={"required": _("Choose who sees to it")},
    )
    due_on = Day(label=_("By"), error_messages={"required": _("Choose a day"), "invalid": _("Choose a day")})
    measure = Line(
        max_length=300,
        label=_("How we will see that it worked"),
        help_text=_("For example: no such complaint in 90 days"),
        error_messages={"required": _("Write how you will see that it worked")},
    )

    def __init__(self, *args: Any, complaint: Complaint, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if complaint.person_complained_of:
            owner: Any = self.fields["owner"]
            owner.queryset = owner.queryset.exclude(pk=complaint.person_complained_of.pk)

    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("kind", "words", "owner", "due_on", "measure")}


def _tree() -> Any:
    """Each branch with its twigs under it: People, People: Conduct, ..."""
    top = Coalesce("parent_id", "pk")
    return CauseCategory.objects.select_related("parent").order_by(top, F("parent_id").asc(nulls_first=True), "pk")
