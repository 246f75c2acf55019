"""What the database tells of a student, by the rows that it is told from."""

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from lectern import database
from lectern.credits.grant import adjust
from lectern.credits.take_back import freeze
from lectern.lifecycle.facts import Facts
from lectern.lifecycle.facts_query import ask_facts, ask_facts_of
from lectern.lifecycle.thresholds import Thresholds
from lectern.students.contact_log import ContactDetails, add_contact
from tests.builders import NOW, Teacher, a_student, a_teacher, at, in_days, run
from tests.credits.given import a_payment, bought
from tests.lifecycle.given import TODAY, a_seat, ago, lessons


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


def test_missed_lessons_of_30_days_are_absences(teacher: Teacher, student: UUID) -> None:
    lessons(teacher, student, 0, 29, 30, hour=7, status="no_show")

    assert found(teacher, student).absences == 2


@pytest.mark.parametrize(
    ("cancellation", "absences"),
    [
        ({"charge": 100}, 1),
        ({"charge": 0, "free_pass": NOW}, 1),
        ({"charge": 0, "by": "student", "cancelled_at": in_days(3) - timedelta(hours=23)}, 1),
        ({"charge": 0, "by": "student", "cancelled_at": in_days(3) - timedelta(hours=24)}, 0),
        ({"charge": 0, "by": "teacher", "cancelled_at": in_days(3) - timedelta(hours=1)}, 0),
    ],
    ids=["charged", "on a free pass", "late though free", "in time", "by the teacher"],
)
def test_a_late_cancellation_by_the_student_is_an_absence(
    teacher: Teacher, student: UUID, cancellation: dict[str, object], absences: int
) -> None:
    a_seat(teacher, student, in_days(3), "cancelled", **cancellation)

    assert found(teacher, student).absences == absences


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


def unpaid(teacher: Teacher, student: UUID, days_ago: int, status: str = "failed") -> None:
    payment = a_payment(teacher, student)
    with database.tenant(teacher.id) as tx:
        tx.send(
            "update payments set status = %(status)s, paid_at = null, created_at = %(at)s"
            " where teacher_id = %(teacher_id)s and id = %(id)s",
            {"id": payment, "at": in_days(-days_ago), "status": status},
        )


@pytest.mark.parametrize("status", ["failed", "open", "processing"])
def test_money_that_did_not_come_is_missed_since_the_first_time(teacher: Teacher, student: UUID, status: str) -> None:
    unpaid(teacher, student, 9, status)
    unpaid(teacher, student, 5, status)

    assert found(teacher, student).unpaid_since == ago(9)[0]


def test_money_that_came_later_makes_up_for_what_did_not(teacher: Teacher, student: UUID) -> None:
    unpaid(teacher, student, 9)
    a_payment(teacher, student)

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
