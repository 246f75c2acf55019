"""A teacher who has signed up, and the three states that Redis can be in."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import pytest

from lectern import cache, database
from lectern.accounts.sign_up import SignUp, sign_up
from lectern.identifiers import new_id
from lectern.settings import redis_url
from local.valkey import Valkey

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
PASSWORD = "correct horse battery"  # noqa: S105 - opens nothing


@dataclass(frozen=True, slots=True)
class Account:
    id: UUID
    slug: str
    email: str


@pytest.fixture
def account(connected: None) -> Account:
    return an_account()


def an_account() -> Account:
    teacher_id = new_id()
    slug, email = f"t-{teacher_id}", f"{teacher_id}@example.org"
    with database.tenant(teacher_id) as tx:
        sign_up(tx, SignUp(slug, email, PASSWORD, "Ada Lovelace", "Europe/London"), NOW)
    return Account(teacher_id, slug, email)
