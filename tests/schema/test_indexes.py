"""The indexes that production turned out to need."""

import psycopg
import pytest

from tests.schema.conftest import FirstColumn

NAMED = {
    "availability_rules_active": "availability_rules USING btree (teacher_id, is_active) WHERE is_active",
    "class_sessions_by_status": "class_sessions USING btree (teacher_id, status, starts_at, ends_at)",
    "contact_log_by_student": "contact_log USING btree (teacher_id, student_id, sent_at DESC)",
    "contact_log_by_time": "contact_log USING btree (teacher_id, sent_at DESC)",
    "content_items_not_deleted": "content_items USING btree (teacher_id) WHERE (deleted_at IS NULL)",
    "teachers_not_deleted": "teachers USING btree (id) WHERE (deleted_at IS NULL)",
    "services_not_deleted": "services USING btree (teacher_id) WHERE (deleted_at IS NULL)",
    "students_not_deleted": "students USING btree (teacher_id) WHERE (deleted_at IS NULL)",
    "credit_packages_not_deleted": "credit_packages USING btree (teacher_id) WHERE (deleted_at IS NULL)",
    "class_sessions_not_deleted": "class_sessions USING btree (teacher_id) WHERE (deleted_at IS NULL)",
}


@pytest.mark.parametrize("name", NAMED)
def test_the_named_indexes_have_their_shape(owner: psycopg.Connection, name: str) -> None:
    [definition] = owner.execute("select indexdef from pg_indexes where indexname = %s", [name]).fetchone() or [""]

    assert definition == f"CREATE INDEX {name} ON public.{NAMED[name]}"


def test_every_table_that_deletes_softly_has_an_index_of_what_is_left(found: FirstColumn) -> None:
    softly = found(
        """
        select table_name from information_schema.columns
        where table_schema = 'public' and column_name = 'deleted_at'
        """
    )

    assert [f"{table}_not_deleted" for table in softly] == sorted(
        name for name in NAMED if name.endswith("_not_deleted")
    )


def test_every_reference_has_an_index_that_starts_with_its_columns(found: FirstColumn) -> None:
    unindexed = found(
        """
        select c.conname from pg_constraint c
        where c.contype = 'f' and c.connamespace = 'public'::regnamespace and not exists (
          select from pg_index i
          where i.indrelid = c.conrelid and c.conkey @> (i.indkey::int2[])[0:cardinality(c.conkey) - 1])
        """
    )

    assert unindexed == []


def test_the_arbiter_of_races_is_an_exclusion_constraint_of_live_sessions(found: FirstColumn) -> None:
    [arbiter] = found("select pg_get_constraintdef(oid) from pg_constraint where conname = 'class_sessions_no_overlap'")

    assert arbiter.startswith("EXCLUDE USING gist (teacher_id WITH =, blocked WITH &&) WHERE")
    for part in ("'held'", "'pending'", "'scheduled'", "deleted_at IS NULL", "NOT overlap_allowed"):
        assert part in arbiter
