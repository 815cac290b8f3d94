"""Asking the customer, once per resolution, whether it is solved (product.md section 7)."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.models import CauseCategory, Complaint, Department, User
from complaints.workflow import SurveyState
from followups.querysets import SurveyQuerySet


class Solved(models.TextChoices):
    YES = "yes", pgettext_lazy("is it solved?", "Yes")
    PARTLY = "partly", pgettext_lazy("is it solved?", "Partly")
    NO = "no", pgettext_lazy("is it solved?", "No")  # "not yet" where a language has a kinder word than no


BAD_HANDLING = 2
"""Handling of 1 or 2 is bad news, whatever else was answered."""


class Survey(models.Model):
    """One per complaint and cycle. Born when it is resolved; the answer that stands is on the row, all of them are
    `SurveyAnswer`s."""

    NOUN = "survey"
    State = SurveyState
    Solved = Solved

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="surveys")
    cycle = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=SurveyState, default=SurveyState.NEW)
    not_before = models.DateTimeField()
    not_after = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)  # when the sweep looks at it next
    sent_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)  # until then it may be answered and changed

    # who and what it is about, as it was when it was sent
    owner = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="+")
    cause_category = models.ForeignKey(CauseCategory, models.PROTECT, null=True, blank=True, related_name="+")

    answered_at = models.DateTimeField(null=True, blank=True)
    solved = models.CharField(_("Is it solved?"), max_length=6, choices=Solved, blank=True)
    handling = models.PositiveSmallIntegerField(null=True, blank=True)  # 1 very badly, 5 very well
    effort = models.PositiveSmallIntegerField(null=True, blank=True)  # 1 very hard, 7 very easy
    had_to_repeat = models.BooleanField(null=True, blank=True)
    comment = models.TextField(blank=True)

    objects = SurveyQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(due_at__isnull=False), name="survey_due"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["complaint", "cycle"], name="one survey per resolution"),
            models.CheckConstraint(
                name="an answered survey says whether it is solved",
                condition=~models.Q(state=SurveyState.ANSWERED)
                | (~models.Q(solved="") & models.Q(answered_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="handling is 1 to 5, effort 1 to 7",
                condition=(models.Q(handling=None) | models.Q(handling__range=(1, 5)))
                & (models.Q(effort=None) | models.Q(effort__range=(1, 7))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.complaint} {self.get_state_display()}"

    @property
    def window(self) -> tuple[datetime, datetime]:
        """From when and until when it may be sent."""
        return self.not_before, self.not_after

    @property
    def is_answered(self) -> bool:
        return self.state == SurveyState.ANSWERED

    @property
    def last_answered_at(self) -> datetime | None:
        last: SurveyAnswer | None = self.answers.last()
        return last.at if last else None

    @property
    def is_bad_news(self) -> bool:
        """No, or handled badly: somebody calls back (product.md section 7)."""
        return self.is_answered and (
            self.solved == Solved.NO or (self.handling is not None and self.handling <= BAD_HANDLING)
        )

    @property
    def may_not_be_solved(self) -> bool:
        """No, partly, or handled badly: the customer is offered to open it again."""
        return self.is_bad_news or (self.is_answered and self.solved != Solved.YES)

    @property
    def is_praise(self) -> bool:
        """Yes with 3 or more: only this makes a call-back that is due unneeded (product.md section 7)."""
        return self.is_good_news and self.handling is not None

    @property
    def is_good_news(self) -> bool:
        """Solved, and not handled badly: nothing more has to be asked."""
        return self.is_answered and self.solved == Solved.YES and not self.is_bad_news

    def takes_answers(self, at: datetime) -> bool:
        return (
            self.state in (SurveyState.SENT, SurveyState.ANSWERED)
            and self.expires_at is not None
            and at < self.expires_at
        )


class SurveyAnswer(models.Model):
    """One answer as it was sent; a later one stands in its place, and both are kept."""

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="answers")
    at = models.DateTimeField()
    solved = models.CharField(max_length=6, choices=Solved)
    handling = models.PositiveSmallIntegerField(null=True, blank=True)
    effort = models.PositiveSmallIntegerField(null=True, blank=True)
    had_to_repeat = models.BooleanField(null=True, blank=True)
    comment = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.solved} {self.at:%Y-%m-%d %H:%M}"
