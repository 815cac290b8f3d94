"""The settings that must hold on the running application (reliability: settings silently not applied)."""

import os
import re
import runpy
import tempfile
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.cache.backends.base import BaseCache
from django.core.checks import run_checks
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.embedded.scratch import Desk, scratch_desk
from tests.factories import Cast

SETTINGS = Path(settings.BASE_DIR) / "config" / "settings.py"


class NoCache(BaseCache):
    """Fails whoever asks it anything."""

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def _fail(self, *args: Any, **kwargs: Any) -> Any:
        raise AssertionError("A page asked the cache")

    add = get = set = touch = delete = get_many = set_many = delete_many = has_key = incr = clear = _fail


def test_a_failing_statement_leaves_no_words_in_the_database_log(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('log_min_error_statement'), current_setting('log_error_verbosity')")
        assert cursor.fetchone() == ("panic", "terse")


def test_sessions_and_sign_in_limits_live_in_postgresql() -> None:
    assert settings.SESSION_ENGINE == "django.contrib.sessions.backends.db"
    assert settings.AXES_HANDLER.endswith("AxesDatabaseHandler")
    assert settings.ACCOUNT_RATE_LIMITS is False


def test_nobody_of_the_desk_needs_the_cache(cast: Cast, settings: Any) -> None:
    complaint = factories.in_progress(cast)
    cast.agent.set_password("rahasia sekali 12")
    cast.agent.save()
    settings.CACHES = {"default": {"BACKEND": f"{__name__}.NoCache"}}
    with pytest.raises(AssertionError):
        cache.get("anything")
    browser = Client()
    typed = {"login": cast.agent.email, "password": "a wrong one"}
    assert browser.post(reverse("account_login"), typed).status_code == 200
    typed["password"] = "rahasia sekali 12"
    assert browser.post(reverse("account_login"), typed).status_code == 302
    for address in (reverse("complaints:queue"), complaint.get_absolute_url()):
        assert browser.get(address).status_code == 200


# From the environment ----------------------------------------------------------------------


def read(monkeypatch: Any, **given: str) -> dict[str, Any]:
    """The settings as a process started with these variables reads them."""
    for name in variables():
        if name not in ("SECRET_KEY", "DATABASE_URL", "OWNER_DATABASE_URL"):
            monkeypatch.delenv(name, raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    return runpy.run_path(str(SETTINGS))


def variables() -> set[str]:
    return set(re.findall(r"""\benv(?:\.\w+)?\(\s*"([A-Z_]+)\"""", SETTINGS.read_text()))


def test_the_example_names_every_variable() -> None:
    example = set(re.findall(r"^([A-Z_]+)=", (settings.BASE_DIR / ".env.example").read_text(), re.M))
    assert len(variables()) > 25
    assert variables() - example == set()


def test_a_desk_that_is_told_nothing_sends_nothing(monkeypatch: Any) -> None:
    found = read(monkeypatch)
    assert (found["PRODUCTION"], found["EMAIL_URL"], found["MAIL_ONLY_TO"]) == (False, "", [])
    assert (found["SITE_URL"], found["EMAIL_TIMEOUT"], found["PROXY_DEPTH"]) == ("http://127.0.0.1:8000", 20, 0)
    assert (found["SUPPORT_PHONE"], found["SUPPORT_HOURS"]) == ("1500-000", "08:00-20:00")
    assert (found["OUTSIDE_BODY"], found["OUTSIDE_CONTACT"], found["REPLY_TO"]) == ("", "", "")
    assert found["HINTS"] is True


def test_the_example_as_it_stands_is_a_desk_that_is_told_nothing(monkeypatch: Any) -> None:
    example = (settings.BASE_DIR / ".env.example").read_text().partition("-- compose --")[0]
    lines = re.findall(r"^([A-Z_]+)=(.*)$", example, re.M)
    given = {name: value for name, value in lines if name in variables() and not name.endswith("DATABASE_URL")}
    given["SECRET_KEY"] = "x"
    bare = read(monkeypatch)
    told = read(monkeypatch, **given)
    names = [
        "PRODUCTION", "SITE_URL", "EMAIL_URL", "EMAIL_TIMEOUT", "DEFAULT_FROM_EMAIL", "REPLY_TO", "MAIL_ONLY_TO",
        "SUPPORT_PHONE", "SUPPORT_HOURS", "OUTSIDE_BODY", "OUTSIDE_CONTACT", "PROXY_DEPTH", "CACHES",
    ]  # fmt: skip
    assert {name: told[name] for name in names} == {name: bare[name] for name in names}


def test_the_list_of_addresses_is_read_as_people_write_it(monkeypatch: Any) -> None:
    found = read(monkeypatch, MAIL_ONLY_TO=" Sri@Example.com, @test.example.com,", SITE_URL="https://desk.example.com/")
    assert found["MAIL_ONLY_TO"] == ["sri@example.com", "@test.example.com"]
    assert found["SITE_URL"] == "https://desk.example.com"


@pytest.mark.parametrize(
    ("url", "broker", "caching"),
    [
        ("redis://:word@cache:6380", "redis://:word@cache:6380/0", "redis://:word@cache:6380/1"),
        ("redis://127.0.0.1/", "redis://127.0.0.1/0", "redis://127.0.0.1/1"),
        (
            "unix:///run/a%20b/s.sock",
            "redis+socket:///run/a%20b/s.sock?virtual_host=0",
            "unix:///run/a%20b/s.sock?db=1",
        ),
    ],
)
def test_hints_and_limits_have_a_database_each(monkeypatch: Any, url: str, broker: str, caching: str) -> None:
    found = read(monkeypatch, REDIS_URL=url)
    assert found["CELERY_BROKER_URL"] == broker
    assert found["CACHES"]["default"]["LOCATION"] == caching
    assert found["CACHES"]["default"]["OPTIONS"] == {"socket_timeout": 0.5, "socket_connect_timeout": 0.5}


def test_each_process_of_the_suite_has_its_own_keys() -> None:
    assert cache.make_key("x") == f"test-{os.environ.get('PYTEST_XDIST_WORKER', 'master')}:1:x"
    cache.set("x", "mine", 10)
    assert cache.get("x") == "mine"


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({}, set()),
        ({"EMAIL_URL": "smtp://mail"}, {"tuntas.W001"}),
        ({"EMAIL_URL": "smtp://mail", "MAIL_ONLY_TO": ["@example.com"]}, set()),
        ({"PRODUCTION": True}, {"tuntas.W002", "tuntas.W003"}),
        ({"PRODUCTION": True, "EMAIL_URL": "smtp://mail", "SITE_URL": "https://desk.example.com"}, set()),
        ({"PRODUCTION": True, "EMAIL_URL": "smtp://mail", "SITE_URL": "http://[::1]:80"}, {"tuntas.W003"}),
        ({"PRODUCTION": True, "EMAIL_URL": "smtp://mail", "SITE_URL": "desk.example.com"}, {"tuntas.W003"}),
    ],
)
def test_a_desk_whose_letters_reach_nobody_is_warned(settings: Any, said: dict[str, Any], found: set[str]) -> None:
    for name, value in said.items():
        setattr(settings, name, value)
    assert {message.id for message in run_checks() if (message.id or "").startswith("tuntas.W")} == found


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="reads /proc, so Linux only")
def test_links_begin_with_the_address_at_which_the_desk_serves() -> None:
    with tempfile.TemporaryDirectory(prefix="tuntas-site-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        with scratch_desk(Path(folder)) as desk:
            desk.start("--no-demo")
            assert environment_of(desk, "gunicorn")["SITE_URL"] == f"http://127.0.0.1:{desk.port}"
            worker = environment_of(desk, "config worker")
            assert (worker["SITE_URL"], worker["REMAP_SIGTERM"]) == (f"http://127.0.0.1:{desk.port}", "SIGQUIT")
            assert desk.state()["SITE_URL"] == f"http://127.0.0.1:{desk.port}"  # for `run.py manage` beside it


def environment_of(desk: Desk, words: str) -> dict[str, str]:
    lines = Path(f"/proc/{desk.find(words)[0]}/environ").read_text().split("\0")
    return dict(line.split("=", 1) for line in lines if "=" in line)


# Templates ---------------------------------------------------------------------------------


def test_no_style_or_script_stands_in_the_template_of_a_page() -> None:
    """A letter has no style sheet beside it, so the letters carry theirs."""
    inline = re.compile(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\bsrc=)", re.I)
    templates = settings.BASE_DIR / "templates"
    pages = [path for path in templates.rglob("*.html") if path.relative_to(templates).parts[0] != "emails"]
    assert len(pages) > 30
    assert [str(path.relative_to(templates)) for path in pages if inline.search(path.read_text())] == []
