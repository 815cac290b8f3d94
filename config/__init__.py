"""The project: settings, URLs, the task queue, and the servers that `run.py` brings along."""

from config import checks
from config.celery import app as celery_app

__all__ = ("celery_app", "checks")
