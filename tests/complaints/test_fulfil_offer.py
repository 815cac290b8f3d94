"""The proof of each part; with the last one the complaint is resolved, whatever its cause."""

from datetime import timedelta
from decimal import Decimal

import pytest

from complaints import clock
from complaints.actions import resolution
from complaints.actions.moves import MoveRefused, NotYours
from complaints.actions.resolution import ItemFacts
from complaints.forms.base import today
from complaints.models import Complaint, Fulfilment, Offer, OfferItem
from tests import factories
from tests.complaints.pages import filled, said, send
from tests.factories import Cast


@pytest.fixture
def offer(cast: Cast) -> Offer:
    items = [ItemFacts("refund", Decimal("450000"), "IDR"), ItemFacts("apology")]
    return factories.accepted(cast, factories.in_progress(cast), items=items)


@pytest.fixture
def refund(offer: Offer) -> OfferItem:
    return offer.items.get(kind="refund")


@pytest.fixture
def apology(offer: Offer) -> OfferItem:
    return offer.items.get(kind="apology")


def page(item: OfferItem) -> str:
    return f"/offers/items/{item.pk}/fulfilment/"


def test_one_part_is_proved_and_the_rest_is_awaited(cast: Cast, refund: OfferItem, as_user) -> None:
    browser = as_user(cast.agent)
    answer = send(browser, page(refund), reference="TRF-77")
    assert answer.status_code == 302
    assert (refund.fulfilment.amount, refund.fulfilment.done_on) == (Decimal("450000"), today())
    assert "1 part has no proof yet" in said(browser, answer)
    assert Complaint.objects.get(pk=refund.offer.complaint_id).status == "in_progress"


def test_the_last_part_resolves_in_the_same_act(cast: Cast, refund: OfferItem, apology: OfferItem, as_user) -> None:
    browser = as_user(cast.agent)
    send(browser, page(refund), reference="TRF-77")
    letter = factories.with_evidence(cast, refund.offer.complaint)
    answer = send(browser, page(apology), evidence=letter.pk)
    words = said(browser, answer)
    assert "the complaint is resolved. A follow-up call is planned for" in words
    complaint = Complaint.objects.get(pk=refund.offer.complaint_id)
    assert (complaint.status, complaint.remedy, complaint.cause) == ("resolved", "fulfilled", "unverified")
    assert complaint.resolved_at is not None
    assert Offer.objects.get(pk=refund.offer_id).state == "fulfilled"
    assert complaint.promises.get(offer=refund.offer).state == "kept"
    assert complaint.follow_ups.get().kind == "check"


def test_another_amount_is_refused(cast: Cast, refund: OfferItem, as_user) -> None:
    answer = send(as_user(cast.agent), page(refund), amount="400000", reference="TRF-77")
    assert answer.status_code == 409
    assert "not the one that was offered" in answer.content.decode()
    assert answer.context["form"]["reference"].value() == "TRF-77"
    with pytest.raises(MoveRefused):
        resolution.fulfil_item(refund, by=cast.agent, done_on=today(), reference="TRF-77")
    assert not Fulfilment.objects.exists()


def test_no_proof_no_fulfilment(cast: Cast, apology: OfferItem, as_user) -> None:
    assert send(as_user(cast.agent), page(apology)).status_code == 422
    with pytest.raises(MoveRefused):
        resolution.fulfil_item(apology, by=cast.agent, done_on=today(), reference="  ")
    assert not Fulfilment.objects.exists()


def test_tomorrow_is_no_proof(cast: Cast, apology: OfferItem, as_user) -> None:
    tomorrow = str(today() + timedelta(days=1))
    answer = send(as_user(cast.agent), page(apology), done_on=tomorrow, reference="Call")
    assert answer.status_code == 422
    assert "done_on" in answer.context["form"].errors


def test_the_proof_of_another_complaint_is_no_choice(cast: Cast, apology: OfferItem, as_user) -> None:
    other = factories.with_evidence(cast, factories.in_progress(cast, customer=cast.other_customer))
    assert send(as_user(cast.agent), page(apology), evidence=other.pk).status_code == 422


def test_only_the_owner_proves(cast: Cast, refund: OfferItem, as_user) -> None:
    assert as_user(cast.colleague).get(page(refund)).status_code == 403
    assert as_user(cast.colleague).post(page(refund), {}).status_code == 403
    assert as_user(cast.outsider).get(page(refund)).status_code == 404
    with pytest.raises(NotYours):
        resolution.fulfil_item(refund, by=cast.colleague, done_on=today(), reference="TRF-77", amount=Decimal("450000"))


def test_a_part_is_proved_once(cast: Cast, apology: OfferItem, as_user) -> None:
    browser = as_user(cast.agent)
    form = filled(browser, page(apology), reference="Call of Tuesday")
    assert [browser.post(page(apology), form).status_code for _ in range(2)] == [302, 302]
    assert Fulfilment.objects.count() == 1
    with pytest.raises(MoveRefused) as refusal:
        resolution.fulfil_item(apology, by=cast.agent, done_on=today(), reference="Again")
    assert [reason.code for reason in refusal.value.reasons] == ["proved"]


def test_nothing_is_proved_before_the_customer_accepts(cast: Cast, as_user) -> None:
    offer = factories.offered(cast, factories.in_progress(cast))
    item = offer.items.get()
    assert as_user(cast.agent).get(page(item)).status_code == 409
    with pytest.raises(MoveRefused) as refusal:
        resolution.fulfil_item(item, by=cast.agent, done_on=today(), reference="x", amount=item.amount)
    assert [reason.code for reason in refusal.value.reasons] == ["not_accepted"]


def test_a_late_delivery_keeps_the_promise_late(cast: Cast, apology: OfferItem, refund: OfferItem, move_clock) -> None:
    move_clock(days=10)
    for item in (apology, refund):
        resolution.fulfil_item(item, by=cast.agent, done_on=today(), reference="TRF-77", amount=item.amount)
    promise = refund.offer.complaint.promises.get(offer=refund.offer)
    assert promise.state in ("kept", "kept_late")
    assert promise.ended_at <= clock.now()
