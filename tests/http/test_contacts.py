"""The contact log, over HTTP."""

from datetime import timedelta

import pytest

from lectern import database
from tests.builders import NOW, rows_of
from tests.http.conftest import Business

CALL = {"direction": "out", "channel": "phone", "note": "Asked about the exam"}


def test_what_was_said_is_noted_as_of_now(business: Business) -> None:
    student = str(business.student())

    noted = business.api.post(f"/v1/students/{student}/contacts", CALL)

    assert (noted.status, noted.body["sent_at"], noted.body["note"]) == (201, "2026-03-02T08:00:00Z", CALL["note"])
    assert noted.body["student_id"] == student


def test_contacts_are_listed_the_newest_first_a_page_at_a_time(business: Business) -> None:
    path = f"/v1/students/{business.student()}/contacts"
    for days in (3, 1, 2):
        business.api.post(path, CALL | {"note": str(days), "sent_at": (NOW - timedelta(days=days)).isoformat()})

    first = business.api.get(path, {"limit": 2}).body
    rest = business.api.get(path, {"limit": 2, "cursor": first["next"]}).body

    assert [contact["note"] for contact in first["contacts"] + rest["contacts"]] == ["1", "2", "3"]
    assert rest["next"] is None


def test_a_student_has_their_own_contacts(business: Business) -> None:
    business.api.post(f"/v1/students/{business.student('Kim')}/contacts", CALL)

    assert business.api.get(f"/v1/students/{business.student('Sam')}/contacts").body["contacts"] == []


def test_ac31_a_note_sent_again_with_the_key_is_one_note(business: Business) -> None:
    path = f"/v1/students/{business.student()}/contacts"

    first, again = business.api.post(path, CALL, key="k"), business.api.post(path, CALL, key="k")

    assert again.body == first.body
    assert len(rows_of(business.teacher, "contact_log")) == 1


def test_there_is_nothing_to_note_of_a_student_who_is_gone_for_good(business: Business) -> None:
    student = business.student()
    with database.tenant(business.teacher.id) as tx:
        tx.send("update students set deleted_at = %(now)s where teacher_id = %(teacher_id)s", {"now": NOW})

    assert business.api.post(f"/v1/students/{student}/contacts", CALL).code == "student_not_found"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"direction": "sideways"}, "direction"),
        ({"channel": "pigeon"}, "channel"),
        ({"note": "n" * 501}, "note"),
        ({"sent_at": (NOW + timedelta(minutes=1)).isoformat()}, "sent_at"),
    ],
)
def test_a_note_that_makes_no_sense_is_refused(business: Business, wrong: dict[str, str], field: str) -> None:
    refused = business.api.post(f"/v1/students/{business.student()}/contacts", CALL | wrong)

    assert (refused.status, refused.fields()) == (422, {field})
    assert rows_of(business.teacher, "contact_log") == []
