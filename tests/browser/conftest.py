"""A real Chromium before the running desk.

Without one these tests are skipped with a sentence; TUNTAS_BROWSER=required makes that a failure.
"""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from complaints.models import User
from tests import factories
from tests.browser.person import PATIENCE, Person
from tests.factories import Cast

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
REFUSED = re.compile(r"Failed to load resource: the server responded with a status of (403|404|409|422)")
"""What Chromium says of a page that was meant to be refused."""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Not for the whole session: Playwright keeps an event loop running in this thread, which Django would take for a
    coroutine, and any other test for its own."""
    if not CHROMIUM.exists():
        words = f"There is no Chromium at {CHROMIUM}: install the package chromium to run the browser tests."
        pytest.fail(words) if os.environ.get("TUNTAS_BROWSER") == "required" else pytest.skip(words)
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """As everywhere, but committed: the server that answers the browser is another thread."""
    return factories.make_cast()


@pytest.fixture
def windows(chromium: Browser, live_server: Any) -> Iterator[Callable[..., BrowserContext]]:
    """`windows(width=360)`: a fresh browser window. At the end none may have complained: no error of a script, no
    violation of the content policy."""
    opened: list[BrowserContext] = []
    complained: list[str] = []

    def listen(page: Page) -> None:
        page.on("pageerror", lambda error: complained.append(f"{page.url}: {error}"))
        page.on("console", lambda said: complained.append(f"{page.url}: {said.text}") if _is_bad(said) else None)

    def open_window(width: int = 1280, **how: Any) -> BrowserContext:
        window = chromium.new_context(
            base_url=live_server.url, locale="en-GB", viewport={"width": width, "height": 800}, **how
        )
        window.set_default_timeout(PATIENCE)
        window.on("page", listen)
        opened.append(window)
        return window

    yield open_window
    for window in opened:
        window.close()
    assert complained == []


@pytest.fixture
def at_desk(windows: Callable[..., BrowserContext], live_server: Any) -> Callable[..., Person]:
    """`at_desk(agent)`: that person, signed in, before an empty page."""

    def sit_down(user: User, **how: Any) -> Person:
        client, window = Client(), windows(**how)
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        name = settings.SESSION_COOKIE_NAME
        window.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
        return Person(window.new_page())

    return sit_down


@pytest.fixture
def sign_in(windows: Callable[..., BrowserContext]) -> Callable[[User], Person]:
    """`sign_in(agent)`: through the page where everybody signs in."""

    def at_the_entrance(user: User) -> Person:
        person = Person(windows().new_page())
        person.opens("/")
        person.fills({"Work e-mail": user.email, "Password": "correct horse battery"})
        person.presses("Sign in")
        person.reads(user.first_name)
        return person

    return at_the_entrance


def _is_bad(said: Any) -> bool:
    return said.type == "error" and not REFUSED.match(said.text)
