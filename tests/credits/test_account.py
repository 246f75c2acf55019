"""What is shown of an account, and whether anybody would notice if a sum were wrong."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import psycopg
import pytest

from lectern.credits.account import Account, audit, get_account, list_entries
from lectern.credits.grant import adjust
from lectern.credits.reserve import reserve
from lectern.database import Transaction
from lectern.identifiers import new_id
from local.postgres import Postgres
from tests.builders import NOW, Teacher, a_student, a_teacher, in_days, refusal, run
from tests.credits.afterwards import account
from tests.credits.given import a_seat, bought


def test_a_student_who_never_had_credits_has_an_empty_account(teacher: Teacher, student: UUID) -> None:
    assert account(teacher, student) == Account(balance=0, reserved=0, available=0, lots=[])


@pytest.mark.parametrize("whose", ["nobody's", "another teacher's"])
def test_an_unknown_student_is_not_found(teacher: Teacher, whose: str) -> None:
    stranger = new_id() if whose == "nobody's" else a_student(a_teacher())

    assert refusal(teacher, get_account, stranger, NOW) == "student_not_found"


def test_a_student_who_was_deleted_is_not_found(teacher: Teacher, student: UUID) -> None:
    run(teacher, Transaction.send, "update students set deleted_at = now()")

    assert refusal(teacher, get_account, student, NOW) == "student_not_found"


def test_an_account_shows_the_lots_that_have_something_in_the_order_of_spending(
    teacher: Teacher, student: UUID
) -> None:
    for units, expires_at in ((100, None), (200, in_days(20)), (300, in_days(10))):
        bought(teacher, student, units, expires_at)
    run(teacher, adjust, student, -300, "gone", NOW, "All of the first lot")
    run(teacher, reserve, student, 200, a_seat(teacher, student), NOW)

    found = account(teacher, student)

    assert [(lot.remaining, lot.reserved, lot.expires_at) for lot in found.lots] == [
        (0, 200, in_days(20)),
        (100, 0, None),
    ]


def test_the_ledger_is_read_page_by_page_from_its_end(teacher: Teacher, student: UUID) -> None:
    for n in range(5):
        run(teacher, adjust, student, 10 + n, f"gift {n}", NOW, f"Gift {n}")

    newest = run(teacher, list_entries, student, None, 2)
    older = run(teacher, list_entries, student, newest.next, 2)
    oldest = run(teacher, list_entries, student, older.next, 2)

    assert [[entry.units for entry in page.items] for page in (newest, older, oldest)] == [[14, 13], [12, 11], [10]]
    assert oldest.next is None


def test_an_entry_tells_why_and_for_what_it_was_written(teacher: Teacher, student: UUID) -> None:
    run(teacher, adjust, student, 100, "gift", NOW, "Won the recital")
    seat = a_seat(teacher, student)
    run(teacher, reserve, student, 50, seat, in_days(1))

    reserved, gift = run(teacher, list_entries, student, None, 10).items

    assert (gift.note, gift.participant_id, gift.occurred_at) == ("Won the recital", None, NOW)
    assert (reserved.note, reserved.participant_id, reserved.occurred_at) == (None, seat, in_days(1))
    assert reserved.lot_id == gift.lot_id


@contextmanager
def nothing_moving_the_sums(postgres: Postgres) -> Iterator[None]:
    with psycopg.connect(postgres.owner_url, autocommit=True) as owner:
        owner.execute("alter table credit_ledger disable trigger credit_ledger_moves_sums")
        try:
            yield
        finally:
            owner.execute("alter table credit_ledger enable trigger credit_ledger_moves_sums")


@pytest.mark.usefixtures("connected")
def test_an_audit_finds_the_account_and_the_lot_that_are_not_what_their_entries_come_to(postgres: Postgres) -> None:
    teacher = a_teacher()
    student, other = a_student(teacher), a_student(teacher, "Alex")
    with nothing_moving_the_sums(postgres):
        run(teacher, adjust, student, 100, "lost", NOW, "Never added up")
    run(teacher, adjust, other, 100, "kept", NOW, "Added up")

    of_account, of_lot = run(teacher, audit)

    assert (of_account.student_id, of_account.lot_id) == (of_lot.student_id, None) == (student, None)
    assert of_lot.lot_id is not None
    for drift in (of_account, of_lot):
        assert (drift.balance, drift.balance_of_entries) == (0, 100)
