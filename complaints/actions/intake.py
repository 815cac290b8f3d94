"""Taking a complaint: registering it, reading it back, acknowledging it, and what is told later."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from complaints import clock
from complaints.actions.contact import ContactFacts, write_contact
from complaints.actions.correspondence import check_writer, write_to_customer
from complaints.actions.merged import refuse_merged
from complaints.actions.moves import apply, refuse
from complaints.emails import to_customer
from complaints.kinds import Kind
from complaints.models import (
    Category,
    Channel,
    Complaint,
    Contact,
    Customer,
    Department,
    Issue,
    Message,
    Note,
    User,
)
from complaints.timeline import record, seq_of
from complaints.workflow import Move


@dataclass(frozen=True)
class ComplaintFacts:
    """What is known of a complaint when it is taken. `received_at` is that of the contact, UTC or aware."""

    narrative: str
    wants: list[str]
    channel: str
    language: str
    category: Category | None = None
    topic: str = ""
    product: str = ""
    aspect: str = ""
    severity: str = Complaint.Severity.MEDIUM
    factors: list[str] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    wanted_amount: Decimal | None = None
    wanted_currency: str = ""
    wanted_words: str = ""
    was_told: str = ""
    correct_information: str = ""
    misinformation_source: str = ""
    department_concerned: Department | None = None
    issues: list[str] = field(default_factory=list)
    emotion: int | None = None
    received_at: datetime | None = None
    external_ref: str = ""


@transaction.atomic
def register_complaint(
    customer: Customer,
    facts: ComplaintFacts,
    *,
    by: User,
    home_department: Department,
    owner: User | None = None,
    enquiry: Contact | None = None,
    continues: Complaint | None = None,
) -> Complaint:
    """Take a complaint: it has a reference, an owner (`by`, unless named) and one issue at least.

    A contact is logged with it, or `enquiry`, logged earlier, becomes its first
    contact; `received_at` is the earliest contact and never changes. Whoever is
    complained of in what it `continues` does not see this one either. Raises
    MoveRefused when nobody said what is wanted.
    """
    now = clock.now()
    received_at = min(enquiry.at if enquiry else now, facts.received_at or now)
    complaint = _new(customer, facts, received_at, owner or by, home_department)
    if continues:
        complaint.continues, complaint.person_complained_of = continues, continues.person_complained_of
    apply(complaint, Move.REGISTER, by=by)
    complaint.save(force_insert=True)
    for words in facts.issues or [complaint.title]:
        Issue.objects.create(complaint=complaint, words=words[:300])
    record(complaint, Kind.COMPLAINT_REGISTERED, by=by, channel=complaint.channel, severity=complaint.severity)
    if enquiry:
        _adopt(enquiry, complaint, by)
    elif facts.channel != "import":
        write_contact(
            complaint.customer,
            ContactFacts(Contact.Direction.INBOUND, facts.channel, facts.language, facts.narrative, facts.emotion),
            complaint=complaint,
            by=by,
            at=received_at,
        )
    return complaint


@transaction.atomic
def bring_in_history(
    customer: Customer,
    facts: ComplaintFacts,
    *,
    by: User,
    home_department: Department,
    owner: User,
    closed_at: datetime,
) -> Complaint:
    """An imported complaint that was finished elsewhere: closed (historical), with one outbound contact at its date."""
    complaint = _new(customer, facts, facts.received_at or closed_at, owner, home_department)
    complaint.outcome = Complaint.Outcome.HISTORICAL
    complaint.closed_at = closed_at
    apply(complaint, Move.BRING_IN_HISTORY, by=by)
    complaint.save(force_insert=True)
    for words in facts.issues or [complaint.title]:
        Issue.objects.create(complaint=complaint, words=words[:300])
    record(complaint, Kind.HISTORY_BROUGHT_IN, by=by)
    note_imported_answer(complaint, by=by, at=closed_at)
    return complaint


def note_imported_answer(complaint: Complaint, *, by: User, at: datetime) -> Contact:
    """The answer a file says was given at `at`: outbound, unclassified, without words."""
    facts = ContactFacts(Contact.Direction.OUTBOUND, "import", complaint.language, "", reply=Contact.Reply.UNCLASSIFIED)
    return write_contact(complaint.customer, facts, complaint=complaint, by=by, at=at)


@transaction.atomic
def agree_read_back(
    complaint: Complaint,
    *,
    by: User,
    what_happened: str,
    why_it_matters: str,
    what_is_wanted: str,
    agreed: bool = True,
    promised: str = "",
    promised_by: datetime | None = None,
    words: str = "",
    channel: str = "phone",
    by_letter: bool = False,
) -> Complaint:
    """Keep the summary the customer agreed to (4.7, 2.9) and, on a received complaint, acknowledge it.

    On the phone the agreed read-back is the acknowledgement: the reference, the
    next step with its date and the name were told in the same breath. With
    `agreed` False (a customer without a channel) the summary is kept unagreed,
    whatever was agreed before in other words. With `by_letter` it is also
    mailed, to be corrected by a link; unagreed, the letter is then what
    acknowledges the complaint, once it was sent. `promised` and `promised_by` become a promise.
    """
    complaint = Complaint.objects.lock(complaint.pk)
    if complaint.status not in (Complaint.Status.RECEIVED, Complaint.Status.IN_PROGRESS):
        raise refuse(_("Read back"), "too_late", _("The complaint is no longer being worked on"))
    to_be_corrected = by_letter and not agreed
    if (agreed or to_be_corrected) and not promised and complaint.status == Complaint.Status.RECEIVED:
        raise refuse(_("Read back"), "no_next_step", _("Say what happens next and by when"))
    if by_letter:
        check_writer(complaint, by)
    now = clock.now()
    complaint.what_happened, complaint.why_it_matters = what_happened, why_it_matters
    complaint.what_is_wanted = what_is_wanted
    complaint.read_back_agreed_at = now if agreed else None
    if complaint.status == Complaint.Status.RECEIVED and not to_be_corrected:
        apply(complaint, Move.ACKNOWLEDGE, by=by)
        complaint.acknowledged_at = now
    complaint.save(
        update_fields=[
            "what_happened", "why_it_matters", "what_is_wanted", "read_back_agreed_at", "acknowledged_at",
        ]
    )  # fmt: skip
    record(complaint, Kind.READ_BACK_AGREED if agreed else Kind.READ_BACK_WRITTEN, by=by, at=now)
    message = _mail_read_back(complaint, by, promised, promised_by) if by_letter else None
    if agreed or to_be_corrected:
        facts = ContactFacts(
            Contact.Direction.OUTBOUND,
            Channel.EMAIL if to_be_corrected else channel,
            complaint.customer.language,
            words or promised,
            reply=Contact.Reply.HOLDING,
            promised=promised,
            promised_by=promised_by,
        )
        write_contact(
            complaint.customer, facts, complaint=complaint, by=by, at=now, counts_as_reply=False,
            message=message if to_be_corrected else None,
        )  # fmt: skip
    if complaint.acknowledged_at == now:
        record(complaint, Kind.COMPLAINT_ACKNOWLEDGED, by=by, at=now)
    return complaint


@transaction.atomic
def acknowledge_as_imported(complaint: Complaint, *, by: User, answered_at: datetime) -> Complaint:
    """A file's row that was answered but is not finished: in progress, with the answer as a contact at its date."""
    complaint = Complaint.objects.lock(complaint.pk)
    apply(complaint, Move.ACKNOWLEDGE, by=by)
    complaint.acknowledged_at = answered_at
    complaint.save(update_fields=["acknowledged_at"])
    note_imported_answer(complaint, by=by, at=answered_at)
    record(complaint, Kind.COMPLAINT_ACKNOWLEDGED, by=by)
    return complaint


@transaction.atomic
def add_to_narrative(complaint: Complaint, *, by: User, words: str) -> Note:
    """The narrative itself is never edited (2.7): what comes later stands beside it."""
    complaint = Complaint.objects.lock(complaint.pk)
    refuse_merged(complaint, _("Add in the customer’s words"))
    note = Note.objects.create(complaint=complaint, kind=Note.Kind.ADDITION, by=by, at=clock.now(), words=words)
    record(complaint, Kind.NARRATIVE_ADDED, by=by, subject=note)
    return note


@transaction.atomic
def add_note(complaint: Complaint, *, by: User, words: str) -> Note:
    """Words among colleagues; never conflicts with anything."""
    complaint = Complaint.objects.lock(complaint.pk)
    refuse_merged(complaint, _("Add a note"))
    note = Note.objects.create(complaint=complaint, by=by, at=clock.now(), words=words)
    record(complaint, Kind.NOTE_ADDED, by=by, subject=note)
    return note


@transaction.atomic
def add_issue(complaint: Complaint, *, by: User, words: str) -> Issue:
    """One more thing complained of, while the complaint is worked on."""
    complaint = Complaint.objects.lock(complaint.pk)
    if complaint.status not in (Complaint.Status.RECEIVED, Complaint.Status.IN_PROGRESS):
        raise refuse(_("Add an issue"), "not_open", _("The complaint is no longer being worked on"))
    if complaint.cause in (Complaint.Cause.VERIFIED, Complaint.Cause.CAUSE_KNOWN):
        raise refuse(_("Add an issue"), "already_checked", _("The facts were checked: note new facts first"))
    issue = Issue.objects.create(complaint=complaint, words=words)
    record(complaint, Kind.ISSUE_ADDED, by=by, subject=issue)
    return issue


def next_reference(registered_at: datetime) -> str:
    """C26-000388: year of registration in the site's zone, one sequence for all years, gaps allowed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('complaint_number')")
        number: int = cursor.fetchone()[0]
    return f"C{registered_at.astimezone(ZoneInfo(settings.SITE_TIME_ZONE)):%y}-{number:06d}"


def _mail_read_back(complaint: Complaint, by: User, promised: str, promised_by: datetime | None) -> Message | None:
    values = to_customer.acknowledgement(complaint, promised=promised, promised_by=promised_by)
    key = f"acknowledgement:{seq_of(complaint)}"
    return write_to_customer(complaint, Message.Kind.ACKNOWLEDGEMENT, values, by=by, key=key)


def _new(
    customer: Customer, facts: ComplaintFacts, received_at: datetime, owner: User, home_department: Department
) -> Complaint:
    now = clock.now()
    return Complaint(
        reference=next_reference(now),
        customer=customer,
        received_at=received_at,
        registered_at=now,
        channel=facts.channel,
        language=facts.language,
        category=facts.category,
        topic=facts.topic,
        product=facts.product,
        aspect=facts.aspect,
        narrative=facts.narrative,
        severity=facts.severity or Complaint.Severity.MEDIUM,
        factors=facts.factors,
        flags=facts.flags,
        wants=facts.wants,
        wanted_amount=facts.wanted_amount,
        wanted_currency=facts.wanted_currency if facts.wanted_amount else "",
        wanted_words=facts.wanted_words,
        was_told=facts.was_told,
        correct_information=facts.correct_information,
        misinformation_source=facts.misinformation_source,
        department_concerned=facts.department_concerned,
        owner=owner,
        home_department=home_department,
        external_ref=facts.external_ref,
    )


def _adopt(enquiry: Contact, complaint: Complaint, by: User) -> None:
    """An enquiry turns out to be a complaint (4.2); once only, however many ask at the same time."""
    enquiry = Contact.objects.select_for_update().get(pk=enquiry.pk)
    if enquiry.complaint_id is not None:
        raise refuse(_("Register"), "not_an_enquiry", _("That contact belongs to a complaint already"))
    enquiry.complaint = complaint
    enquiry.save(update_fields=["complaint"])
    record(complaint, Kind.CONTACT_LOGGED, by=by, subject=enquiry, direction=enquiry.direction, channel=enquiry.channel)
