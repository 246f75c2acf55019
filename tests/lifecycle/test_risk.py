"""The risk score, by a worked example for each of its reasons and the days on both sides of each limit."""

from typing import Any

import pytest

from lectern.lifecycle.case import case_of
from lectern.lifecycle.facts import Facts
from lectern.lifecycle.risk import Risk, risk_of
from lectern.lifecycle.thresholds import Thresholds
from tests.lifecycle.given import TODAY, a_regular, ago, facts


def risk(known: Facts, thresholds: Thresholds | None = None) -> Risk:
    return risk_of(case_of(known, thresholds or Thresholds(), TODAY))


def a_safe_one(last: int = 3, every: int = 7, **known: Any) -> Facts:  # noqa: ANN401 - any field of Facts
    return a_regular(last, every, **{"has_lesson_ahead": True, **known})


def points(known: Facts) -> dict[str, int]:
    return {reason.code: reason.points for reason in risk(known).reasons}


def test_who_comes_as_ever_and_has_the_next_lesson_booked_is_at_no_risk() -> None:
    assert risk(a_safe_one()) == Risk(0, "healthy", ())


def test_no_lesson_ahead_is_30() -> None:
    assert points(a_regular(has_lesson_ahead=False)) == {"no_lesson_ahead": 30}


@pytest.mark.parametrize(
    ("every", "silent_days", "expected"),
    [
        (7, 10, {}),
        (7, 11, {"gap": 15}),
        (7, 17, {"gap": 15}),
        (7, 18, {"wide_gap": 30}),
        (14, 21, {}),
        (14, 22, {"gap": 15}),
        (14, 35, {"gap": 15}),
        (14, 36, {"wide_gap": 30}),
    ],
)
def test_a_gap_is_15_beyond_one_and_a_half_rhythms_and_30_beyond_two_and_a_half(
    every: int, silent_days: int, expected: dict[str, int]
) -> None:
    assert points(a_safe_one(silent_days, every)) == expected


def test_who_has_not_had_a_lesson_yet_leaves_no_gap() -> None:
    newcomer = facts(is_ever_booked=True, last_booked_on=ago(20)[0], has_lesson_ahead=True)

    assert points(newcomer) == {}


@pytest.mark.parametrize(("absences", "expected"), [(2, {}), (3, {"absences": 20}), (5, {"absences": 20})])
def test_three_absences_are_20(absences: int, expected: dict[str, int]) -> None:
    assert points(a_safe_one(absences=absences)) == expected


@pytest.mark.parametrize(
    ("before", "lately", "expected"),
    [
        (4, 3, {}),
        (4, 2, {"fewer_lessons": 15}),
        (3, 2, {}),
        (3, 1, {"fewer_lessons": 15}),
        (1, 0, {"fewer_lessons": 15}),
        (0, 0, {}),
    ],
)
def test_half_as_many_lessons_as_before_are_15(before: int, lately: int, expected: dict[str, int]) -> None:
    assert points(a_safe_one(lessons_before=before, lessons_lately=lately)) == expected


@pytest.mark.parametrize(("units", "expected"), [(None, {}), (0, {"no_credits": 15}), (50, {})])
def test_having_used_up_ones_credits_is_15(units: int | None, expected: dict[str, int]) -> None:
    assert points(a_safe_one(credits=units)) == expected


@pytest.mark.parametrize(("days", "expected"), [(7, {}), (8, {"unpaid": 15})])
def test_money_that_has_not_come_for_more_than_a_week_is_15(days: int, expected: dict[str, int]) -> None:
    assert points(a_safe_one(unpaid_since=ago(days)[0])) == expected


@pytest.mark.parametrize(("days", "expected"), [(29, {}), (30, {"no_contact": 5})])
def test_a_month_without_a_word_is_5(days: int, expected: dict[str, int]) -> None:
    assert points(a_safe_one(last_contact_on=ago(days)[0])) == expected


def test_who_was_never_written_to_is_without_a_word_since_they_came() -> None:
    assert points(a_safe_one(last_contact_on=None, known_since=ago(29)[0])) == {}
    assert points(a_safe_one(last_contact_on=None, known_since=ago(30)[0])) == {"no_contact": 5}


def test_points_add_up_to_100_at_most_and_every_reason_is_told() -> None:
    worst = a_regular(
        last=40,
        absences=3,
        lessons_before=4,
        credits=0,
        unpaid_since=ago(20)[0],
        last_contact_on=ago(50)[0],
    )

    assert points(worst) == {
        "no_lesson_ahead": 30,
        "wide_gap": 30,
        "absences": 20,
        "fewer_lessons": 15,
        "no_credits": 15,
        "unpaid": 15,
        "no_contact": 5,
    }
    assert risk(worst).score == 100


@pytest.mark.parametrize(
    ("known", "score", "level"),
    [
        ({"absences": 3, "last_contact_on": ago(30)[0]}, 25, "healthy"),
        ({"credits": 0, "unpaid_since": ago(8)[0]}, 30, "watch"),
        ({"absences": 3, "credits": 0, "unpaid_since": ago(8)[0], "last_contact_on": ago(30)[0]}, 55, "watch"),
        ({"has_lesson_ahead": False, "credits": 0, "unpaid_since": ago(8)[0]}, 60, "high"),
    ],
)
def test_the_level_follows_the_score(known: dict[str, Any], score: int, level: str) -> None:
    found = risk(a_safe_one(**known))

    assert (found.score, found.level) == (score, level)


def test_a_reason_says_what_was_found_and_what_it_was_held_against() -> None:
    [gap] = risk(a_safe_one(last=20)).reasons

    assert (gap.code, gap.value, gap.limit) == ("wide_gap", 20, 17.5)


def test_a_teacher_may_take_a_reason_out_and_move_the_levels() -> None:
    thresholds = Thresholds(no_lesson_ahead_points=0, gap_points=20, watch_score=20)

    found = risk(a_regular(last=11), thresholds)

    assert [reason.code for reason in found.reasons] == ["gap"]
    assert (found.score, found.level) == (20, "watch")
