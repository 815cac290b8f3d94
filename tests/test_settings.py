"""The settings that must hold on the running application (reliability: settings silently not applied)."""

import re
from pathlib import Path

from celery import current_app
from django.conf import settings
from django.db import connection

from config.schedule import EVERY


def test_celery_runs_with_what_the_rules_ask() -> None:
    conf = current_app.conf
    assert (conf.task_acks_late, conf.task_ignore_result, conf.task_reject_on_worker_lost) == (True, True, False)
    assert conf.result_backend is None
    assert conf.worker_prefetch_multiplier == 1
    assert conf.task_publish_retry is False
    assert conf.broker_transport_options["visibility_timeout"] > 4 * conf.task_time_limit
    assert conf.broker_transport_options["socket_timeout"] == 3
    assert {queue.name for queue in conf.task_queues} == {"periodic", "mail", "default"}


def test_every_recurring_job_is_a_task_that_exists() -> None:
    current_app.loader.import_default_modules()
    assert set(EVERY) <= set(current_app.tasks)
    assert {entry["options"]["queue"] for entry in current_app.conf.beat_schedule.values()} == {"periodic"}


def test_a_failing_statement_leaves_no_words_in_the_database_log(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('log_min_error_statement'), current_setting('log_error_verbosity')")
        assert cursor.fetchone() == ("panic", "terse")


def test_nothing_on_a_page_needs_redis() -> None:
    """Sessions and sign-in limits live in PostgreSQL; no cache is configured to be down."""
    assert settings.SESSION_ENGINE == "django.contrib.sessions.backends.db"
    assert settings.AXES_HANDLER.endswith("AxesDatabaseHandler")
    assert settings.ACCOUNT_RATE_LIMITS is False


def test_no_style_or_script_stands_in_a_template() -> None:
    inline = re.compile(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\bsrc=)", re.I)
    templates = Path(settings.BASE_DIR) / "templates"
    wrong = [str(p.relative_to(templates)) for p in templates.rglob("*.html") if inline.search(p.read_text())]
    assert wrong == []
