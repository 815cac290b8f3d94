"""How one person likes their desk."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ChangePasswordForm
from django import forms
from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from complaints.forms.base import DeskForm
from complaints.models import Language, Preferences

USUAL = "usual"
"""On the page the usual theme and density have a word; kept, they are empty."""


def _choice(choices: list[tuple[str, Any]], **kwargs: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        choices=[(value or USUAL, label) for value, label in choices],
        coerce=lambda value: "" if value == USUAL else value,
        widget=forms.RadioSelect(attrs={"data-chips": True}),
        **kwargs,
    )


class PreferencesForm(DeskForm):
    language = forms.ChoiceField(
        label=_("Language"), choices=Language.choices, widget=forms.RadioSelect(attrs={"data-chips": True})
    )
    theme = _choice(Preferences.Theme.choices, label=_("Theme"))
    density = _choice(Preferences.Density.choices, label=_("Density"))
    keys_on = forms.BooleanField(
        label=_("Single-key shortcuts"),
        required=False,
        help_text=_("Such as n for a new call. They are dead while you type, and can be switched off altogether."),
    )

    @classmethod
    def initial_of(cls, preferences: Preferences) -> dict[str, Any]:
        return {
            "language": preferences.language,
            "theme": preferences.theme or USUAL,
            "density": preferences.density or USUAL,
            "keys_on": preferences.keys_on,
        }

    def chosen(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("language", "theme", "density", "keys_on")}


class PasswordForm(ChangePasswordForm):
    """Asks for the old password; a wrong one counts as a try to sign in, so guessing it ends as soon."""

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_oldpassword(self) -> str:
        typed: str = self.cleaned_data.get("oldpassword", "")
        if authenticate(self.request, email=self.user.email, password=typed) != self.user:
            raise get_adapter().validation_error("enter_current_password")
        return typed
