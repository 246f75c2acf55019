"""The engine agrees with a slow and obvious oracle, in every zone and around every kind of clock change."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings

from lectern.slots import Availability, Window, open_starts
from tests.slots.builders import LONG_AGO, lesson, teacher, weekly
from tests.slots.changes import ZONES, changes
from tests.slots.oracle import MINUTE, oracle_starts
from tests.slots.questions import Question, questions

AROUND_CHANGES = ("23:40-00:10", "00:30-02:15", "02:30-03:10", "03:10-03:50", "21:30-22:45")


def _one_zone_for_each_kind_of_change() -> dict[str, tuple[str, datetime]]:
    """A zone and an instant for each pair of time of day and jump of the clock."""
    kinds = {}
    for zone in ZONES:
        for change in changes(zone):
            before, after = (at.astimezone(ZoneInfo(zone)) for at in (change - MINUTE, change))
            jump = after.replace(tzinfo=None) - before.replace(tzinfo=None) - MINUTE
            kinds[f"{before:%H:%M}{jump.total_seconds() / 3600:+}h"] = zone, change
    return kinds


KINDS = _one_zone_for_each_kind_of_change()


@settings(max_examples=100)
@given(questions())
def test_any_question_gets_the_answer_of_the_oracle(question: Question) -> None:
    assert open_starts(*question) == oracle_starts(*question)


@pytest.mark.parametrize("zone_and_change", KINDS.values(), ids=KINDS.keys())
@pytest.mark.parametrize("times", [AROUND_CHANGES, ("00:00-24:00",)])
def test_every_kind_of_clock_change_gets_the_answer_of_the_oracle(
    zone_and_change: tuple[str, datetime], times: tuple[str, ...]
) -> None:
    zone, change = zone_and_change
    availability = teacher(*weekly("daily", *times), zone=zone)
    around = Window(change - timedelta(hours=26), change + timedelta(hours=26))
    question = Question(availability, (), lesson(15, step=25), around, LONG_AGO)
    assert open_starts(*question) == oracle_starts(*question) != []


@pytest.mark.parametrize("zone", ZONES)
def test_in_every_zone_a_lesson_at_noon_is_at_noon_on_both_sides_of_recent_changes(zone: str) -> None:
    availability = teacher(*weekly("daily", "12:00-13:00"), zone=zone)
    for change in changes(zone)[-8:]:
        around = Window(change - timedelta(days=3), change + timedelta(days=3))
        assert _local_times(availability, around) == [time(12)] * 6


def _local_times(availability: Availability, around: Window) -> list[time]:
    starts = open_starts(availability, (), lesson(), around, LONG_AGO)
    return [start.astimezone(availability.zone).time() for start in starts]
