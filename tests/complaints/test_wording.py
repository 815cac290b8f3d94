"""Moments, money and deadlines as three languages write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone as django_timezone
from django.utils import translation

from complaints import wording

JAKARTA = ZoneInfo("Asia/Jakarta")
KUALA_LUMPUR = ZoneInfo("Asia/Kuala_Lumpur")
TEN = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)  # 10:00 in Jakarta, 11:00 in Kuala Lumpur
NOW = datetime(2026, 11, 25, 7, 0, tzinfo=UTC)  # Wed 14:00 in Jakarta


def plain(words: str) -> str:
    return words.replace(wording.NBSP, " ")


@pytest.mark.parametrize(
    ("language", "zone", "short", "long"),
    [
        ("en", JAKARTA, "Thu 26 Nov 2026, 10:00 WIB", "Thursday 26 November 2026, 10:00 WIB"),
        ("id", JAKARTA, "Kam 26 Nov 2026 pukul 10.00 WIB", "Kamis, 26 November 2026 pukul 10.00 WIB"),
        (
            "ms",
            KUALA_LUMPUR,
            "Kha 26 Nov 2026, 11.00 pagi (MYT)",
            "Khamis, 26 November 2026, pukul 11.00 pagi (MYT)",
        ),
    ],
)
def test_a_moment_is_written_the_reader_s_way(language: str, zone: ZoneInfo, short: str, long: str) -> None:
    assert plain(wording.when(TEN, language=language, zone=zone)) == short
    assert plain(wording.when_long(TEN, language=language, zone=zone)) == long


@pytest.mark.parametrize(
    ("hour", "minute", "words"),
    [
        (0, 30, "12.30 pagi"),
        (11, 59, "11.59 pagi"),
        (12, 0, "12.00 tengah hari"),
        (13, 59, "1.59 tengah hari"),
        (14, 0, "2.00 petang"),
        (18, 59, "6.59 petang"),
        (19, 0, "7.00 malam"),
        (23, 59, "11.59 malam"),
    ],
)
def test_malay_names_the_part_of_the_day(hour: int, minute: int, words: str) -> None:
    moment = datetime(2026, 11, 26, hour, minute, tzinfo=KUALA_LUMPUR)
    assert plain(wording.clock(moment, language="ms", zone=KUALA_LUMPUR)) == words


@pytest.mark.parametrize(
    ("zone", "name"),
    [
        (JAKARTA, "WIB"),
        (ZoneInfo("Asia/Makassar"), "WITA"),
        (ZoneInfo("Asia/Jayapura"), "WIT"),
        (KUALA_LUMPUR, "MYT"),
        (ZoneInfo("Asia/Kuching"), "MYT"),
        (UTC, "UTC"),
        (ZoneInfo("UTC"), "UTC"),
        (ZoneInfo("Asia/Kathmandu"), "UTC+5:45"),
        (ZoneInfo("America/Sao_Paulo"), "UTC\u22123"),
        (timezone(timedelta(hours=7)), "UTC+07:00"),
    ],
)
def test_every_zone_has_a_name(zone: timezone | ZoneInfo, name: str) -> None:
    assert wording.zone_name(TEN.astimezone(zone)) == name


def test_the_reader_s_own_zone_and_language_are_taken_when_none_is_given() -> None:
    with translation.override("id"), django_timezone.override(ZoneInfo("Asia/Makassar")):
        assert plain(wording.when(TEN)) == "Kam 26 Nov 2026 pukul 11.00 WITA"


def test_an_unknown_language_reads_english_and_never_a_neighbour_s() -> None:
    assert wording.known_language("fr") == "en"
    assert wording.known_language("ms-my") == "ms"


@pytest.mark.parametrize("names", [wording.DAYS, wording.SHORT_DAYS])
def test_every_language_names_seven_days(names: dict[str, tuple[str, ...]]) -> None:
    assert {code: len(set(days)) for code, days in names.items()} == {"en": 7, "id": 7, "ms": 7}


@pytest.mark.parametrize("names", [wording.MONTHS, wording.SHORT_MONTHS])
def test_every_language_names_twelve_months(names: dict[str, list[str]]) -> None:
    assert {code: len(set(months)) for code, months in names.items()} == {"en": 12, "id": 12, "ms": 12}


def test_a_day_alone() -> None:
    day = date(2026, 8, 3)
    assert plain(wording.day_of(day, language="en")) == "Mon 3 Aug 2026"
    assert plain(wording.day_of(day, language="id", year=False)) == "Sen 3 Agu"
    assert plain(wording.day_of_long(day, language="ms")) == "Isnin, 3 Ogos 2026"


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [
        (1_250_000, "IDR", "Rp1.250.000"),
        (Decimal("1250000.00"), "IDR", "Rp1.250.000"),
        (Decimal("1250000.50"), "IDR", "Rp1.250.000,50"),
        (1250, "MYR", "RM1,250.00"),
        (Decimal("0.5"), "MYR", "RM0.50"),
        (Decimal("1250"), "SGD", "SGD\u00a01,250.00"),
        (-500, "IDR", "\u2212Rp500"),
        (0, "IDR", "Rp0"),
        (None, "IDR", ""),
    ],
)
def test_money_is_written_the_currency_s_way(amount: Decimal | int | None, currency: str, words: str) -> None:
    assert wording.money(amount, currency) == words
    assert " " not in words


@pytest.mark.parametrize(
    ("due_in", "state", "words"),
    [
        (timedelta(days=-1, hours=-3), "overdue", "Overdue 1 d"),
        (timedelta(hours=-2), "overdue", "Overdue 2 h"),
        (timedelta(seconds=-1), "overdue", "Overdue 1 min"),
        (timedelta(0), "overdue", "Overdue 1 min"),
        (timedelta(minutes=40), "soon", "40 min left"),
        (timedelta(hours=2, minutes=59), "soon", "2 h left"),
        (timedelta(hours=5), "ontime", "19:00 today"),
        (timedelta(days=1, hours=1), "ontime", "Thu 15:00"),
        (timedelta(days=8), "ontime", "Thu 3 Dec"),
        (timedelta(days=60), "ontime", "Sun 24 Jan 2027"),
    ],
)
def test_a_deadline_says_how_it_stands(due_in: timedelta, state: str, words: str) -> None:
    with translation.override("en"), django_timezone.override(JAKARTA):
        shown = wording.deadline(NOW + due_in, NOW)
    assert (shown.state, plain(shown.words)) == (state, words)


def test_a_met_deadline_says_how_long_it_took() -> None:
    with translation.override("en"):
        shown = wording.deadline(NOW, NOW, started_at=NOW - timedelta(hours=3), met_at=NOW - timedelta(hours=1))
    assert (shown.state, shown.words) == ("met", "Met in 2 h")


def test_a_paused_deadline_is_never_overdue() -> None:
    with translation.override("en"):
        shown = wording.deadline(NOW - timedelta(days=1), NOW, paused=True, reason="receipt")
    assert (shown.state, shown.words) == ("paused", "Paused: receipt")


def test_a_missed_promise_names_its_hour() -> None:
    with translation.override("en"), django_timezone.override(JAKARTA):
        assert wording.deadline(NOW - timedelta(hours=2), NOW, missed=True).words == "Missed 12:00"
        earlier = wording.deadline(NOW - timedelta(days=1, hours=2), NOW, missed=True)
    assert earlier.words == "Missed Tue 12:00"


def test_the_model_s_own_state_wins_over_the_clock_s() -> None:
    with translation.override("en"), django_timezone.override(JAKARTA):
        assert wording.deadline(NOW + timedelta(days=1), NOW, state="soon").words == "1 d left"
        assert wording.deadline(NOW + timedelta(hours=1), NOW, state="ontime").words == "15:00 today"


def test_the_last_stretch_may_begin_earlier() -> None:
    due = NOW + timedelta(days=2)
    assert wording.deadline(due, NOW, soon_at=NOW).state == "soon"


def test_without_a_moment_there_is_no_deadline() -> None:
    with translation.override("en"):
        assert wording.deadline(None, NOW).words == "No deadline"
