"""When what we owe afterwards falls due (product.md section 7). Pure: moments in, moments out, aware."""

from datetime import datetime, timedelta, tzinfo

from complaints import worktime
from complaints.daytime import next_daytime

CHECK_AFTER_WORKING_DAYS = 3
CALL_WITHIN_WORKING_DAYS = 1
SURVEY_NOT_BEFORE = timedelta(hours=24)
SURVEY_NOT_AFTER = timedelta(hours=48)
SURVEY_REMINDER_AFTER = timedelta(days=3)
SURVEY_OPEN_FOR = timedelta(days=14)


def check_due(resolved_at: datetime, zone: tzinfo) -> datetime:
    """The follow-up `check`: three working days after it was resolved."""
    return worktime.add_working_days(resolved_at, CHECK_AFTER_WORKING_DAYS, zone)


def call_due(at: datetime, zone: tzinfo) -> datetime:
    """A call we owe because of an answer, or because no survey arrived: within one working day."""
    return worktime.add_working_days(at, CALL_WITHIN_WORKING_DAYS, zone)


def survey_window(resolved_at: datetime) -> tuple[datetime, datetime]:
    """Not before 24 and not after 48 hours, of elapsed time: a night in which clocks change makes it no shorter."""
    return resolved_at + SURVEY_NOT_BEFORE, resolved_at + SURVEY_NOT_AFTER


def survey_send_at(now: datetime, window: tuple[datetime, datetime], zone: tzinfo) -> datetime | None:
    """When the survey goes out, as things stand: `now` itself, or the first moment to come that is inside the window
    and in the customer's day (09:00 to 20:00 in `zone`). None when no such moment is left: then it is asked by phone.
    """
    not_before, not_after = window
    at = next_daytime(max(now, not_before), zone)
    return at if at <= not_after else None
