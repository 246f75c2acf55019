"""Credits that are promised to a lesson: out of which lots they come, and when there are not enough."""

from datetime import timedelta
from uuid import UUID

from lectern.credits.reserve import reserve
from lectern.credits.take_back import freeze
from lectern.identifiers import new_id
from tests.builders import NOW, Teacher, a_student, in_days, refusal, rows_of, run
from tests.credits.afterwards import account, entries, lots, sums
from tests.credits.given import a_seat, bought, seats


def test_what_is_reserved_is_no_longer_free_and_not_yet_spent(teacher: Teacher, student: UUID) -> None:
    bought(teacher, student, 1000)

    run(teacher, reserve, student, 100, a_seat(teacher, student), NOW)

    assert sums(teacher, student) == (900, 100)
    assert entries(teacher, student) == [("purchase", 1000, 0), ("reserve", -100, 100)]


def test_the_lot_that_expires_first_is_spent_first_and_one_that_never_does_last(
    teacher: Teacher, student: UUID
) -> None:
    bought(teacher, student, 100)
    bought(teacher, student, 100, in_days(20))
    bought(teacher, student, 100, in_days(10))

    run(teacher, reserve, student, 150, a_seat(teacher, student), NOW)

    assert lots(teacher, student) == [(0, 100), (50, 50), (100, 0)]
    assert entries(teacher, student)[3:] == [("reserve", -100, 100), ("reserve", -50, 50)]


def test_more_than_there_is_is_refused_and_leaves_all_as_it_was(teacher: Teacher, student: UUID) -> None:
    bought(teacher, student, 100, in_days(10))
    bought(teacher, student, 50)

    assert refusal(teacher, reserve, student, 151, a_seat(teacher, student), NOW) == "insufficient_credits"
    assert lots(teacher, student) == [(100, 0), (50, 0)]


def test_all_that_there_is_can_be_reserved(teacher: Teacher, student: UUID) -> None:
    bought(teacher, student, 100, in_days(10))
    bought(teacher, student, 50)

    run(teacher, reserve, student, 150, a_seat(teacher, student), NOW)

    assert sums(teacher, student) == (0, 150)


def test_a_lot_is_good_until_the_instant_at_which_it_expires(teacher: Teacher, student: UUID) -> None:
    bought(teacher, student, 200, in_days(10))
    first, second = seats(teacher, student, 2)

    run(teacher, reserve, student, 100, first, in_days(10) - timedelta(microseconds=1))

    assert refusal(teacher, reserve, student, 100, second, in_days(10)) == "insufficient_credits"


def test_a_frozen_lot_is_passed_over(teacher: Teacher, student: UUID) -> None:
    disputed = bought(teacher, student, 100, in_days(10))
    bought(teacher, student, 100)
    run(teacher, freeze, disputed, NOW)

    run(teacher, reserve, student, 100, a_seat(teacher, student), NOW)

    assert lots(teacher, student) == [(100, 0), (0, 100)]


def test_only_the_lot_of_the_named_payment_is_spent(teacher: Teacher, student: UUID) -> None:
    bought(teacher, student, 100, in_days(10))
    theirs = bought(teacher, student, 100)
    first, second = seats(teacher, student, 2)

    run(teacher, reserve, student, 100, first, NOW, only_of=theirs)

    assert lots(teacher, student) == [(100, 0), (0, 100)]
    assert refusal(teacher, reserve, student, 100, second, NOW, only_of=theirs) == "insufficient_credits"


def test_a_seat_reserves_once_even_if_other_lots_would_be_taken_now(teacher: Teacher, student: UUID) -> None:
    bought(teacher, student, 100)
    seat = a_seat(teacher, student)
    run(teacher, reserve, student, 100, seat, NOW)
    bought(teacher, student, 50, in_days(10))
    bought(teacher, student, 100, in_days(20))

    run(teacher, reserve, student, 100, seat, NOW)

    assert sums(teacher, student) == (150, 100)


def test_a_seat_that_has_reserved_is_not_refused_when_asked_again_with_nothing_left(
    teacher: Teacher, student: UUID
) -> None:
    bought(teacher, student, 100)
    seat = a_seat(teacher, student)

    for _ in range(2):
        run(teacher, reserve, student, 100, seat, NOW)

    assert sums(teacher, student) == (0, 100)


def test_a_free_lesson_needs_no_account(teacher: Teacher, student: UUID) -> None:
    run(teacher, reserve, student, 0, a_seat(teacher, student), NOW)

    assert rows_of(teacher, "credit_accounts") == []


def test_a_student_who_never_had_credits_has_none(teacher: Teacher, student: UUID) -> None:
    assert refusal(teacher, reserve, student, 100, a_seat(teacher, student), NOW) == "insufficient_credits"


def test_nobody_spends_the_credits_of_another_student(teacher: Teacher, student: UUID) -> None:
    bought(teacher, student, 1000)
    other = a_student(teacher, "Alex")

    assert refusal(teacher, reserve, other, 100, a_seat(teacher, other), NOW) == "insufficient_credits"


def test_a_student_who_does_not_exist_is_not_found(teacher: Teacher, student: UUID) -> None:
    assert refusal(teacher, reserve, new_id(), 100, a_seat(teacher, student), NOW) == "student_not_found"


def test_what_is_available_leaves_out_what_has_expired_or_is_frozen(teacher: Teacher, student: UUID) -> None:
    bought(teacher, student, 100, in_days(10))
    run(teacher, freeze, bought(teacher, student, 200), NOW)
    bought(teacher, student, 400)

    assert account(teacher, student).available == 500
    assert account(teacher, student, in_days(10)).available == 400
    assert account(teacher, student, in_days(10)).balance == 700
