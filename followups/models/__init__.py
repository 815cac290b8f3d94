"""What we still owe the customer: promises, follow-ups and surveys."""

from followups.models.follow_up import FollowUp
from followups.models.promise import Promise
from followups.models.survey import Survey, SurveyAnswer

__all__ = ["FollowUp", "Promise", "Survey", "SurveyAnswer"]
