"""A call we owe after the answer: was it really solved?"""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from complaints.models import Complaint, User
from complaints.workflow import FollowUpState
from followups.querysets import FollowUpQuerySet


class FollowUp(models.Model):
    """One per complaint, cycle and kind."""

    NOUN = "follow_up"
    State = FollowUpState

    class Kind(models.TextChoices):
        CHECK = "check", _("Is it really solved?")
        CALL_BACK = "call_back", _("The customer says it is not solved")
        INSTEAD_OF_SURVEY = "instead_of_survey", _("Ask by phone instead of the survey")

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="follow_ups")
    cycle = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, choices=Kind)
    state = models.CharField(max_length=15, choices=FollowUpState, default=FollowUpState.NEW)
    due_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "pk"]
        indexes = [models.Index(fields=["due_at"], condition=models.Q(state=FollowUpState.DUE), name="follow_up_due")]
        constraints = [
            models.UniqueConstraint(fields=["complaint", "cycle", "kind"], name="one follow-up of a kind per cycle")
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    def get_absolute_url(self) -> str:
        return reverse("followups:follow-up", args=[self.pk])

    @property
    def has_result(self) -> bool:
        return self.state in (FollowUpState.SATISFIED, FollowUpState.NOT_REACHED)

    @property
    def is_bad_news_unheard(self) -> bool:
        """The customer said no in the survey, and nobody has called back yet."""
        return self.kind == self.Kind.CALL_BACK and self.state == FollowUpState.DUE
