"""Who read whose contact details, which forms have been sent, and which links open what."""

from datetime import datetime

from django.db import models

from complaints.models.complaint import Complaint
from complaints.models.customer import Customer
from complaints.models.handoff import Handoff
from complaints.models.message import Message
from complaints.models.people import User


class AccessLog(models.Model):
    """One row per person, customer and hour in which contact details were read. Append-only."""

    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="access_log")
    hour = models.DateTimeField()  # the full hour, UTC

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "customer", "hour"], name="reading is noted once an hour")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} read {self.customer_id} at {self.hour:%Y-%m-%d %H}"


class Submission(models.Model):
    """A form that was carried out. Inserted first in the action's transaction; refusals store nothing."""

    key = models.UUIDField(unique=True)
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    content = models.CharField(max_length=64)  # SHA-256 of what was sent, without key and tokens
    location = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.key)


class AccessLink(models.Model):
    """A secret in a letter that opens one page. 256 bits; only its SHA-256 is kept, so that nobody can read it here.

    A status link lives as long as its complaint is open and 120 days longer (product.md section 7): see
    `actions.access.is_live`.
    """

    class Purpose(models.TextChoices):
        STATUS = "status"
        SURVEY = "survey"
        HANDOFF = "handoff"

    token_hash = models.CharField(max_length=64, unique=True)
    purpose = models.CharField(max_length=10, choices=Purpose)
    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="access_links")
    handoff = models.ForeignKey(Handoff, models.PROTECT, null=True, blank=True, related_name="access_links")
    cycle = models.PositiveSmallIntegerField()
    message = models.ForeignKey(Message, models.PROTECT, null=True, blank=True, related_name="access_links")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["complaint", "purpose"], name="link_complaint")]
        constraints = [
            models.CheckConstraint(
                name="a handoff link is about a handoff",
                condition=~models.Q(purpose="handoff") | models.Q(handoff__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.purpose} link {self.pk}"

    def has_ended(self, at: datetime) -> bool:
        return self.revoked_at is not None or (self.expires_at is not None and at >= self.expires_at)
