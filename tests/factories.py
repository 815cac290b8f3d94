"""Plain helpers that reach a state by calling the real actions. No random data."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from complaints import clock
from complaints.actions import approval as approvals
from complaints.actions import cause as causes
from complaints.actions import closure, contact, customers, delivery, handoff, intake, letters, resolution, verification
from complaints.actions.correspondence import send_now
from complaints.actions.noting import note_message
from complaints.delivery.post import Outcome, Result
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
    Membership,
    Message,
    Offer,
    User,
)

Role = Membership.Role


@dataclass(frozen=True)
class Cast:
    """The fixed cast (house.md section 6)."""

    care: Department
    sales: Department
    finance: Department
    other_care: Department
    agent: User
    colleague: User
    supervisor: User
    second_supervisor: User
    officer: User
    finance_officer: User
    outsider: User
    manager: User
    administrator: User
    customer: Customer
    other_customer: Customer

    @property
    def system(self) -> User:
        return User.objects.system()

    def everybody(self) -> dict[str, User]:
        names = ("agent", "colleague", "supervisor", "officer", "outsider", "manager", "administrator")
        return {name: getattr(self, name) for name in names}


def person(name: str, department: Department, role: str, *, is_head: bool = False) -> User:
    user = User.objects.create_user(f"{name.split()[0].lower()}@example.test", name, "correct horse battery")
    Membership.objects.create(user=user, department=department, role=role, is_head=is_head)
    return user


def make_cast() -> Cast:
    care = Department.objects.get(name="Customer care")
    sales = Department.objects.create(name="Sales")
    finance = Department.objects.create(name="Finance")
    other_care = Department.objects.create(name="Other call centre", takes_complaints=True)
    agent = person("Andi Pratama", care, Role.AGENT)
    return Cast(
        care=care,
        sales=sales,
        finance=finance,
        other_care=other_care,
        agent=agent,
        colleague=person("Siti Rahma", care, Role.AGENT),
        supervisor=person("Dewi Lestari", care, Role.SUPERVISOR),
        second_supervisor=person("Maya Putri", care, Role.SUPERVISOR),
        officer=person("Rina Hartati", sales, Role.OFFICER),
        finance_officer=person("Budi Santoso", finance, Role.OFFICER),
        outsider=person("Omar Luar", other_care, Role.AGENT),
        manager=person("Hendra Wijaya", care, Role.MANAGER),
        administrator=person("Tono Admin", care, Role.ADMINISTRATOR),
        customer=make_customer(agent),
        other_customer=make_customer(agent, full_name="Farid bin Osman", address_as="Encik", phones=["+60123456789"]),
    )


def make_customer(by: User, **facts: Any) -> Customer:
    values = {
        "full_name": "Sri Wahyuni",
        "address_as": "Bu",
        "phones": ["0812 3344 5678"],
        "emails": ["sri@example.test"],
        "account_number": "AC-7781",
        **facts,
    }
    return customers.add_customer(customers.CustomerFacts(**values), by=by)


def complaint_facts(**facts: Any) -> intake.ComplaintFacts:
    values = {
        "narrative": "Kata promotornya garansi dua tahun. Di nota cuma satu.",
        "wants": ["refund"],
        "channel": "phone",
        "language": "id",
        "topic": "Wrong warranty information",
        "wanted_amount": Decimal("450000"),
        "wanted_currency": "IDR",
        **facts,
    }
    return intake.ComplaintFacts(**values)


def received(cast: Cast, **facts: Any) -> Complaint:
    """Registered by the agent, who owns it."""
    return intake.register_complaint(
        facts.pop("customer", cast.customer),
        complaint_facts(**facts),
        by=cast.agent,
        home_department=cast.care,
    )


def in_progress(cast: Cast, **facts: Any) -> Complaint:
    """Read back and agreed, with the promise of a call in two days."""
    complaint = received(cast, **facts)
    return read_back(cast, complaint)


def read_back(cast: Cast, complaint: Complaint) -> Complaint:
    return intake.agree_read_back(
        complaint,
        by=complaint.owner,
        what_happened="Dijanjikan garansi dua tahun, di nota satu tahun.",
        why_it_matters="Kulkas itu mahal.",
        what_is_wanted="Uang kembali Rp450.000.",
        promised="call with the answer of Sales",
        promised_by=clock.now() + timedelta(days=2),
    )


def said(**facts: Any) -> contact.ContactFacts:
    """What we told the customer, on the phone."""
    values = {
        "direction": Contact.Direction.OUTBOUND,
        "channel": "phone",
        "language": "id",
        "words": "Rina dari Penjualan sedang memeriksa nota.",
        "reply": Contact.Reply.SUBSTANTIVE,
        **facts,
    }
    return contact.ContactFacts(**values)


def handed_off(cast: Cast, complaint: Complaint, **facts: Any) -> Handoff:
    values = {
        "department": cast.sales,
        "question": "Was a 2-year warranty promised?",
        "answer_by": clock.now() + timedelta(days=2),
        **facts,
    }
    return handoff.send_handoff(complaint, handoff.HandoffFacts(**values), by=complaint.owner)


def offer_facts(**facts: Any) -> resolution.OfferFacts:
    now = clock.now()
    values = {
        "items": [resolution.ItemFacts("refund", Decimal("450000"), "IDR")],
        "kind": Offer.Kind.AS_ASKED,
        "answer_by": now + timedelta(days=5),
        "deliver_by": now + timedelta(days=9),
        **facts,
    }
    return resolution.OfferFacts(**values)


def offered(cast: Cast, complaint: Complaint, **facts: Any) -> Offer:
    return resolution.make_offer(complaint, offer_facts(**facts), by=complaint.owner, why_more="third call")


def accepted(cast: Cast, complaint: Complaint, **facts: Any) -> Offer:
    offer = offered(cast, complaint, **facts)
    return resolution.accept_offer(offer, by=cast.agent, channel="phone", words="Ya, saya setuju.")


def resolved(cast: Cast, complaint: Complaint | None = None) -> Complaint:
    """Accepted and proved; the cause may be as unknown as it was."""
    complaint = complaint or in_progress(cast)
    offer = accepted(cast, complaint)
    for item in offer.items.all():
        resolution.fulfil_item(item, by=cast.agent, done_on=clock.now().date(), reference="TRF-1", amount=item.amount)
    return Complaint.objects.get(pk=complaint.pk)


def with_evidence(cast: Cast, complaint: Complaint) -> Evidence:
    return verification.add_evidence(complaint, by=cast.agent, kind="receipt", note="Receipt INV-8812")


def told_by_both(cast: Cast, complaint: Complaint) -> None:
    """While it is being checked: the customer's account and an employee's, taken by the owner."""
    take = verification.take_account
    take(complaint, by=complaint.owner, party="customer", words="14.20 Saya datang ke toko.")
    take(complaint, by=complaint.owner, party="employee", teller="Rudi", words="Siang: ibu itu datang.")


def verified(cast: Cast, complaint: Complaint) -> Complaint:
    verification.start_verifying(complaint, by=complaint.owner)
    verification.take_account(complaint, by=cast.agent, party="customer", words="14.20 Saya datang ke toko.")
    for issue in complaint.issues.all():
        verification.give_verdict(issue, by=complaint.owner, finding="upheld", reasons="The receipt says so.")
    return verification.finish_verifying(complaint, by=complaint.owner)


def cause_known(cast: Cast, complaint: Complaint) -> Complaint:
    verified(cast, complaint)
    causes.confirm_cause(
        complaint,
        by=complaint.owner,
        category=CauseCategory.objects.get(name="Promoter"),
        statement="The promoter's leaflet leaves out the registration.",
        method="five_whys",
        evidence=[with_evidence(cast, complaint)],
    )
    return Complaint.objects.get(pk=complaint.pk)


def answered(cast: Cast, complaint: Complaint, **more: Any) -> Contact:
    return contact.give_final_reply(
        complaint,
        by=complaint.owner,
        channel="phone",
        language=complaint.customer.language,
        answers=dict.fromkeys(complaint.issues.all(), "Uang Anda sudah kami kembalikan."),
        **more,
    )


def improved(cast: Cast, complaint: Complaint) -> None:
    causes.plan_improvement(
        complaint,
        by=complaint.owner,
        kind="training",
        words="Train the promoters in Bekasi.",
        owner=cast.officer,
        due_on=clock.now().date() + timedelta(days=30),
        measure="No such complaint in 90 days",
    )


def keep_promises(cast: Cast, complaint: Complaint) -> None:
    from followups.actions.promise import keep_promise

    for promise in complaint.promises.filter(state="open"):
        keep_promise(promise, by=cast.agent, said=said())


def ready_to_close(cast: Cast, complaint: Complaint | None = None) -> Complaint:
    """Resolved, with nothing of the gate missing; only the follow-up or the window is awaited."""
    complaint = complaint or in_progress(cast)
    keep_promises(cast, complaint)
    cause_known(cast, complaint)
    resolved(cast, Complaint.objects.get(pk=complaint.pk))
    complaint = Complaint.objects.get(pk=complaint.pk)
    answered(cast, complaint)
    improved(cast, complaint)
    return Complaint.objects.get(pk=complaint.pk)


def closed(cast: Cast, complaint: Complaint | None = None) -> Complaint:
    complaint = ready_to_close(cast, complaint)
    clock.advance(timedelta(hours=49))
    return closure.close_complaint(complaint, by=cast.agent)


def asked_exception(cast: Cast, complaint: Complaint, kind: str = "withdrawn", **more: Any) -> Approval:
    values = {"heard_by": cast.agent, "reason": "She let it go.", **more}
    return approvals.ask_approval(
        complaint, by=complaint.owner, kind=Approval.Kind.EXCEPTION, exception_kind=kind, **values
    )


def category(name: str = "Charged twice") -> Category:
    return Category.objects.get(name=name)


def letter(cast: Cast, complaint: Complaint, words: str = "Nota Ibu sudah kami periksa.") -> Message:
    """Written by the agent, and still to be undone."""
    return letters.send_letter(complaint, words=words, by=cast.agent)


def carried(message: Message, result: Result = Result.SENT, reason: str = "") -> Message:
    """What the mail server said of it. Every other letter that was due has been sent too."""
    if message.state == Message.State.HELD:
        send_now(message, by=message.by)
    while claimed := delivery.claim():
        said = Outcome(result, reason) if claimed.pk == message.pk else Outcome(Result.SENT)
        delivery.mark(claimed, said)
        note_message(claimed)
    return Message.objects.get(pk=message.pk)
