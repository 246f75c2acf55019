"""`rate(...)` and `cron(...)` as EventBridge's scheduled rules write them, and the next time of each.

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


@dataclass(frozen=True, slots=True)
class _Cron:
    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    years: frozenset[int]

    def takes(self, day: date) -> bool:
        weekday = day.isoweekday() % 7 + 1
        within = day.month in self.months and day.year in self.years
        return within and day.day in self.days and weekday in self.weekdays


def next_time(expression: str, after: datetime) -> datetime:
    """The first time later than `after` (UTC); a rate is counted from there.

    Raises ValueError for what is no such expression, or has no further time.
    """
    if match := re.fullmatch(r"rate\((\d+) (minute|hour|day)s?\)", expression):
        return after + timedelta(**{f"{match[2]}s": int(match[1])})
    if match := re.fullmatch(r"cron\((.+)\)", expression):
        return _next(_cron(match[1]), after, expression)
    raise ValueError(f"{expression!r} is no schedule that is understood here.")


def _next(cron: _Cron, after: datetime, expression: str) -> datetime:
    times = [time(hour, minute, tzinfo=UTC) for hour in sorted(cron.hours) for minute in sorted(cron.minutes)]
    for day in (after.date() + timedelta(days=ahead) for ahead in range(HORIZON_DAYS)):
        if cron.takes(day):
            for at in times:
                if (moment := datetime.combine(day, at)) > after:
                    return moment
    raise ValueError(f"{expression!r} has no time after {after}.")


def _cron(fields: str) -> _Cron:
    names = fields.split()
    if len(names) != 6:  # noqa: PLR2004 - the fields of _Cron
        raise ValueError(f"cron({fields}) has {len(names)} fields and not 6.")
    minutes, hours, days, months, weekdays, years = names
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
