"""Long lists: pages by the last row's key, never by an offset; counts that stop counting at a thousand."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

MOST_COUNTED = 1000
YEARS = range(2000, 2200)
"""What a cursor may name: neither Python nor PostgreSQL reaches its ends here, in any time zone."""

Cursor = tuple[datetime, int]


def after(rows: QuerySet[Any], cursor: Cursor | None, *, moment: str) -> QuerySet[Any]:
    """The rows behind the cursor, in the order of (`moment`, pk)."""
    if cursor is None:
        return rows
    at, pk = cursor
    return rows.filter(Q(**{f"{moment}__gt": at}) | Q(**{moment: at, "pk__gt": pk}))


def older(rows: QuerySet[Any], typed: str) -> QuerySet[Any]:
    """Newest first, those behind the row whose number `typed` is; anything that is no number means the first page."""
    newest = rows.order_by("-pk")
    known = typed.isascii() and typed.isdigit() and len(typed) < 19
    return newest.filter(pk__lt=int(typed)) if known else newest


def written(at: datetime, pk: int) -> str:
    """A cursor as it stands in an address: a moment and a number, nothing personal."""
    return f"{at.isoformat()}|{pk}"


def read(text: str) -> Cursor | None:
    """What `written` wrote; anything else is no cursor, which means the first page."""
    moment, _bar, number = text.replace(" ", "+").partition("|")
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        return None
    known = at.tzinfo is not None and at.year in YEARS and number.isascii() and number.isdigit() and len(number) < 19
    return (at.astimezone(UTC), int(number)) if known else None


def counted(views: Mapping[str, QuerySet[Any]]) -> dict[str, str]:
    """How many rows each view has, all in one query: '14', or '1000+' where counting stopped."""
    parts: list[str] = []
    parameters: list[Any] = []
    for rows in views.values():
        sql, values = rows.order_by().values("pk")[: MOST_COUNTED + 1].query.sql_with_params()
        parts.append(f"(SELECT count(*) FROM ({sql}) AS capped)")
        parameters += values
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", parameters)
        row = cursor.fetchone()
    return {name: f"{MOST_COUNTED}+" if n > MOST_COUNTED else str(n) for name, n in zip(views, row, strict=True)}
