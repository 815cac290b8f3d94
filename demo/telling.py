"""What the stories are told with: short words for the real actions, by people, in a language.

Nothing here writes a row itself. `by` is always the person who does it; the
customer's language is theirs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from complaints import clock
from complaints.actions import approval as approvals
from complaints.actions import (
    by_customer,
    cause,
    closure,
    contact,
    customers,
    handoff,
    intake,
    requests,
    resolution,
    verification,
)
from complaints.actions.verification import CheckedFile
from complaints.models import (
    Approval,
    Category,
    CauseCategory,
    Complaint,
    Contact,
    Customer,
    Department,
    Evidence,
    Handoff,
    InformationRequest,
    Message,
    Offer,
    User,
)
from complaints.workflow import Move
from demo.conductor import Story
from demo.days import Days
from demo.mail import DemoPost
from demo.people import Cast
from followups.actions import follow_up as follow_ups
from followups.actions.promise import keep_promise
from followups.actions.survey import Answer, answer_survey
from followups.models import FollowUp

__all__ = ["Story"]

WRONG_INFORMATION, CHARGED_TWICE, LATE = "Wrong information was given", "Charged twice", "Late delivery"
FAULTY, REPAIR, CONDUCT = "Product is faulty", "Repair or installation", "Staff conduct"
PRICE, NO_ANSWER = "Price or promotion", "No answer"
Item = resolution.ItemFacts


@dataclass(frozen=True)
class Stage:
    """Everybody, the calendar, and the way letters go."""

    cast: Cast
    days: Days
    post: DemoPost


# -- the call -----------------------------------------------------------------
def caller(by: User, full_name: str = "", address_as: str = "", **facts: Any) -> Customer:
    """The customer of this name, looked up as a desk would, or added."""
    known = Customer.objects.filter(full_name=full_name).first() if full_name else None
    return known or customers.add_customer(
        customers.CustomerFacts(full_name=full_name, address_as=address_as, **facts), by=by
    )


def take(customer: Customer, words: str, *, by: User, wants: list[str], **facts: Any) -> Complaint:
    """Register what the customer says. `category` and `amount` go by their names here."""
    extra = {name: facts.pop(name) for name in ("enquiry", "owner") if name in facts}
    if category := facts.pop("category", ""):
        facts["category"] = Category.objects.get(name=category)
    if amount := facts.pop("amount", None):
        facts["wanted_amount"] = Decimal(amount)
        facts.setdefault("wanted_currency", "IDR")
    facts.setdefault("channel", "phone")
    known = intake.ComplaintFacts(narrative=words, wants=wants, language=customer.language, **facts)
    home = Department.objects.filter(takes_complaints=True).get(memberships__user=by)
    return intake.register_complaint(customer, known, by=by, home_department=home, **extra)


def read_back(
    complaint: Complaint,
    *,
    by: User,
    happened: str,
    matters: str,
    wanted: str,
    promise: str,
    due: datetime,
    words: str = "",
    **letter: Any,
) -> Complaint:
    """The customer agrees, and hears what happens next and by when. With `by_letter` it is mailed too; with `agreed`
    False besides, it is mailed only, to be corrected."""
    return intake.agree_read_back(
        complaint,
        by=by,
        what_happened=happened,
        why_it_matters=matters,
        what_is_wanted=wanted,
        promised=promise,
        promised_by=due,
        words=words,
        **letter,
    )


def heard(complaint: Complaint, words: str, *, by: User, **facts: Any) -> Contact:
    """The customer gets in touch again."""
    return contact.log_contact(complaint, _incoming(complaint.customer, words, **facts), by=by)


def told(complaint: Complaint, words: str, *, by: User, **facts: Any) -> Contact:
    """We get in touch with the customer; with `promised` and `promised_by` it is a promise."""
    return contact.log_contact(complaint, said(complaint, words, **facts), by=by)


def tried(complaint: Complaint, words: str, *, by: User, channel: str = "phone") -> Contact:
    """Nobody answered."""
    return told(complaint, words, by=by, channel=channel, reached=False, reply=Contact.Reply.UNCLASSIFIED)


def enquiry(customer: Customer, words: str, *, by: User, **facts: Any) -> Contact:
    return contact.log_enquiry(customer, _incoming(customer, words, **facts), by=by)


def keep(complaint: Complaint, words: str, *, by: User, **facts: Any) -> None:
    """Keep the oldest promise of a contact that is not kept yet, by saying this."""
    promise = complaint.promises.filter(offer=None, state__in=["open", "missed"], told_at=None)[:1].get()
    keep_promise(promise, by=by, said=said(complaint, words, **facts))


def said(complaint: Complaint, words: str, **facts: Any) -> contact.ContactFacts:
    values = {"channel": "phone", "reply": Contact.Reply.SUBSTANTIVE, **facts}
    return contact.ContactFacts(
        direction=Contact.Direction.OUTBOUND, language=complaint.customer.language, words=words, **values
    )


def ask_for(
    complaint: Complaint, item: str, items: str, why: str, *, by: User, answer_by: datetime, remind_on: datetime
) -> InformationRequest:
    """By letter, for something we cannot go on without."""
    return requests.ask_for_information(complaint, requests.RequestFacts(item, items, why, answer_by, remind_on), by=by)


def letter_of(complaint: Complaint, kind: str) -> Message:
    """The last of this kind that was written."""
    return complaint.messages.filter(kind=kind).order_by("-pk")[:1].get()


# -- what a customer does by the link in a letter ------------------------------
def writes(complaint: Complaint, words: str, *, files: Sequence[CheckedFile] = (), disputes: bool = False) -> Contact:
    """Adds something; or (`disputes`) says that we did not understand it."""
    said_so = by_customer.Said(words, list(files))
    return by_customer.add_by_customer(complaint, said_so, by=User.objects.customer(), disputes=disputes)


def answers(complaint: Complaint, solved: str, comment: str = "", **marks: Any) -> None:
    """The survey of now; answered again, the newer answer stands."""
    survey = complaint.surveys.order_by("-cycle")[:1].get()
    answer_survey(survey, Answer(solved, comment=comment, **marks), by=User.objects.customer())


def opens_again(complaint: Complaint, words: str) -> None:
    by_customer.reopen_by_customer(complaint, by_customer.Said(words), by=User.objects.customer())


def _incoming(customer: Customer, words: str, **facts: Any) -> contact.ContactFacts:
    values = {"channel": "phone", **facts}
    return contact.ContactFacts(direction=Contact.Direction.INBOUND, language=customer.language, words=words, **values)


# -- departments --------------------------------------------------------------
def hand_off(
    complaint: Complaint, department: Department, question: str, *, by: User, answer_by: datetime, **facts: Any
) -> Handoff:
    return handoff.send_handoff(complaint, handoff.HandoffFacts(department, question, answer_by, **facts), by=by)


# -- finding out --------------------------------------------------------------
def keep_file(complaint: Complaint, kind: str, note: str, *, by: User, **more: Any) -> Evidence:
    return verification.add_evidence(complaint, by=by, kind=kind, note=note, **more)


def start_checking(complaint: Complaint, *, by: User) -> None:
    verification.start_verifying(complaint, by=by)


def account(complaint: Complaint, words: str, *, by: User, party: str = "customer", teller: str = "") -> None:
    """One line for each thing that happened, its time first."""
    verification.take_account(complaint, by=by, party=party, teller=teller, words=words, read_back=True)


def judge(complaint: Complaint, *findings: tuple[str, str], by: User, evidence: Sequence[Evidence] = ()) -> None:
    """A verdict on every issue, in their order, each with its reasons; then the facts are checked."""
    for issue, (finding, reasons) in zip(complaint.issues.all(), findings, strict=True):
        verification.give_verdict(issue, by=by, finding=finding, reasons=reasons, evidence=list(evidence))
    verification.finish_verifying(complaint, by=by)


def explain(
    complaint: Complaint,
    category: str,
    statement: str,
    *,
    by: User,
    evidence: Evidence,
    method: str = "five_whys",
    why: str = "",
) -> None:
    """The root cause."""
    cause.confirm_cause(
        complaint,
        by=by,
        category=CauseCategory.objects.get(name=category),
        statement=statement,
        method=method,
        evidence=[evidence],
        why_possible=why,
    )


def improve(complaint: Complaint, kind: str, words: str, *, by: User, owner: User, due: date, measure: str) -> None:
    cause.plan_improvement(complaint, by=by, kind=kind, words=words, owner=owner, due_on=due, measure=measure)


# -- putting it right ---------------------------------------------------------
def money(kind: str, amount: str, currency: str = "IDR", words: str = "") -> Item:
    return Item(kind, Decimal(amount), currency, words)


def offer(
    complaint: Complaint,
    *items: Item,
    by: User,
    answer_by: datetime,
    deliver_by: datetime,
    instead: str = "",
    why_more: str = "",
    **facts: Any,
) -> Offer:
    """As asked, or an alternative `instead`, which says why. Above the limit `why_more` asks for a decision."""
    kind = Offer.Kind.ALTERNATIVE if instead else Offer.Kind.AS_ASKED
    terms = resolution.OfferFacts(
        items=list(items), kind=kind, reason=instead, answer_by=answer_by, deliver_by=deliver_by, **facts
    )
    return resolution.make_offer(complaint, terms, by=by, why_more=why_more)


def accepts(live: Offer, words: str, *, by: User, channel: str = "phone") -> Offer:
    return resolution.accept_offer(live, by=by, channel=channel, words=words)


def refuses(live: Offer, words: str, *, by: User, channel: str = "phone") -> Offer:
    return resolution.refuse_offer(live, by=by, channel=channel, words=words)


def fulfil(accepted: Offer, *, by: User, reference: str = "", evidence: Evidence | None = None) -> None:
    """Prove every part, today."""
    for item in accepted.items.all():
        resolution.fulfil_item(
            item, by=by, done_on=clock.now().date(), reference=reference, evidence=evidence, amount=item.amount
        )


def put_right(
    accepted: Offer,
    *,
    by: User,
    happened: str,
    seen: str,
    found: tuple[str, str],
    because: tuple[str, str],
    reply: str,
    reference: str = "",
    why: str = "",
    **more: Any,
) -> None:
    """A small matter in one go: what the customer tells, what the papers show (`seen`), verdict, cause, the proof of
    what was agreed, and the final reply by letter. Only whether anything gets better is left to say."""
    complaint = accepted.complaint
    start_checking(complaint, by=by)
    account(complaint, happened, by=by)
    papers = keep_file(complaint, "log", seen, by=by)
    judge(complaint, found, by=by, evidence=[papers])
    explain(complaint, *because, by=by, evidence=papers, method="one_line", why=why)
    fulfil(accepted, by=by, reference=reference, evidence=None if reference else papers)
    final_reply(complaint, reply, by=by, channel="email", **more)


def final_reply(complaint: Complaint, *answers: str, by: User, channel: str = "phone", **more: Any) -> None:
    """An answer to every issue, in their order."""
    contact.give_final_reply(
        complaint,
        by=by,
        channel=channel,
        language=complaint.customer.language,
        answers=dict(zip(complaint.issues.all(), answers, strict=True)),
        **more,
    )


# -- the end ------------------------------------------------------------------
def is_satisfied(complaint: Complaint, words: str, *, by: User) -> None:
    """Asked afterwards: it is really solved."""
    _finish_check(complaint, Move.SATISFIED, words, by)


def is_not_satisfied(complaint: Complaint, words: str, *, by: User) -> None:
    """Asked afterwards: it is not, which opens it again."""
    _finish_check(complaint, Move.NOT_SATISFIED, words, by)


def ask_exception(complaint: Complaint, kind: str, reason: str, *, by: User, **more: Any) -> Approval:
    return approvals.ask_approval(
        complaint, by=by, kind=Approval.Kind.EXCEPTION, exception_kind=kind, reason=reason, **more
    )


def close_as_agreed(complaint: Complaint, *, by: User) -> None:
    closure.close_by_exception(complaint, by=by)


def _finish_check(complaint: Complaint, result: Move, words: str, by: User) -> None:
    due = complaint.follow_ups.due().exclude(kind=FollowUp.Kind.CALL_BACK)
    asked = due.order_by("-kind")[:1].get()  # the call instead of the survey, where there is one besides the check
    follow_ups.finish_follow_up(asked, by=by, result=result, said=said(complaint, words))
