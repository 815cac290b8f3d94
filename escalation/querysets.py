"""Sets of escalations and next steps, with names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models

from complaints.models import Complaint
from complaints.workflow import EscalationState

if TYPE_CHECKING:
    from datetime import datetime

    from complaints.models import User


class EscalationQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        return self.filter(complaint__in=Complaint.objects.visible_to(user))

    def open(self) -> Self:
        return self.exclude(state__in=[EscalationState.DONE, EscalationState.NEW])

    def undecided(self) -> Self:
        return self.filter(state__in=[EscalationState.RAISED, EscalationState.ACKNOWLEDGED])


class NextStepQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        return self.filter(complaint__in=Complaint.objects.visible_to(user))

    def stale(self, at: datetime) -> Self:
        """Those whose words change by the mere passing of time."""
        return self.filter(changes_at__lte=at)
