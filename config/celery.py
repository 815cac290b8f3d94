"""The Celery application. What runs when stands in `config/schedule.py`."""

import os
import warnings
from logging.config import dictConfig
from typing import Any

from celery import Celery
from celery.exceptions import SecurityWarning
from celery.signals import setup_logging
from django.conf import settings
from kombu import Queue

from config.schedule import QUEUES, ROUTES, SCHEDULE

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
warnings.filterwarnings("ignore", category=SecurityWarning)  # running as root in a container is our choice

app = Celery("tuntas")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.task_queues = [Queue(name, routing_key=name) for name in QUEUES]
app.conf.task_routes = ROUTES
app.conf.beat_schedule = SCHEDULE
app.autodiscover_tasks()


@setup_logging.connect
def log_as_everything_else_does(**kwargs: Any) -> None:
    """Celery would give its loggers handlers of their own; with this it leaves that to the settings, and what is
    masked there is masked here."""
    dictConfig(settings.LOGGING)
