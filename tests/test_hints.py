"""Hints: a worker looks at once, and a Redis that is down or hangs holds nobody up."""

import ast
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from kombu import Message
from redis import Redis

from complaints import circuit, hints
from complaints.hints import look_now
from complaints.tasks import lapse_offers
from config.celery import app
from config.schedule import EVERY

OFFERS = "complaints.tasks.lapse_offers"
At = Callable[..., None]
Hint = Callable[..., None]
Queue = Callable[[str], list[Message]]


@pytest.fixture
def at(settings: Any) -> Iterator[At]:
    """`at(url)`: hints are on, and their broker is there; the circuit begins closed."""
    before = app.conf.broker_url, app.conf.broker_transport_options

    def move(url: str, **options: Any) -> None:
        app.conf.update(broker_url=url, broker_transport_options={**before[1], **options})

    settings.HINTS = True
    hints.broker.close()
    yield move
    hints.broker.close()
    move(before[0])


@pytest.fixture
def queue(at: At, tmp_path: Path) -> Queue:
    """`queue("periodic")`: what was published there meanwhile, on the suite's own Redis under keys of this test."""
    name = f"{tmp_path.parent.name}-{tmp_path.name}"
    at(app.conf.broker_url, global_keyprefix=f"{name}:", client_name=name)

    def read(queue: str) -> list[Message]:
        with app.connection_for_read() as connection:
            bound = app.amqp.queues[queue](connection.channel())
            return list(iter(lambda: bound.get(no_ack=True), None))

    return read


@pytest.fixture
def hint(db: None, django_capture_on_commit_callbacks: Any) -> Hint:
    """`hint()`: somebody's act with a hint in it, to the end of its transaction."""

    def act(**kwargs: Any) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            look_now(OFFERS, **kwargs)

    return act


@pytest.fixture
def closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def hung() -> Iterator[socket.socket]:
    """Takes connections and never says a word."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(50)
        yield listener


def callers(listener: socket.socket) -> int:
    """How many have tried to speak with it."""
    listener.setblocking(False)
    came: list[socket.socket] = []
    with suppress(BlockingIOError):
        while True:
            came.append(listener.accept()[0])
    for caller in came:
        caller.close()
    return len(came)


def seconds(act: Callable[[], object]) -> float:
    began = time.monotonic()
    act()
    return time.monotonic() - began


# What is said ------------------------------------------------------------------------------


def test_a_hint_names_the_sweep_and_nothing_else(
    db: None, queue: Queue, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        look_now(lapse_offers)
        look_now(OFFERS)
    said = queue("periodic")
    assert [message.headers["task"] for message in said] == [OFFERS, OFFERS]
    assert [message.payload[:2] for message in said] == [[[], {}], [[], {}]]
    assert [message.headers["eta"] for message in said] == [None, None]
    assert (queue("mail"), queue("default")) == ([], [])


def test_a_hint_is_given_when_the_transaction_is_committed(
    db: None, queue: Queue, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        look_now(lapse_offers)
        assert queue("periodic") == []
    assert len(queue("periodic")) == 1


def test_what_was_rolled_back_is_not_hinted_at(db: None, queue: Queue, django_capture_on_commit_callbacks: Any) -> None:
    def fail() -> None:
        with transaction.atomic():
            look_now(lapse_offers)
            raise RuntimeError

    with django_capture_on_commit_callbacks(execute=True), pytest.raises(RuntimeError):
        fail()
    assert queue("periodic") == []


@pytest.mark.django_db(transaction=True)
def test_without_a_transaction_a_hint_is_given_at_once(queue: Queue) -> None:
    look_now(lapse_offers)
    assert len(queue("periodic")) == 1


@pytest.mark.parametrize(("asked", "given"), [(16, 16), (30, 30), (3600, 30)])
def test_a_hint_waits_for_half_a_minute_at_most(hint: Hint, queue: Queue, asked: int, given: int) -> None:
    hint(after=asked)
    [message] = queue("periodic")
    waits = datetime.fromisoformat(message.headers["eta"]) - datetime.now(UTC)
    assert timedelta(seconds=given - 5) < waits <= timedelta(seconds=given)
    kept = datetime.fromisoformat(message.headers["expires"]) - datetime.now(UTC)
    assert timedelta(seconds=290 + given) < kept <= timedelta(seconds=300 + given)


def test_a_worker_of_the_tests_or_of_nobody_is_told_nothing(
    db: None, queue: Queue, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.HINTS = False
    with django_capture_on_commit_callbacks(execute=True) as left:
        look_now(lapse_offers)
    assert (left, queue("periodic")) == ([], [])


# What goes wrong ---------------------------------------------------------------------------


def test_a_redis_that_is_down_costs_nothing(hint: Hint, at: At, closed_port: int, caplog: Any) -> None:
    at(f"redis://127.0.0.1:{closed_port}/0")
    assert seconds(hint) < 1
    assert [record.name for record in caplog.records] == ["complaints.hints"]
    hint()
    assert len(caplog.records) == 1


def test_a_redis_that_hangs_is_waited_for_once(hint: Hint, at: At, hung: socket.socket) -> None:
    at(f"redis://127.0.0.1:{hung.getsockname()[1]}/0")
    assert 0.9 < seconds(hint) < 3
    assert max(seconds(hint) for _ in range(20)) < 0.1
    assert callers(hung) == 1


def test_a_redis_that_hangs_on_its_socket_is_waited_for_once(hint: Hint, at: At) -> None:
    path = Path(f"/tmp/tuntas-hung-{os.getpid()}.sock")  # the path of a socket must be short
    path.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen(50)
        at(f"redis+socket://{path}?virtual_host=0")
        assert 0.9 < seconds(hint) < 3
        assert seconds(hint) < 0.5
        assert callers(listener) == 1
    path.unlink()


def test_after_half_a_minute_it_is_tried_again(hint: Hint, queue: Queue, at: At, closed_port: int) -> None:
    url, options = app.conf.broker_url, app.conf.broker_transport_options
    at(f"redis://127.0.0.1:{closed_port}/0")
    hint()
    at(url, **options)
    hint()
    assert queue("periodic") == []
    assert 29 < hints.broker._open_until - time.monotonic() <= circuit.REST == 30
    hints.broker._open_until -= 30
    hint()
    assert len(queue("periodic")) == 1


def test_a_slow_redis_is_left_alone_too(hint: Hint, queue: Queue, monkeypatch: Any) -> None:
    hint()
    monkeypatch.setattr(hints, "SLOW", 0)
    hint()
    hint()
    assert len(queue("periodic")) == 2


def test_a_connection_that_was_cut_is_made_anew(hint: Hint, queue: Queue) -> None:
    hint()
    server = Redis.from_url(str(settings.CACHES["default"]["LOCATION"]))
    name = app.conf.broker_transport_options["client_name"]
    ours = [client for client in server.client_list() if client["name"] == name]
    assert ours
    for client in ours:
        server.client_kill_filter(_id=client["id"])
    assert seconds(hint) < 1
    hints.broker.close()
    assert len(queue("periodic")) >= 1
    hint()
    assert len(queue("periodic")) == 1


@pytest.mark.django_db(transaction=True)
def test_what_else_waits_for_the_commit_is_done_all_the_same(at: At, closed_port: int) -> None:
    at(f"redis://127.0.0.1:{closed_port}/0")
    done = []
    with transaction.atomic():
        look_now(lapse_offers)
        transaction.on_commit(lambda: done.append(True))
    assert done == [True]


# The code ----------------------------------------------------------------------------------


def calls(*names: str) -> Iterator[tuple[Path, ast.Call]]:
    for folder in ("complaints", "escalation", "followups", "insights", "demo", "config"):
        for path in sorted((settings.BASE_DIR / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if not isinstance(node, ast.Call):
                    continue
                called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if called in names:
                    yield path.relative_to(settings.BASE_DIR), node


def test_nobody_else_publishes_a_task() -> None:
    publishing = {str(path) for path, _call in calls("delay", "apply_async", "send_task")}
    assert publishing == {"complaints/hints.py"}


def test_every_hint_names_a_recurring_job_and_gives_no_argument() -> None:
    """A misspelt name would be a hint to nobody, in silence."""
    jobs = {job.task for job in EVERY}
    for path, call in calls("look_now"):
        assert len(call.args) == 1, path
        assert {keyword.arg for keyword in call.keywords} <= {"after"}, path
        if isinstance(call.args[0], ast.Constant):
            assert call.args[0].value in jobs, path
