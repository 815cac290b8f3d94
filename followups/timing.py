"""When what we owe afterwards falls due. Pure."""

from datetime import datetime, tzinfo

from complaints import worktime

CHECK_AFTER_WORKING_DAYS = 3


def check_due(resolved_at: datetime, zone: tzinfo) -> datetime:
    """The follow-up `check`: three working days after it was resolved (product.md section 7)."""
    return worktime.add_working_days(resolved_at, CHECK_AFTER_WORKING_DAYS, zone)
