"""Whatever is sent twice happens once: every address that does something, found in the URLconf, with `sendings.py`."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib.messages import get_messages
from django.forms import CharField
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from complaints.forms.base import DeskForm
from complaints.models import AccessLog
from complaints.views.acting import ActionView
from tests.complaints.pages import filled
from tests.factories import Cast
from tests.sendings import SENDINGS, Scene, Sending

OURS = ("complaints", "escalation", "followups")
SCENES = [pytest.param(name, scene, id=f"{name}-{scene.__name__}") for name in SENDINGS for scene in SENDINGS[name]]


def addresses_that_act() -> Iterator[str]:
    for resolver in get_resolver().url_patterns:
        if isinstance(resolver, URLResolver) and resolver.app_name in OURS:
            for pattern in resolver.url_patterns:
                assert isinstance(pattern, URLPattern)
                if issubclass(getattr(pattern.callback, "view_class", object), ActionView):
                    yield f"{resolver.app_name}:{pattern.name}"


def rows() -> dict[str, list[Any]]:
    """Every row of ours with every value; that somebody looked at contact details is no change of anything."""
    models = (model for app in OURS for model in apps.get_app_config(app).get_models() if model is not AccessLog)
    return {model.__name__: list(model._default_manager.order_by("pk").values_list()) for model in models}


def send(client: Client, url: str, typed: dict[str, Any]) -> Any:
    if "file" in typed:
        typed["file"].seek(0)
    return client.post(url, typed)


def in_other_words(form: DeskForm, sending: Sending) -> dict[str, Any]:
    """One thing said differently; nothing where nothing is typed at all."""
    words = [name for name in sending.typed if isinstance(form.fields[name], CharField)]
    return sending.other or {name: f"{sending.typed[name]} 2" for name in words[-1:]}


def test_every_address_that_does_something_is_here() -> None:
    assert set(addresses_that_act()) == set(SENDINGS)


@pytest.mark.parametrize(("name", "scene"), SCENES)
def test_sent_twice_it_is_done_once(name: str, scene: Scene, cast: Cast, as_user: Any) -> None:
    sending = scene(cast)
    client, url = as_user(sending.by), sending.url(name)
    form = client.get(url).context["form"]
    typed = filled(client, url, **sending.typed)
    before = rows()

    first = send(client, url, typed)
    assert first.status_code == 302, (first.context or {}).get("form") and first.context["form"].errors
    done = rows()
    assert done != before

    second = send(client, url, typed)
    assert (second.status_code, second["Location"]) == (302, first["Location"])
    assert "Nothing was doubled" in [str(message) for message in get_messages(second.wsgi_request)][-1]
    assert rows() == done

    other = in_other_words(form, sending)
    if other:
        third = send(client, url, {**typed, **other})
        assert third.status_code == sending.afterwards
        if third.status_code == 409:
            assert "with other words" in third.content.decode()
        assert rows() == done
