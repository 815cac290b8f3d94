"""The customer record: seen, changed, and asked something without a complaint."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from complaints.actions.contact import log_enquiry
from complaints.actions.customers import change_customer
from complaints.actions.details import mark_person_complained_of
from complaints.forms.customers import known_of
from complaints.models import AccessLog, Contact, Customer, User
from complaints.timeline import seq_of
from tests import factories
from tests.factories import Cast

AsUser = Callable[[User], Client]


def details(customer: Customer, **more: Any) -> dict[str, Any]:
    known = {name: value for name, value in known_of(customer).items() if value not in (False, None)}
    return {**known, "submit_key": str(uuid.uuid4()), "version": seq_of(customer), **more}


@pytest.fixture
def url(cast: Cast) -> str:
    return reverse("complaints:customer-details", args=[cast.customer.pk])


def test_the_page_shows_who_it_is_and_what_is_open(cast: Cast, as_user: AsUser) -> None:
    complaint = factories.in_progress(cast)
    page = as_user(cast.agent).get(cast.customer.get_absolute_url()).content.decode()
    for words in (
        "Bu Sri Wahyuni",
        "+62 812-3344-5678",
        "sri@example.test",
        complaint.reference,
        "call with the answer of Sales",
    ):
        assert words in page


def test_reading_contact_details_is_noted_once_an_hour(cast: Cast, as_user: AsUser) -> None:
    browser = as_user(cast.agent)
    for _time in range(2):
        browser.get(cast.customer.get_absolute_url())
    assert [(row.user, row.customer) for row in AccessLog.objects.all()] == [(cast.agent, cast.customer)]


@pytest.mark.parametrize("who", ["officer", "administrator"])
def test_departments_and_administrators_meet_no_customer(cast: Cast, as_user: AsUser, url: str, who: str) -> None:
    browser = as_user(cast.everybody()[who])
    enquiry = reverse("complaints:enquiry-new", args=[cast.customer.pk])
    assert [browser.get(each).status_code for each in (cast.customer.get_absolute_url(), url, enquiry)] == [404] * 3
    assert not AccessLog.objects.exists()


def test_another_call_centre_sees_the_customer_without_our_complaints(cast: Cast, as_user: AsUser) -> None:
    complaint = factories.in_progress(cast)
    page = as_user(cast.outsider).get(cast.customer.get_absolute_url()).content.decode()
    assert complaint.reference not in page
    assert "garansi" not in page


def test_the_person_complained_of_does_not_find_it_here(cast: Cast, as_user: AsUser) -> None:
    complaint = factories.in_progress(cast)
    mark_person_complained_of(complaint, person=cast.colleague, by=cast.supervisor)
    assert complaint.reference not in as_user(cast.colleague).get(cast.customer.get_absolute_url()).content.decode()


def test_the_page_asks_no_more_of_the_database_for_more_complaints(
    cast: Cast, as_user: AsUser, django_assert_max_num_queries: Any
) -> None:
    for _number in range(12):
        factories.in_progress(cast)
    browser = as_user(cast.agent)
    with django_assert_max_num_queries(32):
        browser.get(cast.customer.get_absolute_url())


def test_details_are_changed_and_phones_are_kept_as_they_are_dialled(cast: Cast, as_user: AsUser, url: str) -> None:
    form = details(cast.customer, full_name="Sri Wahyuni Putri", phones="0812 9999 0000\n+60 12-345 6789", emails="")
    assert as_user(cast.agent).post(url, form)["Location"] == cast.customer.get_absolute_url()
    customer = Customer.objects.get(pk=cast.customer.pk)
    assert customer.full_name == "Sri Wahyuni Putri"
    assert {phone.number for phone in customer.phones.all()} == {"+6281299990000", "+60123456789"}
    assert not customer.emails.exists()


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("phones", "12", "like 0812 3344 5678"),
        ("emails", "sri@", "like name@mail.example"),
        ("emails", f"{'x' * 242}@mail.example", "like name@mail.example"),
        ("full_name", "Sri\nWahyuni", "on one line"),
        ("address_as", "x" * 41, "41"),
    ],
)
def test_what_is_not_right_comes_back_with_a_sentence(
    cast: Cast, as_user: AsUser, url: str, field: str, typed: str, words: str
) -> None:
    answer = as_user(cast.agent).post(url, details(cast.customer, **{field: typed}))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert typed.split("\n")[0] in page


def test_a_change_in_the_meantime_is_shown_and_not_overwritten(cast: Cast, as_user: AsUser, url: str) -> None:
    form = details(cast.customer, full_name="Sri W. Putri")
    theirs = factories.customers.CustomerFacts(full_name="Sri Wahyuningsih", phones=["081233445678"])
    change_customer(cast.customer, theirs, by=cast.colleague)
    browser = as_user(cast.agent)
    answer = browser.post(url, form)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Siti changed this while you were writing" in page
    assert "Sri Wahyuningsih" in page
    assert "Sri W. Putri" in page
    assert Customer.objects.get(pk=cast.customer.pk).full_name == "Sri Wahyuningsih"

    again = {**form, "submit_key": str(uuid.uuid4()), "version": seq_of(cast.customer), "choose_full_name": "mine"}
    assert browser.post(url, again).status_code == 302
    assert Customer.objects.get(pk=cast.customer.pk).full_name == "Sri W. Putri"


def test_a_question_is_logged_without_a_complaint_and_can_become_one(cast: Cast, as_user: AsUser) -> None:
    browser = as_user(cast.agent)
    url = reverse("complaints:enquiry-new", args=[cast.customer.pk])
    form = {
        "submit_key": str(uuid.uuid4()),
        "direction": "in",
        "words": "Toko buka jam berapa?",
        "channel": "phone",
        "language": "id",
    }
    assert browser.get(url).status_code == 200
    for _time in range(2):
        assert browser.post(url, form)["Location"] == cast.customer.get_absolute_url()
    assert browser.post(url, {**form, "words": "Lain"}).status_code == 409
    contact = Contact.objects.get(customer=cast.customer, complaint=None)
    assert f"/calls/new/?enquiry={contact.pk}" in browser.get(cast.customer.get_absolute_url()).content.decode()


def test_a_question_without_words_comes_back(cast: Cast, as_user: AsUser) -> None:
    url = reverse("complaints:enquiry-new", args=[cast.customer.pk])
    answer = as_user(cast.agent).post(
        url, {"submit_key": str(uuid.uuid4()), "direction": "in", "channel": "web", "language": "ms"}
    )
    assert answer.status_code == 422
    assert "Write what it was about" in answer.content.decode()


def test_a_question_is_the_customers_and_nobody_elses_complaint(cast: Cast) -> None:
    facts = factories.said(direction="in", words="Jam berapa?")
    assert log_enquiry(cast.customer, facts, by=cast.agent).complaint is None


def test_letters_go_where_the_customer_has_not_said_no(cast: Cast, as_user: AsUser, url: str) -> None:
    browser = as_user(cast.agent)
    assert browser.post(url, details(cast.customer, may_write=[])).status_code == 302
    customer = Customer.objects.get(pk=cast.customer.pk)
    assert customer.letter_address == ""
    assert "sri@example.test (no letters)" in browser.get(customer.get_absolute_url()).content.decode()
    assert browser.get(url).context["form"]["may_write"].value() == []

    stopped_at = customer.emails.get().stopped_at
    assert browser.post(url, details(customer, may_write=[], full_name="Sri W.")).status_code == 302
    assert customer.emails.get().stopped_at == stopped_at, "since when they said no stays"

    both = {"may_write": [], "emails": "sri@example.test\nsri.kantor@example.test"}
    assert browser.post(url, details(customer, **both)).status_code == 302
    assert Customer.objects.get(pk=customer.pk).letter_address == "sri.kantor@example.test", "given with the address"

    again = details(customer, may_write=["sri@example.test", "sri.kantor@example.test"])
    assert browser.post(url, again).status_code == 302
    assert Customer.objects.get(pk=customer.pk).letter_address == "sri@example.test"


def test_only_addresses_that_are_known_can_be_ticked(cast: Cast, as_user: AsUser, url: str) -> None:
    answer = as_user(cast.agent).post(url, details(cast.customer, may_write=["other@example.test"]))
    assert answer.status_code == 422
    cast.customer.emails.all().delete()
    assert "may_write" not in as_user(cast.agent).get(url).context["form"].fields


def test_whoever_does_not_speak_of_consent_leaves_it_as_it_is(cast: Cast) -> None:
    change_customer(cast.customer, facts_of(stopped=["sri@example.test"]), by=cast.agent)
    change_customer(cast.customer, facts_of(), by=cast.agent)
    assert Customer.objects.get(pk=cast.customer.pk).letter_address == ""
    change_customer(cast.customer, facts_of(stopped=[]), by=cast.agent)
    assert Customer.objects.get(pk=cast.customer.pk).letter_address == "sri@example.test"


def facts_of(**more: Any) -> Any:
    return factories.customers.CustomerFacts(full_name="Sri Wahyuni", emails=["sri@example.test"], **more)
