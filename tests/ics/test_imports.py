"""Naming the calendars by which a teacher is busy."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from uuid import UUID

import pytest

from lectern import database, directory
from lectern.ics.imports import MOST_IMPORTS, add_import, list_imports, refresh_import, remove_import
from lectern.identifiers import new_id
from tests.builders import NOW, Teacher, a_teacher, refusal, rows_of, run
from tests.jobs.queues import Queues, queues_of_the_jobs

pytestmark = pytest.mark.usefixtures("connected")

URL = "https://example.com/secret/ada.ics"


@pytest.fixture
def queues(monkeypatch: pytest.MonkeyPatch) -> Iterator[Queues]:
    with queues_of_the_jobs(monkeypatch) as made:
        yield made


@pytest.fixture
def teacher() -> Teacher:
    return a_teacher()


def test_an_import_is_listed_by_its_host_and_its_address_is_in_no_table(teacher: Teacher) -> None:
    added = run(teacher, add_import, URL, NOW)

    [listed] = run(teacher, list_imports)
    assert (listed.id, listed.host, listed.fetched_at, listed.last_error) == (added.id, "example.com", None, None)
    assert "secret" not in str(rows_of(teacher, "calendar_imports")) + str(rows_of(teacher, "domain_events"))


def test_the_job_is_told_of_a_new_import(teacher: Teacher, queues: Queues) -> None:
    run(teacher, add_import, URL, NOW)

    [message] = queues.bodies("calendar-sync")
    assert message["teacher_id"] == str(teacher.id)


def test_the_dispatcher_finds_the_teachers_with_an_import_that_is_due(teacher: Teacher) -> None:
    """In the order of their ids, whatever kind of calendar waits."""
    run(teacher, add_import, URL, NOW)
    run(teacher, add_import, f"{URL}?2", NOW)
    just_before, beside = UUID(int=teacher.id.int - 1), a_teacher()

    found = [due.teacher_id for due in directory.teachers_with_calendar_work(just_before, 100)]
    after = [due.teacher_id for due in directory.teachers_with_calendar_work(teacher.id, 100)]
    assert (found[0], found.count(teacher.id)) == (teacher.id, 1)
    assert beside.id not in found
    assert teacher.id not in after


def test_a_calendar_is_imported_once_however_its_address_is_written(teacher: Teacher) -> None:
    run(teacher, add_import, URL, NOW)

    assert refusal(teacher, add_import, "webcal://EXAMPLE.com:443/secret/ada.ics", NOW) == "import_exists"
    assert run(a_teacher(), add_import, URL, NOW).host == "example.com"


def test_a_few_calendars_are_enough_also_when_they_come_at_once(teacher: Teacher) -> None:
    for number in range(MOST_IMPORTS - 1):
        run(teacher, add_import, f"{URL}?{number}", NOW)

    with ThreadPoolExecutor() as beside, database.tenant(teacher.id) as tx:
        add_import(tx, f"{URL}?last", NOW)
        other = beside.submit(refusal, teacher, add_import, f"{URL}?more", NOW)
        wait([other], timeout=0.3)

    assert other.result() == "too_many_imports"


def test_ac32_an_address_that_cannot_be_meant_is_refused(teacher: Teacher) -> None:
    assert refusal(teacher, add_import, "https://169.254.169.254/latest/meta-data", NOW) == "ics_url_refused"


def test_an_import_that_is_not_there_cannot_be_removed(teacher: Teacher) -> None:
    theirs = run(a_teacher(), add_import, URL, NOW).id

    assert refusal(teacher, remove_import, new_id(), NOW) == "import_not_found"
    assert refusal(teacher, remove_import, theirs, NOW) == "import_not_found"


def test_the_job_is_told_of_an_import_that_is_to_be_read_now(teacher: Teacher, queues: Queues) -> None:
    added = run(teacher, add_import, URL, NOW)
    queues.bodies("calendar-sync")

    run(teacher, refresh_import, added.id, NOW)

    assert [message["teacher_id"] for message in queues.bodies("calendar-sync")] == [str(teacher.id)]
