"""The booking page in numbers, by worked examples."""

from datetime import date, timedelta
from uuid import UUID

from lectern.analytics.funnel import Funnel, PageConversion, funnel, page_conversion
from lectern.sessions.hold import hold_slot
from tests.analytics.given import add_up, settle, take, visit
from tests.builders import NOW, Teacher, a_service, a_teacher, book, in_days, refusal, rows_of, run
from tests.sessions.money import held_for_payment

TODAY, TOMORROW = date(2026, 3, 2), date(2026, 3, 3)
WEEK = (date(2026, 3, 1), date(2026, 3, 8))


def everybody(teacher: Teacher) -> Funnel:
    return run(teacher, funnel, *WEEK)[0]


def booked_by(teacher: Teacher, number: int, days: int = 1) -> UUID:
    seat = book(teacher, a_service(teacher), in_days(days), name=f"S{number}").participant_id
    take(teacher, number, seat)
    return seat


def test_a_day_of_five_visitors(teacher: Teacher) -> None:
    """1 looks; 2 looks at a service; 3 sees nothing but empty lists; 4 holds a slot of 8; 5 books one of 10."""
    for number in range(1, 6):
        visit(teacher, number, source="newsletter" if number > 3 else "direct")
    visit(teacher, 2, "service_view")
    visit(teacher, 3, "slots_shown", slots=0)
    visit(teacher, 4, "slots_shown", slots=8)
    visit(teacher, 5, "slots_shown", slots=10)
    take(teacher, 4, run(teacher, hold_slot, a_service(teacher), in_days(1), NOW).participant_id)
    settle(teacher, booked_by(teacher, 5, days=2), "completed")

    add_up(teacher, TOMORROW)

    total, sources = run(teacher, funnel, *WEEK)
    assert total == Funnel("", 5, 4, 2, 1, 18, 2, 1, 1)
    assert sources == [Funnel("direct", 3, 2, 0, 1, 0, 0, 0, 0), Funnel("newsletter", 2, 2, 2, 0, 18, 2, 1, 1)]
    assert run(teacher, page_conversion, *WEEK) == PageConversion(visitors=5, booked=1)


def test_who_booked_has_come_through_the_steps_of_which_no_word_came(teacher: Teacher) -> None:
    visit(teacher, 1)
    booked_by(teacher, 1)
    visit(teacher, 2, "slots_shown", slots=0)
    booked_by(teacher, 2, days=2)

    add_up(teacher, TOMORROW)

    assert everybody(teacher) == Funnel("", 2, 2, 2, 0, 0, 2, 2, 0)


def test_nobody_is_nought_at_every_step(teacher: Teacher) -> None:
    add_up(teacher, TOMORROW)

    assert run(teacher, funnel, *WEEK) == (Funnel("", 0, 0, 0, 0, 0, 0, 0, 0), [])
    assert run(teacher, page_conversion, *WEEK) == PageConversion(0, 0)


def test_the_same_visitor_on_two_days_is_two(teacher: Teacher) -> None:
    for days in (0, 1):
        visit(teacher, 1, now=NOW + timedelta(days=days))
    add_up(teacher, TOMORROW + timedelta(days=1))

    assert everybody(teacher).visitors == 2
    assert run(teacher, page_conversion, TOMORROW, WEEK[1]).visitors == 1


def test_today_is_added_up_when_it_is_over(teacher: Teacher) -> None:
    visit(teacher, 1)

    add_up(teacher, TODAY)
    assert everybody(teacher).visitors == 0

    add_up(teacher, TOMORROW)
    assert everybody(teacher).visitors == 1


def test_a_seat_that_is_paid_for_later_is_booked_on_the_date_of_the_visit(teacher: Teacher) -> None:
    visit(teacher, 1)
    held = held_for_payment(teacher, a_service(teacher, price_amount=4000), in_days(9))
    take(teacher, 1, held.participant_id)
    add_up(teacher, TOMORROW)
    before = everybody(teacher)

    settle(teacher, held.participant_id, "no_show")
    add_up(teacher, date(2026, 3, 13))

    assert ((before.held, before.booked), everybody(teacher).booked) == ((1, 0), 1)


def test_a_lesson_that_takes_place_weeks_later_completes_the_day_of_its_visit(teacher: Teacher) -> None:
    visit(teacher, 1)
    seat = booked_by(teacher, 1, days=40)
    add_up(teacher, TOMORROW)

    settle(teacher, seat, "completed")
    add_up(teacher, date(2026, 4, 13))

    assert (everybody(teacher).booked, everybody(teacher).completed) == (1, 1)


def test_a_booking_that_is_cancelled_was_one(teacher: Teacher) -> None:
    visit(teacher, 1)
    settle(teacher, booked_by(teacher, 1), "cancelled")

    add_up(teacher, TOMORROW)

    assert (everybody(teacher).booked, everybody(teacher).completed) == (1, 0)


def test_visitors_go_after_ninety_days_and_their_sums_stay(teacher: Teacher) -> None:
    visit(teacher, 1)
    add_up(teacher, TOMORROW)

    add_up(teacher, TODAY + timedelta(days=90))
    assert len(rows_of(teacher, "page_visitors")) == 1

    add_up(teacher, TODAY + timedelta(days=91))
    assert (rows_of(teacher, "page_visitors"), everybody(teacher).visitors) == ([], 1)


def test_the_salt_of_a_date_is_destroyed_the_day_after_and_todays_stays(teacher: Teacher) -> None:
    for days in (0, 1):
        visit(teacher, 1, now=NOW + timedelta(days=days))

    add_up(teacher, TOMORROW)

    assert [row["local_date"] for row in rows_of(teacher, "visitor_salts")] == ["2026-03-03"]


def test_another_teacher_has_visitors_of_their_own(teacher: Teacher) -> None:
    visit(teacher, 1)
    add_up(teacher, TOMORROW)

    assert everybody(a_teacher()).visitors == 0


def test_a_range_has_from_one_to_366_dates(teacher: Teacher) -> None:
    for days in (0, 367):
        assert refusal(teacher, funnel, TODAY, TODAY + timedelta(days=days)) == "invalid_range"
