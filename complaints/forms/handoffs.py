"""What is typed about a handoff."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.forms.base import DeskForm, Moment, Words
from complaints.models import HandoffEntry


class AcceptHandoffForm(DeskForm):
    answer_by = Moment(label=_("Answer by"), required=False, help_text=_("Only if you can answer sooner than asked"))


class ReturnHandoffForm(DeskForm):
    why = forms.ChoiceField(label=_("Why"), choices=HandoffEntry.WhyReturned.choices, widget=forms.RadioSelect)
    words = Words(label=_("In a sentence"), help_text=_("A second return goes to the supervisor, not back to the owner."))

    def facts(self) -> dict[str, Any]:
        return {"why": self.cleaned_data["why"], "words": self.cleaned_data["words"]}
