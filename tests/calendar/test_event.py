"""What of a session stands in its teacher's calendar."""

from dataclasses import replace

from lectern.calendar.event import LONGEST_TITLE, Lesson, event_of
from lectern.identifiers import new_id
from tests.builders import at

LESSON = Lesson(
    session_id=new_id(),
    status="scheduled",
    starts_at=at("2026-03-30 08:00"),
    ends_at=at("2026-03-30 09:00"),
    time_zone="Europe/Berlin",
    service_name="Piano",
    student_names=("Sam",),
)


def test_an_event_says_who_comes_for_what_and_when_on_the_lessons_clock() -> None:
    event = event_of(LESSON)

    assert event["summary"] == "Piano · Sam"
    assert event["start"] == {"dateTime": "2026-03-30T10:00:00+02:00", "timeZone": "Europe/Berlin"}
    assert event["end"] == {"dateTime": "2026-03-30T11:00:00+02:00", "timeZone": "Europe/Berlin"}


def test_an_event_invites_nobody_and_tells_nothing_else() -> None:
    assert set(event_of(LESSON)) == {"summary", "start", "end", "status", "extendedProperties"}


def test_a_request_is_tentative_until_it_is_confirmed() -> None:
    assert event_of(replace(LESSON, status="pending"))["status"] == "tentative"
    assert event_of(LESSON)["status"] == "confirmed"


def test_a_group_is_named_by_all_who_come_as_far_as_they_fit() -> None:
    names = tuple(f"Student {number}" for number in range(100))

    assert event_of(replace(LESSON, student_names=names[:2]))["summary"] == "Piano · Student 0, Student 1"
    assert len(event_of(replace(LESSON, student_names=names))["summary"]) == LONGEST_TITLE
