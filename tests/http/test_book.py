"""A student takes a slot over HTTP."""

from datetime import timedelta
from uuid import UUID

import pytest

from tests.builders import in_days, rows_of
from tests.http.api import Answer, Api
from tests.http.conftest import Business, Clock


def post(business: Business, what: str, service_id: UUID, **body: object) -> Answer:
    asked: dict[str, object] = {"service_id": str(service_id), "starts_at": in_days(1).isoformat()}
    return business.visitor.post(f"{business.page}/{what}", asked | body)


def student(name: str = "Sam") -> dict[str, str]:
    return {"name": name, "email": f"{name.lower()}@example.com", "time_zone": "America/New_York"}


def test_a_slot_is_booked_and_its_token_shows_it(business: Business) -> None:
    service = business.service(price_amount=2500)

    booked = post(business, "sessions", service, student=student())
    seat = Api(booked.body["token"]).get("/v1/seat").body

    assert (booked.status, booked.body["status"]) == (201, "scheduled")
    assert booked.body["price"] == {"amount": 2500, "currency": "EUR"}
    assert (seat["session_id"], seat["teacher"]) == (booked.body["session_id"], "Ada")


def test_a_service_that_asks_for_confirmation_makes_a_request(business: Business) -> None:
    service = business.service(requires_confirmation=True)

    assert post(business, "sessions", service, student=student()).body["status"] == "pending"


def test_a_slot_is_booked_once(business: Business) -> None:
    service = business.service()
    post(business, "sessions", service, student=student())

    second = post(business, "sessions", service, student=student("Kim"))

    assert (second.status, second.code) == (409, "slot_taken")


def test_a_held_slot_is_the_holders_alone(business: Business) -> None:
    service = business.service()
    held = post(business, "holds", service)

    foreign = post(business, "sessions", service, student=student("Kim"))
    own = post(business, "sessions", service, student=student(), hold_token=held.body["token"])

    assert (held.status, held.body["expires_at"]) == (201, "2026-03-02T08:10:00Z")
    assert foreign.code == "slot_taken"
    assert (own.status, own.body["session_id"]) == (201, held.body["session_id"])


def test_a_made_up_hold_token_is_refused(business: Business) -> None:
    refused = post(business, "sessions", business.service(), student=student(), hold_token="made-up")  # noqa: S106  # nobody's

    assert (refused.status, refused.code) == (422, "hold_unknown")


def test_several_slots_are_booked_together_or_not_at_all(business: Business) -> None:
    service = business.service()
    post(business, "sessions", service, student=student("Kim"))
    days = [in_days(day).isoformat() for day in (1, 2, 3)]

    refused = post(business, "sessions/several", service, starts_at=days, student=student())
    booked = post(business, "sessions/several", service, starts_at=days[1:], student=student())

    assert refused.status == 409
    assert [seat["starts_at"][:10] for seat in booked.body["sessions"]] == ["2026-03-04", "2026-03-05"]
    assert len(rows_of(business.teacher, "class_sessions")) == 3


def test_a_student_has_one_trial(business: Business) -> None:
    trial = business.service(is_trial=True)
    assert post(business, "trials", trial, student=student()).status == 201

    again = post(business, "trials", trial, student=student(), starts_at=in_days(2).isoformat())

    assert (again.status, again.code) == (409, "trial_used")


def test_a_booking_names_a_known_student_and_changes_nothing_of_theirs(business: Business) -> None:
    known = business.student("Sam")

    post(business, "sessions", business.service(), student=student() | {"name": "Somebody Else"})

    assert business.api.get(f"/v1/students/{known}").body["name"] == "Sam"


@pytest.mark.parametrize(
    ("seconds", "status"),
    [(-1, 422), (0, 201), (1, 201)],
    ids=["one too few", "just enough", "one more"],
)
def test_ac18_the_notice_is_held_to_the_second(
    business: Business, wall_clock: Clock, seconds: int, status: int
) -> None:
    service = business.service(minimum_notice_minutes=120)
    wall_clock.go_to(in_days(1) - timedelta(hours=2, seconds=seconds))

    assert post(business, "sessions", service, student=student()).status == status


@pytest.mark.parametrize(
    ("start", "code"),
    [
        (in_days(1) + timedelta(minutes=7), "off_grid"),
        (in_days(1, hour=3), "outside_availability"),
        (in_days(-1), "past"),
        (in_days(90), "beyond_horizon"),
    ],
)
def test_ac18_a_start_that_is_not_offered_is_refused(business: Business, start: object, code: str) -> None:
    refused = post(business, "sessions", business.service(), student=student(), starts_at=str(start).replace(" ", "T"))

    assert (refused.status, refused.code) == (422, code)
    assert rows_of(business.teacher, "class_sessions") == []


@pytest.mark.parametrize("forged", [{"duration_minutes": 5}, {"ends_at": "2026-03-03T10:05:00Z"}, {"price": 0}])
def test_ac18_nobody_chooses_their_own_duration_or_price(business: Business, forged: dict[str, object]) -> None:
    refused = post(business, "sessions", business.service(), student=student(), **forged)

    assert (refused.status, refused.fields()) == (422, set(forged))


def test_ac32_another_teachers_service_cannot_be_booked_here(business: Business, other: Business) -> None:
    assert post(business, "sessions", other.service(), student=student()).status == 404
