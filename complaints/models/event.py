"""The timeline's rows. Nobody can change one: not a person, not the application, not a cascade.

Triggers made by a migration refuse UPDATE, DELETE and TRUNCATE, and the app
role holds INSERT and SELECT only. `complaints.timeline.record` is the writer.
"""

from django.db import models

from complaints.kinds import Kind
from complaints.models.complaint import Complaint
from complaints.models.people import User


class Event(models.Model):
    """Codes, numbers and moments only: no personal data and no free text (product.md section 3)."""

    Kind = Kind

    stream = models.CharField(max_length=40)  # complaint:388, customer:12, site
    seq = models.PositiveIntegerField()  # 1, 2, 3 ... in its stream; order by this, never by time
    kind = models.CharField(max_length=40, choices=Kind)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    complaint = models.ForeignKey(Complaint, models.PROTECT, null=True, related_name="events")
    subject_type = models.CharField(max_length=40, blank=True)  # "handoff"
    subject_id = models.BigIntegerField(null=True)
    cycle = models.PositiveSmallIntegerField(null=True)
    due_at = models.DateTimeField(null=True)
    codes = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["stream", "seq"]
        indexes = [models.Index(fields=["complaint", "-seq"], name="event_timeline")]
        constraints = [models.UniqueConstraint(fields=["stream", "seq"], name="a stream counts without a gap")]

    def __str__(self) -> str:
        return f"{self.stream}#{self.seq} {self.kind}"


class StreamHead(models.Model):
    """The last number and hash of a stream, kept apart, so that a cut tail is seen."""

    stream = models.CharField(max_length=40, primary_key=True)
    seq = models.PositiveIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"{self.stream}#{self.seq}"
