"""The hours in which a customer is asked something, pure: 09:00 to 20:00 where they live (product.md section 7)."""

from datetime import UTC, datetime, time, timedelta, tzinfo

OPENS, CLOSES = time(9), time(20)


def is_daytime(moment: datetime, zone: tzinfo) -> bool:
    """From 09:00 on, before 20:00."""
    return OPENS <= moment.astimezone(zone).time() < CLOSES


def next_daytime(moment: datetime, zone: tzinfo) -> datetime:
    """`moment` itself in the daytime, else the next 09:00 there; aware, UTC."""
    local = moment.astimezone(zone)
    if is_daytime(local, zone):
        return moment
    day = local.date() if local.time() < OPENS else local.date() + timedelta(days=1)
    return datetime.combine(day, OPENS, tzinfo=zone).astimezone(UTC)
