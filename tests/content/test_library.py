"""A teacher's items: a file by its address or a text, and notes on lessons."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from lectern.content.item import ContentDetails
from lectern.content.library import add_item, change_item, delete_item, get_item, list_items
from tests.builders import NOW, Teacher, a_service, a_teacher, book, in_days, refusal, run
from tests.content.given import SCALES

URL = "https://files.example/other.pdf"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"kind": "material"}, "url_or_body"),
        ({"kind": "material", "url": URL, "body": "C major"}, "url_or_body"),
        ({"kind": "lesson_note", "body": "Well done"}, "session_of_note"),
        ({"kind": "material", "body": "Well done", "session_id": UUID(int=1)}, "session_of_note"),
        ({"kind": "lesson_note", "body": "Well done", "session_id": UUID(int=1)}, "session_not_found"),
    ],
)
def test_an_item_that_makes_no_sense_is_refused(teacher: Teacher, wrong: dict[str, Any], code: str) -> None:
    assert refusal(teacher, add_item, ContentDetails(title="Scales", **wrong), NOW) == code


def test_a_note_is_of_a_session_of_ones_own(teacher: Teacher) -> None:
    other = a_teacher()
    session, _ = (book(each, a_service(each), in_days(1)).session_id for each in (teacher, other))
    note = ContentDetails("lesson_note", "Monday", body="Well done", session_id=session)

    assert run(teacher, add_item, note, NOW).session_id == session
    assert refusal(other, add_item, note, NOW) == "session_not_found"


def test_an_address_takes_the_place_of_a_text_and_the_title_stays(teacher: Teacher) -> None:
    item = run(teacher, add_item, ContentDetails("material", "Scales", body="C major"), NOW)

    changed = run(teacher, change_item, item.id, {"url": URL}, NOW + timedelta(hours=1))

    assert (changed.title, changed.url, changed.body) == ("Scales", URL, None)
    assert run(teacher, get_item, item.id) == changed


def test_a_change_of_what_was_changed_meanwhile_is_refused(teacher: Teacher) -> None:
    seen = run(teacher, add_item, SCALES, NOW)
    run(teacher, change_item, seen.id, {"title": "Arpeggios"}, NOW)

    assert refusal(teacher, change_item, seen.id, {"title": "Etudes"}, NOW, seen.updated_at) == "content_changed"
    assert refusal(teacher, change_item, seen.id, {"url": URL, "body": "C major"}, NOW) == "url_or_body"


def test_items_are_listed_a_page_at_a_time_the_newest_first(teacher: Teacher) -> None:
    for title in ("One", "Two", "Three"):
        run(teacher, add_item, ContentDetails("material", title, body="…"), NOW)

    first = run(teacher, list_items, None, 2)
    rest = run(teacher, list_items, first.next, 2)

    assert [item.title for item in first.items + rest.items] == ["Three", "Two", "One"]
    assert rest.next is None


def test_a_deleted_item_is_gone_and_cannot_be_deleted_again(teacher: Teacher) -> None:
    item = run(teacher, add_item, SCALES, NOW)

    run(teacher, delete_item, item.id, NOW)

    assert run(teacher, list_items, None, 10).items == []
    assert refusal(teacher, delete_item, item.id, NOW) == "content_not_found"
