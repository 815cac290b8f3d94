"""The customer's no, an offer taken back, and one nobody answered."""

from decimal import Decimal

import pytest

from complaints.actions import resolution
from complaints.actions.moves import MoveRefused, NotYours
from complaints.models import Complaint, Event, Offer
from complaints.tasks import lapse_offers
from tests import factories
from tests.complaints.pages import filled, send
from tests.factories import Cast

HEARD = {"channel": "phone", "words": "Tidak, saya mau uang kembali."}


@pytest.fixture
def offer(cast: Cast) -> Offer:
    return factories.offered(cast, factories.in_progress(cast))


def waiting(cast: Cast) -> Offer:
    items = [resolution.ItemFacts("refund", Decimal("1250000"), "IDR")]
    return factories.offered(cast, factories.in_progress(cast), items=items)


def page(offer: Offer, name: str = "refusal") -> str:
    return f"/offers/{offer.pk}/{name}/"


def test_a_refused_offer_asks_for_a_new_one(cast: Cast, offer: Offer, as_user) -> None:
    assert send(as_user(cast.colleague), page(offer), **HEARD).status_code == 302
    offer.refresh_from_db()
    assert (offer.state, offer.end_reason) == ("refused", HEARD["words"])
    complaint = Complaint.objects.get(pk=offer.complaint_id)
    assert (complaint.remedy, complaint.next_step.key) == ("sought", "new_offer")
    assert factories.offered(cast, complaint).state == "live"


def test_refused_twice_is_refused_once(cast: Cast, offer: Offer, as_user) -> None:
    browser = as_user(cast.agent)
    form = filled(browser, page(offer), **HEARD)
    assert [browser.post(page(offer), form).status_code for _ in range(2)] == [302, 302]
    assert Event.objects.filter(complaint=offer.complaint, kind="offer_refused").count() == 1
    with pytest.raises(MoveRefused):
        resolution.refuse_offer(offer, by=cast.agent, **HEARD)


def test_without_words_it_comes_back(cast: Cast, offer: Offer, as_user) -> None:
    assert send(as_user(cast.agent), page(offer), channel="phone").status_code == 422


def test_a_supervisors_no_is_not_the_customers(cast: Cast, as_user) -> None:
    offer = waiting(cast)
    assert as_user(cast.supervisor).get(page(offer)).status_code == 409
    with pytest.raises(MoveRefused):
        resolution.refuse_offer(offer, by=cast.supervisor, **HEARD)
    assert Offer.objects.get(pk=offer.pk).state == "awaiting_approval"


def test_the_owner_withdraws(cast: Cast, offer: Offer, as_user) -> None:
    assert as_user(cast.colleague).get(page(offer, "withdrawal")).status_code == 403
    assert as_user(cast.outsider).get(page(offer, "withdrawal")).status_code == 404
    browser = as_user(cast.agent)
    assert send(browser, page(offer, "withdrawal")).status_code == 422
    form = filled(browser, page(offer, "withdrawal"), reason="Out of stock.")
    assert [browser.post(page(offer, "withdrawal"), form).status_code for _ in range(2)] == [302, 302]
    offer.refresh_from_db()
    assert (offer.state, Complaint.objects.get(pk=offer.complaint_id).remedy) == ("withdrawn", "sought")
    assert browser.get(page(offer, "withdrawal")).status_code == 409
    with pytest.raises(NotYours):
        resolution.withdraw_offer(waiting_again(cast, offer), by=cast.colleague, reason="x")


def waiting_again(cast: Cast, offer: Offer) -> Offer:
    return factories.offered(cast, Complaint.objects.get(pk=offer.complaint_id))


def test_withdrawing_what_waits_for_a_decision_takes_the_request_back(cast: Cast) -> None:
    offer = waiting(cast)
    resolution.withdraw_offer(offer, by=cast.agent, reason="She wants an exchange.")
    assert offer.approvals.get().state == "withdrawn"
    assert Complaint.objects.get(pk=offer.complaint_id).remedy == "sought"


def test_an_offer_nobody_answered_lapses_once(cast: Cast, offer: Offer, move_clock) -> None:
    assert lapse_offers() == 0
    move_clock(days=5, minutes=1)
    assert lapse_offers() == 1
    assert lapse_offers() == 0
    resolution.lapse_offer(offer, by=cast.system)
    assert Offer.objects.get(pk=offer.pk).state == "lapsed"
    assert Complaint.objects.get(pk=offer.complaint_id).remedy == "sought"
    assert Event.objects.filter(complaint=offer.complaint, kind="offer_lapsed").count() == 1


def test_the_sweep_looks_again_under_the_lock(cast: Cast, offer: Offer, move_clock) -> None:
    resolution.accept_offer(offer, by=cast.agent, channel="phone", words="Ya.")
    move_clock(days=6)
    resolution.lapse_offer(offer, by=cast.system)
    assert Offer.objects.get(pk=offer.pk).state == "accepted"
