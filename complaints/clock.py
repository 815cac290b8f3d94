"""The one clock of business facts.

`now()` asks PostgreSQL for `app_now()`: its wall clock plus an offset row that
only a demo home (and the tests) may change. Read it once per act and pass the
value on; a volatile function in a WHERE clause uses no index. Leases,
back-off and the seconds of an undo use the database's wall clock instead
(`wall()`, and `Wall` in a query; product.md section 5).
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import DateTimeField, Func

from complaints.models.calendar import ClockOffset


class Wall(Func):
    """The wall clock in a query: one for all workers, whatever theirs says; a moved demo clock does not touch it."""

    function = "clock_timestamp"
    template = "%(function)s()"
    output_field = DateTimeField()


class ClockRefused(Exception):
    """The clock of a home that is not a demo may not be moved."""


def now() -> datetime:
    """The moment business facts happen: aware, UTC."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT app_now()")
        moment: datetime = cursor.fetchone()[0]
    return moment


def wall() -> datetime:
    """The database's wall clock: aware, UTC. Never for a business fact."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment


def offset() -> timedelta:
    """How far the demo's clock is ahead of the wall clock (zero: not moved)."""
    row = ClockOffset.objects.first()
    return row.offset if row else timedelta(0)


def set_offset(value: timedelta) -> None:
    """Put the clock `value` ahead of (or, while a demo is being told, behind) the wall clock.

    Raises ClockRefused outside a demo home.
    """
    if not settings.DEMO_HOME:
        raise ClockRefused("Only the clock of a demo home can be moved.")
    if value:
        ClockOffset.objects.update_or_create(pk=1, defaults={"offset": value})
    else:
        ClockOffset.objects.all().delete()


def advance(by: timedelta) -> datetime:
    """Move the clock on by `by` and return the new moment. Raises ClockRefused outside a demo home."""
    set_offset(offset() + by)
    return now()
