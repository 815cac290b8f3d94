"""The packet: all that a department sees of a complaint (product.md section 2), in the preview and after."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from complaints import clock
from complaints.models import Evidence, Handoff, HandoffEntry, User
from complaints.permissions import is_officer_of, works_cases


@dataclass(frozen=True)
class Packet:
    """Values only, so that no template can walk from here to the rest of the complaint."""

    reference: str
    question: str
    is_duty: bool
    wants_chronology: bool
    answer_by: datetime | None
    customers_words: str
    language: str
    wants: str
    wanted_amount: Decimal | None
    wanted_currency: str
    wanted_words: str
    told_customer: str
    owner: str
    files: list[Evidence] = field(default_factory=list)

    @classmethod
    def of(cls, handoff: Handoff, files: list[Evidence] | None = None) -> Self:
        """Of a handoff, or of one that is still being written, with the files chosen for it."""
        complaint = handoff.complaint
        return cls(
            reference=complaint.reference,
            question=handoff.question,
            is_duty=handoff.kind == Handoff.Kind.DUTY,
            wants_chronology=handoff.wants_chronology,
            answer_by=handoff.answer_by,
            customers_words=complaint.narrative,
            language=complaint.language,
            wants=complaint.wants_words,
            wanted_amount=complaint.wanted_amount,
            wanted_currency=complaint.wanted_currency,
            wanted_words=complaint.wanted_words,
            told_customer=handoff.told_customer,
            owner=complaint.owner.first_name,
            files=list(handoff.files.all()) if files is None else files,
        )


def about(handoff: Handoff, user: User) -> dict[str, Any]:
    """What every page of a handoff shows of it. Templates read the packet, never the complaint."""
    is_case_worker = works_cases(user, handoff.complaint)
    thread = thread_of(handoff, user)
    again = [entry.words for entry in thread if entry.kind == HandoffEntry.Kind.ASK_AGAIN]
    return {
        "handoff": handoff,
        "packet": Packet.of(handoff),
        "thread": thread,
        "asked_again": again[-1] if again else "",
        "asked_by": handoff.complaint.home_department,
        "is_case_worker": is_case_worker,
        "is_officer": is_officer_of(user, handoff),
        "complaint_url": handoff.complaint.get_absolute_url() if is_case_worker else "",
        "now": clock.now(),
    }


def thread_of(handoff: Handoff, reader: User) -> list[HandoffEntry]:
    """What was written so far; a department reads its own part, not what one before it said."""
    entries = handoff.entries.select_related("by", "department")
    if not works_cases(reader, handoff.complaint):
        entries = entries.filter(department=handoff.department)
    if reader.speaks_for:  # what we write when we are content is ours
        entries = entries.exclude(kind=HandoffEntry.Kind.SETTLE)
    return list(entries)
