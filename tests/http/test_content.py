"""Content over HTTP: a teacher adds and shares it, a student reads it and tells so."""

from typing import Any
from uuid import UUID

import pytest

from tests.builders import rows_of
from tests.http.api import Api
from tests.http.conftest import Business

NOTE = {"kind": "material", "title": "Scales", "body": "C major"}


def reader(business: Business, student: UUID) -> Api:
    return Api(business.api.post(f"/v1/students/{student}/token", {}).body["token"])


def an_item(business: Business, *students: UUID) -> str:
    item: str = business.api.post("/v1/content", NOTE).body["id"]
    business.api.post(f"/v1/content/{item}/students", {"student_ids": [str(student) for student in students]})
    return item


def test_a_teacher_adds_reads_changes_and_takes_away_an_item(business: Business) -> None:
    added = business.api.post("/v1/content", NOTE)
    path = added.headers["Location"]
    assert added.status == 201
    assert business.api.get(path).body == added.body == business.api.get("/v1/content").body["content"][0]

    changed = business.api.patch(path, {"url": "https://files.example/scales.pdf"})
    assert (changed.body["title"], changed.body["body"]) == ("Scales", None)

    assert business.api.delete(path).status == 204
    assert business.api.get(path).code == "content_not_found"


def test_a_lost_race_shows_what_holds_now(business: Business) -> None:
    path = f"/v1/content/{an_item(business)}"
    seen = business.api.get(path).headers["ETag"]
    business.api.patch(path, {"title": "Arpeggios"}, if_match=seen)

    refused = business.api.patch(path, {"title": "Etudes"}, if_match=seen)

    assert (refused.status, refused.code, refused.body["current"]["title"]) == (412, "content_changed", "Arpeggios")


@pytest.mark.parametrize(
    ("wrong", "fields"),
    [
        ({"url": "http://files.example/scales.pdf", "body": None}, {"url"}),
        ({"url": "javascript:alert(1)", "body": None}, {"url"}),
        ({"body": None}, {"url", "body"}),
        ({"kind": "lesson_note"}, {"kind", "session_id"}),
        ({"titel": "Scales"}, {"titel"}),
    ],
)
def test_what_makes_no_sense_is_refused(business: Business, wrong: dict[str, Any], fields: set[str]) -> None:
    refused = business.api.post("/v1/content", NOTE | wrong)

    assert (refused.status, refused.fields()) == (422, fields)


def test_adding_under_a_key_adds_once(business: Business) -> None:
    first, again = (business.api.post("/v1/content", NOTE, key="k") for _ in range(2))

    assert first.body == again.body
    assert len(business.api.get("/v1/content").body["content"]) == 1


def test_a_student_reads_what_is_shared_and_the_teacher_sees_it(business: Business) -> None:
    student = business.student()
    item, me = an_item(business, student), reader(business, student)

    [shown] = me.get("/v1/student/content").body["content"]
    told = me.post(f"/v1/student/content/{item}/views", {"seconds": 12})

    assert (shown["title"], shown["body"], shown["first_opened_at"], told.status) == ("Scales", "C major", None, 204)
    [who] = business.api.get(f"/v1/content/{item}/students").body["students"]
    assert (who["name"], who["first_opened_at"]) == ("Sam", "2026-03-02T08:00:00Z")


def test_a_student_finds_nothing_that_is_not_shared_with_them(business: Business, other: Business) -> None:
    mine = reader(business, business.student())

    for item in (an_item(business, business.student("Bo")), an_item(other, other.student())):
        told = mine.post(f"/v1/student/content/{item}/views", {"is_download": True})
        assert (told.status, told.code) == (404, "content_not_found")

    assert mine.get("/v1/student/content").body["content"] == []
    assert rows_of(business.teacher, "content_views") == []


def test_an_item_that_is_not_shared_any_more_is_not_read(business: Business) -> None:
    student = business.student()
    item = an_item(business, student)

    stopped = [business.api.delete(f"/v1/content/{item}/students/{student}").status for _ in range(2)]

    assert stopped == [204, 204]
    assert reader(business, student).get("/v1/student/content").body["content"] == []
