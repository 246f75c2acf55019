"""functions/migrate applies the schema as the owner and lets the functions' role in."""

import json
from collections.abc import Iterator

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from lectern import schema, settings
from lectern.schema import Migration
from lectern.settings import SettingMissing
from local.postgres import Postgres
from migrate.app import handler
from tests.http.api import CONTEXT, EVENTS


@pytest.fixture
def empty() -> Iterator[Postgres]:
    with Postgres.temporary() as server:
        yield server


@pytest.fixture
def deployed(empty: Postgres, monkeypatch: pytest.MonkeyPatch) -> Iterator[Postgres]:
    """The function's environment, for a database that has nothing in it yet."""
    monkeypatch.setenv("DATABASE_OWNER_URL", empty.owner_url)
    monkeypatch.setenv("DATABASE_URL", empty.app_url)
    settings.database_settings.cache_clear()
    yield empty
    settings.database_settings.cache_clear()


def migrate() -> dict[str, list[str]] | None:
    return handler(json.loads((EVENTS / "migrate.json").read_text()), CONTEXT)


def test_the_schema_is_applied_once_and_the_functions_may_sign_in(deployed: Postgres) -> None:
    assert migrate() == {"applied": [migration.name for migration in schema.migrations()]}
    assert migrate() == {"applied": []}

    with psycopg.connect(deployed.app_url) as connection:
        assert connection.execute("select current_user").fetchone() == ("lectern_app",)


def test_a_migration_that_cannot_be_applied_fails_the_deployment(deployed: Postgres) -> None:
    with psycopg.connect(deployed.owner_url) as connection:
        connection.execute("create table teachers (id integer)")

    with pytest.raises(psycopg.errors.DuplicateTable, match="0002_teachers"):
        migrate()


@pytest.mark.usefixtures("deployed")
def test_what_it_fails_with_quotes_no_row(monkeypatch: pytest.MonkeyPatch) -> None:
    twice = "create table people (email text constraint once unique); insert into people values ('sam@x'), ('sam@x')"
    monkeypatch.setattr(schema, "migrations", lambda: (Migration(1, "0001_people", twice),))

    with pytest.raises(psycopg.errors.UniqueViolation) as failed:
        migrate()

    assert str(failed.value) == "0001_people, SQLSTATE 23505, table people, constraint once"


def test_a_database_that_does_not_answer_is_told_in_its_own_words(
    deployed: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_OWNER_URL", make_conninfo(deployed.owner_url, dbname="no_such_database"))

    with pytest.raises(psycopg.OperationalError, match="no_such_database"):
        migrate()


def test_a_missing_setting_says_what_to_set() -> None:
    with pytest.raises(SettingMissing, match="DATABASE_OWNER_SECRET_ARN"):
        migrate()
