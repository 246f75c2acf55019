"""A student looks after their seat by its token."""

from datetime import timedelta
from uuid import UUID

import pytest

from lectern.settings import token_key
from lectern.tokens import seat_token
from tests.builders import book, in_days
from tests.http.api import Api
from tests.http.conftest import Business, Clock


def seat_of(business: Business, service_id: UUID, name: str = "Sam", days: int = 3) -> Api:
    booked = book(business.teacher, service_id, in_days(days), name)
    return Api(seat_token(token_key(), booked.participant_id))


@pytest.fixture
def seat(business: Business) -> Api:
    return seat_of(business, business.service(name="Violin"))


def test_a_seat_shows_its_session(seat: Api) -> None:
    shown = seat.get("/v1/seat").body

    assert (shown["service_name"], shown["starts_at"]) == ("Violin", "2026-03-05T10:00:00Z")
    assert shown["status"] == "scheduled"


def test_a_seat_tells_nothing_about_the_others_in_a_group(business: Business) -> None:
    group = business.service(seats=5)
    seat_of(business, group, "Kim")

    assert "Kim" not in seat_of(business, group, "Sam").get("/v1/seat").text


def test_cancelling_in_time_is_free_and_frees_the_slot(business: Business) -> None:
    service = business.service()
    seat = seat_of(business, service)
    preview = seat.get("/v1/seat/cancellation-preview").body

    cancelled = seat.post("/v1/seat/cancel", {"expected_charge_percent": preview["charge_percent"]})

    assert (preview["charge_percent"], preview["free_until"]) == (0, "2026-03-04T10:00:00Z")
    assert cancelled.body == preview
    assert seat.get("/v1/seat").body["status"] == "cancelled"
    assert seat_of(business, service).get("/v1/seat").status == 200


def test_cancelling_must_echo_what_it_comes_to(business: Business, wall_clock: Clock) -> None:
    business.api.put("/v1/policies", {"free_passes": 0})
    seat = seat_of(business, business.service())
    wall_clock.go_to(in_days(3) - timedelta(hours=23))
    assert seat.get("/v1/seat/cancellation-preview").body["charge_percent"] == 100

    refused = seat.post("/v1/seat/cancel", {"expected_charge_percent": 0})

    assert (refused.status, refused.code) == (409, "outcome_changed")
    assert seat.get("/v1/seat").body["status"] == "scheduled"


def test_the_first_late_cancellation_uses_the_free_pass(seat: Api, wall_clock: Clock) -> None:
    wall_clock.go_to(in_days(3) - timedelta(hours=23))
    preview = seat.get("/v1/seat/cancellation-preview").body

    unseen = seat.post("/v1/seat/cancel", {"expected_charge_percent": 0})
    echo = {"expected_charge_percent": 0, "expected_uses_free_pass": preview["uses_free_pass"]}
    cancelled = seat.post("/v1/seat/cancel", echo).body

    assert unseen.code == "outcome_changed"
    assert (cancelled["is_late"], cancelled["charge_percent"], cancelled["uses_free_pass"]) == (True, 0, True)
    assert cancelled == preview


def test_ac30_a_moved_session_keeps_its_id(seat: Api) -> None:
    before = seat.get("/v1/seat").body

    moved = seat.post("/v1/seat/reschedule", {"starts_at": in_days(4).isoformat()}).body

    assert moved["starts_at"] == "2026-03-06T10:00:00Z"
    assert moved["session_id"] == before["session_id"]


def test_a_student_moves_only_to_a_slot(seat: Api) -> None:
    refused = seat.post("/v1/seat/reschedule", {"starts_at": in_days(4, hour=3).isoformat()})

    assert (refused.status, refused.code) == (422, "outside_availability")


def test_a_token_of_nobodys_seat_is_refused() -> None:
    assert Api("made-up").get("/v1/seat").code == "unknown_token"
