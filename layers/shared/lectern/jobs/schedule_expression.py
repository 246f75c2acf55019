"""`rate(...)` and `cron(...)` as EventBridge's scheduled rules write them: when each is due, and was due last.

Read are numbers, names, lists, ranges, steps, `*` and `?`; not `L`, `W` and `#`.
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
# EventBridge's week starts with Sunday, as 1.
DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
# The 29th of February comes again within so many days, also over a year like 2100.
HORIZON_DAYS = 8 * 366
# A rule that has just fired may have done so by a clock that is ahead of the reader's.
CLOCKS_DIFFER_BY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class _Cron:
    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    years: frozenset[int]

    def moments(self, day: date) -> list[datetime]:
        """Its times on a day, in order."""
        weekday = day.isoweekday() % 7 + 1
        within = day.month in self.months and day.year in self.years
        if not (within and day.day in self.days and weekday in self.weekdays):
            return []
        times = [time(hour, minute, tzinfo=UTC) for hour in sorted(self.hours) for minute in sorted(self.minutes)]
        return [datetime.combine(day, at) for at in times]


def next_time(expression: str, after: datetime) -> datetime:
    """The first time later than `after` (UTC); a rate is counted from there.

    Raises ValueError for what is no such expression, or has no further time.
    """
    if rate := _rate(expression):
        return after + rate
    if match := re.fullmatch(r"cron\((.+)\)", expression):
        return _next(_cron(match[1]), after, expression)
    raise ValueError(f"{expression!r} is no schedule that is understood here.")


def last_time(expression: str, now: datetime) -> datetime:
    """The last time that is not later than `now` (UTC); of a rate, which counts from when its rule was made, `now`.

    Raises ValueError for what is no such expression, or has not had its first time.
    """
    if _rate(expression):
        return now
    if match := re.fullmatch(r"cron\((.+)\)", expression):
        return _last(_cron(match[1]), now + CLOCKS_DIFFER_BY, expression)
    raise ValueError(f"{expression!r} is no schedule that is understood here.")


def _rate(expression: str) -> timedelta | None:
    """EventBridge takes no `rate(0 minutes)`, no `rate(1 minutes)` and no `rate(5 minute)`."""
    match = re.fullmatch(r"rate\((1|([2-9]|[1-9]\d+)) (minute|hour|day)(?(2)s)\)", expression)
    return timedelta(**{f"{match[3]}s": int(match[1])}) if match else None


def _next(cron: _Cron, after: datetime, expression: str) -> datetime:
    for day in (after.date() + timedelta(days=ahead) for ahead in range(HORIZON_DAYS)):
        for moment in cron.moments(day):
            if moment > after:
                return moment
    raise ValueError(f"{expression!r} has no time after {after}.")


def _last(cron: _Cron, until: datetime, expression: str) -> datetime:
    for day in (until.date() - timedelta(days=back) for back in range(HORIZON_DAYS)):
        for moment in reversed(cron.moments(day)):
            if moment <= until:
                return moment
    raise ValueError(f"{expression!r} had no time until {until}.")


def _cron(fields: str) -> _Cron:
    names = fields.split()
    if len(names) != 6:  # noqa: PLR2004 - the fields of _Cron
        raise ValueError(f"cron({fields}) has {len(names)} fields and not 6.")
    minutes, hours, days, months, weekdays, years = names
    if (days == "?") == (weekdays == "?") or fields.count("?") > 1:
        raise ValueError(
            f"cron({fields}) must have a ? in just one of its fields, the day of the month or of the week."
        )
    return _Cron(
        minutes=_field(minutes, 0, 59),
        hours=_field(hours, 0, 23),
        days=_field(days, 1, 31),
        months=_field(months, 1, 12, MONTHS),
        weekdays=_field(weekdays, 1, 7, DAYS),
        years=_field(years, 1970, 2199),
    )


def _field(text: str, least: int, most: int, names: tuple[str, ...] = ()) -> frozenset[int]:
    chosen: set[int] = set()
    for part in text.split(","):
        span, _, step = part.partition("/")
        if span in {"*", "?"}:
            first, last = least, most
        else:
            first, last = _ends(span, names, most if step else None)
        if not least <= first <= last <= most:
            raise ValueError(f"{part} is outside of {least} to {most}.")
        chosen.update(range(first, last + 1, int(step or 1)))
    return frozenset(chosen)


def _ends(span: str, names: tuple[str, ...], open_end: int | None) -> tuple[int, int]:
    first, dash, last = span.partition("-")
    start = _number(first, names)
    if dash:
        return start, _number(last, names)
    return start, start if open_end is None else open_end


def _number(text: str, names: tuple[str, ...]) -> int:
    return names.index(text.upper()) + 1 if text.upper() in names else int(text)
