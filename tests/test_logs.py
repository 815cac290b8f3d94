"""No line of a log opens a customer's page or names somebody's e-mail, whoever wrote it."""

import io
import logging
import os
import re
import secrets
import time
from collections.abc import Iterator
from typing import Any

import pytest
from celery.utils.log import get_task_logger
from django.conf import settings
from django.test import Client
from gunicorn.app.wsgiapp import WSGIApplication  # type: ignore[import-untyped]

from config.celery import app
from config.embedded.stack import gunicorn
from config.logs import MaskingFormatter, masked

TOKEN = "c8qnfWvUBKrW6S4OosVLU-1SbNFwESo01weK5cBXKGg"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the handler of the settings writes."""
    handlers = [handler for handler in logging.getLogger().handlers if type(handler) is logging.StreamHandler]
    assert len(handlers) == 1
    written = io.StringIO()
    before = handlers[0].setStream(written)
    yield written
    handlers[0].setStream(before)


# What is masked ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (f"Not Found: /s/{TOKEN}/", "Not Found: /s/***/"),
        (f"Not Found: /f/{TOKEN}", "Not Found: /f/***"),
        (f"GET /h/{TOKEN}/answer/?page=2 200", "GET /h/***/answer/?page=2 200"),
        ("/s/abcdefghijklmnopqrst/", "/s/***/"),
        (f"/account/login/?next=%2Fs%2F{TOKEN}%2F", "/account/login/?next=%2Fs%2F***%2F"),
        (f'"GET / HTTP/1.1" 200 "http://desk.example.com/s/{TOKEN}/"', '"GET / HTTP/1.1" 200 "http://desk.example.com/s/***/"'),
        ("/x/?a=1&token=short&b=2", "/x/?a=1&token=***&b=2"),
        (f"a link with {TOKEN} in it", "a link with *** in it"),
        (f"{{'link': '{TOKEN}'}}", "{'link': '***'}"),
        ("to sri.w+desk@mail.example.co.id failed", "to ***@mail.example.co.id failed"),
        ("<o'brien@example.com>, budi@contoh.id", "<***@example.com>, ***@contoh.id"),
        ("/x/?email=sri%40example.com&page=2", "/x/?email=***%40example.com&page=2"),
        ('"Sri W"@example.com', "***@example.com"),
        ("postgresql://app:word@127.0.0.1/tuntas", "postgresql://app:***@127.0.0.1/tuntas"),
    ],
)  # fmt: skip
def test_a_secret_is_masked_and_the_rest_can_be_read(line: str, shown: str) -> None:
    assert masked(line) == shown


@pytest.mark.parametrize(
    "line",
    [
        "Not Found: /s/",
        "Not Found: /s/too-short/",
        "GET /complaints/C26-000388/closure/ 200",
        "Task followups.tasks.miss_promises[0b9e3b9c-1f5e-4c8d-9a77-0d8a2c1b1f11] succeeded in 0.01s: 3",
        "tests.test_logs.test_a_secret_is_masked_and_the_rest_can_be_read failed",
        "a letter with [[link:survey]] and 64 signs of a digest: " + "0123456789abcdef" * 4,
        "celery@desk ready; worker_cancel_long_running_tasks_on_connection_loss is off",
        "CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS",
    ],
)
def test_what_is_no_secret_stays(line: str) -> None:
    assert masked(line) == line


def test_every_secret_of_ours_is_masked_however_it_fell_out() -> None:
    assert {masked(f"x {secrets.token_urlsafe(32)} y") for _ in range(2000)} == {"x *** y"}


@pytest.mark.parametrize("piece", ["a", "a@", "a'", '"', "a%40", "/s/", "a.", "|", "aB-"])
def test_a_long_line_takes_no_long_time(piece: str) -> None:
    began = time.process_time()
    masked(piece * 100_000)
    assert time.process_time() - began < 2


# Through the loggers -----------------------------------------------------------------------


def test_a_page_that_is_not_there(db: None, log: io.StringIO) -> None:
    assert Client().get(f"/s/{TOKEN}/nowhere/").status_code == 404
    assert "django.request Not Found: /s/***/nowhere/" in log.getvalue()
    assert TOKEN not in log.getvalue()


@pytest.mark.parametrize(
    "name", ["django.request", "django.server", "gunicorn.error", "gunicorn.access", "celery.app.trace"]
)
def test_a_traceback_by_whatever_logger(log: io.StringIO, name: str) -> None:
    logger = logging.getLogger(name)
    before = logger.level
    logger.setLevel("INFO")
    try:
        raise LookupError(f"No page /s/{TOKEN}/ for sri@example.com")
    except LookupError:
        logger.exception("Error handling request %s", f"/s/{TOKEN}/?email=sri@example.com")
    logger.setLevel(before)
    assert f"ERROR {name} Error handling request /s/***/?email=***@example.com" in log.getvalue()
    assert "LookupError: No page /s/***/ for ***@example.com" in log.getvalue()
    assert "Traceback" in log.getvalue()
    assert TOKEN not in log.getvalue()


def test_a_task_of_celery(log: io.StringIO) -> None:
    get_task_logger("complaints.tasks").warning("Letter to %s: %s", "sri@example.com", {"link": f"/s/{TOKEN}/"})
    assert "WARNING complaints.tasks Letter to ***@example.com: {'link': '/s/***/'}" in log.getvalue()


def test_celery_leaves_logging_to_the_settings(restored_logging: None) -> None:
    """Its own set-up would give the loggers handlers that mask nothing."""
    assert app.log.setup_logging_subsystem(loglevel="INFO")
    for name in ("", "celery", "celery.task", "celery.redirected"):
        for handler in logging.getLogger(name).handlers:
            if type(handler) is logging.StreamHandler:
                assert isinstance(handler.formatter, MaskingFormatter), name
    assert logging.getLogger("celery.task").propagate


@pytest.fixture
def restored_logging() -> Iterator[None]:
    root = logging.getLogger()
    before, environment = root.handlers[:], dict(os.environ)
    setup = app.log.already_setup
    type(app.log)._setup = False  # type: ignore[attr-defined]
    yield
    root.handlers[:] = before
    type(app.log)._setup = setup  # type: ignore[attr-defined]
    for name in set(os.environ) - set(environment):
        del os.environ[name]


def test_every_handler_masks() -> None:
    configured: dict[str, Any] = settings.LOGGING
    assert {handler["formatter"] for handler in configured["handlers"].values()} == {"line"}
    assert configured["formatters"]["line"]["()"] == "config.logs.MaskingFormatter"
    for name in ("django", "django.server", "gunicorn.error", "gunicorn.access"):
        assert (logging.getLogger(name).handlers, logging.getLogger(name).propagate) == ([], True), name


def test_the_web_server_keeps_no_access_log(monkeypatch: Any) -> None:
    command = gunicorn(listener=99)
    monkeypatch.setattr("sys.argv", command[command.index("gunicorn") :])
    monkeypatch.delenv("GUNICORN_CMD_ARGS", raising=False)
    found = WSGIApplication().cfg
    assert (found.accesslog, found.worker_class_str) == (None, "gthread")
    assert not found.logconfig_dict


def test_nobody_lets_the_mail_library_talk() -> None:
    """smtplib prints every word of a letter, links and all, past all logging."""
    talking = re.compile(r"set_debuglevel|debuglevel\s*=")
    for app_name in ("complaints", "escalation", "followups", "insights", "demo", "config"):
        for path in (settings.BASE_DIR / app_name).rglob("*.py"):
            assert not talking.search(path.read_text()), path
