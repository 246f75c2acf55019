"""AC19: an empty list says what emptied it."""

from dataclasses import replace

from lectern.slots import empty_reason
from tests.slots.builders import LONG_AGO, busy, lesson, teacher, utc, weekly, window

WEEK = window("2026-03-02 00:00", "2026-03-09 00:00")
MORNING = teacher(*weekly("mon", "09:00-11:00"))


def test_ac19_a_list_with_starts_has_no_such_reason() -> None:
    assert empty_reason(MORNING, (), lesson(), WEEK, LONG_AGO) is None


def test_ac19_no_hours_in_the_window_is_no_availability() -> None:
    tuesday = window("2026-03-03 00:00", "2026-03-04 00:00")
    assert empty_reason(MORNING, (), lesson(), tuesday, LONG_AGO) == "no_availability"


def test_ac19_no_hours_long_enough_is_too_short() -> None:
    assert empty_reason(MORNING, (), lesson(150), WEEK, LONG_AGO) == "too_short"


def test_ac19_a_notice_that_reaches_over_the_window_is_too_soon() -> None:
    long_notice = lesson(notice=8 * 24 * 60)
    assert empty_reason(MORNING, (), long_notice, WEEK, utc("2026-03-02 00:00")) == "too_soon"


def test_ac19_hours_that_are_over_for_this_week_are_too_soon() -> None:
    assert empty_reason(MORNING, (), lesson(), WEEK, utc("2026-03-02 10:01")) == "too_soon"


def test_ac19_starts_that_are_all_busy_are_fully_booked() -> None:
    taken = [busy("2026-03-02 09:00", "2026-03-02 11:00")]
    assert empty_reason(MORNING, taken, lesson(), WEEK, LONG_AGO) == "fully_booked"


def test_ac21_starts_that_only_a_stale_calendar_withholds_say_so_and_others_their_own_reason() -> None:
    closed = replace(MORNING, is_closed=True)
    assert empty_reason(closed, (), lesson(), WEEK, LONG_AGO) == "calendar_stale"
    assert empty_reason(closed, (), lesson(150), WEEK, LONG_AGO) == "too_short"


def test_ac19_starts_that_are_all_on_full_dates_are_day_full() -> None:
    full = teacher(*MORNING.rules, full=["2026-03-02"])
    assert empty_reason(full, (), lesson(), WEEK, LONG_AGO) == "day_full"


def test_ac19_busy_time_on_the_only_date_with_room_is_fully_booked() -> None:
    full = teacher(*weekly("mon tue", "09:00-11:00"), full=["2026-03-02"])
    taken = [busy("2026-03-03 09:00", "2026-03-03 11:00")]
    assert empty_reason(full, taken, lesson(), WEEK, LONG_AGO) == "fully_booked"
