"""What the notices about escalations name, in the language of whoever reads them."""

from typing import Any

from django.utils import translation

from complaints.emails import to_staff
from complaints.emails.rendering import ours
from complaints.models import Complaint
from complaints.wording import shortened
from escalation.models import Escalation

LONGEST_QUOTE = 300


def raised(escalation: Escalation, language: str) -> dict[str, Any]:
    """What has to be decided, by when, and what the customer heard last."""
    complaint = escalation.complaint
    with translation.override(language):
        return {
            **to_staff.frame(complaint, escalation.get_absolute_url()),
            "reason": ours(escalation.question.strip()) or escalation.reason,
            "climbed": escalation.level > 1,
            "last_said": ours(_last_said(complaint)),
            "decide_by": to_staff.moment(escalation.due_at, language),
        }


def _last_said(complaint: Complaint) -> str:
    last = complaint.contacts.outbound().reached().order_by("at", "pk").last()
    return shortened(last.words, LONGEST_QUOTE) if last else ""
