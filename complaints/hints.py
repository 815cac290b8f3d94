"""Hints: "there is something to do, look now" instead of at the next tick.

The row says what is to be done; a hint says nothing but the name of the sweep
that will find it. So one may be lost (the sweep comes by itself), and none is
worth waiting for: this is the one place that publishes a task, and a Redis
that is down or hangs costs whoever acts one short wait in half a minute.
"""

import logging
import time

from celery import Task, current_app
from django.conf import settings
from django.db import transaction
from kombu.pools import producers

from complaints.circuit import Circuit

LONGEST_AFTER = 30
"""Seconds. A message that waits longer would be handed out twice; what is due later is due by its row."""
EXPIRES = 300
SLOW = 0.5
PATIENCE = {"max_retries": 0, "socket_timeout": 1, "socket_connect_timeout": 1}
"""A hint's own connection: Celery's tries again for six seconds when nobody listens, whatever the settings say."""

broker = Circuit()
logger = logging.getLogger(__name__)


def look_now(task: Task | str, *, after: int = 0) -> None:
    """Have a worker run this sweep (or the one of this name) once the transaction is committed, and `after` seconds
    later, at most 30. Without a transaction, at once. Never raises: a lost hint is fine."""
    if not settings.HINTS:
        return
    name = task if isinstance(task, str) else str(task.name)

    def publish() -> None:  # on_commit(robust=True) wants a function with a name of its own, not a partial
        _publish(name, min(max(after, 0), LONGEST_AFTER))

    transaction.on_commit(publish, robust=True)


def _publish(name: str, after: int) -> None:
    if broker.is_open:
        return
    began = time.monotonic()
    try:
        connection = current_app.connection_for_write(transport_options=PATIENCE)
        with producers[connection].acquire(block=True, timeout=SLOW) as producer:
            current_app.send_task(
                name, producer=producer, countdown=after or None, expires=after + EXPIRES, retry=False
            )
    except Exception as error:
        broker.open()
        logger.warning("No hint for %s: %s. The next one is tried in half a minute.", name, type(error).__name__)
    else:
        if time.monotonic() - began > SLOW:
            broker.open()
