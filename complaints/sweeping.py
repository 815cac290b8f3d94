"""How a sweep goes through its rows: what goes wrong with one does not stop the others."""

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

from django.db.models import Model

Row = TypeVar("Row", bound=Model)
Result = TypeVar("Result")

logger = logging.getLogger(__name__)


def each(rows: Iterable[Row], act: Callable[[Row], Result]) -> list[Result]:
    """What `act` returned for each row that went well; the others are logged by their number and come again."""
    results = []
    for row in rows:
        try:
            results.append(act(row))
        except Exception:
            logger.exception("A sweep left out %s %s", row._meta.label, row.pk)
    return results
