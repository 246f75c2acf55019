"""A teacher closes their account: nobody finds it, nobody is signed in, and no lesson is left behind."""

from uuid import UUID

import pytest

from lectern import directory
from lectern.ics.imports import add_import, remove_import
from tests.builders import NOW, Teacher, a_service, book, in_days, rows_of, run
from tests.http.api import Api
from tests.http.conftest import Clock
from tests.http.test_accounts import details
from tests.monitoring.waiting import a_refund, connect_calendar

PASSWORD = {"password": "correct horse"}


@pytest.fixture
def account(visitor: Api) -> dict[str, object]:
    account = details()
    visitor.post("/v1/sign-up", account)
    return account


@pytest.fixture
def signed_in(visitor: Api, account: dict[str, object]) -> Api:
    return Api(visitor.post("/v1/sign-in", {"email": account["email"], **PASSWORD}).body["token"])


def test_it_is_gone_for_the_teacher_for_students_and_for_the_jobs(
    visitor: Api, account: dict[str, object], signed_in: Api
) -> None:
    teacher_id = UUID(signed_in.get("/v1/me").body["id"])

    assert signed_in.post("/v1/me/close", PASSWORD).status == 204

    assert signed_in.get("/v1/me").status == 401
    assert visitor.post("/v1/sign-in", {"email": account["email"], **PASSWORD}).status == 401
    assert visitor.get(f"/v1/teachers/{account['slug']}").status == 404
    assert teacher_id not in {each.teacher_id for each in directory.active_teachers(None, 10_000)}
    assert rows_of(Teacher(teacher_id, str(account["slug"])), "auth_sessions") == []


def test_its_address_can_be_taken_again(visitor: Api, account: dict[str, object], signed_in: Api) -> None:
    signed_in.post("/v1/me/close", PASSWORD)

    assert visitor.post("/v1/sign-up", account).status == 201


def test_a_token_alone_closes_nothing(signed_in: Api) -> None:
    refused = signed_in.post("/v1/me/close", {"password": "a wrong guess"})

    assert (refused.status, refused.code) == (401, "wrong_credentials")
    assert signed_in.get("/v1/me").status == 200


@pytest.fixture
def teacher(signed_in: Api, account: dict[str, object]) -> Teacher:
    return Teacher(UUID(signed_in.get("/v1/me").body["id"]), str(account["slug"]))


def test_it_stays_open_while_a_lesson_is_to_come(signed_in: Api, teacher: Teacher, wall_clock: Clock) -> None:
    day = {"start_minute": 0, "end_minute": 24 * 60}
    signed_in.put("/v1/availability/rules", {"rules": [{"weekday": weekday, **day} for weekday in range(7)]})
    book(teacher, a_service(teacher), in_days(3))

    refused = signed_in.post("/v1/me/close", PASSWORD)
    wall_clock.go_to(in_days(4))

    assert (refused.status, refused.code) == (409, "lessons_ahead")
    assert signed_in.post("/v1/me/close", PASSWORD).status == 204


def test_it_stays_open_while_stripe_has_not_taken_a_refund(signed_in: Api, teacher: Teacher) -> None:
    a_refund(NOW, "requested", teacher)

    refused = signed_in.post("/v1/me/close", PASSWORD)

    assert (refused.status, refused.code) == (409, "refunds_ahead")


def test_a_refund_that_stripe_has_taken_keeps_nothing_open(signed_in: Api, teacher: Teacher) -> None:
    a_refund(NOW, "pending", teacher)

    assert signed_in.post("/v1/me/close", PASSWORD).status == 204


def test_it_stays_open_while_we_have_the_key_to_a_calendar(signed_in: Api, teacher: Teacher) -> None:
    run(teacher, connect_calendar, "connected")

    refused = signed_in.post("/v1/me/close", PASSWORD)

    assert (refused.status, refused.code) == (409, "calendars_connected")


def test_it_stays_open_while_we_have_the_address_of_a_calendar(signed_in: Api, teacher: Teacher) -> None:
    added = run(teacher, add_import, "https://example.com/ada.ics", NOW)

    refused = signed_in.post("/v1/me/close", PASSWORD)
    run(teacher, remove_import, added.id, NOW)

    assert (refused.status, refused.code) == (409, "calendars_connected")
    assert signed_in.post("/v1/me/close", PASSWORD).status == 204
