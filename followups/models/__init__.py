"""What we still owe the customer: promises and follow-ups."""

from followups.models.follow_up import FollowUp
from followups.models.promise import Promise

__all__ = ["FollowUp", "Promise"]
