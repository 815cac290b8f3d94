"""One narrow row per complaint that is open or has a follow-up due: what comes next, and by when."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.models import Complaint, Department, User
from escalation.querysets import NextStepQuerySet


class NextStep(models.Model):
    """Written by escalation only; keys are stored, sentences are made when shown. The queue sorts by it."""

    class WaitsFor(models.TextChoices):
        US = "us", _("us")
        DEPARTMENT = "department", _("department")
        CUSTOMER = "customer", _("customer")
        SUPERVISOR = "supervisor", _("supervisor")

    complaint = models.OneToOneField(Complaint, models.CASCADE, primary_key=True, related_name="next_step")
    key = models.CharField(max_length=40)
    parameters = models.JSONField(default=dict)  # ids and codes: {"promise": 12}
    waits_for = models.CharField(max_length=12, choices=WaitsFor, default=WaitsFor.US)
    due_at = models.DateTimeField()
    changes_at = models.DateTimeField(null=True)  # when it has to be said anew although nothing happened
    owner = models.ForeignKey(User, models.CASCADE, related_name="+")
    department = models.ForeignKey(Department, models.CASCADE, related_name="+")

    objects = NextStepQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["department", "due_at", "complaint"], name="next_of_department"),
            models.Index(fields=["owner", "due_at", "complaint"], name="next_of_owner"),
            models.Index(fields=["changes_at"], condition=models.Q(changes_at__isnull=False), name="next_changes"),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id}: {self.key}"
