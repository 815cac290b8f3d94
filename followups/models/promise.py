"""A date given to a customer: an object with an owner."""

from datetime import datetime

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from complaints.models import Complaint, Contact, Offer, User
from complaints.workflow import PromiseState
from followups.querysets import PromiseQuerySet


class Promise(models.Model):
    """Made in a contact, or by an accepted offer. Late means the customer hears it from us first (4.24, 4.25)."""

    NOUN = "promise"
    State = PromiseState

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="promises")
    contact = models.OneToOneField(Contact, models.PROTECT, null=True, blank=True, related_name="promise")
    offer = models.ForeignKey(Offer, models.PROTECT, null=True, blank=True, related_name="promises")
    words = models.CharField(_("what we promise"), max_length=300)
    due_at = models.DateTimeField(_("by when"))
    owner = models.ForeignKey(User, models.PROTECT, related_name="promises")
    state = models.CharField(max_length=10, choices=PromiseState, default=PromiseState.NEW)
    made_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)  # of a missed one
    ended_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True)  # why it was re-dated or released
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")

    objects = PromiseQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "pk"]
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(state=PromiseState.OPEN), name="promise_open_due")
        ]

    def __str__(self) -> str:
        return self.words

    def get_absolute_url(self) -> str:
        return reverse("followups:promise", args=[self.pk])

    def is_overdue(self, at: datetime) -> bool:
        return self.state == PromiseState.OPEN and at >= self.due_at

    @property
    def is_untold(self) -> bool:
        return self.state == PromiseState.MISSED and self.told_at is None
