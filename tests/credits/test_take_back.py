"""Credits that go without a lesson: refunded, frozen, expired."""

from datetime import timedelta
from uuid import UUID

import pytest

from lectern.credits.reserve import reserve
from lectern.credits.settle import EXPIRED_LOT_GRACE, consume, release
from lectern.credits.take_back import expire, freeze, give_again, reclaim, refund, unfreeze
from lectern.errors import Conflict
from tests.builders import NOW, Teacher, a_student, in_days, refusal, run
from tests.credits.afterwards import account, entries, lots, sums
from tests.credits.given import a_payment, a_seat, bought, seats


def test_a_refund_takes_back_credits_of_its_own_payment(teacher: Teacher, student: UUID) -> None:
    bought(teacher, student, 100, in_days(10))
    refunded = bought(teacher, student, 1000)

    run(teacher, refund, refunded, 400, "refund 1", NOW)
    run(teacher, refund, refunded, 100, "refund 2", NOW)

    assert lots(teacher, student) == [(100, 0), (500, 0)]
    assert entries(teacher, student)[-2:] == [("refund", -400, 0), ("refund", -100, 0)]


def test_only_what_is_left_of_the_payment_can_be_refunded(teacher: Teacher, student: UUID) -> None:
    bought(teacher, student, 1000, in_days(90))
    refunded = bought(teacher, student, 300)
    spent, promised = seats(teacher, student, 2)
    for seat in (spent, promised):
        run(teacher, reserve, student, 100, seat, NOW, only_of=refunded)
    run(teacher, consume, student, spent, 100, NOW)

    with pytest.raises(Conflict) as refused:
        run(teacher, refund, refunded, 101, "refund", NOW)

    assert (refused.value.code, refused.value.facts) == ("credits_spent", {"left": 100})
    run(teacher, refund, refunded, 100, "refund", NOW)


def test_there_is_nothing_to_refund_of_what_was_never_credited(teacher: Teacher, student: UUID) -> None:
    assert refusal(teacher, refund, a_payment(teacher, student), 100, "refund", NOW) == "credits_spent"


def test_a_repeated_refund_is_done_when_nothing_is_left(teacher: Teacher, student: UUID) -> None:
    payment = bought(teacher, student, 100)

    for _ in range(2):
        run(teacher, refund, payment, 100, "refund", NOW)

    assert sums(teacher, student) == (0, 0)


def test_a_frozen_lot_can_be_refunded_for_the_dispute_may_be_lost(teacher: Teacher, student: UUID) -> None:
    disputed = bought(teacher, student, 100)
    run(teacher, freeze, disputed, NOW)

    run(teacher, refund, disputed, 100, "dispute", NOW)

    assert sums(teacher, student) == (0, 0)


def test_what_is_reserved_of_a_frozen_lot_is_still_good_for_its_lesson(teacher: Teacher, student: UUID) -> None:
    disputed = bought(teacher, student, 100)
    seat = a_seat(teacher, student)
    run(teacher, reserve, student, 100, seat, NOW)
    run(teacher, freeze, disputed, NOW)

    run(teacher, consume, student, seat, 100, NOW)

    assert sums(teacher, student) == (0, 0)


def test_after_the_dispute_the_lot_is_spent_again(teacher: Teacher, student: UUID) -> None:
    disputed = bought(teacher, student, 100, in_days(90))
    run(teacher, freeze, disputed, NOW)
    run(teacher, unfreeze, disputed, in_days(30))

    run(teacher, reserve, student, 100, a_seat(teacher, student), in_days(30))

    assert account(teacher, student).lots[0].expires_at == in_days(90)


def test_a_lot_does_not_expire_during_a_dispute_and_gets_time_after_it(teacher: Teacher, student: UUID) -> None:
    disputed = bought(teacher, student, 100, in_days(10))
    run(teacher, freeze, disputed, NOW)
    assert run(teacher, expire, in_days(40)) == 0

    run(teacher, unfreeze, disputed, in_days(50))

    [lot] = account(teacher, student).lots
    assert (lot.remaining, lot.frozen_at, lot.expires_at) == (100, None, in_days(50) + EXPIRED_LOT_GRACE)


def test_a_lot_is_frozen_since_the_first_dispute(teacher: Teacher, student: UUID) -> None:
    disputed = bought(teacher, student, 100)
    for day in (1, 2):
        run(teacher, freeze, disputed, in_days(day))

    assert account(teacher, student).lots[0].frozen_at == in_days(1)


def test_what_is_left_past_its_date_is_taken_from_everybody_at_once(teacher: Teacher, student: UUID) -> None:
    other = a_student(teacher, "Alex")
    for owner in (student, other):
        bought(teacher, owner, 100, in_days(10))
        bought(teacher, owner, 100, in_days(20))
        bought(teacher, owner, 100)

    assert run(teacher, expire, in_days(20)) == 4
    assert lots(teacher, student) == lots(teacher, other) == [(100, 0)]
    assert entries(teacher, student)[-2:] == [("expire", -100, 0)] * 2


def test_nothing_expires_before_its_date_or_twice(teacher: Teacher, student: UUID) -> None:
    bought(teacher, student, 100, in_days(10))

    assert [run(teacher, expire, in_days(day)) for day in (9, 10, 10, 11)] == [0, 1, 0, 0]


def test_what_is_reserved_outlives_its_date(teacher: Teacher, student: UUID) -> None:
    bought(teacher, student, 300, in_days(10))
    seat = a_seat(teacher, student)
    run(teacher, reserve, student, 100, seat, NOW)

    run(teacher, expire, in_days(10))
    assert sums(teacher, student) == (0, 100)

    run(teacher, consume, student, seat, 100, in_days(12))
    assert sums(teacher, student) == (0, 0)


def test_what_comes_back_to_a_lot_that_a_faster_clock_has_expired_is_good_for_a_while(
    teacher: Teacher, student: UUID
) -> None:
    bought(teacher, student, 200, in_days(1))
    seat = a_seat(teacher, student)
    run(teacher, reserve, student, 100, seat, NOW)
    second = timedelta(seconds=1)

    run(teacher, expire, in_days(1) + second)
    run(teacher, release, student, seat, 100, in_days(1) - second)

    assert account(teacher, student, in_days(2)).available == 100
    assert run(teacher, expire, in_days(30)) == 1
    assert sums(teacher, student) == (0, 0)


def test_a_lesson_booked_and_given_back_does_not_extend_a_lot_again(teacher: Teacher, student: UUID) -> None:
    bought(teacher, student, 200, in_days(1))
    first, second = seats(teacher, student, 2)
    run(teacher, reserve, student, 100, first, NOW)
    run(teacher, expire, in_days(1))
    run(teacher, release, student, first, 100, in_days(2))

    run(teacher, reserve, student, 100, second, in_days(10))
    run(teacher, release, student, second, 100, in_days(10))

    assert [lot.expires_at for lot in account(teacher, student).lots] == [in_days(2) + EXPIRED_LOT_GRACE]


def test_a_lesson_given_back_during_a_dispute_brings_back_nothing_else(teacher: Teacher, student: UUID) -> None:
    payment, seat = bought(teacher, student, 300, in_days(1)), a_seat(teacher, student)
    run(teacher, reserve, student, 100, seat, NOW)
    run(teacher, freeze, payment, in_days(5))

    run(teacher, release, student, seat, 100, in_days(6))
    run(teacher, unfreeze, payment, in_days(9))

    assert account(teacher, student, in_days(9)).available == 100


def test_a_dispute_does_not_bring_back_what_had_expired_before_it(teacher: Teacher, student: UUID) -> None:
    payment = bought(teacher, student, 300, in_days(1))
    run(teacher, reserve, student, 100, a_seat(teacher, student), NOW)
    run(teacher, freeze, payment, in_days(5))

    run(teacher, unfreeze, payment, in_days(9))

    after = account(teacher, student, in_days(9))
    assert (after.available, after.reserved, after.lots[0].expires_at) == (0, 100, in_days(1))


def test_units_of_a_refund_that_failed_come_back_to_their_own_lot(teacher: Teacher, student: UUID) -> None:
    payment = bought(teacher, student, 300)
    run(teacher, refund, payment, 300, "refund 1", NOW)

    run(teacher, give_again, payment, 300, NOW)

    assert lots(teacher, student) == [(300, 0)]
    run(teacher, refund, payment, 300, "refund 2", NOW)


def test_units_of_a_failed_refund_of_an_expired_lot_are_good_for_a_while_and_nothing_else_is(
    teacher: Teacher, student: UUID
) -> None:
    payment = bought(teacher, student, 300, in_days(1))
    run(teacher, refund, payment, 200, "refund", NOW)

    run(teacher, give_again, payment, 200, in_days(5))

    [lot] = account(teacher, student).lots
    assert (lot.remaining, lot.expires_at) == (200, in_days(5) + EXPIRED_LOT_GRACE)


def test_what_comes_back_under_a_date_that_a_faster_clock_has_seen_pass_expires_too(
    teacher: Teacher, student: UUID
) -> None:
    payment = bought(teacher, student, 300, in_days(1))
    run(teacher, refund, payment, 200, "refund", NOW)
    second = timedelta(seconds=1)
    run(teacher, expire, in_days(1) + second)

    run(teacher, give_again, payment, 200, in_days(1) - second)

    assert run(teacher, expire, in_days(30)) == 1
    assert sums(teacher, student) == (0, 0)


def test_units_whose_money_is_back_are_taken_as_soon_as_lessons_give_them_back(teacher: Teacher, student: UUID) -> None:
    payment, seat = bought(teacher, student, 300), a_seat(teacher, student)
    run(teacher, reserve, student, 200, seat, NOW)

    run(teacher, reclaim, payment, 250, NOW)
    assert lots(teacher, student) == [(0, 200)]
    run(teacher, release, student, seat, 200, NOW)

    assert lots(teacher, student) == [(50, 0)]
    assert entries(teacher, student)[-3:] == [("refund", -100, 0), ("release", 200, -200), ("refund", -150, 0)]


def test_what_a_lot_still_owes_for_a_refund_that_failed_is_owed_no_longer(teacher: Teacher, student: UUID) -> None:
    payment, seat = bought(teacher, student, 300), a_seat(teacher, student)
    run(teacher, reserve, student, 200, seat, NOW)
    run(teacher, reclaim, payment, 250, NOW)

    run(teacher, give_again, payment, 250, NOW)
    assert lots(teacher, student) == [(100, 200)]
    run(teacher, release, student, seat, 200, NOW)

    assert lots(teacher, student) == [(300, 0)]


def test_a_debt_that_gets_smaller_gives_nothing_back_and_revives_no_expired_lot(
    teacher: Teacher, student: UUID
) -> None:
    payment, seat = bought(teacher, student, 300, in_days(1)), a_seat(teacher, student)
    run(teacher, reserve, student, 300, seat, NOW)
    run(teacher, reclaim, payment, 250, NOW)

    run(teacher, give_again, payment, 100, in_days(2))

    [lot] = account(teacher, student).lots
    assert (lot.remaining, lot.reserved, lot.expires_at) == (0, 300, in_days(1))
