"""Who is told of a handoff: the department it goes to, by notice or by link, and the owner when it comes back."""

from typing import Any

from django.utils.translation import gettext_noop

from complaints import clock
from complaints.actions.access import Purpose, revoke
from complaints.actions.correspondence import cancel_waiting, write_to_outside, write_to_staff
from complaints.emails import to_staff
from complaints.emails.rendering import Ours, ours
from complaints.models import Handoff, HandoffEntry, Message, User
from complaints.permissions import members_to_tell, supervisors_of
from complaints.timeline import seq_of

Kind = Message.Kind


def tell_department(handoff: Handoff, *, by: User, question: str = "") -> None:
    """The packet, to the people of the department; to an outside party a letter with the link to its answer page."""
    key = f"handoff:{handoff.pk}:{seq_of(handoff.complaint)}"
    asked = {"question": ours(question)} if question else {}

    def packet(language: str) -> dict[str, Any]:
        return {**to_staff.handoff(handoff, language), **asked}

    if handoff.department.is_outside:
        language = handoff.complaint.language
        write_to_outside(handoff, Kind.HANDOFF_OUTSIDE, packet(language), by=by, key=key, language=language)
    else:
        people = members_to_tell(handoff.department)
        write_to_staff(handoff.complaint, people, Kind.HANDOFF, packet, by=by, key=key, handoff=handoff)


def chase(handoff: Handoff, entry: HandoffEntry, *, by: User) -> None:
    """The owner's reminder, to whoever has it, else to the whole department."""
    key, at = f"chase:{entry.pk}", clock.now()

    def reminder(language: str) -> dict[str, Any]:
        return to_staff.chase(handoff, language, words=entry.words, at=at)

    if handoff.department.is_outside:
        language = handoff.complaint.language
        values = {**reminder(language), "url": Ours("[[link:handoff]]"), "settings_url": ""}
        write_to_outside(
            handoff, Kind.CHASE_OUTSIDE, values, by=by, key=key, language=language, letter="complaints/chase"
        )
    else:
        people = [handoff.accepted_by] if handoff.accepted_by else members_to_tell(handoff.department)
        write_to_staff(handoff.complaint, people, Kind.CHASE, reminder, by=by, key=key, handoff=handoff)


def tell_returned(handoff: Handoff, entry: HandoffEntry, *, by: User) -> None:
    """To the owner; from the second return also to the supervisor who now decides (0.36)."""
    complaint = handoff.complaint
    supervisors = supervisors_of(complaint) if handoff.returns >= 2 else []
    people = list(dict.fromkeys([complaint.owner, *supervisors]))

    def returned(language: str) -> dict[str, Any]:
        return to_staff.returned(handoff, entry, language, supervisor=next(iter(supervisors), None))

    write_to_staff(complaint, people, Kind.RETURNED, returned, by=by, key=f"returned:{entry.pk}")


def close_the_door(handoff: Handoff) -> None:
    """It goes elsewhere, or is no longer needed: the links to it stop working, letters about it stay here."""
    revoke(handoff.complaint, Purpose.HANDOFF, handoff=handoff)
    cancel_waiting(handoff.complaint, gettext_noop("It went elsewhere or is no longer needed"), handoff=handoff)
