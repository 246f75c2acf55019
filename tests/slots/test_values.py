"""Values that cannot mean anything are refused where they are made."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from lectern.slots import Hours, Interval, Rule, Timing, Window, is_open
from tests.slots.builders import LONG_AGO, lesson, override, teacher, utc, weekly

START, END = utc("2026-03-02 09:00"), utc("2026-03-02 10:00")
NAIVE = datetime(2026, 3, 2, 9)  # noqa: DTZ001  # the point of the test


@pytest.mark.parametrize("make", [Interval, Window])
@pytest.mark.parametrize(
    ("start", "end"),
    [
        (START, START),
        (END, START),
        (NAIVE, END),
        (START, NAIVE + timedelta(hours=2)),
        (START, END.astimezone(ZoneInfo("Europe/Berlin"))),
    ],
    ids=["empty", "backwards", "naive start", "naive end", "local end"],
)
def test_intervals_and_windows_run_forward_in_utc(
    make: Callable[[datetime, datetime], object], start: datetime, end: datetime
) -> None:
    with pytest.raises(ValueError, match="must be"):
        make(start, end)


@pytest.mark.parametrize(("start", "end"), [(-1, 60), (1440, 60), (0, 1441), (60, -1), (540, 540), (0, 0)])
def test_hours_are_within_a_day_and_not_empty(start: int, end: int) -> None:
    with pytest.raises(ValueError, match=r"minute|hours"):
        Hours(start, end)


@pytest.mark.parametrize("weekday", [-1, 7])
def test_a_rule_names_one_of_seven_days(weekday: int) -> None:
    with pytest.raises(ValueError, match="weekday"):
        Rule(weekday, Hours(540, 600))


def test_a_rule_does_not_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="effective_until"):
        Rule(0, Hours(540, 600), effective_from=date(2026, 3, 2), effective_until=date(2026, 3, 1))


def test_a_rule_for_a_single_date_is_fine() -> None:
    assert Rule(0, Hours(540, 600), date(2026, 3, 2), date(2026, 3, 2)).is_effective(date(2026, 3, 2))


def test_a_date_has_one_override() -> None:
    with pytest.raises(ValueError, match="more than one override"):
        teacher(overrides=[override("2026-03-02"), override("2026-03-02", "09:00-10:00")])


@pytest.mark.parametrize("position", range(5))
@pytest.mark.parametrize("wrong", [timedelta(minutes=-1), timedelta(minutes=1, microseconds=1)])
def test_lengths_are_whole_seconds_and_not_negative(position: int, wrong: timedelta) -> None:
    lengths = [timedelta(minutes=30)] * 5
    lengths[position] = wrong
    with pytest.raises(ValueError, match="must"):
        Timing(*lengths)


@pytest.mark.parametrize("zero", ["duration", "step"])
def test_a_duration_and_a_step_take_time(zero: str) -> None:
    with pytest.raises(ValueError, match="longer than nothing"):
        lesson(0) if zero == "duration" else lesson(step=0)


def test_a_naive_start_or_present_is_an_error_and_not_the_machines_time() -> None:
    mornings = teacher(*weekly("daily", "09:00-10:00"))
    with pytest.raises(TypeError, match="naive"):
        is_open(mornings, (), lesson(), NAIVE, LONG_AGO)
    with pytest.raises(TypeError, match="naive"):
        is_open(mornings, (), lesson(), NAIVE.replace(tzinfo=UTC), NAIVE)
