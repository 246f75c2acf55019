"""Changes of the same sessions at once: each is one or the other, counts hold, and nobody waits in a ring."""

from datetime import timedelta
from functools import partial

import pytest

from lectern.sessions.cancel import Cancellation, cancel_session
from lectern.sessions.reschedule import reschedule_session
from lectern.sessions.reschedule_series import reschedule_series
from lectern.sessions.series import Series, create_recurring_sessions
from lectern.sessions.transitions import complete_session, confirm_session
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
)
from tests.sessions.afterwards import events, live_sessions, overlaps, starts, statuses
from tests.sessions.racing import bookings, outcomes

TEN = at("2026-03-03 10:00")


def test_ac02_of_two_confirmations_one_succeeds(teacher: Teacher) -> None:
    session = book(teacher, a_service(teacher, requires_confirmation=True), TEN).session_id

    happened = outcomes([partial(run, teacher, confirm_session, session, NOW)] * 8)

    assert happened == {"done": 1, "not_allowed_now": 7}
    assert events(teacher) == ["session.booked", "session.scheduled"]


@pytest.mark.parametrize("attempt", range(4))
def test_two_sessions_that_swap_places_end_without_overlap(teacher: Teacher, attempt: int) -> None:
    service = a_service(teacher)
    first, second = in_days(3, 9 + attempt), in_days(4, 9 + attempt)
    moves = [(book(teacher, service, first).session_id, second), (book(teacher, service, second).session_id, first)]

    happened = outcomes([partial(run, teacher, reschedule_session, id_, to, "teacher", NOW) for id_, to in moves])

    assert happened == {"overlaps": 2}
    assert starts(teacher) == [first, second]


def test_a_move_and_bookings_that_want_one_slot_give_it_to_one(teacher: Teacher) -> None:
    service = a_service(teacher)
    moving = book(teacher, service, in_days(3)).session_id
    move = partial(run, teacher, reschedule_session, moving, TEN, "student", NOW)

    happened = outcomes([move, *bookings(teacher, service, [TEN] * 9)])

    assert happened == {"done": 1, "slot_taken": 9}
    assert starts(teacher).count(TEN) == 1


def test_of_ten_cancellations_one_succeeds(teacher: Teacher) -> None:
    session = book(teacher, a_service(teacher), TEN).session_id

    happened = outcomes([partial(run, teacher, cancel_session, session, Cancellation("teacher", None), NOW)] * 10)

    assert happened == {"done": 1, "not_allowed_now": 9}
    assert events(teacher).count("session.cancelled") == 1


@pytest.mark.parametrize("attempt", range(5))
def test_a_session_is_either_completed_or_cancelled(teacher: Teacher, attempt: int) -> None:
    session = book(teacher, a_service(teacher), TEN + timedelta(hours=attempt)).session_id
    later = TEN + timedelta(days=1)

    happened = outcomes(
        [
            partial(run, teacher, complete_session, session, later),
            partial(run, teacher, cancel_session, session, Cancellation("teacher", None), later),
        ]
    )

    assert happened["done"] == 1
    assert statuses(teacher)[0] in ("completed", "cancelled")
    assert [row["status"] for row in rows_of(teacher, "session_participants")] == statuses(teacher)


@pytest.mark.parametrize("attempt", range(5))
def test_a_seat_that_is_cancelled_while_its_session_is_completed_blocks_nobody(teacher: Teacher, attempt: int) -> None:
    service = a_service(teacher, seats=3)
    seats = [book(teacher, service, TEN + timedelta(hours=attempt), name) for name in ("Sam", "Kim", "Lee")]
    session, later = seats[0].session_id, TEN + timedelta(days=1)

    happened = outcomes(
        [
            partial(run, teacher, complete_session, session, later),
            *(
                partial(
                    run, teacher, cancel_session, session, Cancellation("teacher", None, "", seat.participant_id), later
                )
                for seat in seats
            ),
        ]
    )

    assert happened.keys() <= {"done", "not_allowed_now", "session_changed"}
    assert "booked" not in [row["status"] for row in rows_of(teacher, "session_participants")]


@pytest.mark.usefixtures("connected")
@pytest.mark.parametrize("attempt", range(3))
def test_a_daily_limit_holds_against_moves_at_once(attempt: int) -> None:
    teacher = a_teacher(per_day=1)
    service = a_service(teacher)
    sessions = [book(teacher, service, in_days(3 + n + attempt), f"student{n}").session_id for n in range(6)]
    to = [in_days(20, 9 + n) for n in range(6)]

    happened = outcomes(
        [
            partial(run, teacher, reschedule_session, session, start, "student", NOW)
            for session, start in zip(sessions, to, strict=True)
        ]
    )

    assert happened == {"done": 1, "day_full": 5}


@pytest.mark.parametrize("attempt", range(4))
def test_two_series_that_move_towards_each_other_do_not_overlap(teacher: Teacher, attempt: int) -> None:
    service, student = a_service(teacher, horizon_days=366), a_student(teacher)
    firsts = [TEN + timedelta(hours=n, days=attempt) for n in (-1, 1)]
    series = [Series(service, student, first.replace(tzinfo=None), every_weeks=1, count=12) for first in firsts]
    created = [run(teacher, create_recurring_sessions, one, "fail", NOW).created[0].session_id for one in series]
    between = TEN + timedelta(days=attempt)

    happened = outcomes([partial(run, teacher, reschedule_series, id_, between, "all", NOW) for id_ in created])

    assert happened == {"done": 1, "overlaps": 1}
    assert overlaps(teacher) == 0


@pytest.mark.parametrize("attempt", range(4))
def test_who_joins_as_the_last_seat_is_cancelled_has_a_session(teacher: Teacher, attempt: int) -> None:
    service, start = a_service(teacher, seats=2), TEN + timedelta(hours=attempt)
    leaving = book(teacher, service, start)
    cancellation = Cancellation("student", 0, "", leaving.participant_id)

    happened = outcomes(
        [
            partial(run, teacher, cancel_session, leaving.session_id, cancellation, NOW),
            partial(book, teacher, service, start, "Kim"),
        ]
    )

    assert happened == {"done": 2}
    [session] = live_sessions(teacher)
    booked = [row for row in rows_of(teacher, "session_participants") if row["status"] == "booked"]
    assert [row["session_id"] for row in booked] == [session["id"]]
