"""The ledger only grows, nothing else moves a sum, and an operation happens once for its key."""

from collections.abc import Callable
from contextlib import suppress
from typing import LiteralString
from uuid import UUID

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege, RestrictViolation

from lectern import database
from lectern.credits.grant import MakeUpTerms, adjust, make_up_grant, purchase
from lectern.credits.reserve import reserve
from lectern.credits.settle import consume, forfeit, release, reopen
from lectern.credits.take_back import expire, freeze, give_again, reclaim, refund, unfreeze
from lectern.database import Transaction
from lectern.errors import Invalid, LecternError
from lectern.identifiers import new_id
from local.postgres import Postgres
from tests.builders import NOW, Teacher, a_student, a_teacher, in_days, rows_of, run
from tests.credits.afterwards import account, entries, sums
from tests.credits.given import a_seat, bought

type Act = Callable[[Transaction, UUID, UUID, UUID], object]

# Each after a purchase of 300 and a reservation of 200 by the seat.
ACTS: dict[str, Act] = {
    "purchase": lambda tx, student, _, payment: purchase(tx, student, payment, 300, in_days(20), NOW),
    "reserve": lambda tx, student, seat, _: reserve(tx, student, 200, seat, NOW),
    "release": lambda tx, student, seat, _: release(tx, student, seat, 60, NOW),
    "consume": lambda tx, student, seat, _: consume(tx, student, seat, 60, NOW),
    "forfeit_late": lambda tx, student, seat, _: forfeit(tx, student, seat, 60, NOW, kind="forfeit_late"),
    "forfeit_no_show": lambda tx, student, seat, _: forfeit(tx, student, seat, 60, NOW, kind="forfeit_no_show"),
    "reopen": lambda tx, student, seat, _: reopen(tx, student, seat, NOW),
    "make_up_grant": lambda tx, student, *_: make_up_grant(tx, student, 100, "lesson", MakeUpTerms(60, 4), NOW),
    "adjust_up": lambda tx, student, *_: adjust(tx, student, 50, "gift", NOW, "A gift"),
    "adjust_down": lambda tx, student, *_: adjust(tx, student, -50, "mistake", NOW, "A mistake"),
    "refund": lambda tx, _, __, payment: refund(tx, payment, 50, "refund", NOW),
    "freeze": lambda tx, _, __, payment: freeze(tx, payment, NOW),
    "unfreeze": lambda tx, _, __, payment: unfreeze(tx, payment, NOW),
    "expire": lambda tx, *_: expire(tx, in_days(20)),
}
# Done once by whoever keeps the refund, in one transaction with its row.
UNKEYED: dict[str, Act] = {
    "reclaim": lambda tx, _, __, payment: reclaim(tx, payment, 50, NOW),
    "give_again": lambda tx, _, __, payment: give_again(tx, payment, 50, NOW),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_what_is_repeated_changes_nothing(teacher: Teacher, student: UUID, act: Act) -> None:
    payment, seat = bought(teacher, student, 300, in_days(20)), a_seat(teacher, student)
    run(teacher, reserve, student, 200, seat, NOW)
    run(teacher, act, student, seat, payment)
    once = account(teacher, student), entries(teacher, student)

    for _ in range(2):
        run(teacher, act, student, seat, payment)

    assert (account(teacher, student), entries(teacher, student)) == once


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_what_is_repeated_in_the_same_transaction_changes_nothing(teacher: Teacher, student: UUID, act: Act) -> None:
    payment, seat = bought(teacher, student, 300, in_days(20)), a_seat(teacher, student)
    run(teacher, reserve, student, 200, seat, NOW)
    before = len(entries(teacher, student))

    with database.tenant(teacher.id) as tx:
        for _ in range(2):
            act(tx, student, seat, payment)

    assert len(entries(teacher, student)) <= before + 1


@pytest.mark.parametrize("act", [*ACTS.values(), *UNKEYED.values()], ids=[*ACTS, *UNKEYED])
def test_ac32_nobody_does_anything_to_the_credits_of_another_tenant(teacher: Teacher, student: UUID, act: Act) -> None:
    payment, seat = bought(teacher, student, 300, in_days(20)), a_seat(teacher, student)
    run(teacher, reserve, student, 200, seat, NOW)
    before = account(teacher, student), entries(teacher, student)

    with suppress(LecternError):
        run(a_teacher(), act, student, seat, payment)

    assert (account(teacher, student), entries(teacher, student)) == before


def test_one_key_is_not_good_for_two_students(teacher: Teacher, student: UUID) -> None:
    run(teacher, adjust, student, 100, "gift", NOW, "A gift")
    run(teacher, adjust, a_student(teacher, "Alex"), 100, "gift", NOW, "A gift")

    assert len(rows_of(teacher, "credit_ledger")) == 1


REWRITES: tuple[LiteralString, ...] = (
    "update credit_ledger set units = 0",
    "delete from credit_ledger",
    "truncate credit_ledger",
)
MOVES: tuple[LiteralString, ...] = (
    "update credit_accounts set balance = balance + 100",
    "update credit_accounts set reserved = 0",
    "update credit_lots set remaining = remaining + 100",
    "update credit_lots set reserved = 0",
    "insert into credit_accounts (teacher_id, student_id) values (gen_random_uuid(), gen_random_uuid())",
    "insert into credit_lots (remaining) values (100)",
    "delete from credit_lots",
    "delete from credit_accounts",
)


@pytest.mark.parametrize("statement", [*REWRITES, *MOVES])
def test_the_app_neither_rewrites_the_ledger_nor_moves_a_sum(
    teacher: Teacher, student: UUID, statement: LiteralString
) -> None:
    bought(teacher, student, 300)

    with pytest.raises(InsufficientPrivilege):
        run(teacher, Transaction.send, statement)

    assert sums(teacher, student) == (300, 0)


@pytest.mark.parametrize("statement", REWRITES)
def test_the_owner_of_the_tables_does_not_rewrite_the_ledger_either(
    postgres: Postgres, teacher: Teacher, student: UUID, statement: LiteralString
) -> None:
    bought(teacher, student, 300)

    with psycopg.connect(postgres.owner_url) as owner, pytest.raises(RestrictViolation, match="only grows"):
        owner.execute(statement)

    assert entries(teacher, student) == [("purchase", 300, 0)]


def test_an_entry_that_would_overdraw_a_lot_is_refused_whoever_writes_it(teacher: Teacher, student: UUID) -> None:
    bought(teacher, student, 300)
    [lot] = account(teacher, student).lots
    overdraft = {"id": new_id(), "student": student, "lot": lot.id, "now": NOW}

    with pytest.raises(Invalid, match="credit_lots_remaining"):
        run(
            teacher,
            Transaction.send,
            """
            insert into credit_ledger (teacher_id, id, student_id, lot_id, kind, units, idempotency_key, occurred_at)
            values (%(teacher_id)s, %(id)s, %(student)s, %(lot)s, 'refund', -301, 'by hand', %(now)s)
            """,
            overdraft,
        )


@pytest.mark.parametrize(
    ("kind", "units", "reserved_units"),
    [
        ("purchase", -1, 0),
        ("reserve", -100, 99),
        ("release", 100, -101),
        ("consume", -100, 0),
        ("forfeit_late", 0, 100),
        ("expire", 100, 0),
        ("refund", 0, -100),
        ("adjust", 0, 0),
        ("gift", 100, 0),
    ],
)
def test_an_entry_moves_the_sums_as_its_kind_says(
    teacher: Teacher, student: UUID, kind: str, units: int, reserved_units: int
) -> None:
    bought(teacher, student, 300)
    [lot] = account(teacher, student).lots
    values = {"id": new_id(), "student": student, "lot": lot.id, "now": NOW}
    moves = {"kind": kind, "units": units, "reserved_units": reserved_units}

    with pytest.raises(Invalid, match="credit_ledger_kind"):
        run(
            teacher,
            Transaction.send,
            """
            insert into credit_ledger (
              teacher_id, id, student_id, lot_id, kind, units, reserved_units, idempotency_key, occurred_at)
            values (%(teacher_id)s, %(id)s, %(student)s, %(lot)s, %(kind)s, %(units)s, %(reserved_units)s,
              'by hand', %(now)s)
            """,
            values | moves,
        )


@pytest.mark.parametrize("kind", ["purchase", "make_up_grant"])
def test_credits_are_bought_or_made_up_for_into_a_lot_that_says_so(teacher: Teacher, student: UUID, kind: str) -> None:
    run(teacher, adjust, student, 300, "gift", NOW, "A gift")
    [lot] = account(teacher, student).lots

    with pytest.raises(Invalid, match="credit_ledger_lot"):
        run(
            teacher,
            Transaction.send,
            """
            insert into credit_ledger (teacher_id, id, student_id, lot_id, kind, units, idempotency_key, occurred_at)
            values (%(teacher_id)s, %(id)s, %(student)s, %(lot)s, %(kind)s, 100, 'by hand', %(now)s)
            """,
            {"id": new_id(), "student": student, "lot": lot.id, "kind": kind, "now": NOW},
        )

    assert sums(teacher, student) == (300, 0)
