"""A teacher's sessions as their calendar program reads them."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lectern.ics.busy_times import busy_times
from lectern.ics.feed import read_feed
from lectern.ics.feed_queries import FeedSession
from lectern.ics.feed_text import feed_text
from lectern.identifiers import new_id
from lectern.services.catalogue import change_service
from lectern.sessions.cancel import Cancellation, cancel_session
from lectern.sessions.hold import hold_slot
from tests.builders import NOW, a_service, a_teacher, at, book, in_days, run

A_SESSION = FeedSession(new_id(), 3, "scheduled", at("2026-03-29 00:30"), at("2026-03-29 01:30"), NOW, "Piano", ["Sam"])

# What the API lets nobody enter: control characters.
TITLES = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=120)


@st.composite
def sessions(draw: st.DrawFn) -> list[FeedSession]:
    """One after the other, from now on."""
    drawn, end = [], NOW
    for _ in range(draw(st.integers(0, 6))):
        start = end + timedelta(minutes=draw(st.integers(1, 4000)))
        end = start + timedelta(minutes=draw(st.integers(5, 720)))
        status = draw(st.sampled_from(["pending", "scheduled", "completed", "no_show", "cancelled"]))
        drawn.append(FeedSession(new_id(), 1, status, start, end, NOW, draw(TITLES), [draw(TITLES)]))
    return drawn


@given(sessions())
@settings(max_examples=50)
def test_what_the_feed_says_reads_back_as_the_same_times(drawn: list[FeedSession]) -> None:
    read = busy_times(feed_text(drawn), ZoneInfo("Asia/Tokyo"), NOW, NOW + timedelta(days=60))

    live = [(session.starts_at, session.ends_at) for session in drawn if session.status != "cancelled"]
    assert (sorted(time for times in read.events.values() for time in times), read.unread) == (live, [])


@given(TITLES)
@settings(max_examples=50)
def test_lines_are_as_the_standard_has_them(title: str) -> None:
    """Of 75 octets at most, and no character is cut in two."""
    text = feed_text([replace(A_SESSION, service_name=title * 3)])

    lines = text.split("\r\n")
    assert max(len(line.encode()) for line in lines) <= 75
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert "\n" not in text.replace("\r\n", "")


def test_an_event_is_in_utc_with_the_sessions_id_and_version() -> None:
    text = feed_text([replace(A_SESSION, service_name="Duo; violin, piano", student_names=["Sam", "Kim"])])

    event = text.split("BEGIN:VEVENT\r\n")[1].split("END:VEVENT")[0].split("\r\n")
    assert sorted(event) == [
        "",
        "DTEND:20260329T013000Z",
        "DTSTAMP:20260302T080000Z",
        "DTSTART:20260329T003000Z",
        "SEQUENCE:3",
        "STATUS:CONFIRMED",
        r"SUMMARY:Duo\; violin\, piano · Sam\, Kim",
        f"UID:{A_SESSION.id}",
    ]


def test_a_calendar_without_sessions_is_one_all_the_same() -> None:
    """Section 3.6: it has one component at least, of which a zone is one that no program shows."""
    text = feed_text([])

    assert "BEGIN:VTIMEZONE\r\n" in text
    assert "BEGIN:VEVENT" not in text
    assert busy_times(text, ZoneInfo("UTC"), NOW, NOW + timedelta(days=1)).unread == []


@pytest.mark.parametrize(("status", "told"), [("pending", "TENTATIVE"), ("cancelled", "CANCELLED")])
def test_a_request_is_tentative_and_what_was_cancelled_says_so(status: str, told: str) -> None:
    assert f"STATUS:{told}\r\n" in feed_text([replace(A_SESSION, status=status)])


def test_the_same_sessions_are_the_same_file_in_any_zone() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    elsewhere = replace(
        A_SESSION,
        starts_at=A_SESSION.starts_at.astimezone(berlin),
        ends_at=A_SESSION.ends_at.astimezone(berlin),
        revised_at=NOW.astimezone(berlin),
    )

    assert feed_text([elsewhere]) == feed_text([A_SESSION])


@pytest.mark.usefixtures("connected")
def test_it_reaches_a_month_back_and_half_a_year_ahead() -> None:
    teacher, now = a_teacher(), in_days(31, hour=10)
    service = a_service(teacher, horizon_days=366)
    for days in (1, 2, 31 + 179, 31 + 180):
        book(teacher, service, in_days(days), name=f"Student{days}")

    assert [session.starts_at for session in run(teacher, read_feed, now)] == [
        at("2026-03-03 10:00"),
        at("2026-03-04 10:00"),
        at("2026-09-28 10:00"),
    ]


@pytest.mark.usefixtures("connected")
def test_a_session_that_was_cancelled_stays_with_who_would_have_come() -> None:
    teacher, start = a_teacher(), in_days(2)
    booked = book(teacher, a_service(teacher), start)
    run(teacher, cancel_session, booked.session_id, Cancellation("teacher", None), NOW)

    [session] = run(teacher, read_feed, NOW)
    assert (session.id, session.status, session.student_names) == (booked.session_id, "cancelled", ["Sam"])
    assert session.version > 1


@pytest.mark.usefixtures("connected")
def test_a_service_with_another_name_is_another_revision_of_the_same_session() -> None:
    """Programs that compare DTSTAMPs take the name over, and none asks the students anew, as for another SEQUENCE."""
    teacher, later = a_teacher(), NOW + timedelta(hours=1)
    service = a_service(teacher)
    book(teacher, service, in_days(2))
    [before] = run(teacher, read_feed, NOW)
    run(teacher, change_service, service, {"name": "Violin"}, later)

    [after] = run(teacher, read_feed, later)
    assert (after.service_name, after.revised_at, after.version) == ("Violin", later, before.version)
    assert before.revised_at < later


@pytest.mark.usefixtures("connected")
def test_it_has_no_holds_and_nobody_elses_sessions() -> None:
    teacher, beside = a_teacher(), a_teacher()
    book(beside, a_service(beside), in_days(2))
    run(teacher, hold_slot, a_service(teacher), in_days(2), NOW)

    assert run(teacher, read_feed, NOW) == []
