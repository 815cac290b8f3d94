"""Signing in and out: by e-mail and password, with a limit on tries, and never to another site."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import get_user
from django.test import Client
from django.urls import reverse

from complaints.models import User
from tests.factories import Cast

AsUser = Callable[[User], Client]
PASSWORD = "correct horse battery"
URL = reverse("account_login")


def sign_in(client: Client, email: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post(URL, {"login": email, "password": password, **more})


def is_signed_in(client: Client) -> bool:
    return get_user(client).is_authenticated


def test_the_page_asks_for_a_work_email_and_a_password(client: Client, db: None) -> None:
    page = client.get(URL).content.decode()
    assert "Work e-mail" in page
    assert 'type="password"' in page


@pytest.mark.parametrize("email", ["andi@example.test", "Andi@Example.test", " andi@example.test "])
def test_email_and_password_open_the_desk_without_a_greeting(client: Client, cast: Cast, email: str) -> None:
    answer = sign_in(client, email)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert is_signed_in(client)
    assert "signed in" not in client.get(reverse("complaints:preferences")).content.decode()


@pytest.mark.parametrize("email", ["andi@example.test", "nobody@example.test"])
def test_a_wrong_password_and_an_unknown_email_get_the_same_words(client: Client, cast: Cast, email: str) -> None:
    answer = sign_in(client, email, "wrong")
    assert not is_signed_in(client)
    assert "The email address and/or password you specified are not correct." in answer.content.decode()


def test_somebody_switched_off_does_not_get_in(client: Client, cast: Cast) -> None:
    User.objects.filter(pk=cast.agent.pk).update(is_active=False)
    sign_in(client, "andi@example.test")
    assert not is_signed_in(client)


def test_the_system_itself_does_not_sign_in(client: Client, cast: Cast) -> None:
    sign_in(client, cast.system.email, "")
    assert not is_signed_in(client)


def test_eight_wrong_tries_are_the_last_for_a_while_and_only_for_that_person(client: Client, cast: Cast) -> None:
    tries = [sign_in(client, "andi@example.test", "wrong").status_code for _number in range(8)]
    assert tries == [200] * 7 + [429]
    locked = sign_in(client, "andi@example.test")
    assert locked.status_code == 429
    assert "Wait 15 minutes" in locked.content.decode()
    assert not is_signed_in(client)
    assert sign_in(client, "siti@example.test").status_code == 302


def test_guessing_an_unknown_email_is_limited_as_well(client: Client, cast: Cast) -> None:
    assert [sign_in(client, "x@example.test", "wrong").status_code for _number in range(8)][-1] == 429


def test_other_writing_of_the_email_does_not_give_more_tries(client: Client, cast: Cast) -> None:
    tries = [sign_in(client, email, "wrong").status_code for email in ("andi@example.test", "ANDI@example.test ") * 4]
    assert tries[-1] == 429


def test_signing_in_forgets_earlier_slips(client: Client, cast: Cast) -> None:
    for _round in range(2):
        for _number in range(7):
            sign_in(client, "andi@example.test", "wrong")
        assert sign_in(client, "andi@example.test").status_code == 302
        client.logout()


@pytest.mark.parametrize(
    "page",
    [
        "", "signup/", "email/", "confirm-email/", "confirm-email/x/", "reauthenticate/", "login/code/confirm/",
        "password/set/", "password/reset/", "password/reset/done/", "password/reset/key/1-x/",
    ],
)  # fmt: skip
def test_nobody_signs_up_adds_an_address_or_resets_a_password(
    client: Client, cast: Cast, as_user: AsUser, page: str
) -> None:
    for browser in (client, as_user(cast.agent)):
        assert browser.get(f"/account/{page}").status_code == 404
        sent = {"email": "new@example.test", "action_add": "", "password1": PASSWORD, "password2": PASSWORD}
        assert browser.post(f"/account/{page}", sent).status_code == 404
    assert not EmailAddress.objects.exists()
    assert not User.objects.filter(email="new@example.test").exists()


def test_the_page_says_who_helps(client: Client, db: None) -> None:
    assert "Ask your administrator for a new password." in client.get(URL).content.decode()


@pytest.mark.parametrize("verified", [True, False])
def test_only_the_work_email_signs_in(client: Client, cast: Cast, verified: bool) -> None:
    EmailAddress.objects.create(user=cast.agent, email="alias@example.test", verified=verified, primary=True)
    sign_in(client, "alias@example.test")
    assert not is_signed_in(client)
    sign_in(client, "andi@example.test")
    assert is_signed_in(client)


def change_password(browser: Client, old: str, new: str = "quite another sentence") -> Any:
    sent = {"oldpassword": old, "password1": new, "password2": new}
    return browser.post(reverse("account_change_password"), sent)


def test_a_person_changes_their_password(client: Client, cast: Cast, as_user: AsUser) -> None:
    browser = as_user(cast.agent)
    assert browser.get(reverse("account_change_password")).status_code == 200
    assert change_password(browser, PASSWORD).status_code == 302
    assert is_signed_in(browser)
    assert sign_in(client, "andi@example.test", "quite another sentence").status_code == 302


def test_eight_guesses_of_the_old_password_are_the_last_for_a_while(cast: Cast, as_user: AsUser) -> None:
    browser = as_user(cast.agent)
    assert [change_password(browser, "wrong").status_code for _number in range(8)] == [200] * 7 + [429]
    assert change_password(browser, PASSWORD).status_code == 429
    cast.agent.refresh_from_db()
    assert cast.agent.check_password(PASSWORD)


def test_somebody_without_a_password_has_none_to_change(cast: Cast, as_user: AsUser) -> None:
    cast.agent.set_unusable_password()
    cast.agent.save()
    assert as_user(cast.agent).get(reverse("account_change_password")).status_code == 404


def test_a_page_of_somebody_signed_in_stays_in_no_cache(client: Client, cast: Cast, as_user: AsUser) -> None:
    for url in ("/queue/", "/search/", "/nothing-here/", "/me/"):
        assert as_user(cast.agent).get(url)["Cache-Control"] == "private, no-store"
    assert "no-store" in as_user(cast.agent).get(reverse("account_logout"))["Cache-Control"]


def test_next_leads_on_but_never_to_another_site(client: Client, cast: Cast) -> None:
    assert sign_in(client, "andi@example.test", next="/me/")["Location"] == "/me/"
    client.logout()
    for elsewhere in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        assert sign_in(client, "andi@example.test", next=elsewhere)["Location"] == "/"
        client.logout()


def test_signing_out_takes_a_post(cast: Cast, as_user: Callable[[User], Client]) -> None:
    browser = as_user(cast.agent)
    url = reverse("account_logout")
    assert browser.get(url).status_code == 200
    assert is_signed_in(browser)
    assert browser.post(url)["Location"] == URL
    assert not is_signed_in(browser)


def test_a_form_without_its_token_is_refused_with_a_kind_page(cast: Cast) -> None:
    strict = Client(enforce_csrf_checks=True)
    for user in (None, cast.agent):
        if user:
            strict.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        answer = strict.post(URL, {"login": "x"})
        assert answer.status_code == 403
        assert "Nothing was changed" in answer.content.decode()
