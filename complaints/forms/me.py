"""How one person likes their desk."""

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.forms.base import DeskForm
from complaints.models import Language, Preferences


class PreferencesForm(DeskForm):
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)
    theme = forms.ChoiceField(label=_("Theme"), choices=Preferences.Theme.choices, required=False)
    density = forms.ChoiceField(label=_("Density"), choices=Preferences.Density.choices, required=False)
    keys_on = forms.BooleanField(
        label=_("Single-key shortcuts"),
        required=False,
        help_text=_("Such as n for a new call. They are dead while you type, and can be switched off altogether."),
    )
