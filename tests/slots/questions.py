"""Questions to the engine, dense in what is hard: clock changes, long spans, hours that touch."""

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from lectern.slots import Availability, Hours, Interval, Override, Rule, Timing, Window
from tests.slots.changes import ZONES, changes

MINUTE = timedelta(minutes=1)
# Few enough that hours touch and overlap often, and around the times at which clocks change.
CLOCKS = [0, 30, 60, 61, 90, 120, 125, 150, 180, 240, 545, 720, 1020, 1380, 1410, 1439]


class Question(NamedTuple):
    """The arguments of `open_starts`, in its order."""

    availability: Availability
    busy: tuple[Interval, ...]
    timing: Timing
    window: Window
    now: datetime


def _minutes(*choices: int) -> st.SearchStrategy[timedelta]:
    return st.sampled_from(choices).map(lambda minutes: minutes * MINUTE)


def _near(moment: datetime, days: int) -> st.SearchStrategy[datetime]:
    return st.integers(-days * 24 * 60, days * 24 * 60).map(lambda minutes: moment + minutes * MINUTE)


def _hours() -> st.SearchStrategy[Hours]:
    starts = st.sampled_from(CLOCKS) | st.integers(0, 1439)
    ends = st.sampled_from([*CLOCKS, 1440]) | st.integers(0, 1440)
    return st.tuples(starts, ends).filter(lambda pair: pair[0] != pair[1]).map(lambda pair: Hours(*pair))


def _rules(near: datetime) -> st.SearchStrategy[tuple[Rule, ...]]:
    day = near.date()
    since = st.sampled_from([None, None, None, day - timedelta(days=1), day])
    until = st.sampled_from([None, None, None, day, day + timedelta(days=1)])
    weekday = st.integers(-1, 2).map(lambda days: (day.weekday() + days) % 7)
    some = st.lists(st.builds(Rule, weekday, _hours(), since, until), min_size=1, max_size=12).map(tuple)
    # Whole days, and hours that follow each other around the clock, so that long spans are common.
    patterns = st.sampled_from(
        [(Hours(0, 1440),), (Hours(60, 720), Hours(720, 60)), (Hours(1439, 1438), Hours(1438, 1440))]
    )
    days = st.sets(weekday, min_size=1)
    whole = st.builds(lambda of, at: tuple(Rule(day, hours) for day in of for hours in at), days, patterns)
    return some | whole | st.builds(lambda one, other: one + other, some, whole)


def _overrides(near: datetime) -> st.SearchStrategy[tuple[Override, ...]]:
    dates = st.integers(-2, 2).map(lambda days: near.date() + timedelta(days=days))
    some = st.builds(Override, dates, st.lists(_hours(), max_size=2).map(tuple))
    return st.lists(some, max_size=2, unique_by=lambda override: override.local_date).map(tuple)


def _busy(near: datetime) -> st.SearchStrategy[tuple[Interval, ...]]:
    lengths = _minutes(1, 15, 60, 240, 1500)
    some = st.builds(lambda start, length: Interval(start, start + length), _near(near, days=3), lengths)
    return st.lists(some, max_size=6).map(tuple)


_TIMINGS = st.builds(
    Timing,
    duration=_minutes(1, 15, 30, 45, 60, 60, 90, 600, 1500, 3000),
    step=_minutes(5, 7, 15, 30, 45, 60, 1000, 1440, 1500),
    buffer_before=_minutes(0, 0, 5, 15),
    buffer_after=_minutes(0, 0, 10, 30),
    minimum_notice=_minutes(0, 0, 0, 60, 1440),
)


@st.composite
def questions(draw: st.DrawFn) -> Question:
    """A question about the days around a change of the clocks in any zone, around midsummer where none is known."""
    name = draw(st.sampled_from(ZONES))
    known = changes(name) or (datetime(2026, 6, 21, tzinfo=UTC),)
    near = draw(st.sampled_from(known))
    dates = [near.date() + timedelta(days=days) for days in (-1, 0, 1)]
    full_dates = draw(st.just(frozenset[date]()) | st.frozensets(st.sampled_from(dates), max_size=1))
    is_closed = draw(st.sampled_from([False] * 19 + [True]))
    availability = Availability(ZoneInfo(name), draw(_rules(near)), draw(_overrides(near)), full_dates, is_closed)
    start = draw(_near(near, days=1)) - timedelta(days=1)
    window = Window(start, start + draw(_minutes(60, 1440, 3000, 4320, 4320)))
    now = draw(st.sampled_from([near - timedelta(days=9)] * 3 + [near]))
    return Question(availability, draw(_busy(near)), draw(_TIMINGS), window, now)
