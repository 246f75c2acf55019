"""The catalogue, walked: no table can be added without what keeps one teacher's rows from another."""

from tests.schema.conftest import FirstColumn


def test_the_walk_sees_the_tables(tenant_tables: list[str]) -> None:
    assert {"services", "students", "class_sessions", "auth_sessions", "domain_events"} < set(tenant_tables)


def test_every_tenant_table_forces_row_security_on_its_owner_too(found: FirstColumn, tenant_tables: list[str]) -> None:
    forced = found(
        """
        select relname from pg_class
        where relnamespace = 'public'::regnamespace and relrowsecurity and relforcerowsecurity
        """
    )

    assert forced == sorted([*tenant_tables, "teachers"])


def test_every_tenant_table_shows_and_takes_only_the_tenants_rows(found: FirstColumn, tenant_tables: list[str]) -> None:
    guarded = found(
        """
        select tablename from pg_policies
        where schemaname = 'public' and roles = '{lectern_app}' and cmd = 'ALL' and qual = with_check
          and qual like '%(teacher_id = ( SELECT current_teacher_id()%'
        """
    )

    assert guarded == tenant_tables


def test_no_other_policy_lets_the_app_see_more(found: FirstColumn, tenant_tables: list[str]) -> None:
    policies = found("select tablename from pg_policies where 'lectern_app' = any (roles)")
    for_all = found("select policyname from pg_policies where 'public' = any (roles)")

    assert policies == sorted([*tenant_tables, "teachers"])
    assert for_all == []


def test_every_reference_between_tenants_tables_carries_the_tenant(found: FirstColumn) -> None:
    without_tenant = found(
        """
        select c.conname from pg_constraint c
        where c.contype = 'f' and c.connamespace = 'public'::regnamespace and not exists (
          select from unnest(c.conkey, c.confkey) as pair (here, there)
          join pg_attribute h on h.attrelid = c.conrelid and h.attnum = pair.here
          join pg_attribute t on t.attrelid = c.confrelid and t.attnum = pair.there
          where h.attname = 'teacher_id'
            and t.attname = case when c.confrelid = 'teachers'::regclass then 'id' else 'teacher_id' end)
        """
    )

    assert without_tenant == []


def test_every_tenant_table_is_of_a_teacher(found: FirstColumn, tenant_tables: list[str]) -> None:
    referring = found(
        """
        select conrelid::regclass from pg_constraint
        where contype = 'f' and confrelid = 'teachers'::regclass and cardinality(conkey) = 1
        """
    )

    assert referring == tenant_tables


def test_every_tenant_table_has_a_key_that_starts_with_the_tenant(found: FirstColumn, tenant_tables: list[str]) -> None:
    keyed = found(
        """
        select distinct i.indrelid::regclass from pg_index i
        join pg_class c on c.oid = i.indrelid and c.relkind = 'r'
        join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
        where i.indisunique and i.indpred is null and a.attname = 'teacher_id'
        """
    )

    assert keyed == tenant_tables


def test_every_tenant_column_is_filled_in(found: FirstColumn) -> None:
    nullable = found(
        """
        select table_name from information_schema.columns
        where table_schema = 'public' and column_name = 'teacher_id' and is_nullable = 'YES'
        """
    )

    assert nullable == []


def test_what_row_security_does_not_reach_is_not_the_apps_to_read(found: FirstColumn) -> None:
    readable = found(
        """
        select relname from pg_class
        where relnamespace = 'public'::regnamespace and has_any_column_privilege('lectern_app', oid, 'select')
          and (relkind = 'm' or relkind = 'v' and not coalesce('security_barrier=true' = any (reloptions), false))
        """
    )

    assert readable == []
