"""What the database tells of a student, by the rows that it is told from."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from lectern import database
from lectern.credits.grant import adjust
from lectern.credits.take_back import freeze
from lectern.lifecycle.facts import Facts
from lectern.lifecycle.facts_query import ask_facts, ask_facts_of
from lectern.lifecycle.thresholds import Thresholds
from lectern.sessions.cancel import Cancellation, cancel_session
from lectern.sessions.lookup import Actor
from lectern.sessions.policies import PolicyScope, set_policy
from lectern.sessions.policy import Policy
from lectern.students.contact_log import ContactDetails, add_contact
from tests.builders import NOW, Teacher, a_service, a_student, a_teacher, at, book, in_days, run
from tests.credits.given import a_payment, bought
from tests.lifecycle.given import TODAY, a_seat, ago, lessons
from tests.sessions.money import paid


def found(teacher: Teacher, student: UUID, today: date = TODAY, now: datetime = NOW) -> Facts:
    """Of the student among all, and of the student alone, which must be the same."""
    with database.tenant(teacher.id) as tx:
        everybody = ask_facts(tx, Thresholds(), today, now)
        alone = ask_facts_of(tx, student, Thresholds(), today, now)
        [among_all] = [each for each in everybody.all() if each.student_id == student]
        assert alone.all() == [among_all]
    return among_all


def test_somebody_who_was_only_added_has_done_nothing(teacher: Teacher, student: UUID) -> None:
    known = found(teacher, student)

    assert (known.name, known.known_since, known.recorded_stage) == ("Sam", TODAY, None)
    assert (known.is_ever_booked, known.lessons_done, known.latest_lessons, known.credits) == (False, 0, [], None)


def test_lessons_done_are_counted_and_the_latest_dated(teacher: Teacher, student: UUID) -> None:
    lessons(teacher, student, *range(3, 33, 3))
    lessons(teacher, student, 1, price=0)

    known = found(teacher, student)

    assert (known.lessons_done, known.first_lesson_on) == (11, ago(30)[0])
    assert known.latest_lessons == ago(1, 3, 6, 9, 12, 15, 18, 21)
    assert (known.paid_lessons_done, known.first_paid_lesson_on) == (10, ago(30)[0])


def test_a_lesson_on_credits_is_a_paid_one(teacher: Teacher, student: UUID) -> None:
    lessons(teacher, student, 5, price=0, units=100)

    assert found(teacher, student).paid_lessons_done == 1


def test_a_trial_is_no_lesson(teacher: Teacher, student: UUID) -> None:
    lessons(teacher, student, 5, trial=True)

    known = found(teacher, student)

    assert (known.trial_done_on, known.lessons_done, known.is_ever_booked) == (ago(5)[0], 0, False)


def test_a_trial_that_was_cancelled_is_neither_done_nor_a_lesson(teacher: Teacher, student: UUID) -> None:
    a_seat(teacher, student, in_days(3), "cancelled", trial=True, by="teacher")

    known = found(teacher, student)

    assert (known.has_trial_ahead, known.trial_done_on, known.is_ever_booked) == (False, None, False)


@pytest.mark.parametrize("trial", [False, True])
def test_what_is_confirmed_and_starts_later_is_ahead(teacher: Teacher, student: UUID, trial: bool) -> None:  # noqa: FBT001
    a_seat(teacher, student, NOW + timedelta(minutes=1), "booked", trial=trial)

    assert (found(teacher, student).has_lesson_ahead, found(teacher, student).has_trial_ahead) == (not trial, trial)


@pytest.mark.parametrize("trial", [False, True])
def test_what_has_begun_is_unmarked_until_somebody_says_what_became_of_it(
    teacher: Teacher,
    student: UUID,
    trial: bool,  # noqa: FBT001
) -> None:
    a_seat(teacher, student, NOW, "booked", trial=trial)
    lessons(teacher, student, 8)

    known = found(teacher, student)

    assert (known.lesson_unmarked_on, known.trial_unmarked_on) == ((None, TODAY) if trial else (TODAY, None))
    assert (known.has_lesson_ahead, known.has_trial_ahead, known.lessons_lately) == (False, False, 1 if trial else 2)


def test_a_request_that_is_not_confirmed_is_booked_and_not_ahead(teacher: Teacher, student: UUID) -> None:
    a_seat(teacher, student, in_days(3), "booked", session_status="pending")

    known = found(teacher, student)

    assert (known.is_ever_booked, known.has_lesson_ahead) == (True, False)


def test_a_session_that_was_deleted_never_was(teacher: Teacher, student: UUID) -> None:
    lessons(teacher, student, 3)
    with database.tenant(teacher.id) as tx:
        tx.send("update class_sessions set deleted_at = %(now)s where teacher_id = %(teacher_id)s", {"now": NOW})

    assert not found(teacher, student).is_ever_booked


@pytest.mark.parametrize(
    ("start", "status"), [(in_days(0, hour=8), "booked"), (in_days(3), "cancelled"), (in_days(3), "held")]
)
def test_what_has_begun_was_cancelled_or_is_only_held_is_not_ahead(
    teacher: Teacher, student: UUID, start: datetime, status: str
) -> None:
    a_seat(teacher, student, start, status)

    assert not found(teacher, student).has_lesson_ahead


def test_a_hold_is_no_booking_and_a_cancelled_lesson_was_one(teacher: Teacher, student: UUID) -> None:
    a_seat(teacher, student, in_days(3), "held")
    assert not found(teacher, student).is_ever_booked

    a_seat(teacher, student, in_days(4), "cancelled")
    known = found(teacher, student)
    assert (known.is_ever_booked, known.last_booked_on) == (True, ago(3)[0])


def test_a_seat_of_a_group_is_an_absence_by_when_it_was_given_up_itself(teacher: Teacher) -> None:
    """Sam goes a week before, and Kim, whose seat is the last, two hours before: the session goes with hers."""
    group, start = a_service(teacher, seats=3), in_days(7)
    for seat, hours in [(book(teacher, group, start, name), hours) for name, hours in (("Sam", 160), ("Kim", 2))]:
        by_student = Cancellation("student", None, participant_id=seat.participant_id)
        run(teacher, cancel_session, seat.session_id, by_student, start - timedelta(hours=hours))

    after = start + timedelta(days=1)
    students = [found(teacher, a_student(teacher, name), after.date(), after) for name in ("Sam", "Kim")]
    assert [each.absences for each in students] == [0, 1]


def test_missed_lessons_of_30_days_are_absences(teacher: Teacher, student: UUID) -> None:
    lessons(teacher, student, 0, 29, 30, hour=7, status="no_show")

    assert found(teacher, student).absences == 2


@pytest.mark.parametrize(
    ("service", "by", "hours", "absences"),
    [
        ({}, "student", 23, 1),
        ({}, "student", 24, 0),
        ({}, "teacher", 1, 0),
        ({"requires_confirmation": True}, "student", 1, 0),
    ],
    ids=["late though free", "in time", "by the teacher", "a request that nobody had accepted"],
)
def test_a_cancellation_is_an_absence_when_its_preview_called_it_late(
    teacher: Teacher, service: dict[str, Any], by: Actor, hours: int, absences: int
) -> None:
    run(teacher, set_policy, PolicyScope(), Policy(late_charge_percent=0), NOW)
    start = in_days(3)
    seat = book(teacher, a_service(teacher, **service), start)

    told = run(teacher, cancel_session, seat.session_id, Cancellation(by, None), start - timedelta(hours=hours))

    after = start + timedelta(days=1)
    assert told.is_late == (absences > 0)
    assert found(teacher, a_student(teacher), after.date(), after).absences == absences


def test_lessons_are_compared_over_28_days_and_the_28_before(teacher: Teacher, student: UUID) -> None:
    lessons(teacher, student, 0, 27, 28, 40, 55, 56, hour=7)

    known = found(teacher, student)

    assert (known.lessons_lately, known.lessons_before) == (2, 3)


def test_credits_are_those_that_can_be_spent(teacher: Teacher, student: UUID) -> None:
    run(teacher, adjust, student, 300, "a", NOW, "A present")
    run(teacher, adjust, student, 500, "b", NOW, "A present", in_days(1))

    assert found(teacher, student).credits == 800
    assert found(teacher, student, now=in_days(2)).credits == 300


def test_who_spent_all_has_none_left(teacher: Teacher, student: UUID) -> None:
    run(teacher, adjust, student, 300, "a", NOW, "A present")
    run(teacher, adjust, student, -300, "b", NOW, "Taken back")

    assert found(teacher, student).credits == 0


def test_credits_that_a_dispute_has_frozen_cannot_be_spent(teacher: Teacher, student: UUID) -> None:
    run(teacher, freeze, bought(teacher, student, 1000), NOW)

    assert found(teacher, student).credits == 0


def test_who_paid_has_bought(teacher: Teacher, student: UUID) -> None:
    assert not found(teacher, student).has_bought

    a_payment(teacher, student)

    assert found(teacher, student).has_bought


def test_who_was_given_credits_has_bought_as_they_may_have_paid_in_cash(teacher: Teacher, student: UUID) -> None:
    run(teacher, adjust, student, 300, "a", NOW, "In cash")

    assert found(teacher, student).has_bought


def unpaid(teacher: Teacher, payment: UUID, days_ago: int, status: str = "failed") -> None:
    with database.tenant(teacher.id) as tx:
        tx.send(
            "update payments set status = %(status)s, paid_at = null, created_at = %(at)s"
            " where teacher_id = %(teacher_id)s and id = %(id)s",
            {"id": payment, "at": in_days(-days_ago), "status": status},
        )


def of_the_same_package(teacher: Teacher, *payments: UUID) -> None:
    with database.tenant(teacher.id) as tx:
        tx.send(
            "update payments set package_id = (select package_id from payments"
            "   where teacher_id = %(teacher_id)s and id = %(first)s)"
            " where teacher_id = %(teacher_id)s and id = any(%(all)s)",
            {"first": payments[0], "all": list(payments)},
        )


@pytest.mark.parametrize("status", ["failed", "open", "processing"])
def test_money_that_did_not_come_is_missed_since_the_first_time(teacher: Teacher, student: UUID, status: str) -> None:
    unpaid(teacher, a_payment(teacher, student), 9, status)
    unpaid(teacher, a_payment(teacher, student), 5, status)

    assert found(teacher, student).unpaid_since == ago(9)[0]


def test_money_that_did_not_come_is_made_up_for_by_what_came_for_the_same_package(
    teacher: Teacher, student: UUID
) -> None:
    failed, later = a_payment(teacher, student), a_payment(teacher, student)
    unpaid(teacher, failed, 9)
    assert found(teacher, student).unpaid_since == ago(9)[0]

    of_the_same_package(teacher, failed, later)
    assert found(teacher, student).unpaid_since is None


def test_money_that_did_not_come_for_a_lesson_is_made_up_for_by_what_came_for_its_like(
    teacher: Teacher, student: UUID
) -> None:
    for days_ago in (9, 5):
        seat = a_seat(teacher, student, in_days(days_ago), "held")
        unpaid(teacher, paid(teacher, seat, student), days_ago)
    assert found(teacher, student).unpaid_since == ago(5)[0]

    paid(teacher, a_seat(teacher, student, in_days(2), "booked"), student)
    assert found(teacher, student).unpaid_since is None


@pytest.mark.parametrize("direction", ["in", "out"])
def test_a_word_in_either_direction_is_contact(teacher: Teacher, student: UUID, direction: str) -> None:
    details = ContactDetails(direction, "phone", in_days(-4))  # type: ignore[arg-type]  # one of the two
    run(teacher, add_contact, student, details, NOW)

    assert found(teacher, student).last_contact_on == ago(4)[0]


def test_dates_are_those_of_the_teachers_wall_clock(connected: None) -> None:  # noqa: ARG001
    teacher = a_teacher("Pacific/Auckland")
    student = a_student(teacher)
    a_seat(teacher, student, at("2026-02-27 23:30"))
    run(teacher, add_contact, student, ContactDetails("in", "email", at("2026-02-25 23:30")), NOW)

    known = found(teacher, student)

    assert (known.latest_lessons, known.last_contact_on) == ([date(2026, 2, 28)], date(2026, 2, 26))


def test_one_students_lessons_are_not_anothers(teacher: Teacher, student: UUID) -> None:
    lessons(teacher, a_student(teacher, "Kim"), 3, 10)

    assert found(teacher, student).lessons_done == 0
