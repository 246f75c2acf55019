"""Teachers with an account of their own, and what the database holds of them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import LiteralString
from uuid import UUID

from lectern import database
from lectern.accounts.sign_in import SignedIn, sign_in
from lectern.accounts.sign_up import SignUp, sign_up
from lectern.identifiers import new_id

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
PASSWORD = "correct horse battery"  # noqa: S105 - opens nothing


@dataclass(frozen=True, slots=True)
class Account:
    id: UUID
    slug: str
    email: str


def an_account() -> Account:
    teacher_id = new_id()
    account = Account(teacher_id, f"t-{teacher_id}", f"{teacher_id}@example.org")
    with database.tenant(teacher_id) as tx:
        sign_up(tx, SignUp(account.slug, account.email, PASSWORD, "Ada Lovelace", "Europe/London"), NOW)
    return account


def signed_in(account: Account, now: datetime = NOW) -> SignedIn:
    return sign_in(account.email, PASSWORD, now)


def stored(account: Account, statement: LiteralString) -> object:
    """The first column of the first row, as the teacher sees it."""
    with database.tenant(account.id) as tx:
        row = tx.connection.execute(statement).fetchone()
        return row[0] if row else None


def slots_version(account: Account) -> object:
    return stored(account, "select version from slots_versions")
