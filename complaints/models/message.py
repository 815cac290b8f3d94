"""A letter: a row first, then an e-mail (product.md section 8). And the switch that holds all of them back."""

import uuid

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from complaints.models.complaint import Complaint
from complaints.models.customer import Customer, Language
from complaints.models.handoff import Handoff
from complaints.models.people import Department, User
from complaints.querysets import MessageQuerySet
from complaints.workflow import MessageState


class Message(models.Model):
    """Rendered in the transaction that caused it; `text` holds `[[link:status]]` and the like, never a link's secret.

    Business moments (`not_before`, `not_after`, `made_at`, `sent_at`) are of the one clock; `held_until`,
    `retry_at` and `lease_until` are of the database's wall clock.
    """

    NOUN = "message"
    State = MessageState

    class Kind(models.TextChoices):
        # to customers
        ACKNOWLEDGEMENT = "acknowledgement", _("acknowledgement")
        LATE = "late", _("late notice")
        REQUEST = "request", _("request for information")
        REQUEST_REMINDER = "request_reminder", _("reminder of a request")
        OFFER = "offer", _("offer")
        REFUND = "refund", _("refund confirmation")
        CORRECTION = "correction", _("correction")
        FINAL_REPLY = "final_reply", _("final reply")
        RESOLVED = "resolved", _("resolved")
        CLOSED = "closed", _("closed")
        SURVEY = "survey", _("survey")
        SURVEY_REMINDER = "survey_reminder", _("reminder of the survey")
        CALL_BACK = "call_back", _("call-back notice")
        STATUS_LINK = "status_link", _("fresh link")
        LETTER = "letter", _("letter")
        # to an outside party
        HANDOFF_OUTSIDE = "handoff_outside", _("handoff to an outside party")
        CHASE_OUTSIDE = "chase_outside", _("reminder to an outside party")
        # to colleagues
        HANDOFF = "handoff", _("handoff notice")
        CHASE = "chase", _("reminder")
        RETURNED = "returned", _("handoff returned")
        ESCALATION = "escalation", _("escalation")
        DECISION = "decision", _("decision needed")
        DIGEST = "digest", _("daily digest")

    AT_MOST_ONCE = frozenset({Kind.SURVEY, Kind.SURVEY_REMINDER})
    """Not known whether it arrived: never sent again by itself. All other letters rather twice than never."""
    OF_THE_END = frozenset({Kind.OFFER, Kind.RESOLVED, Kind.CLOSED, Kind.CALL_BACK})
    """What they say is no longer true once the complaint is opened again."""
    WITH_BUTTONS = frozenset({Kind.OFFER, Kind.STATUS_LINK, Kind.SURVEY, Kind.SURVEY_REMINDER})

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    dedupe_key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=20, choices=Kind)
    state = models.CharField(max_length=10, choices=MessageState, default=MessageState.NEW)
    complaint = models.ForeignKey(Complaint, models.PROTECT, null=True, blank=True, related_name="messages")
    cycle = models.PositiveSmallIntegerField(default=1)

    # to whom: one of the three; the address is looked up when it is sent
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, blank=True, related_name="messages")
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="messages")
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="messages")
    address = models.EmailField(blank=True)  # where it went

    language = models.CharField(max_length=2, choices=Language)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    handoff = models.ForeignKey(Handoff, models.PROTECT, null=True, blank=True, related_name="messages")
    links_until = models.DateTimeField(null=True, blank=True)  # when the links in it stop working

    by = models.ForeignKey(User, models.PROTECT, related_name="messages_written")
    made_at = models.DateTimeField()
    not_before = models.DateTimeField()
    not_after = models.DateTimeField(null=True, blank=True)
    daytime_in = models.CharField(max_length=60, blank=True)  # a zone: only between 09:00 and 20:00 there

    held_until = models.DateTimeField(null=True, blank=True)
    retry_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    claimed_by = models.CharField(max_length=40, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    was_resent = models.BooleanField(default=False)  # by itself, once, after nobody knew whether it arrived
    sent_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)  # why it is where it is; no personal data
    noted = models.CharField(max_length=10, blank=True)  # the last state the timeline and the other rows know of

    replaces = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    why_again = models.CharField(max_length=300, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["not_before"], condition=models.Q(state=MessageState.PENDING), name="message_waits_to_go"
            ),
            models.Index(
                fields=["lease_until"], condition=models.Q(state=MessageState.SENDING), name="message_under_way"
            ),
            models.Index(fields=["held_until"], condition=models.Q(state=MessageState.HELD), name="message_held"),
            models.Index(
                fields=["id"],
                condition=~models.Q(noted=models.F("state")) & ~models.Q(state__in=["", "held", "pending", "sending"]),
                name="message_to_be_noted",
            ),
            models.Index(fields=["complaint", "-id"], name="message_complaint"),
            models.Index(fields=["state", "-id"], name="message_outbox"),
        ]
        constraints = [
            models.CheckConstraint(
                name="a letter goes to one",
                condition=models.Q(customer__isnull=False, user=None, department=None)
                | models.Q(customer=None, user__isnull=False, department=None)
                | models.Q(customer=None, user=None, department__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.subject

    def get_absolute_url(self) -> str:
        return reverse("complaints:message", args=[self.pk])

    @property
    def is_to_staff(self) -> bool:
        return self.user_id is not None

    @property
    def is_waiting(self) -> bool:
        """It can still be stopped."""
        return self.state in (MessageState.HELD, MessageState.PENDING)

    @property
    def did_not_arrive(self) -> bool:
        return self.state in (MessageState.FAILED, MessageState.EXPIRED, MessageState.BOUNCED)


class MailHold(models.Model):
    """While this row is there no letter leaves: after a restore, or when something is wrong."""

    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    since = models.DateTimeField()
    reason = models.CharField(_("why"), max_length=300)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="there is one outbox")]

    def __str__(self) -> str:
        return self.reason
