"""Whatever is sent twice happens once: every address that does something, found in the URLconf, with `sendings.py`."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib.messages import get_messages
from django.forms import CharField
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from complaints.forms.base import DeskForm
from complaints.models import AccessLog, Note
from complaints.views.acting import ActionView
from tests import factories
from tests.complaints import handoff_forms
from tests.complaints.pages import filled
from tests.factories import Cast
from tests.sendings import SENDINGS, Scene, Sending

OURS = ("complaints", "escalation", "followups")
SCENES = [pytest.param(name, scene, id=f"{name}-{scene.__name__}") for name in SENDINGS for scene in SENDINGS[name]]


def addresses_that_act() -> Iterator[tuple[str, type[ActionView]]]:
    for resolver in get_resolver().url_patterns:
        if isinstance(resolver, URLResolver) and resolver.app_name in OURS:
            for pattern in resolver.url_patterns:
                assert isinstance(pattern, URLPattern)
                view = getattr(pattern.callback, "view_class", object)
                if issubclass(view, ActionView):
                    yield f"{resolver.app_name}:{pattern.name}", view


def overwriting() -> set[str]:
    return {name for name, view in addresses_that_act() if view.section}


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
    assert {name for name, _view in addresses_that_act()} == set(SENDINGS)


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


def note_page(cast: Cast) -> str:
    return reverse("complaints:note-new", args=[factories.in_progress(cast).reference])


def test_the_same_key_on_another_complaint_is_not_a_repeat(cast: Cast, as_user: Any) -> None:
    client, here, there = as_user(cast.agent), note_page(cast), note_page(cast)
    typed = filled(client, here, words="She sounds tired.")
    assert client.post(here, typed).status_code == 302
    answer = client.post(there, typed)
    assert answer.status_code == 409
    again = {**typed, "submit_key": answer.context["form"]["submit_key"].value()}
    assert client.post(there, again).status_code == 302
    assert Note.objects.filter(words="She sounds tired.").count() == 2


def test_another_file_of_the_same_name_and_size_is_not_a_repeat(cast: Cast, as_user: Any) -> None:
    client, complaint = as_user(cast.agent), factories.in_progress(cast)
    first, second = handoff_forms.PDF + b"1", handoff_forms.PDF + b"2"
    url = reverse("complaints:evidence-new", args=[complaint.reference])
    typed = filled(client, url, kind="receipt", note="Receipt INV-8812", file=handoff_forms.upload(content=first))
    assert client.post(url, typed).status_code == 302
    assert client.post(url, {**typed, "file": handoff_forms.upload(content=first)}).status_code == 302
    other = handoff_forms.upload(content=second)
    answer = client.post(url, {**typed, "file": other})
    assert answer.status_code == 409
    other.seek(0)
    again = {**typed, "submit_key": answer.context["form"]["submit_key"].value(), "file": other}
    assert client.post(url, again).status_code == 302
    assert {each.file.read() for each in complaint.evidence.all()} == {first, second}


def test_a_form_somebody_else_has_sent_can_be_sent_again(cast: Cast, as_user: Any) -> None:
    url = note_page(cast)
    typed = filled(as_user(cast.agent), url, words="She sounds tired.")
    assert as_user(cast.agent).post(url, typed).status_code == 302
    colleague = as_user(cast.colleague)
    answer = colleague.post(url, typed)
    assert answer.status_code == 409
    assert "Somebody else has sent this form already" in answer.content.decode()
    again = {**typed, "submit_key": answer.context["form"]["submit_key"].value()}
    assert colleague.post(url, again).status_code == 302
    assert set(Note.objects.values_list("by", flat=True)) == {cast.agent.pk, cast.colleague.pk}


@pytest.mark.parametrize(("name", "scene"), [each for each in SCENES if each.values[0] in overwriting()])
def test_a_form_that_overwrites_says_what_it_saw(name: str, scene: Scene, cast: Cast, as_user: Any) -> None:
    sending = scene(cast)
    client, url = as_user(sending.by), sending.url(name)
    typed = filled(client, url, **sending.typed)
    known = typed.pop("version")
    before = rows()
    for version in ({}, {"version": ""}, {"version": "x"}, {"version": known + 1}, {"version": 10**30}):
        answer = send(client, url, {**typed, **version})
        assert answer.status_code == 422
        assert "This page is out of date. Load it again" in answer.content.decode()
        assert "Enter a whole number" not in answer.content.decode()
        assert rows() == before
    form = answer.context["form"]
    for word in (word for word, said in sending.typed.items() if isinstance(said, str)):
        assert form[word].value() == sending.typed[word]
    assert send(client, url, {**typed, "version": form["version"].value()}).status_code == 302
