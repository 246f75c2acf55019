"""Ids are alike whether Python or PostgreSQL makes them: UUIDs of version 7, later ones greater."""

import time
from collections.abc import Callable
from uuid import RFC_4122, UUID

import psycopg
import pytest

from lectern.identifiers import new_id


@pytest.fixture(params=["in Python", "in PostgreSQL"])
def make(request: pytest.FixtureRequest, owner: psycopg.Connection) -> Callable[[], UUID]:
    return new_id if request.param == "in Python" else lambda: in_postgres(owner)


def in_postgres(connection: psycopg.Connection) -> UUID:
    row = connection.execute("select new_id()").fetchone()
    assert row
    return UUID(str(row[0]))


def test_an_id_is_of_version_7_and_tells_its_millisecond(make: Callable[[], UUID]) -> None:
    earliest = time.time_ns() // 1_000_000
    made = make()
    latest = time.time_ns() // 1_000_000

    assert (made.version, made.variant) == (7, RFC_4122)
    assert earliest <= made.int >> 80 <= latest


def test_no_two_ids_are_the_same(make: Callable[[], UUID]) -> None:
    assert len({make() for _ in range(500)}) == 500


def test_ids_made_here_and_there_sort_by_when_they_were_made(owner: psycopg.Connection) -> None:
    made = []
    for _ in range(5):
        made.append(new_id())
        time.sleep(0.002)
        made.append(in_postgres(owner))
        time.sleep(0.002)

    assert sorted(made) == made
