"""What the product knows about time as data: for now, how far the demo's clock was moved."""

from django.db import models


class ClockOffset(models.Model):
    """The one row `app_now()` adds to the wall clock. No row: no offset."""

    offset = models.DurationField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="there is one clock")]

    def __str__(self) -> str:
        return f"clock moved by {self.offset}"
