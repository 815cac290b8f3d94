"""One interaction with the customer, either way, on any channel."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.models.complaint import Channel, Complaint, Issue
from complaints.models.customer import Customer, Language
from complaints.models.message import Message
from complaints.models.people import User
from complaints.querysets import ContactQuerySet
from complaints.wording import shortened


class Contact(models.Model):
    """May exist before a complaint does: an enquiry."""

    class Direction(models.TextChoices):
        INBOUND = "in", _("incoming")
        OUTBOUND = "out", _("outgoing")

    class Reply(models.TextChoices):
        """Our side of it (0.11): a holding reply tells the customer nothing new."""

        SUBSTANTIVE = "substantive", _("substantive reply")
        HOLDING = "holding", _("holding reply")
        UNCLASSIFIED = "unclassified", _("not classified")

    class Emotion(models.IntegerChoices):
        CALM = 1, _("calm")
        UNEASY = 2, _("uneasy")
        UPSET = 3, _("upset")
        ANGRY = 4, _("angry")
        FURIOUS = 5, _("furious")

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="contacts")
    complaint = models.ForeignKey(Complaint, models.PROTECT, null=True, blank=True, related_name="contacts")
    cycle = models.PositiveSmallIntegerField(default=1)
    direction = models.CharField(max_length=3, choices=Direction)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    by = models.ForeignKey(User, models.PROTECT, related_name="contacts")
    at = models.DateTimeField()
    language = models.CharField(_("language"), max_length=2, choices=Language)
    words = models.TextField(_("words"), blank=True)
    emotion = models.PositiveSmallIntegerField(_("how the customer felt"), choices=Emotion, null=True, blank=True)
    reached = models.BooleanField(default=True)  # outbound: reached, or only tried
    reply = models.CharField(max_length=12, choices=Reply, blank=True)
    answers_us = models.BooleanField(default=False)  # inbound: an answer to our request or offer
    is_final_reply = models.BooleanField(default=False)
    correction = models.TextField(_("correction of what we told wrongly"), blank=True)

    # when it is a letter of ours: it counts as reached once the letter was sent
    message = models.OneToOneField(Message, models.PROTECT, null=True, blank=True, related_name="contact")

    # a promise made in this contact; `followups` makes the Promise of it
    promised = models.CharField(_("what we promise"), max_length=300, blank=True)
    promised_by = models.DateTimeField(_("by when"), null=True, blank=True)

    objects = ContactQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["customer", "-at"], name="contact_customer")]
        constraints = [
            models.CheckConstraint(
                name="a promise has words and a date",
                condition=models.Q(promised="", promised_by=None)
                | (~models.Q(promised="") & models.Q(promised_by__isnull=False)),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_direction_display()} {self.get_channel_display()} {self.at:%Y-%m-%d %H:%M}"

    @property
    def is_inbound(self) -> bool:
        return self.direction == self.Direction.INBOUND


class IssueAnswer(models.Model):
    """What the final reply says to one issue."""

    contact = models.ForeignKey(Contact, models.PROTECT, related_name="answers")
    issue = models.ForeignKey(Issue, models.PROTECT, related_name="answers")
    words = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contact", "issue"], name="a final reply answers an issue once")]

    def __str__(self) -> str:
        return shortened(self.words)


class Note(models.Model):
    """Words among colleagues; the customer never sees them. Also an addition to the narrative."""

    class Kind(models.TextChoices):
        NOTE = "note", _("note")
        ADDITION = "addition", _("addition in the customer's words")

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="notes")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.NOTE)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    words = models.TextField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return shortened(self.words)
