"""What a browser would send about handoffs and files."""

import uuid
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from complaints import clock
from complaints.actions import handoff as actions
from complaints.models import Complaint, Handoff, User
from tests import factories
from tests.factories import Cast

PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< >>\nendobj\n" + b"0" * 40
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00" + b"\x00" * 40


def typed(**values: Any) -> dict[str, Any]:
    """A form's fields with a fresh key."""
    return {"submit_key": str(uuid.uuid4()), **values}


def later(**delta: int) -> str:
    """A moment after now as a browser writes it, in the site's zone."""
    return local(clock.now() + timedelta(**(delta or {"days": 2})))


def local(moment: datetime) -> str:
    return moment.astimezone(ZoneInfo(settings.SITE_TIME_ZONE)).strftime("%Y-%m-%dT%H:%M")


def upload(name: str = "INV-8812.pdf", content: bytes = PDF, media_type: str = "application/pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, media_type)


def question(cast: Cast, **values: Any) -> dict[str, Any]:
    """A handoff as the agent types it."""
    facts = {
        "department": cast.sales.pk,
        "kind": "question",
        "question": "Was a 2-year warranty promised?",
        "wants_chronology": "on",
        "answer_by": later(),
        "told_customer": "We answer by Thursday.",
    }
    return typed(**{**facts, **values})


def url(name: str, thing: Handoff | Complaint) -> str:
    return reverse(f"complaints:{name}", args=[thing.reference if isinstance(thing, Complaint) else thing.pk])


def post(client: Client, name: str, thing: Handoff | Complaint, **values: Any) -> Any:
    return client.post(url(name, thing), typed(**values))


def again(handoff: Handoff) -> Handoff:
    return Handoff.objects.get(pk=handoff.pk)


def kinds(complaint: Complaint) -> list[str]:
    return list(complaint.events.order_by("seq").values_list("kind", flat=True))


def returned(cast: Cast, handoff: Handoff, by: User | None = None) -> Handoff:
    return actions.return_handoff(handoff, by=by or cast.officer, why="not_ours", words="Ask Finance.")


def redirected(cast: Cast, handoff: Handoff, **more: Any) -> Handoff:
    soon = clock.now() + timedelta(days=2)
    return actions.redirect_handoff(handoff, by=cast.agent, words="It was your promoter.", answer_by=soon, **more)


def returned_twice(cast: Cast, complaint: Complaint | None = None) -> Handoff:
    handoff = factories.handed_off(cast, complaint or factories.in_progress(cast))
    return returned(cast, redirected(cast, returned(cast, handoff)))


def answered(cast: Cast, complaint: Complaint | None = None) -> Handoff:
    handoff = factories.handed_off(cast, complaint or factories.in_progress(cast))
    return actions.answer_at_once(handoff, by=cast.officer, words="14.20 He said two years.", cause_is_ours="yes")
