"""Accounts: each side alone, blind at first, every telling a version."""

import pytest

from complaints.actions import verification
from complaints.actions.moves import MoveRefused, NotYours
from complaints.models import Account, Complaint
from complaints.views.tellings import tellers
from tests import factories
from tests.complaints.pages import filled, send
from tests.factories import Cast

SECRET = "Saya bilang garansi satu tahun"


@pytest.fixture
def complaint(cast: Cast) -> Complaint:
    return verification.start_verifying(factories.in_progress(cast), by=cast.agent)


def page(complaint: Complaint, name: str = "accounts/new") -> str:
    return f"/complaints/{complaint.reference}/{name}/"


def told_by_customer(cast: Cast, complaint: Complaint, words: str = "14.20 Saya datang ke toko.") -> Account:
    return verification.take_account(complaint, by=cast.agent, party="customer", words=words)


def test_an_account_is_taken(cast: Cast, complaint: Complaint, as_user) -> None:
    browser = as_user(cast.agent)
    answer = send(
        browser, page(complaint), words="14.20 Saya datang.\n14.30 Promotor bilang dua tahun.", read_back="on"
    )
    assert (answer.status_code, answer["Location"]) == (302, page(complaint, "accounts"))
    account = complaint.accounts.get()
    assert (account.party, account.version, account.read_back, account.has_consent) == ("customer", 1, True, False)
    seen = browser.get(answer["Location"]).content.decode()
    assert "Promotor bilang dua tahun." in seen
    assert "Only the customer’s account so far. Take the employee’s" in seen


def test_an_empty_account_comes_back_with_what_was_typed(cast: Cast, complaint: Complaint, as_user) -> None:
    answer = send(as_user(cast.agent), page(complaint), party="employee", words="", read_back="on")
    assert answer.status_code == 422
    assert "Write what happened" in answer.content.decode()
    assert "Write the name or the role" in answer.content.decode()
    assert answer.context["form"]["read_back"].value() is True
    assert not complaint.accounts.exists()


def test_hidden_characters_are_refused_with_a_sentence(cast: Cast, complaint: Complaint, as_user) -> None:
    assert send(as_user(cast.agent), page(complaint), words="14.20 \u202esaya").status_code == 422


def test_sent_twice_it_is_one_version(cast: Cast, complaint: Complaint, as_user) -> None:
    browser = as_user(cast.agent)
    typed = filled(browser, page(complaint), words="14.20 Saya datang.")
    assert [browser.post(page(complaint), typed).status_code for _ in range(2)] == [302, 302]
    assert complaint.accounts.count() == 1
    assert browser.post(page(complaint), {**typed, "words": "15.00 Saya pulang."}).status_code == 409
    assert complaint.accounts.count() == 1


def test_told_again_is_the_next_version_however_the_name_is_spelled(cast: Cast, complaint: Complaint) -> None:
    for teller in ("Promoter on shift", "promoter  on shift"):
        verification.take_account(complaint, by=cast.agent, party="employee", teller=teller, words="Siang: Saya ada.")
    verification.take_account(complaint, by=cast.agent, party="employee", teller="Cashier", words="Siang: Saya ada.")
    versions = list(complaint.accounts.values_list("teller", "version"))
    assert versions == [("Cashier", 1), ("Promoter on shift", 1), ("Promoter on shift", 2)]


def test_told_again_is_prefilled(cast: Cast, complaint: Complaint, as_user) -> None:
    mine = verification.take_account(complaint, by=cast.agent, party="employee", teller="Cashier", words="Siang: Ada.")
    form = as_user(cast.agent).get(page(complaint) + f"?again={mine.pk}").context["form"]
    assert (form["party"].value(), form["teller"].value()) == ("employee", "Cashier")
    theirs = as_user(cast.colleague).get(page(complaint) + f"?again={mine.pk}").context["form"]
    assert theirs["teller"].value() is None


def test_the_other_side_is_hidden_until_both_have_told(cast: Cast, complaint: Complaint, as_user) -> None:
    told_by_customer(cast, complaint, words="14.20 Promotor bilang dua tahun.")
    seen = as_user(cast.colleague).get(page(complaint, "accounts")).content.decode()
    assert "dua tahun" not in seen
    assert "hidden from you until you save" in seen
    answer = send(
        as_user(cast.colleague), page(complaint), party="employee", teller="Promoter", words=f"Siang: {SECRET}"
    )
    assert answer.status_code == 302
    for user in (cast.agent, cast.colleague):
        seen = as_user(user).get(page(complaint, "accounts")).content.decode()
        assert "dua tahun" in seen
        assert SECRET in seen
        assert "Taken blind: Siti" in seen


def test_the_employees_account_is_hidden_from_whoever_takes_the_customers(
    cast: Cast, complaint: Complaint, as_user
) -> None:
    verification.take_account(complaint, by=cast.colleague, party="employee", teller="Promoter", words=SECRET)
    seen = as_user(cast.agent).get(page(complaint, "accounts")).content.decode()
    assert SECRET not in seen
    assert "Only the other side’s account so far" in seen


def test_even_a_manager_reads_nothing_before_both_have_told(cast: Cast, complaint: Complaint, as_user) -> None:
    verification.take_account(complaint, by=cast.colleague, party="employee", teller="Promoter", words=SECRET)
    assert SECRET not in as_user(cast.manager).get(page(complaint, "accounts")).content.decode()


def test_what_changed_in_a_retelling_is_marked(cast: Cast, complaint: Complaint) -> None:
    told_by_customer(cast, complaint, "Pagi: Saya datang.\n14.50 Saya bayar.")
    told_by_customer(cast, complaint, "14.20 Saya datang.\n14.50 Saya bayar.")
    (teller,) = tellers(complaint.accounts.all())
    assert [telling.account.version for telling in teller.versions] == [2, 1]
    assert [(line.at, line.words, line.is_new) for line in teller.last.lines] == [
        ("14.20", "Saya datang.", True),
        ("14.50", "Saya bayar.", False),
    ]
    assert teller.last.gone == ["Pagi: Saya datang."]
    assert not teller.versions[1].has_changed


def test_any_agent_takes_an_account_but_no_stranger(cast: Cast, complaint: Complaint, as_user) -> None:
    assert as_user(cast.colleague).get(page(complaint)).status_code == 200
    assert as_user(cast.officer).get(page(complaint)).status_code == 404
    with pytest.raises(NotYours):
        verification.take_account(complaint, by=cast.officer, party="employee", teller="me", words="Ada.")


def test_no_account_before_checking_and_none_after(cast: Cast, as_user) -> None:
    complaint = factories.in_progress(cast)
    with pytest.raises(MoveRefused) as refusal:
        told_by_customer(cast, complaint)
    assert [reason.code for reason in refusal.value.reasons] == ["not_started"]
    assert as_user(cast.agent).get(page(complaint)).status_code == 409
    factories.verified(cast, complaint)
    with pytest.raises(MoveRefused) as refusal:
        told_by_customer(cast, complaint)
    assert [reason.code for reason in refusal.value.reasons] == ["checked"]


def test_the_accounts_page_asks_as_often_for_ten_as_for_two(
    cast: Cast, complaint: Complaint, as_user, django_assert_max_num_queries
) -> None:
    told_by_customer(cast, complaint)
    for number in range(10):
        verification.take_account(
            complaint, by=cast.agent, party="witness", teller=f"Witness {number}", words="14.20 Ada."
        )
        verification.note_discrepancy(complaint, by=cast.agent, topic=f"{number}", customer_says="a", other_says="b")
    browser = as_user(cast.agent)
    with django_assert_max_num_queries(24):
        browser.get(page(complaint, "accounts"))
