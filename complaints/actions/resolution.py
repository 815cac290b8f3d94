"""What the customer gets: offering it, their answer, and the proof."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from complaints import clock, worktime
from complaints.actions.contact import ContactFacts, write_contact
from complaints.actions.correspondence import ask_for_decision, cancel_waiting, write_to_customer
from complaints.actions.guards import within_authority
from complaints.actions.moves import MoveRefused, NotYours, apply, check, refuse
from complaints.actions.verification import check_own
from complaints.emails import to_customer
from complaints.kinds import Kind
from complaints.models import (
    Approval,
    Complaint,
    Contact,
    Evidence,
    Fulfilment,
    Message,
    Offer,
    OfferItem,
    RemedyKind,
    User,
)
from complaints.permissions import acts_as_owner
from complaints.timeline import record
from complaints.workflow import ApprovalState, Move, Reason, Who

DECIDE_WITHIN = timedelta(hours=24)
"""How soon a second person answers, unless the asker says otherwise."""


@dataclass(frozen=True)
class ItemFacts:
    kind: str
    amount: Decimal | None = None
    currency: str = ""
    words: str = ""


@dataclass(frozen=True)
class OfferFacts:
    """The whole package. `answer_by`: when the customer's answer is awaited; `deliver_by` becomes a promise."""

    items: list[ItemFacts]
    kind: str
    answer_by: datetime
    deliver_by: datetime
    reason: str = ""
    needed: str = ""
    is_goodwill: bool = False


@transaction.atomic
def make_offer(
    complaint: Complaint, facts: OfferFacts, *, by: User, why_more: str = "", due_at: datetime | None = None
) -> Offer:
    """Within the maker's authority it is live at once (1.3); above it, `why_more` asks for a decision.

    Raises MoveRefused, also when it is above the limit and nothing was said to whoever decides, and NotYours.
    """
    complaint = Complaint.objects.lock(complaint.pk)
    offer = _draft(complaint, facts, by)
    check(offer, Move.MAKE_FOR_APPROVAL, by=by)
    above = within_authority(offer, by)
    if not above:
        apply(offer, Move.MAKE, by=by)
        _put_to_customer(offer, by)
        return offer
    if not why_more.strip():
        raise MoveRefused(Move.MAKE.label, above)
    apply(offer, Move.MAKE_FOR_APPROVAL, by=by)
    record(complaint, Kind.OFFER_PREPARED, by=by, subject=offer)
    now = clock.now()
    approval = Approval(
        complaint=complaint,
        cycle=complaint.cycle,
        kind=Approval.Kind.OFFER,
        offer=offer,
        reason=why_more,
        asked_by=by,
        asked_at=now,
        due_at=due_at or min(now + DECIDE_WITHIN, facts.answer_by),
    )
    apply(approval, Move.ASK, by=by)
    approval.save(force_insert=True)
    record(complaint, Kind.APPROVAL_ASKED, by=by, subject=approval, due_at=approval.due_at, kind_of_approval="offer")
    ask_for_decision(approval, by=by)
    return offer


def go_live(offer: Offer, *, by: User) -> None:
    """The approver's yes makes it live, within their own limit. Under the caller's lock."""
    apply(offer, Move.APPROVE, by=by)
    _put_to_customer(offer, by)


def not_approved(offer: Offer, *, by: User) -> None:
    apply(offer, Move.REFUSE, by=by)
    record(offer.complaint, Kind.OFFER_NOT_APPROVED, by=by, subject=offer)


def change_terms(offer: Offer, facts: OfferFacts) -> None:
    """The approver's own terms replace what was asked. Raises MoveRefused when they are not whole."""
    _check_terms(facts)
    offer.items.all().delete()
    _fill(offer, facts)
    offer.save()
    _add_items(offer, facts)


@transaction.atomic
def accept_offer(offer: Offer, *, by: User, channel: str, words: str) -> Offer:
    """The customer said yes; `by` heard it, on `channel`, in these words. Becomes a promise to deliver in time."""
    offer = _locked(offer)
    check_with_customer(offer, Move.ACCEPT)
    apply(offer, Move.ACCEPT, by=by)
    offer.accepted_at, offer.accepted_on, offer.heard_by = clock.now(), channel, by
    offer.save(update_fields=["accepted_at", "accepted_on", "heard_by"])
    apply(offer.complaint, Move.OFFER_ACCEPTED, by=by)
    _stop_letter(offer)
    _heard(offer, by, channel, words)
    record(offer.complaint, Kind.OFFER_ACCEPTED, by=by, subject=offer, due_at=offer.deliver_by)
    return offer


@transaction.atomic
def refuse_offer(offer: Offer, *, by: User, channel: str, words: str) -> Offer:
    """The customer said no: a new offer or an escalation has to follow (0.19)."""
    offer = _locked(offer)
    check_with_customer(offer, Move.REFUSE)
    apply(offer, Move.REFUSE, by=by)
    _end(offer, words)
    apply(offer.complaint, Move.OFFER_ENDED, by=by)
    _heard(offer, by, channel, words, **_call_promised(offer, by))
    record(offer.complaint, Kind.OFFER_REFUSED, by=by, subject=offer)
    return offer


@transaction.atomic
def withdraw_offer(offer: Offer, *, by: User, reason: str) -> Offer:
    """Taken back before the customer answered, or before a supervisor decided."""
    offer = _locked(offer)
    was_live = offer.state == Offer.State.LIVE
    apply(offer, Move.WITHDRAW, by=by)
    _end(offer, reason)
    if was_live:
        apply(offer.complaint, Move.OFFER_ENDED, by=by)
    _drop_request(offer)
    record(offer.complaint, Kind.OFFER_WITHDRAWN, by=by, subject=offer)
    return offer


@transaction.atomic
def lapse_offer(offer: Offer, *, by: User) -> Offer:
    """The customer's time is over. Looked at again under the lock: running it twice does nothing."""
    offer = _locked(offer)
    if offer.state != Offer.State.LIVE or offer.answer_by > clock.now():
        return offer
    apply(offer, Move.LAPSE, by=by)
    _stop_letter(offer)
    apply(offer.complaint, Move.OFFER_ENDED, by=by)
    record(offer.complaint, Kind.OFFER_LAPSED, by=by, subject=offer)
    return offer


@transaction.atomic
def fulfil_item(
    item: OfferItem,
    *,
    by: User,
    done_on: date,
    reference: str = "",
    evidence: Evidence | None = None,
    amount: Decimal | None = None,
) -> Fulfilment:
    """Prove one item. With the last one the offer is fulfilled and the complaint resolved, in the same act (0.24).

    Raises NotYours, MoveRefused (no proof, another amount than offered, not accepted, proved before).
    """
    offer = _locked(item.offer)
    if not acts_as_owner(by, offer.complaint):
        raise NotYours(Who.OWNER)
    check_own(offer.complaint, [evidence] if evidence else [])
    _check_proof(offer, item, reference, evidence, amount)
    proof = Fulfilment.objects.create(
        item=item,
        evidence=evidence,
        amount=item.amount,
        currency=item.currency,
        reference=reference.strip(),
        done_on=done_on,
        by=by,
        at=clock.now(),
    )
    record(offer.complaint, Kind.ITEM_FULFILLED, by=by, subject=item)
    if item.kind == RemedyKind.REFUND:
        values = to_customer.refund(offer.complaint, proof)
        write_to_customer(offer.complaint, Message.Kind.REFUND, values, by=by, key=f"refund:{item.pk}")
    if not offer.items.filter(fulfilment=None).exists():
        _fulfil(offer, by)
    return proof


@transaction.atomic
def fail_offer(offer: Offer, *, by: User, reason: str) -> Offer:
    """What was promised did not arrive (a refund bounced): a new offer has to follow.

    Not on a resolved complaint: that is reopened first. Raises MoveRefused, NotYours.
    """
    offer = _locked(offer)
    check_not_resolved(offer)
    apply(offer, Move.FAIL, by=by)
    _end(offer, reason)
    apply(offer.complaint, Move.OFFER_FAILED, by=by)
    record(offer.complaint, Kind.OFFER_FAILED, by=by, subject=offer)
    return offer


def check_with_customer(offer: Offer, move: Move) -> None:
    """It waits for the customer's answer, and their time is not over, whether or not the sweep has been there yet.

    (The table also lets a supervisor refuse what waits for a decision: that is not the customer's no.)
    """
    if offer.state != Offer.State.LIVE:
        raise refuse(move.label, "wrong_state", _("It is now: %(state)s") % {"state": offer.get_state_display()})
    if clock.now() >= offer.answer_by:
        words, at = _("The time for the answer is over: make the offer anew"), (offer.complaint.reference,)
        raise MoveRefused(move.label, [Reason("late", words, "complaints:offer-new", at)])


def check_not_resolved(offer: Offer) -> None:
    """What bounced after the complaint was resolved reopens it first. Raises MoveRefused."""
    if offer.complaint.status != Complaint.Status.IN_PROGRESS:
        words, at = _("The complaint is resolved: reopen it first"), (offer.complaint.reference,)
        raise MoveRefused(Move.FAIL.label, [Reason("resolved", words, "complaints:reopening", at)])


def end_offers(complaint: Complaint, *, by: User) -> None:
    """What still runs ends with the cycle or by the exception. Under the caller's lock."""
    for offer in complaint.offers.filter(state__in=["awaiting_approval", "live", "accepted"]):
        offer.complaint = complaint
        apply(offer, Move.END, by=User.objects.system())
        _stop_letter(offer)
        _drop_request(offer)
        record(complaint, Kind.OFFER_WITHDRAWN, by=by, subject=offer, ended=True)


def _draft(complaint: Complaint, facts: OfferFacts, by: User) -> Offer:
    _check_terms(facts)
    offer = Offer(complaint=complaint, cycle=complaint.cycle, made_by=by, made_at=clock.now())
    _fill(offer, facts)
    offer.save(force_insert=True)
    _add_items(offer, facts)
    return offer


def _check_terms(facts: OfferFacts) -> None:
    """What no offer can be without, whoever writes it."""
    reasons = []
    if not facts.items:
        reasons.append(Reason("empty", _("Say what you offer")))
    if facts.kind == Offer.Kind.ALTERNATIVE and not facts.reason.strip():
        reasons.append(Reason("no_reason", _("Say why it differs from what was asked")))
    if any(item.amount is not None and (item.amount <= 0 or not item.currency) for item in facts.items):
        reasons.append(Reason("amount", _("An amount is more than nothing and has a currency")))
    if facts.answer_by <= clock.now():
        reasons.append(Reason("past", _("The customer needs time to answer: choose a time after now")))
    if facts.deliver_by < facts.answer_by:
        reasons.append(Reason("too_soon", _("It cannot reach the customer before they have answered")))
    if reasons:
        raise MoveRefused(Move.MAKE.label, reasons)


def _fill(offer: Offer, facts: OfferFacts) -> None:
    for name in ("kind", "answer_by", "deliver_by", "reason", "needed", "is_goodwill"):
        setattr(offer, name, getattr(facts, name))


def _add_items(offer: Offer, facts: OfferFacts) -> None:
    OfferItem.objects.bulk_create(
        OfferItem(offer=offer, kind=item.kind, amount=item.amount, currency=item.currency, words=item.words)
        for item in facts.items
    )


def _put_to_customer(offer: Offer, by: User) -> None:
    apply(offer.complaint, Move.OFFER_MADE, by=by)
    record(offer.complaint, Kind.OFFER_MADE, by=by, subject=offer, due_at=offer.answer_by)
    values = to_customer.offer(offer.complaint, offer, callback_by=_call_back_by(offer.answer_by))
    key = f"offer:{offer.pk}"
    write_to_customer(offer.complaint, Message.Kind.OFFER, values, by=by, key=key, not_after=offer.answer_by)


def _fulfil(offer: Offer, by: User) -> None:
    complaint = offer.complaint
    apply(offer, Move.FULFIL, by=by)
    apply(complaint, Move.OFFER_FULFILLED, by=by)
    record(complaint, Kind.OFFER_FULFILLED, by=by, subject=offer)
    complaint.resolved_at = clock.now()
    apply(complaint, Move.RESOLVE, by=User.objects.system())
    record(complaint, Kind.COMPLAINT_RESOLVED, by=by, subject=offer)
    values, key = to_customer.resolved(complaint), f"resolved:{complaint.cycle}"
    write_to_customer(complaint, Message.Kind.RESOLVED, values, by=by, key=key)


def _check_proof(
    offer: Offer, item: OfferItem, reference: str, evidence: Evidence | None, amount: Decimal | None
) -> None:
    what = Move.FULFIL.label
    if offer.state != Offer.State.ACCEPTED:
        raise refuse(what, "not_accepted", _("The customer has not accepted this offer"))
    if Fulfilment.objects.filter(item=item).exists():
        raise refuse(what, "proved", _("This part has its proof already"))
    if not reference.strip() and evidence is None:
        raise refuse(what, "no_proof", _("Give a reference or a file as proof"))
    if item.amount is not None and amount != item.amount:
        raise refuse(what, "amount", _("The amount is not the one that was offered"))


def _heard(offer: Offer, by: User, channel: str, words: str, **promised: Any) -> None:
    facts = ContactFacts(
        Contact.Direction.INBOUND, channel, offer.complaint.language, words, answers_us=True, **promised
    )
    write_contact(offer.complaint.customer, facts, complaint=offer.complaint, by=by)


def _call_promised(offer: Offer, by: User) -> dict[str, Any]:
    """What the offer's letter says of a no, and the page repeats: somebody calls within one working day."""
    if by.speaks_for != User.Voice.CUSTOMER:
        return {}
    with translation.override(offer.complaint.customer.language):
        return {"promised": _("call you to talk about other ways"), "promised_by": _call_back_by(clock.now())}


def _call_back_by(at: datetime) -> datetime:
    return worktime.add_working_days(at, 1, ZoneInfo(settings.SITE_TIME_ZONE))


def _end(offer: Offer, reason: str) -> None:
    offer.end_reason = reason
    offer.save(update_fields=["end_reason"])
    _stop_letter(offer)


def _stop_letter(offer: Offer) -> None:
    """Nobody is asked to choose what is chosen already, if the letter has not left."""
    key = f"{offer.complaint_id}:offer:{offer.pk}"
    cancel_waiting(offer.complaint, gettext_noop("The offer is answered or withdrawn"), dedupe_key=key)


def _drop_request(offer: Offer) -> None:
    """A yes is no longer needed."""
    system = User.objects.system()
    for approval in offer.approvals.filter(state=ApprovalState.ASKED):
        approval.complaint = offer.complaint
        apply(approval, Move.WITHDRAW, by=system)
        record(offer.complaint, Kind.APPROVAL_WITHDRAWN, by=system, subject=approval)


def _locked(offer: Offer) -> Offer:
    complaint = Complaint.objects.lock(offer.complaint_id)
    fresh = Offer.objects.select_for_update(of=("self",)).get(pk=offer.pk)
    fresh.complaint = complaint
    return fresh
