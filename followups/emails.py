"""What the letters about promises and surveys name."""

from datetime import datetime
from typing import Any

from complaints.emails import to_customer
from complaints.models import Complaint, CustomerPhone
from complaints.wording import day_of_long, when_long
from followups.models import Survey


def survey(complaint: Complaint, asked: Survey, *, asked_at: datetime | None = None) -> dict[str, Any]:
    """The invitation, and the one reminder. `asked_at`: when the invitation left, where that is known."""
    return {
        **to_customer.frame(complaint),
        "asked_on": _day(complaint, asked_at or asked.sent_at),
        "expires_on": _day(complaint, asked.expires_at),
    }


def call_back(complaint: Complaint, *, call_by: datetime, is_solved: bool) -> dict[str, Any]:
    """Who calls, on which number (masked), and by when."""
    customer = complaint.customer
    phone: CustomerPhone | None = customer.phones.order_by("pk").first()
    return {
        **to_customer.frame(complaint),
        "phone_masked": phone.masked if phone else "",
        "is_solved": is_solved,  # solved, but handled badly
        "call_by": when_long(call_by, language=customer.language, zone=customer.zone),
    }


def _day(complaint: Complaint, moment: datetime | None) -> str:
    customer = complaint.customer
    return day_of_long(moment.astimezone(customer.zone).date(), language=customer.language) if moment else ""
