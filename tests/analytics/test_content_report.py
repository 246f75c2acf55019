"""What students make of each item, by worked examples."""

from datetime import date, timedelta
from uuid import UUID

from lectern.analytics.content_report import ItemReport, content_report
from lectern.content.library import delete_item
from tests.analytics.given import add_up
from tests.builders import NOW, Teacher, a_student, a_teacher, run
from tests.content.given import fetch_it, open_it, shared_content

MARCH = (date(2026, 3, 1), date(2026, 4, 1))
TODAY = date(2026, 3, 12)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATER = NOW + 10 * DAY


def report(teacher: Teacher, first: date = MARCH[0], until: date = MARCH[1]) -> list[ItemReport]:
    add_up(teacher, TODAY)
    return run(teacher, content_report, first, until, LATER, None, 10).items


def students(teacher: Teacher, number: int) -> list[UUID]:
    return [a_student(teacher, f"S{each}") for each in range(number)]


def test_an_item_that_is_shared_with_four_students(teacher: Teacher) -> None:
    """Opened after 1, 3 and 50 hours, by the first of them on two days and once to fetch it; never by the fourth."""
    first, second, third, fourth = students(teacher, 4)
    item = shared_content(teacher, first, second, third, fourth)
    for student, hours in ((first, 1), (second, 3), (third, 50), (first, 26)):
        open_it(teacher, item, student, NOW + hours * HOUR)
    fetch_it(teacher, item, first, NOW + 27 * HOUR)

    assert report(teacher) == [
        ItemReport(
            item_id=item,
            kind="material",
            title="Scales",
            students=3,
            views=5,
            downloads=1,
            assigned=4,
            opened=3,
            never_opened=1,
            median_minutes_to_open=180,
            last_opened_at=NOW + 50 * HOUR,
        )
    ]


def test_items_rank_by_different_students_and_not_by_views(teacher: Teacher) -> None:
    one, other = students(teacher, 2)
    loved, spread, unread = (shared_content(teacher, one, other) for _ in range(3))
    for hours in range(5):
        open_it(teacher, loved, one, NOW + hours * HOUR)
    for student in (one, other):
        open_it(teacher, spread, student, NOW)

    found = report(teacher)

    assert [(item.item_id, item.students, item.views) for item in found] == [
        (spread, 2, 2),
        (loved, 1, 5),
        (unread, 0, 0),
    ]


def test_a_student_who_comes_back_on_another_day_is_one_student(teacher: Teacher, student: UUID) -> None:
    item = shared_content(teacher, student)
    for days in range(3):
        open_it(teacher, item, student, NOW + days * DAY)

    [march], [second_day] = report(teacher), report(teacher, date(2026, 3, 3), date(2026, 3, 4))

    assert (march.students, march.views) == (1, 3)
    assert (second_day.students, second_day.views, second_day.opened) == (1, 1, 1)


def test_whoever_has_had_it_for_less_than_seven_days_may_still_open_it(teacher: Teacher) -> None:
    early, late = students(teacher, 2)
    shared_content(teacher, early, at=LATER - 7 * DAY)
    shared_content(teacher, late, at=LATER - 7 * DAY + timedelta(seconds=1))

    assert sorted(item.never_opened for item in report(teacher)) == [0, 1]


def test_what_is_shared_with_nobody_has_no_percentage(teacher: Teacher) -> None:
    shared_content(teacher)

    [item] = report(teacher)

    assert (item.assigned, item.opened_percent, item.median_minutes_to_open, item.last_opened_at) == (
        0,
        None,
        None,
        None,
    )


def test_a_deleted_item_and_another_teachers_are_not_there(teacher: Teacher, student: UUID) -> None:
    item = shared_content(teacher, student)
    assert report(a_teacher()) == []

    run(teacher, delete_item, item, NOW)

    assert report(teacher) == []


def test_the_report_is_read_a_page_at_a_time(teacher: Teacher, student: UUID) -> None:
    items = [shared_content(teacher, student) for _ in range(3)]
    open_it(teacher, items[1], student, NOW)
    add_up(teacher, TODAY)

    first = run(teacher, content_report, *MARCH, LATER, None, 2)
    rest = run(teacher, content_report, *MARCH, LATER, first.next, 2)

    assert [item.item_id for item in first.items + rest.items] == [items[1], items[2], items[0]]
    assert rest.next is None
