"""Time and trouble: escalations, and the next step of every complaint."""

from escalation.models.escalation import Escalation, EscalationEntry
from escalation.models.next_step import NextStep

__all__ = ["Escalation", "EscalationEntry", "NextStep"]
