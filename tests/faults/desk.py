"""The desk's Celery application as the fault tests run it: the same tasks and settings, with shorter times.

Imported by the workers and beats of `servers.py` (`celery -A tests.faults.desk`), never by pytest.
"""

import os
import time
from datetime import timedelta
from pathlib import Path

import django

django.setup()

from complaints.actions import delivery  # noqa: E402  (models are there only after setup)
from complaints.delivery import Outcome  # noqa: E402
from complaints.models import Message  # noqa: E402
from config.celery import app  # noqa: E402

__all__ = ["app"]

TICKS_FASTER = 10
LEASE = timedelta(seconds=float(os.environ["LEASE_SECONDS"]))
STALLS = Path(os.environ["STALL_BEFORE_MARK"])
"""While this file is there, a sender that has the server's yes stops before it keeps it."""

for entry in app.conf.beat_schedule.values():
    entry["schedule"] = entry["schedule"] / TICKS_FASTER
delivery.LEASE = LEASE
_mark = delivery.mark


def stalling_mark(message: Message, outcome: Outcome) -> None:
    while STALLS.exists():
        STALLS.with_suffix(".reached").touch()
        time.sleep(0.05)
    _mark(message, outcome)


delivery.mark = stalling_mark
