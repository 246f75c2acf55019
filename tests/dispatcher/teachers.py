"""Teachers as the dispatcher sees them: an id and a zone. Those of a test before have left."""

from uuid import UUID

from lectern import database, directory
from lectern.identifiers import new_id
from tests.builders import Teacher, a_teacher


def only(*zones: str) -> list[Teacher]:
    """A teacher in each zone, and nobody else."""
    while there := directory.active_teachers(None, 1_000):
        for each in there:
            leave(each.teacher_id)
    return [a_teacher(zone, rules=()) for zone in zones]


def leave(teacher_id: UUID) -> None:
    with database.tenant(teacher_id) as tx:
        tx.send("update teachers set deleted_at = now() where id = %(teacher_id)s")


def crowd(number: int) -> None:
    """So many more, in one transaction."""
    with database.tenant(new_id()) as tx:
        tx.connection.execute(
            """
            do $$
            declare teacher uuid;
            begin
              for n in 1..%(number)s loop
                teacher := new_id();
                perform set_config('app.teacher_id', teacher::text, true);
                insert into teachers (id, slug, email, password_hash, name, time_zone, created_at, updated_at)
                values (teacher, 't-' || teacher, teacher || '@example.com', '-', 'Ada', 'UTC', now(), now());
              end loop;
            end $$
            """.replace("%(number)s", str(number))
        )
