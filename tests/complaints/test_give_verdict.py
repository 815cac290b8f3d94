"""A verdict on each issue: not before the customer was heard, never over somebody else's."""

import pytest

from complaints.actions import verification
from complaints.actions.moves import MoveRefused, NotYours
from complaints.models import Complaint, Issue
from tests import factories
from tests.complaints.pages import filled, send
from tests.factories import Cast


@pytest.fixture
def complaint(cast: Cast) -> Complaint:
    return verification.start_verifying(factories.in_progress(cast), by=cast.agent)


@pytest.fixture
def issue(cast: Cast, complaint: Complaint) -> Issue:
    verification.take_account(complaint, by=cast.agent, party="customer", words="14.20 Saya datang.")
    return complaint.issues.get()


def page(issue: Issue) -> str:
    return f"/issues/{issue.pk}/verdict/"


def test_a_verdict_is_given_with_reasons_and_evidence(cast: Cast, issue: Issue, as_user) -> None:
    receipt = factories.with_evidence(cast, issue.complaint)
    browser = as_user(cast.agent)
    answer = send(browser, page(issue), finding="partly", reasons="One of the two.", evidence=[receipt.pk])
    assert answer.status_code == 302
    assert issue.verdict.finding == "partly"
    assert list(issue.verdict.evidence.all()) == [receipt]
    seen = browser.get(answer["Location"]).content.decode()
    assert "partly upheld" in seen
    assert "One of the two." in seen


def test_not_before_the_customers_account(cast: Cast, complaint: Complaint, as_user) -> None:
    issue = complaint.issues.get()
    answer = send(as_user(cast.agent), page(issue), finding="upheld", reasons="It is plain.")
    assert answer.status_code == 409
    assert f"/complaints/{complaint.reference}/accounts/new/" in answer.content.decode()
    assert answer.context["form"]["reasons"].value() == "It is plain."
    with pytest.raises(MoveRefused) as refusal:
        verification.give_verdict(issue, by=cast.agent, finding="upheld", reasons="It is plain.")
    assert [reason.code for reason in refusal.value.reasons] == ["not_heard"]
    assert issue.verdict is None


def test_without_reasons_it_comes_back(cast: Cast, issue: Issue, as_user) -> None:
    answer = send(as_user(cast.agent), page(issue), finding="upheld")
    assert answer.status_code == 422
    assert answer.context["form"]["finding"].value() == "upheld"


def test_only_the_owner_gives_it(cast: Cast, issue: Issue, as_user) -> None:
    assert as_user(cast.colleague).get(page(issue)).status_code == 403
    assert as_user(cast.colleague).post(page(issue), {}).status_code == 403
    assert as_user(cast.outsider).get(page(issue)).status_code == 404
    with pytest.raises(NotYours):
        verification.give_verdict(issue, by=cast.colleague, finding="upheld", reasons="x")


def test_evidence_of_another_complaint_is_no_choice(cast: Cast, issue: Issue, as_user) -> None:
    other = factories.with_evidence(cast, factories.in_progress(cast, customer=cast.other_customer))
    assert send(as_user(cast.agent), page(issue), finding="upheld", reasons="x", evidence=[other.pk]).status_code == 422


def test_somebody_elses_verdict_is_not_overwritten(cast: Cast, issue: Issue, as_user) -> None:
    browser = as_user(cast.agent)
    typed = filled(browser, page(issue), finding="upheld", reasons="Mine.")
    verification.give_verdict(issue, by=cast.supervisor, finding="not_upheld", reasons="Hers.")
    answer = browser.post(page(issue), typed)
    assert answer.status_code == 409
    rows = {row["name"]: (row["mine"], row["theirs"]) for row in answer.context["conflict"]["rows"]}
    assert rows == {"finding": ("upheld", "not upheld"), "reasons": ("Mine.", "Hers.")}
    shown = answer.context["form"]
    again = {**typed, "submit_key": shown["submit_key"].value(), "version": shown["version"].value()}
    chosen = {**again, "choose_finding": "theirs", "choose_reasons": "mine"}
    assert browser.post(page(issue), chosen).status_code == 302
    issue = Issue.objects.get(pk=issue.pk)
    assert (issue.verdict.finding, issue.verdict.reasons) == ("not_upheld", "Mine.")
    assert issue.verdicts.count() == 2


def test_a_verdict_on_another_issue_is_no_conflict(cast: Cast, issue: Issue, as_user) -> None:
    other = Issue.objects.create(complaint=issue.complaint, words="Nobody called back")
    browser = as_user(cast.agent)
    typed = filled(browser, page(issue), finding="upheld", reasons="Mine.")
    verification.give_verdict(other, by=cast.supervisor, finding="upheld", reasons="Hers.")
    assert browser.post(page(issue), typed).status_code == 302


def test_sent_twice_it_is_one(cast: Cast, issue: Issue, as_user) -> None:
    browser = as_user(cast.agent)
    typed = filled(browser, page(issue), finding="upheld", reasons="Mine.")
    assert [browser.post(page(issue), typed).status_code for _ in range(2)] == [302, 302]
    assert issue.verdicts.count() == 1
    assert browser.post(page(issue), {**typed, "reasons": "Others."}).status_code == 409


def test_when_the_facts_are_checked_it_stays(cast: Cast, as_user) -> None:
    complaint = factories.verified(cast, factories.in_progress(cast))
    browser = as_user(cast.agent)
    answer = browser.get(page(complaint.issues.get()))
    assert answer.status_code == 409
    assert f"/complaints/{complaint.reference}/cause/new-facts/" in answer.content.decode()
    assert b"Note new facts" in browser.get(f"/complaints/{complaint.reference}/verdicts/").content
