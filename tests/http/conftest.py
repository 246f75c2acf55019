"""A signed-in teacher with a service to book, and a clock that stands still until a test moves it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from lectern import clock, database
from lectern.accounts import queries
from lectern.identifiers import new_id
from lectern.tokens import new_token, token_hash
from local.stripe import LocalStripe
from tests.builders import NOW, Teacher, a_service, a_student, a_teacher
from tests.http.api import Api
from tests.payments.conftest import stripe, stripe_server
from tests.payments.sales import a_seller

__all__ = ["stripe", "stripe_server"]


@dataclass
class Clock:
    now: datetime = NOW

    def go_to(self, instant: datetime) -> None:
        self.now = instant


@dataclass(frozen=True)
class Business:
    """A teacher, signed in, and what they start with."""

    teacher: Teacher
    api: Api
    visitor: Api = field(default_factory=Api)

    @property
    def page(self) -> str:
        return f"/v1/teachers/{self.teacher.slug}"

    def service(self, **details: object) -> UUID:
        return a_service(self.teacher, **details)

    def student(self, name: str = "Sam") -> UUID:
        return a_student(self.teacher, name)


@pytest.fixture(autouse=True)
def wall_clock(connected: None, monkeypatch: pytest.MonkeyPatch) -> Clock:  # noqa: ARG001
    standing = Clock()
    monkeypatch.setattr(clock, "now", lambda: standing.now)
    return standing


def a_business(teacher: Teacher | None = None) -> Business:
    teacher, token = teacher or a_teacher(), new_token()
    with database.tenant(teacher.id) as tx:
        queries.insert_auth_session(tx, new_id(), token_hash(token), NOW, NOW + timedelta(days=365))
    return Business(teacher, Api(token))


@pytest.fixture
def business() -> Business:
    return a_business()


@pytest.fixture
def other() -> Business:
    """Another tenant."""
    return a_business()


@pytest.fixture
def shop(stripe: LocalStripe) -> Business:
    """A teacher whose account at Stripe takes money."""
    return a_business(a_seller(stripe))


@pytest.fixture
def visitor() -> Api:
    return Api()
