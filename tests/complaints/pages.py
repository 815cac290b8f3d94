"""Filling in a page as a browser does: fetch it, keep its hidden fields, type, send."""

from typing import Any

from django.http import HttpResponse
from django.test import Client


def filled(client: Client, url: str, **typed: Any) -> dict[str, Any]:
    """What the form of this page would send with these words typed over its initial values."""
    form = client.get(url).context["form"]
    shown = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in {**shown, **typed}.items() if value not in (None, "", [], False)}


def send(client: Client, url: str, **typed: Any) -> HttpResponse:
    answer: Any = client.post(url, filled(client, url, **typed))
    return answer  # type: ignore[no-any-return]


def said(client: Client, answer: Any) -> str:
    """The message the next page shows."""
    return " ".join(str(message) for message in client.get(answer["Location"]).context["messages"])
