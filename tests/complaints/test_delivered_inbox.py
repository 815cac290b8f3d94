"""The inbox that stands in for mail: what staff see of it, and what its pages can do."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, override_settings
from django.urls import reverse

from complaints.actions.correspondence import send_now
from complaints.delivery import outbox
from complaints.delivery.files import FolderPost
from complaints.delivery.looks import fill, html_of
from complaints.delivery.post import Letter, Result
from complaints.emails.rendering import links_in
from complaints.models import Message
from complaints.tasks import deliver_messages
from tests import factories
from tests.factories import Cast

PAGE = "/outbox/delivered/"
SECRET = "Zx9-geheim_Zx9"


@pytest.fixture(autouse=True)
def _home(tmp_path: Path) -> Iterator[None]:
    with override_settings(HOME=tmp_path, EMAIL_URL=""):
        yield


def delivered(cast: Cast, words: str = "Nota Ibu sudah kami periksa.") -> Message:
    """Sent, and in the folder with a link in it."""
    message = factories.carried(factories.letter(cast, factories.in_progress(cast), words))
    put(message)
    return message


def put(message: Message) -> None:
    links = dict.fromkeys(links_in(message.text), f"{settings.SITE_URL}/s/{SECRET}/")
    html = html_of(
        message.text, subject=message.subject, language=message.language, org="Sinar", buttons=False, links=links
    )
    letter = Letter(
        uid=str(message.uid), message_id=f"<{message.uid}@localhost>", sender="Tuntas <tuntas@example.test>",
        reply_to="", to=message.address, subject=message.subject, text=fill(message.text, links),
        html=html, language=message.language, headers={},
    )  # fmt: skip
    assert FolderPost(outbox()).send(letter).result == Result.SENT


def page_of(message: Message, name: str = "delivered-letter") -> str:
    return reverse(f"complaints:{name}", args=[message.uid])


def listed(browser: Any) -> list[Message]:
    return [row.message for row in browser.get(PAGE).context["rows"]]


def test_what_was_delivered_is_listed_and_what_waits_is_not(cast: Cast, as_user: Any) -> None:
    letter = delivered(cast)
    factories.letter(cast, factories.in_progress(cast))
    browser = as_user(cast.colleague)
    assert listed(browser) == [letter]
    shown = browser.get(PAGE).content.decode()
    assert "Nothing leaves this machine: letters are kept here." in shown
    assert "private window" in shown
    assert page_of(letter) in shown


def test_its_links_can_be_followed_in_a_window_of_their_own(cast: Cast, as_user: Any) -> None:
    letter = delivered(cast, "Lihat http://jahat.example/s/x/ dan www.lain.example.")
    shown = as_user(cast.agent).get(page_of(letter)).content.decode()
    link = f"{settings.SITE_URL}/s/{SECRET}/"
    assert f'<a href="{link}" target="_blank" rel="noopener">{link}</a>' in shown
    assert "http://jahat.example/s/x/" in shown, "a colleague wrote it"
    assert 'href="http://jahat.example' not in shown
    assert "sri@example.test" not in shown
    assert "sr•••@example.test" in shown


def test_what_was_really_delivered_opens_for_its_customer(cast: Cast, as_user: Any) -> None:
    letter = factories.letter(cast, factories.in_progress(cast))
    send_now(letter, by=cast.agent)
    deliver_messages()
    shown = as_user(cast.agent).get(page_of(letter)).content.decode()
    [path] = re.findall(rf'href="{re.escape(settings.SITE_URL)}(/s/[^"]+)"', shown)
    assert Client().get(path).status_code == 200


def test_the_other_half_is_a_page_that_can_do_nothing(cast: Cast, as_user: Any) -> None:
    letter = delivered(cast, "<script>alert(1)</script>")
    answer = as_user(cast.agent).get(page_of(letter, "delivered-html"))
    assert answer.status_code == 200
    policy = answer.headers["Content-Security-Policy"]
    assert policy == "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-popups"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert "no-store" in answer.headers["Cache-Control"]
    shown = answer.content.decode()
    assert "<script" not in shown
    assert f"/s/{SECRET}/" in shown


def test_nobody_meets_a_letter_they_may_not_see(cast: Cast, as_user: Any) -> None:
    letter = delivered(cast)
    for person in (cast.outsider, cast.officer, cast.administrator):
        browser = as_user(person)
        assert listed(browser) == []
        assert browser.get(page_of(letter)).status_code == 404
        assert browser.get(page_of(letter, "delivered-html")).status_code == 404


def test_a_notice_is_in_the_inbox_of_its_reader(cast: Cast, as_user: Any) -> None:
    factories.handed_off(cast, factories.in_progress(cast))
    notice = factories.carried(Message.objects.get(user=cast.officer))
    put(notice)
    assert listed(as_user(cast.officer)) == [notice]
    assert as_user(cast.officer).get(page_of(notice)).status_code == 200
    assert listed(as_user(cast.finance_officer)) == []


def test_a_letter_without_its_file_says_so(cast: Cast, as_user: Any) -> None:
    letter = factories.carried(factories.letter(cast, factories.in_progress(cast)))
    browser = as_user(cast.agent)
    assert "Its file is not on this machine." in browser.get(page_of(letter)).content.decode()
    assert browser.get(page_of(letter, "delivered-html")).status_code == 404


def test_delivered_twice_the_newest_is_shown(cast: Cast, as_user: Any) -> None:
    letter = delivered(cast)
    put(letter)
    page = as_user(cast.agent).get(page_of(letter))
    assert page.context["copies"] == 2
    assert "2 times" in page.content.decode()


@pytest.mark.parametrize(
    "uid",
    ["6f1c2a52-8f10-4e0b-9d0e-3c6a9a3f0b11", "..%2F..%2Fetc%2Fpasswd", "x", "00000000-0000-0000-0000-00000000000g"],
)
def test_a_number_no_letter_has_is_nothing_here(cast: Cast, as_user: Any, uid: str) -> None:
    assert as_user(cast.agent).get(f"{PAGE}{uid}/").status_code == 404


def test_with_a_mail_server_there_is_nothing_here(cast: Cast, as_user: Any) -> None:
    letter, browser = delivered(cast), as_user(cast.agent)
    with override_settings(EMAIL_URL="smtp://mail.example.test"):
        shown = browser.get(PAGE).content.decode()
        assert "Letters leave by the mail server, and none are kept here." in shown
        assert 'href="/outbox/"' in shown
        assert browser.get(page_of(letter)).status_code == 404
        assert browser.get(page_of(letter, "delivered-html")).status_code == 404
        assert PAGE not in browser.get("/outbox/").content.decode()
    assert PAGE in browser.get("/outbox/").content.decode()
