"""How what Stripe has and what we have come to differ, and what is found of it."""

from datetime import timedelta
from uuid import UUID

import psycopg
from psycopg import sql

from lectern import database
from lectern.payments.reconciliation.findings import Finding, Report
from local.postgres import Postgres
from local.stripe import LocalStripe
from local.stripe.platform import Books
from tests.builders import NOW, Teacher, rows_of

LATER = NOW + timedelta(minutes=20)
NOTHING = Report([], [])


def codes(findings: list[Finding]) -> set[str]:
    return {finding.code for finding in findings}


def books_of(stripe: LocalStripe, teacher: Teacher) -> Books:
    [account] = rows_of(teacher, "payment_accounts")
    return stripe.books_of(account["stripe_account_id"])


def payment_of_stripe(stripe: LocalStripe, teacher: Teacher) -> str:
    """The id of the only payment intent that Stripe has of the teacher."""
    [intent] = books_of(stripe, teacher).all("payment_intent")
    return str(intent["id"])


def set_payment(teacher: Teacher, payment: UUID, column: str, value: object) -> None:
    """What no code of ours would write."""
    with database.tenant(teacher.id) as tx:
        tx.connection.execute(f"update payments set {column} = %s where id = %s", [value, payment])  # noqa: S608


def tamper(postgres: Postgres, table: str, column: str, value: int, row_id: str) -> None:
    """With what the functions may not write at all."""
    key = sql.Identifier("student_id" if table == "credit_accounts" else "id")
    with psycopg.connect(postgres.owner_url, autocommit=True) as owner:
        owner.execute(sql.SQL("alter table {} no force row level security").format(sql.Identifier(table)))
        change = sql.SQL("update {} set {} = %s where {} = %s")
        owner.execute(change.format(sql.Identifier(table), sql.Identifier(column), key), [value, row_id])
        owner.execute(sql.SQL("alter table {} force row level security").format(sql.Identifier(table)))
