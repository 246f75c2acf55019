"""The numbered rules of `lectern.slots`, each by an example that a person can check."""

from dataclasses import replace
from datetime import date, timedelta

from lectern.slots import is_open
from tests.slots.builders import LONG_AGO, busy, lesson, offered, override, teacher, utc, weekly, window

MONDAY = window("2026-03-02 00:00", "2026-03-03 00:00")
WEEK = window("2026-03-02 00:00", "2026-03-09 00:00")


def test_rule_1_hours_come_back_every_week_on_their_weekday() -> None:
    fortnight = window("2026-03-02 00:00", "2026-03-16 00:00")
    assert offered(teacher(*weekly("wed", "09:00-10:00")), fortnight) == [
        "2026-03-04 09:00",
        "2026-03-11 09:00",
    ]


def test_rule_1_an_end_of_24_00_reaches_midnight() -> None:
    assert offered(teacher(*weekly("mon", "22:00-24:00")), WEEK) == ["2026-03-02 22:00", "2026-03-02 23:00"]


def test_rule_1_an_end_before_the_start_is_on_the_next_date() -> None:
    night = ["2026-03-02 23:00", "2026-03-03 00:00", "2026-03-03 01:00"]
    assert offered(teacher(*weekly("mon", "23:00-02:00")), WEEK) == night


def test_rule_1_an_overnight_end_of_00_00_is_the_same_as_24_00() -> None:
    to_midnight = offered(teacher(*weekly("mon", "22:00-24:00")), WEEK)
    assert offered(teacher(*weekly("mon", "22:00-00:00")), WEEK) == to_midnight


def test_rule_1_effective_dates_are_both_included() -> None:
    some_days = weekly("daily", "09:00-10:00", since=date(2026, 3, 4), until=date(2026, 3, 5))
    assert offered(teacher(*some_days), WEEK) == ["2026-03-04 09:00", "2026-03-05 09:00"]


def test_rule_1_an_overnight_rule_that_ends_today_still_has_tomorrows_tail() -> None:
    last_night = weekly("daily", "23:00-01:00", until=date(2026, 3, 2))
    assert offered(teacher(*last_night), WEEK) == ["2026-03-02 00:00", "2026-03-02 23:00", "2026-03-03 00:00"]


def test_rule_2_an_override_replaces_the_rules_of_its_date() -> None:
    shorter = teacher(*weekly("mon tue", "09:00-11:00"), overrides=[override("2026-03-02", "15:00-16:00")])
    assert offered(shorter, WEEK) == ["2026-03-02 15:00", "2026-03-03 09:00", "2026-03-03 10:00"]


def test_rule_2_an_override_without_hours_is_a_day_off() -> None:
    away = teacher(*weekly("mon tue", "09:00-10:00"), overrides=[override("2026-03-02")])
    assert offered(away, WEEK) == ["2026-03-03 09:00"]


def test_rule_2_a_day_off_keeps_the_tail_of_the_night_before() -> None:
    away = teacher(*weekly("sun mon", "23:00-02:00"), overrides=[override("2026-03-02")])
    assert offered(away, MONDAY) == ["2026-03-02 00:00", "2026-03-02 01:00"]


def test_rule_2_hours_of_an_override_may_run_overnight() -> None:
    late = teacher(overrides=[override("2026-03-02", "23:00-01:00")])
    assert offered(late, WEEK) == ["2026-03-02 23:00", "2026-03-03 00:00"]


def test_rule_4_a_slot_may_cross_the_boundary_of_hours_that_touch() -> None:
    split = teacher(*weekly("mon", "09:00-10:30", "10:30-12:00"))
    assert offered(split, MONDAY) == ["2026-03-02 09:00", "2026-03-02 10:00", "2026-03-02 11:00"]


def test_rule_4_hours_that_overlap_offer_their_time_once() -> None:
    double = teacher(*weekly("mon", "09:00-11:00", "10:00-12:00", "10:15-10:45"))
    assert offered(double, MONDAY) == ["2026-03-02 09:00", "2026-03-02 10:00", "2026-03-02 11:00"]


def test_rule_4_a_slot_does_not_cross_a_gap_or_the_end() -> None:
    gap = teacher(*weekly("mon", "09:00-10:00", "10:01-11:00"))
    assert offered(gap, MONDAY) == ["2026-03-02 09:00"]


def test_rule_5_what_is_busy_does_not_move_the_grid() -> None:
    taken = [busy("2026-03-02 09:00", "2026-03-02 09:20")]
    assert offered(teacher(*weekly("mon", "09:00-12:00")), MONDAY, taken=taken) == [
        "2026-03-02 10:00",
        "2026-03-02 11:00",
    ]


def test_rule_5_the_notice_does_not_move_the_grid() -> None:
    now = utc("2026-03-02 08:25")
    starts = offered(teacher(*weekly("mon", "09:00-12:00")), MONDAY, lesson(notice=60), now=now)
    assert starts == ["2026-03-02 10:00", "2026-03-02 11:00"]


def test_rule_5_around_the_clock_the_grid_starts_again_at_every_midnight() -> None:
    always = teacher(*weekly("daily", "00:00-24:00"))
    starts = offered(always, window("2026-03-02 00:00", "2026-03-04 00:00"), lesson(step=11 * 60))
    clocks = [start[-5:] for start in starts]
    assert clocks == ["00:00", "11:00", "22:00"] * 2


def test_rule_5_a_span_of_24_hours_restarts_and_a_shorter_one_does_not() -> None:
    step = lesson(30, step=7 * 60)
    shorter = teacher(*weekly("mon", "18:00-17:59"))
    whole = teacher(*shorter.rules, *weekly("tue", "17:59-18:00"))
    tuesday = window("2026-03-03 00:00", "2026-03-03 10:00")
    assert offered(whole, tuesday, step) == ["2026-03-03 00:00", "2026-03-03 07:00"]
    assert offered(shorter, tuesday, step) == ["2026-03-03 01:00", "2026-03-03 08:00"]


def test_rule_5_a_long_span_restarts_for_a_window_that_sees_its_last_evening_only() -> None:
    rules = (*weekly("tue", "23:59-23:58"), *weekly("wed", "23:58-24:00"), *weekly("thu", "00:00-23:00"))
    new_york = teacher(*rules, zone="America/New_York")
    thursday_evening = window("2026-03-06 01:00", "2026-03-06 03:00")
    assert offered(new_york, thursday_evening) == ["2026-03-06 01:00", "2026-03-06 02:00"]


def test_rule_5_a_span_that_reaches_24_hours_on_the_next_date_restarts() -> None:
    rules = (*weekly("sat", "23:30-24:00"), *weekly("sun", "00:00-24:00"), *weekly("mon", "00:00-00:30"))
    sydney = teacher(*rules, zone="Australia/Sydney")
    midnight_of_a_day_of_23_hours = window("2026-10-03 14:00", "2026-10-03 14:31")
    assert offered(sydney, midnight_of_a_day_of_23_hours, lesson(15)) == ["2026-10-03 14:00"]


def test_rule_5_a_lesson_of_four_days_fits_around_the_clock() -> None:
    always = teacher(*weekly("daily", "00:00-24:00"), zone="Pacific/Kiritimati")
    assert is_open(always, (), lesson(4 * 24 * 60), utc("2026-03-02 18:00"), LONG_AGO)


def test_rule_6_back_to_back_lessons_do_not_collide() -> None:
    taken = [busy("2026-03-02 10:00", "2026-03-02 11:00")]
    assert offered(teacher(*weekly("mon", "09:00-12:00")), MONDAY, taken=taken) == [
        "2026-03-02 09:00",
        "2026-03-02 11:00",
    ]


def test_rule_6_buffers_keep_time_free_on_both_sides() -> None:
    taken = [busy("2026-03-02 11:00", "2026-03-02 12:00")]
    day = teacher(*weekly("mon", "09:00-15:00"))
    assert offered(day, MONDAY, lesson(before=1), taken)[-2:] == ["2026-03-02 13:00", "2026-03-02 14:00"]
    assert offered(day, MONDAY, lesson(after=1), taken)[:2] == ["2026-03-02 09:00", "2026-03-02 12:00"]


def test_rule_6_a_buffer_may_lie_outside_the_hours() -> None:
    padded = lesson(before=30, after=30)
    assert offered(teacher(*weekly("mon", "09:00-10:00")), MONDAY, padded) == ["2026-03-02 09:00"]


def test_rule_6_a_part_of_a_second_is_busy_too() -> None:
    taken = [busy("2026-03-02 10:00:00.999999", "2026-03-02 11:00:00.000001")]
    assert offered(teacher(*weekly("mon", "09:00-12:00")), MONDAY, taken=taken) == ["2026-03-02 09:00"]


def test_rule_6_a_lesson_that_ends_within_that_second_collides() -> None:
    taken = [busy("2026-03-02 10:00:00.5", "2026-03-02 11:00")]
    one_second_more = replace(lesson(), duration=timedelta(seconds=3601))
    assert offered(teacher(*weekly("mon", "09:00-10:30")), MONDAY, one_second_more, taken) == []


def test_rule_7_the_notice_includes_its_last_second() -> None:
    monday = teacher(*weekly("mon", "09:00-10:00"))
    in_time, late = utc("2026-03-02 08:00:00"), utc("2026-03-02 08:00:00.000001")
    start = utc("2026-03-02 09:00")
    assert is_open(monday, (), lesson(notice=60), start, in_time)
    assert not is_open(monday, (), lesson(notice=60), start, late)


def test_rule_7_the_window_includes_its_start_and_not_its_end() -> None:
    monday = teacher(*weekly("mon", "09:00-12:00"))
    assert offered(monday, window("2026-03-02 10:00", "2026-03-02 11:00")) == ["2026-03-02 10:00"]
    assert offered(monday, window("2026-03-02 10:00:00.5", "2026-03-02 11:00")) == []


def test_rule_7_what_is_past_is_not_offered_without_any_notice_either() -> None:
    starts = offered(teacher(*weekly("mon", "09:00-11:00")), MONDAY, now=utc("2026-03-02 09:00:01"))
    assert starts == ["2026-03-02 10:00"]


def test_rule_8_a_long_window_is_answered_for_14_days_and_says_where_to_ask_on() -> None:
    answered, next_from = window("2026-03-02 10:00", "2026-05-01 00:00").capped()
    assert answered == window("2026-03-02 10:00", "2026-03-16 10:00")
    assert next_from == utc("2026-03-16 10:00")


def test_rule_8_a_window_of_14_days_is_answered_whole() -> None:
    fortnight = window("2026-03-02 10:00", "2026-03-16 10:00")
    assert fortnight.capped() == (fortnight, None)


def test_rule_9_a_start_beside_the_grid_cannot_be_booked() -> None:
    monday = teacher(*weekly("mon", "09:00-12:00"))
    assert is_open(monday, (), lesson(), utc("2026-03-02 10:00"), LONG_AGO)
    assert not is_open(monday, (), lesson(), utc("2026-03-02 10:30"), LONG_AGO)
    assert not is_open(monday, (), lesson(), utc("2026-03-02 09:59:59.999999"), LONG_AGO)


def test_a_date_that_is_full_is_withheld_by_the_teachers_calendar() -> None:
    evening = teacher(*weekly("daily", "20:00-21:00"), zone="America/New_York", full=["2026-03-02"])
    starts = offered(evening, window("2026-03-01 12:00", "2026-03-04 12:00"))
    assert starts == ["2026-03-02 01:00", "2026-03-04 01:00"]


def test_a_start_in_1970_is_as_open_as_any() -> None:
    epoch = utc("1970-01-01 00:00")
    assert is_open(teacher(*weekly("thu", "00:00-01:00")), (), lesson(), epoch, epoch)


def test_the_ends_of_the_calendar_are_not_open_and_not_an_error() -> None:
    always = teacher(*weekly("daily", "00:00-24:00"), zone="Pacific/Kiritimati")
    for moment in (utc("0001-01-01 00:00"), utc("9999-12-31 23:59:59")):
        assert not is_open(always, (), lesson(), moment, utc("0001-01-01 00:00"))
