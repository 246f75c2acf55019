"""The statements about students, one function each."""

from datetime import datetime
from uuid import UUID

from lectern.database import Answer, Transaction, columns
from lectern.students.student import Student


def insert(tx: Transaction, student: Student) -> None:
    tx.send(
        """
        insert into students (teacher_id, id, name, email, phone, time_zone, created_at, updated_at)
        values (%(teacher_id)s, %(id)s, %(name)s, %(email)s, %(phone)s, %(time_zone)s,
                %(created_at)s, %(updated_at)s)
        """,
        columns(student),
    )


def insert_or_find(tx: Transaction, student: Student) -> Answer[Student]:
    """The student who has that e-mail address, active again and otherwise untouched, or the given one.

    Most bookings are made by active students, and those rows are only read.
    """
    return tx.ask(
        """
        with active as (
          select id, name, email, phone, time_zone, archived_at, paused_until, created_at, updated_at
          from students
          where teacher_id = %(teacher_id)s and email = %(email)s and deleted_at is null and archived_at is null),
        added as (
          insert into students as known (teacher_id, id, name, email, phone, time_zone, created_at, updated_at)
          select %(teacher_id)s, %(id)s, %(name)s, %(email)s, %(phone)s, %(time_zone)s, %(created_at)s, %(updated_at)s
          where not exists (select from active)
          on conflict (teacher_id, email) where deleted_at is null do update set
            archived_at = null,
            updated_at = case when known.archived_at is null then known.updated_at else excluded.updated_at end
          returning id, name, email, phone, time_zone, archived_at, paused_until, created_at, updated_at)
        select id, name, email, phone, time_zone, archived_at, paused_until, created_at, updated_at from active
        union all
        select id, name, email, phone, time_zone, archived_at, paused_until, created_at, updated_at from added
        """,
        Student,
        columns(student),
    )


def by_id(tx: Transaction, student_id: UUID) -> Answer[Student]:
    return tx.ask(
        """
        select id, name, email, phone, time_zone, archived_at, paused_until, created_at, updated_at
        from students
        where teacher_id = %(teacher_id)s and id = %(student_id)s and deleted_at is null
        """,
        Student,
        {"student_id": student_id},
    )


def to_change(tx: Transaction, student_id: UUID) -> Answer[Student]:
    """As `by_id`, and nobody else changes them until this transaction ends; bookings go on."""
    return tx.ask(
        """
        select id, name, email, phone, time_zone, archived_at, paused_until, created_at, updated_at
        from students
        where teacher_id = %(teacher_id)s and id = %(student_id)s and deleted_at is null
        for no key update
        """,
        Student,
        {"student_id": student_id},
    )


def update(tx: Transaction, student: Student) -> None:
    tx.send(
        """
        update students set paused_until = %(paused_until)s, updated_at = %(updated_at)s
        where teacher_id = %(teacher_id)s and id = %(id)s and deleted_at is null
        """,
        columns(student),
    )


def by_name(tx: Transaction, after: tuple[str, UUID] | None, limit: int, *, include_archived: bool) -> Answer[Student]:
    """In the order of the index students_by_name, from the first student after that name and id."""
    name, student_id = after or (None, None)
    return tx.ask(
        """
        select id, name, email, phone, time_zone, archived_at, paused_until, created_at, updated_at
        from students
        where teacher_id = %(teacher_id)s and deleted_at is null
          and (%(include_archived)s or archived_at is null)
          and (%(name)s::text is null or (lower(name), id) > (lower(%(name)s::text), %(student_id)s::uuid))
        order by lower(name), id
        limit %(limit)s
        """,
        Student,
        {"name": name, "student_id": student_id, "limit": limit, "include_archived": include_archived},
    )


def archive(tx: Transaction, student_id: UUID, now: datetime) -> Answer[Student]:
    return tx.ask(
        """
        update students set
          archived_at = coalesce(archived_at, %(now)s),
          updated_at = case when archived_at is null then %(now)s else updated_at end
        where teacher_id = %(teacher_id)s and id = %(student_id)s and deleted_at is null
        returning id, name, email, phone, time_zone, archived_at, paused_until, created_at, updated_at
        """,
        Student,
        {"student_id": student_id, "now": now},
    )


def restore(tx: Transaction, student_id: UUID, now: datetime) -> Answer[Student]:
    return tx.ask(
        """
        update students set
          archived_at = null,
          updated_at = case when archived_at is null then updated_at else %(now)s end
        where teacher_id = %(teacher_id)s and id = %(student_id)s and deleted_at is null
        returning id, name, email, phone, time_zone, archived_at, paused_until, created_at, updated_at
        """,
        Student,
        {"student_id": student_id, "now": now},
    )
