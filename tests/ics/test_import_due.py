"""calendar-sync's part for calendars as files, from the host to the slots."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler
from uuid import UUID

import pytest

from lectern import limits
from lectern.availability.slots import list_slots
from lectern.ics.fetch import ICS
from lectern.ics.import_due import import_due
from lectern.ics.import_queries import CalendarImport
from lectern.ics.imports import add_import, list_imports, refresh_import, remove_import
from lectern.slots import Window
from tests.builders import NOW, Teacher, a_service, a_teacher, at, rows_of, run
from tests.ics.host import Host, Reply
from tests.slots_version import slots_version

pytestmark = pytest.mark.usefixtures("connected")

QUARTER = timedelta(minutes=15)
TUESDAY = Window(at("2026-03-03 00:00"), at("2026-03-04 00:00"))


def calendar(*times: str) -> bytes:
    """Of an hour from each time."""
    events = [f"BEGIN:VEVENT\r\nUID:{time}\r\nDTSTART:{time}\r\nDURATION:PT1H\r\nEND:VEVENT\r\n" for time in times]
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{''.join(events)}END:VCALENDAR\r\n".encode()


class Importer:
    """A teacher who is busy by a calendar at the host, which tells that there is an appointment on Tuesday at ten."""

    def __init__(self, host: Host, name: str) -> None:
        self.host, self.name = host, name
        self.teacher: Teacher = a_teacher()
        self.service = a_service(self.teacher)
        host.replies["/ada.ics"] = Reply(calendar("20260303T100000Z"))
        self.id = self.add("/ada.ics")

    def add(self, path: str) -> UUID:
        return run(self.teacher, add_import, f"https://{self.name}{path}", NOW).id

    def sync(self, now: datetime = NOW) -> Mapping[str, int]:
        return import_due(self.teacher.id, now, self.host.internet())

    def busy(self) -> list[str]:
        return sorted(row["starts_at"][5:16].replace("T", " ") for row in rows_of(self.teacher, "external_busy"))

    def starts(self) -> list[int]:
        """The hours of Tuesday at which a lesson may begin."""
        slots = run(self.teacher, list_slots, self.service, TUESDAY, NOW).slots
        return [slot.start.hour for slot in slots]

    def told(self) -> CalendarImport:
        return next(entry for entry in run(self.teacher, list_imports) if entry.id == self.id)

    def events(self) -> list[str]:
        return [event["type"] for event in rows_of(self.teacher, "domain_events") if "import" in event["type"]]


@pytest.fixture
def ada(host: Host, name: str) -> Importer:
    return Importer(host, name)


def test_a_busy_time_is_not_offered_and_the_next_reader_of_slots_sees_it(ada: Importer) -> None:
    before = slots_version(ada.teacher.id)

    assert ada.sync() == {"CalendarImportsRead": 1}
    assert ada.starts() == [9, 11, 12, 13, 14, 15, 16]
    assert (ada.told().fetched_at, slots_version(ada.teacher.id)) == (NOW, before + 1)


def test_a_calendar_is_asked_every_quarter_of_an_hour(ada: Importer) -> None:
    ada.sync()

    assert ada.sync(NOW + QUARTER - timedelta(seconds=1)) == {}
    assert ada.sync(NOW + QUARTER) == {"CalendarImportsRead": 1}
    assert len(ada.host.requests["/ada.ics"]) == 2


def test_what_is_as_it_was_moves_no_version(ada: Importer) -> None:
    """Most hosts have no ETags, and stamp the file anew each time."""
    ada.sync()
    before = slots_version(ada.teacher.id)

    ada.sync(NOW + QUARTER)
    assert slots_version(ada.teacher.id) == before


def test_times_come_go_and_change(ada: Importer) -> None:
    ada.host.replies["/ada.ics"] = Reply(calendar("20260303T090000Z", "20260303T120000Z"))
    ada.sync()
    before = slots_version(ada.teacher.id)
    ada.host.replies["/ada.ics"] = Reply(calendar("20260303T120000Z", "20260303T130000Z", "20260303T150000Z"))

    ada.sync(NOW + QUARTER)
    assert ada.starts() == [9, 10, 11, 14, 16]
    assert slots_version(ada.teacher.id) == before + 1


def test_a_file_that_has_not_changed_is_not_sent_but_once_a_day(ada: Importer) -> None:
    """Once a day all the same: it is read as far as can be booked, and that moves on."""
    ada.host.replies["/ada.ics"] = Reply(calendar("20260303T100000Z"), headers={"ETag": '"7"'})
    ada.sync()
    ada.host.replies["/ada.ics"] = Reply(status=304)
    ada.sync(NOW + QUARTER)

    assert (ada.busy(), ada.told().fetched_at) == (["03-03 10:00"], NOW + QUARTER)
    ada.sync(NOW + timedelta(days=1))
    assert [request.get("if-none-match") for request in ada.host.requests["/ada.ics"]] == [None, '"7"', None]


def test_a_teacher_who_moves_is_busy_by_their_new_clock(ada: Importer) -> None:
    """By what has no zone in the file: so it is read anew, unchanged as it is."""
    ada.host.replies["/ada.ics"] = Reply(calendar("20260303T100000"), headers={"ETag": '"7"'})
    ada.sync()
    run(ada.teacher, lambda tx: tx.send("update teachers set time_zone = 'Asia/Kathmandu' where id = %(teacher_id)s"))

    ada.sync(NOW + QUARTER)
    assert ada.busy() == ["03-03 04:15"]
    assert "if-none-match" not in ada.host.requests["/ada.ics"][1]


def test_ac21_a_host_that_is_away_leaves_what_was_seen_last_and_says_since_when(ada: Importer) -> None:
    ada.sync()
    ada.host.replies["/ada.ics"] = Reply(status=404)

    assert ada.sync(NOW + QUARTER) == {"CalendarImportsFailed": 1}
    assert ada.starts() == [9, 11, 12, 13, 14, 15, 16]
    assert (ada.told().fetched_at, ada.told().last_error) == (NOW, "ics_refused")


def test_ac21_a_calendar_that_fails_is_told_of_once_and_asked_less_and_less(ada: Importer) -> None:
    ada.host.replies["/ada.ics"] = Reply(b"<html>Sign in</html>")
    now = NOW
    for pause in (QUARTER, 2 * QUARTER, 4 * QUARTER):
        ada.sync(now)
        assert ada.sync(now + pause - timedelta(seconds=1)) == {}
        now += pause

    assert len(ada.host.requests["/ada.ics"]) == 3
    assert ada.events().count("calendar_import.failed") == 1


def test_a_calendar_that_is_back_has_no_error(ada: Importer) -> None:
    good = ada.host.replies["/ada.ics"]
    ada.host.replies["/ada.ics"] = Reply(status=404)
    ada.sync()
    ada.host.replies["/ada.ics"] = good

    ada.sync(NOW + QUARTER)
    assert (ada.told().last_error, ada.told().fetched_at) == (None, NOW + QUARTER)


def test_ac32_a_name_that_begins_to_point_inside_is_not_followed(ada: Importer) -> None:
    ada.sync()
    ada.host.addresses[ada.name] = [["10.0.0.5"]]

    assert ada.sync(NOW + QUARTER) == {"CalendarImportsFailed": 1}
    assert (ada.told().last_error, ada.busy()) == ("ics_address_refused", ["03-03 10:00"])


def test_events_without_sense_are_shown_and_no_reason_to_ignore_the_others(ada: Importer) -> None:
    ada.host.replies["/ada.ics"] = Reply(calendar("20260303T100000Z", "soon"))

    ada.sync()
    assert (ada.told().unread_events, ada.busy()) == (1, ["03-03 10:00"])


def yoga(**nonsense: str) -> bytes:
    """On Tuesday and Wednesday at ten, beside an appointment at two on Tuesday."""
    told = {"UID": "yoga", "DTSTART": "20260303T100000Z", "DURATION": "PT1H", "RRULE": "FREQ=DAILY;COUNT=2"} | nonsense
    lines = ["BEGIN:VEVENT", *(f"{name}:{value}" for name, value in told.items()), "END:VEVENT", "END:VCALENDAR", ""]
    return calendar("20260303T140000Z").removesuffix(b"END:VCALENDAR\r\n") + "\r\n".join(lines).encode()


@pytest.mark.parametrize("nonsense", [{"RRULE": "FREQ=OFTEN"}, {"DTSTART": "soon"}, {"DURATION": "long"}])
def test_an_event_that_no_longer_makes_sense_keeps_the_times_that_it_had(
    ada: Importer, nonsense: dict[str, str]
) -> None:
    """Rather busy than booked: its owner sees that it could not be read. The others are as they are now."""
    ada.host.replies["/ada.ics"] = Reply(yoga())
    ada.sync()
    ada.host.replies["/ada.ics"] = Reply(yoga(**nonsense).replace(b"20260303T140000Z", b"20260303T150000Z"))

    ada.sync(NOW + QUARTER)
    assert (ada.busy(), ada.told().unread_events) == (["03-03 10:00", "03-03 15:00", "03-04 10:00"], 1)
    ada.host.replies["/ada.ics"] = Reply(calendar("20260303T150000Z"))
    ada.sync(NOW + 2 * QUARTER)
    assert ada.busy() == ["03-03 15:00"]


def test_times_that_are_kept_are_not_kept_for_ever(ada: Importer) -> None:
    ada.host.replies["/ada.ics"] = Reply(yoga())
    ada.sync()
    ada.host.replies["/ada.ics"] = Reply(yoga(DTSTART="soon"))

    ada.sync(at("2026-03-05 08:00"))
    assert ada.busy() == ["03-04 10:00"]


def test_a_host_that_wants_to_be_left_alone_is_and_has_not_failed(ada: Importer) -> None:
    ada.host.replies["/ada.ics"] = Reply(status=429, headers={"Retry-After": "3600"})

    assert ada.sync() == {"CalendarImportsSkipped": 1}
    assert (ada.told().last_error, ada.events()) == (None, ["calendar_import.added"])
    assert ada.sync(NOW + timedelta(minutes=59)) == {}
    assert ada.sync(NOW + timedelta(minutes=60)) == {"CalendarImportsSkipped": 1}


def test_an_import_that_our_own_limit_stops_is_due_at_the_next_run(ada: Importer) -> None:
    for _ in range(ICS.per_subject.burst):
        limits.check(ICS.per_subject, str(ada.teacher.id))

    assert ada.sync() == {"CalendarImportsSkipped": 1}
    assert (ada.told().last_error, ada.events()) == (None, ["calendar_import.added"])
    assert ada.sync(NOW + timedelta(minutes=5)) == {"CalendarImportsSkipped": 1}


def test_a_host_that_fails_for_one_of_its_calendars_leaves_the_others_for_the_next_run(ada: Importer) -> None:
    ada.sync()
    for path in ("/first.ics", "/second.ics"):
        ada.host.replies[path] = Reply(status=500)
        ada.add(path)

    assert ada.sync(NOW + QUARTER) == {"CalendarImportsFailed": 1, "CalendarImportsSkipped": 2}
    assert (ada.told().last_error, ada.events().count("calendar_import.failed")) == (None, 1)


def test_one_of_several_calendars_fails_and_goes_alone(ada: Importer) -> None:
    ada.host.replies["/work.ics"] = Reply(calendar("20260303T100000Z", "20260303T140000Z"))
    work, gone = ada.add("/work.ics"), ada.add("/gone.ics")

    assert ada.sync() == {"CalendarImportsRead": 2, "CalendarImportsFailed": 1}
    assert ada.busy() == ["03-03 10:00", "03-03 10:00", "03-03 14:00"]
    run(ada.teacher, remove_import, work, NOW)
    assert ada.busy() == ["03-03 10:00"]
    assert [entry.id for entry in run(ada.teacher, list_imports)] == [ada.id, gone]


def test_who_removes_a_calendar_is_free_at_once(ada: Importer) -> None:
    ada.sync()
    before = slots_version(ada.teacher.id)

    run(ada.teacher, remove_import, ada.id, NOW)
    assert (len(ada.starts()), slots_version(ada.teacher.id)) == (8, before + 1)


def test_a_calendar_that_is_removed_while_it_is_fetched_leaves_nothing(ada: Importer) -> None:
    """Nor does a second worker fetch it meanwhile."""
    second: list[Mapping[str, int]] = []
    body = calendar("20260303T100000Z")

    def meanwhile(handler: BaseHTTPRequestHandler) -> None:
        second.append(ada.sync())
        run(ada.teacher, remove_import, ada.id, NOW)
        handler.wfile.write(body)

    ada.host.replies["/ada.ics"] = Reply(headers={"Content-Length": str(len(body))}, then=meanwhile)
    ada.sync()
    assert (second, ada.busy()) == ([{}], [])


def test_ac32_another_teachers_calendars_are_not_looked_at(ada: Importer) -> None:
    assert import_due(a_teacher().id, NOW, ada.host.internet()) == {}
    assert not ada.host.requests


def test_one_that_waits_after_failures_is_read_at_once_when_its_owner_says_so(ada: Importer) -> None:
    ada.host.replies["/ada.ics"] = Reply(b"not yet")
    for quarter in (0, 1, 3):
        ada.sync(NOW + quarter * QUARTER)
    soon = NOW + 4 * QUARTER
    ada.host.replies["/ada.ics"] = Reply(calendar("20260303T100000Z"))

    assert ada.sync(soon) == {}
    run(ada.teacher, refresh_import, ada.id, soon)

    assert ada.sync(soon) == {"CalendarImportsRead": 1}
    assert (ada.told().fetched_at, ada.told().last_error) == (soon, None)
