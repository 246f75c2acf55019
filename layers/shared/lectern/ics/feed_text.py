"""A teacher's sessions as a calendar's file (RFC 5545), for the programs in which they look at their week."""

from datetime import UTC, timedelta

from icalendar import Calendar, Event, Timezone

from lectern.ics.feed_queries import FeedSession

# How often a program had better look (RFC 7986, section 5.7); many look far less often all the same.
REFRESHED_EVERY = timedelta(minutes=15)

_STATUSES = {"pending": "TENTATIVE", "cancelled": "CANCELLED"}


def feed_text(sessions: list[FeedSession]) -> str:
    """In UTC, so that no zone need be described. A session keeps its UID for life, and counts its versions.

    An event names the service and who comes, as in a connected calendar, and tells nothing else of them.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Lectern//Lectern//EN")
    calendar.add("version", "2.0")
    calendar.add("refresh-interval", REFRESHED_EVERY, {"value": "DURATION"})
    if not sessions:
        # A calendar has one component at least (RFC 5545, section 3.6), and this one nobody is shown.
        calendar.add_component(Timezone.from_tzid("UTC"))
    for session in sessions:
        calendar.add_component(_event(session))
    written: bytes = calendar.to_ical()
    return written.decode()


def _event(session: FeedSession) -> Event:
    event = Event()
    event.add("uid", str(session.id))
    # It counts what the session itself has been through: what its service is called asks nobody to come at another time
    # (RFC 5545, section 3.8.7.4).
    event.add("sequence", session.version)
    # In a file without METHOD this is when what the event says last changed (section 3.8.7.2): so what has not changed
    # is written alike each time.
    event.add("dtstamp", session.revised_at.astimezone(UTC))
    event.add("dtstart", session.starts_at.astimezone(UTC))
    event.add("dtend", session.ends_at.astimezone(UTC))
    event.add("summary", _title(session))
    event.add("status", _STATUSES.get(session.status, "CONFIRMED"))
    return event


def _title(session: FeedSession) -> str:
    names = ", ".join(session.student_names)
    return f"{session.service_name} · {names}" if names else session.service_name
