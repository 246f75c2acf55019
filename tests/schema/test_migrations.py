"""How a database comes up to date: each migration once, in order, and never another one than was applied."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from lectern import schema
from lectern.identifiers import new_id
from lectern.schema import Migration, SchemaChanged
from local.postgres import Postgres
from tests.at_once import at_once

PENS = Migration(1, "0001_pens", "create table pens (id integer)")
INKS = Migration(2, "0002_inks", "create table inks (id integer)")


@pytest.fixture
def empty(postgres: Postgres, owner: psycopg.Connection) -> Iterator[str]:
    """The address of a database without a table, on the server of the run."""
    name = f"empty_{new_id().hex}"
    owner.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    yield make_conninfo(postgres.owner_url, dbname=name)
    owner.execute(sql.SQL("drop database {}").format(sql.Identifier(name)))


def applied(postgres: Postgres, address: str, *wanted: Migration) -> tuple[str, ...]:
    return schema.apply(address, app_password=postgres.app_password, wanted=wanted or None)


def tables(address: str) -> set[str]:
    with psycopg.connect(address) as connection:
        rows = connection.execute("select tablename from pg_tables where schemaname = 'public'").fetchall()
    return {row[0] for row in rows} - {"schema_migrations"}


def test_the_migrations_are_numbered_from_1_without_a_gap() -> None:
    numbers = [migration.number for migration in schema.migrations()]

    assert numbers == list(range(1, len(numbers) + 1))


def test_an_empty_database_gets_all_of_them_and_then_none(postgres: Postgres, empty: str) -> None:
    assert applied(postgres, empty) == tuple(migration.name for migration in schema.migrations())
    assert applied(postgres, empty) == ()


def test_two_deployments_at_once_take_turns(postgres: Postgres, empty: str) -> None:
    results = at_once([partial(applied, postgres, empty)] * 2)

    assert () in results
    assert tuple(migration.name for migration in schema.migrations()) in results


def test_a_newer_release_applies_what_is_new(postgres: Postgres, empty: str) -> None:
    applied(postgres, empty, PENS)

    assert applied(postgres, empty, PENS, INKS) == ("0002_inks",)
    assert tables(empty) == {"pens", "inks"}


@pytest.mark.parametrize(
    "other",
    [replace(PENS, text="create table pens (id bigint)"), replace(PENS, name="0001_pencils")],
    ids=["edited", "renamed"],
)
def test_another_form_of_what_was_applied_is_refused_before_anything_changes(
    postgres: Postgres, empty: str, other: Migration
) -> None:
    applied(postgres, empty, PENS)

    with pytest.raises(SchemaChanged, match="0001_pens"):
        applied(postgres, empty, other, INKS)

    assert tables(empty) == {"pens"}


def test_a_release_that_lost_a_migration_is_refused(postgres: Postgres, empty: str) -> None:
    applied(postgres, empty, PENS)

    with pytest.raises(SchemaChanged, match="0001_pens"):
        applied(postgres, empty, INKS)


def test_a_migration_that_fails_leaves_the_ones_before_it_and_nothing_of_itself(postgres: Postgres, empty: str) -> None:
    broken = replace(INKS, text="create table inks (id integer); select 1 / 0")

    with pytest.raises(psycopg.errors.DivisionByZero):
        applied(postgres, empty, PENS, broken)

    assert tables(empty) == {"pens"}
    assert applied(postgres, empty, PENS, INKS) == ("0002_inks",)


def test_a_migration_that_cannot_be_recorded_is_not_applied(postgres: Postgres, empty: str) -> None:
    says_it_is_done = "create table inks (id integer); insert into schema_migrations values (2, 'inks', '')"

    with pytest.raises(psycopg.errors.UniqueViolation):
        applied(postgres, empty, PENS, replace(INKS, text=says_it_is_done))

    assert tables(empty) == {"pens"}


def test_a_database_ahead_of_the_code_is_left_as_it_is(postgres: Postgres, empty: str) -> None:
    applied(postgres, empty, PENS, INKS)

    assert applied(postgres, empty, PENS) == ()
    assert tables(empty) == {"pens", "inks"}


def test_a_migration_that_comes_late_is_refused(empty: str, postgres: Postgres) -> None:
    applied(postgres, empty, INKS)

    with pytest.raises(SchemaChanged, match="0001_pens"):
        applied(postgres, empty, PENS, INKS)
    assert tables(empty) == {"inks"}
