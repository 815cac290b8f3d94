"""What a customer does by the link in a letter: corrects, adds, still wants an offer, opens again.

`by` is the user who speaks for customers; whoever holds the link acts. Reading a page changes nothing (the pages do
not call this room on a GET). Accepting and refusing an offer are `resolution`, the survey is its own app's.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from complaints import clock, worktime
from complaints.actions.closure import continue_complaint, reopen_complaint
from complaints.actions.contact import ContactFacts, write_contact
from complaints.actions.details import hand_over
from complaints.actions.guards import within_ninety_days
from complaints.actions.moves import NotYours, refuse
from complaints.actions.verification import CheckedFile, keep_evidence
from complaints.kinds import Kind
from complaints.models import Channel, Complaint, Contact, Evidence, User
from complaints.permissions import supervisors_of
from complaints.timeline import record
from complaints.workflow import Outcome, PromiseState, RequestState, Who

MOST_FILES = 50
"""From one customer on one complaint by link; a disk is not without an end."""


@dataclass(frozen=True)
class Said:
    """Words and files as they came by the link."""

    words: str
    files: list[CheckedFile] = field(default_factory=list)


@transaction.atomic
def add_by_customer(complaint: Complaint, said: Said, *, by: User, disputes: bool = False) -> Contact:
    """More to say, or (`disputes`) what we read back is not right: then it is no longer agreed.

    It is read by the next working day, and that is a promise. Raises MoveRefused on a complaint that is over.
    """
    _as_customer(by)
    complaint = Complaint.objects.lock(complaint.pk)
    _refuse_closed(complaint)
    if said.files and complaint.evidence.filter(by=by).count() + len(said.files) > MOST_FILES:
        raise refuse(_("Add to it"), "files", _("We have many files from you already. Send more by post, or call us"))
    contact = _hear(complaint, said, by)
    if disputes:
        complaint.read_back_agreed_at = None
        complaint.save(update_fields=["read_back_agreed_at"])
        record(complaint, Kind.READ_BACK_DISPUTED, by=by, subject=contact)
    return contact


@transaction.atomic
def reopen_by_customer(complaint: Complaint, said: Said, *, by: User) -> Complaint:
    """It is not solved after all: a new cycle; long after closing a new complaint that continues it, in the same act.

    A final decision is looked at afresh by somebody who did not make it (3.26). Returns the complaint that is open
    now; raises MoveRefused when it is (a second click finds it open) or may not be.
    """
    _as_customer(by)
    complaint = Complaint.objects.lock(complaint.pk)
    typed, words = said.words.strip(), said.words.strip() or _not_solved(complaint)
    if within_ninety_days(complaint, by) and not complaint.is_historical:
        newer = complaint.continued_by.order_by("pk").last()
        if newer:
            raise refuse(_("Open it again"), "continued", _("It goes on as %(reference)s") % {"reference": newer})
        return continue_complaint(
            complaint, words=words, channel=Channel.WEB, language=complaint.customer.language, by=by
        )
    party = {complaint.owner_id, complaint.exception.decided_by_id if complaint.exception else None}
    was_final = complaint.outcome == Outcome.FINAL_DECISION
    complaint = reopen_complaint(complaint, by=by, reason=words)
    if was_final:
        _give_to_somebody_new(complaint, party, by)
    _hear(complaint, Said(typed, said.files), by)
    return complaint


@transaction.atomic
def still_wants_offer(complaint: Complaint, *, by: User) -> Contact:
    """The offer has ended, and the customer would take it: the owner hears so and makes it anew, or not. Raises
    MoveRefused on a complaint that is over."""
    _as_customer(by)
    complaint = Complaint.objects.lock(complaint.pk)
    _refuse_closed(complaint)
    with translation.override(complaint.customer.language):
        words = _("I still want the offer that has ended")
    return _hear(complaint, Said(words), by)


def read_by(at: datetime) -> datetime:
    """By when somebody has read what came in: one working day."""
    return worktime.add_working_days(at, 1, ZoneInfo(settings.SITE_TIME_ZONE))


def _hear(complaint: Complaint, said: Said, by: User) -> Contact:
    """The contact with its files. The first of several that wait promises when it is read."""
    facts = ContactFacts(
        Contact.Direction.INBOUND,
        Channel.WEB,
        complaint.customer.language,
        said.words.strip(),
        answers_us=complaint.requests.filter(state=RequestState.OPEN).exists(),
        **_promise(complaint),
    )
    contact = write_contact(complaint.customer, facts, complaint=complaint, by=by)
    for file in said.files:
        keep_evidence(complaint, by=by, kind=Evidence.Kind.OTHER, file=file)
    return contact


def _promise(complaint: Complaint) -> dict[str, Any]:
    """A date on the customer's page is a promise (product.md section 1.4); one at a time is enough."""
    waiting = complaint.promises.filter(
        state=PromiseState.OPEN, contact__direction=Contact.Direction.INBOUND, contact__channel=Channel.WEB
    )
    if not complaint.is_open or waiting.exists():
        return {}
    with translation.override(complaint.customer.language):
        return {"promised": _("read what you sent and answer you"), "promised_by": read_by(clock.now())}


def _not_solved(complaint: Complaint) -> str:
    with translation.override(complaint.customer.language):
        return _("It is not solved")


def _give_to_somebody_new(complaint: Complaint, party: set[int | None], by: User) -> None:
    for supervisor in supervisors_of(complaint):
        if supervisor.pk not in party:
            hand_over(complaint, supervisor, by=by)
            return


def _refuse_closed(complaint: Complaint) -> None:
    if not complaint.is_open:
        raise refuse(_("Add to it"), "closed", _("Your complaint is closed. If it is not solved, open it again"))


def _as_customer(by: User) -> None:
    if by.speaks_for != User.Voice.CUSTOMER:
        raise NotYours(Who.CUSTOMER)
