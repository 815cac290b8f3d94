"""The read-back: said in the customer's language, agreed, and a promise made."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from complaints import clock
from complaints.actions.intake import agree_read_back
from complaints.guidance import read_back
from complaints.models import Complaint, User
from complaints.timeline import seq_of
from tests import factories
from tests.factories import Cast

AsUser = Callable[[User], Client]


def url_of(complaint: Complaint) -> str:
    return reverse("complaints:read-back", args=[complaint.reference])


def agreed(complaint: Complaint, **more: Any) -> dict[str, Any]:
    tomorrow = (clock.now() + timedelta(days=1)).astimezone(ZoneInfo("Asia/Jakarta"))
    return {
        "submit_key": str(uuid.uuid4()),
        "version": seq_of(complaint),
        "what_happened": "Dijanjikan garansi dua tahun.",
        "why_it_matters": "",
        "what_is_wanted": "pengembalian uang Rp450.000",
        "promised": "menelepon dengan jawaban Penjualan",
        "promised_by": f"{tomorrow:%Y-%m-%dT%H:%M}",
        **more,
    }


def test_the_script_is_in_the_customers_language_and_spells_the_number(cast: Cast, as_user: AsUser) -> None:
    complaint = factories.received(cast)
    page = as_user(cast.agent).get(url_of(complaint)).content.decode()
    assert "Bu Sri, saya ulangi ya." in page
    assert "Yang diminta: pengembalian uang Rp450.000." in page
    assert f'<p class="spell ref">{complaint.reference}</p>' in page
    assert '<blockquote class="quote large wide" lang="id">' in page


def test_the_yes_acknowledges_and_the_promise_has_an_owner(cast: Cast, as_user: AsUser) -> None:
    complaint = factories.received(cast)
    answer = as_user(cast.agent).post(url_of(complaint), agreed(complaint))
    assert answer["Location"] == complaint.get_absolute_url()
    complaint.refresh_from_db()
    assert complaint.status == "in_progress"
    assert complaint.read_back_agreed_at
    assert complaint.acknowledged_at
    promise = complaint.promises.get()
    assert (promise.words, promise.owner) == ("menelepon dengan jawaban Penjualan", cast.agent)


def test_a_colleague_may_read_it_back_and_the_owner_owns_the_promise(cast: Cast, as_user: AsUser) -> None:
    complaint = factories.received(cast)
    as_user(cast.colleague).post(url_of(complaint), agreed(complaint))
    assert complaint.promises.get().owner == cast.agent


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("what_happened", "", "Write what happened"),
        ("what_is_wanted", "", "Write what the customer wants"),
        ("promised", "", "Say what happens next"),
        ("promised_by", "", "Say by when"),
        ("promised_by", "2020-01-01T10:00", "Choose a time after now"),
        ("promised_by", "soon", "date"),
    ],
)
def test_what_is_missing_comes_back_with_everything_typed(
    cast: Cast, as_user: AsUser, field: str, typed: str, words: str
) -> None:
    complaint = factories.received(cast)
    answer = as_user(cast.agent).post(
        url_of(complaint), agreed(complaint, why_it_matters="Anaknya kecil.", **{field: typed})
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert "Anaknya kecil." in page
    complaint.refresh_from_db()
    assert complaint.status == "received"


def test_nobody_to_read_it_back_to_is_kept_without_a_yes(cast: Cast, as_user: AsUser) -> None:
    unknown = factories.make_customer(cast.agent, full_name="", address_as="", phones=[], emails=[], account_number="")
    complaint = factories.received(cast, customer=unknown)
    browser = as_user(cast.agent)
    assert "Nobody to read it back to" in browser.get(url_of(complaint)).content.decode()
    assert (
        browser.post(url_of(complaint), agreed(complaint, nobody="1", promised="", promised_by="")).status_code == 302
    )
    complaint.refresh_from_db()
    assert (complaint.status, complaint.read_back_agreed_at) == ("in_progress", None)
    assert complaint.what_happened == "Dijanjikan garansi dua tahun."


def test_whoever_can_be_reached_hears_it_first(cast: Cast, as_user: AsUser) -> None:
    complaint = factories.received(cast)
    browser = as_user(cast.agent)
    assert "Nobody to read it back to" not in browser.get(url_of(complaint)).content.decode()
    answer = browser.post(url_of(complaint), agreed(complaint, nobody="1"))
    assert answer.status_code == 422
    assert "read it back first" in answer.content.decode()


def test_a_correction_later_needs_no_new_promise(cast: Cast, as_user: AsUser) -> None:
    complaint = factories.in_progress(cast)
    browser = as_user(cast.agent)
    assert "Kulkas itu mahal." in browser.get(url_of(complaint)).content.decode()
    form = agreed(complaint, what_happened="Dijanjikan tiga tahun.", promised="", promised_by="")
    assert browser.post(url_of(complaint), form).status_code == 302
    complaint.refresh_from_db()
    assert complaint.what_happened == "Dijanjikan tiga tahun."
    assert complaint.promises.count() == 1


def test_a_promise_needs_its_words_and_its_date(cast: Cast, as_user: AsUser) -> None:
    complaint = factories.in_progress(cast)
    browser = as_user(cast.agent)
    assert browser.post(url_of(complaint), agreed(complaint, promised_by="")).status_code == 422
    assert browser.post(url_of(complaint), agreed(complaint, promised="")).status_code == 422


def test_a_colleagues_other_words_are_shown_and_not_overwritten(cast: Cast, as_user: AsUser) -> None:
    complaint = factories.received(cast)
    mine = agreed(complaint, what_happened="Versi saya.")
    factories.read_back(cast, complaint)
    answer = as_user(cast.colleague).post(url_of(complaint), mine)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Versi saya." in page
    assert "Dijanjikan garansi dua tahun, di nota satu tahun." in page
    complaint.refresh_from_db()
    assert complaint.what_happened == "Dijanjikan garansi dua tahun, di nota satu tahun."


def test_sent_twice_promises_once(cast: Cast, as_user: AsUser) -> None:
    complaint = factories.received(cast)
    browser, form = as_user(cast.agent), agreed(complaint)
    assert [browser.post(url_of(complaint), form).status_code for _time in range(2)] == [302, 302]
    assert complaint.promises.count() == 1
    assert browser.post(url_of(complaint), {**form, "promised": "lain"}).status_code == 409
    assert complaint.promises.count() == 1


def test_a_finished_complaint_is_not_read_back(cast: Cast, as_user: AsUser) -> None:
    complaint = factories.resolved(cast)
    browser = as_user(cast.agent)
    assert browser.get(url_of(complaint)).status_code == 409
    assert browser.post(url_of(complaint), agreed(complaint)).status_code == 409


@pytest.mark.parametrize("who", ["officer", "outsider", "administrator"])
def test_to_others_it_does_not_exist(cast: Cast, as_user: AsUser, who: str) -> None:
    complaint = factories.received(cast)
    assert as_user(cast.everybody()[who]).get(url_of(complaint)).status_code == 404


def test_an_amount_above_the_limit_is_not_to_be_promised(cast: Cast, as_user: AsUser) -> None:
    complaint = factories.received(cast, wanted_amount=1_250_000)
    assert "Rp1.250.000 is above your limit" in as_user(cast.agent).get(url_of(complaint)).content.decode()
    assert "above your limit" not in as_user(cast.supervisor).get(url_of(complaint)).content.decode()


@pytest.mark.parametrize("language", ["en", "id", "ms"])
def test_the_script_reads_as_sentences_in_each_language(language: str) -> None:
    wanted = read_back.wanted(["refund", "apology"], "Rp450.000", "", language)
    said = read_back.script("", "Dua tahun", "", wanted, language)
    assert "Dua tahun." in said
    assert said.endswith("?")
    assert "  " not in said


def test_whoever_does_not_know_yet_is_not_given_a_wish() -> None:
    assert read_back.wanted(["unknown"], "", "", "id") == "Belum tahu apa yang diminta dari kami"


def test_other_words_kept_without_a_yes_are_not_agreed(cast: Cast) -> None:
    complaint = factories.in_progress(cast)
    complaint.customer.phones.all().delete()
    complaint.customer.emails.all().delete()
    words = {"what_happened": "Tiga tahun.", "why_it_matters": "", "what_is_wanted": "Uang kembali."}
    kept = agree_read_back(complaint, by=cast.agent, agreed=False, **words)
    kept.refresh_from_db()
    assert (kept.what_happened, kept.read_back_agreed_at) == ("Tiga tahun.", None)


def test_an_imported_narrative_longer_than_the_field_is_cut_to_it(cast: Cast, as_user: AsUser) -> None:
    complaint = factories.received(cast, channel="import", narrative="Satu baris panjang.\n" * 2000)
    page = as_user(cast.agent).get(url_of(complaint))
    words = page.context["form"]["what_happened"].value()
    assert len(words) == 20_000
    answer = as_user(cast.agent).post(url_of(complaint), agreed(complaint, what_happened=words))
    assert answer.status_code == 302
