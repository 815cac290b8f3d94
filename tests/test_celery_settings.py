"""Celery as it runs, value by value (reliability: settings are silently not applied)."""

from typing import Any

import pytest
from celery.app.defaults import SETTING_KEYS
from celery.bin.worker import worker as worker_command
from django.conf import settings
from django.core.cache import caches
from django.core.checks import run_checks

from config.celery import app
from config.embedded.stack import WORKERS, celery_beat, celery_worker
from config.embedded.supervisor import STOP_SECONDS
from config.schedule import EVERY, SCHEDULE

SECONDS_OF_A_TICK = (5, 60)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("broker_connection_retry_on_startup", True),
        ("broker_connection_max_retries", None),
        ("broker_connection_timeout", 3),
        ("task_publish_retry", False),
        ("result_backend", None),
        ("task_ignore_result", True),
        ("task_acks_late", True),
        ("task_reject_on_worker_lost", False),
        ("worker_cancel_long_running_tasks_on_connection_loss", False),
        ("worker_prefetch_multiplier", 1),
        ("task_soft_time_limit", 60),
        ("task_time_limit", 90),
        ("worker_max_tasks_per_child", 1000),
        ("worker_max_memory_per_child", 400_000),
        ("worker_soft_shutdown_timeout", 30),
        ("task_serializer", "json"),
        ("accept_content", ["json"]),
        ("timezone", "UTC"),
        ("enable_utc", True),
        ("beat_max_loop_interval", 15),
        ("beat_enable_remote_control", True),
        ("task_create_missing_queues", False),
        ("task_default_queue", "default"),
        ("worker_hijack_root_logger", False),
        ("task_always_eager", False),
        (
            "broker_transport_options",
            {
                "visibility_timeout": 900,
                "socket_timeout": 3,
                "socket_connect_timeout": 2,
                "socket_keepalive": True,
                "health_check_interval": 25,
                "retry_on_timeout": False,
                "client_name": "tuntas",
            },
        ),
    ],
)
def test_celery_runs_with_what_the_rules_ask(name: str, value: Any) -> None:
    assert getattr(app.conf, name) == value


def test_no_misspelt_setting_is_passed_over() -> None:
    ours = {name.removeprefix("CELERY_").lower() for name in dir(settings) if name.startswith("CELERY_")}
    assert len(ours) > 20
    assert ours <= SETTING_KEYS


def test_a_task_ends_long_before_it_is_handed_out_again() -> None:
    assert app.conf.broker_transport_options["visibility_timeout"] > 4 * app.conf.task_time_limit
    assert app.conf.task_time_limit > app.conf.task_soft_time_limit


def test_the_check_finds_a_task_that_may_outlive_its_message(settings: Any) -> None:
    assert "tuntas.E001" not in {found.id for found in run_checks()}
    settings.CELERY_TASK_TIME_LIMIT = 225
    assert "tuntas.E001" in {found.id for found in run_checks()}


def test_broker_and_cache_have_different_databases() -> None:
    broker: Any = app.connection_for_write().channel()
    cache: Any = caches["default"]
    found = [client.connection_pool.connection_kwargs for client in (broker.client, cache._cache.get_client())]
    assert [one["db"] for one in found] == [0, 1]
    assert found[0]["path"] == found[1]["path"]


def test_every_recurring_job_is_a_task_that_exists() -> None:
    app.loader.import_default_modules()
    assert {job.task for job in EVERY} <= set(app.tasks)
    assert [entry["task"] for entry in app.conf.beat_schedule.values()] == [job.task for job in EVERY]


def test_a_tick_comes_often_is_kept_for_a_while_and_goes_to_a_queue_there_is() -> None:
    assert app.conf.beat_schedule == SCHEDULE
    queues = {queue.name for queue in app.conf.task_queues}
    assert queues == {"periodic", "mail", "default"}
    shortest, longest = SECONDS_OF_A_TICK
    for job, entry in zip(EVERY, app.conf.beat_schedule.values(), strict=True):
        assert entry["options"] == {"expires": 300, "queue": job.queue}
        assert job.queue in queues
        assert shortest <= entry["schedule"] <= longest


def test_a_hint_goes_where_the_ticks_of_the_same_task_go() -> None:
    for job in EVERY:
        assert app.amqp.router.route({}, job.task)["queue"].name == job.queue


def test_the_workers_of_the_desk_read_every_queue_between_them_and_mail_by_itself() -> None:
    read = []
    for name, wanted in WORKERS.items():
        queues = app.amqp.Queues(app.conf.task_queues, create_missing=False)
        queues.select(flags(celery_worker(name, wanted), "worker")["queues"])
        read += list(queues.consume_from)
    assert sorted(read) == sorted(queue.name for queue in app.conf.task_queues)
    assert WORKERS["mail"] == "mail", "a slow mail server does not delay the sweeps"


def test_the_worker_of_the_desk_runs_as_the_rules_ask() -> None:
    options = flags(celery_worker("worker", WORKERS["worker"]), "worker")
    assert (options["pool"].__name__, options["pool"].__module__) == ("TaskPool", "celery.concurrency.prefork")
    assert options["optimization"] == "fair"
    assert options["without_gossip"]
    assert options["without_mingle"]
    assert not options["beat"]


def test_beat_keeps_its_state_in_a_file_of_its_own(tmp_path: Any) -> None:
    command = celery_beat(tmp_path / "beat")
    assert command[command.index("--schedule") + 1] == str(tmp_path / "beat" / "schedule")


def test_the_desk_waits_for_the_worker_to_end_what_it_does() -> None:
    assert app.conf.worker_soft_shutdown_timeout + 5 <= STOP_SECONDS


def flags(command: list[str], word: str) -> dict[str, Any]:
    """What Celery itself understands of a command line."""
    arguments = command[command.index(word) + 1 :]
    return worker_command.make_context(word, arguments, obj=_Context()).params


class _Context:
    """What Celery's own command hands down to its subcommands."""

    app = app
    quiet = no_color = True
    workdir = None
