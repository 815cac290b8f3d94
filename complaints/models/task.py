"""Work inside a complaint that somebody has to do."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from complaints.models.complaint import Complaint
from complaints.models.message import Message
from complaints.models.people import User
from complaints.querysets import TaskQuerySet
from complaints.workflow import TaskState


class Task(models.Model):
    """One thing to do, with a day. So far: a letter did not arrive, so the customer has to hear it another way."""

    NOUN = "task"
    State = TaskState

    class Kind(models.TextChoices):
        BOUNCE = "bounce", _("A letter did not arrive")

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="tasks")
    kind = models.CharField(max_length=12, choices=Kind)
    state = models.CharField(max_length=5, choices=TaskState, default=TaskState.NEW)
    message = models.OneToOneField(Message, models.PROTECT, null=True, blank=True, related_name="task")
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    done_words = models.TextField(_("what was done"), blank=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.message}" if self.message_id else str(self.get_kind_display())

    def get_absolute_url(self) -> str:
        return reverse("complaints:task", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state == TaskState.OPEN
