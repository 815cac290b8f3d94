"""Working days, pure: no database, no clock of its own.

Until departments have calendars of their own, a working day is Monday to
Friday in the site's zone (issue 2). The day of receipt is day 0.
"""

from datetime import datetime, time, timedelta, tzinfo


def is_working_day(moment: datetime, zone: tzinfo) -> bool:
    return moment.astimezone(zone).weekday() < 5


def add_working_days(moment: datetime, days: int, zone: tzinfo) -> datetime:
    """The same time of day, `days` working days later; from a weekend, counted from it as day 0."""
    local = moment.astimezone(zone)
    left = days
    while left > 0:
        local = _next_day(local, zone)
        if local.weekday() < 5:
            left -= 1
    return local.astimezone(moment.tzinfo)


def working_days_between(start: datetime, end: datetime, zone: tzinfo) -> int:
    """Whole working days that have passed: the day of `start` is day 0."""
    day, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    count = 0
    while day < last:
        day += timedelta(days=1)
        if day.weekday() < 5:
            count += 1
    return count


def end_of_day(moment: datetime, zone: tzinfo) -> datetime:
    """Midnight that ends the local day of `moment`."""
    local = moment.astimezone(zone)
    return datetime.combine(local.date() + timedelta(days=1), time(0), tzinfo=zone).astimezone(moment.tzinfo)


def _next_day(local: datetime, zone: tzinfo) -> datetime:
    """The next calendar day at the same wall-clock time (which may be 23 or 25 hours later)."""
    return datetime.combine(local.date() + timedelta(days=1), local.time(), tzinfo=zone)
