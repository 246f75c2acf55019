"""How the lessons of a range of dates went, how much of the time was booked, and when lessons are popular.

A lesson counts on the date of its start, with a seat for each student; a trial is none. Sums come from the daily run;
what they are divided by is given with them.
"""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from lectern.analytics.local_day import local_days, require_range
from lectern.analytics.percent import percent
from lectern.database import Answer, Transaction


@dataclass(frozen=True, slots=True)
class Operations:
    """Sums over dates, up to yesterday.

    `lessons` are seats, whatever became of them. `repeats` are completed lessons of students who had completed one
    before. `lead_minutes` lie between booking and start, of the `self_booked` lessons that students booked themselves.
    `booked_minutes` are those of all sessions, trials too, that were not cancelled; they may exceed `bookable_minutes`,
    as a teacher may go beyond their rules.
    """

    lessons: int
    completed: int
    no_shows: int
    cancelled: int
    rescheduled: int
    repeats: int
    self_booked: int
    lead_minutes: int
    booked_minutes: int
    bookable_minutes: int

    @property
    def cancellation_percent(self) -> float | None:
        """Whoever cancelled, and however early."""
        return percent(self.cancelled, self.lessons)

    @property
    def no_show_percent(self) -> float | None:
        """Of the lessons that were waited for."""
        return percent(self.no_shows, self.completed + self.no_shows)

    @property
    def reschedule_percent(self) -> float | None:
        return percent(self.rescheduled, self.lessons)

    @property
    def repeat_percent(self) -> float | None:
        return percent(self.repeats, self.completed)

    @property
    def average_lead_hours(self) -> float | None:
        return round(self.lead_minutes / 60 / self.self_booked, 1) if self.self_booked else None

    @property
    def utilisation_percent(self) -> float | None:
        return percent(self.booked_minutes, self.bookable_minutes)


@dataclass(frozen=True, slots=True)
class PopularTime:
    """Sessions that started in an hour of the teacher's week: weekday 0 is Monday, the hour on their clock."""

    weekday: int
    hour: int
    sessions: int


@dataclass(frozen=True, slots=True)
class _Zone:
    time_zone: str


def operations(tx: Transaction, first: date, until: date) -> Operations:
    """Of the teacher's dates [first, until). Raises Invalid `invalid_range`."""
    require_range(first, until)
    return tx.ask(
        """
        select coalesce(sum(lessons), 0)::integer, coalesce(sum(completed), 0)::integer,
          coalesce(sum(no_shows), 0)::integer, coalesce(sum(cancelled), 0)::integer,
          coalesce(sum(rescheduled), 0)::integer, coalesce(sum(repeats), 0)::integer,
          coalesce(sum(self_booked), 0)::integer, coalesce(sum(lead_minutes), 0)::bigint,
          coalesce(sum(booked_minutes), 0)::integer, coalesce(sum(bookable_minutes), 0)::integer
        from operations_daily
        where teacher_id = %(teacher_id)s and local_date >= %(first)s and local_date < %(until)s
        """,
        Operations,
        {"first": first, "until": until},
    ).one()


def popular_times(tx: Transaction, first: date, until: date) -> list[PopularTime]:
    """When the sessions of the teacher's dates [first, until) start, the busiest hour first; also those to come."""
    require_range(first, until)
    zone = ZoneInfo(tx.ask("select time_zone from teachers where id = %(teacher_id)s", _Zone).one().time_zone)
    days = local_days(zone, first, until)
    return _ask_popular_times(tx, zone, days[0].starts_at, days[-1].ends_at).all()


def _ask_popular_times(tx: Transaction, zone: ZoneInfo, since: datetime, until: datetime) -> Answer[PopularTime]:
    return tx.ask(
        """
        select extract(isodow from starts_at at time zone %(zone)s)::integer - 1,
          extract(hour from starts_at at time zone %(zone)s)::integer, count(*)
        from class_sessions
        where teacher_id = %(teacher_id)s and deleted_at is null
          and status in ('scheduled', 'completed', 'no_show')
          and starts_at >= %(since)s and starts_at < %(until)s
        group by 1, 2
        order by 3 desc, 1, 2
        """,
        PopularTime,
        {"zone": zone.key, "since": since, "until": until},
    )
