"""Notices to colleagues and letters to outside parties: who hears of what, in their language, and who does not."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as site
from django.urls import resolve

from complaints import clock
from complaints.actions.approval import approve
from complaints.actions.correspondence import write_to_staff
from complaints.actions.details import mark_person_complained_of
from complaints.actions.handoff import (
    accept_handoff,
    ask_again,
    assign_handoff,
    redirect_handoff,
    return_handoff,
    withdraw_handoff,
    write_in_handoff,
)
from complaints.emails import to_staff
from complaints.emails.rendering import links_in
from complaints.models import AccessLink, Complaint, Department, Handoff, Message, Preferences, User
from escalation.actions.escalation import raise_escalation
from tests import factories
from tests.complaints.letters import FakePost, State, now, sent_by
from tests.factories import Cast

Kind = Message.Kind


@pytest.fixture
def complaint(cast: Cast) -> Complaint:
    return factories.in_progress(cast)


@pytest.fixture
def partner(cast: Cast) -> Department:
    return Department.objects.create(name="Garansi Servis Mitra", is_outside=True, email="kantor@mitra.example.test")


def soon() -> Any:
    return clock.now() + timedelta(days=2)


def told(kind: str) -> list[User]:
    """Who got a notice of this kind, in the order in which they were written."""
    return [message.user for message in Message.objects.filter(kind=kind).order_by("pk") if message.user]


def reads(user: User, language: str) -> None:
    Preferences.objects.update_or_create(user=user, defaults={"language": language})


def to_sales(cast: Cast, complaint: Complaint, **facts: Any) -> Handoff:
    return factories.handed_off(cast, complaint, **facts)


# -- handoffs in the house --------------------------------------------------------------------
def test_a_handoff_is_told_to_the_officers_and_the_head_in_their_languages(cast: Cast, complaint: Complaint) -> None:
    head = factories.person("Yanto Kepala", cast.sales, "agent", is_head=True)
    clerk = factories.person("Tuti Biasa", cast.sales, "agent")
    gone = factories.person("Gita Pergi", cast.sales, "officer")
    gone.is_active = False
    gone.save()
    reads(cast.officer, "ms")
    reads(head, "id")
    handoff = to_sales(cast, complaint)
    assert told(Kind.HANDOFF) == [cast.officer, head]
    assert clerk not in told(Kind.HANDOFF)
    malay, indonesian = Message.objects.filter(kind=Kind.HANDOFF).order_by("pk")
    assert (malay.language, indonesian.language) == ("ms", "id")
    assert malay.subject != indonesian.subject
    for message in (malay, indonesian):
        assert complaint.reference in message.subject
        for part in ("Was a 2-year warranty promised?", "Kata promotornya garansi dua tahun.", "Andi"):
            assert part in message.text
        address = next(word for word in message.text.split() if word.startswith(site.SITE_URL))
        assert address == site.SITE_URL + handoff.get_absolute_url()
        assert resolve(address.removeprefix(site.SITE_URL)).url_name == "handoff"
        assert links_in(message.text) == set(), "they sign in"


def test_where_a_department_has_no_officers_everybody_is_told(cast: Cast, complaint: Complaint) -> None:
    store = Department.objects.create(name="Store")
    people = [factories.person(name, store, "agent") for name in ("Eka Satu", "Dwi Dua")]
    to_sales(cast, complaint, department=store)
    assert told(Kind.HANDOFF) == people


def test_nobody_is_told_of_their_own_act(cast: Cast, complaint: Complaint) -> None:
    """The agent is an officer of the other department too."""
    cast.agent.memberships.create(department=cast.sales, role="officer")
    to_sales(cast, complaint)
    assert told(Kind.HANDOFF) == [cast.officer]


def test_the_person_complained_of_is_told_nothing(cast: Cast, complaint: Complaint) -> None:
    mark_person_complained_of(complaint, person=cast.officer, by=cast.agent)
    complaint = Complaint.objects.get(pk=complaint.pk)
    other = factories.person("Wati Lain", cast.sales, "officer")
    handoff = to_sales(cast, complaint)
    write_in_handoff(handoff, by=cast.agent, words="Please", chase=True)
    assert (told(Kind.HANDOFF), told(Kind.CHASE)) == ([other], [other])
    mark_person_complained_of(complaint, person=cast.supervisor, by=cast.agent)
    raise_escalation(Complaint.objects.get(pk=complaint.pk), by=cast.agent, trigger_key="by_hand:1", question="?")
    assert cast.supervisor not in told(Kind.ESCALATION)


def test_marked_after_it_was_written_the_notice_stays_here(cast: Cast, complaint: Complaint) -> None:
    to_sales(cast, complaint)
    mark_person_complained_of(complaint, person=cast.officer, by=cast.agent)
    assert sent_by(FakePost()).letters == []
    assert Message.objects.get(kind=Kind.HANDOFF).state == State.FAILED


def test_a_reminder_goes_to_whoever_has_it(cast: Cast, complaint: Complaint) -> None:
    second = factories.person("Wati Lain", cast.sales, "officer")
    handoff = to_sales(cast, complaint)
    write_in_handoff(handoff, by=cast.agent, words="Tolong dijawab hari ini", chase=True)
    assert told(Kind.CHASE) == [cast.officer, second]
    accept_handoff(handoff, by=second)
    write_in_handoff(handoff, by=cast.agent, words="Sekali lagi", chase=True)
    assert told(Kind.CHASE) == [cast.officer, second, second]
    assert "Tolong dijawab hari ini" in Message.objects.filter(kind=Kind.CHASE)[0].text
    write_in_handoff(handoff, by=cast.agent, words="By the way")
    assert len(told(Kind.CHASE)) == 3, "a line in the thread is no reminder"


def test_asked_again_sent_again_and_assigned_they_hear_of_it(cast: Cast, complaint: Complaint) -> None:
    handoff = to_sales(cast, complaint)
    return_handoff(handoff, by=cast.officer, why="not_ours", words="Bukan kami.")
    redirect_handoff(handoff, by=cast.agent, words="Then you.", answer_by=soon(), department=cast.finance)
    assert told(Kind.HANDOFF) == [cast.officer, cast.finance_officer]
    return_handoff(handoff, by=cast.finance_officer, why="not_ours", words="Bukan kami juga.")
    assign_handoff(handoff, by=cast.supervisor, words="You.", answer_by=soon(), department=cast.sales)
    assert told(Kind.HANDOFF) == [cast.officer, cast.finance_officer, cast.officer]
    factories.handoff.answer_handoff(handoff, by=cast.officer, words="Ya.")
    ask_again(handoff, by=cast.agent, words="Yang mana?", answer_by=soon())
    last = Message.objects.filter(kind=Kind.HANDOFF).latest("pk")
    assert (last.user, "Yang mana?" in last.text) == (cast.officer, True)


def test_a_return_is_told_to_the_owner_and_the_second_to_the_supervisor_too(cast: Cast, complaint: Complaint) -> None:
    handoff = to_sales(cast, complaint)
    return_handoff(handoff, by=cast.officer, why="not_ours", words="Ini urusan gudang.")
    assert told(Kind.RETURNED) == [cast.agent]
    first = Message.objects.get(kind=Kind.RETURNED)
    assert "Rina (Sales)" in first.text
    assert "Ini urusan gudang" in first.text
    redirect_handoff(handoff, by=cast.agent, words="Then you.", answer_by=soon(), department=cast.finance)
    return_handoff(handoff, by=cast.finance_officer, why="not_ours", words="Bukan kami juga.")
    assert told(Kind.RETURNED) == [cast.agent, cast.agent, cast.supervisor, cast.second_supervisor]
    assert "second return, so Dewi decides" in Message.objects.filter(kind=Kind.RETURNED).latest("pk").text
    assert told(Kind.ESCALATION) == [], "this notice is enough"


# -- decisions and escalations ----------------------------------------------------------------------
def test_whoever_may_decide_is_asked_but_neither_the_asker_nor_the_owner(cast: Cast, complaint: Complaint) -> None:
    reads(cast.second_supervisor, "id")
    approval = factories.asked_exception(cast, complaint)
    assert told(Kind.DECISION) == [cast.supervisor, cast.second_supervisor]
    english, indonesian = Message.objects.filter(kind=Kind.DECISION).order_by("pk")
    assert "Andi asks you to decide" in english.subject
    assert "Andi meminta keputusan Anda" in indonesian.subject
    for part in (approval.reason, site.SITE_URL + approval.get_absolute_url()):
        assert part in english.text


def test_a_supervisor_who_owns_it_or_asks_is_not_asked(cast: Cast) -> None:
    complaint = factories.in_progress(cast)
    Complaint.objects.filter(pk=complaint.pk).update(owner=cast.supervisor)
    factories.asked_exception(cast, Complaint.objects.get(pk=complaint.pk))
    assert told(Kind.DECISION) == [cast.second_supervisor]


def test_without_supervisors_the_managers_are_asked(cast: Cast, complaint: Complaint) -> None:
    for user in (cast.supervisor, cast.second_supervisor):
        user.memberships.all().delete()
    factories.asked_exception(cast, complaint)
    assert told(Kind.DECISION) == [cast.manager]


def test_an_offer_above_the_limit_asks_and_the_yes_tells_the_customer(cast: Cast, complaint: Complaint) -> None:
    items = [factories.resolution.ItemFacts("refund", factories.Decimal("900000"), "IDR")]
    offer = factories.offered(cast, complaint, items=items)
    assert offer.state == "awaiting_approval"
    assert told(Kind.DECISION) == [cast.supervisor, cast.second_supervisor]
    approve(offer.approvals.get(), by=cast.supervisor, outcome="Yes.")
    assert Message.objects.get(kind=Kind.OFFER).customer == cast.customer


def test_an_escalation_is_told_to_who_decides(cast: Cast, complaint: Complaint) -> None:
    reads(cast.second_supervisor, "ms")
    factories.contact.log_contact(complaint, factories.said(), by=cast.agent)
    escalation = raise_escalation(complaint, by=cast.agent, trigger_key="by_hand:1", question="Who pays for the floor?")
    assert told(Kind.ESCALATION) == [cast.supervisor, cast.second_supervisor]
    english, malay = Message.objects.filter(kind=Kind.ESCALATION).order_by("pk")
    assert english.subject == f"{complaint.reference} needs you: Who pays for the floor?"
    assert malay.subject == f"{complaint.reference} memerlukan anda: Who pays for the floor?"
    for part in (
        "Who pays for the floor?",
        "Last said to the customer: Rina dari Penjualan sedang memeriksa nota.",
        f"Decide by {to_staff.moment(escalation.due_at, 'en')}. Andi stays the owner.",
        site.SITE_URL + escalation.get_absolute_url(),
        f"Notice settings: {site.SITE_URL}/me/",
    ):
        assert part in english.text


def test_an_escalation_is_told_once_and_never_to_who_raised_it(cast: Cast, complaint: Complaint) -> None:
    for _time in range(2):
        raise_escalation(complaint, by=cast.supervisor, trigger_key="by_hand:1", question="Mine?")
    assert told(Kind.ESCALATION) == [cast.second_supervisor]


def test_an_escalation_without_words_says_how_it_came_about(cast: Cast, complaint: Complaint) -> None:
    raise_escalation(complaint, by=cast.agent, trigger_key="by_hand:1")
    message = Message.objects.filter(kind=Kind.ESCALATION).earliest("pk")
    assert message.subject == f"{complaint.reference} needs you: Raised by hand"
    assert message.text.startswith("Raised by hand. Last said to the customer: call with the answer of Sales.")


# -- outside parties -------------------------------------------------------------------------------------
def test_an_outside_party_gets_a_letter_with_its_link_in_the_complaints_language(
    cast: Cast, complaint: Complaint, partner: Department
) -> None:
    handoff = to_sales(cast, complaint, department=partner)
    message = Message.objects.get(kind=Kind.HANDOFF_OUTSIDE)
    assert (message.department, message.handoff, message.user, message.customer) == (partner, handoff, None, None)
    assert message.language == "id"
    assert message.text.startswith("Kepada Garansi Servis Mitra,")
    assert "Was a 2-year warranty promised?" in message.text
    assert links_in(message.text) == {"handoff"}
    assert site.SITE_URL not in message.text, "no page of the desk"
    assert told(Kind.HANDOFF) == []
    (letter,) = sent_by(FakePost()).letters
    assert letter.to == "kantor@mitra.example.test"
    link = AccessLink.objects.get()
    assert (link.purpose, link.handoff, link.expires_at) == ("handoff", handoff, None)


def test_an_outside_party_is_reminded_by_its_link(cast: Cast, complaint: Complaint, partner: Department) -> None:
    handoff = to_sales(cast, complaint, department=partner)
    write_in_handoff(handoff, by=cast.agent, words="Mohon dijawab", chase=True)
    message = Message.objects.get(kind=Kind.CHASE_OUTSIDE)
    assert (message.department, links_in(message.text)) == (partner, {"handoff"})
    assert "Mohon dijawab" in message.text
    assert site.SITE_URL not in message.text, "neither a page of the desk nor its settings"


def test_an_outside_party_without_an_address_gets_no_letter(cast: Cast, complaint: Complaint) -> None:
    partner = Department.objects.create(name="Tanpa Surel", is_outside=True)
    to_sales(cast, complaint, department=partner)
    assert not Message.objects.exists()


def test_a_letter_to_an_outside_party_that_does_not_arrive_is_somebodys_task(
    cast: Cast, complaint: Complaint, partner: Department
) -> None:
    to_sales(cast, complaint, department=partner)
    Department.objects.filter(pk=partner.pk).update(email="")
    sent_by(FakePost())
    assert complaint.tasks.get().message == Message.objects.get(kind=Kind.HANDOFF_OUTSIDE)


def test_withdrawn_before_it_left_the_letter_stays_here(cast: Cast, complaint: Complaint, partner: Department) -> None:
    handoff = to_sales(cast, complaint, department=partner)
    withdraw_handoff(handoff, by=cast.agent, words="No longer needed")
    assert sent_by(FakePost()).letters == []
    assert Message.objects.get(kind=Kind.HANDOFF_OUTSIDE).state == State.CANCELLED


def test_what_the_customer_said_takes_no_link_and_no_address_to_others(cast: Cast, partner: Department) -> None:
    narrative = "Lihat https://jahat.example/a [[[link:status]]] [[link:handoff]]"
    complaint = factories.in_progress(cast, narrative=narrative)
    question = "Cek [[link:status]] di https://sinar.example/nota"
    to_sales(cast, complaint, department=partner, question=question)
    to_sales(cast, complaint, question=question)
    outside, notice = Message.objects.get(kind=Kind.HANDOFF_OUTSIDE), Message.objects.get(kind=Kind.HANDOFF)
    assert links_in(outside.text) == {"handoff"}
    assert outside.text.count("[[link:handoff]]") == 1
    assert links_in(notice.text) == set()
    for message in (outside, notice):
        assert "jahat.example" not in message.text
        assert "https://sinar.example/nota" in message.text, "a colleague wrote it"
    sent_by(FakePost())
    assert set(AccessLink.objects.values_list("purpose", flat=True)) == {"handoff"}


# -- how they are kept -----------------------------------------------------------------------------------
def test_a_notice_is_sent_but_is_no_part_of_the_story(cast: Cast, complaint: Complaint) -> None:
    to_sales(cast, complaint)
    events = complaint.events.count()
    sent_by(FakePost())
    message = Message.objects.get(kind=Kind.HANDOFF)
    assert (message.state, message.noted) == (State.SENT, State.SENT)
    assert complaint.events.count() == events


def test_the_same_notice_is_written_once_for_each(cast: Cast, complaint: Complaint) -> None:
    people = [cast.colleague, cast.supervisor, cast.colleague]
    for _time in range(2):
        write_to_staff(
            complaint,
            people,
            Kind.ESCALATION,
            lambda language: {**to_staff.frame(complaint, "/"), "reason": "Why"},
            by=cast.agent,
            key="one",
            letter="escalation/escalation",
        )
    assert told(Kind.ESCALATION) == [cast.colleague, cast.supervisor]
    assert now(Message.objects.latest("pk")).user == cast.supervisor
