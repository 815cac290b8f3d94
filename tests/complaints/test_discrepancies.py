"""Where the accounts differ, and the finding on each point."""

import pytest

from complaints import clock
from complaints.actions import verification
from complaints.actions.moves import MoveRefused, NotYours
from complaints.models import Complaint, Discrepancy, User
from tests import factories
from tests.complaints.pages import filled, send
from tests.factories import Cast


@pytest.fixture
def complaint(cast: Cast) -> Complaint:
    complaint = verification.start_verifying(factories.in_progress(cast), by=cast.agent)
    factories.told_by_both(cast, complaint)
    return complaint


@pytest.fixture
def difference(cast: Cast, complaint: Complaint) -> Discrepancy:
    return verification.note_discrepancy(
        complaint, by=cast.agent, topic="Warranty", customer_says="2 years", other_says="1 year"
    )


def new(complaint: Complaint) -> str:
    return f"/complaints/{complaint.reference}/differences/new/"


def accounts(complaint: Complaint) -> str:
    return f"/complaints/{complaint.reference}/accounts/"


def finding(difference: Discrepancy) -> str:
    return f"/differences/{difference.pk}/finding/"


def test_a_difference_is_noted(cast: Cast, complaint: Complaint, as_user) -> None:
    browser = as_user(cast.agent)
    answer = send(browser, new(complaint), topic="Warranty", customer_says="2 years", other_says="1 year")
    assert answer.status_code == 302
    seen = browser.get(answer["Location"]).content.decode()
    assert "0 of 1 difference has a finding" in seen
    assert "Add the finding" in seen


def test_a_difference_without_a_side_comes_back(cast: Cast, complaint: Complaint, as_user) -> None:
    answer = send(as_user(cast.agent), new(complaint), topic="Warranty", customer_says="2 years")
    assert answer.status_code == 422
    assert answer.context["form"]["customer_says"].value() == "2 years"


def test_before_both_sides_have_told_it_there_is_no_difference(cast: Cast, as_user) -> None:
    complaint = verification.start_verifying(factories.in_progress(cast), by=cast.agent)
    browser = as_user(cast.agent)

    def refused() -> list[str]:
        with pytest.raises(MoveRefused) as refusal:
            verification.note_discrepancy(complaint, by=cast.agent, topic="x", customer_says="a", other_says="b")
        assert browser.get(new(complaint)).status_code == 409
        assert "Add a difference" not in browser.get(accounts(complaint)).content.decode()
        return [reason.code for reason in refusal.value.reasons]

    assert refused() == ["not_heard", "other_not_heard"]
    verification.take_account(complaint, by=cast.agent, party="customer", words="14.20 Saya datang.")
    assert refused() == ["other_not_heard"]
    assert not complaint.discrepancies.exists()


def test_its_words_are_hidden_from_whoever_may_not_read_both_sides(cast: Cast, as_user) -> None:
    complaint = verification.start_verifying(factories.in_progress(cast), by=cast.agent)
    verification.take_account(complaint, by=cast.agent, party="customer", words="14.20 Saya datang.")
    early = Discrepancy.objects.create(
        complaint=complaint,
        topic="When",
        customer_says="Pukul 14.20",
        other_says="Siang",
        by=cast.agent,
        at=clock.now(),
    )

    def seen(by: User, url: str) -> bool:
        page = as_user(by).get(url).content.decode()
        assert "When" in page
        assert ("hidden from you until both sides have told it once" in page) != ("Pukul 14.20" in page)
        return "Pukul 14.20" in page

    assert not seen(cast.colleague, accounts(complaint))
    assert not seen(cast.supervisor, finding(early)), "the supervisor acts as owner, and has not read the account"
    assert seen(cast.agent, accounts(complaint))
    verification.take_account(complaint, by=cast.colleague, party="employee", teller="Rudi", words="Siang.")
    assert seen(cast.colleague, accounts(complaint))


def test_only_the_owner_notes_and_settles(cast: Cast, complaint: Complaint, difference: Discrepancy, as_user) -> None:
    for url in (new(complaint), finding(difference)):
        assert as_user(cast.colleague).get(url).status_code == 403
        assert as_user(cast.colleague).post(url, {}).status_code == 403
        assert as_user(cast.outsider).get(url).status_code == 404
        assert as_user(cast.supervisor).get(url).status_code == 200
    with pytest.raises(NotYours):
        verification.note_discrepancy(complaint, by=cast.colleague, topic="x", customer_says="a", other_says="b")


def test_a_finding_with_evidence_settles_it(cast: Cast, complaint: Complaint, difference: Discrepancy, as_user) -> None:
    receipt = factories.with_evidence(cast, complaint)
    answer = send(
        as_user(cast.agent), finding(difference), state="explained", finding="2 years was said.", evidence=[receipt.pk]
    )
    assert answer.status_code == 302
    difference.refresh_from_db()
    assert (difference.state, list(difference.evidence.all())) == ("explained", [receipt])


def test_without_evidence_it_says_why_none(cast: Cast, difference: Discrepancy, as_user) -> None:
    browser = as_user(cast.agent)
    answer = send(browser, finding(difference), state="unresolvable", finding="Word against word.")
    assert answer.status_code == 409
    assert "say why there is none" in answer.content.decode()
    assert answer.context["form"]["finding"].value() == "Word against word."
    answer = send(
        browser, finding(difference), state="unresolvable", finding="Word against word.", why_no_evidence="No camera"
    )
    assert answer.status_code == 302


def test_evidence_of_another_complaint_is_no_choice(cast: Cast, difference: Discrepancy, as_user) -> None:
    other = factories.with_evidence(cast, factories.in_progress(cast, customer=cast.other_customer))
    answer = send(as_user(cast.agent), finding(difference), state="explained", finding="x", evidence=[other.pk])
    assert answer.status_code == 422
    difference.refresh_from_db()
    assert difference.state == "open"


def test_it_is_settled_once(cast: Cast, difference: Discrepancy, as_user) -> None:
    browser = as_user(cast.agent)
    typed = filled(browser, finding(difference), state="explained", finding="2 years.", why_no_evidence="Both agree")
    assert [browser.post(finding(difference), typed).status_code for _ in range(2)] == [302, 302]
    assert browser.get(finding(difference)).status_code == 409
    with pytest.raises(MoveRefused):
        verification.settle_discrepancy(
            difference, by=cast.agent, state="explained", finding="other", why_no_evidence="none"
        )
