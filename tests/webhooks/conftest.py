"""The settings of the webhooks function, a teacher whom Stripe knows, and a clock that stands still."""

import os
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest

from lectern import clock, database, settings
from lectern.identifiers import new_id
from local.postgres import Postgres
from tests.builders import NOW, Teacher, a_teacher, rows_of
from tests.webhooks.delivery import SECRET, fixture


@pytest.fixture(autouse=True)
def function(connected: None, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001
    monkeypatch.setattr(clock, "now", lambda: NOW)
    os.environ |= {"STRIPE_WEBHOOK_SECRETS": SECRET, "STRIPE_MODE": "test"}
    settings.stripe_livemode.cache_clear()


@dataclass(frozen=True)
class Seller:
    """A teacher with an account at Stripe."""

    teacher: Teacher
    account: str

    def event(self, kind: str = "payment_intent.succeeded", **changes: Any) -> dict[str, Any]:  # noqa: ANN401
        """A recorded one, as of this account and new."""
        return fixture(kind) | {"id": f"evt_{new_id().hex}", "account": self.account} | changes

    def events(self) -> list[dict[str, Any]]:
        return rows_of(self.teacher, "stripe_events")

    def outcomes(self) -> list[tuple[str, str | None]]:
        return [(event["outcome"], event["reason"]) for event in self.events()]


@pytest.fixture
def seller() -> Seller:
    teacher, account = a_teacher(), f"acct_{new_id().hex}"
    with database.tenant(teacher.id) as tx:
        tx.send(
            """
            insert into payment_accounts (teacher_id, id, stripe_account_id, livemode, created_at, updated_at)
            values (%(teacher_id)s, %(id)s, %(account)s, false, %(now)s, %(now)s)
            """,
            {"id": new_id(), "account": account, "now": NOW},
        )
    return Seller(teacher, account)


@dataclass(frozen=True)
class Unclaimed:
    """What was kept for a person to see."""

    url: str

    def of(self, body: bytes) -> list[tuple[str, str | None]]:
        """Why, and as of which account."""
        with psycopg.connect(self.url) as connection:
            return connection.execute(
                "select reason, account from unclaimed_stripe_events where digest = sha256(%s)", [body]
            ).fetchall()

    def kept_bytes(self, body: bytes) -> int:
        """How much of it is there to see."""
        with psycopg.connect(self.url) as connection:
            [size] = connection.execute(
                "select length(body) from unclaimed_stripe_events where digest = sha256(%s)", [body]
            ).fetchone() or [-1]
            return int(size)


@pytest.fixture
def unclaimed(postgres: Postgres) -> Unclaimed:
    return Unclaimed(postgres.owner_url)
