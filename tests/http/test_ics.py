"""Calendars as files, over HTTP: the one that is handed out and those that are read."""

import pytest

from tests.builders import book, in_days, rows_of, run
from tests.http.api import Answer
from tests.http.conftest import Business, Clock

URL = "https://example.com/secret/ada.ics"


def feed(business: Business, path: str | None = None, seen: str = "") -> Answer:
    """As a calendar program asks, which knows nothing but the address."""
    path = path or business.api.post("/v1/calendar-feed").body["path"]
    return business.visitor.get(path, if_none_match=seen)


def test_who_has_the_address_reads_the_sessions(business: Business) -> None:
    booked = book(business.teacher, business.service(name="Piano"), in_days(1))

    answer = feed(business)

    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert answer.headers["Cache-Control"] == "private, max-age=300"
    assert f"UID:{booked.session_id}\r\n" in answer.text
    assert "SUMMARY:Piano · Sam\r\n" in answer.text


def test_the_feed_tells_of_a_student_no_more_than_the_name(business: Business) -> None:
    booked = book(business.teacher, business.service(), in_days(1))

    text = feed(business).text

    assert "@" not in text
    assert str(booked.participant_id) not in text


def test_a_program_is_told_when_nothing_has_changed(business: Business, wall_clock: Clock) -> None:
    path = business.api.post("/v1/calendar-feed").body["path"]
    seen = feed(business, path).headers["ETag"]
    wall_clock.go_to(in_days(0, hour=9))
    unchanged = feed(business, path, seen)
    book(business.teacher, business.service(), in_days(1))

    assert (unchanged.status, unchanged.text) == (304, "")
    assert feed(business, path, seen).status == 200


def test_a_new_address_ends_the_one_before(business: Business) -> None:
    before = business.api.post("/v1/calendar-feed").body["path"]
    after = business.api.post("/v1/calendar-feed").body["path"]

    assert feed(business, before).code == "feed_not_found"
    assert feed(business, after).status == 200


def test_a_feed_that_was_ended_is_gone(business: Business) -> None:
    path = business.api.post("/v1/calendar-feed").body["path"]

    assert business.api.get("/v1/calendar-feed").status == 200
    assert business.api.delete("/v1/calendar-feed").status == 204
    assert feed(business, path).code == "feed_not_found"
    assert business.api.get("/v1/calendar-feed").code == "feed_not_found"
    assert business.api.delete("/v1/calendar-feed").code == "feed_not_found"


def test_the_feed_of_a_teacher_who_has_left_is_gone(business: Business) -> None:
    path = business.api.post("/v1/calendar-feed").body["path"]
    run(business.teacher, lambda tx: tx.send("update teachers set deleted_at = now() where id = %(teacher_id)s"))

    assert feed(business, path).code == "feed_not_found"


def test_the_address_is_shown_once_and_kept_nowhere(business: Business) -> None:
    """A repetition is answered alike, as the token is derived anew."""
    first = business.api.post("/v1/calendar-feed", key="k")
    again = business.api.post("/v1/calendar-feed", key="k")
    token = first.body["path"].removeprefix("/v1/calendars/").removesuffix(".ics")

    assert again.body == first.body
    assert "path" not in business.api.get("/v1/calendar-feed").body
    for table in ("calendar_feeds", "idempotency_records", "domain_events"):
        assert token not in str(rows_of(business.teacher, table))


def test_a_feed_is_ones_own(business: Business, other: Business) -> None:
    book(other.teacher, other.service(), in_days(1))
    other.api.post("/v1/calendar-feed")

    assert "VEVENT" not in feed(business).text


def test_an_import_is_named_listed_and_removed(business: Business) -> None:
    added = business.api.post("/v1/calendar-imports", {"url": URL})

    listed = business.api.get("/v1/calendar-imports").body["imports"]
    assert (added.status, listed) == (201, [added.body])
    assert added.body == {
        "id": added.body["id"],
        "host": "example.com",
        "created_at": "2026-03-02T08:00:00Z",
        "fetched_at": None,
        "error": None,
        "unread_events": 0,
    }
    assert business.api.delete(f"/v1/calendar-imports/{added.body['id']}").status == 204
    assert business.api.get("/v1/calendar-imports").body["imports"] == []


@pytest.mark.parametrize("url", ["http://example.com/a.ics", "https://127.0.0.1/a.ics", "https://example.com:22/"])
def test_ac32_an_address_that_cannot_be_meant_names_its_field(business: Business, url: str) -> None:
    answer = business.api.post("/v1/calendar-imports", {"url": url})

    assert (answer.status, answer.code, answer.fields()) == (422, "ics_url_refused", {"url"})
