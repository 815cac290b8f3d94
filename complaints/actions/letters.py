"""Letters a person composes: in their own words, and the correction of what we told wrongly (letter L7).

Each is a contact too: it counts as reached once the letter was sent. Held for the undo, as `correspondence` has it.
"""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from complaints.actions.contact import ContactFacts, write_contact
from complaints.actions.correspondence import Values, compose_letter
from complaints.actions.merged import refuse_merged
from complaints.emails import to_customer
from complaints.models import Channel, Complaint, Contact, Message, User
from complaints.timeline import seq_of


@dataclass(frozen=True)
class CorrectionFacts:
    """What we had told, what is correct, and what that means for the customer (may be empty)."""

    was_told: str
    correct: str
    meaning: str = ""


@transaction.atomic
def send_letter(complaint: Complaint, *, words: str, by: User, reply: str = Contact.Reply.SUBSTANTIVE) -> Message:
    """In one's own words. `reply` is what it tells the customer (Contact.Reply). Raises MoveRefused, NotYours."""
    complaint = _locked(complaint)
    values = to_customer.letter(complaint, words=words)
    return _send(complaint, Message.Kind.LETTER, values, words, by=by, reply=reply)


@transaction.atomic
def send_correction(complaint: Complaint, facts: CorrectionFacts, *, by: User) -> Message:
    """We told something wrong and say so, with what is right (0.7). Raises MoveRefused, NotYours."""
    complaint = _locked(complaint)
    said = "\n\n".join(filter(None, [facts.correct.strip(), facts.meaning.strip()]))
    return _send(
        complaint, Message.Kind.CORRECTION, correction_values(complaint, facts), said, by=by,
        reply=Contact.Reply.SUBSTANTIVE, correction=facts.correct.strip(),
    )  # fmt: skip


def correction_values(complaint: Complaint, facts: CorrectionFacts) -> Values:
    """What the letter says, for the preview too."""
    return to_customer.correction(
        complaint, was_told=facts.was_told, correct=facts.correct, meaning=facts.meaning, told_on=None
    )


def _locked(complaint: Complaint) -> Complaint:
    complaint = Complaint.objects.lock(complaint.pk)
    refuse_merged(complaint, _("Write a letter"))
    return complaint


def _send(
    complaint: Complaint, kind: str, values: Values, said: str, *, by: User, reply: str, correction: str = ""
) -> Message:
    message = compose_letter(complaint, kind, values, by=by, key=f"{kind}:{seq_of(complaint)}")
    facts = ContactFacts(
        Contact.Direction.OUTBOUND, Channel.EMAIL, complaint.customer.language, said.strip(), reply=reply
    )
    write_contact(complaint.customer, facts, complaint=complaint, by=by, message=message, correction=correction)
    return message
