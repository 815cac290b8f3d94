"""Logging a call: who it is, what happened, what they want."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from complaints import clock
from complaints.actions.contact import log_contact, log_enquiry
from complaints.actions.intake import next_reference
from complaints.models import AccessLog, Complaint, Contact, Customer, Membership, User
from complaints.permissions import home_department_of
from tests import factories
from tests.factories import Cast

AsUser = Callable[[User], Client]
URL = "/calls/new/"


def call(**more: Any) -> dict[str, Any]:
    return {
        "submit_key": str(uuid.uuid4()),
        "narrative": "Kulkas yang saya beli Sabtu tidak dingin.",
        "wants": ["refund", "apology"],
        "channel": "phone",
        "language": "id",
        **more,
    }


def for_customer(customer: Customer) -> str:
    return f"{URL}?customer={customer.pk}"


def called(complaint: Complaint, cast: Cast, times: int = 1) -> None:
    for _time in range(times):
        log_contact(complaint, factories.said(direction="in", words="Bagaimana kabarnya?"), by=cast.agent)


# -- finding the caller --------------------------------------------------------
def test_the_page_first_asks_who_it_is(cast: Cast, as_user: AsUser) -> None:
    page = as_user(cast.agent).get(URL).content.decode()
    assert 'name="q"' in page
    assert "narrative" not in page


def test_the_whole_number_of_one_customer_goes_on_with_them_and_is_in_no_address(cast: Cast, as_user: AsUser) -> None:
    answer = as_user(cast.agent).post(URL, {"q": "0812 3344 5678"})
    assert answer["Location"] == for_customer(cast.customer)


def test_a_name_or_last_digits_list_whom_they_may_mean(cast: Cast, as_user: AsUser) -> None:
    browser = as_user(cast.agent)
    for typed in ("wahyuni", "5678"):
        page = browser.post(URL, {"q": typed}).content.decode()
        assert for_customer(cast.customer) in page
        assert "••• 5678" in page
    assert not AccessLog.objects.exists()


def test_a_complaint_number_finds_its_customer(cast: Cast, as_user: AsUser) -> None:
    complaint = factories.received(cast)
    assert for_customer(cast.customer) in as_user(cast.agent).post(URL, {"q": complaint.reference}).content.decode()


def test_an_unknown_number_opens_the_form_of_a_new_caller_with_it(cast: Cast, as_user: AsUser) -> None:
    page = as_user(cast.agent).post(URL, {"q": "0813 0000 1111"}).content.decode()
    assert 'name="phone" value="0813 0000 1111"' in page
    assert "narrative" in page


def test_an_unknown_name_is_filled_in_for_a_new_caller(cast: Cast, as_user: AsUser) -> None:
    page = as_user(cast.agent).post(URL, {"q": "Zulkifli"}).content.decode()
    assert 'name="full_name" value="Zulkifli"' in page


def test_none_of_those_found_can_be_a_new_caller(cast: Cast, as_user: AsUser) -> None:
    page = as_user(cast.agent).post(URL, {"q": "0812 3344 5678", "as_new": "1"}).content.decode()
    assert 'name="phone" value="0812 3344 5678"' in page


@pytest.mark.parametrize("who", ["officer", "administrator"])
def test_only_case_workers_log_calls(cast: Cast, as_user: AsUser, who: str) -> None:
    browser = as_user(cast.everybody()[who])
    assert [browser.get(URL).status_code, browser.post(URL, {"q": "5678"}).status_code] == [403, 403]


@pytest.mark.parametrize("query", ["customer=999999", "customer=abc", "customer=-1", "enquiry=999999", "enquiry=x"])
def test_a_customer_or_question_that_is_not_there_is_404(cast: Cast, as_user: AsUser, query: str) -> None:
    assert as_user(cast.agent).get(f"{URL}?{query}").status_code == 404


# -- before the agent speaks -------------------------------------------------------
def test_the_agent_sees_who_it_is_and_what_is_open(cast: Cast, as_user: AsUser) -> None:
    complaint = factories.in_progress(cast)
    factories.handed_off(cast, complaint)
    page = as_user(cast.colleague).get(for_customer(cast.customer)).content.decode()
    for words in ("Bu Sri Wahyuni", "+62 812-3344-5678", "Speaks Indonesian", complaint.reference, "Owner Andi"):
        assert words in page
    assert AccessLog.objects.filter(user=cast.colleague, customer=cast.customer).exists()


def test_nothing_is_preselected_when_something_is_open_and_nothing_is_asked_when_not(
    cast: Cast, as_user: AsUser
) -> None:
    browser = as_user(cast.agent)
    assert 'name="about"' not in browser.get(for_customer(cast.customer)).content.decode()
    complaint = factories.in_progress(cast)
    page = browser.get(for_customer(cast.customer)).content.decode()
    assert f'name="about" value="{complaint.reference}"' in page
    radios = [line for line in page.split("<input") if 'name="about"' in line]
    assert len(radios) == 2
    assert not any("checked" in radio.split(">")[0] for radio in radios)


def test_the_third_contact_is_announced_with_what_was_told_and_not_kept(
    cast: Cast, as_user: AsUser, move_clock: Any
) -> None:
    complaint = factories.in_progress(cast)
    browser = as_user(cast.colleague)
    assert "Third contact" not in browser.get(for_customer(cast.customer)).content.decode()
    called(complaint, cast)
    log_contact(
        complaint, factories.said(words="sudah disampaikan ke bagian Penjualan", reply="holding"), by=cast.agent
    )
    move_clock(days=3)
    page = browser.get(for_customer(cast.customer)).content.decode()
    assert "Third contact in 3 days" in page
    assert "sudah disampaikan ke bagian Penjualan" in page
    assert "Promised: call with the answer of Sales, not kept" in page
    called(complaint, cast)
    assert "Contact no. 4" in browser.get(for_customer(cast.customer)).content.decode()


def test_an_answer_to_our_question_and_a_solved_complaint_raise_no_alarm(cast: Cast, as_user: AsUser) -> None:
    complaint = factories.in_progress(cast)
    log_contact(complaint, factories.said(direction="in", answers_us=True), by=cast.agent)
    browser = as_user(cast.agent)
    assert "Third contact" not in browser.get(for_customer(cast.customer)).content.decode()
    called(complaint, cast)
    factories.resolved(cast, complaint)
    assert "Third contact" not in browser.get(for_customer(cast.customer)).content.decode()


def test_the_other_call_centre_sees_no_complaint_of_ours(cast: Cast, as_user: AsUser) -> None:
    complaint = factories.in_progress(cast)
    called(complaint, cast)
    page = as_user(cast.outsider).get(for_customer(cast.customer)).content.decode()
    assert complaint.reference not in page
    answer = as_user(cast.outsider).post(for_customer(cast.customer), call(about=complaint.reference))
    assert Contact.objects.filter(complaint=complaint, by=cast.outsider).count() == 0
    assert answer.status_code == 302


def test_queries_do_not_grow_with_open_complaints(
    cast: Cast, as_user: AsUser, django_assert_max_num_queries: Any
) -> None:
    for _number in range(10):
        factories.in_progress(cast)
    browser = as_user(cast.agent)
    with django_assert_max_num_queries(34):
        browser.get(for_customer(cast.customer))


# -- saving ----------------------------------------------------------------------
def test_a_new_complaint_is_registered_and_goes_on_to_the_read_back(cast: Cast, as_user: AsUser) -> None:
    form = call(
        wanted_amount="450000",
        wanted_currency="IDR",
        emotion="4",
        topic="Fridge is warm",
        issues="Fridge\nDelivery",
        severity="high",
    )
    answer = as_user(cast.agent).post(for_customer(cast.customer), form)
    complaint = Complaint.objects.get()
    assert answer["Location"] == reverse("complaints:read-back", args=[complaint.reference])
    assert (complaint.customer, complaint.owner, complaint.home_department) == (cast.customer, cast.agent, cast.care)
    assert (complaint.wants, complaint.severity, complaint.topic) == (["refund", "apology"], "high", "Fridge is warm")
    assert [issue.words for issue in complaint.issues.all()] == ["Fridge", "Delivery"]
    assert complaint.contacts.get().emotion == 4


def test_what_the_call_does_not_say_may_stay_empty(cast: Cast, as_user: AsUser) -> None:
    as_user(cast.agent).post(for_customer(cast.customer), call(wants=["unknown"]))
    complaint = Complaint.objects.get()
    assert (complaint.severity, complaint.wanted_currency) == ("medium", "")


def test_a_new_caller_becomes_a_customer_who_speaks_the_language_of_the_call(cast: Cast, as_user: AsUser) -> None:
    form = call(
        full_name="Zulkifli", address_as="Encik", phone="+60 12-999 8888", email="zul@example.test", language="ms"
    )
    as_user(cast.agent).post(f"{URL}?customer=new", form)
    customer = Complaint.objects.get().customer
    assert (customer.name, customer.language) == ("Encik Zulkifli", "ms")
    assert customer.phones.get().number == "+60129998888"
    assert customer.emails.get().address == "zul@example.test"


def test_somebody_who_gives_no_name_is_an_unknown_caller(cast: Cast, as_user: AsUser) -> None:
    as_user(cast.agent).post(f"{URL}?customer=new", call())
    assert Complaint.objects.get().customer.channels == set()


def test_choosing_an_open_complaint_logs_the_call_there(cast: Cast, as_user: AsUser) -> None:
    complaint = factories.in_progress(cast)
    answer = as_user(cast.colleague).post(
        for_customer(cast.customer), call(about=complaint.reference, wants=[], emotion="5")
    )
    assert answer["Location"] == complaint.get_absolute_url()
    contact = complaint.contacts.filter(by=cast.colleague).get()
    assert (contact.direction, contact.emotion, contact.words) == ("in", 5, "Kulkas yang saya beli Sabtu tidak dingin.")
    assert Complaint.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("narrative", "  ", "Write what happened"),
        ("wants", [], "Choose what the customer wants"),
        ("wanted_amount", "-5", "0.01"),
        ("phone", "12", "like 0812 3344 5678"),
        ("email", "zul@", "email"),
        ("email", f"{'x' * 242}@mail.example", "254"),
        ("full_name", "a\x00b", "hidden characters"),
        ("was_told", "\x07", "hidden characters"),
    ],
)
def test_what_is_not_right_comes_back_with_everything_typed(
    cast: Cast, as_user: AsUser, field: str, typed: Any, words: str
) -> None:
    form = call(product="Kulkas Sinar 200", full_name="Zulkifli")
    answer = as_user(cast.agent).post(f"{URL}?customer=new", {**form, field: typed})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert "Kulkas Sinar 200" in page
    assert not Complaint.objects.exists()
    assert Customer.objects.count() == 2


def test_which_complaint_is_a_choice_the_agent_makes(cast: Cast, as_user: AsUser) -> None:
    factories.in_progress(cast)
    answer = as_user(cast.agent).post(for_customer(cast.customer), call())
    assert answer.status_code == 422
    assert "Choose what the call is about" in answer.content.decode()
    assert Complaint.objects.count() == 1


def test_sent_twice_is_one_complaint_and_one_customer(cast: Cast, as_user: AsUser) -> None:
    browser, form = as_user(cast.agent), call(phone="0813 0000 1111")
    answers = [browser.post(f"{URL}?customer=new", form) for _time in range(2)]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert (Complaint.objects.count(), Customer.objects.count()) == (1, 3)
    changed = browser.post(f"{URL}?customer=new", {**form, "narrative": "Lain lagi."})
    assert changed.status_code == 409
    assert "Lain lagi." in changed.content.decode()
    assert Complaint.objects.count() == 1


def test_a_question_becomes_a_complaint_received_when_it_was_asked(
    cast: Cast, as_user: AsUser, move_clock: Any
) -> None:
    asked = log_enquiry(cast.customer, factories.said(direction="in", words="Kapan kulkas saya dingin?"), by=cast.agent)
    factories.in_progress(cast)
    move_clock(days=1)
    browser = as_user(cast.agent)
    page = browser.get(f"{URL}?enquiry={asked.pk}").content.decode()
    assert "Kapan kulkas saya dingin?" in page
    assert 'name="about"' not in page
    answer = browser.post(f"{URL}?enquiry={asked.pk}", call())
    complaint = Complaint.objects.order_by("-pk")[0]
    assert answer["Location"] == reverse("complaints:read-back", args=[complaint.reference])
    assert complaint.received_at == asked.at
    assert list(complaint.contacts.all()) == [asked]
    assert clock.now() - complaint.received_at >= timedelta(days=1)
    assert browser.get(f"{URL}?enquiry={asked.pk}").status_code == 404


def test_a_stranger_signs_in_first(client: Client, db: None) -> None:
    assert client.post(URL, {"q": "5678"})["Location"].startswith(reverse("account_login"))


# -- continuing one that is closed ---------------------------------------------------
def test_a_new_complaint_continues_a_closed_one(cast: Cast, as_user: AsUser) -> None:
    closed, other = factories.closed(cast), factories.in_progress(cast)
    browser = as_user(cast.colleague)
    url = f"{URL}?continues={closed.reference}"
    assert url in browser.get(closed.get_absolute_url()).content.decode()
    shown = browser.get(url)
    assert f'action="{url}"' in shown.content.decode()
    assert shown.context["form"]["about"].value() == "new"
    answer = browser.post(url, call(about="new"))
    newer = closed.continued_by.get()
    assert answer["Location"] == reverse("complaints:read-back", args=[newer.reference])
    assert (newer.customer, newer.owner) == (cast.customer, cast.colleague)
    assert URL + "?" not in browser.get(other.get_absolute_url()).content.decode()


def test_only_a_closed_complaint_that_is_seen_is_continued(cast: Cast, as_user: AsUser) -> None:
    closed, working = factories.closed(cast), factories.in_progress(cast)
    for person, reference in (
        (cast.agent, working.reference),
        (cast.agent, "C99-000001"),
        (cast.outsider, closed.reference),
    ):
        assert as_user(person).get(f"{URL}?continues={reference}").status_code == 404


# -- for which call centre ---------------------------------------------------------------
def test_a_call_belongs_to_the_call_centre_where_one_works_cases(cast: Cast) -> None:
    Membership.objects.create(user=cast.officer, department=cast.care, role=Membership.Role.OFFICER)
    Membership.objects.create(user=cast.officer, department=cast.other_care, role=Membership.Role.AGENT)
    Membership.objects.create(user=cast.administrator, department=cast.sales, role=Membership.Role.AGENT)
    assert home_department_of(User.objects.get(pk=cast.officer.pk)) == cast.other_care.pk
    assert home_department_of(User.objects.get(pk=cast.administrator.pk)) is None


# -- its number ----------------------------------------------------------------------------
def test_the_year_of_the_reference_is_the_sites(db: None) -> None:
    new_year = datetime(2027, 1, 1, 1, 0, tzinfo=ZoneInfo("Asia/Jakarta"))
    assert next_reference(new_year.astimezone(UTC)).startswith("C27-")
    assert next_reference(new_year - timedelta(hours=2)).startswith("C26-")
