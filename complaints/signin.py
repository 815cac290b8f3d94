"""Signing in: what allauth and axes ask of us."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


class StaffAccountAdapter(DefaultAccountAdapter):
    """Accounts are made by an administrator: nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


def who_tries(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """The e-mail an attempt is counted under: what was typed, in small letters."""
    typed = (credentials or {}).get("email") or (credentials or {}).get("username") or request.POST.get("login", "")
    return str(typed).strip().lower()[:254]


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Too many tries. Says so, whether or not the e-mail belongs to anybody."""
    return render(request, "429.html", {"minutes": 15}, status=429)
