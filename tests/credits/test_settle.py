"""What becomes of reserved credits: given back, spent, lost, and put right when that was a mistake."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from lectern.credits.reserve import reserve
from lectern.credits.settle import EXPIRED_LOT_GRACE, consume, forfeit, release, reopen
from lectern.credits.take_back import expire
from tests.builders import NOW, Teacher, a_student, in_days, refusal, rows_of, run
from tests.credits.afterwards import account, entries, lots, sums
from tests.credits.given import a_seat, bought, seats


def reserved(teacher: Teacher, student: UUID, units: int) -> UUID:
    seat = a_seat(teacher, student)
    run(teacher, reserve, student, units, seat, NOW)
    return seat


def expiries(teacher: Teacher, student: UUID) -> list[datetime | None]:
    return [lot.expires_at for lot in account(teacher, student).lots]


def test_what_is_released_is_back_in_its_lots(teacher: Teacher, student: UUID) -> None:
    bought(teacher, student, 100, in_days(10))
    bought(teacher, student, 100)
    seat = reserved(teacher, student, 150)

    run(teacher, release, student, seat, 150, NOW)

    assert lots(teacher, student) == [(100, 0), (100, 0)]


def test_what_is_consumed_is_gone(teacher: Teacher, student: UUID) -> None:
    bought(teacher, student, 200)
    seat = reserved(teacher, student, 100)

    run(teacher, consume, student, seat, 100, NOW)

    assert sums(teacher, student) == (100, 0)
    assert entries(teacher, student)[-1] == ("consume", 0, -100)


def test_half_is_lost_of_what_expires_first_and_half_comes_back_to_what_expires_last(
    teacher: Teacher, student: UUID
) -> None:
    bought(teacher, student, 50, in_days(10))
    bought(teacher, student, 50)
    seat = reserved(teacher, student, 100)

    run(teacher, forfeit, student, seat, 50, NOW, kind="forfeit_late")
    run(teacher, release, student, seat, 50, NOW)

    assert lots(teacher, student) == [(50, 0)]
    assert expiries(teacher, student) == [None]
    assert entries(teacher, student)[-2:] == [("forfeit_late", 0, -50), ("release", 50, -50)]


def test_a_settlement_takes_as_many_lots_as_it_needs(teacher: Teacher, student: UUID) -> None:
    for days in (10, 20, 30):
        bought(teacher, student, 40, in_days(days))
    seat = reserved(teacher, student, 120)

    run(teacher, release, student, seat, 50, NOW)
    assert lots(teacher, student) == [(0, 40), (10, 30), (40, 0)]

    run(teacher, forfeit, student, seat, 70, NOW, kind="forfeit_no_show")
    assert lots(teacher, student) == [(10, 0), (40, 0)]
    assert entries(teacher, student)[-2:] == [("forfeit_no_show", 0, -40), ("forfeit_no_show", 0, -30)]


def test_what_comes_back_to_a_lot_that_has_expired_is_good_for_fourteen_days(teacher: Teacher, student: UUID) -> None:
    bought(teacher, student, 100, in_days(10))
    seat = reserved(teacher, student, 100)
    cancelled_at = in_days(12, hour=15)

    run(teacher, release, student, seat, 100, cancelled_at)

    assert expiries(teacher, student) == [cancelled_at + timedelta(days=14)]
    assert account(teacher, student, cancelled_at + timedelta(days=14, seconds=-1)).available == 100


def test_fourteen_days_are_elapsed_time_also_when_the_clocks_change(teacher: Teacher, student: UUID) -> None:
    bought(teacher, student, 100, in_days(20))
    seat = reserved(teacher, student, 100)

    run(teacher, release, student, seat, 100, in_days(20))

    assert expiries(teacher, student) == [in_days(34)]


def test_what_comes_back_in_time_is_good_for_no_longer_than_it_was(teacher: Teacher, student: UUID) -> None:
    bought(teacher, student, 100, in_days(10))
    seat = reserved(teacher, student, 100)

    run(teacher, release, student, seat, 100, in_days(10) - timedelta(microseconds=1))

    assert expiries(teacher, student) == [in_days(10)]


def test_a_release_that_is_repeated_later_gives_the_lot_no_more_time(teacher: Teacher, student: UUID) -> None:
    bought(teacher, student, 100, in_days(10))
    seat = reserved(teacher, student, 100)

    for day in (1, 11):
        run(teacher, release, student, seat, 50, in_days(day))

    assert lots(teacher, student) == [(0, 50)]
    assert expiries(teacher, student) == [in_days(10)]


def test_what_had_expired_in_the_lot_does_not_come_back_with_what_is_released(teacher: Teacher, student: UUID) -> None:
    bought(teacher, student, 500, in_days(10))
    seat = reserved(teacher, student, 100)

    run(teacher, release, student, seat, 100, in_days(11))

    assert lots(teacher, student) == [(100, 0)]
    assert sorted(entries(teacher, student)[-2:]) == [("expire", -400, 0), ("release", 100, -100)]


def test_what_was_released_expires_in_the_end(teacher: Teacher, student: UUID) -> None:
    bought(teacher, student, 500, in_days(10))
    seat = reserved(teacher, student, 100)
    run(teacher, expire, in_days(10))
    run(teacher, release, student, seat, 100, in_days(11))

    assert run(teacher, expire, in_days(11) + EXPIRED_LOT_GRACE) == 1
    assert sums(teacher, student) == (0, 0)


@pytest.mark.parametrize("settle", [consume, release])
def test_more_than_the_seat_has_reserved_is_refused(
    teacher: Teacher, student: UUID, settle: Callable[..., None]
) -> None:
    bought(teacher, student, 1000)
    reserved(teacher, student, 500)
    seat = reserved(teacher, student, 100)

    assert refusal(teacher, settle, student, seat, 101, NOW) == "invalid"
    assert sums(teacher, student) == (400, 600)


def test_what_is_settled_is_not_settled_again_another_way(teacher: Teacher, student: UUID) -> None:
    bought(teacher, student, 1000)
    reserved(teacher, student, 500)
    seat = reserved(teacher, student, 100)
    run(teacher, consume, student, seat, 100, NOW)

    assert refusal(teacher, release, student, seat, 100, NOW) == "invalid"


def test_the_seat_of_another_student_has_nothing_of_this_one(teacher: Teacher, student: UUID) -> None:
    other = a_student(teacher, "Alex")
    bought(teacher, student, 100)
    bought(teacher, other, 100)
    run(teacher, reserve, other, 100, a_seat(teacher, other), NOW)
    seat = reserved(teacher, student, 100)

    assert refusal(teacher, release, other, seat, 100, NOW) == "invalid"


def test_settling_nothing_needs_no_account(teacher: Teacher, student: UUID) -> None:
    seat = a_seat(teacher, student)

    run(teacher, release, student, seat, 0, NOW)
    run(teacher, forfeit, student, seat, 0, NOW, kind="forfeit_late")

    assert rows_of(teacher, "credit_accounts") == []


def test_what_was_lost_by_mistake_is_reserved_again_and_given_back(teacher: Teacher, student: UUID) -> None:
    bought(teacher, student, 60, in_days(10))
    bought(teacher, student, 40)
    seat = reserved(teacher, student, 100)
    run(teacher, forfeit, student, seat, 100, NOW, kind="forfeit_no_show")

    run(teacher, reopen, student, seat, NOW)
    assert lots(teacher, student) == [(0, 60), (0, 40)]

    run(teacher, release, student, seat, 100, NOW, 1)
    assert lots(teacher, student) == [(60, 0), (40, 0)]


def test_only_what_was_lost_is_reopened(teacher: Teacher, student: UUID) -> None:
    bought(teacher, student, 100)
    seat = reserved(teacher, student, 100)
    run(teacher, forfeit, student, seat, 50, NOW, kind="forfeit_late")
    run(teacher, release, student, seat, 50, NOW)

    run(teacher, reopen, student, seat, NOW)

    assert sums(teacher, student) == (50, 50)


def test_a_seat_can_be_corrected_more_than_once(teacher: Teacher, student: UUID) -> None:
    bought(teacher, student, 100)
    seat = reserved(teacher, student, 100)
    run(teacher, forfeit, student, seat, 50, NOW, kind="forfeit_no_show")
    run(teacher, release, student, seat, 50, NOW)
    run(teacher, reopen, student, seat, NOW)
    run(teacher, reserve, student, 50, seat, NOW, correction=1)
    run(teacher, consume, student, seat, 100, NOW, 1)
    assert sums(teacher, student) == (0, 0)

    run(teacher, reopen, student, seat, NOW, 1)
    run(teacher, release, student, seat, 100, NOW, 2)

    assert sums(teacher, student) == (100, 0)


def test_a_correction_is_not_taken_for_the_second_lot_of_what_it_corrects(teacher: Teacher, student: UUID) -> None:
    bought(teacher, student, 50, in_days(10))
    bought(teacher, student, 50)
    seat = reserved(teacher, student, 100)
    for correction in range(4):
        run(teacher, consume, student, seat, 100, NOW, correction)
        assert sums(teacher, student) == (0, 0)
        run(teacher, reopen, student, seat, NOW, correction)

    assert lots(teacher, student) == [(0, 50), (0, 50)]


def test_two_seats_of_one_lot_are_settled_apart(teacher: Teacher, student: UUID) -> None:
    bought(teacher, student, 200)
    kept, given_back = seats(teacher, student, 2)
    for seat in (kept, given_back):
        run(teacher, reserve, student, 100, seat, NOW)

    run(teacher, release, student, given_back, 100, NOW)

    assert sums(teacher, student) == (100, 100)
    assert refusal(teacher, release, student, given_back, 100, NOW, 1) == "invalid"
