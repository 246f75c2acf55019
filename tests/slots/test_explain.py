"""A teacher who asks why a time is not offered hears every reason, and what to look at."""

from lectern.slots import Reason, ReasonCode, why_not_open
from tests.slots.builders import LONG_AGO, busy, lesson, teacher, utc, weekly

MORNING = teacher(*weekly("mon", "09:00-12:00"))
NINE, TEN = utc("2026-03-02 09:00"), utc("2026-03-02 10:00")


def test_an_open_start_has_no_reason_against_it() -> None:
    last_that_fits = utc("2026-03-02 11:00")
    assert why_not_open(MORNING, (), lesson(), NINE, NINE) == ()
    assert why_not_open(MORNING, (), lesson(), last_that_fits, NINE) == ()


def test_a_start_outside_the_hours_says_so() -> None:
    reasons = why_not_open(MORNING, (), lesson(), utc("2026-03-02 12:00"), LONG_AGO)
    assert reasons == (Reason(ReasonCode.OUTSIDE_AVAILABILITY),)


def test_a_lesson_that_runs_over_the_hours_says_when_they_end() -> None:
    reasons = why_not_open(MORNING, (), lesson(90), utc("2026-03-02 11:00"), LONG_AGO)
    assert reasons == (Reason(ReasonCode.DOES_NOT_FIT, limit=utc("2026-03-02 12:00")),)


def test_a_start_beside_the_grid_says_which_starts_are_nearest() -> None:
    reasons = why_not_open(MORNING, (), lesson(), utc("2026-03-02 09:30"), LONG_AGO)
    assert reasons == (Reason(ReasonCode.OFF_GRID, nearest=(NINE, TEN)),)


def test_a_start_beside_the_grid_is_not_sent_to_one_that_does_not_fit() -> None:
    reasons = why_not_open(MORNING, (), lesson(step=15), utc("2026-03-02 11:40"), LONG_AGO)
    assert _codes(reasons) == ["does_not_fit", "off_grid"]
    assert reasons[1].nearest == (utc("2026-03-02 11:00"),)


def test_a_start_within_a_second_of_the_grid_is_sent_to_that_second() -> None:
    reasons = why_not_open(MORNING, (), lesson(), utc("2026-03-02 09:00:00.5"), LONG_AGO)
    assert reasons == (Reason(ReasonCode.OFF_GRID, nearest=(NINE, TEN)),)


def test_the_nearest_starts_may_be_on_both_sides_of_midnight() -> None:
    always = teacher(*weekly("daily", "00:00-24:00"))
    (reason,) = why_not_open(always, (), lesson(step=420), utc("2026-03-02 23:00"), LONG_AGO)
    assert reason.nearest == (utc("2026-03-02 21:00"), utc("2026-03-03 00:00"))


def test_a_busy_start_names_the_intervals_that_its_buffers_touch_and_no_others() -> None:
    before, later = busy("2026-03-02 08:00", "2026-03-02 08:55"), busy("2026-03-02 10:00", "2026-03-02 11:00")
    reasons = why_not_open(MORNING, [later, before], lesson(before=10), NINE, LONG_AGO)
    assert reasons == (Reason(ReasonCode.BUSY, busy=(before,)),)


def test_one_second_of_overlap_is_in_the_way() -> None:
    taken = busy("2026-03-02 09:59:59", "2026-03-02 11:00")
    assert why_not_open(MORNING, [taken], lesson(), NINE, LONG_AGO) == (Reason(ReasonCode.BUSY, busy=(taken,)),)


def test_a_start_under_the_notice_says_what_the_earliest_is() -> None:
    reasons = why_not_open(MORNING, (), lesson(notice=120), NINE, utc("2026-03-02 07:30"))
    assert reasons == (Reason(ReasonCode.TOO_SOON, limit=utc("2026-03-02 09:30")),)


def test_a_start_that_is_past_says_only_that_about_the_notice() -> None:
    assert _codes(why_not_open(MORNING, (), lesson(notice=120), NINE, TEN)) == ["past"]


def test_a_start_on_a_full_date_says_so() -> None:
    full = teacher(*MORNING.rules, full=["2026-03-02"])
    assert _codes(why_not_open(full, (), lesson(), NINE, LONG_AGO)) == ["day_full"]


def test_every_reason_is_given_not_only_the_first() -> None:
    full = teacher(*MORNING.rules, full=["2026-03-02"])
    taken = [busy("2026-03-02 11:00", "2026-03-02 13:00")]
    reasons = why_not_open(full, taken, lesson(notice=600), utc("2026-03-02 11:30"), NINE)
    assert _codes(reasons) == ["too_soon", "does_not_fit", "off_grid", "busy", "day_full"]


def test_the_ends_of_the_calendar_have_a_reason_and_no_error() -> None:
    full = teacher(*MORNING.rules, zone="Pacific/Kiritimati", full=["2026-03-02"])
    last = utc("9999-12-31 23:59:59.999999")
    assert _codes(why_not_open(full, (), lesson(), last, NINE)) == ["outside_availability"]


def _codes(reasons: tuple[Reason, ...]) -> list[str]:
    return [reason.code for reason in reasons]
