"""All of a teacher's calendars in one job, of which none holds up another."""

import pytest

from lectern.calendar.sealed import seal
from lectern.errors import NotFound
from lectern.ics.imports import add_import, list_imports
from lectern.jobs.calendar_sync import sync_calendars
from lectern.settings import token_key
from tests.builders import NOW, Teacher, a_teacher, run


def a_teacher_with_an_import_that_fails_at_once() -> Teacher:
    """Its address is sealed for somebody else."""
    teacher = a_teacher()
    run(teacher, add_import, "https://example.com/ada.ics", NOW)
    theirs = seal(token_key(), a_teacher().id, "https://example.com/ada.ics")
    run(teacher, lambda tx: tx.send("update calendar_imports set url = %(url)s", {"url": theirs}))
    return teacher


def connect(teacher: Teacher) -> None:
    """To a Google that this deployment knows nothing of."""
    grant = {"id": teacher.id, "grant": seal(token_key(), teacher.id, "grant"), "now": NOW}
    run(
        teacher,
        lambda tx: tx.send(
            "insert into calendar_connections"
            " (teacher_id, id, provider, status, calendar_id, refresh_token, connected_at)"
            " values (%(teacher_id)s, %(id)s, 'google', 'connected', 'primary', %(grant)s, %(now)s)",
            grant,
        ),
    )


def failures(teacher: Teacher) -> list[str | None]:
    return [entry.last_error for entry in run(teacher, list_imports)]


def test_files_are_read_without_a_connected_calendar() -> None:
    teacher = a_teacher_with_an_import_that_fails_at_once()

    assert sync_calendars(teacher.id, NOW) == {"CalendarImportsFailed": 1}
    assert failures(teacher) == ["ics_url_lost"]


def test_files_are_read_when_the_connected_calendar_cannot_be() -> None:
    teacher = a_teacher_with_an_import_that_fails_at_once()
    connect(teacher)

    with pytest.raises(NotFound, match="connects no calendars"):
        sync_calendars(teacher.id, NOW)
    assert failures(teacher) == ["ics_url_lost"]
