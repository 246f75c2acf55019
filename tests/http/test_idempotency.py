"""AC31: a POST with an Idempotency-Key has its effect once and its answer as often as it is asked for."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.request import Request
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from booking.edge.idempotent import once
from booking.teacher.availability import TimeOffView
from lectern import database, idempotency
from lectern.accounts import queries
from lectern.availability.time_off import add_time_off
from lectern.database import Transaction
from lectern.idempotency import Keyed
from lectern.identifiers import new_id
from lectern.settings import token_key
from lectern.tokens import new_token, seat_token, token_hash
from tests.at_once import at_once
from tests.builders import NOW, in_days, rows_of
from tests.http.api import Answer, Api
from tests.http.conftest import Business, Clock


def sam(email: str = "sam@example.com") -> dict[str, str]:
    return {"name": "Sam", "email": email}


def book_slot(business: Business, key: str, service_id: UUID, **student: str) -> Answer:
    body = {
        "service_id": str(service_id),
        "starts_at": in_days(1).isoformat(),
        "student": sam() | student,
    }
    return business.visitor.post(f"{business.page}/sessions", body, key=key)


def test_ac31_a_repeated_booking_gets_the_same_answer_and_books_once(business: Business) -> None:
    service = business.service()

    first = book_slot(business, "k", service)
    again = book_slot(business, "k", service)

    assert (again.status, again.body) == (first.status, first.body)
    assert again.headers["Location"] == first.headers["Location"]
    assert ("Idempotency-Replayed" in first.headers, again.headers["Idempotency-Replayed"]) == (False, "true")
    assert len(rows_of(business.teacher, "class_sessions")) == 1


def test_ac31_a_key_with_another_body_is_refused(business: Business) -> None:
    service = business.service()
    book_slot(business, "k", service)

    reused = book_slot(business, "k", service, name="Kim", email="kim@example.com")

    assert (reused.status, reused.code) == (422, "idempotency_key_reused")
    assert len(rows_of(business.teacher, "students")) == 1


def test_ac31_a_key_belongs_to_one_teacher(business: Business, other: Business) -> None:
    mine = business.api.post("/v1/students", sam(), key="k")
    theirs = other.api.post("/v1/students", sam(), key="k")

    assert (mine.status, theirs.status) == (201, 201)
    assert mine.body["id"] != theirs.body["id"]


def test_a_key_with_another_caller_is_another_request(business: Business) -> None:
    group = business.service(seats=2)
    seats = [Api(book_slot(business, name, group, email=f"{name}@example.com").body["token"]) for name in "ab"]

    first, second = (seat.post("/v1/seat/cancel", {"expected_charge_percent": 0}, key="k") for seat in seats)

    assert (first.status, second.code) == (200, "idempotency_key_reused")
    assert [seat.get("/v1/seat").body["status"] for seat in seats] == ["cancelled", "scheduled"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/students", sam()),
        ("/v1/services", {"name": "Violin", "duration_minutes": 60}),
        ("/v1/availability/rules", {"weekday": 0, "start_minute": 0, "end_minute": 60}),
        ("/v1/time-off", {"starts_at": "2026-05-01T00:00:00Z", "ends_at": "2026-05-02T00:00:00Z"}),
    ],
)
def test_what_a_teacher_adds_is_added_once(business: Business, path: str, body: dict[str, object]) -> None:
    first = business.api.post(path, body, key="k")
    again = business.api.post(path, body, key="k")

    assert first.status == 201
    assert again.body == first.body
    assert again.headers["Idempotency-Replayed"] == "true"


def test_signing_up_again_with_the_key_finds_the_first_answer(visitor: Api) -> None:
    slug = f"s-{uuid4().hex}"
    new = {"slug": slug, "email": f"{slug}@example.com", "password": "correct horse", "name": "Ada"}

    first = visitor.post("/v1/sign-up", new | {"time_zone": "UTC"}, key="k")
    again = visitor.post("/v1/sign-up", new | {"time_zone": "UTC"}, key="k")

    assert first.status == 201
    assert again.body == first.body
    assert UUID(first.body["id"]).version == 8


def test_signing_in_again_with_the_key_gives_the_same_token(visitor: Api) -> None:
    slug = f"s-{uuid4().hex}"
    account = {"email": f"{slug}@example.com", "password": "correct horse"}
    visitor.post("/v1/sign-up", account | {"slug": slug, "name": "Ada", "time_zone": "UTC"})

    first = visitor.post("/v1/sign-in", account, key="k").body
    again = visitor.post("/v1/sign-in", account, key="k").body
    other_key = visitor.post("/v1/sign-in", account, key="another").body

    assert again == first
    assert other_key["token"] != first["token"]


def test_what_was_refused_may_be_tried_again_with_the_key(business: Business, wall_clock: Clock) -> None:
    service = business.service(minimum_notice_minutes=25 * 60)
    wall_clock.go_to(in_days(1) - timedelta(hours=24))
    assert book_slot(business, "k", service).code == "too_soon"

    wall_clock.go_to(in_days(1) - timedelta(hours=26))

    assert book_slot(business, "k", service).status == 201


def test_no_secret_is_stored_with_the_answer(business: Business) -> None:
    booked = book_slot(business, "k", business.service()).body

    [record] = rows_of(business.teacher, "idempotency_records")

    assert booked["token"] == seat_token(token_key(), UUID(booked["participant_id"]))
    assert booked["token"] not in record["response_body"]


def test_a_second_delivery_while_the_first_is_at_it_is_told_to_wait(business: Business) -> None:
    with database.tenant(business.teacher.id) as first:
        idempotency.ask_claim(first, Keyed("k", b""), NOW).one()
        second = business.api.post("/v1/students", sam(), key="k")

    assert (second.status, second.code) == (409, "request_in_progress")
    assert second.headers["Retry-After"] == "1"
    assert rows_of(business.teacher, "students") == []


def test_of_many_deliveries_at_once_one_has_the_effect(business: Business) -> None:
    event = APIGatewayProxyEventV2(business.api.event("POST", "/v1/time-off", {}))
    request = Request("/v1/time-off", {}, event)

    def deliver() -> Response[TimeOffView]:
        return once(request, business.teacher.id, "k", away, of=TimeOffView)

    answers = at_once([deliver] * 12)

    bodies = {answer.body for answer in answers if isinstance(answer, Response)}
    refusals = {answer.code for answer in answers if not isinstance(answer, Response)}
    assert (len(bodies), refusals <= {"request_in_progress"}) == (1, True)
    assert len(rows_of(business.teacher, "time_off")) == 1


def away(tx: Transaction) -> TimeOffView:
    return TimeOffView.model_validate(add_time_off(tx, in_days(1), in_days(2), "", NOW))


def test_a_key_is_free_again_after_a_day(business: Business, wall_clock: Clock) -> None:
    body = {"weekday": 0, "start_minute": 0, "end_minute": 60}
    first = business.api.post("/v1/availability/rules", body, key="k").body

    wall_clock.go_to(NOW + idempotency.KEPT_FOR)
    later = business.api.post("/v1/availability/rules", body, key="k").body

    assert later["id"] != first["id"]
    assert len(rows_of(business.teacher, "idempotency_records")) == 1


@pytest.mark.parametrize("key", ["", "x" * 256, "with space", "größe"])
def test_a_key_that_is_no_key_is_refused(business: Business, key: str) -> None:
    refused = business.api.post("/v1/students", sam(), key=key)

    assert refused.status == 422
    assert [error["place"] for error in refused.body["errors"]] == ["header"]


def test_ac31_a_teacher_who_signed_in_again_gets_the_answer_to_the_old_key(business: Business) -> None:
    first = business.api.post("/v1/students", sam(), key="k")
    token = new_token()
    with database.tenant(business.teacher.id) as tx:
        queries.insert_auth_session(tx, new_id(), token_hash(token), NOW, NOW + timedelta(days=1))

    again = Api(token).post("/v1/students", sam(), key="k")
    assert (again.status, again.body) == (first.status, first.body)
