"""The stage of a student, by a worked example for each row of the table and the days on both sides of each limit."""

from typing import Any

import pytest

from lectern.lifecycle.facts import Facts
from lectern.lifecycle.thresholds import Thresholds
from tests.lifecycle.given import a_regular, ago, codes, facts, standing


def a_beginner(lessons: int = 2, first: int = 14, last: int = 3, **known: Any) -> Facts:  # noqa: ANN401 - any field
    """Somebody with so few paid lessons."""
    [first_on] = ago(first)
    return a_regular(last, lessons_done=lessons, paid_lessons_done=lessons, first_paid_lesson_on=first_on, **known)


def on_trial(days: int, **known: Any) -> Facts:  # noqa: ANN401 - any field of Facts
    return facts(trial_done_on=ago(days)[0], **known)


def test_whom_the_teacher_put_away_is_archived_whatever_else_holds() -> None:
    found = standing(a_regular(is_archived=True, paused_until=ago(-5)[0], has_lesson_ahead=True))

    assert (found.stage, codes(found), found.risk) == ("archived", ["archived"], None)


@pytest.mark.parametrize(("days_left", "stage"), [(30, "paused"), (0, "paused"), (-1, "lapsed")])
def test_a_pause_lasts_through_its_last_day_and_raises_no_risk(days_left: int, stage: str) -> None:
    found = standing(a_regular(last=100, paused_until=ago(-days_left)[0]))

    assert (found.stage, found.risk) == (stage, None)


@pytest.mark.parametrize(("days", "stage"), [(0, "lead"), (30, "lead"), (31, "lost_lead")])
def test_who_never_booked_a_lesson_is_a_lead_for_30_days(days: int, stage: str) -> None:
    found = standing(facts(known_since=ago(days)[0]))

    assert (found.stage, found.reasons[0].value, found.reasons[0].limit) == (stage, days, 30)


def test_who_has_a_trial_ahead_has_booked_a_trial() -> None:
    assert standing(facts(has_trial_ahead=True)).stage == "trial_booked"


def test_a_trial_ahead_of_somebody_who_had_lessons_is_no_beginning() -> None:
    assert standing(a_regular(has_trial_ahead=True)).stage == "active"


def test_a_trial_is_still_booked_until_it_is_marked() -> None:
    found = standing(facts(known_since=ago(40)[0], trial_unmarked_on=ago(1)[0]))

    assert (found.stage, codes(found)) == ("trial_booked", ["trial_not_marked"])


@pytest.mark.parametrize(("days", "stage"), [(0, "trial_done"), (14, "trial_done"), (15, "lost_trial")])
def test_who_tried_and_did_nothing_since_is_lost_after_14_days(days: int, stage: str) -> None:
    found = standing(on_trial(days))

    assert (found.stage, found.reasons[0].value, found.reasons[0].limit) == (stage, days, 14)


@pytest.mark.parametrize("known", [{"has_bought": True}, {"is_ever_booked": True, "last_booked_on": ago(1)[0]}])
def test_who_tried_and_then_bought_or_booked_is_new(known: dict[str, object]) -> None:
    assert standing(on_trial(5, **known)).stage == "new"


@pytest.mark.parametrize(("days", "stage"), [(10, "new"), (11, "at_risk"), (45, "at_risk"), (46, "lapsed")])
def test_who_bought_after_the_trial_and_never_came_is_missed_like_anybody(days: int, stage: str) -> None:
    assert standing(on_trial(days, has_bought=True)).stage == stage


@pytest.mark.parametrize(("lessons", "stage"), [(3, "new"), (4, "active")])
def test_who_had_fewer_than_4_paid_lessons_is_new(lessons: int, stage: str) -> None:
    assert standing(a_beginner(lessons, first=200)).stage == stage


@pytest.mark.parametrize(("days", "stage"), [(30, "new"), (31, "active")])
def test_whose_first_paid_lesson_was_in_the_last_30_days_is_new(days: int, stage: str) -> None:
    assert standing(a_beginner(9, first=days)).stage == stage


def test_where_no_lesson_ever_had_a_price_each_counts_as_paid() -> None:
    unpriced = a_regular(paid_lessons_done=0, first_paid_lesson_on=None)

    assert standing(unpriced).stage == "active"


@pytest.mark.parametrize(("last", "stage"), [(10, "new"), (11, "at_risk"), (46, "lapsed")])
def test_who_is_new_is_so_only_until_overdue(last: int, stage: str) -> None:
    assert standing(a_beginner(last=last)).stage == stage


@pytest.mark.parametrize(
    ("every", "last", "stage"),
    [
        (7, 10, "active"),
        (7, 11, "at_risk"),
        (7, 45, "at_risk"),
        (7, 46, "lapsed"),
        (14, 21, "active"),
        (14, 22, "at_risk"),
        (14, 56, "at_risk"),
        (14, 57, "lapsed"),
        (30, 45, "active"),
        (30, 46, "at_risk"),
        (30, 120, "at_risk"),
        (30, 121, "lapsed"),
    ],
)
def test_without_a_lesson_ahead_a_student_is_overdue_and_then_lapses_by_their_own_rhythm(
    every: int, last: int, stage: str
) -> None:
    assert standing(a_regular(last, every)).stage == stage


def test_who_has_a_lesson_ahead_is_active_however_long_ago_the_last_one_was() -> None:
    found = standing(a_regular(last=100, has_lesson_ahead=True))

    assert (found.stage, codes(found)) == ("active", ["lesson_ahead", "wide_gap"])


def test_who_is_overdue_is_told_with_the_reasons_of_the_risk() -> None:
    found = standing(a_regular(last=12))

    assert codes(found) == ["overdue", "no_lesson_ahead", "gap"]
    assert found.risk
    assert (found.reasons[0].value, found.reasons[0].limit, found.risk.score) == (12, 10.5, 45)


def test_a_high_risk_is_one_though_there_is_a_lesson_ahead() -> None:
    [a_week_ago] = ago(8)

    found = standing(a_regular(has_lesson_ahead=True, absences=3, credits=0, unpaid_since=a_week_ago, lessons_before=4))

    assert (found.stage, codes(found)) == ("at_risk", ["absences", "fewer_lessons", "no_credits", "unpaid"])


@pytest.mark.parametrize(("days", "stage"), [(0, "won_back"), (30, "won_back"), (31, "active")])
def test_who_came_again_after_they_lapsed_is_won_back_for_30_days(days: int, stage: str) -> None:
    returned = a_regular(last=0, has_lesson_ahead=True, returned_on=ago(days)[0])

    assert standing(returned).stage == stage


@pytest.mark.parametrize(("days", "stage"), [(10, "active"), (11, "at_risk")])
def test_who_came_to_a_lesson_that_is_not_marked_has_not_been_silent(days: int, stage: str) -> None:
    assert standing(a_regular(last=90, lesson_unmarked_on=ago(days)[0])).stage == stage


def test_who_is_won_back_is_not_new_again() -> None:
    assert standing(a_beginner(3, returned_on=ago(3)[0])).stage == "won_back"


def test_who_lapsed_and_only_booked_is_not_won_back_yet() -> None:
    assert standing(a_regular(last=90, has_lesson_ahead=True)).stage == "active"


def test_a_teachers_own_thresholds_hold() -> None:
    patient = Thresholds(overdue_days=20, lapsed_days=90, lead_days=90)

    assert standing(a_regular(last=17), patient).stage == "active"
    assert standing(a_regular(last=90), patient).stage == "at_risk"
    assert standing(facts(known_since=ago(90)[0]), patient).stage == "lead"
