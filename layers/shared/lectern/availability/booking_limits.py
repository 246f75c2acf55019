"""How many sessions a teacher takes a day and a week, on their own calendar; a week starts on Monday (ISO 8601)."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta


def full_dates(booked_on: Mapping[date, int], per_day: int | None, per_week: int | None) -> frozenset[date]:
    """The local dates on which no further session may start. Whole weeks must have been counted for a weekly limit."""
    return _full_days(booked_on, per_day) | _days_of_full_weeks(booked_on, per_week)


def _full_days(booked_on: Mapping[date, int], limit: int | None) -> frozenset[date]:
    if limit is None:
        return frozenset()
    return frozenset(day for day, count in booked_on.items() if count >= limit)


def _days_of_full_weeks(booked_on: Mapping[date, int], limit: int | None) -> frozenset[date]:
    if limit is None:
        return frozenset()
    weeks: Counter[date] = Counter()
    for day, count in booked_on.items():
        weeks[day - timedelta(days=day.weekday())] += count
    full = (monday for monday, count in weeks.items() if count >= limit)
    return frozenset(monday + timedelta(days=offset) for monday in full for offset in range(7))
