"""What customers do from their page: once, by their own choice, and told what came of it."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import override_settings

from complaints import clock
from complaints.actions import by_customer, closure, requests, resolution
from complaints.actions.approval import approve
from complaints.kinds import Kind
from complaints.models import Complaint, Contact, Evidence, Message, Offer, Submission, User
from complaints.tasks import deliver_messages, lapse_offers, note_messages
from complaints.timeline import flaws, record
from complaints.wording import when_long
from tests import factories
from tests.complaints.handoff_forms import PDF, PNG, upload
from tests.complaints.links import (
    browser,
    checksums,
    forms_in,
    link_to,
    press,
    pressed,
    reads,
    shown,
    status,
    words,
)
from tests.complaints.test_at_the_same_time import together
from tests.factories import Cast


@pytest.fixture(autouse=True)
def _home(tmp_path: Path) -> Iterator[None]:
    cache.clear()
    with override_settings(HOME=tmp_path, EMAIL_URL=""):
        yield


def fresh(complaint: Complaint) -> Complaint:
    return Complaint.objects.get(pk=complaint.pk)


def told(answer: Any) -> str:
    """The green sentence on the page that the answer leads to, in English."""
    assert answer.status_code == 302
    found = re.search(r'class="alert good"[^>]*>(.*?)</div>', shown(f"{answer['Location']}&lang=en"), re.DOTALL)
    return words(found[1]) if found else ""


def refused(answer: Any, status_code: int = 422) -> str:
    assert answer.status_code == status_code
    return words(answer.content.decode())


def due(moment: datetime | None, complaint: Complaint) -> str:
    """As the page says it."""
    assert moment
    return " ".join(when_long(moment, language="en", zone=complaint.customer.zone).split())


def english(page: str) -> str:
    return f"{page}?lang=en"


# -- correcting and adding ------------------------------------------------------------------
def test_what_is_not_right_is_heard_and_no_longer_agreed(cast: Cast) -> None:
    complaint = factories.in_progress(cast)
    page = status(complaint, "correction")
    assert fresh(complaint).what_happened in reads(page)
    answer = press(page, words="Bukan dua tahun: tiga.")
    complaint = fresh(complaint)
    heard = complaint.contacts.latest("pk")
    assert told(answer) == f"We have it. Andi will read it by {due(heard.promised_by, complaint)}."
    assert (heard.direction, heard.channel, heard.words) == ("in", "web", "Bukan dua tahun: tiga.")
    assert heard.by == User.objects.customer()
    assert complaint.read_back_agreed_at is None
    assert complaint.events.filter(kind="read_back_disputed").count() == 1


def test_a_correction_needs_words(cast: Cast) -> None:
    page = english(status(factories.in_progress(cast), "correction"))
    before = checksums()
    assert "Write what is wrong or missing" in refused(press(page, words="   "))
    assert checksums() == before


def test_more_words_and_files_come_to_the_complaint(cast: Cast) -> None:
    complaint = factories.in_progress(cast)
    files = [upload(), upload("foto.png", PNG, "image/png")]
    answer = press(status(complaint, "addition"), words="Ini notanya.", attachments=files)
    assert told(answer).startswith("We have it. Andi will read it by ")
    kept = Evidence.objects.filter(complaint=complaint).order_by("pk")
    assert [each.name for each in kept] == ["INV-8812.pdf", "foto.png"]
    assert kept[0].file.read() == PDF
    assert {each.by for each in kept} == {User.objects.customer()}
    assert fresh(complaint).read_back_agreed_at is not None
    assert flaws() == []


def test_a_file_alone_is_enough(cast: Cast) -> None:
    complaint = factories.in_progress(cast)
    assert press(status(complaint, "addition"), attachments=[upload()]).status_code == 302
    assert complaint.evidence.count() == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "Write what you want to say, or choose a file"),
        ({"words": "a\x00b"}, "hidden characters"),
        ({"words": "a\u202eb"}, "hidden characters"),
        ({"words": "x" * 20_001}, "at most 20000"),
        ({"attachments": ["page.html"]}, "This file is not what its name says"),
        ({"attachments": ["a.pdf"] * 6}, "Send at most 5 files at a time"),
        ({"attachments": ["empty.pdf"]}, "This file is empty"),
    ],
)
def test_what_cannot_be_taken_is_answered_with_a_sentence(cast: Cast, typed: dict[str, Any], said: str) -> None:
    complaint = factories.in_progress(cast)
    contents = {"page.html": b"<html><script>", "empty.pdf": b""}
    if "attachments" in typed:
        typed = {"attachments": [upload(name, contents.get(name, PDF)) for name in typed["attachments"]]}
    page = english(status(complaint, "addition"))
    before = checksums()
    answer = press(page, **typed)
    assert said in refused(answer)
    assert "Error:" in answer.content.decode()
    assert checksums() == before


def test_a_megabyte_of_text_is_refused_and_kept_on_the_page(cast: Cast) -> None:
    long = "panjang " * 130_000
    answer = press(english(status(factories.in_progress(cast), "addition")), words=long)
    assert "at most 20000" in refused(answer)
    [form] = forms_in(answer.content.decode())
    assert form.fields["words"].strip() == long.strip()


def test_a_file_has_to_be_chosen_again_when_something_else_was_wrong(cast: Cast) -> None:
    answer = press(english(status(factories.in_progress(cast), "correction")), attachments=[upload()])
    assert "Choose the files again: the page could not keep them" in refused(answer)


def test_there_is_an_end_to_how_many_files_come_by_link(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    complaint = factories.in_progress(cast)
    monkeypatch.setattr(by_customer, "MOST_FILES", 2)
    page = english(status(complaint, "addition"))
    assert press(page, attachments=[upload(), upload()]).status_code == 302
    answer = press(page, words="Satu lagi.", attachments=[upload()])
    assert "We have many files from you already" in refused(answer, 409)
    assert "Satu lagi." in answer.content.decode()
    assert press(page, words="Tanpa foto.").status_code == 302


def test_what_we_asked_for_has_come(cast: Cast) -> None:
    complaint = factories.in_progress(cast)
    needed = requests.RequestFacts("nota", "Foto nota", "Garansi", clock.now() + timedelta(days=3))
    asked = requests.ask_for_information(complaint, needed, by=cast.agent)
    assert press(status(complaint, "addition"), attachments=[upload()]).status_code == 302
    asked.refresh_from_db()
    assert asked.state == "answered"
    assert complaint.contacts.latest("pk").answers_us
    assert "What we need from you" not in reads(status(complaint))


def test_a_closed_complaint_takes_no_more_and_says_what_can_be_done(cast: Cast) -> None:
    complaint = factories.closed(cast)
    for place in ("addition", "correction"):
        page = status(complaint, place)
        assert "Your complaint is closed. If it is not solved, open it again." in reads(page)
        assert "reopening/" in shown(page)
        before = checksums()
        assert "Your complaint is closed." in refused(press(english(page), words="Ada lagi."), 409)
        assert checksums() == before


# -- twice -----------------------------------------------------------------------------------------
def test_the_same_form_sent_twice_is_heard_once_and_answered_alike(cast: Cast) -> None:
    complaint = factories.in_progress(cast)
    page, typed = status(complaint, "addition"), pressed(words="Ada lagi.")
    first = browser().post(page, {**typed, "attachments": [upload()]})
    done = checksums()
    second = browser().post(page, {**typed, "attachments": [upload()]})
    assert (second.status_code, second["Location"]) == (302, first["Location"])
    assert checksums() == done
    assert complaint.contacts.filter(words="Ada lagi.").count() == 1
    assert complaint.evidence.count() == 1


def test_the_same_form_with_other_words_is_not_a_repeat(cast: Cast) -> None:
    complaint = factories.in_progress(cast)
    page, typed = english(status(complaint, "addition")), pressed(words="Ada lagi.")
    assert browser().post(page, typed).status_code == 302
    answer = browser().post(page, {**typed, "words": "Ada lagi, dan ini."})
    assert "with other words. Send it again to save these too" in refused(answer, 409)
    [form] = forms_in(answer.content.decode())
    assert form.fields["words"].strip() == "Ada lagi, dan ini."
    assert form.fields["submit_key"] != typed["submit_key"]
    assert browser().post(page, {**form.fields, "send": "1"}).status_code == 302
    assert complaint.contacts.filter(words__startswith="Ada lagi").count() == 2


def test_the_key_of_another_page_does_nothing_here(cast: Cast) -> None:
    first, second = factories.in_progress(cast), factories.in_progress(cast)
    typed = pressed(words="Ada lagi.")
    assert browser().post(status(first, "addition"), typed).status_code == 302
    assert browser().post(status(second, "addition"), typed).status_code == 409
    assert not second.contacts.filter(words="Ada lagi.").exists()


def test_a_refusal_uses_up_no_key(cast: Cast) -> None:
    complaint = factories.closed(cast)
    assert press(status(complaint, "addition"), words="x").status_code == 409
    assert not Submission.objects.filter(user=User.objects.customer()).exists()


# -- the offer ---------------------------------------------------------------------------------------
def offered(cast: Cast, **facts: Any) -> Offer:
    return factories.offered(cast, factories.in_progress(cast), **facts)


def answer_to(offer: Offer, answer: str, **typed: Any) -> Any:
    return press(english(status(offer.complaint, "offer")), offer=offer.pk, answer=answer, **typed)


def state(offer: Offer) -> str:
    return Offer.objects.get(pk=offer.pk).state


def test_nothing_is_chosen_beforehand_whatever_the_address_says(cast: Cast) -> None:
    page = status(offered(cast).complaint, "offer")
    for query in ("", "?answer=accept", "?answer=refuse"):
        html = shown(page + query)
        assert 'value="accept"' in html
        assert " checked" not in html


def test_accepted_by_link_it_becomes_a_promise(cast: Cast) -> None:
    offer = offered(cast)
    answer = answer_to(offer, "accept")
    offer.refresh_from_db()
    assert (offer.state, offer.accepted_on, offer.heard_by) == ("accepted", "web", User.objects.customer())
    assert fresh(offer.complaint).remedy == "accepted"
    by = due(offer.deliver_by, offer.complaint)
    assert told(answer) == f"Thank you. You have accepted our offer. What we agreed reaches you by {by}."
    assert offer.complaint.promises.filter(offer=offer, state="open", due_at=offer.deliver_by).exists()
    assert offer.complaint.contacts.latest("pk").words, "a yes has words, also where none were typed"
    assert flaws() == []


def test_refused_by_link_somebody_calls(cast: Cast) -> None:
    offer = offered(cast)
    answer = answer_to(offer, "refuse", words="Unit baru lebih baik.")
    offer.refresh_from_db()
    assert (offer.state, offer.end_reason) == ("refused", "Unit baru lebih baik.")
    heard = offer.complaint.contacts.latest("pk")
    assert (heard.words, heard.answers_us) == ("Unit baru lebih baik.", True)
    by = due(heard.promised_by, offer.complaint)
    assert told(answer) == f"You have refused our offer. Andi will call you by {by} to talk about other ways."


def test_an_offer_needs_a_choice(cast: Cast) -> None:
    offer = offered(cast)
    answer = press(english(status(offer.complaint, "offer")), offer=offer.pk, words="Hmm")
    assert "Choose whether you accept or refuse" in refused(answer)
    assert "Hmm" in answer.content.decode()
    assert "Choose whether you accept or refuse" in refused(answer_to(offer, "maybe"))
    assert state(offer) == "live"


@pytest.mark.parametrize(("first", "second"), [("accept", "refuse"), ("refuse", "accept"), ("accept", "accept")])
def test_the_second_answer_is_told_what_is_recorded(cast: Cast, first: str, second: str) -> None:
    offer = offered(cast)
    page = status(offer.complaint, "offer")
    assert press(page, offer=offer.pk, answer=first).status_code == 302
    done = checksums()
    answer = press(english(page), offer=offer.pk, answer=second)
    recorded = "you accepted our offer" if first == "accept" else "you refused our offer"
    assert f"Your answer is recorded: {recorded}." in refused(answer, 409)
    assert f"Your answer is recorded: {recorded}." in reads(page)
    assert checksums() == done


def test_an_offer_is_accepted_as_it_was_read_and_no_other(cast: Cast) -> None:
    old = offered(cast)
    resolution.withdraw_offer(old, by=cast.agent, reason="Too much")
    new = factories.offered(cast, fresh(old.complaint), items=[resolution.ItemFacts("apology")])
    answer = press(english(status(old.complaint, "offer")), offer=old.pk, answer="accept", words="Ya!")
    assert "Our offer has changed since you opened this page" in refused(answer, 409)
    assert (state(old), state(new)) == ("withdrawn", "live")
    html = answer.content.decode()
    [form] = forms_in(html)
    assert (form.fields["offer"], form.fields["words"].strip()) == (str(new.pk), "Ya!")
    assert "Apology" in words(html)
    assert " checked" not in html, "the new one is chosen anew"


@pytest.mark.parametrize("number", ["", "x", "0", "-1", "9" * 30])
def test_a_number_that_is_no_offer_accepts_nothing(cast: Cast, number: str) -> None:
    offer = offered(cast)
    answer = press(status(offer.complaint, "offer"), offer=number, answer="accept")
    assert answer.status_code == 409
    assert state(offer) == "live"


def test_another_complaints_offer_is_not_accepted_here(cast: Cast) -> None:
    mine = offered(cast)
    theirs = factories.offered(cast, factories.in_progress(cast, customer=cast.other_customer))
    assert press(status(mine.complaint, "offer"), offer=theirs.pk, answer="accept").status_code == 409
    assert (state(mine), state(theirs)) == ("live", "live")


@pytest.mark.parametrize("swept", [True, False])
def test_an_offer_whose_time_is_over_can_still_be_wanted(cast: Cast, swept: bool) -> None:
    offer = offered(cast)
    page, wanted = status(offer.complaint, "offer"), status(offer.complaint, "offer/wanted")
    assert "There is no offer to answer now." in reads(wanted)
    clock.advance(offer.answer_by - clock.now())
    if swept:
        lapse_offers()
    assert "This offer has ended. If you still want it, tell us: somebody answers you." in reads(page)
    assert "offer/wanted/" in shown(page)
    assert "This offer has ended" in refused(press(english(page), offer=offer.pk, answer="accept"), 409)
    typed = pressed(sure="on")
    answer = browser().post(wanted, typed)
    assert told(answer).startswith("We have it: you still want the offer. Andi will answer you by ")
    done = checksums()
    assert browser().post(wanted, typed)["Location"] == answer["Location"]
    assert checksums() == done
    heard = offer.complaint.contacts.latest("pk")
    assert (heard.channel, heard.direction) == ("web", "in")
    assert state(offer) == ("lapsed" if swept else "live")


def test_what_was_taken_back_can_be_wanted_until_there_is_something_new(cast: Cast) -> None:
    offer = offered(cast)
    resolution.withdraw_offer(offer, by=cast.agent, reason="No")
    wanted = status(offer.complaint, "offer/wanted")
    assert forms_in(shown(wanted))
    factories.offered(cast, fresh(offer.complaint))
    assert press(wanted, sure="on").status_code == 409
    assert not Contact.objects.filter(complaint=offer.complaint, channel="web").exists()


def test_the_link_of_the_offers_letter_leads_to_it(cast: Cast) -> None:
    offer = offered(cast)
    page = link_to(Message.objects.get(kind="offer"), "offer")
    [form] = forms_in(shown(page))
    assert browser().post(page, {**form.fields, "answer": "accept", "send": "1"}).status_code == 302
    assert state(offer) == "accepted"


# -- opening it again ----------------------------------------------------------------------------------
@pytest.mark.parametrize("typed", [{"sure": "on"}, {"words": "Masih bocor."}])
def test_it_is_opened_again_by_a_tick_or_by_words(cast: Cast, typed: dict[str, str]) -> None:
    complaint = factories.resolved(cast)
    page = status(complaint, "reopening")
    assert "Tick that it is not solved, or write what is missing" in refused(press(english(page)))
    assert fresh(complaint).status == "resolved"
    answer = press(page, **typed)
    complaint = fresh(complaint)
    assert (complaint.status, complaint.cycle) == ("in_progress", 2)
    assert told(answer).startswith("Your complaint is open again. Andi will read what you wrote and answer you by ")
    assert complaint.contacts.filter(channel="web", direction="in", cycle=2).count() == 1
    assert "Your complaint is open, and we are working on it." in reads(page)


def test_opened_again_twice_it_is_one_cycle(cast: Cast) -> None:
    complaint = factories.closed(cast)
    page, typed = status(complaint, "reopening"), pressed(sure="on", words="Bocor.")
    first = browser().post(page, typed)
    assert browser().post(page, typed)["Location"] == first["Location"]
    assert fresh(complaint).cycle == 2
    answer = press(english(page), sure="on")
    assert "Your complaint is open, and we are working on it." in refused(answer, 409)
    assert fresh(complaint).cycle == 2


def test_after_ninety_days_it_goes_on_under_a_new_number_and_its_link_is_mailed(cast: Cast) -> None:
    complaint = factories.closed(cast)
    clock.advance(timedelta(days=91))
    page, typed = status(complaint, "reopening"), pressed(words="Rusak lagi.")
    answer = browser().post(page, typed)
    newer = complaint.continued_by.get()
    assert told(answer) == (
        "We have taken it up again, under a new number. A link to it is on its way to you by e-mail."
    )
    assert f"It goes on as {newer.reference}." in reads(answer["Location"].partition("?")[0])
    assert (fresh(complaint).status, newer.status, newer.narrative) == ("closed", "received", "Rusak lagi.")
    letter = Message.objects.get(kind="status_link")
    assert letter.complaint == newer
    assert newer.reference in reads(link_to(letter))
    done = checksums()
    assert browser().post(page, typed)["Location"] == answer["Location"]
    assert checksums() == done
    assert f"It goes on as {newer.reference}." in refused(press(english(page), sure="on"), 409)
    assert complaint.continued_by.count() == 1


def test_without_an_address_the_new_number_is_told_all_the_same(cast: Cast) -> None:
    complaint = factories.closed(cast)
    complaint.customer.emails.all().delete()
    clock.advance(timedelta(days=91))
    answer = press(status(complaint, "reopening"), sure="on")
    assert told(answer) == "We have taken it up again, under a new number."
    assert not Message.objects.filter(kind="status_link").exists()


def test_a_final_decision_is_looked_at_once_by_somebody_new(cast: Cast) -> None:
    complaint = factories.cause_known(cast, factories.in_progress(cast))
    factories.answered(cast, complaint)
    factories.improved(cast, complaint)
    asked = factories.asked_exception(cast, fresh(complaint), "final_decision", outside_route="BPSK")
    approve(asked, by=cast.manager, outcome="Yes.")
    ended = closure.close_by_exception(fresh(complaint), by=cast.agent)
    page = status(complaint, "reopening")
    assert press(page, words="Saya tidak setuju.").status_code == 302
    complaint.refresh_from_db()
    assert complaint.owner in (cast.supervisor, cast.second_supervisor)
    Complaint.objects.filter(pk=complaint.pk).update(
        status="closed", outcome="final_decision", closed_at=clock.now(), exception=ended.exception
    )
    with transaction.atomic():
        record(fresh(complaint), Kind.COMPLAINT_CLOSED, by=cast.manager, outcome="final_decision")
    answer = press(english(page), words="Saya tetap tidak setuju.")
    assert "We have looked at our decision again already." in refused(answer, 409)
    assert "Saya tetap tidak setuju." in answer.content.decode()
    assert fresh(complaint).status == "closed"


def test_what_we_keep_as_a_question_is_not_opened_by_hand_made_forms(cast: Cast) -> None:
    complaint = factories.closed(cast)
    Complaint.objects.filter(pk=complaint.pk).update(outcome="not_a_complaint")
    answer = press(english(status(complaint, "reopening")), sure="on")
    assert "It cannot be opened again from here." in refused(answer, 409)
    assert fresh(complaint).status == "closed"


# -- letters ------------------------------------------------------------------------------------------
def test_no_more_letters_and_letters_again(cast: Cast) -> None:
    complaint = factories.in_progress(cast)
    page = status(complaint, "letters")
    assert "sr•••@example.test gets letters" in reads(page)
    assert "Choose whether we may write to you" in refused(press(english(page)))
    answer = press(page, letters="no")
    assert told(answer).startswith("We will send you no more letters by e-mail.")
    assert cast.customer.emails.get().stopped_at is not None
    assert "gets no letters" in reads(page)
    before = Message.objects.count()
    factories.offered(cast, complaint)
    assert Message.objects.count() == before
    assert told(press(page, letters="yes")) == "We will write to you by e-mail."
    assert cast.customer.emails.get().stopped_at is None


def test_a_letter_that_waited_is_not_sent_and_somebody_hears_of_it(cast: Cast) -> None:
    offer = offered(cast)
    press(status(offer.complaint, "letters"), letters="no")
    deliver_messages()
    note_messages()
    assert Message.objects.get(kind="offer").state == "failed"
    assert offer.complaint.tasks.filter(kind="bounce", state="open").exists()


def test_without_an_address_there_is_nothing_to_stop(cast: Cast) -> None:
    complaint = factories.in_progress(cast)
    page = status(complaint, "letters")
    complaint.customer.emails.all().delete()
    assert "We know no e-mail address of yours." in reads(page)
    assert forms_in(shown(page)) == []


# -- at the same time ------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_accepted_and_refused_at_once_has_one_winner() -> None:
    cast = factories.make_cast()
    offer = factories.offered(cast, factories.in_progress(cast))
    page, answers = status(offer.complaint, "offer"), {}

    def send(answer: str) -> None:
        answers[answer] = press(page, offer=offer.pk, answer=answer)

    together(lambda: send("accept"), lambda: send("refuse"))
    codes = {answer: response.status_code for answer, response in answers.items()}
    assert sorted(codes.values()) == [302, 409]
    won = next(answer for answer, code in codes.items() if code == 302)
    assert state(offer) == {"accept": "accepted", "refuse": "refused"}[won]
    assert offer.complaint.contacts.filter(channel="web").count() == 1
    assert flaws() == []


@pytest.mark.django_db(transaction=True)
def test_a_double_click_is_one_contact() -> None:
    cast = factories.make_cast()
    complaint = factories.in_progress(cast)
    page, typed, answers = status(complaint, "addition"), pressed(words="Ada lagi."), []
    together(*[lambda: answers.append(browser().post(page, typed))] * 3)
    assert [each.status_code for each in answers] == [302] * 3
    assert len({each["Location"] for each in answers}) == 1
    assert complaint.contacts.filter(words="Ada lagi.").count() == 1


@pytest.mark.django_db(transaction=True)
def test_opened_again_by_the_customer_twice_at_once_is_one_cycle() -> None:
    cast = factories.make_cast()
    complaint = factories.resolved(cast)
    page, answers = status(complaint, "reopening"), []
    together(*[lambda: answers.append(press(page, sure="on"))] * 2)
    assert sorted(each.status_code for each in answers) == [302, 409]
    assert fresh(complaint).cycle == 2
    assert flaws() == []
