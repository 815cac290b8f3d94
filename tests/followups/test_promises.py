"""A date given to a customer: kept, given a new time before it is due, missed, told, kept late, released."""

from datetime import timedelta
from typing import Any

import pytest

from complaints import clock
from complaints.actions.moves import MoveRefused, NotYours
from complaints.models import Complaint
from followups.actions.promise import (
    keep_promise,
    miss_promise,
    redate_promise,
    release_promise,
    tell_missed_promise,
)
from followups.models import Promise
from followups.tasks import miss_promises
from tests import factories
from tests.factories import Cast


def made(cast: Cast) -> Promise:
    """Of the read-back: a call in two days."""
    promise: Promise = factories.in_progress(cast).promises.get()
    return promise


def events(promise: Promise, kind: str) -> int:
    return promise.complaint.events.filter(kind=kind).count()


def test_the_read_back_makes_one_and_the_owner_has_it(cast: Cast) -> None:
    promise = made(cast)
    assert (promise.state, promise.owner, promise.words) == ("open", cast.agent, "call with the answer of Sales")


def test_kept_in_time_with_the_contact_that_kept_it(cast: Cast) -> None:
    promise = made(cast)
    n_contacts = promise.complaint.contacts.count()
    kept = keep_promise(promise, by=cast.colleague, said=factories.said())
    assert (kept.state, kept.told_at) == ("kept", None)
    assert promise.complaint.contacts.count() == n_contacts + 1
    with pytest.raises(MoveRefused):
        keep_promise(promise, by=cast.agent)


def test_the_sweep_misses_it_once(cast: Cast, move_clock: Any) -> None:
    promise = made(cast)
    assert miss_promises() == 0
    move_clock(days=2, minutes=1)
    assert (miss_promises(), miss_promises()) == (1, 0)
    promise.refresh_from_db()
    assert (promise.state, events(promise, "promise_missed")) == ("missed", 1)
    miss_promise(promise, by=cast.system)
    assert events(promise, "promise_missed") == 1


def test_one_that_was_kept_meanwhile_is_not_missed(cast: Cast, move_clock: Any) -> None:
    promise = made(cast)
    keep_promise(promise, by=cast.agent)
    move_clock(days=3)
    assert miss_promise(promise, by=cast.system).state == "kept"


def test_a_missed_one_is_told_once_perhaps_with_a_new_date(cast: Cast, move_clock: Any) -> None:
    promise = made(cast)
    move_clock(days=3)
    miss_promises()
    said = factories.said(promised="call by Friday", promised_by=clock.now() + timedelta(days=1))
    told = tell_missed_promise(promise, by=cast.agent, said=said)
    assert (told.state, told.is_untold) == ("missed", False)
    assert promise.complaint.promises.get(state="open").words == "call by Friday"
    with pytest.raises(MoveRefused):
        tell_missed_promise(promise, by=cast.agent, said=factories.said())
    assert keep_promise(promise, by=cast.agent, said=factories.said()).state == "kept_late"


def test_kept_late_is_how_the_customer_hears_of_it(cast: Cast, move_clock: Any) -> None:
    promise = made(cast)
    move_clock(days=3)
    miss_promises()
    kept = keep_promise(promise, by=cast.agent, said=factories.said())
    assert (kept.state, kept.told_at is not None) == ("kept_late", True)


def test_after_its_time_it_is_late_even_before_the_sweep_has_come_by(cast: Cast, move_clock: Any) -> None:
    promise = made(cast)
    move_clock(days=3)
    with pytest.raises(MoveRefused):
        redate_promise(
            promise,
            by=cast.agent,
            due_at=clock.now() + timedelta(days=1),
            reason="Sales is slow",
            said=factories.said(),
        )
    with pytest.raises(MoveRefused):
        release_promise(promise, by=cast.agent, reason="Nobody asked.")
    promise.refresh_from_db()
    assert promise.state == "open"
    assert keep_promise(promise, by=cast.agent, said=factories.said()).state == "kept_late"
    assert events(promise, "promise_missed") == 1


def test_a_new_time_is_a_new_promise_and_the_customer_hears_it_first(cast: Cast) -> None:
    promise = made(cast)
    due_at = clock.now() + timedelta(days=4)
    newer = redate_promise(promise, by=cast.agent, due_at=due_at, reason="Sales is slow", said=factories.said())
    promise.refresh_from_db()
    assert (promise.state, promise.reason) == ("redated", "Sales is slow")
    assert (newer.state, newer.replaces, newer.due_at, newer.words) == ("open", promise, due_at, promise.words)
    assert events(promise, "promise_redated") == 1


def test_released_with_a_reason_by_the_owner(cast: Cast) -> None:
    promise = made(cast)
    with pytest.raises(NotYours):
        release_promise(promise, by=cast.colleague, reason="She let us go.")
    released = release_promise(promise, by=cast.agent, reason="She let us go.")
    assert (released.state, released.reason) == ("released", "She let us go.")


def test_an_accepted_offer_promises_and_its_proof_keeps(cast: Cast) -> None:
    complaint = factories.resolved(cast)
    delivery = complaint.promises.get(offer__isnull=False)
    assert delivery.state == "kept"
    assert delivery.due_at == delivery.offer.deliver_by


def test_a_late_delivery_is_kept_late(cast: Cast, move_clock: Any) -> None:
    complaint = factories.in_progress(cast)
    offer = factories.accepted(cast, complaint)
    move_clock(days=12)
    item = offer.items.get()
    factories.resolution.fulfil_item(
        item, by=cast.agent, done_on=clock.now().date(), reference="TRF-1", amount=item.amount
    )
    assert complaint.promises.get(offer=offer).state == "kept_late"
    assert Complaint.objects.get(pk=complaint.pk).status == "resolved"


def redated_delivery(cast: Cast) -> Promise:
    offer = factories.accepted(cast, factories.in_progress(cast))
    return redate_promise(
        offer.promises.get(),
        by=cast.agent,
        due_at=clock.now() + timedelta(days=12),
        reason="The bank is slow",
        said=factories.said(),
    )


def test_a_delivery_with_a_new_date_is_kept_by_its_proof(cast: Cast) -> None:
    promise = redated_delivery(cast)
    assert promise.offer
    for item in promise.offer.items.all():
        factories.resolution.fulfil_item(
            item, by=cast.agent, done_on=clock.now().date(), reference="TRF-1", amount=item.amount
        )
    promise.refresh_from_db()
    assert promise.state == "kept"


def test_a_delivery_with_a_new_date_is_released_when_it_fails(cast: Cast) -> None:
    promise = redated_delivery(cast)
    assert promise.offer
    factories.resolution.fail_offer(promise.offer, by=cast.agent, reason="The refund bounced")
    promise.refresh_from_db()
    assert promise.state == "released"
