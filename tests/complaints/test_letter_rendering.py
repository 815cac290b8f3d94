"""Words of others in our letters: no address goes on, nothing pretends to be a link, no value breaks a line it
should not break. And every letter there is, through the functions that fill it, with as little as there may be."""

import re
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from complaints import clock
from complaints.actions.contact import log_contact
from complaints.actions.handoff import return_handoff, write_in_handoff
from complaints.actions.requests import RequestFacts, draft_request
from complaints.delivery import Letter, build
from complaints.emails import to_customer, to_staff
from complaints.emails.rendering import Written, links_in, ours, said, write
from complaints.models import Complaint, Customer, Fulfilment, Handoff, HandoffEntry
from complaints.workflow import Outcome
from escalation import emails as escalation_emails
from escalation.actions.escalation import raise_escalation
from followups import emails as followup_emails
from followups.models import Survey
from tests import factories
from tests.complaints.test_letter_templates import LETTERS, flaws
from tests.factories import Cast

LANGUAGES = ("en", "id", "ms")


# -- what others said -----------------------------------------------------------------------
@pytest.mark.parametrize(
    ("words", "sent"),
    [
        ("Lihat https://jahat.example/a?b=1 ya", "Lihat … ya"),
        ("HTTP://JAHAT.EXAMPLE", "…"),
        ("ftp://jahat.example/x", "…"),
        ("www.jahat.example", "…"),
        ("buka jahat.example/login sekarang", "buka … sekarang"),
        ("jahat.example:8080/login", "…"),
        ("//jahat.example/login", "//…"),
        ("http:/jahat.example/login", "http:/…"),
        ("(https://jahat.example)", "(…"),
        ("тест.рф/путь", "…"),
        ("a" * 70 + "http://jahat.example", "a" * 54 + "…"),
        ("x." * 30 + "example/login", "x." * 20 + "…"),
        # what is no address stays as it was said
        ("Rp1.250.000/bulan sejak 3.11/2026", "Rp1.250.000/bulan sejak 3.11/2026"),
        ("KTP/SIM, 3.5/4.5 bintang, 20/11", "KTP/SIM, 3.5/4.5 bintang, 20/11"),
        ("Barangnya rusak.Saya kecewa.", "Barangnya rusak.Saya kecewa."),
        ("Terima kasih 🙏 – مرحبا، שלום", "Terima kasih 🙏 – مرحبا، שלום"),
        ("Baris satu\r\nBaris dua\rBaris tiga", "Baris satu\nBaris dua\nBaris tiga"),
    ],
)
def test_no_address_of_theirs_is_sent_on(words: str, sent: str) -> None:
    assert said(words) == sent


@pytest.mark.parametrize("part", ["a.", "a", "a-", "a+", "1.a", "-", "[", "www.", "a:/"])
def test_no_text_takes_long_to_read(part: str) -> None:
    began = time.monotonic()
    said(part * (60_000 // len(part)))
    assert time.monotonic() - began < 3, "and not minutes, as it would with a pattern that tries everything"


def test_a_colleague_may_name_an_address() -> None:
    assert ours("Lihat https://sinar.example/garansi") == "Lihat https://sinar.example/garansi"


@pytest.mark.parametrize(
    "words",
    [
        "[[link:status]]",
        "[[[link:status]]]",
        "[[[[link:status]]]]",
        "[\u202e[link:status]]",
        "[\x00[link:status]]",
        "[[\u2066link:status]]",
        "[[link:status\x07]]",
        "[https://a.example [link:status]]",
    ],
)
def test_nobody_can_write_one_of_our_links(words: str) -> None:
    assert links_in(said(words)) == links_in(ours(words)) == set()
    assert links_in(write("complaints/letter", "id", {"words": words, "ref": "C26-000388"}).text) == {"status"}
    text = write("complaints/handoff", "id", {"quote": words, "question": words, "told": ours(words)}).text
    assert links_in(text) == set()


@given(st.lists(st.sampled_from(["[", "]", "link:", "status", "\u200b", "\x00", "\u202e", " ", "www.a/", "\n"])))
def test_no_putting_together_makes_a_link(parts: list[str]) -> None:
    words = "".join(parts)
    assert links_in(said(words)) == links_in(ours(words)) == set()
    assert links_in("[" + ours(words)) == set(), "whatever stands before it"
    assert ours(ours(words)) == ours(words)


def test_nothing_invisible_goes_out() -> None:
    assert said("a\x00b\x1bc\u202ed\u2066e\u2069f\x7fg\ud800h\ti\nj") == "abcdefgh\ti\nj"


def test_their_text_is_no_template() -> None:
    words = "{{ ref }} {% include 'emails/sign.id.txt' %} {# x #} %(ref)s {ref}"
    assert words in write("complaints/letter", "id", {"words": ours(words), "ref": "C26-000388"}).text


# -- the subject ---------------------------------------------------------------------------------
NASTY = "KTP\r\nBcc: semua@jahat.example\r\n\r\nKlik \u2028di\u2029sini\t\x0b\x0c\x85\u202egnp.exe\x00 ok"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", LETTERS)
def test_no_value_breaks_the_line_of_the_subject(name: str, language: str) -> None:
    letter = LETTERS[name]
    values: dict[str, Any] = {each: ours(NASTY) for each in letter.names}
    values |= {each: choices[0] for each, choices in letter.choices.items()}
    clean = {**values, **dict.fromkeys([n for n in letter.names if n not in letter.choices], "KTP")}
    written = write(name, language, values)
    assert len(written.subject.splitlines()) == 1
    assert len(written.subject) <= 200
    assert written.text.split("\n")[0] != "Bcc: semua@jahat.example"
    assert not written.subject.startswith("Subject")
    sent = str(build(as_letter(written, language)).content, "ascii")
    headers = sent.split("\r\n\r\n")[0].replace("\r\n ", " ")
    assert {line.split(":")[0] for line in headers.split("\r\n")} == HEADERS
    assert write(name, language, clean).subject.count("KTP") == written.subject.count("KTP")


def as_letter(written: Written, language: str) -> Letter:
    uid = "0b7c1c55-6a0c-4c5a-9a51-0d1e3f6e7a10"
    return Letter(
        uid, f"<{uid}@127.0.0.1>", "a@example.test", "", "b@example.test", written.subject, written.text, "", language
    )


HEADERS = {
    "Content-Type", "MIME-Version", "Content-Transfer-Encoding", "Subject", "From", "To", "Message-ID",
    "Auto-Submitted", "X-Auto-Response-Suppress", "Content-Language", "Date",
}  # fmt: skip


def test_a_subject_that_is_too_long_is_cut_at_a_word() -> None:
    subject = write("complaints/request", "en", {"item": "the receipt " * 40, "ref": "C26-000388"}).subject
    assert 180 < len(subject) <= 200
    assert subject.endswith(("receipt…", "the…"))


def test_a_line_that_is_empty_leaves_no_gap() -> None:
    text = write("complaints/offer", "en", {"greeting": "Hello,", "ref": "C26-000388", "offer": "refund"}).text
    assert "\n\n\n" not in text
    assert text.startswith("Hello,\n\nWe offer")


# -- every letter, as the acts write it ---------------------------------------------------------------
@pytest.fixture(params=LANGUAGES)
def language(request: Any) -> str:
    return str(request.param)


@pytest.fixture(params=["all there is", "as little as there may be"])
def bare(request: Any, settings: Any) -> bool:
    settings.SITE_URL = "https://desk.example"
    if request.param == "all there is":
        settings.OUTSIDE_BODY, settings.OUTSIDE_CONTACT = "BPSK", "1500-111"
        return False
    settings.SUPPORT_PHONE = settings.SUPPORT_HOURS = settings.OUTSIDE_BODY = settings.OUTSIDE_CONTACT = ""
    return True


@pytest.fixture
def customer(cast: Cast, language: str, bare: bool) -> Customer:
    nothing: dict[str, Any] = {"full_name": "", "address_as": "", "phones": [], "account_number": ""}
    return factories.make_customer(cast.agent, language=language, **(nothing if bare else {}))


@pytest.fixture
def complaint(cast: Cast, customer: Customer, language: str, bare: bool) -> Complaint:
    facts: dict[str, Any] = {"customer": customer, "language": language}
    if bare:
        facts |= {"wants": ["unknown"], "topic": "", "wanted_amount": None, "wanted_currency": ""}
        return factories.received(cast, **facts)
    return factories.in_progress(cast, **facts)


Build = Callable[[Cast, Complaint, bool, str], dict[str, Any]]


def _acknowledgement(cast: Cast, complaint: Complaint, bare: bool, language: str) -> dict[str, Any]:
    if bare:
        complaint.what_happened = "Garansinya satu tahun"
        return to_customer.acknowledgement(complaint, promised="", promised_by=None)
    return to_customer.acknowledgement(complaint, promised="menelepon Anda", promised_by=clock.now())


def _offer(cast: Cast, complaint: Complaint, bare: bool, language: str) -> dict[str, Any]:
    facts: dict[str, Any] = {} if bare else {"kind": "alternative", "reason": "Habis", "needed": "Nomor rekening."}
    complaint = _worked_on(cast, complaint)
    return to_customer.offer(complaint, factories.offered(cast, complaint, **facts), callback_by=clock.now())


def _worked_on(cast: Cast, complaint: Complaint) -> Complaint:
    return factories.read_back(cast, complaint) if complaint.status == "received" else complaint


def _handoff(cast: Cast, complaint: Complaint, bare: bool) -> Handoff:
    told = "" if bare else "Kami periksa dulu"
    return factories.handed_off(cast, _worked_on(cast, complaint), told_customer=told)


def _refund(cast: Cast, complaint: Complaint, bare: bool, language: str) -> dict[str, Any]:
    offer = factories.accepted(cast, _worked_on(cast, complaint))
    item = offer.items.get()
    proof = Fulfilment(item=item, amount=item.amount, currency="IDR", done_on=clock.now().date())
    proof.reference = "" if bare else "TRF-1"
    return to_customer.refund(complaint, proof)


def _request(cast: Cast, complaint: Complaint, bare: bool, language: str) -> dict[str, Any]:
    soon = clock.now() + timedelta(days=5)
    facts = RequestFacts("foto nota", "Foto nota, kedua sisi", "" if bare else "Untuk pabrik", soon)
    return to_customer.request(complaint, draft_request(complaint, facts, by=cast.agent), reminder=not bare)


def _final_reply(cast: Cast, complaint: Complaint, bare: bool, language: str) -> dict[str, Any]:
    complaint = _worked_on(cast, complaint)
    if not bare:
        factories.accepted(cast, complaint)
        factories.with_evidence(cast, complaint)
    answers = dict.fromkeys(complaint.issues.all(), "Anda benar, maaf.")
    correction = "" if bare else "Garansinya satu tahun."
    return to_customer.final_reply(complaint, answers=answers, correction=correction, closing_words="", at=clock.now())


def _closed(cast: Cast, complaint: Complaint, bare: bool, language: str) -> dict[str, Any]:
    if bare:
        return to_customer.closed(complaint)
    complaint = _worked_on(cast, complaint)
    complaint.exception, complaint.outcome = factories.asked_exception(cast, complaint), Outcome.WITHDRAWN
    return to_customer.closed(complaint)


def _resolved(cast: Cast, complaint: Complaint, bare: bool, language: str) -> dict[str, Any]:
    return to_customer.resolved(factories.resolved(cast, _worked_on(cast, complaint)))


def _late(cast: Cast, complaint: Complaint, bare: bool, language: str) -> dict[str, Any]:
    new_by = None if bare else clock.now()
    reason = "" if bare else "Stok baru datang besok."
    words = "menelepon Anda"
    return to_customer.late(complaint, after=not bare, promise=words, old_by=clock.now(), new_by=new_by, reason=reason)


def _survey(cast: Cast, complaint: Complaint, bare: bool, language: str) -> dict[str, Any]:
    return followup_emails.survey(complaint, Survey(sent_at=clock.now(), expires_at=None if bare else clock.now()))


def _returned(cast: Cast, complaint: Complaint, bare: bool, language: str) -> dict[str, Any]:
    handoff = _handoff(cast, complaint, bare)
    return_handoff(handoff, by=cast.officer, why="not_ours", words="" if bare else "Ini urusan gudang")
    entry: HandoffEntry = handoff.entries.latest("pk")
    return to_staff.returned(handoff, entry, language, supervisor=None if bare else cast.supervisor)


def _chase(cast: Cast, complaint: Complaint, bare: bool, language: str) -> dict[str, Any]:
    handoff = _handoff(cast, complaint, bare)
    words = "Tolong dijawab hari ini"
    write_in_handoff(handoff, by=cast.agent, words=words, chase=True)
    at = clock.now() + timedelta(days=9 if bare else 0)
    return to_staff.chase(handoff, language, words="" if bare else words, at=at)


def _decision(cast: Cast, complaint: Complaint, bare: bool, language: str) -> dict[str, Any]:
    return to_staff.decision(factories.asked_exception(cast, _worked_on(cast, complaint)), language)


def _escalation(cast: Cast, complaint: Complaint, bare: bool, language: str) -> dict[str, Any]:
    if not bare:
        log_contact(complaint, factories.said(), by=cast.agent)
    question = "" if bare else "Siapa yang membayar lantainya?"
    raised = raise_escalation(complaint, by=cast.agent, trigger_key="by_hand:1", question=question)
    return escalation_emails.raised(raised, language)


BUILDERS: dict[str, Build] = {
    "complaints/acknowledgement": _acknowledgement,
    "complaints/request": _request,
    "complaints/offer": _offer,
    "complaints/refund": _refund,
    "complaints/correction": lambda cast, c, bare, lang: to_customer.correction(
        c, was_told="garansi dua tahun", correct="Satu tahun", meaning="" if bare else "Kami ganti selisihnya",
        told_on=None if bare else clock.now(),
    ),
    "complaints/final_reply": _final_reply,
    "complaints/resolved": _resolved,
    "complaints/closed": _closed,
    "complaints/status_link": lambda cast, c, bare, lang: to_customer.status_link(
        c, expires_at=None if bare else clock.now()
    ),
    "complaints/letter": lambda cast, c, bare, lang: to_customer.letter(c, words="Nota Anda sudah kami periksa."),
    "complaints/handoff": lambda cast, c, bare, lang: to_staff.handoff(_handoff(cast, c, bare), lang),
    "complaints/handoff_outside": lambda cast, c, bare, lang: to_staff.handoff(_handoff(cast, c, bare), lang),
    "complaints/chase": _chase,
    "complaints/returned": _returned,
    "complaints/decision": _decision,
    "escalation/escalation": _escalation,
    "followups/late": _late,
    "followups/survey": _survey,
    "followups/survey_reminder": _survey,
    "followups/call_back": lambda cast, c, bare, lang: followup_emails.call_back(
        c, call_by=clock.now(), is_solved=bare
    ),
}  # fmt: skip
NOT_WRITTEN_YET = {"escalation/digest"}
HELLO = {"en": ("Dear ", "Hello,"), "id": ("Yth. ", "Yth. Bapak/Ibu,"), "ms": ("Bu Sri", "Tuan/Puan,")}
NAMES_SOMEBODY = re.compile(r"\b(Sri Wahyuni|None|Unknown caller)\b")


def test_every_letter_has_a_function_that_fills_it() -> None:
    assert set(BUILDERS) == set(LETTERS) - NOT_WRITTEN_YET


def test_every_letter_reads_well_as_it_is_filled(cast: Cast, complaint: Complaint, language: str, bare: bool) -> None:
    wrong = {}
    for name, build_values in BUILDERS.items():
        before = transaction.savepoint()
        values = build_values(cast, Complaint.objects.get(pk=complaint.pk), bare, language)
        transaction.savepoint_rollback(before)
        wrong[name] = list(problems(name, language, values, complaint, bare))
    assert {name: found for name, found in wrong.items() if found} == {}


def problems(name: str, language: str, values: dict[str, Any], complaint: Complaint, bare: bool) -> Iterator[Any]:
    letter, written = LETTERS[name], write(name, language, values)
    yield from set(letter.always) - set(values)
    yield from flaws([written.subject, *written.text.split("\n\n")])
    yield from links_in(written.text) - set(letter.links.split()) - {"review"}
    if complaint.reference not in written.subject:
        yield written.subject
    if "greeting" in letter.names:
        if not written.text.startswith(HELLO[language][bare]):
            yield written.text
        if bare and NAMES_SOMEBODY.search(written.text):
            yield written.text
