"""A fresh link for whoever lost theirs: mailed to the address we know, and the same answer to everybody."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from complaints import clock
from complaints.actions.closure import merge_complaint
from complaints.actions.customers import set_letters
from complaints.models import Complaint, Message, User
from complaints.views.find_link import PER_ADDRESS, PER_REFERENCE, complaint_of
from tests import factories
from tests.complaints.links import browser, checksums, forms_in, link_to, press, reads, shown, words
from tests.factories import Cast

FIND = "/s/?lang=en"


@pytest.fixture(autouse=True)
def _home(tmp_path: Path) -> Iterator[None]:
    cache.clear()
    with override_settings(HOME=tmp_path, EMAIL_URL=""):
        yield


def ask(reference: str, reach: str, **client: Any) -> str:
    answer = press(FIND, reference=reference, reach=reach)
    assert answer.status_code == 200
    return str(answer.content.decode())


def mailed() -> list[Message]:
    return list(Message.objects.filter(kind="status_link"))


@pytest.mark.parametrize(
    "reach",
    ["sri@example.test", " SRI@Example.Test ", "0812 3344 5678", "+62 812-3344-5678", "62081233445678", "445678"],
)
def test_what_matches_is_mailed_to_the_address_we_know(cast: Cast, reach: str) -> None:
    complaint = factories.in_progress(cast)
    text = words(ask(complaint.reference, reach))
    assert "If this matches a complaint, a fresh link is on its way to the e-mail address we know." in text
    assert "Nothing after a few minutes? Call 1500-000." in text
    [letter] = mailed()
    assert (letter.customer, letter.complaint, letter.by) == (cast.customer, complaint, User.objects.system())
    assert complaint.reference in reads(link_to(letter))


@pytest.mark.parametrize("written", ["{0}", " {0} ", "{1}", "c26 - {2}", "{2}"])
def test_the_number_may_be_written_as_people_write_it(cast: Cast, written: str) -> None:
    reference = factories.in_progress(cast).reference
    ask(written.format(reference, reference.lower(), int(reference[4:])), "sri@example.test")
    assert len(mailed()) == 1


@pytest.mark.parametrize(
    ("reference", "reach"),
    [
        ("", "farid@example.test"),
        ("", "0812 3344 0000"),
        ("", "45678"),
        ("", "5678"),
        ("", "sri@example"),
        ("", "%"),
        ("", "_ri@example.test"),
        ("", "٤٤٥٦٧٨"),
        ("C26-999999", "sri@example.test"),
        ("C25-000001", "sri@example.test"),
        ("' OR 1=1 --", "sri@example.test"),
        ("9" * 40, "sri@example.test"),
    ],
)
def test_what_does_not_match_is_answered_in_the_very_same_words(cast: Cast, reference: str, reach: str) -> None:
    complaint = factories.in_progress(cast)
    factories.make_customer(cast.agent, full_name="Farid", emails=["farid@example.test"], phones=["0812 3344 0000"])
    before = checksums()
    other = ask(reference or complaint.reference, reach)
    assert checksums() == before
    assert other == ask(complaint.reference, "sri@example.test")
    assert len(mailed()) == 1


def test_whether_it_matches_or_not_the_same_is_asked(cast: Cast) -> None:
    complaint = factories.in_progress(cast)
    asked = []
    for reference, reach in (
        (complaint.reference, "nobody@example.test"), ("C26-999999", "sri@example.test"), ("x", "nobody@example.test")
    ):  # fmt: skip
        with CaptureQueriesContext(connection) as queries:
            assert complaint_of(reference, reach) is None
        asked.append([query["sql"].partition("WHERE")[0] for query in queries])
    assert asked[0] == asked[1] == asked[2]
    assert len(asked[0]) == 1


def test_it_is_mailed_once_an_hour_however_often_it_is_asked_for(cast: Cast) -> None:
    complaint = factories.in_progress(cast)
    for _ in range(3):
        ask(complaint.reference, "sri@example.test")
    assert len(mailed()) == 1
    clock.advance(timedelta(hours=1))
    ask(complaint.reference, "sri@example.test")
    assert len(mailed()) == 2


def test_whoever_may_not_be_written_to_gets_nothing_and_hears_the_same(cast: Cast) -> None:
    complaint = factories.in_progress(cast)
    said = ask(complaint.reference, "nobody@example.test")
    set_letters(cast.customer, wanted=False, by=User.objects.customer())
    assert ask(complaint.reference, "sri@example.test") == said
    assert mailed() == []


def test_a_closed_complaint_can_be_found_for_120_days(cast: Cast) -> None:
    complaint = factories.closed(cast)
    ask(complaint.reference, "sri@example.test")
    [letter] = mailed()
    assert "It works until" in letter.text or letter.language == "id"
    assert complaint.closed_at
    clock.advance(complaint.closed_at + timedelta(days=120) - clock.now())
    ask(complaint.reference, "sri@example.test")
    assert len(mailed()) == 1


def test_a_merged_number_leads_to_the_other_complaint(cast: Cast) -> None:
    source, target = factories.received(cast), factories.in_progress(cast)
    merge_complaint(source, into=target, by=cast.agent)
    ask(source.reference, "sri@example.test")
    [letter] = mailed()
    assert letter.complaint == target
    assert target.reference in letter.subject


def test_nothing_is_sent_by_opening_the_page_or_by_a_form_without_its_button(cast: Cast) -> None:
    complaint = factories.in_progress(cast)
    before = checksums()
    for query in ("", f"?reference={complaint.reference}&reach=sri@example.test"):
        answer = browser().get(f"/s/{query}")
        assert answer.status_code == 200
        assert "sri@example.test" not in answer.content.decode().replace("reach=sri%40", "")
    typed = {"reference": complaint.reference, "reach": "sri@example.test"}
    answer = browser().post(FIND, typed)
    assert (answer.status_code, mailed()) == (422, [])
    [form] = forms_in(answer.content.decode())
    assert form.fields == typed, "what was typed is kept"
    assert checksums() == before


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "Write the complaint number"),
        ({"reference": "C26-000001"}, "Write your phone number or e-mail"),
        ({"reference": "C26-000001", "reach": "a\x00b"}, "hidden characters"),
        ({"reference": "C26\n-000001", "reach": "0812"}, "on one line"),
        ({"reference": "x" * 50, "reach": "0812"}, "at most 40"),
    ],
)
def test_what_is_missing_is_said(db: None, typed: dict[str, str], said: str) -> None:
    answer = press(FIND, **typed)
    assert answer.status_code == 422
    assert said in words(answer.content.decode())


def test_one_address_may_not_try_for_ever(cast: Cast) -> None:
    client = Client(REMOTE_ADDR="203.0.113.9")
    codes = [
        client.post(FIND, {"send": "1", "reference": f"C26-{number:06}", "reach": "x"}).status_code
        for number in range(PER_ADDRESS + 1)
    ]
    assert codes == [200] * PER_ADDRESS + [429]
    assert browser().post(FIND, {"send": "1", "reference": "C26-000001", "reach": "x"}).status_code == 200


@pytest.mark.parametrize("exists", [True, False])
def test_one_number_may_not_be_tried_for_ever_whether_it_exists_or_not(cast: Cast, exists: bool) -> None:
    reference = factories.in_progress(cast).reference if exists else "C26-999999"
    for _ in range(PER_REFERENCE):
        ask(reference, "nobody@example.test")
    answer = press(FIND, reference=reference.lower(), reach="sri@example.test")
    assert answer.status_code == 429
    assert "Try again at" in answer.content.decode()
    assert not Message.objects.filter(kind="status_link").exists()


def test_without_the_cache_nobody_is_stopped(cast: Cast, settings: Any) -> None:
    settings.CACHES = {"default": {"BACKEND": "tests.test_settings.NoCache"}}
    complaint = factories.in_progress(cast)
    for _ in range(PER_REFERENCE + 2):
        ask(complaint.reference, "sri@example.test")
    assert len(mailed()) == 1


def test_the_page_of_a_dead_link_has_the_same_form(cast: Cast) -> None:
    complaint = factories.in_progress(cast)
    [form] = forms_in(browser().get("/s/nothing/").content.decode())
    assert form.action == "/s/"
    assert set(form.fields) == {"reference", "reach"}
    press(form.action, reference=complaint.reference, reach="sri@example.test")
    assert len(mailed()) == 1
    assert Complaint.objects.get().reference not in shown("/s/")
