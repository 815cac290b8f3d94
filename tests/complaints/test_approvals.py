"""A second person's yes: never by whoever asked, never by the owner, within the own limit."""

import uuid
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings

from complaints import clock
from complaints.actions.approval import approve, ask_approval, refuse_approval, withdraw_approval
from complaints.actions.details import change_details, change_owner
from complaints.actions.moves import MoveRefused, NotYours
from complaints.actions.resolution import ItemFacts
from complaints.models import Approval, Complaint
from tests import factories
from tests.factories import Cast


def sent(**typed: Any) -> dict[str, Any]:
    return {"submit_key": str(uuid.uuid4()), **typed}


def local(moment: datetime) -> str:
    return moment.astimezone(ZoneInfo(settings.SITE_TIME_ZONE)).strftime("%Y-%m-%dT%H:%M")


def asked_offer(cast: Cast, amount: str = "1250000") -> Approval:
    """Above the agent's limit of Rp500.000."""
    complaint = factories.in_progress(cast)
    factories.offered(cast, complaint, items=[ItemFacts("refund", Decimal(amount), "IDR"), ItemFacts("apology")])
    return complaint.approvals.get()


def terms(approval: Approval, **changed: Any) -> dict[str, Any]:
    """The page's form as it was shown, but for what is changed."""
    offer = approval.offer
    assert offer
    item = offer.items.get(kind="refund")
    typed = {
        "outcome": "Agreed.",
        f"amount_{item.pk}": str(changed.pop("amount", item.amount)),
        "answer_by": local(offer.answer_by),
        "deliver_by": local(offer.deliver_by),
    }
    return sent(**{**typed, **changed})


# -- the act ------------------------------------------------------------------------
def test_neither_asker_nor_owner_nor_an_agent_says_yes(cast: Cast) -> None:
    approval = asked_offer(cast)
    change_owner(approval.complaint, to=cast.supervisor, by=cast.supervisor, reason="She asked for me.")
    for person in (cast.agent, cast.colleague, cast.supervisor, cast.outsider, cast.officer):
        with pytest.raises(NotYours):
            approve(approval, by=person, outcome="Yes.")
    assert approve(approval, by=cast.second_supervisor, outcome="Yes.").state == "approved"


def test_a_supervisor_who_asked_cannot_approve(cast: Cast) -> None:
    complaint = factories.in_progress(cast)
    asked = factories.asked_exception(cast, complaint)
    Approval.objects.filter(pk=asked.pk).update(asked_by=cast.supervisor)
    with pytest.raises(NotYours):
        approve(asked, by=cast.supervisor, outcome="Yes.")


def test_an_offer_above_the_approvers_own_limit_is_refused(cast: Cast) -> None:
    approval = asked_offer(cast, "7000000")
    with pytest.raises(MoveRefused) as refusal:
        approve(approval, by=cast.supervisor, outcome="Yes.")
    assert [reason.code for reason in refusal.value.reasons] == ["above_limit"]
    approval.refresh_from_db()
    assert approval.state == "asked"
    assert approve(approval, by=cast.manager, outcome="Yes.").state == "approved"
    assert approval.complaint.offers.get().state == "live"


def test_a_yes_needs_words(cast: Cast) -> None:
    approval = asked_offer(cast)
    for act in (approve, refuse_approval):
        with pytest.raises(MoveRefused):
            act(approval, by=cast.supervisor, outcome=" ")


def test_a_decision_is_made_once(cast: Cast) -> None:
    approval = asked_offer(cast)
    refuse_approval(approval, by=cast.supervisor, outcome="Offer a repair.")
    assert approval.complaint.offers.get().state == "not_approved"
    with pytest.raises(MoveRefused):
        approve(approval, by=cast.supervisor, outcome="Well, yes.")


def test_an_offer_whose_time_has_passed_needs_a_new_one(cast: Cast, move_clock: Any) -> None:
    approval = asked_offer(cast)
    move_clock(days=6)
    with pytest.raises(MoveRefused) as refusal:
        approve(approval, by=cast.supervisor, outcome="Yes.")
    assert [reason.code for reason in refusal.value.reasons] == ["answer_by_passed"]


def test_nothing_is_asked_of_a_complaint_that_is_over(cast: Cast) -> None:
    complaint = factories.closed(cast)
    for change in (
        lambda: ask_approval(complaint, by=cast.agent, kind="undetermined_cause", reason="Nobody knows."),
        lambda: change_details(complaint, by=cast.agent, severity="high"),
        lambda: change_owner(complaint, to=cast.colleague, by=cast.agent, reason="Hers."),
    ):
        with pytest.raises(MoveRefused) as refusal:
            change()
        assert [reason.code for reason in refusal.value.reasons] == ["not_open"]
        assert str(refusal.value.reasons[0].words) == "The complaint is closed"


def test_only_the_asker_takes_it_back_and_an_offer_is_withdrawn_itself(cast: Cast) -> None:
    asked = factories.asked_exception(cast, factories.in_progress(cast))
    with pytest.raises(NotYours):
        withdraw_approval(asked, by=cast.colleague)
    assert withdraw_approval(asked, by=cast.agent).state == "withdrawn"
    with pytest.raises(MoveRefused) as refusal:
        withdraw_approval(asked_offer(cast), by=cast.agent)
    assert "withdrawal" in refusal.value.reasons[0].url


# -- the pages -----------------------------------------------------------------------
def test_the_page_shows_what_is_asked_and_both_limits(cast: Cast, as_user: Any) -> None:
    approval = asked_offer(cast)
    url = approval.get_absolute_url()
    shown = as_user(cast.supervisor).get(url).content.decode()
    for words in ("Rp1.250.000", "Andi: Rp500.000", "you: Rp5.000.000", "third call", "Do not approve"):
        assert words in shown
    to_the_owner = as_user(cast.agent).get(url).content.decode()
    assert "Do not approve" not in to_the_owner
    assert "Withdraw the offer" in to_the_owner
    assert as_user(cast.outsider).get(url).status_code == 404
    assert as_user(cast.officer).get(url).status_code == 404


def test_above_the_own_limit_the_page_says_so(cast: Cast, as_user: Any) -> None:
    approval = asked_offer(cast, "7000000")
    shown = as_user(cast.supervisor).get(approval.get_absolute_url()).content.decode()
    assert "above your limit of Rp5.000.000" in shown
    refused = as_user(cast.supervisor).post(f"/approvals/{approval.pk}/approval/", terms(approval))
    assert refused.status_code == 409
    assert "above your limit" in refused.content.decode()


def test_a_yes_makes_the_offer_live_as_it_was_asked_for(cast: Cast, as_user: Any) -> None:
    approval = asked_offer(cast)
    url, client, form = f"/approvals/{approval.pk}/approval/", as_user(cast.supervisor), terms(approval)
    assert client.get(url).status_code == 200
    assert client.post(url, form).status_code == client.post(url, form).status_code == 302
    offer = approval.complaint.offers.get()
    assert (offer.state, offer.kind, offer.totals()) == ("live", "as_asked", {"IDR": Decimal(1250000)})
    assert client.post(url, {**form, "outcome": "Other words."}).status_code == 409
    assert client.get(url).status_code == 409


def test_other_terms_take_the_place_of_those_asked_for(cast: Cast, as_user: Any) -> None:
    approval = asked_offer(cast, "7000000")
    url = f"/approvals/{approval.pk}/approval/"
    form = terms(approval, amount="4000000", outcome="Four million: the rest was used.")
    assert as_user(cast.supervisor).post(url, form).status_code == 302
    offer = approval.complaint.offers.get()
    assert (offer.state, offer.kind, offer.reason) == ("live", "alternative", "Four million: the rest was used.")
    assert offer.totals() == {"IDR": Decimal(4000000)}
    assert offer.items.count() == 2


def test_a_passed_time_is_asked_for_anew(cast: Cast, as_user: Any, move_clock: Any) -> None:
    approval = asked_offer(cast)
    move_clock(days=6)
    url, client = f"/approvals/{approval.pk}/approval/", as_user(cast.supervisor)
    stale = client.post(url, terms(approval))
    assert (stale.status_code, list(stale.context["form"].errors)) == (422, ["answer_by"])
    fresh = terms(
        approval, answer_by=local(clock.now() + timedelta(days=3)), deliver_by=local(clock.now() + timedelta(days=5))
    )
    assert client.post(url, fresh).status_code == 302
    assert approval.complaint.offers.get().kind == "as_asked"


def test_a_no_needs_words_and_keeps_what_was_typed(cast: Cast, as_user: Any) -> None:
    approval = asked_offer(cast)
    url, client = f"/approvals/{approval.pk}/refusal/", as_user(cast.supervisor)
    assert client.post(url, sent(outcome="")).status_code == 422
    form = sent(outcome="Offer a repair.")
    assert client.post(url, form).status_code == client.post(url, form).status_code == 302
    approval.refresh_from_db()
    assert (approval.state, approval.outcome) == ("refused", "Offer a repair.")


@pytest.mark.parametrize("page", ["approval", "refusal"])
def test_who_may_not_decide_reads_who_does(cast: Cast, as_user: Any, page: str) -> None:
    approval = asked_offer(cast)
    for person in (cast.agent, cast.colleague):
        refused = as_user(person).get(f"/approvals/{approval.pk}/{page}/")
        assert refused.status_code == 403
        assert "a supervisor who neither asked for it nor owns the complaint" in refused.content.decode()
        assert as_user(person).post(f"/approvals/{approval.pk}/{page}/", terms(approval)).status_code == 403
    assert as_user(cast.outsider).get(f"/approvals/{approval.pk}/{page}/").status_code == 404
    approval.refresh_from_db()
    assert approval.state == "asked"


def test_the_asker_takes_the_request_back(cast: Cast, as_user: Any) -> None:
    asked = factories.asked_exception(cast, factories.in_progress(cast))
    url = f"/approvals/{asked.pk}/withdrawal/"
    assert as_user(cast.supervisor).get(url).status_code == 403
    client, form = as_user(cast.agent), sent()
    assert client.get(url).status_code == 200
    assert client.post(url, form).status_code == client.post(url, form).status_code == 302
    asked.refresh_from_db()
    assert asked.state == "withdrawn"


def test_what_was_approved_leads_the_owner_on(cast: Cast, as_user: Any) -> None:
    complaint = factories.in_progress(cast)
    asked = factories.asked_exception(cast, complaint)
    approve(asked, by=cast.supervisor, outcome="Yes.")
    shown = as_user(cast.agent).get(asked.get_absolute_url()).content.decode()
    assert f"/complaints/{complaint.reference}/exception/" in shown
    assert Complaint.objects.get(pk=complaint.pk).status == "in_progress"
