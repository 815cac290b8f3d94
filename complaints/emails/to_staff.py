"""What each notice to a colleague names, in their language. Customers' words in them are quotations."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from complaints.emails.rendering import Ours, ours, said
from complaints.emails.to_customer import wanted
from complaints.models import Approval, Complaint, Handoff, HandoffEntry, User
from complaints.wording import shortened, span, when_long

Values = dict[str, Any]
LONGEST_QUOTE = 600


def language_of(user: User) -> str:
    """What this person reads; without preferences, the site's language."""
    preferences = getattr(user, "preferences", None)
    return str(preferences.language) if preferences else settings.LANGUAGE_CODE


def frame(complaint: Complaint, url: str) -> Values:
    """Which complaint, and where to act on it."""
    return {
        "ref": complaint.reference,
        "owner": complaint.owner.first_name,
        "agent": complaint.owner.first_name,
        "org": settings.ORGANISATION,
        "phone": settings.SUPPORT_PHONE,
        "url": desk_url(url),
        "settings_url": desk_url(reverse("complaints:preferences")),
    }


def handoff(given: Handoff, language: str) -> Values:
    """The packet: question, times, the customer's words, what is wanted, what was told, the files' names."""
    complaint = given.complaint
    with translation.override(language):
        return {
            **frame(complaint, given.get_absolute_url()),
            "department": str(given.department),
            "question": ours(given.question),
            "by": moment(given.answer_by, language),
            "accept_by": moment(given.accept_by, language) if given.waits_for_a_yes else "",
            "quote": shortened(complaint.narrative, LONGEST_QUOTE),
            "wanted": wanted(complaint),
            "told": ours(given.told_customer),
            "attachments": ", ".join(str(each) for each in given.files.all()),
        }


def chase(given: Handoff, language: str, *, words: str, at: datetime) -> Values:
    """The owner reminds by hand, in their own words."""
    with translation.override(language):
        late = at > given.answer_by
        return {
            **frame(given.complaint, given.get_absolute_url()),
            "stage": "asked",
            "words": ours(words),
            "department": str(given.department),
            "question": ours(given.question),
            "by": moment(given.answer_by, language),
            "left": "" if late else span(given.answer_by - at),
            "late": span(at - given.answer_by) if late else "",
        }


def returned(given: Handoff, entry: HandoffEntry, language: str, *, supervisor: User | None) -> Values:
    with translation.override(language):
        return {
            **frame(given.complaint, given.get_absolute_url()),
            "department": str(entry.department),
            "officer": entry.by.first_name,
            "reason": _words_of(entry) or str(entry.get_why_returned_display()),
            "second": given.returns >= 2,
            "supervisor": supervisor.first_name if supervisor else "",
        }


def _words_of(entry: HandoffEntry) -> str:
    """A colleague's words are ours; what came by a link is somebody else's, and its addresses are not sent on."""
    words = entry.words.strip().rstrip(".")
    return said(words) if entry.by.speaks_for else ours(words)


def decision(asked: Approval, language: str) -> Values:
    """What has to be decided, why, and what the customer wants."""
    complaint = asked.complaint
    with translation.override(language):
        return {
            **frame(complaint, asked.get_absolute_url()),
            "requester": asked.asked_by.first_name,
            "question": ours(f"{asked.question} {asked.reason.strip()}"),
            "by": moment(asked.due_at, language),
            "wanted": wanted(complaint),
            "options": _("Approve, or refuse with a reason"),
        }


def moment(at: datetime, language: str) -> str:
    return when_long(at, language=language, zone=ZoneInfo(settings.SITE_TIME_ZONE))


def desk_url(path: str) -> Ours:
    """A page of the desk: for colleagues, who sign in there."""
    return Ours(settings.SITE_URL.rstrip("/") + path)
