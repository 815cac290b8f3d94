"""How moments, money, references and deadlines are written, in three languages.

Pure functions of values, no model and no query: pages use them through the
template tags, letters and notices call them directly. Names of days and months
stand here and not in the catalogues, so that a missing translation can never
turn a Malay date into an Indonesian one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import TypedDict, Unpack

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

NBSP = "\u00a0"
MINUS = "\u2212"


def _names(words: str) -> list[str]:
    return words.split()


DAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "id": ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"),
    "ms": ("Isnin", "Selasa", "Rabu", "Khamis", "Jumaat", "Sabtu", "Ahad"),
}
SHORT_DAYS = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "id": ("Sen", "Sel", "Rab", "Kam", "Jum", "Sab", "Min"),
    "ms": ("Isn", "Sel", "Rab", "Kha", "Jum", "Sab", "Ahd"),
}
MONTHS = {
    "en": _names("January February March April May June July August September October November December"),
    "id": _names("Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember"),
    "ms": _names("Januari Februari Mac April Mei Jun Julai Ogos September Oktober November Disember"),
}
SHORT_MONTHS = {
    "en": _names("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"),
    "id": _names("Jan Feb Mar Apr Mei Jun Jul Agu Sep Okt Nov Des"),
    "ms": _names("Jan Feb Mac Apr Mei Jun Jul Ogos Sep Okt Nov Dis"),
}
LANGUAGE_NAMES = {"en": "English", "id": "Indonesia", "ms": "Melayu"}

# The time zone database knows these only as an offset
ZONE_NAMES = {
    "Asia/Kuala_Lumpur": "MYT",
    "Asia/Kuching": "MYT",
    "Asia/Singapore": "SGT",
    "Asia/Brunei": "BNT",
    "Asia/Dili": "TLT",
}

SOON = timedelta(hours=4)


# --- moments ---------------------------------------------------------------


def when(moment: datetime, *, language: str | None = None, zone: tzinfo | None = None) -> str:
    """'Thu 26 Nov 2026, 10:00 WIB' in the reader's language and time zone."""
    language, local = _for_reader(moment, language, zone)
    day = day_of(local.date(), language=language)
    hour, place = clock(local, language=language, zone=local.tzinfo), zone_name(local)
    match language:
        case "id":
            return f"{day} pukul {hour}{NBSP}{place}"
        case "ms":
            return f"{day}, {hour}{NBSP}({place})"
        case _:
            return f"{day}, {hour}{NBSP}{place}"


def when_long(moment: datetime, *, language: str | None = None, zone: tzinfo | None = None) -> str:
    """'Thursday 26 November 2026, 10:00 WIB', as letters and promises say it."""
    language, local = _for_reader(moment, language, zone)
    day = day_of_long(local.date(), language=language)
    hour, place = clock(local, language=language, zone=local.tzinfo), zone_name(local)
    match language:
        case "id":
            return f"{day} pukul {hour}{NBSP}{place}"
        case "ms":
            return f"{day}, pukul {hour}{NBSP}({place})"
        case _:
            return f"{day}, {hour}{NBSP}{place}"


def clock(moment: datetime, *, language: str | None = None, zone: tzinfo | None = None) -> str:
    """The time of day alone: '14:00', id '14.00', ms '2.00 petang'."""
    language, local = _for_reader(moment, language, zone)
    match language:
        case "id":
            return f"{local:%H.%M}"
        case "ms":
            return f"{local.hour % 12 or 12}.{local:%M}{NBSP}{_part_of_day(local.hour)}"
        case _:
            return f"{local:%H:%M}"


def day_of(day: date, *, language: str | None = None, year: bool = True) -> str:
    """'Thu 26 Nov 2026'; without the year where the page makes it plain."""
    language = known_language(language)
    month = SHORT_MONTHS[language][day.month - 1]
    words = f"{SHORT_DAYS[language][day.weekday()]} {day.day}{NBSP}{month}"
    return f"{words} {day.year}" if year else words


def day_of_long(day: date, *, language: str | None = None) -> str:
    """'Thursday 26 November 2026'; Indonesian and Malay set a comma after the day."""
    language = known_language(language)
    comma = "" if language == "en" else ","
    month = MONTHS[language][day.month - 1]
    return f"{DAYS[language][day.weekday()]}{comma} {day.day}{NBSP}{month} {day.year}"


def zone_name(moment: datetime) -> str:
    """WIB, WITA, WIT, MYT, UTC; an offset such as 'UTC+7' for a zone without a name."""
    key = getattr(moment.tzinfo, "key", None)
    name = ZONE_NAMES.get(str(key)) or moment.tzname() or "UTC"
    if name[0] not in "+-":
        return name
    sign, hours, minutes = name[0].replace("-", MINUS), int(name[1:3]), name[3:5]
    return f"UTC{sign}{hours}:{minutes}" if minutes else f"UTC{sign}{hours}"


def shortened(text: str, most: int = 80) -> str:
    """The beginning of a text for a list: whole words, and an ellipsis where something was left out."""
    first = " ".join(text.split())
    return first if len(first) <= most else first[:most].rsplit(" ", 1)[0].rstrip(".,:;") + "…"


def known_language(language: str | None = None) -> str:
    """One of en, id, ms. Anything unknown is English, never a neighbour's language."""
    code = (language or get_language() or "en").split("-")[0].lower()
    return code if code in DAYS else "en"


def _for_reader(moment: datetime, language: str | None, zone: tzinfo | None) -> tuple[str, datetime]:
    return known_language(language), moment.astimezone(zone or timezone.get_current_timezone())


def _part_of_day(hour: int) -> str:
    if hour < 12:
        return "pagi"
    if hour < 14:
        return "tengah hari"
    return "petang" if hour < 19 else "malam"


def every_day(hours: str, *, language: str | None = None, zone: tzinfo | None = None) -> str:
    """'08:00-20:00' as a letter says it: 'every day 08:00–20:00 WIB', id 'setiap hari 08.00–20.00 WIB'. Anything that
    is not two times of day stays as it was written."""
    language = known_language(language)
    today = timezone.now().astimezone(zone or timezone.get_current_timezone())
    try:
        opens, closes = (
            today.replace(hour=int(hour), minute=int(minute), second=0)
            for hour, minute in (time.strip().split(":") for time in hours.split("-"))
        )
    except ValueError:
        return hours
    times = "–".join(clock(each, language=language, zone=today.tzinfo) for each in (opens, closes))
    match language:
        case "id":
            return f"setiap hari {times}{NBSP}{zone_name(today)}"
        case "ms":
            return f"setiap hari {times} ({zone_name(today)})"
        case _:
            return f"every day {times}{NBSP}{zone_name(today)}"


# --- money -----------------------------------------------------------------


def money(amount: Decimal | int | None, currency: str) -> str:
    """'Rp1.250.000', 'RM1,250.00', 'SGD 1,250.00': the currency's own way, in one piece."""
    if amount is None:
        return ""
    value = Decimal(amount)
    sign = MINUS if value < 0 else ""
    value = abs(value)
    match currency:
        case "IDR":
            digits = f"{value:,.0f}" if value == value.to_integral_value() else f"{value:,.2f}"
            return f"{sign}Rp{digits.translate(str.maketrans(',.', '.,'))}"
        case "MYR":
            return f"{sign}RM{value:,.2f}"
        case _:
            return f"{sign}{currency}{NBSP}{value:,.2f}"


# --- deadlines -------------------------------------------------------------


@dataclass(frozen=True)
class Deadline:
    """What a deadline shows: its state (a word of the style sheet) and its words."""

    state: str
    words: str
    due_at: datetime | None = None


class Facts(TypedDict, total=False):
    """What is known about a clock besides when it is due."""

    state: str  # from a model that knows better (working hours); wins over the moments
    soon_at: datetime | None  # the last stretch begins; without it, four hours before
    started_at: datetime | None
    met_at: datetime | None
    paused: bool
    reason: str  # why it is paused
    missed: bool  # a promise names its time: 'Missed 12:00'


def deadline(due_at: datetime | None, now: datetime, **facts: Unpack[Facts]) -> Deadline:
    """State and words of one clock at one moment."""
    state = facts.get("state") or _state(due_at, now, facts)
    return Deadline(state, _words(state, due_at, now, facts), due_at)


def span(length: timedelta) -> str:
    """'20 min', '2 h', '1 d': one unit, rounded down, never less than a minute."""
    minutes = max(int(length.total_seconds() // 60), 1)
    if minutes < 60:
        return _("%d min") % minutes
    if minutes < 24 * 60:
        return _("%d h") % (minutes // 60)
    return _("%d d") % (minutes // (24 * 60))


def moment_near(moment: datetime, now: datetime, *, past: bool = False) -> str:
    """A due moment as shortly as it stays clear: '17:00 today', 'Thu 15:00', 'Thu 3 Dec'."""
    language, local = _for_reader(moment, None, None)
    today = now.astimezone(local.tzinfo).date()
    distance = (local.date() - today).days
    if distance == 0:
        hour = clock(local, zone=local.tzinfo)
        return hour if past else _("%s today") % hour
    if abs(distance) < 7:
        day = SHORT_DAYS[language][local.weekday()]
        return f"{day} {clock(local, zone=local.tzinfo)}"
    return day_of(local.date(), year=local.year != today.year)


def _state(due_at: datetime | None, now: datetime, facts: Facts) -> str:
    if facts.get("met_at"):
        return "met"
    if facts.get("paused"):
        return "paused"
    if due_at is None:
        return "ontime"
    if now >= due_at:
        return "overdue"
    return "soon" if now >= (facts.get("soon_at") or due_at - SOON) else "ontime"


def _words(state: str, due_at: datetime | None, now: datetime, facts: Facts) -> str:
    if state == "met":
        return _met(facts.get("started_at"), facts.get("met_at"))
    if state == "paused":
        reason = facts.get("reason")
        return _("Paused: %s") % reason if reason else _("Paused")
    if due_at is None:
        return _("No deadline")
    if state == "overdue":
        return _late(due_at, now, missed=facts.get("missed", False))
    if state == "soon" and due_at > now:
        return _("%s left") % span(due_at - now)
    return moment_near(due_at, now)


def _late(due_at: datetime, now: datetime, *, missed: bool) -> str:
    if missed:
        return _("Missed %s") % moment_near(due_at, now, past=True)
    return _("Overdue %s") % span(now - due_at)


def _met(started_at: datetime | None, met_at: datetime | None) -> str:
    if started_at is None or met_at is None:
        return _("Met")
    return _("Met in %s") % span(met_at - started_at)
