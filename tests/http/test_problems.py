"""Bad requests: each is told as a problem that says what to change, and none is our fault."""

import base64
import json
from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest

from booking.app import logger
from booking.edge import access
from booking.edge.request_body import LARGEST_BYTES
from lectern import clock, database
from lectern.settings import DatabaseSettings
from tests.builders import in_days, rows_of
from tests.http.api import Answer, Api, invoke
from tests.http.conftest import Business

GOOD = {"name": "Sam", "email": "sam@example.com"}


def test_an_unknown_path_is_not_found(visitor: Api) -> None:
    assert visitor.get("/v1/nothing").code == "no_such_path"


def test_a_known_path_with_another_method_says_which_it_takes(visitor: Api) -> None:
    refused = visitor.delete("/v1/me")

    assert (refused.status, refused.headers["Allow"]) == (405, "GET, PATCH")


@pytest.mark.parametrize(
    "body",
    ["{", "[1,]", '{"name": NaN}', "[" * 30_000, "1" * 6_000, '{"name": "Sam", "email"}', '{"name": 1, "name": 2}'],
    ids=["cut off", "trailing comma", "NaN", "deep", "long number", "no value", "name repeated"],
)
def test_what_is_not_json_is_refused(business: Business, body: str) -> None:
    refused = business.api.post("/v1/students", body)

    assert (refused.status, refused.code) == (400, "invalid_json")


@pytest.mark.parametrize("body", ["[]", "null", '"text"', "12"])
def test_json_of_another_shape_is_refused(business: Business, body: str) -> None:
    assert business.api.post("/v1/students", body).status == 422


def test_a_missing_body_is_refused(business: Business) -> None:
    assert business.api.post("/v1/students").status == 422


def test_a_huge_body_is_refused_before_it_is_read(business: Business) -> None:
    refused = business.api.post("/v1/students", "x" * (LARGEST_BYTES + 1))

    assert (refused.status, refused.code) == (413, "body_too_large")


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_another_content_type_is_refused(business: Business, content_type: str) -> None:
    refused = business.api.post("/v1/students", GOOD, content_type=content_type)

    assert (refused.status, refused.code) == (415, "not_json")


def test_a_charset_in_the_content_type_is_fine(business: Business) -> None:
    added = business.api.post("/v1/students", GOOD, content_type="application/json; charset=utf-8")

    assert added.status == 201


def test_a_body_in_base64_is_read(business: Business) -> None:
    assert _encoded(business, json.dumps(GOOD).encode()).status == 201


def test_a_body_that_is_no_text_is_refused(business: Business) -> None:
    refused = _encoded(business, b"\xff\xfe")

    assert (refused.status, refused.code) == (400, "not_utf8")


@pytest.mark.parametrize("name", ["", " ", "x" * 121, "a\x00b", "line\nbreak", "\ud800", 7, None, ["Sam"]])
def test_a_name_that_is_none_is_refused_and_named(business: Business, name: object) -> None:
    refused = business.api.post("/v1/students", json.dumps(GOOD | {"name": name}))

    assert (refused.status, refused.fields()) == (422, {"name"})
    assert rows_of(business.teacher, "students") == []


@pytest.mark.parametrize(
    "instant",
    [
        "2026-03-03T10:00:00",
        "2026-03-03",
        "2026-03-03 10:00:00Z",
        "1999-12-31T23:59:59Z",
        "9999-12-31T23:59:59-14:00",
        "0001-01-01T00:00:00+14:00",
        "2026-02-30T00:00:00Z",
        "2026-03-03T25:00:00Z",
        "2026-03-03T10:00:00.1234567Z",
        1772532000,
        None,
    ],
)
def test_an_instant_must_be_rfc_3339_with_an_offset_and_near(business: Business, instant: object) -> None:
    refused = business.api.post("/v1/time-off", {"starts_at": instant, "ends_at": "2026-05-01T00:00:00Z"})

    assert (refused.status, refused.fields()) == (422, {"starts_at"})


def test_an_instant_with_another_offset_is_answered_in_utc(business: Business) -> None:
    away = {"starts_at": "2026-05-01T00:00:00+02:00", "ends_at": "2026-05-02T00:00:00-11:30"}

    answered = business.api.post("/v1/time-off", away).body

    assert (answered["starts_at"], answered["ends_at"]) == ("2026-04-30T22:00:00Z", "2026-05-02T11:30:00Z")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"duration_minutes": 10**30}, "duration_minutes"),
        ({"duration_minutes": 4}, "duration_minutes"),
        ({"duration_minutes": 60.5}, "duration_minutes"),
        ({"price": {"amount": -1, "currency": "EUR"}}, "price.amount"),
        ({"price": {"amount": 1, "currency": "euro"}}, "price.currency"),
        ({"seats": 0}, "seats"),
        ({"surprise": True}, "surprise"),
        ({"description": "x" * 4001}, "description"),
    ],
)
def test_a_service_names_the_field_that_is_wrong(business: Business, changes: dict[str, object], field: str) -> None:
    refused = business.api.post("/v1/services", {"name": "Violin", "duration_minutes": 60} | changes)

    assert (refused.status, refused.fields()) == (422, {field})


def test_ac19_a_notice_beyond_the_horizon_names_both_fields(business: Business) -> None:
    refused = business.api.post(
        "/v1/services",
        {"name": "Violin", "duration_minutes": 60, "minimum_notice_minutes": 2880, "horizon_days": 1},
    )

    assert (refused.status, refused.code) == (422, "unsatisfiable")
    assert refused.fields() == {"minimum_notice_minutes", "horizon_days"}


def test_an_id_that_is_no_uuid_is_refused(business: Business) -> None:
    refused = business.api.get("/v1/services/7")

    assert (refused.status, refused.fields()) == (422, {"service_id"})


@pytest.mark.parametrize("cursor", ["AAAA", "WyJhIl0=", "x", "bnVsbA=="])
def test_a_cursor_of_nothing_is_refused(business: Business, cursor: str) -> None:
    refused = business.api.get("/v1/students", {"cursor": cursor})

    assert (refused.status, refused.code) == (422, "invalid_cursor")


@pytest.mark.parametrize("limit", ["0", "101", "many", "-1"])
def test_a_limit_out_of_bounds_is_refused(business: Business, limit: str) -> None:
    assert business.api.get("/v1/students", {"limit": limit}).fields() == {"limit"}


def test_a_window_that_ends_before_it_starts_is_refused(business: Business) -> None:
    query = {"from": in_days(2).isoformat(), "to": in_days(1).isoformat()}

    refused = business.api.get("/v1/calendar", query)

    assert (refused.code, refused.fields()) == ("ends_too_soon", {"to"})


@pytest.mark.parametrize("authorization", ["", "Basic YTpi", "Bearer", "Bearer nobody", "Bearer größe"])
def test_a_teachers_route_wants_a_token_before_anything_else(visitor: Api, authorization: str) -> None:
    refused = visitor.post("/v1/services", {"no": "service"}, authorization=authorization)

    assert refused.status == 401
    assert refused.headers["WWW-Authenticate"] == "Bearer"


def test_a_seats_token_opens_no_teachers_route(business: Business) -> None:
    body = {"service_id": str(business.service()), "starts_at": in_days(1).isoformat()}
    token = business.visitor.post(f"{business.page}/holds", body).body["token"]

    assert Api(token).get("/v1/me").status == 401
    assert business.api.get("/v1/seat").status == 401


def test_an_error_of_ours_tells_a_request_id_and_no_more(business: Business, monkeypatch: pytest.MonkeyPatch) -> None:
    address = "sam@example.com"

    def broken() -> None:
        raise ValueError(address)

    monkeypatch.setattr(clock, "now", broken)
    monkeypatch.setattr(logger.registered_handler, "stream", log := StringIO())
    failed = business.api.get("/v1/me")

    logged = log.getvalue()
    assert (failed.status, failed.code) == (500, "internal_error")
    assert failed.body["request_id"] in logged
    assert "ValueError" in logged
    assert address not in failed.text + logged


def test_without_a_database_the_answer_says_when_to_come_back(
    business: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.close()
    monkeypatch.setattr(database, "database_settings", _nowhere)
    refused = business.visitor.get(business.page)
    database.close()

    assert (refused.status, refused.code) == (503, "database_unavailable")
    assert refused.headers["Retry-After"] == "1"


def test_rates_are_counted_by_address_and_told_with_a_wait(visitor: Api) -> None:
    wrong = {"email": f"{uuid4().hex}@example.com", "password": "wrong horse"}
    tries = [visitor.post("/v1/sign-in", wrong) for _ in range(access.SIGN_INS.burst + 1)]

    assert [tried.status for tried in tries] == [401] * access.SIGN_INS.burst + [429]
    assert int(tries[-1].headers["Retry-After"]) > 0
    assert Api().post("/v1/sign-in", wrong).status == 401


def _encoded(business: Business, body: bytes) -> Answer:
    event = business.api.event("POST", "/v1/students", {})
    event["headers"] |= {"content-type": "application/json", "authorization": f"Bearer {business.api.token}"}
    event |= {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}
    return invoke(event)


def _nowhere() -> DatabaseSettings:
    return DatabaseSettings(url="postgresql://nobody@127.0.0.1:1/none", connect_seconds=1)


def test_a_content_type_in_other_letters_is_the_same(business: Business) -> None:
    assert business.api.post("/v1/students", GOOD, content_type="APPLICATION/JSON").status == 201


def test_no_body_of_another_type_is_refused_too(visitor: Api) -> None:
    assert visitor.post("/v1/sign-up", content_type="text/plain").code == "not_json"


def test_a_path_with_characters_that_no_route_takes_is_not_found(business: Business) -> None:
    assert business.api.get("/v1/sessions/\0").code == "no_such_path"


@pytest.mark.parametrize(
    ("minutes", "code"), [(-120, "past"), (24 * 60 + 7, "off_grid"), (90 * 1440, "beyond_horizon")]
)
def test_a_start_that_cannot_be_had_is_the_field_that_is_wrong(business: Business, minutes: int, code: str) -> None:
    start = in_days(0, hour=9) + timedelta(minutes=minutes)
    body = {"service_id": str(business.service()), "starts_at": start.isoformat()}
    refused = business.visitor.post(f"{business.page}/holds", body)

    assert (refused.status, refused.code, refused.fields()) == (422, code, {"starts_at"})


def test_a_page_may_end_at_the_longest_of_names(business: Business) -> None:
    for letter in "ab":
        business.api.post("/v1/students", {"name": "課" * 119 + letter, "email": f"{letter}@example.com"})
    cursor = business.api.get("/v1/students", {"limit": 1}).body["next"]

    page = business.api.get("/v1/students", {"limit": 1, "cursor": cursor}).body
    assert [student["email"] for student in page["students"]] == ["b@example.com"]
