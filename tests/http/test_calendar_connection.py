"""A teacher connects their calendar, sees how it is, and parts from it, over HTTP."""

from urllib.parse import parse_qs, urlsplit

import pytest
import urllib3

from local.google import LocalGoogle
from tests.builders import book, in_days
from tests.calendar.conftest import google, google_server
from tests.calendar.diary import CLOCK, PAGE, Diary, read_again
from tests.http.conftest import Business, Clock, a_business

__all__ = ["google", "google_server"]

CONSENT, CONNECTION = "/v1/calendar-connection/consent", "/v1/calendar-connection"


def consented(business: Business) -> dict[str, str]:
    """What Google's page puts into the query of ours."""
    url = business.api.post(CONSENT, {"return_url": PAGE}).body["url"]
    location = urllib3.request("GET", url, redirect=False).headers["Location"]
    query = parse_qs(urlsplit(location).query)
    return {"code": query["code"][0], "state": query["state"][0]}


def diary_of(business: Business, google: LocalGoogle) -> Diary:
    google.signed_in = google.open_account(f"{business.teacher.slug}@example.com")
    return Diary(google, business.teacher, google.signed_in)


@pytest.fixture
def diary(business: Business, google: LocalGoogle) -> Diary:
    """Connected."""
    diary = diary_of(business, google)
    business.api.put(CONNECTION, consented(business))
    return diary


def test_a_calendar_is_connected_and_read(business: Business, google: LocalGoogle) -> None:
    diary = diary_of(business, google)
    assert business.api.get(CONNECTION).body["status"] == "not_connected"

    connected = business.api.put(CONNECTION, consented(business))
    diary.sync()

    assert (connected.status, connected.body["status"]) == (200, "connected")
    known = business.api.get(CONNECTION).body
    assert (known["stale_minutes"], known["is_stale"], known["pending"]) == (0, False, 0)
    assert known["last_synced_at"]


def test_ac32_a_state_is_good_for_the_session_that_began_alone(business: Business, google: LocalGoogle) -> None:
    diary_of(business, google)
    back = consented(business)

    refused = a_business(business.teacher).api.put(CONNECTION, back)

    assert (refused.status, refused.code) == (404, "consent_not_found")


def test_google_sends_the_teacher_back_to_a_safe_address(business: Business, google: LocalGoogle) -> None:
    diary_of(business, google)

    refused = business.api.post(CONSENT, {"return_url": "http://studio.example/"})

    assert (refused.status, refused.code) == (422, "unsafe_url")


def test_a_deployment_without_a_client_at_google_says_so(
    business: Business, google: LocalGoogle, monkeypatch: pytest.MonkeyPatch
) -> None:
    diary_of(business, google)
    monkeypatch.delenv("GOOGLE_CLIENT_ID")

    refused = business.api.post(CONSENT, {"return_url": PAGE})

    assert (refused.status, refused.code) == (404, "google_not_set_up")


def test_what_waits_and_how_old_it_is_is_shown(business: Business, diary: Diary, wall_clock: Clock) -> None:
    diary.sync()
    book(business.teacher, business.service(), in_days(1))
    wall_clock.go_to(CLOCK.wait(minutes=31))

    shown = business.api.get(CONNECTION).body

    assert (shown["status"], shown["pending"], shown["failed"], shown["conflicts"]) == ("connected", 1, 0, 0)
    assert (shown["stale_minutes"], shown["is_stale"]) == (31, True)


def test_ac22_a_consent_that_was_taken_back_is_shown_with_what_to_do(business: Business, diary: Diary) -> None:
    assert business.api.get(CONNECTION).body["action"] is None
    diary.google.revoke(diary.account)
    diary.sync()

    shown = business.api.get(CONNECTION).body

    assert (shown["status"], shown["action"]) == ("needs_reauth", {"method": "POST", "path": CONSENT})
    assert len(diary.happened("calendar.needs_reauth")) == 1


def test_ac23_a_deleted_event_is_shown_and_put_back(business: Business, diary: Diary) -> None:
    lesson = diary.lesson()
    diary.sync()
    diary.delete(lesson.hex)
    read_again(diary)
    assert business.api.get(CONNECTION).body["conflicts"] == 1

    [problem] = business.api.get(f"{CONNECTION}/problems").body["problems"]
    assert (problem["session_id"], problem["kind"], problem["event_starts_at"]) == (str(lesson), "deleted", None)
    assert business.api.put(f"{CONNECTION}/events/{lesson}", {}).status == 204
    diary.sync()

    assert business.api.get(f"{CONNECTION}/problems").body == {"problems": [], "next": None}
    assert diary.shows() == ["2026-03-03 10:00"]


def test_problems_are_shown_a_page_at_a_time(business: Business, diary: Diary) -> None:
    lessons = [diary.lesson(days=days) for days in (1, 2, 3)]
    diary.sync()
    for lesson in lessons:
        diary.delete(lesson.hex)
    read_again(diary)

    first = business.api.get(f"{CONNECTION}/problems", {"limit": 2}).body
    second = business.api.get(f"{CONNECTION}/problems", {"limit": 2, "cursor": first["next"]}).body

    shown = [problem["session_id"] for problem in first["problems"] + second["problems"]]
    assert (shown, second["next"]) == ([str(lesson) for lesson in lessons], None)


def test_who_parts_has_no_calendar_connected(business: Business, diary: Diary) -> None:
    assert business.api.delete(CONNECTION).status == 204

    assert business.api.get(CONNECTION).body["status"] == "not_connected"
    assert business.api.delete(CONNECTION).code == "calendar_not_connected"
    assert diary.account not in {held.account for held in diary.google.tokens.refresh.values()}
