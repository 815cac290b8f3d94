"""How often something may be tried on a public page, by whom, and that a missing cache stops nobody."""

import socket
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from axes.helpers import get_client_ip_address
from django.core.cache import cache
from django.test import RequestFactory
from redis import Redis

from complaints import circuit, limits
from complaints.limits import client_address, too_many

NOON = datetime(2026, 11, 21, 12, 0, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _fresh() -> Any:
    cache.clear()
    limits.counter.close()
    yield
    limits.counter.close()


@pytest.fixture
def it_is(monkeypatch: Any) -> Any:
    """`it_is(moment)` by the wall clock."""

    def set_to(moment: datetime) -> None:
        monkeypatch.setattr("complaints.limits.timezone.now", lambda: moment)

    set_to(NOON)
    return set_to


def tries(number: int, who: str = "203.0.113.7", what: str = "link") -> list[datetime | None]:
    return [too_many(what, who, most=3, seconds=60) for _ in range(number)]


# The count ---------------------------------------------------------------------------------


def test_the_fourth_try_is_told_when_to_come_again(it_is: Any) -> None:
    again = datetime(2026, 11, 21, 12, 1, tzinfo=UTC)
    assert tries(5) == [None, None, None, again, again]


def test_then_it_may_be_tried_again(it_is: Any) -> None:
    again = tries(4)[-1]
    assert again is not None
    it_is(again - timedelta(microseconds=1))
    assert tries(1) == [again]
    it_is(again)
    assert tries(3) == [None, None, None]


def test_others_and_other_things_are_counted_apart(it_is: Any) -> None:
    tries(4)
    assert tries(1, who="203.0.113.8") == [None]
    assert tries(1, what="survey") == [None]


def test_nobodys_address_stands_in_the_cache_and_no_key_stays(it_is: Any, settings: Any) -> None:
    tries(1)
    server = Redis.from_url(settings.CACHES["default"]["LOCATION"])
    keys = [key.decode() for key in server.scan_iter(f"{settings.CACHES['default']['KEY_PREFIX']}:*")]
    assert len(keys) == 1
    assert "203.0.113.7" not in keys[0]
    assert 60 < server.ttl(keys[0]) <= 120


# Without a cache ---------------------------------------------------------------------------


def cache_at(settings: Any, url: str) -> None:
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": url}}


def test_without_a_cache_nobody_is_held_up(settings: Any, caplog: Any) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    cache_at(settings, f"redis://127.0.0.1:{port}/1")
    assert tries(20) == [None] * 20
    assert [record.name for record in caplog.records] == ["complaints.limits"]
    assert "203.0.113.7" not in caplog.text


def test_a_cache_that_hangs_is_waited_for_once(settings: Any) -> None:
    with socket.socket() as hung:
        hung.bind(("127.0.0.1", 0))
        hung.listen(50)
        cache_at(settings, f"redis://127.0.0.1:{hung.getsockname()[1]}/1")
        began = time.monotonic()
        assert tries(1) == [None]
        assert 0.4 < time.monotonic() - began < 1.5
        began = time.monotonic()
        assert tries(50) == [None] * 50
        assert time.monotonic() - began < 0.3


def test_a_cache_that_came_back_counts_again(it_is: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(circuit, "REST", 0.2)
    limits.counter.open()
    assert tries(4) == [None] * 4
    time.sleep(0.25)
    assert tries(4)[:3] == [None] * 3
    assert tries(1) != [None]


# Who it is ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("depth", "direct", "forwarded", "found"),
    [
        (0, "203.0.113.7", None, "203.0.113.7"),
        (0, "203.0.113.7", "198.51.100.1", "203.0.113.7"),  # nobody of ours wrote that
        (1, "10.0.0.1", "198.51.100.1", "198.51.100.1"),
        (1, "10.0.0.1", "1.1.1.1, 198.51.100.1", "198.51.100.1"),  # the client's own words stand further left
        (2, "10.0.0.1", "1.1.1.1, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        (2, "10.0.0.1", "198.51.100.1", "10.0.0.1"),  # it did not pass both
        (1, "10.0.0.1", None, "10.0.0.1"),
        (1, "10.0.0.1", "unknown", "10.0.0.1"),
        (1, "10.0.0.1", "198.51.100.1:4711", "198.51.100.1"),
        (1, "10.0.0.1", "[2001:DB8::1]:4711", "2001:db8::1"),
        (0, "::ffff:203.0.113.7", None, "203.0.113.7"),
        (0, "", None, "0.0.0.0"),
        (1, "", "<script>", "0.0.0.0"),
    ],
)
def test_who_asks_is_told_by_our_own_proxies(
    settings: Any, depth: int, direct: str, forwarded: str | None, found: str
) -> None:
    settings.PROXY_DEPTH = depth
    request = RequestFactory().get("/", REMOTE_ADDR=direct)
    if forwarded is not None:
        request.META["HTTP_X_FORWARDED_FOR"] = forwarded
    assert client_address(request) == found
    assert get_client_ip_address(request) == found  # what signing in counts by
