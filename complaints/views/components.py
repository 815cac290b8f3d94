"""Every part in every state, looked at before a page is called done."""

from typing import Any

from django import forms
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from complaints import clock
from complaints.forms.base import Amount, DeskForm, Line, Moment, Words

TYPED = {"name": "Sri Wahyuni", "amount": "satu juta", "about": "1", "submit_key": "x"}


class SampleForm(DeskForm):
    """One field of each kind. Shown on the components page only, so its words are not translated."""

    name = Line(label="Full name", help_text="As she says it. One name is enough.")
    amount = Amount(label="Amount", error_messages={"invalid": "Enter the amount in rupiah, like 1250000"})
    story = Words(label="What happened, in her words", widget=forms.Textarea(attrs={"class": "voice", "lang": "id"}))
    category = forms.ChoiceField(
        label="Category", choices=[("", "Choose later"), ("late", "Late delivery")], required=False
    )
    about = forms.ChoiceField(
        label="What is this call about?",
        widget=forms.RadioSelect(attrs={"data-digits": True}),
        choices=[("1", "Wrong warranty information"), ("2", "A new complaint")],
    )
    wants = forms.MultipleChoiceField(
        label="What does the customer want?",
        widget=forms.CheckboxSelectMultiple(attrs={"data-chips": True, "data-digits": True}),
        choices=[("refund", "refund"), ("exchange", "exchange"), ("unknown", "doesn’t know yet")],
        error_messages={"required": "Choose what the customer wants, or “doesn’t know yet”"},
    )
    by = Moment(label="By when")
    receipt = forms.FileField(label="Receipt", required=False)
    agrees = forms.BooleanField(label="The customer agreed", help_text="On the phone counts.")


class Components(LoginRequiredMixin, View):
    def get(self, request: HttpRequest) -> HttpResponse:
        context = {"now": clock.now(), "form": _came_back(""), "form_dark": _came_back("dark")}
        return render(request, "complaints/components.html", context)


def _came_back(prefix: str) -> SampleForm:
    """The form as it returns with something to fix."""
    typed: dict[str, Any] = {f"{prefix}-{name}" if prefix else name: value for name, value in TYPED.items()}
    form = SampleForm(typed, prefix=prefix or None)
    form.add_error(None, "The case was closed 2 minutes ago")
    return form
