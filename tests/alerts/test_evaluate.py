"""The daily run: what it writes, whom it tells, and that it does so once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from functools import partial
from uuid import UUID

import pytest

from lectern import database
from lectern.alerts.evaluate import evaluate
from lectern.alerts.rule import Rule
from lectern.database import Transaction
from tests.alerts.given import TODAY, alerts, payment, ruled, run_job, seats, told, visits
from tests.at_once import at_once
from tests.builders import NOW, Teacher, a_student, a_teacher, at, in_days, rows_of, run
from tests.lifecycle.given import a_seat

QUIET = {"AlertsFired": 0, "AlertsResolved": 0}


@pytest.fixture
def failing(teacher: Teacher, student: UUID) -> Teacher:
    """Two payments of theirs failed the day before yesterday."""
    for _ in range(2):
        payment(teacher, student, "failed", in_days(-2))
    return teacher


def test_an_alert_fires_with_its_facts_and_is_told(failing: Teacher) -> None:
    assert run_job(failing) == {"AlertsFired": 1, "AlertsResolved": 0}

    [alert] = alerts(failing)
    [event] = [row for row in rows_of(failing, "domain_events") if row["type"] == "alert.fired"]
    assert alert["facts"] == {
        "condition": "above",
        "threshold": 1,
        "window_days": 7,
        "value": 2,
        "sample": 2,
        "baseline": None,
        "change_percent": None,
        "currency": None,
    }
    assert event["subject_id"] == alert["id"]
    assert event["payload"] == {
        "metric": "failed_payments",
        "window_end": "2026-03-02",
        "channel": "email",
        "facts": alert["facts"],
    }


def test_an_alert_goes_on_quietly_and_is_resolved_with_what_was_found_then(failing: Teacher) -> None:
    """Two days before NOW, they leave the window of seven days with the run of the sixth day after it."""
    for days in range(8):
        run_job(failing, days)

    [alert] = alerts(failing)
    assert told(failing) == [("2026-03-02", "alert.fired"), ("2026-03-08", "alert.resolved")]
    assert (alert["resolved_facts"]["value"], alert["resolved_at"]) == (0, "2026-03-08T08:00:00+00:00")


def test_a_second_run_on_a_day_changes_nothing_even_if_something_happened(teacher: Teacher, student: UUID) -> None:
    run_job(teacher)
    for _ in range(2):
        payment(teacher, student, "failed", in_days(-2))

    assert run_job(teacher) == QUIET
    assert (alerts(teacher), told(teacher)) == ([], [])
    assert run_job(teacher, 1)["AlertsFired"] == 1


def test_a_run_that_comes_after_that_of_a_later_day_changes_nothing(failing: Teacher) -> None:
    run_job(failing, 6)

    assert run_job(failing) == QUIET
    assert alerts(failing) == []


def test_of_two_runs_at_once_one_fires_and_tells(failing: Teacher) -> None:
    found = at_once([partial(run_job, failing)] * 4)

    assert sorted(each["AlertsFired"] for each in found if isinstance(each, dict)) == [0, 0, 0, 1]
    assert told(failing) == [("2026-03-02", "alert.fired")]


def test_a_run_that_is_cut_short_leaves_nothing_behind(failing: Teacher) -> None:
    def evaluate_and_die(tx: Transaction) -> None:
        evaluate(tx, TODAY, NOW)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(failing, evaluate_and_die)

    assert alerts(failing) == rows_of(failing, "alert_evaluations") == []
    assert run_job(failing)["AlertsFired"] == 1


def test_what_comes_again_within_the_cooldown_is_written_down_and_not_told(failing: Teacher, student: UUID) -> None:
    """The cooldown is counted from what was told: the third time is 15 days after it, and 8 after the second."""
    ruled(failing, Rule("failed_payments", "above", 1, window_days=7, cooldown_days=15))
    for day in (6, 6, 14, 14):
        payment(failing, student, "failed", in_days(day))
    for days in (0, 6, 7, 14, 15):
        run_job(failing, days)

    assert [(alert["window_end"], alert["notified_on"]) for alert in alerts(failing)] == [
        ("2026-03-02", "2026-03-02"),
        ("2026-03-09", None),
        ("2026-03-17", "2026-03-17"),
    ]
    assert [what for _, what in told(failing)] == ["alert.fired", "alert.resolved", "alert.fired"]


def test_what_still_fires_when_the_cooldown_is_over_is_told_then_and_once(failing: Teacher, student: UUID) -> None:
    """It comes again on the 9th, and ten days after the first time, on the 12th, the teacher hears of that."""
    ruled(failing, Rule("failed_payments", "above", 1, window_days=7, cooldown_days=10))
    for _ in range(3):
        payment(failing, student, "failed", in_days(6))
    for days in (0, 6, 7, 9, 10, 11):
        run_job(failing, days)

    [_, again] = alerts(failing)
    [_, _, (told_on, what)] = told(failing)
    assert (again["window_end"], again["notified_on"]) == ("2026-03-09", "2026-03-12")
    assert (told_on, what) == ("2026-03-12", "alert.fired")
    assert run_job(failing, 14)["AlertsResolved"] == 1
    assert told(failing)[-1] == ("2026-03-16", "alert.resolved")


def test_a_fall_is_over_when_there_is_nothing_left_to_fall_from(teacher: Teacher, student: UUID) -> None:
    """Lessons end on 21 January: 28 days later they have fallen, and another 28 later they are as few as before."""
    seats(teacher, student, 3, TODAY - timedelta(days=40))
    assert run_job(teacher)["AlertsFired"] == 1

    for days in range(1, 40):
        run_job(teacher, days)

    assert [alert["resolved_at"] is None for alert in alerts(teacher)] == [False]


def test_a_run_for_a_later_date_waits_and_resolves_what_the_earlier_one_fires(failing: Teacher) -> None:
    """As when an old message is sent again while the one of today is at work."""
    with ThreadPoolExecutor(1) as threads, database.tenant(failing.id) as tx:
        evaluate(tx, TODAY, NOW)
        later = threads.submit(run_job, failing, 6)
        with pytest.raises(TimeoutError):
            later.result(0.3)

    assert later.result() == {"AlertsFired": 0, "AlertsResolved": 1}


def test_a_rule_that_is_switched_off_while_a_run_fires_by_it_ends_what_that_says(failing: Teacher) -> None:
    off = Rule("failed_payments", "above", 1, window_days=7, is_enabled=False)
    with ThreadPoolExecutor(1) as threads, database.tenant(failing.id) as tx:
        evaluate(tx, TODAY, NOW)
        switched = threads.submit(ruled, failing, off)
        with pytest.raises(TimeoutError):
            switched.result(0.3)

    assert alerts(failing)[0]["resolved_at"] is not None


def test_the_usual_rule_of_missed_lessons_fires_above_a_tenth_of_ten(teacher: Teacher, student: UUID) -> None:
    yesterday = TODAY - timedelta(days=1)
    seats(teacher, student, 7, yesterday)
    seats(teacher, student, 2, yesterday, status="no_show")
    assert run_job(teacher) == QUIET

    a_seat(teacher, student, in_days(0, hour=9))
    run_job(teacher, 1)

    [alert] = alerts(teacher)
    assert (alert["metric"], alert["facts"]["value"], alert["facts"]["sample"]) == (
        "no_show_and_late_cancel_rate",
        20.0,
        10,
    )


def test_the_usual_rule_of_the_page_fires_when_it_converts_three_tenths_less(teacher: Teacher) -> None:
    visits(teacher, 1, 50, 7)
    visits(teacher, 29, 50, 10)

    run_job(teacher)

    [alert] = alerts(teacher)
    assert (alert["metric"], alert["facts"]["baseline"], alert["facts"]["change_percent"]) == (
        "page_conversion",
        20.0,
        -30.0,
    )


def test_without_visitors_an_alert_of_the_page_neither_fires_nor_ends(teacher: Teacher) -> None:
    visits(teacher, 1, 50, 7)
    visits(teacher, 29, 50, 10)
    run_job(teacher)

    assert run_job(teacher, 40) == QUIET

    assert alerts(teacher)[0]["resolved_at"] is None
    [page] = [row for row in rows_of(teacher, "alert_evaluations") if row["metric"] == "page_conversion"]
    assert (page["window_end"], page["facts"]) == ("2026-04-11", None)


def test_the_other_usual_rules_fire_each_at_its_threshold(teacher: Teacher, student: UUID) -> None:
    """Of 8 students and 4 lessons ahead four weeks ago, 6 and 3 are left; what was ahead then is not confirmed yet."""
    for number in range(8):
        one = a_student(teacher, f"S{number}")
        seats(teacher, one, 1, TODAY - timedelta(days=35))
        if number < 6:
            seats(teacher, one, 1, TODAY - timedelta(days=7))
    for hour in range(4):
        a_seat(teacher, student, in_days(-27, hour), "booked")
    for hour in range(3):
        a_seat(teacher, student, in_days(1, hour), "booked")

    run_job(teacher)

    found = {alert["metric"]: alert["facts"]["change_percent"] for alert in alerts(teacher)}
    assert found == {
        "active_students": -25.0,
        "lessons_next_14_days": -25.0,
        "unconfirmed_lessons": None,
    }


def test_a_teachers_own_rule_holds_and_says_by_which_channel(failing: Teacher) -> None:
    ruled(failing, Rule("failed_payments", "above", 2, window_days=7, channel="in_app"))
    assert run_job(failing) == QUIET

    payment(failing, a_student(failing), "failed", in_days(0))
    run_job(failing, 1)

    [event] = [row for row in rows_of(failing, "domain_events") if row["type"] == "alert.fired"]
    assert (event["payload"]["channel"], event["payload"]["facts"]["threshold"]) == ("in_app", 2)


def test_a_rule_that_is_switched_off_says_nothing_and_ends_what_it_said(failing: Teacher) -> None:
    off = Rule("failed_payments", "above", 1, window_days=7, is_enabled=False)
    run_job(failing)

    ruled(failing, off)
    run_job(failing, 1)

    [alert] = alerts(failing)
    assert (alert["resolved_at"], alert["resolved_facts"]) == ("2026-03-02T08:00:00+00:00", None)
    assert told(failing) == [("2026-03-02", "alert.fired")]


def test_what_has_no_usual_threshold_waits_to_be_switched_on(teacher: Teacher, student: UUID) -> None:
    payment(teacher, student, "paid", in_days(-40))

    assert run_job(teacher) == QUIET
    ruled(teacher, Rule("revenue", "change", -20))
    run_job(teacher, 1)

    assert [alert["metric"] for alert in alerts(teacher)] == ["revenue"]


def test_the_window_ends_where_the_teachers_day_begins(connected: None) -> None:  # noqa: ARG001
    """In Honolulu it is still 1 March, and what failed on that date is not yet looked at."""
    teacher = a_teacher("Pacific/Honolulu")
    student = a_student(teacher)
    payment(teacher, student, "failed", at("2026-03-01 09:59"))
    payment(teacher, student, "failed", at("2026-03-01 10:00"))

    assert run(teacher, evaluate, date(2026, 3, 1), NOW) == QUIET
    assert run(teacher, evaluate, date(2026, 3, 2), NOW)["AlertsFired"] == 1


def test_another_teacher_is_not_told(failing: Teacher) -> None:
    another = a_teacher()

    run_job(failing)

    assert run_job(another) == QUIET
    assert told(another) == []
