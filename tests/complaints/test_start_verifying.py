"""Starting to find out why, its steps, and the end of checking."""

import pytest

from complaints import clock
from complaints.actions import verification
from complaints.actions.moves import MoveRefused, NotYours
from complaints.models import Complaint, Event
from tests import factories
from tests.complaints.pages import filled, said, send
from tests.factories import Cast


def page(complaint: Complaint, name: str = "verification") -> str:
    return f"/complaints/{complaint.reference}/{name}/"


def test_the_owner_starts_checking(cast: Cast, as_user) -> None:
    complaint = factories.in_progress(cast)
    browser = as_user(cast.agent)
    assert b"Start checking" in browser.get(page(complaint)).content
    answer = send(browser, page(complaint))
    assert answer.status_code == 302
    assert "does not wait" in said(browser, answer)
    assert Complaint.objects.get(pk=complaint.pk).cause == "verifying"


def test_the_refusal_names_the_read_back(cast: Cast, as_user) -> None:
    complaint = factories.received(cast)
    answer = send(as_user(cast.agent), page(complaint))
    assert answer.status_code == 409
    assert f"/calls/{complaint.reference}/read-back/" in answer.content.decode()
    assert Complaint.objects.get(pk=complaint.pk).cause == "unverified"


def test_a_colleague_reads_the_steps_and_starts_nothing(cast: Cast, as_user) -> None:
    complaint = factories.in_progress(cast)
    browser = as_user(cast.colleague)
    seen = browser.get(page(complaint))
    assert seen.status_code == 200
    assert b"owns the complaint" in seen.content
    assert browser.post(page(complaint), {}).status_code == 403
    with pytest.raises(NotYours):
        verification.start_verifying(complaint, by=cast.colleague)


def test_strangers_find_nothing(cast: Cast, as_user) -> None:
    complaint = factories.in_progress(cast)
    for stranger in (cast.outsider, cast.officer, cast.administrator):
        browser = as_user(stranger)
        for name in ("verification", "accounts", "verdicts", "verification/end", "accounts/new", "differences/new"):
            assert browser.get(page(complaint, name)).status_code == 404


def test_sent_twice_it_starts_once(cast: Cast, as_user) -> None:
    complaint = factories.in_progress(cast)
    browser = as_user(cast.agent)
    typed = filled(browser, page(complaint))
    assert [browser.post(page(complaint), typed).status_code for _ in range(2)] == [302, 302]
    assert Event.objects.filter(complaint=complaint, kind="verifying_started").count() == 1


def test_the_steps_say_which_is_next(cast: Cast, as_user) -> None:
    complaint = factories.in_progress(cast)
    browser = as_user(cast.agent)

    def now() -> str:
        return browser.get(page(complaint)).context["now"].name

    assert now() == "verification"
    verification.start_verifying(complaint, by=cast.agent)
    assert now() == "accounts"
    factories.told_by_both(cast, complaint)
    assert now() == "verdicts"
    difference = verification.note_discrepancy(
        complaint, by=cast.agent, topic="When", customer_says="14.20", other_says="Siang"
    )
    assert now() == "accounts"
    verification.settle_discrepancy(
        difference, by=cast.agent, state="explained", finding="14.20", why_no_evidence="Both agreed"
    )
    for issue in complaint.issues.all():
        verification.give_verdict(issue, by=cast.agent, finding="upheld", reasons="The receipt says so.")
    assert now() == "verification-end"
    verification.finish_verifying(complaint, by=cast.agent)
    assert now() == "cause"


def test_the_end_is_refused_with_all_that_is_missing(cast: Cast, as_user) -> None:
    complaint = factories.in_progress(cast)
    verification.start_verifying(complaint, by=cast.agent)
    complaint.discrepancies.create(topic="When", customer_says="a", other_says="b", by=cast.agent, at=clock.now())
    browser = as_user(cast.agent)
    answer = send(browser, page(complaint, "verification/end"))
    assert answer.status_code == 409
    codes = {reason.code for reason in answer.context["refusal"].reasons}
    assert codes == {"no_verdict", "account", "difference_open"}
    assert Complaint.objects.get(pk=complaint.pk).cause == "verifying"


def test_the_facts_are_checked(cast: Cast, as_user) -> None:
    complaint = factories.in_progress(cast)
    verification.start_verifying(complaint, by=cast.agent)
    verification.take_account(complaint, by=cast.agent, party="customer", words="14.20 Saya datang.")
    for issue in complaint.issues.all():
        verification.give_verdict(issue, by=cast.agent, finding="clarified", reasons="A misunderstanding.")
    browser = as_user(cast.agent)
    assert send(browser, page(complaint, "verification/end")).status_code == 302
    assert Complaint.objects.get(pk=complaint.pk).cause == "verified"
    assert browser.get(page(complaint, "verification/end")).status_code == 409


def test_where_nobody_can_be_asked_neither_read_back_nor_account_is(cast: Cast) -> None:
    nobody = factories.make_customer(cast.agent, full_name="", phones=[], emails=[], account_number="")
    complaint = factories.in_progress(cast, customer=nobody)
    Complaint.objects.filter(pk=complaint.pk).update(read_back_agreed_at=None)
    verification.start_verifying(complaint, by=cast.agent)
    for issue in complaint.issues.all():
        verification.give_verdict(issue, by=cast.agent, finding="upheld", reasons="The letter says so.")
    assert verification.finish_verifying(complaint, by=cast.agent).cause == "verified"


def test_nothing_is_checked_on_a_closed_complaint(cast: Cast, as_user) -> None:
    complaint = factories.closed(cast)
    with pytest.raises(MoveRefused):
        verification.take_account(complaint, by=cast.agent, party="customer", words="14.20 Saya datang.")
    seen = as_user(cast.agent).get(page(complaint))
    assert seen.status_code == 200
    assert b'class="button primary"' not in seen.content


def test_the_cause_track_may_start_after_the_remedy_is_fulfilled(cast: Cast) -> None:
    complaint = factories.resolved(cast)
    assert verification.start_verifying(complaint, by=cast.agent).cause == "verifying"
