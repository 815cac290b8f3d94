"""One offer and all of them: what was asked beside what was offered, and the buttons of the table."""

from decimal import Decimal

import pytest

from complaints.actions import resolution
from complaints.models import Complaint, Offer
from tests import factories
from tests.factories import Cast


@pytest.fixture
def offer(cast: Cast) -> Offer:
    return factories.offered(cast, factories.in_progress(cast))


def buttons(browser, offer: Offer) -> set[str]:  # type: ignore[no-untyped-def]
    context = browser.get(f"/offers/{offer.pk}/").context
    return {name for name in ("accept", "refuse", "withdraw", "fulfil", "fail") if context[f"may_{name}"]}


def test_what_was_asked_stands_beside_every_offer(cast: Cast, offer: Offer, as_user) -> None:
    for url in (f"/offers/{offer.pk}/", f"/complaints/{offer.complaint.reference}/offers/"):
        seen = as_user(cast.agent).get(url).content.decode()
        assert "Asked for:" in seen
        assert "Uang kembali Rp450.000." in seen
        assert "Rp450.000" in seen


def test_the_buttons_are_those_of_the_table(cast: Cast, offer: Offer, as_user) -> None:
    assert buttons(as_user(cast.agent), offer) == {"accept", "refuse", "withdraw"}
    assert buttons(as_user(cast.colleague), offer) == {"accept", "refuse"}
    resolution.accept_offer(offer, by=cast.agent, channel="phone", words="Ya.")
    assert buttons(as_user(cast.agent), offer) == {"fulfil", "fail"}
    assert buttons(as_user(cast.colleague), offer) == set()


def test_what_waits_for_a_decision_has_no_answer_yet(cast: Cast, as_user) -> None:
    items = [resolution.ItemFacts("refund", Decimal("1250000"), "IDR")]
    offer = factories.offered(cast, factories.in_progress(cast), items=items)
    assert buttons(as_user(cast.agent), offer) == {"withdraw"}
    assert buttons(as_user(cast.supervisor), offer) == {"withdraw"}
    seen = as_user(cast.supervisor).get(f"/offers/{offer.pk}/").content.decode()
    assert f"/approvals/{offer.approvals.get().pk}/" in seen


def test_the_proof_is_shown(cast: Cast, as_user) -> None:
    complaint = factories.resolved(cast)
    seen = as_user(cast.agent).get(f"/offers/{complaint.offers.get().pk}/").content.decode()
    assert "TRF-1" in seen
    assert "proved" in seen


def test_strangers_find_no_offer(cast: Cast, offer: Offer, as_user) -> None:
    for stranger in (cast.outsider, cast.officer, cast.administrator):
        assert as_user(stranger).get(f"/offers/{offer.pk}/").status_code == 404
        assert as_user(stranger).get(f"/complaints/{offer.complaint.reference}/offers/").status_code == 404


def test_the_list_says_what_to_do_when_it_is_empty(cast: Cast, as_user) -> None:
    received = factories.received(cast)
    url = f"/complaints/{received.reference}/offers/"
    assert b"First read back" in as_user(cast.agent).get(url).content
    factories.read_back(cast, received)
    seen = as_user(cast.agent).get(url).content
    assert b"It does not wait for the cause" in seen
    assert b"Make an offer" in seen
    assert b"Make an offer" not in as_user(cast.colleague).get(url).content


def test_the_list_asks_as_often_for_six_as_for_one(cast: Cast, as_user, django_assert_max_num_queries) -> None:
    complaint = factories.in_progress(cast)
    for _number in range(6):
        offer = factories.offered(cast, Complaint.objects.get(pk=complaint.pk))
        resolution.refuse_offer(offer, by=cast.agent, channel="phone", words="Tidak.")
    browser = as_user(cast.agent)
    with django_assert_max_num_queries(22):
        seen = browser.get(f"/complaints/{complaint.reference}/offers/")
    assert seen.content.decode().count("Tidak.") == 6
