"""What the database holds after something was done: the claims that tests check against it."""

from datetime import datetime
from typing import Any

from lectern import database
from tests.builders import Teacher, rows_of

LIVE = ("held", "pending", "scheduled")


def overlaps(teacher: Teacher) -> int:
    """How many pairs of live sessions share time that neither was allowed to share."""
    with database.tenant(teacher.id) as tx:
        row = tx.connection.execute(
            """
            select count(*) from class_sessions a join class_sessions b
              on a.teacher_id = b.teacher_id and a.id < b.id and a.blocked && b.blocked
            where a.teacher_id = %(teacher_id)s and not a.overlap_allowed and not b.overlap_allowed
              and a.status = any (%(live)s) and b.status = any (%(live)s)
            """,
            {"teacher_id": teacher.id, "live": list(LIVE)},
        ).fetchone()
    assert row is not None
    return int(row[0])


def live_sessions(teacher: Teacher) -> list[dict[str, Any]]:
    return [row for row in rows_of(teacher, "class_sessions") if row["status"] in LIVE]


def starts(teacher: Teacher) -> list[datetime]:
    """When the live sessions start, in order."""
    return sorted(datetime.fromisoformat(row["starts_at"]) for row in live_sessions(teacher))


def statuses(teacher: Teacher) -> list[str]:
    return [row["status"] for row in rows_of(teacher, "class_sessions")]


def calendar_wishes(teacher: Teacher) -> list[str]:
    """What the teacher's calendar is waiting to be told, in the order of the sessions."""
    return [row["action"] for row in rows_of(teacher, "session_calendar_sync") if row["status"] == "pending"]


def events(teacher: Teacher, prefix: str = "session.") -> list[str]:
    """The types of the events of that prefix, in the order of the alphabet: ids of one millisecond have none."""
    types = [row["type"] for row in rows_of(teacher, "domain_events")]
    return sorted(type_ for type_ in types if type_.startswith(prefix))
