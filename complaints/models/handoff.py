"""Work handed to another department. It moves work, never ownership."""

from datetime import datetime

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from complaints.kinds import Kind
from complaints.models.complaint import Complaint
from complaints.models.people import Department, User
from complaints.querysets import HandoffQuerySet
from complaints.wording import shortened
from complaints.workflow import HandoffState


class Handoff(models.Model):
    """A question or a duty with a time. Answered is not settled: the owner settles or asks again."""

    NOUN = "handoff"
    State = HandoffState

    class Kind(models.TextChoices):
        QUESTION = "question", _("question")
        DUTY = "duty", _("something to do")

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="handoffs")
    department = models.ForeignKey(Department, models.PROTECT, related_name="handoffs")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.QUESTION)
    question = models.TextField(_("question"))
    wants_chronology = models.BooleanField(_("ask for what happened, in order and with times"), default=True)
    told_customer = models.TextField(_("what we told the customer"), blank=True)
    accept_by = models.DateTimeField(_("accept by"))
    answer_by = models.DateTimeField(_("answer by"))
    state = models.CharField(max_length=12, choices=HandoffState, default=HandoffState.NEW)
    sent_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    accepted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    round = models.PositiveSmallIntegerField(default=1)
    returns = models.PositiveSmallIntegerField(default=0)
    is_binding = models.BooleanField(default=False)  # assigned by a supervisor: may not be returned
    was_late = models.BooleanField(default=False)  # in any round; a waiver forgives it, the figures keep it
    cause_is_ours = models.CharField(
        _("was the cause on our side?"),
        max_length=10,
        blank=True,
        choices=[("yes", _("yes")), ("no", _("no")), ("unsure", _("not sure"))],
    )

    objects = HandoffQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["accept_by"], condition=models.Q(state=HandoffState.OFFERED), name="handoff_waits_for_yes"
            ),
            models.Index(fields=["department", "answer_by"], name="handoff_inbox"),
        ]

    def __str__(self) -> str:
        return f"{self.department}: {shortened(self.question)}"

    def get_absolute_url(self) -> str:
        return reverse("complaints:handoff", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state not in (HandoffState.SETTLED, HandoffState.WITHDRAWN)

    @property
    def waits_for_a_yes(self) -> bool:
        """Nobody has accepted it; after its time it may still be accepted, late."""
        return self.state in (HandoffState.OFFERED, HandoffState.LAPSED)

    @property
    def is_owed(self) -> bool:
        """The department has something to do about it."""
        return self.waits_for_a_yes or self.state == HandoffState.ACCEPTED

    @property
    def is_with_department(self) -> bool:
        """The department sees it and it is not over: words and files reach somebody."""
        return self.is_owed or self.state == HandoffState.ANSWERED

    @property
    def due_at(self) -> datetime:
        """What the department owes next: a yes, then an answer."""
        return self.accept_by if self.waits_for_a_yes else self.answer_by

    def late_answer(self) -> tuple[datetime, datetime] | None:
        """When an answer was due and when it came, of the round that was late: from the timeline."""
        due = None
        for event in self.complaint.events.filter(subject_type="handoff", subject_id=self.pk).order_by("seq"):
            if event.kind == Kind.HANDOFF_ANSWERED and event.codes.get("late") and due:
                return due, event.at
            due = event.due_at or due
        return None

    def is_late(self, at: datetime) -> bool:
        return self.is_owed and at > self.answer_by


class HandoffEntry(models.Model):
    """One line of the thread between the owner and the department."""

    class Kind(models.TextChoices):
        MESSAGE = "message", _("message")
        ANSWER = "answer", _("answer")
        RETURN = "return", _("returned")
        REDIRECT = "redirect", _("sent again")
        ASSIGN = "assign", _("assigned by the supervisor")
        ASK_AGAIN = "ask_again", _("asked again")
        SETTLE = "settle", _("settled")
        WITHDRAW = "withdraw", _("withdrawn")
        CHASE = "chase", _("reminder")

    class WhyReturned(models.TextChoices):
        NOT_OURS = "not_ours", _("not ours")
        MISSING = "missing", _("something is missing")
        OTHER = "other", _("other")

    handoff = models.ForeignKey(Handoff, models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=10, choices=Kind)
    why_returned = models.CharField(max_length=10, choices=WhyReturned, blank=True)
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    words = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {shortened(self.words)}"
