"""Two people at once, on real transactions: one winner, and nothing doubled."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection

from complaints import clock
from complaints.actions.closure import close_complaint, reopen_complaint
from complaints.actions.handoff import accept_handoff, withdraw_handoff
from complaints.actions.moves import MoveRefused
from complaints.actions.resolution import accept_offer, fulfil_item, make_offer, refuse_offer, withdraw_offer
from complaints.models import Complaint, Offer
from complaints.tasks import close_finished_complaints
from complaints.timeline import flaws
from followups.tasks import miss_promises
from tests import factories
from tests.factories import Cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return factories.make_cast()


def together(*acts: Callable[[], object]) -> list[str]:
    """Run them at the same moment, each on a connection of its own: 'done' or the refusal's code."""
    results: list[str] = [""] * len(acts)
    start = threading.Barrier(len(acts))

    def run(number: int, act: Callable[[], object]) -> None:
        try:
            start.wait(10)
            act()
            results[number] = "done"
        except MoveRefused as refusal:
            results[number] = refusal.reasons[0].code
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


def kinds(complaint: Complaint, kind: str) -> int:
    return complaint.events.filter(kind=kind).count()


def test_parallel_closures_close_once(cast: Cast) -> None:
    complaint = factories.ready_to_close(cast)
    clock.advance(timedelta(hours=49))
    results = together(*[lambda: close_complaint(complaint, by=cast.agent)] * 3, lambda: close_finished_complaints())
    assert results.count("wrong_state") >= 2
    assert kinds(complaint, "complaint_closed") == 1
    assert list(flaws()) == []


def test_parallel_acceptances_of_a_handoff(cast: Cast) -> None:
    handoff = factories.handed_off(cast, factories.in_progress(cast))
    rina = factories.person("Rudi Kedua", cast.sales, "officer")
    results = together(lambda: accept_handoff(handoff, by=cast.officer), lambda: accept_handoff(handoff, by=rina))
    assert sorted(results) == ["done", "wrong_state"]
    assert kinds(handoff.complaint, "handoff_accepted") == 1


def test_accepting_while_it_is_withdrawn(cast: Cast) -> None:
    handoff = factories.handed_off(cast, factories.in_progress(cast))
    together(
        lambda: accept_handoff(handoff, by=cast.officer),
        lambda: withdraw_handoff(handoff, by=cast.agent, words="Not needed"),
    )
    handoff.refresh_from_db()
    assert handoff.state == "withdrawn", "withdrawing is legal before and after; accepting only before"


def test_parallel_answers_of_the_customer(cast: Cast) -> None:
    offer = factories.offered(cast, factories.in_progress(cast))
    results = together(
        lambda: accept_offer(offer, by=cast.agent, channel="phone", words="Ya"),
        lambda: refuse_offer(offer, by=cast.colleague, channel="phone", words="Tidak"),
        lambda: withdraw_offer(offer, by=cast.agent, reason="A mistake"),
    )
    assert sorted(results) == ["done", "wrong_state", "wrong_state"]


def test_parallel_offers_leave_one(cast: Cast) -> None:
    complaint = factories.in_progress(cast)
    facts = factories.offer_facts()
    results = together(*[lambda: make_offer(complaint, facts, by=cast.agent)] * 3)
    assert sorted(results) == ["done", "other_offer", "other_offer"]
    assert Offer.objects.filter(complaint=complaint).count() == 1


def test_parallel_proofs_resolve_once(cast: Cast) -> None:
    complaint = factories.in_progress(cast)
    item = factories.accepted(cast, complaint).items.get()
    today = clock.now().date()
    together(*[lambda: fulfil_item(item, by=cast.agent, done_on=today, reference="TRF", amount=item.amount)] * 3)
    assert kinds(complaint, "complaint_resolved") == 1


def test_closing_against_reopening(cast: Cast) -> None:
    complaint = factories.ready_to_close(cast)
    clock.advance(timedelta(hours=49))
    together(
        lambda: close_complaint(complaint, by=cast.agent),
        lambda: reopen_complaint(complaint, by=cast.colleague, reason="It broke again"),
    )
    complaint = Complaint.objects.get(pk=complaint.pk)
    assert complaint.status == "in_progress", "reopening is legal before and after closing"
    assert (complaint.cycle, complaint.accepted_offer, complaint.outcome) == (2, None, "")
    assert list(flaws()) == []


def test_two_sweeps_at_once_miss_a_promise_once(cast: Cast) -> None:
    complaint = factories.in_progress(cast)
    clock.advance(timedelta(days=3))
    together(*[lambda: miss_promises()] * 3)
    assert kinds(complaint, "promise_missed") == 1
