"""Signing in: what allauth and axes ask of us."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


class StaffAccountAdapter(DefaultAccountAdapter):
    """Accounts are made by an administrator: nobody signs up, and nobody has a second address to sign in with."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """allauth also takes the addresses of its own EmailAddress rows; here only the work e-mail signs in."""
        user = super().authenticate(request, **credentials)
        typed = str(credentials.get("email", "")).strip().lower()
        return user if user and getattr(user, "email", "").lower() == typed else None


def who_tries(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """The e-mail an attempt is counted under: what was typed, in small letters."""
    typed = (credentials or {}).get("email") or (credentials or {}).get("username") or request.POST.get("login", "")
    return str(typed).strip().lower()[:254]


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Too many tries. Says so, whether or not the e-mail belongs to anybody."""
    return render(request, "429.html", {"minutes": 15}, status=429)
