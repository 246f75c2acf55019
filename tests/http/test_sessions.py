"""A teacher's sessions over HTTP."""

from datetime import timedelta
from uuid import UUID

import pytest

from tests.builders import book, in_days, rows_of
from tests.http.api import Answer
from tests.http.conftest import Business, Clock

WEEK = {"from": in_days(0, hour=0).isoformat(), "to": in_days(7, hour=0).isoformat()}


def a_session(business: Business, days: int = 1, **service: object) -> UUID:
    return book(business.teacher, business.service(**service), in_days(days)).session_id


def act(business: Business, session_id: UUID, what: str, body: dict[str, object] | None = None) -> Answer:
    return business.api.post(f"/v1/sessions/{session_id}/{what}", body)


def a_series(business: Business, count: int = 4, **changes: object) -> dict[str, object]:
    return {
        "service_id": str(business.service()),
        "student_id": str(business.student()),
        "first_local_start": "2026-03-03T10:00",
        "count": count,
    } | changes


def test_sessions_are_listed_a_page_at_a_time(business: Business) -> None:
    ids = [str(a_session(business, days)) for days in (3, 1, 2)]

    first = business.api.get("/v1/sessions", WEEK | {"limit": 2}).body
    rest = business.api.get("/v1/sessions", WEEK | {"limit": 2, "cursor": first["next"]}).body

    listed = [session["id"] for session in (*first["sessions"], *rest["sessions"])]
    assert listed == [ids[1], ids[2], ids[0]]
    assert rest["next"] is None


def test_sessions_are_listed_by_status(business: Business) -> None:
    cancelled, waiting = a_session(business, 1), a_session(business, 2, requires_confirmation=True)
    a_session(business, 3)
    act(business, cancelled, "cancel", {})

    listed = business.api.get("/v1/sessions", WEEK | {"status": ["cancelled", "pending"]}).body["sessions"]

    assert [session["id"] for session in listed] == [str(cancelled), str(waiting)]


def test_the_calendar_leaves_out_what_does_not_take_place(business: Business) -> None:
    gone, stays = a_session(business, 1), a_session(business, 2)
    act(business, gone, "cancel", {})

    shown = business.api.get("/v1/calendar", WEEK).body["sessions"]

    assert [(session["id"], session["students"]) for session in shown] == [(str(stays), ["Sam"])]


def test_a_calendar_of_a_year_is_refused(business: Business) -> None:
    year = {"from": in_days(0).isoformat(), "to": in_days(365).isoformat()}

    assert business.api.get("/v1/calendar", year).code == "range_too_long"


def test_a_session_shows_who_is_in_it(business: Business) -> None:
    shown = business.api.get(f"/v1/sessions/{a_session(business)}").body

    assert [(seated["name"], seated["status"]) for seated in shown["participants"]] == [("Sam", "booked")]


def test_a_teacher_enters_a_session_outside_their_hours(business: Business) -> None:
    entered = business.api.post(
        "/v1/sessions",
        {
            "service_id": str(business.service()),
            "student_id": str(business.student()),
            "starts_at": in_days(1, hour=20).isoformat(),
            "duration_minutes": 90,
        },
    )

    assert (entered.status, entered.body["ends_at"]) == (201, "2026-03-03T21:30:00Z")
    assert business.api.get(entered.headers["Location"]).body == entered.body


def test_a_session_over_another_one_needs_to_be_allowed(business: Business) -> None:
    a_session(business)
    entry = {
        "service_id": str(business.service()),
        "student_id": str(business.student()),
        "starts_at": in_days(1).isoformat(),
    }

    refused = business.api.post("/v1/sessions", entry)
    allowed = business.api.post("/v1/sessions", entry | {"allow_overlap": True})

    assert (refused.status, refused.code, len(refused.body["busy"])) == (409, "overlaps", 1)
    assert (allowed.status, allowed.body["overlap_allowed"]) == (201, True)


def test_a_request_is_confirmed_once(business: Business) -> None:
    waiting = a_session(business, requires_confirmation=True)

    confirmed, again = act(business, waiting, "confirm"), act(business, waiting, "confirm")

    assert (confirmed.status, confirmed.body["status"]) == (200, "scheduled")
    assert (again.status, again.code) == (409, "not_allowed_now")


@pytest.mark.parametrize(("what", "status"), [("complete", "completed"), ("no-show", "no_show")])
def test_a_session_that_is_over_is_settled(business: Business, wall_clock: Clock, what: str, status: str) -> None:
    session = a_session(business)
    early = act(business, session, what, {})
    wall_clock.go_to(in_days(1) + timedelta(hours=1))

    settled = act(business, session, what, {})

    assert (early.status, early.code) == (409, "not_started")
    assert (settled.body["status"], settled.body["participants"][0]["status"]) == (status, status)


def test_a_teacher_moves_a_session(business: Business) -> None:
    session = a_session(business)

    moved = act(business, session, "reschedule", {"starts_at": in_days(1, hour=21).isoformat()})

    assert [(s["id"], s["starts_at"]) for s in moved.body["sessions"]] == [(str(session), "2026-03-03T21:00:00Z")]


def test_a_teacher_cancels_for_free(business: Business) -> None:
    session = a_session(business)
    preview = business.api.get(f"/v1/sessions/{session}/cancellation-preview").body

    cancelled = act(business, session, "cancel", {"expected_charge_percent": preview["charge_percent"]})

    assert preview["charge_percent"] == 0
    assert cancelled.body == {"session_ids": [str(session)]}


def test_ac8_a_series_is_previewed_with_every_conflict(business: Business) -> None:
    a_session(business, days=8)

    occurrences = business.api.post("/v1/series/preview", a_series(business)).body["occurrences"]

    assert [found["status"] for found in occurrences] == ["ok", "conflict", "ok", "ok"]
    assert occurrences[1]["reasons"] == ["busy"]
    assert occurrences[1]["suggestion"].startswith("2026-03-10T")
    assert len(rows_of(business.teacher, "class_sessions")) == 1


def test_ac9_a_series_that_fails_leaves_nothing(business: Business) -> None:
    a_session(business, days=8)

    refused = business.api.post("/v1/series", a_series(business))

    assert (refused.status, refused.code) == (409, "series_conflicts")
    assert [found["status"] for found in refused.body["occurrences"]].count("conflict") == 1
    assert len(rows_of(business.teacher, "class_sessions")) == 1


def test_ac8_a_series_that_skips_answers_what_it_made_and_what_not(business: Business) -> None:
    a_session(business, days=8)

    made = business.api.post("/v1/series", a_series(business, on_conflict="skip")).body

    assert [session["starts_at"][:10] for session in made["created"]] == [
        "2026-03-03",
        "2026-03-17",
        "2026-03-24",
    ]
    assert [occurrence["starts_at"] for occurrence in made["skipped"]] == ["2026-03-10T10:00:00Z"]


@pytest.mark.parametrize(("scope", "left"), [("this", 3), ("this_and_following", 1), ("all", 0)])
def test_ac10_cancelling_reaches_as_far_as_its_scope(business: Business, scope: str, left: int) -> None:
    made = business.api.post("/v1/series", a_series(business)).body["created"]

    act(business, UUID(made[1]["session_id"]), "cancel", {"scope": scope})

    query = {"from": in_days(0).isoformat(), "to": in_days(60).isoformat()}
    assert len(business.api.get("/v1/calendar", query).body["sessions"]) == left


def test_ac10_moving_a_series_moves_what_its_scope_says(business: Business) -> None:
    made = business.api.post("/v1/series", a_series(business)).body["created"]
    second = UUID(made[1]["session_id"])

    moved = act(business, second, "reschedule", {"scope": "this_and_following", "starts_at": "2026-03-10T12:00:00Z"})

    query = {"from": in_days(0).isoformat(), "to": in_days(60).isoformat()}
    shown = business.api.get("/v1/calendar", query).body["sessions"]
    assert len(moved.body["sessions"]) == 3
    assert [session["starts_at"][11:13] for session in shown] == ["10", "12", "12", "12"]
