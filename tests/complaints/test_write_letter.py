"""Writing to the customer: seen first, held for a moment, sent; and the final reply as a letter."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from complaints import clock, gate
from complaints.actions.closure import merge_complaint
from complaints.actions.correspondence import undo_letter
from complaints.models import Complaint, Contact, InformationRequest, Message
from tests import factories
from tests.complaints.handoff_forms import later
from tests.complaints.pages import filled, said, send
from tests.factories import Cast

LETTER = {"words": "Nota Ibu sudah kami periksa.\r\n\r\nKami menelepon Jumat."}
REQUEST = {"item": "nota", "items": "Foto nota pembelian.", "why": "Supaya tanggalnya pasti."}
CORRECTION = {"was_told": "2 tahun", "correct": "Garansinya satu tahun.", "meaning": "Habis bulan Mei."}


@pytest.fixture
def complaint(cast: Cast) -> Complaint:
    return factories.in_progress(cast, was_told="2 tahun", correct_information="Garansinya satu tahun.")


def url(complaint: Complaint, kind: str = "letter", **more: Any) -> str:
    query = "&".join(f"{name}={value}" for name, value in {"kind": kind, **more}.items())
    return f"{reverse('complaints:letter-new', args=[complaint.reference])}?{query}"


def final(complaint: Complaint) -> str:
    return reverse("complaints:final-reply", args=[complaint.reference])


def typed(kind: str) -> dict[str, str]:
    return {
        "letter": LETTER,
        "request": {**REQUEST, "answer_by": later(days=5), "remind_on": later(days=3)},
        "correction": CORRECTION,
    }[kind]


# -- seen first ---------------------------------------------------------------------------
@pytest.mark.parametrize("kind", ["letter", "request", "correction"])
def test_the_preview_is_the_letter_that_goes_out_and_keeps_nothing(
    cast: Cast, as_user: Any, complaint: Complaint, kind: str
) -> None:
    browser, page = as_user(cast.agent), url(complaint, kind)
    form = filled(browser, page, **typed(kind))
    shown = browser.post(page, {**form, "preview": "1"})
    assert shown.status_code == 200
    preview = shown.context["preview"]
    assert not Message.objects.exists()
    assert not InformationRequest.objects.exists()
    assert complaint.contacts.outbound().count() == 1, "the read-back alone"

    sent = browser.post(page, form)
    letter = Message.objects.get(state="held")
    assert sent["Location"] == letter.get_absolute_url()
    reading = browser.get(letter.get_absolute_url()).context["reading"]
    assert (preview.subject, preview.paragraphs) == (reading.subject, reading.paragraphs)


def test_a_preview_of_nothing_says_what_is_missing(cast: Cast, as_user: Any, complaint: Complaint) -> None:
    page = url(complaint, "request")
    form = {**typed("request"), "item": ""}
    answer = as_user(cast.agent).post(page, {**form, "preview": "1"})
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "Write what we need, in a few words" in shown
    assert "Foto nota pembelian." in shown


# -- in one's own words ---------------------------------------------------------------------
def test_a_letter_is_held_and_is_a_contact_once_it_was_sent(cast: Cast, as_user: Any, complaint: Complaint) -> None:
    browser = as_user(cast.colleague)
    answer = send(browser, url(complaint), **LETTER)
    letter = Message.objects.get()
    assert "15 seconds, unless you undo it" in said(browser, answer)
    assert (letter.kind, letter.state, letter.language, letter.by) == ("letter", "held", "id", cast.colleague)
    assert "Nota Ibu sudah kami periksa.\n\nKami menelepon Jumat." in letter.text
    contact = Contact.objects.get(message=letter)
    assert (contact.channel, contact.reached, contact.reply) == ("email", False, "substantive")
    factories.carried(letter)
    contact.refresh_from_db()
    assert contact.reached is True


@pytest.mark.parametrize("reply", ["substantive", "holding", "unclassified"])
def test_the_author_says_what_it_tells(cast: Cast, as_user: Any, complaint: Complaint, reply: str) -> None:
    send(as_user(cast.agent), url(complaint), **LETTER, reply=reply)
    assert Contact.objects.get(message__isnull=False).reply == reply


def test_two_letters_in_a_row_are_two(cast: Cast, as_user: Any, complaint: Complaint) -> None:
    browser = as_user(cast.agent)
    send(browser, url(complaint), words="Satu.")
    send(browser, url(complaint), words="Dua.")
    assert Message.objects.count() == 2


def test_without_words_nothing_goes(cast: Cast, as_user: Any, complaint: Complaint) -> None:
    answer = send(as_user(cast.agent), url(complaint), words="")
    assert answer.status_code == 422
    assert "Write the letter" in answer.content.decode()
    assert not Message.objects.exists()


# -- a request, a correction -------------------------------------------------------------------
def test_a_request_waits_for_the_customer_and_reminds_once(cast: Cast, as_user: Any, complaint: Complaint) -> None:
    browser = as_user(cast.agent)
    send(browser, url(complaint, "request"), **typed("request"))
    request = InformationRequest.objects.get()
    assert (request.item, request.state, request.message.state) == ("nota", "open", "held")
    assert Message.objects.get(kind="request_reminder").state == "pending"
    second = send(browser, url(complaint, "request"), **typed("request"))
    assert second.status_code == 409
    assert "one request at a time" in second.content.decode()


def test_the_reminder_comes_before_the_date(cast: Cast, as_user: Any, complaint: Complaint) -> None:
    late = {**typed("request"), "remind_on": later(days=6)}
    answer = send(as_user(cast.agent), url(complaint, "request"), **late)
    assert answer.status_code == 422
    assert "Choose a time before the date" in answer.content.decode()


def test_nothing_is_asked_for_once_it_is_over(cast: Cast, as_user: Any) -> None:
    complaint, browser = factories.closed(cast), as_user(cast.agent)
    assert browser.get(url(complaint, "request")).status_code == 409
    page = browser.get(url(complaint))
    assert "request" not in dict(page.context["kinds"])
    assert browser.post(url(complaint, "request"), filled(browser, url(complaint))).status_code == 422
    assert send(browser, url(complaint), **LETTER).status_code == 302, "a letter may still be written"


def test_a_correction_begins_with_what_is_known(cast: Cast, as_user: Any, complaint: Complaint) -> None:
    browser = as_user(cast.agent)
    form = browser.get(url(complaint, "correction")).context["form"]
    assert (form["was_told"].value(), form["correct"].value()) == ("2 tahun", "Garansinya satu tahun.")
    send(browser, url(complaint, "correction"), meaning="Habis bulan Mei.")
    letter = Message.objects.get(kind="correction")
    assert "Garansinya satu tahun." in letter.text
    assert Contact.objects.get(message=letter).correction == "Garansinya satu tahun."


# -- who, when, to whom ---------------------------------------------------------------------------
def test_without_an_address_the_page_says_where_to_add_one(cast: Cast, as_user: Any, complaint: Complaint) -> None:
    cast.customer.emails.update(stopped_at=clock.now())
    shown = as_user(cast.agent).get(url(complaint)).content.decode()
    assert "No e-mail address of Bu Sri Wahyuni may be written to." in shown
    assert reverse("complaints:customer-details", args=[cast.customer.pk]) in shown
    assert "<textarea" not in shown


def test_an_address_that_was_taken_away_meanwhile_keeps_what_was_typed(
    cast: Cast, as_user: Any, complaint: Complaint
) -> None:
    browser = as_user(cast.agent)
    form = filled(browser, url(complaint), **LETTER)
    cast.customer.emails.all().delete()
    answer = browser.post(url(complaint), form)
    assert answer.status_code == 409
    shown = answer.content.decode()
    assert "No e-mail address is known that may be written to" in shown
    assert "Kami menelepon Jumat." in shown


def test_what_was_merged_is_written_to_in_the_other_one(cast: Cast, as_user: Any, complaint: Complaint) -> None:
    browser, other = as_user(cast.agent), factories.in_progress(cast)
    factories.keep_promises(cast, other)
    form = filled(browser, url(other), **LETTER)
    merge_complaint(other, into=complaint, by=cast.agent)
    for answer in (browser.get(url(other)), browser.post(url(other), form)):
        assert answer.status_code == 409
        assert complaint.reference in answer.content.decode()


def test_to_others_it_does_not_exist(cast: Cast, as_user: Any, complaint: Complaint) -> None:
    for person in (cast.officer, cast.outsider, cast.administrator):
        assert as_user(person).get(url(complaint)).status_code == 404


@pytest.mark.parametrize("kind", ["letter", "request", "correction"])
def test_what_was_taken_back_is_there_to_be_put_right(
    cast: Cast, as_user: Any, complaint: Complaint, kind: str
) -> None:
    browser = as_user(cast.agent)
    send(browser, url(complaint, kind), **typed(kind))
    letter = Message.objects.get(state="held")
    undo_letter(letter, by=cast.agent)
    form = browser.get(url(complaint, kind, again=letter.pk)).context["form"]
    for name in {"letter": ["words"], "request": REQUEST, "correction": CORRECTION}[kind]:
        wanted = typed(kind)[name].replace("\r\n", "\n")
        assert form[name].value().replace("\r\n", "\n") == wanted
    assert send(browser, url(complaint, kind, again=letter.pk)).status_code == 302


@pytest.mark.parametrize("again", ["x", "9" * 30, "-1", "0"])
def test_a_letter_that_is_none_of_these_is_nothing_to_put_right(
    cast: Cast, as_user: Any, complaint: Complaint, again: str
) -> None:
    foreign = factories.letter(cast, factories.in_progress(cast), "Rahasia orang lain.")
    browser = as_user(cast.agent)
    for number in (again, str(foreign.pk)):
        assert browser.get(url(complaint, again=number)).context["form"]["words"].value() is None


# -- the final reply, as a letter -------------------------------------------------------------------
@pytest.fixture
def judged(cast: Cast) -> Complaint:
    complaint = factories.in_progress(cast)
    factories.verified(cast, complaint)
    return Complaint.objects.get(pk=complaint.pk)


def answer_field(complaint: Complaint) -> str:
    return f"answer_{complaint.issues.get().pk}"


def test_each_answer_begins_with_its_verdict(cast: Cast, as_user: Any, judged: Complaint) -> None:
    begun = as_user(cast.agent).get(final(judged)).context["form"][answer_field(judged)].value()
    assert begun.startswith("Anda benar. The receipt says so.")
    assert "…" in begun


def test_a_sentence_left_open_does_not_go_out_by_letter(cast: Cast, as_user: Any, judged: Complaint) -> None:
    browser = as_user(cast.agent)
    answer = send(browser, final(judged), channel="email")
    assert answer.status_code == 422
    assert "Finish the sentence: Seharusnya: …" in answer.content.decode()
    assert not Message.objects.exists()
    assert send(browser, final(judged), channel="phone").status_code == 302, "on the phone they finish it themselves"


def test_by_e_mail_it_goes_out_as_a_letter_and_counts_once_it_was_sent(
    cast: Cast, as_user: Any, judged: Complaint
) -> None:
    browser, words = as_user(cast.agent), {answer_field(judged): "Uang Ibu sudah kembali.", "channel": "email"}
    form = filled(browser, final(judged), **words)
    preview = browser.post(final(judged), {**form, "preview": "1"}).context["preview"]
    assert any("Uang Ibu sudah kembali." in each for each in preview.paragraphs)
    assert not Message.objects.exists()
    answer = browser.post(final(judged), form)
    letter = Message.objects.get(kind="final_reply")
    assert answer["Location"] == letter.get_absolute_url()
    assert browser.get(letter.get_absolute_url()).context["reading"].paragraphs == preview.paragraphs
    assert gate.final_reply(judged) != []
    factories.carried(letter)
    assert gate.final_reply(judged) == []


def test_a_final_reply_taken_back_is_there_to_be_put_right(cast: Cast, as_user: Any, judged: Complaint) -> None:
    browser = as_user(cast.agent)
    send(browser, final(judged), **{answer_field(judged): "Uang Ibu sudah kembali.", "channel": "email"})
    letter = undo_letter(Message.objects.get(kind="final_reply"), by=cast.agent)
    assert browser.get(letter.get_absolute_url()).context["again_url"] == final(judged)
    form = browser.get(final(judged)).context["form"]
    assert (form[answer_field(judged)].value(), form["channel"].value()) == ("Uang Ibu sudah kembali.", "email")


def test_e_mail_is_not_proposed_where_it_cannot_go(cast: Cast, as_user: Any) -> None:
    complaint = factories.in_progress(cast, channel="email")
    browser = as_user(cast.agent)
    assert browser.get(final(complaint)).context["form"]["channel"].value() == "email"
    cast.customer.emails.update(stopped_at=clock.now() - timedelta(days=1))
    assert browser.get(final(complaint)).context["form"]["channel"].value() == "phone"
    refused = send(browser, final(complaint), **{answer_field(complaint): "Sudah.", "channel": "email"})
    assert refused.status_code == 409
    assert "No e-mail address is known that may be written to" in refused.content.decode()
