"""Something went wrong and somebody above has to decide."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from complaints.models import Complaint, Handoff, User
from complaints.wording import shortened
from complaints.workflow import EscalationState
from escalation.querysets import EscalationQuerySet


class Escalation(models.Model):
    """Raised, taken up, decided with an outcome, done. Only done is closed for the gate (0.38)."""

    NOUN = "escalation"
    State = EscalationState

    class Decision(models.TextChoices):
        APPROVE = "approve", _("approved")
        OTHERWISE = "otherwise", _("decided otherwise")
        TAKE_OVER = "take_over", _("taken over")
        ENDED = "ended", _("ended with the complaint")

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="escalations")
    trigger_key = models.CharField(max_length=60)  # by_hand:<submit>, second_return:<handoff>
    handoff = models.ForeignKey(Handoff, models.PROTECT, null=True, blank=True, related_name="escalations")
    level = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=12, choices=EscalationState, default=EscalationState.NEW)
    question = models.TextField(_("what has to be decided"), blank=True)
    raised_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()
    due_at = models.DateTimeField()
    acknowledged_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    decision = models.CharField(max_length=10, choices=Decision, blank=True)
    outcome = models.TextField(_("outcome"), blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    done_words = models.TextField(_("what was done"), blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    objects = EscalationQuerySet.as_manager()

    class Meta:
        ordering = ["raised_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["complaint", "trigger_key"], name="a trigger escalates once"),
            models.CheckConstraint(
                name="a decision has an outcome",
                condition=~models.Q(state__in=["decided", "done"]) | ~models.Q(outcome=""),
            ),
        ]

    def __str__(self) -> str:
        return shortened(self.question, 200) or self.reason

    def get_absolute_url(self) -> str:
        return reverse("escalation:escalation", args=[self.pk])

    @property
    def reason(self) -> str:
        """Why it was raised, in words."""
        if self.trigger_key.startswith("second_return"):
            return str(_("A handoff was returned twice"))
        return str(_("Raised by hand"))

    @property
    def is_arbitration(self) -> bool:
        """A second return: the assignment itself is the decision."""
        return self.trigger_key.startswith("second_return")


class EscalationEntry(models.Model):
    """Asking back and answering, between the supervisor and the owner."""

    escalation = models.ForeignKey(Escalation, models.PROTECT, related_name="entries")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    words = models.TextField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return shortened(self.words)
