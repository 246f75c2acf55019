"""A teacher closes their account: nobody finds it, nobody is signed in, and no lesson is left behind."""

from uuid import UUID

import pytest

from lectern import directory
from tests.builders import Teacher, a_service, book, in_days, rows_of
from tests.http.api import Api
from tests.http.conftest import Clock
from tests.http.test_accounts import details

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


def test_it_stays_open_while_a_lesson_is_to_come(signed_in: Api, account: dict[str, object], wall_clock: Clock) -> None:
    teacher = Teacher(UUID(signed_in.get("/v1/me").body["id"]), str(account["slug"]))
    day = {"start_minute": 0, "end_minute": 24 * 60}
    signed_in.put("/v1/availability/rules", {"rules": [{"weekday": weekday, **day} for weekday in range(7)]})
    book(teacher, a_service(teacher), in_days(3))

    refused = signed_in.post("/v1/me/close", PASSWORD)
    wall_clock.go_to(in_days(4))

    assert (refused.status, refused.code) == (409, "lessons_ahead")
    assert signed_in.post("/v1/me/close", PASSWORD).status == 204
