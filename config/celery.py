"""The Celery application. What runs when stands in `config/schedule.py`."""

import os
import warnings

from celery import Celery
from celery.exceptions import SecurityWarning
from kombu import Queue

from config.schedule import SCHEDULE

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
warnings.filterwarnings("ignore", category=SecurityWarning)  # running as root in a container is our choice

app = Celery("tuntas")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.task_queues = [Queue(name) for name in ("periodic", "mail", "default")]
app.conf.beat_schedule = SCHEDULE
app.autodiscover_tasks()
