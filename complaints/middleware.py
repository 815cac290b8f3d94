"""What every request of the desk passes: language of the person, and refusals turned into pages."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from complaints.actions.moves import MoveRefused, NotYours
from complaints.permissions import memberships
from complaints.workflow import Who
from complaints.wording import who_words


class DeskMiddleware:
    """Speaks the signed-in person's language; answers MoveRefused with 409 and NotYours with 403, in one place."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        preferences = getattr(request.user, "preferences", None) if request.user.is_authenticated else None
        if preferences is None:
            return self.get_response(request)
        with translation.override(preferences.language):
            request.LANGUAGE_CODE = preferences.language
            response = self.get_response(request)
            response.headers["Content-Language"] = preferences.language
            return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, MoveRefused):
            context = {"what": exception.what, "reasons": exception.reasons}
            return render(request, "409.html", context, status=409)
        if isinstance(exception, NotYours):
            who = [who_words(who) for who in exception.who if who not in (Who.SYSTEM, Who.IMPORT)]
            context = {"who": who, "roles": memberships(request.user)}  # type: ignore[arg-type]
            return render(request, "403.html", context, status=403)
        return None
