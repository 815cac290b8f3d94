"""What every request of the desk passes: zone, language, and refusals turned into pages."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from complaints.actions.moves import MoveRefused, NotYours
from complaints.permissions import memberships
from complaints.workflow import Who

WHO_WORDS = {
    Who.AGENT: _("an agent of the home department"),
    Who.OWNER: _("the owner, or a supervisor of the home department"),
    Who.SUPERVISOR: _("a supervisor of the home department"),
    Who.OFFICER: _("a member of the department"),
    Who.APPROVER: _("a supervisor who neither asked for it nor owns the complaint"),
    Who.ASKER: _("whoever asked for it"),
}


class DeskMiddleware:
    """Speaks the signed-in person's language, and keeps their pages out of every cache; answers MoveRefused with 409
    and NotYours with 403, in one place."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        timezone.activate(ZoneInfo(settings.SITE_TIME_ZONE))
        if not request.user.is_authenticated:
            return self.get_response(request)
        response = self._in_their_language(request)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    def _in_their_language(self, request: HttpRequest) -> HttpResponse:
        preferences = getattr(request.user, "preferences", None)
        if preferences is None:
            return self.get_response(request)
        with translation.override(preferences.language):
            request.LANGUAGE_CODE = preferences.language
            response = self.get_response(request)
            response.headers["Content-Language"] = preferences.language
            return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, MoveRefused):
            context: dict[str, Any] = {"what": exception.what, "refusals": exception.reasons}
            return render(request, "409.html", context, status=409)
        if isinstance(exception, NotYours):
            who = [WHO_WORDS[who] for who in exception.who if who in WHO_WORDS]
            context = {"who": who, "roles": memberships(request.user)}  # type: ignore[arg-type]
            return render(request, "403.html", context, status=403)
        return None
