"""When the customer is asked: 24 to 48 hours after it was resolved, between 09:00 and 20:00 where they live, or never.

First the sums, over every minute of two years and zones with odd offsets and odd nights; then the real sweeps with
the clock moved, ticking and failing as they please.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.test import override_settings
from hypothesis import example, given, settings
from hypothesis import strategies as st

from complaints import clock
from complaints.models import Complaint, Message
from complaints.tasks import deliver_messages, note_messages
from followups import timing
from followups.actions.survey import plan_survey
from followups.models import Survey
from followups.tasks import look_at_surveys
from tests import factories
from tests.factories import Cast

ZONES = [
    "Asia/Jakarta", "Asia/Jayapura", "Asia/Kuala_Lumpur", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe",
    "Pacific/Chatham",
]  # fmt: skip
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
MINUTES = 2 * 365 * 24 * 60
WINDOW_ENDS = 48 * 60  # minutes after it was resolved
LONG_AFTER = 60 * 60

moments = st.integers(0, MINUTES - 1).map(lambda minute: BEGIN + timedelta(minutes=minute))
zones = st.sampled_from(ZONES).map(ZoneInfo)


def is_day(moment: datetime, zone: ZoneInfo) -> bool:
    """Said anew, so that the rule is not measured with itself."""
    return time(9) <= moment.astimezone(zone).time().replace(fold=0) < time(20)


def minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


# -- the sums ----------------------------------------------------------------------------
@given(moments, zones)
def test_the_window_is_of_elapsed_hours(resolved_at: datetime, zone: ZoneInfo) -> None:
    not_before, not_after = timing.survey_window(resolved_at.astimezone(zone))
    assert not_before.astimezone(UTC) - resolved_at == timedelta(hours=24)
    assert not_after.astimezone(UTC) - resolved_at == timedelta(hours=48)


@given(moments, zones)
@example(datetime(2026, 3, 28, 19, 0, tzinfo=UTC), ZoneInfo("Europe/Berlin"))  # the night in which an hour is missing
@example(datetime(2026, 10, 24, 18, 0, tzinfo=UTC), ZoneInfo("Europe/Berlin"))  # and that in which one comes twice
@example(datetime(2026, 4, 4, 9, 0, tzinfo=UTC), ZoneInfo("Australia/Lord_Howe"))  # half an hour
def test_every_resolution_has_a_moment_to_ask(resolved_at: datetime, zone: ZoneInfo) -> None:
    window = timing.survey_window(resolved_at)
    at = timing.survey_send_at(resolved_at, window, zone)
    assert at is not None
    assert window[0] <= at <= window[1]
    assert is_day(at, zone)


@given(moments, zones, st.integers(0, LONG_AFTER))
def test_it_is_the_first_moment_there_is_or_there_is_none(resolved_at: datetime, zone: ZoneInfo, late: int) -> None:
    window, now = timing.survey_window(resolved_at), resolved_at + minutes(late)
    at = timing.survey_send_at(now, window, zone)
    left = range(late, WINDOW_ENDS + 1, 5)
    possible = [
        moment
        for moment in (resolved_at + minutes(minute) for minute in left)
        if window[0] <= moment <= window[1] and is_day(moment, zone)
    ]
    if at is None:
        assert possible == []
    else:
        assert window[0] <= at <= window[1]
        assert at >= now
        assert is_day(at, zone)
        assert all(at <= moment for moment in possible)


@given(moments, st.sampled_from(["Asia/Jakarta", "Asia/Kuala_Lumpur", "Europe/Berlin"]).map(ZoneInfo))
def test_a_call_is_owed_on_the_next_working_day_at_the_same_hour(at: datetime, zone: ZoneInfo) -> None:
    due = timing.call_due(at, zone).astimezone(zone)
    local = at.astimezone(zone)
    assert due.weekday() < 5
    days = (due.date() - local.date()).days
    assert days == {4: 3, 5: 2}.get(local.weekday(), 1)
    assert due.time() == local.time() or due.utcoffset() != local.utcoffset()


# -- the real sweeps ---------------------------------------------------------------------
@pytest.fixture(autouse=True)
def _home(tmp_path: Path) -> Iterator[None]:
    with override_settings(HOME=tmp_path, EMAIL_URL=""):
        yield


@contextmanager
def nothing_stays() -> Iterator[None]:
    """What happens in one example is undone before the next."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def complaint(cast: Cast) -> Complaint:
    """Resolved; its other letters have gone, and it is not asked yet."""
    complaint = factories.resolved(cast)
    deliver_messages()
    Survey.objects.all().delete()
    return complaint


def it_is(moment: datetime) -> None:
    clock.set_offset(moment - clock.wall())


def asked_afterwards(complaint: Complaint, resolved_at: datetime, zone: ZoneInfo) -> Survey:
    """As if it had been resolved at that moment, by a customer who lives there."""
    it_is(resolved_at)
    complaint.customer.time_zone = zone.key
    complaint.customer.save()
    complaint.resolved_at = resolved_at
    Complaint.objects.filter(pk=complaint.pk).update(resolved_at=resolved_at)
    survey = plan_survey(complaint, by=complaint.owner)
    assert survey
    return survey


ticks = st.lists(st.integers(20 * 60, 54 * 60), min_size=1, max_size=5, unique=True).map(sorted)


def test_the_sweeps_ask_once_inside_the_window_or_by_phone(complaint: Complaint) -> None:
    """Ticks when they come, mail or none: at every end there is one letter in time, or a call; never both too late."""

    @settings(max_examples=25, deadline=None)
    @given(moments, zones, ticks, st.sets(st.integers(0, 5)))
    def ask(resolved_at: datetime, zone: ZoneInfo, at: list[int], without_mail: set[int]) -> None:
        with nothing_stays():
            survey = asked_afterwards(complaint, resolved_at, zone)
            for number, minute in enumerate([*at, LONG_AFTER]):
                it_is(resolved_at + minutes(minute))
                look_at_surveys()
                if number not in without_mail:
                    deliver_messages()
                note_messages()
            survey.refresh_from_db()
            letters = list(Message.objects.filter(kind="survey"))
            sent = [letter for letter in letters if letter.state == "sent"]
            by_phone = complaint.follow_ups.filter(kind="instead_of_survey").count()
            assert len(letters) <= 1
            for letter in sent:
                assert letter.sent_at
                assert survey.not_before <= letter.sent_at <= survey.not_after
                assert is_day(letter.sent_at, zone)
            assert (survey.state, by_phone) in ([("sent", 0)] if sent else [("expired", 1)])

    ask()


def test_what_could_be_asked_is_asked(complaint: Complaint) -> None:
    """One tick in the day of the window is enough."""

    @settings(max_examples=15, deadline=None)
    @given(moments, zones, st.integers(24 * 60, 47 * 60))
    def ask(resolved_at: datetime, zone: ZoneInfo, minute: int) -> None:
        with nothing_stays():
            survey = asked_afterwards(complaint, resolved_at, zone)
            it_is(resolved_at + minutes(minute))
            for sweep in (look_at_surveys, look_at_surveys, deliver_messages, deliver_messages):
                sweep()
            expected = int(is_day(resolved_at + minutes(minute), zone))
            assert Message.objects.filter(kind="survey", state="sent").count() == expected
            survey.refresh_from_db()
            assert survey.state in (["sent"] if expected else ["scheduled", "expired"]), "at night it waits, or is over"

    ask()
