"""How one good row becomes a complaint, by the same actions as any other, and how it is found again."""

from dataclasses import dataclass, replace
from datetime import datetime

from complaints.actions import customers, intake
from complaints.importing.desk import Desk
from complaints.importing.mapping import Mapping
from complaints.importing.rows import Row
from complaints.models import Complaint, Contact, Customer


def bring_in(row: Row, mapping: Mapping, desk: Desk, *, make: bool) -> None:
    """Customer, complaint, answer and note; without `make` (a dry run) only new names are counted."""
    department = desk.department(row.department, make=make)
    category = desk.category(row.category, make=make)
    if not make:
        return
    facts = intake.ComplaintFacts(
        narrative=row.narrative,
        wants=row.wants,
        channel="import",
        language=row.language,
        category=category,
        topic=row.topic,
        product=row.product,
        aspect=row.aspect,
        severity=row.severity,
        department_concerned=department,
        issues=[row.issue] if row.issue else [],
        received_at=row.received_at,
        external_ref=reference_of(row, mapping),
    )
    complaint = _as_it_stands(row, mapping, desk, facts)
    if row.kept:
        intake.add_note(complaint, by=desk.system, words=row.kept)


def _as_it_stands(row: Row, mapping: Mapping, desk: Desk, facts: intake.ComplaintFacts) -> Complaint:
    """Closed (historical), in progress with the answer the file knows of, or received."""
    customer, answered_at = _customer(row, mapping, desk), _answered_at(row)
    if answered_at and becomes(row, mapping) == "closed":
        return intake.bring_in_history(
            customer, facts, by=desk.system, home_department=desk.home, owner=desk.owner, closed_at=answered_at
        )
    complaint = intake.register_complaint(customer, facts, by=desk.system, home_department=desk.home, owner=desk.owner)
    if answered_at:
        complaint = intake.acknowledge_as_imported(complaint, by=desk.system, answered_at=answered_at)
    return complaint


def _customer(row: Row, mapping: Mapping, desk: Desk) -> Customer:
    """The file's own number of a customer is found again; without one each row has a customer of its own."""
    reference = f"{mapping.source}:{row.customer_id}" if row.customer_id else ""
    known = Customer.objects.filter(external_ref=reference).first() if reference else None
    return known or customers.add_customer(replace(row.customer, external_ref=reference), by=desk.system)


def becomes(row: Row, mapping: Mapping) -> str:
    """The status it gets here."""
    if row.is_finished:
        return mapping.finished_as
    return "in_progress" if row.answered_at else "received"


def _answered_at(row: Row) -> datetime | None:
    return row.answered_at or (row.received_at if row.is_finished else None)


def reference_of(row: Row, mapping: Mapping) -> str:
    return f"{mapping.source}:{row.external_id}"


# -- what is here already -------------------------------------------------------------
@dataclass(frozen=True)
class Said:
    """Of what a file says, what nobody here changes afterwards: enough to see that the file has changed."""

    narrative: str
    received_at: datetime
    answered_at: datetime | None
    is_history: bool


def said(row: Row, mapping: Mapping) -> Said:
    return Said(row.narrative, row.received_at, _answered_at(row), becomes(row, mapping) == "closed")


def here_already(batch: list[Row], mapping: Mapping) -> dict[str, Said]:
    """By reference, what an earlier run brought in of these rows."""
    references = [reference_of(row, mapping) for row in batch]
    contacts = Contact.objects.outbound().filter(complaint__external_ref__in=references, channel="import")
    answers = dict(contacts.values_list("complaint_id", "at"))
    return {
        each.external_ref: Said(each.narrative, each.received_at, answers.get(each.pk), each.is_historical)
        for each in Complaint.objects.filter(external_ref__in=references)
    }
