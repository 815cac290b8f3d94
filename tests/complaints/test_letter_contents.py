"""Each act writes its letter to the customer: once, in their language, with what was agreed; or none."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from complaints import clock
from complaints.actions.approval import approve, refuse_approval
from complaints.actions.closure import close_by_exception, close_complaint, decline_complaint, reopen_complaint
from complaints.actions.contact import give_final_reply, log_contact
from complaints.actions.correspondence import resend_letter, undo_letter, write_to_customer
from complaints.actions.intake import agree_read_back
from complaints.actions.letters import CorrectionFacts, send_correction, send_letter
from complaints.actions.moves import MoveRefused
from complaints.actions.requests import RequestFacts, ask_for_information
from complaints.actions.resolution import accept_offer, withdraw_offer
from complaints.actions.status_link import mail_status_link
from complaints.delivery import Letter, build
from complaints.emails import to_customer
from complaints.emails.rendering import links_in
from complaints.models import Approval, Complaint, Contact, Customer, Message, Offer, User
from complaints.wording import day_of_long, money, when_long
from escalation.models import NextStep
from followups.actions.promise import redate_promise, tell_missed_promise
from followups.actions.survey import Answer, answer_survey
from followups.models import Survey
from followups.tasks import look_at_surveys, miss_promises
from tests import factories
from tests.complaints.letters import FAILED, FakePost, State, nothing_waits, now, sent_by, written
from tests.factories import Cast

Kind = Message.Kind
CUSTOMERS: dict[str, dict[str, Any]] = {
    "id": {"language": "id"},
    "ms": {"full_name": "Aminah", "address_as": "Puan", "language": "ms", "country": "MY", "phones": ["+60123456789"]},
    "en": {"full_name": "Sri", "address_as": "Ms", "language": "en", "country": "SG", "phones": ["+6591234567"]},
}
GREETINGS = {"id": "Yth. Bu Sri Wahyuni,", "ms": "Puan Aminah,", "en": "Dear Ms Sri,"}
SIGNED = {"id": "Keluhan Anda {ref}: [[link:status]]", "ms": "Aduan anda {ref}: [[link:status]]"}
SIGNED["en"] = "Your complaint {ref}: [[link:status]]"
STAFF = {Kind.HANDOFF, Kind.CHASE, Kind.RETURNED, Kind.ESCALATION, Kind.DECISION, Kind.DIGEST}
OUTSIDE = {Kind.HANDOFF_OUTSIDE, Kind.CHASE_OUTSIDE}


def fresh(complaint: Complaint) -> Complaint:
    return Complaint.objects.get(pk=complaint.pk)


def letter(complaint: Complaint, kind: str) -> Message:
    return Message.objects.get(complaint=complaint, kind=kind)


def said_by_mail(complaint: Complaint, **facts: Any) -> Any:
    return factories.said(channel="email", language=complaint.customer.language, **facts)


# -- the acts ---------------------------------------------------------------------------------
def read_back_by_mail(cast: Cast, customer: Customer) -> Complaint:
    complaint = factories.received(cast, customer=customer)
    return agree_read_back(
        complaint, by=cast.agent, what_happened="Garansinya satu tahun", why_it_matters="", what_is_wanted="Uang",
        agreed=False, promised="menelepon Anda", promised_by=clock.now() + timedelta(days=2), by_letter=True,
    )  # fmt: skip


def re_date(cast: Cast, customer: Customer) -> Complaint:
    complaint = factories.in_progress(cast, customer=customer)
    said, new_by = said_by_mail(complaint), clock.now() + timedelta(days=3)
    redate_promise(complaint.promises.get(), by=cast.agent, due_at=new_by, reason="Stok kosong.", said=said)
    return complaint


def request(cast: Cast, customer: Customer) -> Complaint:
    complaint, moment = factories.in_progress(cast, customer=customer), clock.now()
    asked = RequestFacts(
        "foto nota", "Foto nota, kedua sisi.", "Untuk pabrik.", moment + timedelta(days=6), moment + timedelta(days=3)
    )
    ask_for_information(complaint, asked, by=cast.agent)
    return complaint


def offer(cast: Cast, customer: Customer) -> Complaint:
    complaint = factories.in_progress(cast, customer=customer)
    factories.offered(cast, complaint)
    return complaint


def resolve(cast: Cast, customer: Customer) -> Complaint:
    return factories.resolved(cast, factories.in_progress(cast, customer=customer))


def correct(cast: Cast, customer: Customer) -> Complaint:
    complaint = factories.in_progress(cast, customer=customer)
    send_correction(complaint, CorrectionFacts("Dua tahun", "Satu tahun", "Kami ganti"), by=cast.agent)
    return complaint


def reply(cast: Cast, customer: Customer) -> Complaint:
    complaint = factories.in_progress(cast, customer=customer)
    answers = dict.fromkeys(complaint.issues.all(), "Anda benar, maaf.")
    give_final_reply(complaint, by=cast.agent, channel="email", language=customer.language, answers=answers)
    return complaint


def close(cast: Cast, customer: Customer) -> Complaint:
    complaint = factories.ready_to_close(cast, factories.in_progress(cast, customer=customer))
    clock.advance(timedelta(hours=49))
    return close_complaint(complaint, by=cast.agent)


def ask(cast: Cast, customer: Customer) -> Complaint:
    complaint = resolve(cast, customer)
    nothing_waits()
    go_to(complaint.surveys.get())
    return complaint


def go_to(survey: Survey) -> None:
    """The moment at which the sweep looks at it next."""
    survey.refresh_from_db()
    assert survey.due_at
    clock.advance(survey.due_at - clock.now() + timedelta(seconds=1))
    look_at_surveys()


def remind(cast: Cast, customer: Customer) -> Complaint:
    complaint = ask(cast, customer)
    nothing_waits()
    go_to(complaint.surveys.get())
    return complaint


def say_no(cast: Cast, customer: Customer) -> Complaint:
    complaint = ask(cast, customer)
    nothing_waits()
    answer_survey(complaint.surveys.get(), Answer("no"), by=User.objects.customer())
    return complaint


def free_letter(cast: Cast, customer: Customer) -> Complaint:
    complaint = factories.in_progress(cast, customer=customer)
    send_letter(complaint, words="Nota Anda sudah kami periksa.", by=cast.agent)
    return complaint


def lose_the_link(cast: Cast, customer: Customer) -> Complaint:
    complaint = factories.in_progress(cast, customer=customer)
    mail_status_link(complaint)
    return complaint


ACTS: dict[Kind, Callable[[Cast, Customer], Complaint]] = {
    Kind.ACKNOWLEDGEMENT: read_back_by_mail,
    Kind.LATE: re_date,
    Kind.REQUEST: request,
    Kind.REQUEST_REMINDER: request,
    Kind.OFFER: offer,
    Kind.REFUND: resolve,
    Kind.CORRECTION: correct,
    Kind.FINAL_REPLY: reply,
    Kind.RESOLVED: resolve,
    Kind.CLOSED: close,
    Kind.SURVEY: ask,
    Kind.SURVEY_REMINDER: remind,
    Kind.CALL_BACK: say_no,
    Kind.STATUS_LINK: lose_the_link,
    Kind.LETTER: free_letter,
}
COMPOSED = {Kind.REQUEST, Kind.CORRECTION, Kind.FINAL_REPLY, Kind.LETTER}
"""Somebody wrote them, so they can be undone."""
REFUSED = COMPOSED | {Kind.ACKNOWLEDGEMENT, Kind.LATE}
"""Somebody chose to say it by e-mail."""


def test_every_kind_of_letter_to_a_customer_has_its_act() -> None:
    assert set(ACTS) == set(Kind) - STAFF - OUTSIDE


@pytest.mark.parametrize(
    ("kind", "language"),
    [(kind, list(CUSTOMERS)[number % 3]) for number, kind in enumerate(ACTS)]
    + [(kind, list(CUSTOMERS)[(number + 1) % 3]) for number, kind in enumerate(ACTS)],
)
def test_its_act_writes_it_in_the_customers_language(cast: Cast, kind: Kind, language: str) -> None:
    customer = factories.make_customer(cast.agent, **CUSTOMERS[language])
    complaint = ACTS[kind](cast, customer)
    message = letter(complaint, kind)
    assert (message.customer, message.language, message.user, message.department) == (customer, language, None, None)
    assert complaint.reference in message.subject
    assert message.text.startswith(GREETINGS[language])
    assert message.text.endswith(SIGNED[language].format(ref=complaint.reference))
    assert message.state == (State.HELD if kind in COMPOSED else State.PENDING)
    assert (message.held_until is not None) is (kind in COMPOSED)
    assert message.cycle == 1


@pytest.mark.parametrize("kind", sorted(set(ACTS) - REFUSED - {Kind.REQUEST_REMINDER}))
@pytest.mark.parametrize("stopped", [True, False])
def test_whoever_may_not_be_written_to_gets_none_and_the_act_goes_on(cast: Cast, kind: Kind, stopped: bool) -> None:
    customer = factories.make_customer(cast.agent, emails=["sri@example.test"] if stopped else [])
    customer.emails.update(stopped_at=clock.now())
    if kind in (Kind.SURVEY_REMINDER, Kind.CALL_BACK):
        customer.emails.create(address="later@example.test")
        complaint = ask(cast, customer)
        nothing_waits()
        customer.emails.update(stopped_at=clock.now())
        if kind == Kind.CALL_BACK:
            answer_survey(complaint.surveys.get(), Answer("no"), by=User.objects.customer())
        else:
            go_to(complaint.surveys.get())
    else:
        ACTS[kind](cast, customer)
    assert not Message.objects.filter(kind=kind).exists()


@pytest.mark.parametrize("kind", sorted(REFUSED))
def test_what_somebody_writes_is_refused_where_nobody_may_be_written_to(cast: Cast, kind: Kind) -> None:
    customer = factories.make_customer(cast.agent, emails=[])
    with pytest.raises(MoveRefused) as refusal:
        ACTS[kind](cast, customer)
    assert refusal.value.reasons[0].code == "no_address"
    assert not Message.objects.filter(kind=kind).exists()


# -- what they say --------------------------------------------------------------------------------------
def test_the_acknowledgement_reads_back_what_was_understood_and_acknowledges_when_it_was_sent(cast: Cast) -> None:
    complaint = read_back_by_mail(cast, cast.customer)
    message = letter(complaint, Kind.ACKNOWLEDGEMENT)
    for part in ("Garansinya satu tahun", "Uang", "[[link:correct]]", "menelepon Anda"):
        assert part in message.text
    assert when_long(clock.now() + timedelta(days=2), language="id", zone=cast.customer.zone)[:10] in message.text
    assert fresh(complaint).status == "received", "nobody has read it yet"
    sent_by(FakePost())
    complaint = fresh(complaint)
    assert complaint.status == "in_progress"
    assert complaint.acknowledged_at
    assert complaint.read_back_sent_at
    assert complaint.read_back_agreed_at is None


def test_an_acknowledgement_that_cannot_be_sent_acknowledges_nothing(cast: Cast) -> None:
    complaint = read_back_by_mail(cast, cast.customer)
    sent_by(FakePost(FAILED))
    complaint = fresh(complaint)
    assert (complaint.status, complaint.acknowledged_at) == ("received", None)
    assert complaint.tasks.get().message == letter(complaint, Kind.ACKNOWLEDGEMENT)
    assert NextStep.objects.get(complaint=complaint)


def test_the_late_letter_names_the_promise_both_dates_and_why(cast: Cast) -> None:
    complaint = re_date(cast, cast.customer)
    message = letter(complaint, Kind.LATE)
    old, new = complaint.promises.order_by("pk")
    for moment in (old.due_at, new.due_at):
        assert when_long(moment, language="id", zone=cast.customer.zone) in message.text
    for part in (old.words, "Stok kosong."):
        assert part in message.text
    assert "Stok kosong.." not in message.text


def test_a_missed_promise_is_told_by_letter(cast: Cast) -> None:
    complaint = factories.in_progress(cast)
    clock.advance(timedelta(days=3))
    miss_promises()
    tell_missed_promise(complaint.promises.get(), by=cast.agent, said=said_by_mail(complaint, words="Kami terlambat."))
    message = letter(complaint, Kind.LATE)
    contact = complaint.contacts.get(message=message)
    assert (contact.channel, contact.reached) == ("email", False)
    sent_by(FakePost())
    contact.refresh_from_db()
    assert contact.reached


def test_a_request_says_what_is_needed_and_its_reminder_waits_for_its_day(cast: Cast) -> None:
    complaint = request(cast, cast.customer)
    first, reminder = letter(complaint, Kind.REQUEST), letter(complaint, Kind.REQUEST_REMINDER)
    for part in ("Foto nota, kedua sisi.", "Untuk pabrik.", "[[link:upload]]"):
        assert part in first.text
    assert (first.subject, reminder.subject) == (
        f"Kami memerlukan foto nota untuk keluhan {complaint}",
        f"Kami masih memerlukan foto nota untuk keluhan {complaint}",
    )
    asked = complaint.requests.get()
    assert (reminder.not_before, reminder.not_after) == (asked.remind_on, asked.answer_by)
    assert (reminder.daytime_in, reminder.state) == ("Asia/Jakarta", State.PENDING)
    log_contact(complaint, factories.said(direction="in", words="Ini fotonya."), by=cast.agent)
    assert (now(reminder).state, now(reminder).reason) == (State.CANCELLED, "The request was answered")


def test_a_request_undone_waits_for_nothing_and_reminds_of_nothing(cast: Cast) -> None:
    complaint = request(cast, cast.customer)
    undo_letter(letter(complaint, Kind.REQUEST), by=cast.agent)
    assert complaint.requests.get().state == "ended"
    assert now(letter(complaint, Kind.REQUEST_REMINDER)).state == State.CANCELLED


def test_an_offer_names_the_package_and_by_when(cast: Cast) -> None:
    complaint = offer(cast, cast.customer)
    message, made = letter(complaint, Kind.OFFER), Offer.objects.get()
    assert f"Yang kami tawarkan: pengembalian uang {money(made.items.get().amount, 'IDR')}" in message.text
    answer_by, deliver_by = (
        when_long(moment, language="id", zone=cast.customer.zone) for moment in (made.answer_by, made.deliver_by)
    )
    assert f"paling lambat {deliver_by}." in message.text
    assert message.subject.endswith(f"paling lambat {answer_by}".replace("\u00a0", " "))
    assert links_in(message.text) == {"offer", "status"}


def test_an_offer_above_the_limit_is_not_told_before_the_yes(cast: Cast) -> None:
    complaint = factories.in_progress(cast)
    huge = [factories.resolution.ItemFacts("refund", factories.Decimal("900000000"), "IDR")]
    factories.offered(cast, complaint, items=huge)
    assert not Message.objects.filter(kind=Kind.OFFER).exists()
    asked = Approval.objects.get()
    refuse_approval(asked, by=cast.manager, outcome="Too much.")
    assert not Message.objects.filter(kind=Kind.OFFER).exists()
    factories.offered(cast, complaint, items=huge)
    terms = factories.offer_facts()
    approve(Approval.objects.latest("pk"), by=cast.supervisor, outcome="As asked.", new_terms=terms)
    message = letter(complaint, Kind.OFFER)
    assert money(terms.items[0].amount, "IDR") in message.text, "the terms that were approved"


@pytest.mark.parametrize(
    "end",
    [
        lambda cast, made: accept_offer(made, by=cast.agent, channel="phone", words="Ya"),
        lambda cast, made: withdraw_offer(made, by=cast.agent, reason="A mistake"),
    ],
)
def test_an_offer_that_is_over_is_not_told_any_more(cast: Cast, end: Callable[[Cast, Offer], object]) -> None:
    complaint = offer(cast, cast.customer)
    end(cast, Offer.objects.get())
    message = letter(complaint, Kind.OFFER)
    assert (message.state, message.reason) == (State.CANCELLED, "The offer is answered or withdrawn")


def test_a_proved_refund_and_its_end_are_two_letters(cast: Cast) -> None:
    complaint = resolve(cast, cast.customer)
    refund, resolved = letter(complaint, Kind.REFUND), letter(complaint, Kind.RESOLVED)
    for part in ("Rp450.000", "TRF-1", day_of_long(clock.now().astimezone(cast.customer.zone).date(), language="id")):
        assert part in refund.text
    assert "pengembalian uang Rp450.000" in resolved.text
    assert links_in(resolved.text) == {"reopen", "status"}


def test_the_final_reply_answers_every_issue_and_carries_no_address_of_the_customers(cast: Cast) -> None:
    narrative = "https://jahat.example/login garansinya cuma satu tahun"
    complaint = factories.in_progress(cast, narrative=narrative, topic="")
    factories.intake.add_issue(complaint, by=cast.agent, words="The promoter was rude")
    first, second = complaint.issues.all()
    assert first.words.startswith("https://jahat.example")
    answers = {first: "Lihat https://sinar.example/garansi", second: "Kami mohon maaf."}
    give_final_reply(complaint, by=cast.agent, channel="email", language="id", answers=answers)
    text = letter(complaint, Kind.FINAL_REPLY).text
    assert "1. … garansinya cuma satu tahun\nLihat https://sinar.example/garansi" in text
    assert "2. The promoter was rude\nKami mohon maaf." in text
    assert "jahat.example" not in text
    contact = complaint.contacts.get(is_final_reply=True)
    assert not contact.reached
    undo_letter(letter(complaint, Kind.FINAL_REPLY), by=cast.agent)
    contact.refresh_from_db()
    assert (contact.reached, contact.reply) == (False, "")


def test_closing_says_what_they_received(cast: Cast) -> None:
    complaint = close(cast, cast.customer)
    assert "Yang Anda terima: pengembalian uang Rp450.000." in letter(complaint, Kind.CLOSED).text


def all_but_the_remedy(cast: Cast) -> Complaint:
    complaint = factories.in_progress(cast)
    factories.cause_known(cast, complaint)
    factories.answered(cast, complaint)
    factories.improved(cast, complaint)
    return fresh(complaint)


@pytest.mark.parametrize(
    ("kind", "more", "words"),
    [
        ("withdrawn", {}, "Anda meminta kami menghentikannya."),
        ("final_decision", {"outside_route": "BPSK, 1500-111"}, "Anda juga dapat menghubungi BPSK, 1500-111."),
        ("no_reply", {}, "Kami mencoba menghubungi Anda 4 kali antara"),
    ],
)
def test_closing_by_exception_says_why_it_ends(cast: Cast, kind: str, more: dict[str, Any], words: str) -> None:
    complaint = all_but_the_remedy(cast)
    if kind == "no_reply":
        log_contact(complaint, factories.said(direction="in", answers_us=True), by=cast.agent)
        for channel in ("phone", "phone", "email", "phone"):
            clock.advance(timedelta(days=1))
            log_contact(complaint, factories.said(reached=False, channel=channel, reply=""), by=cast.agent)
        clock.advance(timedelta(days=15))
    approve(factories.asked_exception(cast, complaint, kind, **more), by=cast.supervisor, outcome="She said so.")
    close_by_exception(fresh(complaint), by=cast.agent)
    text = letter(complaint, Kind.CLOSED).text
    assert words in text
    assert "Yang Anda terima" not in text


def test_what_is_no_complaint_after_all_is_closed_without_a_letter(cast: Cast) -> None:
    complaint = factories.received(cast)
    asked = factories.approvals.ask_approval(complaint, by=cast.agent, kind=Approval.Kind.DECLINE, reason="A question.")
    approve(asked, by=cast.supervisor, outcome="Yes.")
    decline_complaint(fresh(complaint), by=cast.agent)
    assert not Message.objects.filter(customer=cast.customer).exists()


def test_a_second_end_after_a_reopening_is_told_again(cast: Cast) -> None:
    complaint = resolve(cast, cast.customer)
    reopen_complaint(complaint, by=cast.agent, reason="It broke again")
    factories.resolved(cast, fresh(complaint))
    assert list(Message.objects.filter(kind=Kind.RESOLVED).values_list("cycle", flat=True)) == [1, 2]


# -- once, and again ---------------------------------------------------------------------------------------
def test_the_same_letter_is_written_once(cast: Cast) -> None:
    complaint = factories.in_progress(cast)
    values = to_customer.letter(complaint, words="Satu")
    first = write_to_customer(complaint, Kind.LETTER, values, by=cast.agent, key="one")
    again = write_to_customer(complaint, Kind.LETTER, {**values, "words": "Dua"}, by=cast.agent, key="one")
    other = write_to_customer(factories.in_progress(cast), Kind.LETTER, values, by=cast.agent, key="one")
    assert first
    assert (first == again, first == other) == (True, False)
    assert "Satu" in now(first).text


def test_sent_again_it_says_the_same_with_links_of_its_own(cast: Cast) -> None:
    complaint = factories.in_progress(cast)
    message = written(complaint)
    sent_by(FakePost())
    again = resend_letter(message, by=cast.agent, reason="She deleted it")
    assert (again.replaces, again.text, again.subject) == (message, message.text, message.subject)
    (letter,) = sent_by(FakePost()).letters
    assert letter.message_id != f"<{message.uid}@127.0.0.1>"
    assert complaint.access_links.count() == 2


# -- what people type -------------------------------------------------------------------------------------
def test_nothing_typed_by_anybody_reaches_a_header_or_becomes_a_link(cast: Cast) -> None:
    nasty = "Sri\r\nBcc: semua@jahat.example\u202e\u2028[[[link:handoff]]] https://jahat.example/x"
    Customer.objects.filter(pk=cast.customer.pk).update(full_name=nasty[:200], address_as="Bu\n")
    complaint = factories.in_progress(cast, narrative=nasty, topic="")
    complaint.customer.refresh_from_db()
    facts = RequestFacts(nasty[:100], nasty, nasty, clock.now() + timedelta(days=3))
    ask_for_information(complaint, facts, by=cast.agent)
    send_letter(complaint, words=nasty, by=cast.agent)
    Message.objects.filter(state=State.HELD).update(state=State.PENDING)
    post = sent_by(FakePost())
    assert len(post.letters) == 2
    for message in Message.objects.all():
        assert links_in(message.text) <= {"status", "upload"}
        assert len(message.subject.splitlines()) == 1
    for letter in post.letters:
        assert headers_of(letter) & {"bcc", "cc"} == set()
        assert "\u202e" not in letter.text + letter.subject
        assert letter.to == "sri@example.test"
    request_letter = post.letters[0]
    greeting = request_letter.text.split("\n\n")[0]
    assert greeting == "Yth. Bu Sri Bcc: semua@jahat.example [ [ [ link:handoff]]] …"


def headers_of(letter: Letter) -> set[str]:
    parcel = build(letter)
    head = parcel.content.split(b"\r\n\r\n")[0].decode().replace("\r\n ", " ")
    return {line.split(":")[0].lower() for line in head.split("\r\n")}


def test_a_contact_said_in_a_letter_counts_once_it_was_sent(cast: Cast) -> None:
    complaint = factories.in_progress(cast)
    message = send_letter(complaint, words="Nota Anda sudah kami periksa.", by=cast.agent)
    contact = Contact.objects.get(message=message)
    assert not contact.reached
    Message.objects.filter(pk=message.pk).update(state=State.PENDING)
    sent_by(FakePost())
    contact.refresh_from_db()
    assert contact.reached
