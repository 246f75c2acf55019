"""Noting who is on the booking page: each visitor once a day, as far as they came."""

from datetime import timedelta
from functools import partial

from lectern.analytics.visitor import Browser
from lectern.analytics.visits import record_visit
from tests.analytics.given import browser, take, visit
from tests.at_once import at_once
from tests.builders import NOW, Teacher, a_service, a_teacher, at, book, in_days, refusal, rows_of, run


def test_a_visitor_counts_once_a_day_and_comes_as_far_as_they_ever_came(teacher: Teacher) -> None:
    visit(teacher, 1)
    visit(teacher, 1, "slots_shown", slots=12)
    visit(teacher, 1, "slots_shown", slots=0)
    visit(teacher, 1)

    [row] = rows_of(teacher, "page_visitors")
    assert (row["viewed_service"], row["most_slots"]) == (True, 12)


def test_only_empty_lists_are_told_from_none(teacher: Teacher) -> None:
    visit(teacher, 1, "service_view")
    visit(teacher, 2, "slots_shown", slots=0)

    shown = [(row["viewed_service"], row["most_slots"]) for row in rows_of(teacher, "page_visitors")]
    assert sorted(shown, key=str) == [(True, 0), (True, None)]


def test_the_first_source_of_the_day_holds(teacher: Teacher) -> None:
    visit(teacher, 1, source="newsletter")
    visit(teacher, 1, source="instagram")

    assert [row["source"] for row in rows_of(teacher, "page_visitors")] == ["newsletter"]


def test_a_bot_leaves_nothing(teacher: Teacher) -> None:
    run(teacher, record_visit, Browser("203.0.113.1", "Googlebot/2.1"), "page_view", "direct", NOW)

    assert rows_of(teacher, "page_visitors") == rows_of(teacher, "visitor_salts") == []


def test_the_number_of_slots_belongs_to_its_step(teacher: Teacher) -> None:
    assert refusal(teacher, record_visit, browser(1), "slots_shown", "direct", NOW) == "slots_unknown"
    assert refusal(teacher, record_visit, browser(1), "page_view", "direct", NOW, 3) == "slots_unknown"


def test_on_another_day_a_visitor_is_not_known_again(teacher: Teacher) -> None:
    for days in (0, 1):
        visit(teacher, 1, now=NOW + timedelta(days=days))

    first, second = rows_of(teacher, "page_visitors")
    assert first["visitor"] != second["visitor"]
    assert len({row["salt"] for row in rows_of(teacher, "visitor_salts")}) == 2


def test_two_teachers_do_not_know_each_others_visitors(teacher: Teacher) -> None:
    other = a_teacher()
    for each in (teacher, other):
        visit(each, 1)

    [ours], [theirs] = rows_of(teacher, "page_visitors"), rows_of(other, "page_visitors")
    assert ours["visitor"] != theirs["visitor"]


def test_a_day_is_a_date_of_the_teachers(connected: None) -> None:  # noqa: ARG001
    teacher = a_teacher("Europe/Berlin")

    for hour in ("22:59", "23:00"):
        visit(teacher, 1, now=at(f"2026-03-02 {hour}"))

    assert [row["local_date"] for row in rows_of(teacher, "page_visitors")] == ["2026-03-02", "2026-03-03"]


def test_the_first_visitors_of_a_day_who_come_at_once_share_its_salt(teacher: Teacher) -> None:
    days = [NOW + timedelta(days=day) for day in range(20)]

    for day in days:
        assert at_once([partial(visit, teacher, 1, now=day)] * 8) == [None] * 8

    assert (len(rows_of(teacher, "visitor_salts")), len(rows_of(teacher, "page_visitors"))) == (20, 20)


def test_a_seat_is_noted_with_who_took_it_once(teacher: Teacher) -> None:
    visit(teacher, 1)
    visit(teacher, 2)
    seat = book(teacher, a_service(teacher), in_days(1)).participant_id

    for _ in range(2):
        take(teacher, 1, seat)

    assert sorted(row["seats"] for row in rows_of(teacher, "page_visitors")) == [[], [str(seat)]]


def test_somebody_who_books_without_having_been_there_is_no_visitor(teacher: Teacher) -> None:
    seat = book(teacher, a_service(teacher), in_days(1)).participant_id

    take(teacher, 1, seat)
    visit(teacher, 2)
    take(teacher, 1, seat)

    assert [row["seats"] for row in rows_of(teacher, "page_visitors")] == [[]]
