"""What is typed about an escalation."""

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.forms.base import DeskForm, Words
from escalation.models import Escalation

DECISIONS = [
    (Escalation.Decision.APPROVE, _("Approve: as it was asked")),
    (Escalation.Decision.OTHERWISE, _("Decide otherwise")),
    (Escalation.Decision.TAKE_OVER, _("Take over: I become the owner")),
]


class EscalateForm(DeskForm):
    question = Words(
        label=_("What has to be decided"),
        error_messages={"required": _("Write what has to be decided")},
        help_text=_("One question that can be answered without opening the case: what, for whom, how much, why now"),
    )


class TakeUpForm(DeskForm):
    """Nothing is typed."""


class DecisionForm(DeskForm):
    decision = forms.ChoiceField(
        label=_("Decision"),
        error_messages={"required": _("Choose a decision")},
        choices=DECISIONS,
        widget=forms.RadioSelect,
    )
    outcome = Words(
        label=_("Outcome"),
        error_messages={"required": _("Write the outcome")},
        help_text=_("What is to be done now, in words the owner can carry out"),
    )


class QuestionForm(DeskForm):
    words = Words(
        label=_("Your question"),
        error_messages={"required": _("Write your question")},
        help_text=_("The time to decide runs on"),
    )


class AnswerForm(DeskForm):
    words = Words(label=_("Your answer"), error_messages={"required": _("Write your answer")})


class CompletionForm(DeskForm):
    words = Words(label=_("What was done"), error_messages={"required": _("Write what was done")})
