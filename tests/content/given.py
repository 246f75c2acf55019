"""Content that tests need to exist."""

from datetime import datetime
from uuid import UUID

from lectern.content.item import ContentDetails
from lectern.content.library import add_item
from lectern.content.reading import record_view
from lectern.content.sharing import share_with
from tests.builders import NOW, Teacher, run

SCALES = ContentDetails("material", "Scales", url="https://files.example/scales.pdf")


def shared_content(teacher: Teacher, *students: UUID, details: ContentDetails = SCALES, at: datetime = NOW) -> UUID:
    item = run(teacher, add_item, details, at)
    run(teacher, share_with, item.id, list(students), at)
    return item.id


def open_it(teacher: Teacher, item: UUID, student: UUID, now: datetime, seconds: int = 60) -> None:
    run(teacher, record_view, item, student, now, seconds=seconds, is_download=False)


def fetch_it(teacher: Teacher, item: UUID, student: UUID, now: datetime) -> None:
    run(teacher, record_view, item, student, now, seconds=0, is_download=True)
