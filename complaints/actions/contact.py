"""Contacts with the customer: what came in, what we said, and the final reply."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from complaints import clock
from complaints.actions.correspondence import compose_letter
from complaints.actions.merged import lock_where_it_leads
from complaints.actions.moves import NotYours, refuse
from complaints.actions.waiting import answer_requests
from complaints.emails import to_customer
from complaints.kinds import Kind
from complaints.models import Channel, Complaint, Contact, Customer, Issue, IssueAnswer, Message, User
from complaints.permissions import works_cases
from complaints.timeline import record, seq_of
from complaints.workflow import Who


@dataclass(frozen=True)
class ContactFacts:
    """One interaction. `promised` and `promised_by` go together and become a promise."""

    direction: str
    channel: str
    language: str
    words: str
    emotion: int | None = None
    reached: bool = True
    reply: str = ""
    answers_us: bool = False
    promised: str = ""
    promised_by: datetime | None = None


@transaction.atomic
def log_contact(complaint: Complaint, facts: ContactFacts, *, by: User, message: Message | None = None) -> Contact:
    """Log a contact on a complaint, in any of its states but merged (there: on the one it leads to in the end).

    `message` is the letter it was said in. Raises MoveRefused for a promise on a complaint that is over, NotYours
    when it leads to one out of reach.
    """
    target = lock_where_it_leads(complaint)
    if target.pk != complaint.pk and not works_cases(by, target):
        raise NotYours(Who.AGENT)
    complaint = target
    if facts.promised and not complaint.is_open:
        raise refuse(_("Promise"), "closed", _("The complaint is closed: reopen it before you promise something"))
    return write_contact(complaint.customer, facts, complaint=complaint, by=by, message=message)


@transaction.atomic
def log_enquiry(customer: Customer, facts: ContactFacts, *, by: User) -> Contact:
    """A contact that is about no complaint (yet)."""
    return write_contact(customer, facts, complaint=None, by=by)


@transaction.atomic
def give_final_reply(
    complaint: Complaint,
    *,
    by: User,
    channel: str,
    language: str,
    answers: dict[Issue, str],
    correction: str = "",
    closing_words: str = "",
    reached: bool = True,
) -> Contact:
    """Answer every issue, in the customer's language, with a correction where we had told something wrong.

    By e-mail it goes out as a letter, and has reached the customer once that was
    sent. Raises MoveRefused naming everything that is missing; a customer without
    any channel gets the reply written and kept (`reached` False).
    """
    complaint = Complaint.objects.lock(complaint.pk)
    _check_final_reply(complaint, language, answers, correction)
    message = None
    if channel == Channel.EMAIL and reached:
        values = to_customer.final_reply(
            complaint, answers=answers, correction=correction, closing_words=closing_words, at=clock.now()
        )
        key = f"final_reply:{seq_of(complaint)}"
        message = compose_letter(complaint, Message.Kind.FINAL_REPLY, values, by=by, key=key)
    said = [words.strip() for words in answers.values()]
    facts = ContactFacts(
        Contact.Direction.OUTBOUND,
        channel,
        language,
        "\n\n".join(filter(None, [*said, correction.strip(), closing_words.strip()])),
        reached=reached,
        reply=Contact.Reply.SUBSTANTIVE,
    )
    contact = write_contact(
        complaint.customer, facts, complaint=complaint, by=by, final=True, correction=correction, message=message
    )
    IssueAnswer.objects.bulk_create(
        IssueAnswer(contact=contact, issue=issue, words=words.strip()) for issue, words in answers.items()
    )
    record(complaint, Kind.FINAL_REPLY_GIVEN, by=by, subject=contact)
    return contact


def write_contact(
    customer: Customer,
    facts: ContactFacts,
    *,
    complaint: Complaint | None,
    by: User,
    at: datetime | None = None,
    counts_as_reply: bool = True,
    final: bool = False,
    correction: str = "",
    message: Message | None = None,
) -> Contact:
    """The row and its event, inside the caller's transaction and lock. What is said in a letter has reached the
    customer when the letter was sent."""
    outbound = facts.direction == Contact.Direction.OUTBOUND
    contact = Contact.objects.create(
        customer=customer,
        complaint=complaint,
        cycle=complaint.cycle if complaint else 1,
        direction=facts.direction,
        channel=facts.channel,
        by=by,
        at=at or clock.now(),
        language=facts.language,
        words=facts.words,
        emotion=None if outbound else facts.emotion,
        reached=facts.reached and message is None if outbound else True,
        message=message,
        reply=(facts.reply or Contact.Reply.UNCLASSIFIED) if outbound and counts_as_reply else "",
        answers_us=facts.answers_us and not outbound,
        is_final_reply=final,
        correction=correction,
        promised=facts.promised,
        promised_by=facts.promised_by,
    )
    record(
        complaint or customer,
        Kind.CONTACT_LOGGED,
        by=by,
        at=contact.at if complaint else None,
        subject=contact,
        due_at=facts.promised_by,
        direction=contact.direction,
        channel=contact.channel,
        reached=contact.reached,
    )
    if complaint and not outbound:
        answer_requests(complaint, by=by)
    return contact


def _check_final_reply(complaint: Complaint, language: str, answers: dict[Issue, str], correction: str) -> None:
    if complaint.status not in (Complaint.Status.IN_PROGRESS, Complaint.Status.RESOLVED):
        raise refuse(_("Give the final reply"), "not_open", _("The complaint is not being worked on"))
    unanswered = [issue for issue in complaint.issues.all() if not answers.get(issue, "").strip()]
    if unanswered:
        words = ", ".join(str(issue) for issue in unanswered)
        raise refuse(_("Give the final reply"), "unanswered", _("Answer every issue: %(issues)s") % {"issues": words})
    if language != complaint.customer.language:
        raise refuse(_("Give the final reply"), "language", _("Write it in the customer's language"))
    if complaint.told_something_wrong and not correction.strip():
        raise refuse(
            _("Give the final reply"), "no_correction", _("We had told something wrong: correct it in the reply")
        )
