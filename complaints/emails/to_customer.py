"""What each letter to a customer names, in their language and their zone; one short function per letter.

Moments come in aware and go out as words. `Ours` marks what we wrote ourselves; everything else is treated as the
words of others (`rendering`).
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from complaints.emails.rendering import Ours, ours, said, sentence
from complaints.gate import TALKS
from complaints.models import (
    Complaint,
    Contact,
    Evidence,
    Fulfilment,
    InformationRequest,
    Issue,
    Offer,
    OfferItem,
    RemedyKind,
)
from complaints.wording import day_of_long, every_day, money, when_long
from complaints.workflow import OfferState, Outcome

REVIEW_WITHIN = timedelta(days=90)
LOOKED_AT = {
    Evidence.Kind.RECEIPT: _("the receipt"),
    Evidence.Kind.CCTV: _("the CCTV pictures"),
    Evidence.Kind.RECORDING: _("the recording"),
    Evidence.Kind.CHAT: _("the chat"),
    Evidence.Kind.LOG: _("our records"),
}
"""What "We looked at ..." may name; other things kept with a complaint are not sources."""
Values = dict[str, Any]
P = ParamSpec("P")


def _theirs(build: Callable[Concatenate[Complaint, P], Values]) -> Callable[Concatenate[Complaint, P], Values]:
    """In the customer's language, with what every letter names."""

    @wraps(build)
    def built(complaint: Complaint, *args: P.args, **kwargs: P.kwargs) -> Values:
        with translation.override(complaint.customer.language):
            return {**frame(complaint), **build(complaint, *args, **kwargs)}

    return built


def frame(complaint: Complaint) -> Values:
    """Greeting, number, who signs, and how to call us."""
    customer = complaint.customer
    name = " ".join(customer.letter_name.split())
    return {
        "greeting": _greeting(customer.language, name),
        "address_name": name,
        "ref": complaint.reference,
        "agent": complaint.owner.first_name,
        "org": settings.ORGANISATION,
        "phone": settings.SUPPORT_PHONE,
        "hours": every_day(settings.SUPPORT_HOURS, language=customer.language, zone=customer.zone),
    }


@_theirs
def acknowledgement(complaint: Complaint, *, promised: str, promised_by: datetime | None) -> Values:
    return {
        "what_happened": complaint.what_happened,
        "why_it_matters": complaint.why_it_matters,
        "wanted": complaint.what_is_wanted,
        "next_step": promised,
        "next_by": _when(complaint, promised_by),
    }


@_theirs
def late(
    complaint: Complaint, *, after: bool, promise: str, old_by: datetime, new_by: datetime | None, reason: str
) -> Values:
    return {
        "late": after,
        "promise": promise,
        "old_by": _when(complaint, old_by),
        "new_by": _when(complaint, new_by),
        "reason": reason.strip().rstrip("."),
    }


@_theirs
def request(complaint: Complaint, asked: InformationRequest, *, reminder: bool = False) -> Values:
    return {
        "item": asked.item,
        "items": asked.items,
        "why": asked.why,
        "by": _when(complaint, asked.answer_by),
        "remind_on": _day(complaint, asked.remind_on),
        "reminder": reminder,
    }


@_theirs
def offer(complaint: Complaint, made: Offer, *, callback_by: datetime) -> Values:
    language = complaint.customer.language
    reason, needed = made.reason.strip().rstrip("."), made.needed.strip()
    differs = made.kind == Offer.Kind.ALTERNATIVE and reason
    return {
        "wanted": wanted(complaint),
        "offer": package(made),
        "alternative_line": sentence("line_alternative", language, alternative_reason=reason) if differs else "",
        "needed_line": sentence("line_needed", language, needed=needed) if needed else "",
        "fulfil_by": _when(complaint, made.deliver_by),
        "answer_by": _when(complaint, made.answer_by),
        "callback_by": _when(complaint, callback_by),
    }


@_theirs
def refund(complaint: Complaint, proof: Fulfilment) -> Values:
    return {
        "amount": money(proof.amount, proof.currency),
        "sent_on": _date(complaint, proof.done_on),
        "payment_ref": proof.reference,
    }


@_theirs
def correction(complaint: Complaint, *, was_told: str, correct: str, meaning: str, told_on: datetime | None) -> Values:
    return {
        "told_on": _day(complaint, told_on),
        "told_by": str(complaint.get_misinformation_source_display()) if complaint.misinformation_source else "",
        "was_told": was_told,
        "correct": ours(correct),
        "meaning": ours(meaning),
    }


@_theirs
def final_reply(
    complaint: Complaint, *, answers: dict[Issue, str], correction: str, closing_words: str, at: datetime
) -> Values:
    """Every issue with its answer, numbered, and what the customer gets."""
    language, given = complaint.customer.language, given_offer(complaint)
    blocks = [
        f"{number}. {said(str(each))}\n{words.strip()}" for number, (each, words) in enumerate(answers.items(), 1)
    ]
    looked_at = [str(LOOKED_AT[kind]) for kind in LOOKED_AT if kind in {each.kind for each in complaint.evidence.all()}]
    outside = settings.OUTSIDE_BODY
    return {
        "received_on": _day(complaint, complaint.received_at),
        "summary": complaint.what_happened.strip().rstrip("."),
        "wanted": (wanted(complaint)).strip().rstrip("."),
        "sources": ", ".join(looked_at),
        "issues": ours("\n\n".join([*blocks, closing_words.strip()])),
        "correction_line": ours(correction.strip()),
        "remedy_line": _remedy_line(complaint, given) if given else "",
        "review_line": sentence(
            "line_review", language, phone=settings.SUPPORT_PHONE, review_by=_day(complaint, at + REVIEW_WITHIN)
        ),
        "outside_line": sentence(
            "line_outside", language, outside_body=ours(outside), outside_contact=ours(settings.OUTSIDE_CONTACT)
        )
        if outside
        else "",
    }


def answer_to(issue: Issue, language: str) -> str:
    """Where the final reply to one issue may begin: the block of its verdict, for the writer to finish."""
    verdict = issue.verdict
    if verdict is None:
        return ""
    return sentence("answer", language, verdict=verdict.finding, finding=ours(verdict.reasons.strip().rstrip(".")))


@_theirs
def resolved(complaint: Complaint) -> Values:
    given = given_offer(complaint)
    return {
        "done_list": package(given) if given else "",
        "done_on": _day(complaint, complaint.resolved_at),
    }


@_theirs
def closed(complaint: Complaint) -> Values:
    """What they received; for a closing by exception, why it ends without it."""
    language, given = complaint.customer.language, given_offer(complaint)
    line = _exception_line(complaint)
    if not line and given:
        return {"received_line": sentence("line_received", language, done_list=ours(package(given)))}
    return {"closed_line": line}


@_theirs
def status_link(complaint: Complaint, *, expires_at: datetime | None) -> Values:
    line = sentence(
        "line_expires",
        complaint.customer.language,
        expires_on=_day(complaint, expires_at),
        phone=settings.SUPPORT_PHONE,
    )
    return {"expires_line": line}


@_theirs
def letter(complaint: Complaint, *, words: str) -> Values:
    return {"words": ours(words.strip())}


# -- what several letters say ------------------------------------------------------
def given_offer(complaint: Complaint) -> Offer | None:
    """What the customer accepted in this cycle, done or still to come."""
    accepted = complaint.offers.filter(
        cycle=complaint.cycle, state__in=[OfferState.ACCEPTED, OfferState.FULFILLED]
    ).prefetch_related("items")
    return accepted.order_by("-pk").first()


def wanted(complaint: Complaint) -> str:
    """What the customer asks for, as it was read back, else in our words; nothing while they do not know yet."""
    if complaint.what_is_wanted:
        return complaint.what_is_wanted
    return "" if RemedyKind.UNKNOWN in complaint.wants else complaint.wants_words


def package(made: Offer) -> str:
    """'refund Rp1.250.000, apology', in the language that is active."""
    return ", ".join(_item(item) for item in made.items.all())


def _item(item: OfferItem) -> str:
    words = f"{item.get_kind_display()} {money(item.amount, item.currency)}".strip()
    return f"{words} ({item.words})" if item.words else words


def _remedy_line(complaint: Complaint, given: Offer) -> Ours:
    language, by = complaint.customer.language, _when(complaint, given.deliver_by)
    still_to_come = given.state == OfferState.ACCEPTED
    return sentence("line_remedy", language, remedy=ours(package(given)), fulfil_by=by if still_to_come else "")


def _exception_line(complaint: Complaint) -> str:
    language, exception = complaint.customer.language, complaint.exception
    if exception is None:
        return ""
    match complaint.outcome:
        case Outcome.NO_REPLY:
            tries = list(_tries(complaint))
            first, last = (tries[0].at, tries[-1].at) if tries else (None, None)
            return sentence(
                "line_silent", language, n=len(tries), **{"from": _day(complaint, first), "to": _day(complaint, last)}
            )
        case Outcome.WITHDRAWN:
            return sentence("line_withdrawn", language, on=_day(complaint, exception.asked_at))
        case Outcome.FINAL_DECISION:
            return sentence("line_outside", language, outside_body=ours(exception.outside_route))
        case _:
            return ""


def _tries(complaint: Complaint) -> Any:
    """What did not reach them since the customer was last heard; a letter they did not answer is a try."""
    contacts = Contact.objects.filter(complaint=complaint, cycle=complaint.cycle).order_by("at")
    heard = contacts.inbound().values_list("at", flat=True).last()
    tries = contacts.outbound().exclude(reached=True, channel__in=TALKS)
    return tries.filter(at__gt=heard) if heard else tries


def _greeting(language: str, name: str) -> str:
    """copy.md: never guess Bu or Pak; without a name a form that fits everybody."""
    match language:
        case "id":
            return f"Yth. {name}," if name else "Yth. Bapak/Ibu,"
        case "ms":
            return f"{name}," if name else "Tuan/Puan,"
        case _:
            return f"Dear {name}," if name else "Hello,"


def _when(complaint: Complaint, moment: datetime | None) -> str:
    customer = complaint.customer
    return when_long(moment, language=customer.language, zone=customer.zone) if moment else ""


def _day(complaint: Complaint, moment: datetime | None) -> str:
    return _date(complaint, moment.astimezone(complaint.customer.zone).date()) if moment else ""


def _date(complaint: Complaint, day: date) -> str:
    return day_of_long(day, language=complaint.customer.language)
