"""Many at once on connections of their own: whoever wins, the calendar never holds two where one fits."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import pytest

from lectern.sessions.book import Booking, book_session
from lectern.sessions.book_several import book_multiple_sessions
from lectern.sessions.booked import Booked
from lectern.sessions.hold import HOLD_DURATION, hold_slot
from lectern.sessions.series import Series, create_recurring_sessions
from tests.builders import (
    NOW,
    Teacher,
    a_service,
    a_student,
    a_teacher,
    at,
    book,
    in_days,
    rows_of,
    run,
    student_details,
    token_of,
)
from tests.sessions.afterwards import calendar_wishes, events, live_sessions, overlaps, starts, statuses
from tests.sessions.racing import bookings, outcomes

TEN = at("2026-03-03 10:00")


def test_ac01_of_fifty_bookings_for_one_slot_one_succeeds(teacher: Teacher) -> None:
    service = a_service(teacher)

    happened = outcomes([*bookings(teacher, service, [TEN] * 50)])

    assert happened == {"done": 1, "slot_taken": 49}
    assert starts(teacher) == [TEN]
    assert calendar_wishes(teacher) == ["create"]
    assert events(teacher) == ["session.booked"]
    assert [row["status"] for row in rows_of(teacher, "session_participants")] == ["booked"]
    assert len(rows_of(teacher, "students")) == 1


def test_ac04_of_ten_holds_and_ten_bookings_of_one_slot_one_succeeds(teacher: Teacher) -> None:
    service = a_service(teacher)
    holds = [partial(run, teacher, hold_slot, service, TEN, NOW)] * 10

    assert outcomes([*holds, *bookings(teacher, service, [TEN] * 10)]) == {"done": 1, "slot_taken": 19}
    assert len(live_sessions(teacher)) == 1


def test_ac06_ten_seats_under_twenty_bookers_are_ten_in_one_session(teacher: Teacher) -> None:
    service = a_service(teacher, seats=10)

    happened = outcomes([*bookings(teacher, service, [TEN] * 20)])

    assert happened == {"done": 10, "no_seats": 10}
    assert starts(teacher) == [TEN]
    assert len(rows_of(teacher, "session_participants")) == 10


@pytest.mark.parametrize("attempt", range(5))
def test_ac06_the_first_two_bookers_meet_in_one_session(teacher: Teacher, attempt: int) -> None:
    service = a_service(teacher, seats=2)

    assert outcomes([*bookings(teacher, service, [TEN + timedelta(hours=attempt)] * 2)]) == {"done": 2}
    assert len(live_sessions(teacher)) == 1


def test_an_expired_hold_is_booked_once_by_ten_who_want_its_time(teacher: Teacher) -> None:
    service = a_service(teacher)
    run(teacher, hold_slot, service, TEN, NOW)

    happened = outcomes([*bookings(teacher, service, [TEN] * 10, NOW + timedelta(minutes=10))])

    assert happened == {"done": 1, "slot_taken": 9}
    assert sorted(statuses(teacher)) == ["expired", "scheduled"]


@pytest.mark.parametrize("attempt", range(6))
def test_expired_holds_that_lie_across_each_others_way_block_nobody(teacher: Teacher, attempt: int) -> None:
    short, long = a_service(teacher), a_service(teacher, duration_minutes=240, step_minutes=60)
    hours = [TEN + timedelta(days=attempt, hours=n) for n in range(4)]
    for start in reversed(hours):
        run(teacher, hold_slot, short, start, NOW)
    later = NOW + HOLD_DURATION

    happened = outcomes(
        [
            partial(run, teacher, book_multiple_sessions, short, hours, student_details("many"), later),
            *bookings(teacher, long, [hours[0], hours[1], hours[0]], later),
            *bookings(teacher, short, hours, later),
        ]
    )

    assert happened.keys() == {"done", "slot_taken"}
    assert overlaps(teacher) == 0


@pytest.mark.parametrize("attempt", range(6))
def test_a_hold_that_is_booked_as_it_runs_out_goes_to_one_of_two(teacher: Teacher, attempt: int) -> None:
    service = a_service(teacher)
    start = TEN + timedelta(hours=attempt)
    token = token_of(run(teacher, hold_slot, service, start, NOW).participant_id)
    end = NOW + timedelta(minutes=10)
    holder = Booking(service, start, student_details("holder"), token)

    happened = outcomes(
        [
            partial(run, teacher, book_session, holder, end - timedelta(seconds=1)),
            partial(book, teacher, service, start, "other", end),
        ]
    )

    assert happened == {"done": 1, "slot_taken": 1}


def several(teacher: Teacher, service: UUID, times: list[datetime], name: str) -> Callable[[], list[Booked]]:
    return partial(run, teacher, book_multiple_sessions, service, times, student_details(name), NOW)


def test_several_at_once_with_crossing_starts_are_all_or_nothing(teacher: Teacher) -> None:
    service = a_service(teacher)
    there = [in_days(n) for n in range(1, 9)]

    happened = outcomes([several(teacher, service, there[n:] + there[:n], f"student{n}") for n in range(8)])

    assert happened == {"done": 1, "slot_taken": 7}
    assert starts(teacher) == there


@pytest.mark.parametrize("attempt", range(4))
def test_several_at_once_among_single_bookings_overlap_nobody(teacher: Teacher, attempt: int) -> None:
    service = a_service(teacher)
    wanted = [in_days(n + attempt) for n in range(1, 21)]

    happened = outcomes([several(teacher, service, wanted, "many"), *bookings(teacher, service, wanted[-12:])])

    assert happened.keys() == {"done", "slot_taken"}
    assert len(starts(teacher)) == len(set(starts(teacher)))


@pytest.mark.parametrize("attempt", range(4))
def test_a_series_among_single_bookings_overlaps_nobody(teacher: Teacher, attempt: int) -> None:
    service, student = a_service(teacher, horizon_days=366), a_student(teacher)
    weeks = [TEN + timedelta(weeks=n, hours=attempt) for n in range(20)]
    series = Series(service, student, weeks[0].replace(tzinfo=None), every_weeks=1, count=20)

    happened = outcomes(
        [
            partial(run, teacher, create_recurring_sessions, series, "skip", NOW),
            *bookings(teacher, service, weeks[-12:]),
        ]
    )

    assert happened.keys() <= {"done", "slot_taken"}
    assert overlaps(teacher) == 0


@pytest.mark.usefixtures("connected")
def test_a_daily_limit_holds_against_twenty_bookings_of_different_slots() -> None:
    teacher = a_teacher(per_day=3)
    service = a_service(teacher, duration_minutes=20)
    times = [at("2026-03-03 09:00") + timedelta(minutes=20 * n) for n in range(20)]

    assert outcomes([*bookings(teacher, service, times)]) == {"done": 3, "day_full": 17}


def test_one_student_who_sends_ten_trials_at_once_has_one(teacher: Teacher) -> None:
    trial = a_service(teacher, is_trial=True)

    happened = outcomes([partial(book, teacher, trial, in_days(n)) for n in range(1, 11)])

    assert happened == {"done": 1, "trial_used": 9}


@pytest.mark.usefixtures("connected")
def test_a_weekly_limit_holds_against_several_at_once() -> None:
    teacher = a_teacher(per_week=3)
    service = a_service(teacher)
    pairs = [
        [TEN + timedelta(hours=n % 3, days=n // 3), TEN + timedelta(hours=3 + n % 3, days=n // 3)] for n in range(6)
    ]

    happened = outcomes([several(teacher, service, pair, f"student{n}") for n, pair in enumerate(pairs)])

    assert happened == {"done": 1, "day_full": 5}
