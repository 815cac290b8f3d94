"""The calendar of the stories: working days counted back from the day they are told.

A story never names a date, so that the demo is as fresh on any day it is
loaded. Weekdays stay sensible: one working day before a Monday is a Friday.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from complaints import worktime

KUALA_LUMPUR = ZoneInfo("Asia/Kuala_Lumpur")
LAST_STEP = time(10)
"""What happens on a story's last day has happened by then."""
OPEN_FROM, OPEN_UNTIL = 10, 20
"""The hours between which somebody is promised something for the same day."""


@dataclass(frozen=True)
class Days:
    now: datetime  # when the demo is loaded

    def back(self, days: int, at: str, zone: ZoneInfo | None = None) -> datetime:
        """So many working days before the stories' last day; 0 is that day itself, before ten o'clock."""
        day = self.last_day
        while days > 0:
            day -= timedelta(days=1)
            days -= self._is_working(day)
        return self._moment(day, at, zone)

    def nights(self, nights: int, at: str, zone: ZoneInfo | None = None) -> datetime:
        """So many days before the stories' last day, weekends counted: for what runs by the hour, such as a survey.

        Never earlier than `back` of the same number.
        """
        return self._moment(self.last_day - timedelta(days=nights), at, zone)

    def ahead(self, days: int, at: str, zone: ZoneInfo | None = None) -> datetime:
        """So many working days after today: always still to come."""
        day = self._today
        while days > 0:
            day += timedelta(days=1)
            days -= self._is_working(day)
        return self._moment(day, at, zone)

    def soon(self) -> datetime:
        """A full hour, two to three hours from now, or the next morning: what is due today."""
        local = self.now.astimezone(self._site)
        hour = local.replace(minute=0, second=0, microsecond=0) + timedelta(hours=3)
        if OPEN_FROM <= hour.hour <= OPEN_UNTIL and hour.date() == local.date():
            return hour
        morning = local.date() + timedelta(days=local.hour >= OPEN_FROM)
        return self._moment(morning, f"{OPEN_FROM}:00", None)

    @property
    def last_day(self) -> date:
        """Today, once it is ten o'clock; the day before until then. The desk answers calls at weekends too."""
        local = self.now.astimezone(self._site)
        return local.date() - timedelta(days=local.time() < LAST_STEP)

    @property
    def _today(self) -> date:
        return self.now.astimezone(self._site).date()

    @property
    def _site(self) -> ZoneInfo:
        return ZoneInfo(settings.SITE_TIME_ZONE)

    def _is_working(self, day: date) -> bool:
        return worktime.is_working_day(self._moment(day, "12:00", None), self._site)

    def _moment(self, day: date, at: str, zone: ZoneInfo | None) -> datetime:
        return datetime.combine(day, time.fromisoformat(at.zfill(5)), tzinfo=zone or self._site)
