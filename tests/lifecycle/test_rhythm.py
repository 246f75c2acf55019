"""How often a student comes, by worked examples."""

import pytest

from lectern.lifecycle.rhythm import rhythm_days
from lectern.lifecycle.thresholds import Thresholds
from tests.lifecycle.given import ago


@pytest.mark.parametrize(
    ("days_ago", "rhythm"),
    [
        ([], 7),
        ([1], 7),
        ([1, 15], 7),
        ([1, 15, 29], 14),
        ([0, 7, 14, 35], 7),
        ([0, 7, 17], 8.5),
        ([0, 1, 2, 3], 3),
        ([0, 0, 0], 3),
        ([0, 60, 120], 30),
    ],
    ids=[
        "none",
        "one",
        "two are too few to tell",
        "three tell",
        "a holiday does not move the median",
        "between the two middle gaps",
        "never below three days",
        "all on one day",
        "never above thirty days",
    ],
)
def test_the_rhythm_is_the_median_gap(days_ago: list[int], rhythm: float) -> None:
    assert rhythm_days(ago(*days_ago), Thresholds()) == rhythm


def test_a_teacher_may_say_what_is_usual_and_how_many_lessons_tell() -> None:
    thresholds = Thresholds(usual_rhythm_days=14, rhythm_needs_lessons=5)

    assert rhythm_days(ago(0, 2, 4, 6), thresholds) == 14
