"""Sets of promises and follow-ups, with names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models

from complaints.models import Complaint
from complaints.workflow import FollowUpState, PromiseState

if TYPE_CHECKING:
    from datetime import datetime

    from complaints.models import User


class PromiseQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        return self.filter(complaint__in=Complaint.objects.visible_to(user))

    def open(self) -> Self:
        return self.filter(state=PromiseState.OPEN)

    def overdue(self, at: datetime) -> Self:
        return self.open().filter(due_at__lte=at)

    def untold(self) -> Self:
        """Missed, and the customer has not heard it from us."""
        return self.filter(state=PromiseState.MISSED, told_at=None)


class FollowUpQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        return self.filter(complaint__in=Complaint.objects.visible_to(user))

    def due(self) -> Self:
        return self.filter(state=FollowUpState.DUE)


class SurveyQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        return self.filter(complaint__in=Complaint.objects.visible_to(user))

    def due(self, at: datetime) -> Self:
        """Those whose next moment has come: to be sent, reminded of, or ended."""
        return self.filter(due_at__lte=at).order_by("due_at", "pk")
