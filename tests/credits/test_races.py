"""Many at once on connections of their own: what is spent was there, once, and nobody waits for ever."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from itertools import batched
from uuid import UUID

import pytest

from lectern.credits.grant import MakeUpTerms, adjust, make_up_grant, purchase
from lectern.credits.reserve import reserve
from lectern.credits.settle import consume, forfeit, release
from lectern.credits.take_back import expire, freeze, refund
from lectern.database import Transaction
from lectern.errors import Conflict, LecternError
from tests.at_once import at_once
from tests.builders import NOW, Teacher, a_student, in_days, rows_of, run
from tests.credits.afterwards import account, sums
from tests.credits.given import a_seat, bought, seats

CLIENTS = 16


def outcomes(calls: list[Callable[[], object]]) -> Counter[str]:
    """How often each refusal came, and how often none did."""
    return Counter(done.code if isinstance(done, LecternError) else "done" for done in at_once(calls))


def spend_until_refused(teacher: Teacher, student: UUID, own: tuple[UUID, ...]) -> int:
    """A credit for each of its own seats; how many were had."""
    for spent, seat in enumerate(own):
        try:
            run(teacher, reserve, student, 100, seat, NOW)
        except Conflict:
            return spent
    return len(own)


def test_ac27_sixteen_clients_spend_exactly_the_hundred_credits_that_there_are(teacher: Teacher, student: UUID) -> None:
    for units, days in ((2550, 30), (3050, 10), (1999, 20), (2401, 40)):
        bought(teacher, student, units, in_days(days))
    own = batched(seats(teacher, student, CLIENTS * 20), 20, strict=True)

    spent = at_once([partial(spend_until_refused, teacher, student, seats_) for seats_ in own])

    assert sum(number for number in spent if isinstance(number, int)) == 100
    assert sums(teacher, student) == (0, 10_000)
    reserved = [row["reserved_units"] for row in rows_of(teacher, "credit_ledger") if row["kind"] == "reserve"]
    assert sum(reserved) == 10_000


type Act = Callable[[Transaction, UUID, UUID, UUID], object]

# Each after a purchase of 300, of which the seat has reserved 100, and what it leaves of the two sums.
ONCE: dict[str, tuple[Act, tuple[int, int]]] = {
    "release": (lambda tx, student, seat, _: release(tx, student, seat, 50, NOW), (250, 50)),
    "consume": (lambda tx, student, seat, _: consume(tx, student, seat, 50, NOW), (200, 50)),
    "forfeit": (lambda tx, student, seat, _: forfeit(tx, student, seat, 50, NOW, kind="forfeit_late"), (200, 50)),
    "reserve": (lambda tx, student, seat, _: reserve(tx, student, 50, seat, NOW, correction=1), (150, 150)),
    "adjust_up": (lambda tx, student, *_: adjust(tx, student, 50, "gift", NOW, "A gift"), (250, 100)),
    "adjust_down": (lambda tx, student, *_: adjust(tx, student, -50, "mistake", NOW, "A mistake"), (150, 100)),
    "refund": (lambda tx, _, __, payment: refund(tx, payment, 50, "refund", NOW), (150, 100)),
    "purchase": (lambda tx, student, _, payment: purchase(tx, student, payment, 300, None, NOW), (200, 100)),
    "expire": (lambda tx, *_: expire(tx, in_days(10)), (0, 100)),
}


@pytest.mark.parametrize(("act", "left"), ONCE.values(), ids=ONCE)
def test_what_is_asked_for_by_sixteen_at_once_is_done_once_and_refused_to_nobody(
    teacher: Teacher, student: UUID, act: Act, left: tuple[int, int]
) -> None:
    payment, seat = bought(teacher, student, 300, in_days(10)), a_seat(teacher, student)
    run(teacher, reserve, student, 100, seat, NOW)

    assert outcomes([partial(run, teacher, act, student, seat, payment)] * CLIENTS) == {"done": CLIENTS}
    assert sums(teacher, student) == left


def test_the_first_credits_of_a_student_come_from_sixteen_at_once(teacher: Teacher, student: UUID) -> None:
    gifts = [partial(run, teacher, adjust, student, 10, f"gift {n}", NOW, "A gift") for n in range(CLIENTS)]

    assert outcomes([*gifts]) == {"done": CLIENTS}
    assert sums(teacher, student) == (160, 0)


def test_a_seat_that_is_attended_and_given_back_at_once_is_settled_one_way(teacher: Teacher, student: UUID) -> None:
    bought(teacher, student, 100)
    seat = a_seat(teacher, student)
    run(teacher, reserve, student, 100, seat, NOW)

    happened = outcomes(
        [
            *[partial(run, teacher, consume, student, seat, 100, NOW)] * 4,
            *[partial(run, teacher, release, student, seat, 100, NOW)] * 4,
            *[partial(run, teacher, forfeit, student, seat, 100, NOW, kind="forfeit_late")] * 4,
        ]
    )

    assert happened == {"done": 4, "invalid": 8}


def test_no_more_make_ups_than_the_policy_allows_are_given_at_once(teacher: Teacher, student: UUID) -> None:
    terms = MakeUpTerms(expiry_days=60, max_outstanding=4)

    happened = outcomes(
        [partial(run, teacher, make_up_grant, student, 100, f"lesson {n}", terms, NOW) for n in range(CLIENTS)]
    )

    assert happened == {"done": 4, "too_many_make_ups": 12}


def lose_dispute(tx: Transaction, payment: UUID) -> None:
    freeze(tx, payment, NOW)
    refund(tx, payment, 50, f"dispute of {payment}", NOW)


def test_spending_from_payments_that_are_disputed_and_refunded_overdraws_nothing(
    teacher: Teacher, student: UUID
) -> None:
    payments = [bought(teacher, student, 100) for _ in range(8)]
    spends = [partial(run, teacher, reserve, student, 300, seat, NOW) for seat in seats(teacher, student, 8)]
    losses = [partial(run, teacher, lose_dispute, payment) for payment in payments]

    happened = outcomes([*spends, *losses])

    assert happened.keys() <= {"done", "insufficient_credits", "credits_spent"}
    balance, reserved = sums(teacher, student)
    refunded = [row["units"] for row in rows_of(teacher, "credit_ledger") if row["kind"] == "refund"]
    assert balance + reserved - sum(refunded) == 800


def test_the_expiry_of_all_accounts_meets_those_who_spend_from_them(teacher: Teacher) -> None:
    students = [a_student(teacher, f"Student{n}") for n in range(6)]
    for student in students:
        bought(teacher, student, 300, in_days(10))
        bought(teacher, student, 200)

    happened = outcomes(
        [
            *(partial(run, teacher, reserve, student, 100, a_seat(teacher, student), NOW) for student in students),
            *(partial(run, teacher, adjust, student, -50, f"{student}", NOW, "A mistake") for student in students),
            *[partial(run, teacher, expire, in_days(10))] * 4,
        ]
    )

    assert happened == {"done": 16}
    for student in students:
        assert [lot.remaining for lot in account(teacher, student).lots if lot.expires_at] in ([], [0])
