"""The customer's yes, as an agent heard it."""

import pytest

from complaints.actions import resolution
from complaints.actions.moves import MoveRefused, NotYours
from complaints.models import Complaint, Offer
from tests import factories
from tests.complaints.pages import filled, said, send
from tests.factories import Cast

HEARD = {"channel": "phone", "words": "Ya, saya setuju."}


@pytest.fixture
def offer(cast: Cast) -> Offer:
    return factories.offered(cast, factories.in_progress(cast))


def page(offer: Offer) -> str:
    return f"/offers/{offer.pk}/acceptance/"


def test_any_agent_who_heard_it_records_the_yes(cast: Cast, offer: Offer, as_user) -> None:
    browser = as_user(cast.colleague)
    answer = send(browser, page(offer), **HEARD)
    assert (answer.status_code, answer["Location"]) == (302, f"/offers/{offer.pk}/")
    assert "Promised to the customer by" in said(browser, answer)
    offer.refresh_from_db()
    assert (offer.state, offer.heard_by, offer.accepted_on) == ("accepted", cast.colleague, "phone")
    complaint = Complaint.objects.get(pk=offer.complaint_id)
    assert complaint.remedy == "accepted"
    contact = complaint.contacts.latest("pk")
    assert (contact.direction, contact.words, contact.answers_us) == ("in", "Ya, saya setuju.", True)


def test_delivery_becomes_a_promise(cast: Cast, offer: Offer) -> None:
    resolution.accept_offer(offer, by=cast.agent, **HEARD)
    promise = offer.complaint.promises.get(offer=offer)
    assert (promise.state, promise.due_at, promise.owner) == ("open", offer.deliver_by, cast.agent)


def test_the_yes_counts_as_no_new_complaint_contact(cast: Cast, offer: Offer) -> None:
    resolution.accept_offer(offer, by=cast.agent, **HEARD)
    assert not offer.complaint.escalations.exists()


def test_accepted_twice_is_accepted_once(cast: Cast, offer: Offer, as_user) -> None:
    browser = as_user(cast.agent)
    form = filled(browser, page(offer), **HEARD)
    assert [browser.post(page(offer), form).status_code for _ in range(2)] == [302, 302]
    assert browser.get(page(offer)).status_code == 409
    with pytest.raises(MoveRefused):
        resolution.accept_offer(offer, by=cast.agent, **HEARD)
    assert offer.complaint.promises.filter(offer=offer).count() == 1


def test_without_words_it_comes_back(cast: Cast, offer: Offer, as_user) -> None:
    answer = send(as_user(cast.agent), page(offer), channel="counter")
    assert answer.status_code == 422
    assert answer.context["form"]["channel"].value() == "counter"


def test_strangers_accept_nothing(cast: Cast, offer: Offer, as_user) -> None:
    for stranger in (cast.outsider, cast.officer, cast.administrator):
        assert as_user(stranger).get(page(offer)).status_code == 404
    with pytest.raises(NotYours):
        resolution.accept_offer(offer, by=cast.officer, **HEARD)


def test_the_person_complained_of_hears_nothing(cast: Cast, offer: Offer, as_user) -> None:
    Complaint.objects.filter(pk=offer.complaint_id).update(person_complained_of=cast.colleague)
    assert as_user(cast.colleague).get(page(offer)).status_code == 404


def test_what_waits_for_a_decision_is_not_accepted(cast: Cast, as_user) -> None:
    complaint = factories.in_progress(cast, wanted_amount="1250000")
    items = [resolution.ItemFacts("refund", complaint.wanted_amount, "IDR")]
    offer = factories.offered(cast, complaint, items=items)
    assert as_user(cast.agent).get(page(offer)).status_code == 409


@pytest.mark.parametrize("answer", [resolution.accept_offer, resolution.refuse_offer])
def test_after_its_time_it_is_not_answered_even_before_the_sweep_has_come_by(
    cast: Cast, offer: Offer, move_clock, answer
) -> None:
    move_clock(days=5, minutes=1)
    with pytest.raises(MoveRefused) as refusal:
        answer(offer, by=cast.agent, **HEARD)
    assert [reason.code for reason in refusal.value.reasons] == ["late"]
    offer.refresh_from_db()
    assert (offer.state, offer.complaint.promises.filter(offer=offer).count()) == ("live", 0)


def test_a_late_yes_says_what_to_do(cast: Cast, offer: Offer, as_user, move_clock) -> None:
    browser = as_user(cast.agent)
    form = filled(browser, page(offer), **HEARD)
    move_clock(days=5, minutes=1)
    answer = browser.post(page(offer), form)
    assert answer.status_code == 409
    assert "make the offer anew" in answer.content.decode()
    assert f"/complaints/{offer.complaint.reference}/offers/new/" in answer.content.decode()
