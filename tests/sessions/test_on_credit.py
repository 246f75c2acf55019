"""Lessons that are paid with credits: taken with the booking, and given back, spent or lost with what becomes of it."""

from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import pytest

from lectern.credits.account import list_entries
from lectern.credits.grant import adjust
from lectern.database import Transaction
from lectern.sessions.book import Booking, book_session
from lectern.sessions.book_several import book_multiple_sessions
from lectern.sessions.cancel import Cancellation, cancel_series, cancel_session, preview_cancellation
from lectern.sessions.hold import hold_slot
from lectern.sessions.make_up import grant_make_up
from lectern.sessions.manual import ManualSession, schedule_manual_session
from lectern.sessions.paying import WithCredits
from lectern.sessions.policies import PolicyScope, set_policy
from lectern.sessions.policy import Policy
from lectern.sessions.reschedule import reschedule_session
from lectern.sessions.series import Series, create_recurring_sessions
from lectern.sessions.transitions import complete_session, confirm_session, mark_no_show
from tests.builders import (
    NOW,
    Teacher,
    a_service,
    a_student,
    at,
    in_days,
    refusal,
    rows_of,
    run,
    student_details,
    token_of,
)
from tests.sessions.money import account_of, give_credits, on_credit, sums
from tests.sessions.racing import outcomes

TEN = at("2026-03-05 10:00")
LATE = TEN - timedelta(hours=3)
AFTER = TEN + timedelta(hours=2)
HALF = Policy(late_charge_percent=50, no_show_percent=50, free_passes=0)


def test_a_booking_reserves_what_the_service_costs(teacher: Teacher) -> None:
    student = give_credits(teacher, 2)

    run(teacher, book_session, on_credit(a_service(teacher, credit_units=150), TEN), NOW)

    assert sums(teacher, student) == (50, 150)


def test_a_booking_without_enough_credits_takes_neither_the_slot_nor_credits(teacher: Teacher) -> None:
    student = give_credits(teacher, 1)
    service = a_service(teacher, credit_units=101)

    assert refusal(teacher, book_session, on_credit(service, TEN), NOW) == "insufficient_credits"
    assert sums(teacher, student) == (100, 0)
    assert rows_of(teacher, "class_sessions") == []


def test_a_service_that_is_paid_at_once_is_not_booked_on_trust(teacher: Teacher) -> None:
    give_credits(teacher, 1)
    service = a_service(teacher, price_amount=4000, requires_payment=True)
    unpaid = Booking(service, TEN, student_details())

    assert refusal(teacher, book_session, unpaid, NOW) == "payment_required"
    assert refusal(teacher, book_multiple_sessions, service, [TEN], student_details(), NOW) == "payment_required"
    assert run(teacher, book_session, on_credit(service, TEN), NOW).status == "scheduled"


def test_a_service_that_is_paid_at_once_and_costs_no_credits_is_paid_with_money(teacher: Teacher) -> None:
    give_credits(teacher, 1)
    service = a_service(teacher, price_amount=4000, requires_payment=True, credit_units=0)

    assert refusal(teacher, book_session, on_credit(service, TEN), NOW) == "payment_required"


def test_a_hold_is_booked_on_credit(teacher: Teacher) -> None:
    student, service = give_credits(teacher, 1), a_service(teacher)
    held = run(teacher, hold_slot, service, TEN, NOW)
    booking = Booking(service, TEN, student_details(), token_of(held.participant_id), with_credits=WithCredits())

    run(teacher, book_session, booking, NOW)

    assert sums(teacher, student) == (0, 100)


def test_several_lessons_take_a_credit_each_or_none_is_booked(teacher: Teacher) -> None:
    student, service = give_credits(teacher, 2), a_service(teacher)
    starts = [in_days(1), in_days(2), in_days(3)]
    refused = refusal(
        teacher, book_multiple_sessions, service, starts, student_details(), NOW, with_credits=WithCredits()
    )
    assert (refused, sums(teacher, student)) == ("insufficient_credits", (200, 0))

    run(teacher, book_multiple_sessions, service, starts[:2], student_details(), NOW, WithCredits())
    assert sums(teacher, student) == (0, 200)


def test_a_teacher_enters_lessons_and_series_on_credit(teacher: Teacher) -> None:
    student, service = give_credits(teacher, 4), a_service(teacher)
    manual = ManualSession(service, student, TEN, with_credits=WithCredits())
    series = Series(service, student, at("2026-03-10 12:00").replace(tzinfo=None), 1, 3, WithCredits())

    run(teacher, schedule_manual_session, manual, NOW)
    made = run(teacher, create_recurring_sessions, series, "fail", NOW)
    assert sums(teacher, student) == (0, 400)

    run(teacher, cancel_series, made.created[1].session_id, "this_and_following", "", NOW)
    assert sums(teacher, student) == (200, 200)


def test_moving_a_lesson_moves_no_credits(teacher: Teacher) -> None:
    student = give_credits(teacher, 1)
    booked = run(teacher, book_session, on_credit(a_service(teacher), TEN), NOW)

    run(teacher, reschedule_session, booked.session_id, in_days(5), "student", NOW)

    assert sums(teacher, student) == (0, 100)


@pytest.mark.parametrize(("now", "percent", "left"), [(NOW, 0, 100), (LATE, 50, 50)])
def test_what_the_preview_says_of_credits_is_what_it_comes_to(
    teacher: Teacher, now: datetime, percent: int, left: int
) -> None:
    run(teacher, set_policy, PolicyScope(), HALF, NOW)
    student = give_credits(teacher, 1)
    session = run(teacher, book_session, on_credit(a_service(teacher), TEN), NOW).session_id

    preview = run(teacher, preview_cancellation, session, "student", now)
    outcome = run(teacher, cancel_session, session, Cancellation("student", percent), now)

    assert preview == outcome
    assert (outcome.units_kept, outcome.units_returned) == (100 - left, left)
    assert sums(teacher, student) == (left, 0)


def test_a_free_pass_is_used_once_in_its_days(teacher: Teacher) -> None:
    student, service = give_credits(teacher, 3), a_service(teacher)
    kept = []
    for days in (0, 1, 91):
        start = TEN + timedelta(days=days)
        late = start - timedelta(hours=3)
        booked = run(teacher, book_session, on_credit(service, start), max(NOW, late - timedelta(days=2)))
        outcome = run(teacher, cancel_session, booked.session_id, Cancellation("student", None), late)
        kept.append((outcome.uses_free_pass, outcome.units_kept))

    assert kept == [(True, 0), (False, 100), (True, 0)]
    assert account_of(teacher, student).balance == 200


def test_a_free_pass_is_not_spent_unseen(teacher: Teacher) -> None:
    give_credits(teacher, 1)
    session = run(teacher, book_session, on_credit(a_service(teacher), TEN), NOW).session_id
    seen, unseen = (Cancellation("student", 0, expected_uses_free_pass=shown) for shown in (True, False))

    assert refusal(teacher, cancel_session, session, unseen, LATE) == "outcome_changed"
    assert run(teacher, cancel_session, session, seen, LATE).uses_free_pass


def test_a_request_that_was_never_answered_gives_its_credits_back_at_any_age(teacher: Teacher) -> None:
    student, service = give_credits(teacher, 1), a_service(teacher, requires_confirmation=True)
    session = run(teacher, book_session, on_credit(service, TEN), NOW).session_id

    run(teacher, cancel_session, session, Cancellation("teacher", None), TEN + timedelta(days=30))

    assert sums(teacher, student) == (100, 0)


def test_a_late_cancellation_is_not_made_free_by_moving_the_lesson_first(teacher: Teacher) -> None:
    run(teacher, set_policy, PolicyScope(), Policy(free_passes=0, reschedule_notice_hours=0), NOW)
    student, service = give_credits(teacher, 1), a_service(teacher, requires_confirmation=True)
    session = run(teacher, book_session, on_credit(service, TEN), NOW).session_id
    run(teacher, confirm_session, session, NOW)

    run(teacher, reschedule_session, session, TEN + timedelta(hours=2), "student", LATE)

    outcome = run(teacher, cancel_session, session, Cancellation("student", 100), LATE)
    assert (outcome.units_kept, sums(teacher, student)) == (100, (0, 0))


def test_a_seat_marked_while_its_session_is_cancelled_is_one_or_the_other(teacher: Teacher) -> None:
    students = [give_credits(teacher, 1, name) for name in ("Sam", "Kim")]
    service = a_service(teacher, seats=2)
    seats = [run(teacher, book_session, on_credit(service, TEN, name), NOW) for name in ("Sam", "Kim")]
    session = seats[0].session_id
    mark = partial(run, teacher, mark_no_show, session, AFTER, seats[0].participant_id)
    cancel = partial(run, teacher, cancel_session, session, Cancellation("teacher", None), AFTER)

    happened = outcomes([mark, cancel])

    assert set(happened) <= {"done", "session_changed", "not_allowed_now"}
    # Kim's stay reserved where the session goes on.
    goes_on = rows_of(teacher, "class_sessions")[0]["status"] == "scheduled"
    assert [sums(teacher, student)[1] for student in students] == [0, 100 if goes_on else 0]


def test_a_cancellation_of_the_teachers_gives_credits_back_and_a_make_up_if_they_like(teacher: Teacher) -> None:
    student, service = give_credits(teacher, 1), a_service(teacher)
    session = run(teacher, book_session, on_credit(service, TEN), NOW).session_id

    run(teacher, cancel_session, session, Cancellation("teacher", None, make_up=True), LATE)

    account = account_of(teacher, student)
    assert account.balance == 200
    [make_up] = [lot for lot in account.lots if lot.source == "make_up"]
    assert (make_up.remaining, make_up.expires_at) == (100, LATE + timedelta(days=60))


def test_a_make_up_for_what_the_teacher_called_off_does_not_count_against_the_students_limit(teacher: Teacher) -> None:
    run(teacher, set_policy, PolicyScope(), Policy(make_up_max_outstanding=0), NOW)
    student = give_credits(teacher, 1)
    session = run(teacher, book_session, on_credit(a_service(teacher), TEN), NOW).session_id

    run(teacher, cancel_session, session, Cancellation("teacher", None, make_up=True), NOW)

    assert sums(teacher, student) == (200, 0)
    assert refusal(teacher, grant_make_up, student, 100, None, NOW) == "too_many_make_ups"


def test_a_lesson_that_took_place_consumes_its_credits(teacher: Teacher) -> None:
    student = give_credits(teacher, 1)
    session = run(teacher, book_session, on_credit(a_service(teacher), TEN), NOW).session_id

    run(teacher, complete_session, session, AFTER)

    assert sums(teacher, student) == (0, 0)
    assert _kinds(teacher, student) == ["adjust", "reserve", "consume"]


def test_a_missed_lesson_keeps_what_the_policy_says(teacher: Teacher) -> None:
    run(teacher, set_policy, PolicyScope(), HALF, NOW)
    student = give_credits(teacher, 1)
    session = run(teacher, book_session, on_credit(a_service(teacher), TEN), NOW).session_id

    run(teacher, mark_no_show, session, AFTER)

    assert sums(teacher, student) == (50, 0)


def test_one_who_missed_a_lesson_that_was_completed_is_put_right(teacher: Teacher) -> None:
    run(teacher, set_policy, PolicyScope(), HALF, NOW)
    students = {name: give_credits(teacher, 1, name) for name in ("Sam", "Kim")}
    service = a_service(teacher, seats=2)
    seats = {name: run(teacher, book_session, on_credit(service, TEN, name), NOW) for name in students}
    session = seats["Sam"].session_id

    run(teacher, complete_session, session, AFTER)
    run(teacher, mark_no_show, session, AFTER, seats["Kim"].participant_id)

    assert {name: sums(teacher, student) for name, student in students.items()} == {"Sam": (0, 0), "Kim": (50, 0)}
    assert _kinds(teacher, students["Kim"]) == ["adjust", "reserve", "consume", "adjust", "forfeit_no_show", "release"]


def test_a_group_that_the_teacher_cancels_gives_everybody_their_credits_back(teacher: Teacher) -> None:
    names = ["Sam", "Kim", "Lee"]
    students = [give_credits(teacher, 1, name) for name in names]
    service = a_service(teacher, seats=3)
    booked = [run(teacher, book_session, on_credit(service, TEN, name), NOW) for name in names]

    run(teacher, cancel_session, booked[0].session_id, Cancellation("teacher", None), LATE)

    assert [sums(teacher, student) for student in students] == [(100, 0)] * 3


def test_bookings_of_several_and_of_one_on_the_same_credits_do_not_wait_in_a_ring(teacher: Teacher) -> None:
    service = a_service(teacher)
    give_credits(teacher, 100)
    for day in range(1, 13):
        starts = [in_days(day, hour) for hour in (9, 11, 13, 15)]
        several = partial(run, teacher, book_multiple_sessions, service, starts, student_details(), NOW, WithCredits())
        single = [partial(run, teacher, book_session, on_credit(service, start), NOW) for start in reversed(starts)]

        happened = outcomes([several, *single])

        assert set(happened) <= {"done", "slot_taken"}


def test_only_as_many_lessons_are_booked_at_once_as_there_are_credits(teacher: Teacher) -> None:
    student, service = give_credits(teacher, 3), a_service(teacher)
    starts = [in_days(day) for day in range(1, 11)]

    happened = outcomes([partial(run, teacher, book_session, on_credit(service, start), NOW) for start in starts])

    assert happened == {"done": 3, "insufficient_credits": 7}
    assert sums(teacher, student) == (0, 300)


def test_a_lesson_that_is_cancelled_and_completed_at_once_settles_its_credits_once(teacher: Teacher) -> None:
    student, service = give_credits(teacher, 4), a_service(teacher)
    sessions = [
        run(teacher, book_session, on_credit(service, in_days(1, hour)), NOW).session_id for hour in range(9, 13)
    ]
    now = in_days(1, 16)
    cancellation = Cancellation("teacher", None)
    completed = [partial(run, teacher, complete_session, id_, now) for id_ in sessions]
    cancelled = [partial(run, teacher, cancel_session, id_, cancellation, now) for id_ in sessions]

    happened = outcomes([*completed, *cancelled])

    assert happened["done"] == 4
    account = account_of(teacher, student)
    spent = sum(row["status"] == "completed" for row in rows_of(teacher, "class_sessions"))
    assert (account.balance, account.reserved) == (400 - 100 * spent, 0)


def test_credits_that_come_with_one_payment_are_not_another_students(teacher: Teacher) -> None:
    student = give_credits(teacher, 1)
    elsewhere = Booking(a_service(teacher), TEN, student_details("Kim"), with_credits=WithCredits(only_of=student))

    assert refusal(teacher, book_session, elsewhere, NOW) == "insufficient_credits"


def test_a_trial_may_cost_credits_and_gives_them_back_however_late(teacher: Teacher) -> None:
    student = give_credits(teacher, 1)
    session = run(teacher, book_session, on_credit(a_service(teacher, is_trial=True), TEN), NOW).session_id

    outcome = run(teacher, cancel_session, session, Cancellation("student", 0), LATE)

    assert (outcome.units_kept, outcome.uses_free_pass, sums(teacher, student)) == (0, False, (100, 0))


def test_credits_that_come_back_after_their_lot_expired_are_good_for_two_weeks(teacher: Teacher) -> None:
    student = a_student(teacher)
    run(teacher, adjust, student, 100, "short", NOW, "a short one", NOW + timedelta(days=1))
    session = run(teacher, book_session, on_credit(a_service(teacher), TEN), NOW).session_id

    run(teacher, cancel_session, session, Cancellation("teacher", None), LATE)

    assert account_of(teacher, student, LATE).available == 100
    [lot] = account_of(teacher, student, LATE).lots
    assert lot.expires_at == LATE + timedelta(days=14)


def _kinds(teacher: Teacher, student: UUID) -> list[str]:
    """The kinds of the student's entries, oldest first."""

    def read(tx: Transaction) -> list[str]:
        return [entry.kind for entry in reversed(list_entries(tx, student, None, 50).items)]

    return run(teacher, read)
