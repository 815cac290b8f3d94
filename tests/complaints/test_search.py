"""Finding a complaint or a caller by what somebody says on the phone."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from complaints import search
from complaints.actions.details import mark_person_complained_of
from complaints.models import AccessLog, User
from tests import factories
from tests.factories import Cast

AsUser = Callable[[User], Client]
URL = "/search/"


@pytest.mark.parametrize(
    "typed", ["5678", "812 3344 5678", "0812-3344-5678", "+62 812 3344 5678", "+62 0812 3344 5678", "006281233445678"]
)
def test_any_last_digits_of_a_phone_find_its_owner(cast: Cast, typed: str) -> None:
    assert list(search.customers(cast.agent, typed)) == [cast.customer]


def test_a_malaysian_number_is_found_with_its_zero(cast: Cast) -> None:
    assert list(search.customers(cast.agent, "012-345 6789")) == [cast.other_customer]


def test_three_digits_are_too_few_and_other_digits_find_nobody(cast: Cast) -> None:
    assert not search.customers(cast.agent, "678").exists()
    assert not search.customers(cast.agent, "9999").exists()
    assert not search.customers(cast.agent, "3344").exists()


@pytest.mark.parametrize("typed", ["Sri", "wahyuni", "Bu Sri", "Wahyuny", "hyuni"])
def test_a_name_finds_the_customer(cast: Cast, typed: str) -> None:
    assert list(search.customers(cast.agent, typed)) == [cast.customer]


@pytest.mark.parametrize("typed", ["AC-9", "ac-9"])
def test_an_account_finds_its_customer(cast: Cast, typed: str) -> None:
    customer = factories.make_customer(cast.agent, full_name="Rahmat", account_number="AC-9")
    assert list(search.customers(cast.agent, typed)) == [customer]


def test_a_reference_is_understood_however_it_is_said(cast: Cast) -> None:
    complaint = factories.received(cast)
    number = int(complaint.reference[4:])
    for typed in (
        complaint.reference,
        complaint.reference.lower(),
        f"c{complaint.reference[1:3]}-{number}",
        str(number),
    ):
        assert complaint in search.complaints(cast.agent, typed)


def test_a_full_reference_goes_straight_to_its_complaint(cast: Cast, as_user: AsUser) -> None:
    complaint = factories.received(cast)
    answer = as_user(cast.agent).post(URL, {"q": complaint.reference.lower()})
    assert (answer.status_code, answer["Location"]) == (302, complaint.get_absolute_url())


def test_a_name_shows_customers_with_masked_phones_and_their_complaints(cast: Cast, as_user: AsUser) -> None:
    complaint = factories.received(cast)
    page = as_user(cast.agent).post(URL, {"q": "wahyuni"}).content.decode()
    assert complaint.reference in page
    assert "••• 5678" in page
    assert "81233445678" not in page
    assert not AccessLog.objects.exists()


def test_nothing_found_says_where_was_looked(cast: Cast, as_user: AsUser) -> None:
    page = as_user(cast.agent).post(URL, {"q": "zzzz"}).content.decode()
    assert "Nothing for “zzzz”" in page


@pytest.mark.parametrize("typed", ["%", "a\\b(", "*", "C99-999999999", "+", "٣٨٨", "' OR 1=1"])
def test_strange_words_find_nothing_and_break_nothing(cast: Cast, as_user: AsUser, typed: str) -> None:
    assert as_user(cast.agent).post(URL, {"q": typed}).status_code == 200


@pytest.mark.parametrize("typed", ["a\x00b", "x" * 101])
def test_hidden_characters_and_long_words_are_answered_with_a_sentence(cast: Cast, as_user: AsUser, typed: str) -> None:
    assert as_user(cast.agent).post(URL, {"q": typed}).status_code == 422


def test_another_call_centre_finds_the_customer_but_not_the_complaint(cast: Cast, as_user: AsUser) -> None:
    complaint = factories.received(cast)
    page = as_user(cast.outsider).post(URL, {"q": "wahyuni"}).content.decode()
    assert "Sri Wahyuni" in page
    assert complaint.reference not in page
    assert as_user(cast.outsider).post(URL, {"q": complaint.reference}).status_code == 200


def test_the_person_complained_of_never_meets_the_complaint(cast: Cast, as_user: AsUser) -> None:
    complaint = factories.received(cast)
    mark_person_complained_of(complaint, person=cast.colleague, by=cast.supervisor)
    for typed in (complaint.reference, "wahyuni", str(int(complaint.reference[4:]))):
        answer = as_user(cast.colleague).post(URL, {"q": typed})
        assert answer.status_code == 200
        assert complaint.get_absolute_url() not in answer.content.decode()


def test_an_officer_finds_what_was_handed_over_and_no_customer(cast: Cast, as_user: AsUser) -> None:
    complaint = factories.in_progress(cast)
    handoff = factories.handed_off(cast, complaint)
    found = as_user(cast.officer).post(URL, {"q": complaint.reference}).content.decode()
    assert handoff.get_absolute_url() in found
    assert complaint.get_absolute_url() not in found
    assert "Sri Wahyuni" not in as_user(cast.officer).post(URL, {"q": "wahyuni"}).content.decode()
    assert (
        handoff.get_absolute_url()
        not in as_user(cast.finance_officer).post(URL, {"q": complaint.reference}).content.decode()
    )


def test_a_list_stops_at_twenty_and_its_queries_do_not_grow(
    cast: Cast, as_user: AsUser, django_assert_max_num_queries: Any
) -> None:
    for number in range(22):
        customer = factories.make_customer(
            cast.agent, full_name=f"Rahmat {number}", phones=[f"0811 2222 33{number:02}"]
        )
        factories.received(cast, customer=customer)
    browser = as_user(cast.agent)
    with django_assert_max_num_queries(24):
        page = browser.post(URL, {"q": "rahmat"}).content.decode()
    assert page.count('class="ref"') == 20
    assert "These are the newest 20" in page


def test_a_stranger_signs_in_first(client: Client, db: None) -> None:
    assert client.post(URL, {"q": "x"})["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("typed", ["wahyuni", "5678", "0812 3344 5678", "08-12334455", "388", "a\x00b", "x" * 101])
def test_no_name_and_no_phone_is_searched_from_an_address(cast: Cast, as_user: AsUser, typed: str) -> None:
    answer = as_user(cast.agent).get(URL, {"q": typed})
    assert answer.status_code == 200
    assert answer.context["typed"] == ""
    assert "Sri Wahyuni" not in answer.content.decode()


def test_a_reference_may_stand_in_an_address(cast: Cast, as_user: AsUser) -> None:
    complaint = factories.received(cast)
    answer = as_user(cast.agent).get(URL, {"q": complaint.reference})
    assert (answer.status_code, answer["Location"]) == (302, complaint.get_absolute_url())


@pytest.mark.parametrize("page", [URL, "/nothing-here/", "/me/"])
def test_every_search_form_keeps_what_is_typed_out_of_the_address(cast: Cast, as_user: AsUser, page: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = as_user(cast.agent).cookies
    shown = strict.get(page).content.decode()
    forms = re.findall(rf'<form[^>]*action="{URL}"[^>]*>.*?</form>', shown, re.DOTALL)
    assert forms
    assert len(forms) == shown.count('name="q"')
    for form in forms:
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form)
        assert 'method="post"' in form
        assert token
        answer = strict.post(URL, {"q": "wahyuni", "csrfmiddlewaretoken": token[1]})
        assert "Sri Wahyuni" in answer.content.decode()


def test_a_number_pasted_from_a_messenger_is_found(cast: Cast, as_user: Any) -> None:
    answer = as_user(cast.agent).post("/search/", {"q": "\u202a+62 812-3344-5678\u202c"})
    assert answer.status_code == 200
    assert "Sri Wahyuni" in answer.content.decode()
