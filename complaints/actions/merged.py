"""Complaints merged with each other: where they lead, which belong together, and what is not written on them."""

from django.db.models import Q
from django.utils.translation import gettext as _

from complaints.actions.moves import MoveRefused, Words
from complaints.models import Complaint
from complaints.workflow import Reason, Status


def lock_where_it_leads(complaint: Complaint) -> Complaint:
    """The complaint at the end of the pointers, locked: itself, unless it is merged.

    Found without a lock and looked at again under it, so that no two locks are taken in the wrong order.
    """
    target = Complaint.objects.lock(end_of(complaint.pk))
    while (end := end_of(complaint.pk)) != target.pk:
        target = Complaint.objects.lock(end)
    return target


def lock_together(complaint: Complaint) -> dict[int, Complaint]:
    """The complaint with all it was merged with, either way, locked in ascending order; by primary key."""
    locked: dict[int, Complaint] = {}
    while news := _merged_with(complaint.pk) - locked.keys():
        locked |= {pk: Complaint.objects.lock(pk) for pk in sorted(news)}
    return locked


def refuse_merged(complaint: Complaint, what: Words) -> None:
    """Nobody reads what is written on a merged complaint. Raises MoveRefused with the way to the other one."""
    target = complaint.merged_into
    if complaint.status == Status.MERGED and target is not None:
        words = _("It was merged into %(reference)s: write it there") % {"reference": target}
        raise MoveRefused(what, [Reason("merged", words, "complaints:complaint", (target.reference,))])


def refuse_over(complaint: Complaint, what: Words) -> None:
    """Closed and merged complaints are changed no more. Raises MoveRefused."""
    refuse_merged(complaint, what)
    if not complaint.is_open:
        words = _("The complaint is %(state)s") % {"state": complaint.get_status_display()}
        raise MoveRefused(what, [Reason("not_open", words)])


def end_of(pk: int) -> int:
    """Follows the pointers; a circle, which no act makes, ends where it began to repeat."""
    seen: set[int] = set()
    further: int | None = pk
    while further is not None and further not in seen:
        seen.add(further)
        pk = further
        merged = Complaint.objects.filter(pk=pk, status=Status.MERGED)
        further = merged.values_list("merged_into", flat=True).first()
    return pk


def _merged_with(pk: int) -> set[int]:
    found: set[int] = set()
    news = {pk}
    while news:
        found |= news
        near = Complaint.objects.filter(Q(pk__in=news) | Q(merged_into__in=news), status=Status.MERGED)
        news = {each for pair in near.values_list("pk", "merged_into") for each in pair if each} - found
    return found
