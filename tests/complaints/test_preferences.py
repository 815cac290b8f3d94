"""How one person likes their desk."""

import uuid
from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from complaints.models import Preferences, User
from tests.factories import Cast

AsUser = Callable[[User], Client]
URL = "/me/"


def chosen(**more: str) -> dict[str, str]:
    return {
        "submit_key": str(uuid.uuid4()),
        "language": "en",
        "theme": "dark",
        "density": "compact",
        "keys_on": "on",
        **more,
    }


def test_the_page_shows_what_is_chosen_and_leads_to_the_password(cast: Cast, as_user: AsUser) -> None:
    page = as_user(cast.agent).get(URL).content.decode()
    assert reverse("account_change_password") in page
    assert not Preferences.objects.exists()


def test_saving_changes_every_page_from_now_on(cast: Cast, as_user: AsUser) -> None:
    browser = as_user(cast.agent)
    assert browser.post(URL, chosen(keys_on=""))["Location"] == URL
    page = browser.get(URL).content.decode()
    assert 'data-theme="dark"' in page
    assert 'data-density="compact"' in page
    assert 'data-keys="off"' in page


def test_an_officer_has_settings_too(cast: Cast, as_user: AsUser) -> None:
    browser = as_user(cast.officer)
    assert browser.post(URL, chosen(language="id")).status_code == 302
    assert '<html lang="id"' in browser.get(URL).content.decode()


def test_the_switch_of_the_bar_changes_the_language_for_good(cast: Cast, as_user: AsUser) -> None:
    browser = as_user(cast.agent)
    for language in ("id", "ms"):
        answer = browser.post(reverse("set_language"), {"language": language, "next": URL})
        assert answer["Location"] == URL
        assert f'<html lang="{language}"' in as_user(cast.agent).get(URL).content.decode()
    browser.post(reverse("set_language"), {"language": "xx", "next": "https://evil.example/"})
    assert Preferences.objects.get().language == "ms"
    assert browser.get(reverse("set_language"))["Location"] == "/"


def test_each_person_has_their_own(cast: Cast, as_user: AsUser) -> None:
    as_user(cast.agent).post(URL, chosen())
    assert 'data-theme="dark"' not in as_user(cast.colleague).get(URL).content.decode()


def test_something_that_is_no_choice_is_answered_with_422(cast: Cast, as_user: AsUser) -> None:
    answer = as_user(cast.agent).post(URL, chosen(theme="purple"))
    assert answer.status_code == 422
    assert not Preferences.objects.exists()


def test_sent_twice_is_saved_once(cast: Cast, as_user: AsUser) -> None:
    browser, form = as_user(cast.agent), chosen()
    assert [browser.post(URL, form).status_code for _time in range(2)] == [302, 302]
    assert Preferences.objects.count() == 1
    assert browser.post(URL, {**form, "theme": "usual"}).status_code == 409


def test_a_stranger_signs_in_first(client: Client, db: None) -> None:
    assert client.get(URL).status_code == 302


def test_the_components_page_shows_every_part_to_staff(cast: Cast, as_user: AsUser, client: Client) -> None:
    assert client.get("/components/").status_code == 302
    page = as_user(cast.officer).get("/components/").content.decode()
    assert "A form that came back" in page
