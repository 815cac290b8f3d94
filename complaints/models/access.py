"""Who read whose contact details, and which forms have been sent."""

from django.db import models

from complaints.models.customer import Customer
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
