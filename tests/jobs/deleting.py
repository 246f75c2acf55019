"""A teacher who deletes the events of lessons in Google, time that goes by, and what has become of the lessons."""

from uuid import UUID

from lectern.calendar.notified import request_pull
from lectern.calendar.settings import CalendarSettings, set_settings
from lectern.jobs.calendar_sync import sync_calendars
from tests.builders import rows_of, run
from tests.calendar.diary import CLOCK, Diary


def choose(diary: Diary, *, cancels: bool = True) -> None:
    run(diary.teacher, set_settings, CalendarSettings(None, cancels_deleted=cancels), CLOCK.now)


def lessons(diary: Diary, number: int) -> list[UUID]:
    """In the calendar."""
    made = [diary.lesson(days=days) for days in range(1, number + 1)]
    sync(diary)
    return made


def find_deleted(diary: Diary, *sessions: UUID, minutes: int = 15) -> dict[str, int]:
    """At the next reading."""
    for session in sessions:
        diary.delete(session.hex)
    CLOCK.wait(minutes=minutes)
    request_pull(diary.teacher.id, CLOCK.now)
    return sync(diary)


def delete(diary: Diary, *sessions: UUID) -> dict[str, int]:
    """And it stands until the reading after that, of which the counts are."""
    find_deleted(diary, *sessions)
    return find_deleted(diary)


def sync(diary: Diary) -> dict[str, int]:
    return {**sync_calendars(diary.teacher.id, CLOCK.now)}


def statuses(diary: Diary) -> list[str]:
    return [row["status"] for row in sorted(rows_of(diary.teacher, "class_sessions"), key=lambda row: row["starts_at"])]
