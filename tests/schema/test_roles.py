"""Who may do what, as managed PostgreSQL has it: no superuser, no bypass, and nobody sees as the directory does."""

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from lectern import directory
from local.postgres import Postgres
from tests.builders import a_teacher
from tests.schema.conftest import FirstColumn


def test_no_role_of_ours_is_above_the_policies(found: FirstColumn) -> None:
    powerless = found(
        """
        select rolname from pg_roles
        where rolname like 'lectern%' and not rolsuper and not rolbypassrls and not rolreplication
        """
    )

    assert powerless == ["lectern_app", "lectern_cohorts", "lectern_directory", "lectern_ledger", "lectern_owner"]


def test_the_app_owns_nothing_and_is_a_member_of_nothing(found: FirstColumn) -> None:
    owned = found("select objid from pg_shdepend where refobjid = 'lectern_app'::regrole and deptype = 'o'")
    memberships = found("select roleid::regrole from pg_auth_members where member = 'lectern_app'::regrole")
    makes_roles_or_databases = found(
        "select rolname from pg_roles where rolname = 'lectern_app' and (rolcreaterole or rolcreatedb)"
    )

    assert owned == memberships == makes_roles_or_databases == []


def test_nobody_sees_through_the_policies_of_the_directory_or_the_cohorts(found: FirstColumn) -> None:
    seers = found(
        """
        select role.rolname from pg_roles role, pg_roles seen
        where seen.rolname in ('lectern_directory', 'lectern_cohorts') and not role.rolsuper and role.oid <> seen.oid
          and (pg_has_role(role.oid, seen.oid, 'usage') or pg_has_role(role.oid, seen.oid, 'set'))
        """
    )

    assert seers == []


def test_the_app_cannot_become_another_role(postgres: Postgres) -> None:
    for role in ("lectern_directory", "lectern_cohorts", "lectern_owner"):
        with psycopg.connect(postgres.app_url) as app, pytest.raises(InsufficientPrivilege):
            app.execute(psycopg.sql.SQL("set role {}").format(psycopg.sql.Identifier(role)))


def test_the_functions_of_the_directory_run_as_its_role_with_a_pinned_path(found: FirstColumn) -> None:
    all_of_them = found("select proname from pg_proc where pronamespace = 'directory'::regnamespace")
    safe = found(
        """
        select proname from pg_proc
        where pronamespace = 'directory'::regnamespace and proowner = 'lectern_directory'::regrole
          and prosecdef and proconfig = array['search_path=public, pg_temp']
        """
    )

    assert safe == all_of_them
    assert "teacher_by_slug" in safe


def test_only_the_app_may_call_the_directory(found: FirstColumn) -> None:
    callers = found(
        """
        select distinct grantee::regrole from pg_proc, aclexplode(proacl)
        where pronamespace = 'directory'::regnamespace and grantee <> proowner
        """
    )
    granted_to_everybody = found(
        "select proname from pg_proc where pronamespace = 'directory'::regnamespace and proacl is null"
    )

    assert callers == ["lectern_app"]
    assert granted_to_everybody == []


def test_the_directory_owns_only_its_functions(found: FirstColumn) -> None:
    others = found(
        """
        select objid from pg_shdepend
        where refobjid = 'lectern_directory'::regrole and deptype = 'o' and classid <> 'pg_proc'::regclass
        """
    )

    assert others == []


def test_nobody_but_the_owner_makes_tables(found: FirstColumn) -> None:
    makers = found(
        """
        select rolname from pg_roles
        where not rolsuper and rolname like 'lectern%' and rolname <> 'lectern_owner'
          and (has_schema_privilege(oid, 'public', 'create') or has_schema_privilege(oid, 'directory', 'create'))
        """
    )

    assert makers == []


def test_what_is_softly_deleted_cannot_be_deleted_for_good(found: FirstColumn) -> None:
    deletable = found(
        """
        select table_name from information_schema.columns
        where table_schema = 'public' and column_name = 'deleted_at'
          and has_table_privilege('lectern_app', format('%I.%I', table_schema, table_name), 'delete, truncate')
        """
    )

    assert deletable == []


@pytest.mark.usefixtures("connected")
def test_the_directory_finds_a_teacher_by_slug_before_there_is_a_tenant() -> None:
    teacher = a_teacher()

    assert directory.teacher_by_slug(teacher.slug) == teacher.id
    assert directory.teacher_by_slug("nobody-of-that-name") is None
