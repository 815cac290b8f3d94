"""What we need from the customer before we can go on."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.models.complaint import Complaint
from complaints.models.message import Message
from complaints.models.people import User
from complaints.workflow import RequestState


class InformationRequest(models.Model):
    """Asked by letter, with a date; whatever the customer sends next answers it."""

    NOUN = "request"
    State = RequestState

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="requests")
    cycle = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=RequestState, default=RequestState.NEW)
    item = models.CharField(_("what we need, in a few words"), max_length=120)
    items = models.TextField(_("what exactly"))
    why = models.TextField(_("what it is for"), blank=True)
    answer_by = models.DateTimeField(_("by when"))
    remind_on = models.DateTimeField(null=True, blank=True)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    message = models.OneToOneField(Message, models.PROTECT, related_name="request")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.item
