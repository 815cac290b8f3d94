"""The read-back by letter: beside the yes on the phone, or in its place, to be corrected by the customer."""

from typing import Any

import pytest
from django.urls import reverse

from complaints import clock
from complaints.actions.verification import start_verifying
from complaints.models import Complaint, Contact, Message
from tests import factories
from tests.complaints.handoff_forms import later
from tests.complaints.pages import filled, said
from tests.factories import Cast

WORDS = {
    "what_happened": "Dijanjikan garansi dua tahun.",
    "what_is_wanted": "Uang kembali.",
    "promised": "menelepon dengan jawaban Penjualan",
}


@pytest.fixture
def complaint(cast: Cast) -> Complaint:
    return factories.received(cast)


def page_of(complaint: Complaint) -> str:
    return reverse("complaints:read-back", args=[complaint.reference])


def sent(browser: Any, complaint: Complaint, **typed: Any) -> Any:
    form = filled(browser, page_of(complaint), **WORDS, promised_by=later(days=1), **typed)
    return browser.post(page_of(complaint), {name: value for name, value in form.items() if value != "off"})


def test_whoever_has_an_address_gets_it_in_writing_too(cast: Cast, as_user: Any, complaint: Complaint) -> None:
    browser = as_user(cast.agent)
    shown = browser.get(page_of(complaint)).content.decode()
    assert "Send it by e-mail in Indonesian too" in shown
    assert "sr•••@example.test" in shown
    assert sent(browser, complaint).status_code == 302
    complaint.refresh_from_db()
    assert (complaint.status, bool(complaint.read_back_agreed_at)) == ("in_progress", True)
    letter = Message.objects.get()
    assert (letter.kind, letter.state) == ("acknowledgement", "pending")
    assert "Dijanjikan garansi dua tahun." in letter.text
    assert "menelepon dengan jawaban Penjualan" in letter.text


def test_unticked_nothing_is_written(cast: Cast, as_user: Any, complaint: Complaint) -> None:
    assert sent(as_user(cast.agent), complaint, mailed="off").status_code == 302
    assert not Message.objects.exists()


def test_not_on_the_phone_the_letter_acknowledges_once_it_was_sent(
    cast: Cast, as_user: Any, complaint: Complaint
) -> None:
    browser = as_user(cast.agent)
    answer = sent(browser, complaint, by_letter="1")
    assert "to be corrected by the customer" in said(browser, answer)
    complaint.refresh_from_db()
    assert (complaint.status, complaint.read_back_agreed_at) == ("received", None)
    letter = Message.objects.get()
    assert Contact.objects.get(message=letter).reached is False
    assert complaint.promises.get().words == "menelepon dengan jawaban Penjualan"

    factories.carried(letter)
    complaint.refresh_from_db()
    assert (complaint.status, complaint.read_back_agreed_at) == ("in_progress", None)
    assert complaint.acknowledged_at
    start_verifying(complaint, by=cast.agent)


def test_by_letter_too_says_what_happens_next(cast: Cast, as_user: Any, complaint: Complaint) -> None:
    browser = as_user(cast.agent)
    form = filled(browser, page_of(complaint), what_happened="Dua tahun.", by_letter="1")
    answer = browser.post(page_of(complaint), form)
    assert answer.status_code == 422
    assert "Say what happens next" in answer.content.decode()
    assert not Message.objects.exists()


def test_without_an_address_neither_is_offered(cast: Cast, as_user: Any, complaint: Complaint) -> None:
    browser = as_user(cast.agent)
    form = filled(browser, page_of(complaint), **WORDS, promised_by=later(days=1))
    cast.customer.emails.update(stopped_at=clock.now())
    shown = browser.get(page_of(complaint)).content.decode()
    assert "by e-mail" not in shown
    assert "send it to be corrected" not in shown
    refused = browser.post(page_of(complaint), {**form, "by_letter": "1"})
    assert refused.status_code == 422
    assert "No e-mail address is known that may be written to" in refused.content.decode()
    assert browser.post(page_of(complaint), form).status_code == 302, "the yes on the phone needs no letter"
    assert not Message.objects.exists()


def test_sent_twice_it_is_mailed_once(cast: Cast, as_user: Any, complaint: Complaint) -> None:
    browser = as_user(cast.agent)
    form = filled(browser, page_of(complaint), **WORDS, promised_by=later(days=1), by_letter="1")
    for _time in range(2):
        assert browser.post(page_of(complaint), form).status_code == 302
    assert Message.objects.count() == 1


def test_enter_in_a_field_is_the_yes_on_the_phone(cast: Cast, as_user: Any, complaint: Complaint) -> None:
    """The first button of a form is what Enter presses: it may not be the one that mails."""
    form = as_user(cast.agent).get(page_of(complaint)).content.decode().partition("<main")[2]
    first = form[form.index("<button") :].partition(">")[0]
    assert "name=" not in first
