"""`manage advance_clock 26h`: a demo home lives through the hours to come at once."""

import io
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from complaints import clock
from complaints.models import Event
from demo.management.commands import advance_clock
from demo.management.commands.advance_clock import Command, span
from tests import factories
from tests.factories import Cast

SENTENCE = "Say how far the clock moves on: 26h, 90m, 2d or 1d12h, and at most 366 days."


def said(by: str) -> str:
    out = io.StringIO()
    call_command("advance_clock", by, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("text", "by"),
    [
        ("26h", timedelta(hours=26)),
        ("90m", timedelta(minutes=90)),
        ("2d", timedelta(days=2)),
        ("1d12h", timedelta(days=1, hours=12)),
        ("1d2h3m", timedelta(days=1, hours=2, minutes=3)),
        ("366d", timedelta(days=366)),
    ],
)
def test_a_span_is_written_as_people_say_it(text: str, by: timedelta) -> None:
    assert span(text) == by


@pytest.mark.parametrize(
    "text", ["", "0h", "0d0h0m", " -5h", "26", "h", "1.5h", "12h1d", "tomorrow", "26h\n26h", "٣h", "367d", "999999d"]
)
def test_anything_else_is_refused_with_a_sentence(db: None, text: str) -> None:
    with pytest.raises(CommandError, match=f"^{SENTENCE}$"):
        said(text)
    assert clock.offset() == timedelta(0)


def test_elsewhere_than_in_a_demo_home_it_is_refused(db: None, settings: Any) -> None:
    settings.DEMO_HOME = False
    with pytest.raises(CommandError, match=r"^Only the clock of a demo home can be moved\.$"):
        said("26h")
    assert clock.offset() == timedelta(0)


@pytest.mark.parametrize("words", [["-5h"], ["nonsense"], []])
def test_a_refusal_is_one_line_and_a_failure(words: list[str], capsys: Any) -> None:
    with pytest.raises(SystemExit) as exit:
        Command().run_from_argv(["manage.py", "advance_clock", *words, "--skip-checks"])
    assert exit.value.code == 1
    assert capsys.readouterr().err == f"CommandError: {SENTENCE}\n"


def test_the_new_moment_is_told_in_the_zone_of_the_desk(db: None) -> None:
    before = clock.now()
    line = said("26h").splitlines()[0]
    assert timedelta(hours=26) <= clock.now() - before < timedelta(hours=26, minutes=1)
    assert line.startswith("It is now ")
    assert line.endswith(f"({settings.SITE_TIME_ZONE}).")


def test_what_falls_due_meanwhile_is_found_by_the_sweeps(cast: Cast) -> None:
    complaint = factories.in_progress(cast)
    factories.handed_off(cast, complaint)
    lines = said("6d").splitlines()[1:]
    assert "  miss_promises: 1" in lines
    assert "  lapse_handoffs: 1" in lines
    assert not any("lapse_offers" in line for line in lines)
    assert Event.objects.filter(kind="promise_missed", complaint=complaint).count() == 1
    assert said("1m").splitlines()[1:] == []


def test_every_sweep_is_run_in_order_until_none_finds_anything(monkeypatch: Any) -> None:
    ran: list[str] = []

    def finding(name: str, *counts: int) -> Callable[[], int]:
        left = iter(counts)

        def sweep() -> int:
            ran.append(name)
            return next(left, 0)

        return sweep

    tasks = {"app.first": finding("first"), "app.second": finding("second", 2, 1), "app.third": finding("third", 0, 4)}
    monkeypatch.setattr(advance_clock, "current_app", celery_with(tasks))
    assert advance_clock.sweep_until_quiet() == {"second": 3, "third": 4}
    assert ran == ["first", "second", "third"] * 3


def test_a_sweep_that_always_finds_something_is_not_run_for_ever(monkeypatch: Any) -> None:
    monkeypatch.setattr(advance_clock, "current_app", celery_with({"app.busy": lambda: 1}))
    assert advance_clock.sweep_until_quiet() == {"busy": 5}


def celery_with(tasks: dict[str, Callable[[], int]]) -> SimpleNamespace:
    schedule = {name.removeprefix("app."): {"task": name} for name in tasks}
    loader = SimpleNamespace(import_default_modules=lambda: None)
    return SimpleNamespace(tasks=tasks, conf=SimpleNamespace(beat_schedule=schedule), loader=loader)
