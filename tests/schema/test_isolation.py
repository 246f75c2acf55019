"""One teacher against another, in every table that the catalogue lists, with nothing but the policies in between."""

from collections.abc import Iterator
from typing import LiteralString
from uuid import UUID

import psycopg
import pytest
from psycopg import sql
from psycopg.errors import ForeignKeyViolation, InsufficientPrivilege

from local.postgres import Postgres
from tests.schema.conftest import FirstColumn
from tests.schema.tenant_rows import a_teacher_with_a_row_everywhere


@pytest.fixture
def app(postgres: Postgres) -> Iterator[psycopg.Connection]:
    with psycopg.connect(postgres.app_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def ada(app: psycopg.Connection) -> UUID:
    return a_teacher_with_a_row_everywhere(app)


@pytest.fixture
def bo(app: psycopg.Connection) -> UUID:
    return a_teacher_with_a_row_everywhere(app)


@pytest.fixture
def tables(tenant_tables: list[str]) -> list[str]:
    return [*tenant_tables, "teachers"]


def count(app: psycopg.Connection, table: str, of: UUID) -> int:
    row = app.execute(_about(table, "select count(*) from {table} where {tenant} = %s"), [of]).fetchone()
    assert row
    return int(row[0])


def changed(app: psycopg.Connection, statement: sql.Composed, *parameters: object) -> int | str:
    """How many rows a statement changed, or that the database refused it; nothing stays changed."""
    try:
        with app.transaction(force_rollback=True):
            return app.execute(statement, parameters).rowcount
    except InsufficientPrivilege:
        return "refused"


def act_as(app: psycopg.Connection, teacher_id: UUID) -> None:
    app.execute("select set_config('app.teacher_id', %s, false)", [str(teacher_id)])


def _about(table: str, statement: LiteralString, column: str = "") -> sql.Composed:
    return sql.SQL(statement).format(
        table=sql.Identifier(table),
        tenant=sql.Identifier("id" if table == "teachers" else "teacher_id"),
        column=sql.Identifier(column),
    )


def test_a_teacher_sees_their_own_row_in_every_table(app: psycopg.Connection, ada: UUID, tables: list[str]) -> None:
    act_as(app, ada)

    assert {table: count(app, table, ada) for table in tables} == dict.fromkeys(tables, 1)


def test_a_teacher_sees_no_row_of_another(app: psycopg.Connection, ada: UUID, bo: UUID, tables: list[str]) -> None:
    act_as(app, ada)

    assert {table: count(app, table, bo) for table in tables} == dict.fromkeys(tables, 0)


def test_without_a_tenant_there_are_no_rows(app: psycopg.Connection, ada: UUID, tables: list[str]) -> None:
    assert {table: count(app, table, ada) for table in tables} == dict.fromkeys(tables, 0)


def test_a_teacher_changes_no_row_of_another(app: psycopg.Connection, found: FirstColumn, ada: UUID, bo: UUID) -> None:
    # A column that the app may write, for each table that it may write to at all.
    writable = dict(
        pair.split(".")
        for pair in found(
            """
            select table_name || '.' || min(column_name) from information_schema.column_privileges
            where grantee = 'lectern_app' and privilege_type = 'UPDATE' group by table_name
            """
        )
    )
    statement = "update {table} set {column} = {column} where {tenant} = %s"

    act_as(app, ada)
    of = {
        teacher_id: {
            table: changed(app, _about(table, statement, column), teacher_id) for table, column in writable.items()
        }
        for teacher_id in (ada, bo)
    }

    assert of[ada] == dict.fromkeys(writable, 1)
    assert of[bo] == dict.fromkeys(writable, 0)


def test_a_teacher_deletes_no_row_of_another(app: psycopg.Connection, ada: UUID, bo: UUID, tables: list[str]) -> None:
    act_as(app, ada)
    deleted = {table: changed(app, _about(table, "delete from {table} where {tenant} = %s"), bo) for table in tables}

    assert set(deleted.values()) == {0, "refused"}
    act_as(app, bo)
    assert {table: count(app, table, bo) for table in tables} == dict.fromkeys(tables, 1)


def test_a_teacher_adds_no_row_to_another(app: psycopg.Connection, found: FirstColumn, ada: UUID, bo: UUID) -> None:
    # The columns that the app may fill in, for each table that it may add to at all.
    addable = dict(
        pair.split(".")
        for pair in found(
            """
            select table_name || '.' || string_agg(column_name, ',')
            from information_schema.column_privileges join information_schema.columns using (table_name, column_name)
            where grantee = 'lectern_app' and privilege_type = 'INSERT' and is_generated = 'NEVER'
            group by table_name
            """
        )
    )
    # A row of one's own, but for the tenant: it would be in order in every other way.
    statement = """
        insert into {table} ({columns})
        select {columns} from (
          select (jsonb_populate_record(own, jsonb_build_object({tenant_name}, %s::uuid))).* from {table} as own) theirs
    """
    act_as(app, ada)
    for table, columns in addable.items():
        composed = sql.SQL(statement).format(
            table=sql.Identifier(table),
            columns=sql.SQL(", ").join(map(sql.Identifier, columns.split(","))),
            tenant_name=sql.Literal("id" if table == "teachers" else "teacher_id"),
        )
        with pytest.raises(InsufficientPrivilege, match="row-level security"), app.transaction():
            app.execute(composed, [bo])


def test_a_teachers_session_cannot_be_of_another_teachers_service(app: psycopg.Connection, ada: UUID, bo: UUID) -> None:
    act_as(app, ada)

    with pytest.raises(ForeignKeyViolation), app.transaction():
        app.execute("update class_sessions set service_id = %s", [bo])
