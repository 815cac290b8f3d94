"""Changing what is known of a complaint, and who has it."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from complaints import clock
from complaints.actions.merged import lock_together, refuse_over
from complaints.actions.moves import NotYours, refuse
from complaints.kinds import Kind
from complaints.models import Complaint, Membership, Note, User
from complaints.permissions import acts_as_owner, can_own, works_cases
from complaints.timeline import record
from complaints.workflow import Who

MAY_CHANGE = (
    "category", "topic", "product", "aspect", "severity", "factors", "flags", "wants", "wanted_amount",
    "wanted_currency", "wanted_words", "was_told", "correct_information", "misinformation_source", "underlying_need",
    "department_concerned",
)  # fmt: skip


class NoSuccessor(Exception):
    """The person complained of owns it and nobody else can take it over."""


@transaction.atomic
def change_details(complaint: Complaint, *, by: User, **values: Any) -> Complaint:
    """Set some of MAY_CHANGE. The narrative and `received_at` are not among them. Raises NotYours, MoveRefused."""
    complaint = Complaint.objects.lock(complaint.pk)
    _as_owner(complaint, by)
    refuse_over(complaint, _("Change the details"))
    changed = [name for name, value in values.items() if getattr(complaint, name) != value]
    unknown = set(changed) - set(MAY_CHANGE)
    if unknown:
        raise ValueError(f"not to be changed here: {unknown}")
    for name in changed:
        setattr(complaint, name, values[name])
    if changed:
        complaint.save(update_fields=changed)
        record(complaint, Kind.DETAILS_CHANGED, by=by, fields=",".join(sorted(changed)))
    return complaint


@transaction.atomic
def change_owner(complaint: Complaint, *, to: User, by: User, reason: str) -> Complaint:
    """Its own act, with a reason (0.13). Open promises go with the owner. Raises NotYours, MoveRefused."""
    complaint = Complaint.objects.lock(complaint.pk)
    _as_owner(complaint, by)
    refuse_over(complaint, _("Change the owner"))
    if not can_own(to, complaint):
        raise refuse(_("Change the owner"), "cannot_own", _("%(name)s cannot own this complaint") % {"name": to})
    if to.pk == complaint.owner_id:
        raise refuse(_("Change the owner"), "same_owner", _("%(name)s has it already") % {"name": to})
    note = Note.objects.create(complaint=complaint, by=by, at=clock.now(), words=reason)
    hand_over(complaint, to, by=by, why=note)
    return complaint


@transaction.atomic
def mark_person_complained_of(complaint: Complaint, *, person: User | None, by: User) -> Complaint:
    """From this act on the person neither sees, owns nor checks it; ownership moves in the same act (4.11).

    What it was merged with, either way, is marked with it: one leads to the other.
    Raises NotYours, and NoSuccessor when nobody else could own it.
    """
    together = lock_together(complaint)
    complaint = together[complaint.pk]
    if not works_cases(by, complaint):
        raise NotYours(Who.AGENT)
    if person == by:
        raise refuse(
            _("Mark the person complained of"),
            "yourself",
            _("Have somebody else mark it: you will not see it any more"),
        )
    for each in together.values():
        _mark(each, person, by=by)
    return complaint


def hand_over(complaint: Complaint, to: User, *, by: User, why: Note | None = None) -> None:
    """The owner changes as part of another act: under its lock, by its rules. Open promises go along."""
    complaint.owner = to
    complaint.save(update_fields=["owner"])
    complaint.promises.filter(state="open").update(owner=to)
    record(complaint, Kind.OWNER_CHANGED, by=by, subject=why, to=to.pk)


def _mark(complaint: Complaint, person: User | None, *, by: User) -> None:
    complaint.person_complained_of = person
    complaint.save(update_fields=["person_complained_of"])
    if person and complaint.owner_id == person.pk:
        hand_over(complaint, _successor(complaint, person), by=by)
    record(complaint, Kind.PERSON_MARKED, by=by, marked=person is not None)


def _successor(complaint: Complaint, person: User) -> User:
    """To the supervisor of the home department, else to a manager."""
    members = Membership.objects.filter(user__is_active=True).exclude(user=person).select_related("user")
    supervisor = members.filter(department=complaint.home_department, role=Membership.Role.SUPERVISOR).first()
    chosen = supervisor or members.filter(role=Membership.Role.MANAGER).first()
    if chosen is None:
        raise NoSuccessor
    return chosen.user


def _as_owner(complaint: Complaint, by: User) -> None:
    if not acts_as_owner(by, complaint):
        raise NotYours(Who.OWNER)
