"""One person's own desk: language, theme, density, keys."""

from typing import Any

from allauth.account.views import PasswordChangeView
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.i18n import set_language

from complaints.actions.desk import set_preferences
from complaints.forms.me import PasswordForm, PreferencesForm
from complaints.models import Language, Preferences, User
from complaints.views.acting import ActionView, Location


class PreferencesPage(ActionView):
    form_class = PreferencesForm
    template_name = "complaints/preferences.html"
    title = gettext_lazy("Your settings")
    submit = gettext_lazy("Save")

    def load(self, request: HttpRequest, **kwargs: Any) -> None:
        """Everybody has their own."""

    def initial(self) -> dict[str, Any]:
        preferences = getattr(self.person, "preferences", None) or Preferences(language=translation.get_language()[:2])
        return PreferencesForm.initial_of(preferences)

    def perform(self, form: PreferencesForm) -> Location:
        set_preferences(by=self.person, **form.chosen())
        return "complaints:preferences"

    def done_words(self, form: PreferencesForm) -> str:
        """In the language that was just chosen."""
        with translation.override(form.cleaned_data["language"]):
            return _("Saved")


class PasswordChange(PasswordChangeView):
    form_class = PasswordForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not request.user.has_usable_password():
            raise Http404  # the administrator gives the first one
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "request": self.request}


def choose_language(request: HttpRequest) -> HttpResponse:
    """The switch of the bar: a cookie for whoever is signed out, and for staff their settings too."""
    language = request.POST.get("language", "")
    if isinstance(request.user, User) and request.method == "POST" and language in Language.values:
        set_preferences(by=request.user, language=language)
    return set_language(request)
