"""What the code before had written, after the migrations that give it a meaning."""

from collections.abc import Iterator
from uuid import UUID

import psycopg
import pytest

from lectern import schema
from lectern.identifiers import new_id
from local.postgres import Postgres
from tests.builders import NOW

TEACHER, STUDENT, PACKAGE, LOT = (new_id() for _ in range(4))


@pytest.fixture(scope="module")
def old() -> Iterator[Postgres]:
    """A database as it was before there was a `units_owed`."""
    with Postgres.temporary() as server:
        before = tuple(migration for migration in schema.migrations() if migration.number < 25)
        schema.apply(server.owner_url, app_password=server.app_password, wanted=before)
        yield server


def as_teacher(server: Postgres) -> psycopg.Connection:
    connection = psycopg.connect(server.app_url)
    connection.execute("select set_config('app.teacher_id', %s, false)", [str(TEACHER)])
    return connection


def insert(connection: psycopg.Connection, table: str, **values: object) -> None:
    row = {"teacher_id": TEACHER, **values}
    names, marks = ", ".join(row), ", ".join(["%s"] * len(row))
    connection.execute(f"insert into {table} ({names}) values ({marks})", list(row.values()))  # noqa: S608 - ours


def a_seller(connection: psycopg.Connection) -> None:
    made = {"created_at": NOW, "updated_at": NOW}
    connection.execute(
        """
        insert into teachers (id, slug, email, password_hash, name, time_zone, created_at, updated_at)
        values (%s, 'ada', 'ada@example.com', '-', 'Ada', 'UTC', %s, %s)
        """,
        [TEACHER, NOW, NOW],
    )
    insert(connection, "payment_accounts", id=new_id(), stripe_account_id="acct_1", livemode=False, **made)
    insert(connection, "students", id=STUDENT, name="Sam", email="sam@example.com", time_zone="UTC", **made)
    price = {"price_amount": 1000, "price_currency": "EUR"}
    insert(connection, "credit_packages", id=PACKAGE, name="Ten", units=1000, **price, **made)


def a_payment(connection: psycopg.Connection, status: str, **more: object) -> UUID:
    payment = new_id()
    bought = {"kind": "package", "student_id": STUDENT, "package_id": PACKAGE, "units": 1000, "description": "Ten"}
    account = {"stripe_account_id": "acct_1", "livemode": False, "customer_email": "sam@example.com"}
    made = {"amount": 1000, "currency": "EUR", "created_at": NOW, "updated_at": NOW}
    insert(connection, "payments", id=payment, status=status, **bought, **account, **made, **more)
    return payment


def a_full_refund_of_which_300_units_were_promised(connection: psycopg.Connection) -> None:
    payment = a_payment(connection, "paid", paid_at=NOW, refunded_amount=1000)
    connection.execute("select lock_credit_account(%s)", [STUDENT])
    lot = {"student_id": STUDENT, "source": "purchase", "payment_id": payment, "created_at": NOW}
    insert(connection, "credit_lots", id=LOT, **lot)
    for kind, units, reserved in (("purchase", 1000, 0), ("reserve", -300, 300), ("refund", -700, 0)):
        moved = {"units": units, "reserved_units": reserved, "idempotency_key": kind, "occurred_at": NOW}
        insert(connection, "credit_ledger", id=new_id(), student_id=STUDENT, lot_id=LOT, kind=kind, **moved)
    sums = {"payment_id": payment, "amount": 1000, "units": 700, "status": "succeeded", "origin": "stripe"}
    at_stripe = {"stripe_refund_id": "re_1", "requested_at": NOW, "updated_at": NOW}
    insert(connection, "refunds", id=new_id(), **sums, **at_stripe)


def test_what_was_refunded_before_is_owed_and_no_address_is_kept_that_nobody_needs(old: Postgres) -> None:
    with as_teacher(old) as connection:
        a_seller(connection)
        a_full_refund_of_which_300_units_were_promised(connection)
        for status in ("created", "open", "failed", "expired"):
            a_payment(connection, status)

    schema.apply(old.owner_url, app_password=old.app_password)

    with as_teacher(old) as connection:
        assert connection.execute("select reserved, units_owed from credit_lots").fetchall() == [(300, 300)]
        assert connection.execute("select units from refunds").fetchall() == [(1000,)]
        kept = connection.execute("select status from payments where customer_email is not null").fetchall()
    assert kept == [("created",)]
