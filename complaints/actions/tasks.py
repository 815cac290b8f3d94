"""Giving somebody something to do on a complaint, and noting that it is done."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from complaints import clock
from complaints.actions.moves import apply, refuse
from complaints.kinds import Kind
from complaints.models import Complaint, Message, Task, User
from complaints.timeline import record
from complaints.workflow import Move

DUE_WITHIN = timedelta(days=1)


def give_task(complaint: Complaint, kind: str, *, by: User, message: Message | None = None) -> Task:
    """One per letter; giving it again returns the first. Inside the caller's transaction and lock."""
    existing: Task | None = Task.objects.filter(message=message).first() if message else None
    if existing:
        return existing
    now = clock.now()
    task = Task(complaint=complaint, kind=kind, message=message, made_at=now, due_at=now + DUE_WITHIN)
    apply(task, Move.GIVE, by=by)
    task.save(force_insert=True)
    record(complaint, Kind.TASK_GIVEN, by=by, subject=task, due_at=task.due_at)
    return task


@transaction.atomic
def finish_task(task: Task, *, by: User, words: str) -> Task:
    """Done, and what was done. Raises MoveRefused, NotYours."""
    complaint = Complaint.objects.lock(task.complaint_id)
    task = Task.objects.select_for_update(of=("self",), no_key=True).get(pk=task.pk)
    task.complaint = complaint
    apply(task, Move.FINISH, by=by)
    if not words.strip():
        raise refuse(Move.FINISH.label, "no_words", _("Write what you did"))
    task.done_at, task.done_by, task.done_words = clock.now(), by, words
    task.save(update_fields=["done_at", "done_by", "done_words"])
    record(complaint, Kind.TASK_DONE, by=by, subject=task)
    return task
