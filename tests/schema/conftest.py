"""The database as its owner sees it: the catalogue, and nobody's rows."""

from collections.abc import Callable, Iterator
from typing import LiteralString

import psycopg
import pytest

from local.postgres import Postgres

type FirstColumn = Callable[[LiteralString], list[str]]


@pytest.fixture
def owner(postgres: Postgres) -> Iterator[psycopg.Connection]:
    with psycopg.connect(postgres.owner_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def found(owner: psycopg.Connection) -> FirstColumn:
    """The first column of what a question to the catalogue finds, in order and as text."""

    def ask(question: LiteralString) -> list[str]:
        return sorted(str(row[0]) for row in owner.execute(question).fetchall())

    return ask


@pytest.fixture
def tenant_tables(found: FirstColumn) -> list[str]:
    """Every table that holds rows of tenants, besides that of the tenants themselves."""
    return found(
        """
        select table_name from information_schema.columns
        where table_schema = 'public' and column_name = 'teacher_id'
        """
    )
