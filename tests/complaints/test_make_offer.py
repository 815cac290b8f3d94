"""Offering: within the limit at once, above it with a reason, one at a time."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from complaints import clock
from complaints.actions import approval as approvals
from complaints.actions import resolution
from complaints.actions.moves import MoveRefused, NotYours
from complaints.actions.resolution import ItemFacts
from complaints.models import Authority, Complaint, Offer
from tests import factories
from tests.complaints.pages import filled, said, send
from tests.factories import Cast


@pytest.fixture
def complaint(cast: Cast) -> Complaint:
    return factories.in_progress(cast)


def page(complaint: Complaint) -> str:
    return f"/complaints/{complaint.reference}/offers/new/"


def in_days(days: int) -> str:
    return f"{clock.now() + timedelta(days=days):%Y-%m-%dT%H:%M}"


def typed(**more: Any) -> dict[str, Any]:
    return {"kind": "as_asked", "answer_by": in_days(5), "deliver_by": in_days(9), **more}


def refused(complaint: Complaint, by: Any, why_more: str = "", **facts: Any) -> list[str]:
    with pytest.raises(MoveRefused) as refusal:
        resolution.make_offer(complaint, factories.offer_facts(**facts), by=by, why_more=why_more)
    return [reason.code for reason in refusal.value.reasons]


def above(amount: str = "1250000") -> list[ItemFacts]:
    return [ItemFacts("refund", Decimal(amount), "IDR")]


# -- within and above the limit ---------------------------------------------------
def test_within_the_limit_it_is_live_at_once(cast: Cast, complaint: Complaint, as_user) -> None:
    browser = as_user(cast.agent)
    first = browser.get(page(complaint)).context["form"]
    assert (first["kind_1"].value(), str(first["amount_1"].value()), first["currency_1"].value()) == (
        "refund", "450000", "IDR",
    )  # fmt: skip
    answer = send(browser, page(complaint), **typed())
    assert answer.status_code == 302
    offer = complaint.offers.get()
    assert (offer.state, offer.totals()) == ("live", {"IDR": Decimal("450000")})
    assert Complaint.objects.get(pk=complaint.pk).remedy == "offered"
    assert not complaint.approvals.exists()
    assert "The offer stands until" in said(browser, answer)


def test_above_the_limit_the_form_comes_back_with_the_limit(cast: Cast, complaint: Complaint, as_user) -> None:
    browser = as_user(cast.agent)
    answer = send(browser, page(complaint), **typed(amount_1="1250000", needed="The receipt"))
    assert answer.status_code == 422
    assert "is above your limit of" in answer.context["form"].errors["why_more"][0]
    assert answer.context["form"]["needed"].value() == "The receipt"
    assert not complaint.offers.exists()


def test_above_the_limit_with_a_reason_it_waits_for_a_supervisor(cast: Cast, complaint: Complaint, as_user) -> None:
    browser = as_user(cast.agent)
    answer = send(browser, page(complaint), **typed(amount_1="1250000", why_more="Third call, and we were wrong."))
    assert answer.status_code == 302
    offer, approval = complaint.offers.get(), complaint.approvals.get()
    assert (offer.state, approval.state, approval.reason) == (
        "awaiting_approval", "asked", "Third call, and we were wrong.",
    )  # fmt: skip
    assert timedelta(hours=23) < approval.due_at - clock.now() <= timedelta(hours=24)
    assert Complaint.objects.get(pk=complaint.pk).remedy == "sought"
    assert "a supervisor decides" in said(browser, answer)


def test_two_currencies_each_against_its_own_limit(cast: Cast, complaint: Complaint) -> None:
    both = [ItemFacts("refund", Decimal("500000"), "IDR"), ItemFacts("store_credit", Decimal("150"), "MYR")]
    assert resolution.make_offer(complaint, factories.offer_facts(items=both), by=cast.agent).state == "live"
    other = factories.in_progress(cast, customer=cast.other_customer)
    too_much = [both[0], ItemFacts("store_credit", Decimal("150.01"), "MYR")]
    assert refused(other, cast.agent, items=too_much) == ["above_limit"]
    added_up = [*both, ItemFacts("discount", Decimal("1"), "IDR")]
    assert refused(other, cast.agent, items=added_up) == ["above_limit"]


def test_a_currency_without_a_limit_needs_a_decision(cast: Cast, complaint: Complaint) -> None:
    assert refused(complaint, cast.agent, items=[ItemFacts("refund", Decimal("1"), "SGD")]) == ["above_limit"]


def test_what_costs_nothing_needs_no_limit(cast: Cast, complaint: Complaint) -> None:
    Authority.objects.all().delete()
    facts = factories.offer_facts(items=[ItemFacts("apology"), ItemFacts("replacement")])
    assert resolution.make_offer(complaint, facts, by=cast.agent).state == "live"


# -- the decision -----------------------------------------------------------------
def test_the_yes_makes_it_live(cast: Cast, complaint: Complaint) -> None:
    offer = factories.offered(cast, complaint, items=above())
    approvals.approve(offer.approvals.get(), by=cast.supervisor, outcome="Yes.")
    offer.refresh_from_db()
    assert (offer.state, Complaint.objects.get(pk=complaint.pk).remedy) == ("live", "offered")


def test_the_approvers_new_terms_replace_what_was_asked(cast: Cast, complaint: Complaint) -> None:
    offer = factories.offered(cast, complaint, items=above())
    terms = factories.offer_facts(items=above("900000"), kind="alternative", reason="Half was used.")
    approvals.approve(offer.approvals.get(), by=cast.supervisor, outcome="Less.", new_terms=terms)
    offer = Offer.objects.get(pk=offer.pk)
    assert (offer.state, offer.totals(), offer.reason) == ("live", {"IDR": Decimal("900000")}, "Half was used.")


def test_new_terms_above_the_approvers_own_limit_are_refused(cast: Cast, complaint: Complaint) -> None:
    offer = factories.offered(cast, complaint, items=above())
    terms = factories.offer_facts(items=above("5000001"))
    with pytest.raises(MoveRefused) as refusal:
        approvals.approve(offer.approvals.get(), by=cast.supervisor, outcome="More.", new_terms=terms)
    assert [reason.code for reason in refusal.value.reasons] == ["above_limit"]
    offer = Offer.objects.get(pk=offer.pk)
    assert (offer.state, offer.totals(), offer.approvals.get().state) == (
        "awaiting_approval", {"IDR": Decimal("1250000")}, "asked",
    )  # fmt: skip
    approvals.approve(offer.approvals.get(), by=cast.manager, outcome="More.", new_terms=terms)
    assert Offer.objects.get(pk=offer.pk).state == "live"


def test_new_terms_that_are_not_whole_are_refused(cast: Cast, complaint: Complaint) -> None:
    offer = factories.offered(cast, complaint, items=above())
    terms = factories.offer_facts(items=above("900000"), kind="alternative")
    with pytest.raises(MoveRefused):
        approvals.approve(offer.approvals.get(), by=cast.supervisor, outcome="Less.", new_terms=terms)


def test_the_maker_does_not_decide_even_as_a_supervisor(cast: Cast, complaint: Complaint) -> None:
    facts = factories.offer_facts(items=above("6000000"))
    offer = resolution.make_offer(complaint, facts, by=cast.supervisor, why_more="A flood.")
    with pytest.raises(NotYours):
        approvals.approve(offer.approvals.get(), by=cast.supervisor, outcome="Yes.")


def test_a_yes_after_the_customers_time_is_refused(cast: Cast, complaint: Complaint, move_clock) -> None:
    offer = factories.offered(cast, complaint, items=above())
    move_clock(days=6)
    with pytest.raises(MoveRefused) as refusal:
        approvals.approve(offer.approvals.get(), by=cast.supervisor, outcome="Yes.")
    assert [reason.code for reason in refusal.value.reasons] == ["answer_by_passed"]
    approvals.approve(
        offer.approvals.get(), by=cast.supervisor, outcome="New dates.", new_terms=factories.offer_facts(items=above())
    )
    assert Offer.objects.get(pk=offer.pk).state == "live"


def test_a_no_ends_it_and_another_offer_may_follow(cast: Cast, complaint: Complaint) -> None:
    offer = factories.offered(cast, complaint, items=above())
    approvals.refuse_approval(offer.approvals.get(), by=cast.supervisor, outcome="Too much.")
    assert Offer.objects.get(pk=offer.pk).state == "not_approved"
    assert factories.offered(cast, complaint).state == "live"


# -- one at a time ------------------------------------------------------------------
def test_a_second_offer_is_refused(cast: Cast, complaint: Complaint, as_user) -> None:
    offer = factories.offered(cast, complaint)
    assert refused(complaint, cast.agent) == ["other_offer"]
    assert refused(complaint, cast.agent, why_more="x", items=above()) == ["other_offer"]
    answer = as_user(cast.agent).get(page(complaint))
    assert answer.status_code == 409
    assert f"/offers/{offer.pk}/" in answer.content.decode()


def test_sent_twice_it_is_one(cast: Cast, complaint: Complaint, as_user) -> None:
    browser = as_user(cast.agent)
    form = filled(browser, page(complaint), **typed())
    assert [browser.post(page(complaint), form).status_code for _ in range(2)] == [302, 302]
    assert complaint.offers.count() == 1
    assert browser.post(page(complaint), {**form, "amount_1": "1"}).status_code == 409
    assert complaint.offers.count() == 1


# -- who, when, and what is typed -----------------------------------------------------
def test_only_the_owner_offers(cast: Cast, complaint: Complaint, as_user) -> None:
    assert as_user(cast.colleague).get(page(complaint)).status_code == 403
    assert as_user(cast.colleague).post(page(complaint), typed()).status_code == 403
    assert as_user(cast.outsider).get(page(complaint)).status_code == 404
    assert as_user(cast.supervisor).get(page(complaint)).status_code == 200
    for items in (None, above()):
        facts = factories.offer_facts(**({"items": items} if items else {}))
        with pytest.raises(NotYours):
            resolution.make_offer(complaint, facts, by=cast.colleague)


def test_an_offer_does_not_wait_for_the_cause_but_for_the_read_back(cast: Cast, as_user) -> None:
    complaint = factories.received(cast)
    assert refused(complaint, cast.agent) == ["not_in_progress"]
    assert as_user(cast.agent).get(page(complaint)).status_code == 409
    factories.read_back(cast, complaint)
    assert factories.offered(cast, complaint).state == "live"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind_1": "", "amount_1": "", "currency_1": ""}, "kind_1"),
        ({"kind_1": "", "amount_1": "5"}, "kind_1"),
        ({"amount_1": ""}, "amount_1"),
        ({"amount_1": "-5"}, "amount_1"),
        ({"amount_1": "five"}, "amount_1"),
        ({"currency_1": "XXX"}, "currency_1"),
        ({"kind_1": "unknown"}, "kind_1"),
        ({"kind_2": "apology", "amount_2": "10"}, "amount_2"),
        ({"kind_2": "other"}, "words_2"),
        ({"kind": "alternative"}, "reason"),
        ({"kind": ""}, "kind"),
        ({"answer_by": "2020-01-01T10:00"}, "answer_by"),
        ({"answer_by": ""}, "answer_by"),
        ({"deliver_by": "2020-01-01T10:00"}, "deliver_by"),
    ],
)
def test_a_bad_form_comes_back(cast: Cast, complaint: Complaint, as_user, wrong: dict[str, str], field: str) -> None:
    answer = send(as_user(cast.agent), page(complaint), **typed(needed="The receipt", **wrong))
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert answer.context["form"]["needed"].value() == "The receipt"
    assert not complaint.offers.exists()


def test_it_does_not_arrive_before_the_customer_has_answered(cast: Cast, complaint: Complaint, as_user) -> None:
    answer = send(as_user(cast.agent), page(complaint), **typed(answer_by=in_days(5), deliver_by=in_days(3)))
    assert "deliver_by" in answer.context["form"].errors
    now = clock.now()
    assert refused(complaint, cast.agent, deliver_by=now + timedelta(days=3)) == ["too_soon"]
    assert refused(complaint, cast.agent, answer_by=now, items=[]) == ["empty", "past"]
    assert refused(complaint, cast.agent, kind="alternative") == ["no_reason"]
    assert refused(complaint, cast.agent, items=[ItemFacts("refund", Decimal("5"))]) == ["amount"]


def test_three_parts_and_a_goodwill_gesture(cast: Cast, complaint: Complaint, as_user) -> None:
    parts = {"kind_2": "apology", "kind_3": "other", "words_3": "One year of free service", "is_goodwill": "on"}
    assert send(as_user(cast.agent), page(complaint), **typed(**parts)).status_code == 302
    offer = complaint.offers.get()
    assert [(item.kind, item.amount, item.currency) for item in offer.items.all()] == [
        ("refund", Decimal("450000"), "IDR"), ("apology", None, ""), ("other", None, ""),
    ]  # fmt: skip
    assert offer.is_goodwill


def test_goodwill_is_offered_even_when_nothing_was_upheld(cast: Cast, complaint: Complaint) -> None:
    factories.verified(cast, complaint)
    complaint.issues.get().verdicts.update(finding="not_upheld")
    assert factories.offered(cast, complaint, is_goodwill=True).state == "live"
