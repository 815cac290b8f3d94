"""One person's own desk: language, theme, density, keys."""

from typing import Any

from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.actions.desk import set_preferences
from complaints.forms.me import PreferencesForm
from complaints.models import Preferences
from complaints.views.acting import ActionView, Location

CHOSEN = ("language", "theme", "density", "keys_on")


class PreferencesPage(ActionView):
    form_class = PreferencesForm
    template_name = "complaints/preferences.html"
    title = gettext_lazy("Your settings")
    submit = gettext_lazy("Save")

    def load(self, request: HttpRequest, **kwargs: Any) -> None:
        """Everybody has their own."""

    def initial(self) -> dict[str, Any]:
        preferences = getattr(self.person, "preferences", None) or Preferences(language=translation.get_language()[:2])
        return {name: getattr(preferences, name) for name in CHOSEN}

    def perform(self, form: PreferencesForm) -> Location:
        set_preferences(by=self.person, **{name: form.cleaned_data[name] for name in CHOSEN})
        return "complaints:preferences"

    def done_words(self, form: PreferencesForm) -> str:
        """In the language that was just chosen."""
        with translation.override(form.cleaned_data["language"]):
            return _("Saved")
