"""What a customer answers afterwards: one question that counts, and four that help."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from complaints.forms.base import Words
from followups.actions.survey import Answer, answer_that_stands
from followups.models import Survey

HANDLING = [(mark, str(mark)) for mark in range(1, 6)]
EFFORT = [(mark, str(mark)) for mark in range(1, 8)]
YES_NO = [("no", gettext_lazy("No")), ("yes", gettext_lazy("Yes"))]


class SolvedForm(forms.Form):
    """The first question, sent alone. What was said besides stays as it was."""

    use_required_attribute = False
    solved = forms.ChoiceField(
        label=gettext_lazy("Is your complaint solved?"),
        choices=Survey.Solved.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose an answer"),
            "invalid_choice": gettext_lazy("Choose an answer"),
        },
    )

    def answer(self, survey: Survey) -> Answer:
        return Answer(**{**vars(answer_that_stands(survey)), "solved": self.cleaned_data["solved"]})


class WholeForm(SolvedForm):
    """All of it together. `whole` tells it from the first question sent alone."""

    whole = forms.CharField(widget=forms.HiddenInput, initial="1")
    handling = forms.TypedChoiceField(
        label=gettext_lazy("How did we handle it? 1 very badly, 5 very well (optional)"),
        choices=HANDLING,
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": gettext_lazy("Choose one of the numbers")},
    )
    effort = forms.TypedChoiceField(
        label=gettext_lazy("How easy was this for you? 1 very hard, 7 very easy (optional)"),
        choices=EFFORT,
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": gettext_lazy("Choose one of the numbers")},
    )
    had_to_repeat = forms.ChoiceField(
        label=gettext_lazy("Did you have to tell your story more than once?"),
        choices=YES_NO,
        required=False,
        widget=forms.RadioSelect(attrs={"data-chips": ""}),
        error_messages={"invalid_choice": gettext_lazy("Choose an answer")},
    )
    comment = Words(label=gettext_lazy("Anything else you want to tell us? (optional)"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["solved"].widget = forms.HiddenInput()  # it was answered first

    @property
    def scales(self) -> list[forms.BoundField]:
        return [self["handling"], self["effort"]]

    def answer(self, survey: Survey) -> Answer:
        typed = self.cleaned_data
        repeat = {"yes": True, "no": False}.get(typed["had_to_repeat"])
        return Answer(typed["solved"], typed["handling"], typed["effort"], repeat, typed["comment"].strip())


def as_typed(survey: Survey) -> dict[str, Any]:
    """The answer that stands, as `WholeForm` shows it."""
    repeat = {True: "yes", False: "no", None: ""}[survey.had_to_repeat]
    return {**vars(answer_that_stands(survey)), "had_to_repeat": repeat}
