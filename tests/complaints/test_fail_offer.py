"""What was accepted did not arrive: a new offer has to follow."""

import pytest

from complaints.actions import resolution
from complaints.actions.closure import reopen_complaint
from complaints.actions.moves import MoveRefused, NotYours
from complaints.models import Complaint, Offer
from tests import factories
from tests.complaints.pages import filled, send
from tests.factories import Cast


@pytest.fixture
def offer(cast: Cast) -> Offer:
    return factories.accepted(cast, factories.in_progress(cast))


def page(offer: Offer) -> str:
    return f"/offers/{offer.pk}/failure/"


def test_a_refund_that_bounced_asks_for_a_new_offer(cast: Cast, offer: Offer, as_user) -> None:
    browser = as_user(cast.agent)
    form = filled(browser, page(offer), reason="The bank sent it back.")
    assert [browser.post(page(offer), form).status_code for _ in range(2)] == [302, 302]
    offer.refresh_from_db()
    complaint = Complaint.objects.get(pk=offer.complaint_id)
    assert (offer.state, offer.end_reason, complaint.remedy) == ("failed", "The bank sent it back.", "sought")
    assert complaint.promises.get(offer=offer).state == "released"
    assert complaint.next_step.key == "new_offer"
    assert factories.offered(cast, complaint).state == "live"


def test_it_needs_a_reason_and_the_owner(cast: Cast, offer: Offer, as_user) -> None:
    assert send(as_user(cast.agent), page(offer)).status_code == 422
    assert as_user(cast.colleague).get(page(offer)).status_code == 403
    assert as_user(cast.outsider).get(page(offer)).status_code == 404
    with pytest.raises(NotYours):
        resolution.fail_offer(offer, by=cast.colleague, reason="x")


def test_a_live_offer_does_not_fail(cast: Cast, as_user) -> None:
    offer = factories.offered(cast, factories.in_progress(cast))
    assert as_user(cast.agent).get(page(offer)).status_code == 409


def test_what_bounced_after_it_was_resolved_reopens_it_first(cast: Cast, as_user) -> None:
    complaint = factories.resolved(cast)
    offer = complaint.offers.get()
    answer = as_user(cast.agent).get(page(offer))
    assert answer.status_code == 409
    assert f"/complaints/{complaint.reference}/reopening/" in answer.content.decode()
    with pytest.raises(MoveRefused):
        resolution.fail_offer(offer, by=cast.agent, reason="Bounced.")
    reopen_complaint(complaint, by=cast.agent, reason="The refund bounced.")
    complaint = Complaint.objects.get(pk=complaint.pk)
    assert (complaint.status, complaint.remedy, complaint.cycle) == ("in_progress", "sought", 2)
    assert factories.offered(cast, complaint).state == "live"
