"""Group sessions: the first booking makes one, later ones join it, and it lives as long as somebody has a seat."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from lectern.availability.explain import explain_start
from lectern.availability.slots import list_slots
from lectern.services.catalogue import change_service
from lectern.sessions.book import Booking, book_session
from lectern.sessions.book_several import book_multiple_sessions
from lectern.sessions.cancel import Cancellation, cancel_session, preview_cancellation
from lectern.sessions.hold import Held, hold_slot
from lectern.sessions.listing import get_session
from lectern.sessions.manual import ManualSession, schedule_manual_session
from lectern.sessions.transitions import complete_session, confirm_session, mark_no_show
from lectern.slots import ReasonCode, Window
from tests.builders import (
    NOW,
    Teacher,
    a_service,
    a_student,
    a_teacher,
    at,
    book,
    in_days,
    refusal,
    run,
    student_details,
    token_of,
)
from tests.sessions.afterwards import calendar_wishes, events, live_sessions, starts, statuses

TEN = at("2026-03-03 10:00")
MINUTE = timedelta(minutes=1)
ENDS = NOW + 10 * MINUTE


def seats_left(teacher: Teacher, service: UUID, now: datetime = NOW) -> int | None:
    """What the list says of ten o'clock, None when it does not show it."""
    slots = run(teacher, list_slots, service, Window(TEN, TEN + MINUTE), now).slots
    return slots[0].seats_left if slots else None


def hold(teacher: Teacher, service: UUID, now: datetime = NOW) -> Held:
    return run(teacher, hold_slot, service, TEN, now)


def book_held(teacher: Teacher, service: UUID, held: Held, name: str, now: datetime = NOW) -> str:
    booking = Booking(service, TEN, student_details(name), token_of(held.participant_id))
    return run(teacher, book_session, booking, now).status


def test_the_list_counts_down_the_seats_and_drops_the_full_session(teacher: Teacher) -> None:
    service = a_service(teacher, seats=2)
    seen = [seats_left(teacher, service)]
    for name in ("Sam", "Kim"):
        book(teacher, service, TEN, name)
        seen.append(seats_left(teacher, service))

    assert seen == [2, 1, None]
    assert refusal(teacher, book_session, Booking(service, TEN, student_details("Lee")), NOW) == "no_seats"


def test_a_joiner_is_told_how_far_the_session_is(teacher: Teacher) -> None:
    service = a_service(teacher, seats=3, requires_confirmation=True)
    first = book(teacher, service, TEN, "Sam")
    second = book(teacher, service, TEN, "Kim")
    run(teacher, confirm_session, first.session_id, NOW)
    third = book(teacher, service, TEN, "Lee")

    assert [first.status, second.status, third.status] == ["pending", "pending", "scheduled"]
    assert first.session_id == second.session_id == third.session_id


def test_a_held_seat_of_a_confirmed_session_is_booked_as_scheduled(teacher: Teacher) -> None:
    service = a_service(teacher, seats=3, requires_confirmation=True)
    session = book(teacher, service, TEN).session_id
    held = hold(teacher, service)
    run(teacher, confirm_session, session, NOW)

    assert book_held(teacher, service, held, "Kim") == "scheduled"


def test_a_joiner_gets_what_the_session_was_booked_with(teacher: Teacher) -> None:
    service = a_service(teacher, seats=3, price_amount=2000)
    book(teacher, service, TEN)
    run(teacher, change_service, service, {"price_amount": 9000, "duration_minutes": 30}, NOW)

    joined = book(teacher, service, TEN, "Kim")

    assert (joined.price_amount, joined.ends_at) == (2000, TEN + timedelta(hours=1))


def test_one_student_has_one_seat(teacher: Teacher) -> None:
    service = a_service(teacher, seats=3)
    book(teacher, service, TEN)

    assert refusal(teacher, book_session, Booking(service, TEN, student_details()), NOW) == "already_booked"


def test_another_service_does_not_start_while_the_group_meets(teacher: Teacher) -> None:
    book(teacher, a_service(teacher, seats=3), TEN)

    assert refusal(teacher, hold_slot, a_service(teacher), TEN, NOW) == "slot_taken"


def test_holds_of_two_seats_are_booked_one_by_one(teacher: Teacher) -> None:
    service = a_service(teacher, seats=2)
    first, second = hold(teacher, service), hold(teacher, service, NOW + 5 * MINUTE)

    assert refusal(teacher, hold_slot, service, TEN, NOW + 5 * MINUTE) == "no_seats"
    assert book_held(teacher, service, first, "Sam") == "scheduled"
    assert book_held(teacher, service, second, "Kim", NOW + 14 * MINUTE) == "scheduled"
    assert (statuses(teacher), calendar_wishes(teacher)) == (["scheduled"], ["create"])


def test_a_seat_whose_hold_ran_out_is_free_though_its_session_goes_on(teacher: Teacher) -> None:
    service = a_service(teacher, seats=2)
    first, late = hold(teacher, service), hold(teacher, service)
    book_held(teacher, service, first, "Sam")

    assert seats_left(teacher, service, ENDS) == 1
    assert book(teacher, service, TEN, "Kim", ENDS).session_id == first.session_id
    booking = Booking(service, TEN, student_details("Lee"), token_of(late.participant_id))
    assert refusal(teacher, book_session, booking, ENDS) == "no_seats"


def test_a_session_that_is_only_held_lasts_as_long_as_its_last_hold(teacher: Teacher) -> None:
    service, other = a_service(teacher, seats=3), a_service(teacher)
    hold(teacher, service)
    second = hold(teacher, service, NOW + 5 * MINUTE)

    assert refusal(teacher, hold_slot, other, TEN, ENDS) == "slot_taken"
    assert book_held(teacher, service, second, "Kim", NOW + 14 * MINUTE) == "scheduled"


def test_a_session_whose_holds_all_ran_out_is_free_for_anything(teacher: Teacher) -> None:
    service = a_service(teacher, seats=3)
    hold(teacher, service)
    hold(teacher, service, NOW + 5 * MINUTE)

    assert book(teacher, a_service(teacher), TEN, now=NOW + 15 * MINUTE).starts_at == TEN


def test_a_booking_joins_a_session_that_was_only_held_and_makes_it_one(teacher: Teacher) -> None:
    service = a_service(teacher, seats=3)
    held = hold(teacher, service)

    joined = book(teacher, service, TEN)

    assert (joined.session_id, joined.status) == (held.session_id, "scheduled")
    assert calendar_wishes(teacher) == ["create"]


def test_a_cancelled_seat_is_free_again_and_the_session_stays(teacher: Teacher) -> None:
    service = a_service(teacher, seats=2)
    first, second = book(teacher, service, TEN, "Sam"), book(teacher, service, TEN, "Kim")

    run(teacher, cancel_session, first.session_id, Cancellation("student", 0, "", first.participant_id), NOW)

    assert (seats_left(teacher, service), statuses(teacher)) == (1, ["scheduled"])
    summary, people = run(teacher, get_session, second.session_id)
    assert summary.students == ["Kim"]
    assert [(one.name, one.status) for one in people] == [("Sam", "cancelled"), ("Kim", "booked")]


def test_the_session_goes_with_its_last_seat(teacher: Teacher) -> None:
    service = a_service(teacher, seats=2)
    for seat in [book(teacher, service, TEN, name) for name in ("Sam", "Kim")]:
        run(teacher, cancel_session, seat.session_id, Cancellation("student", 0, "", seat.participant_id), NOW)

    assert (statuses(teacher), seats_left(teacher, service)) == (["cancelled"], 2)
    assert calendar_wishes(teacher) == ["delete"]
    assert events(teacher) == ["session.booked"] * 2 + ["session.cancelled", "session.seat_cancelled"]


def test_a_session_of_which_only_holds_are_left_is_no_session(teacher: Teacher) -> None:
    service = a_service(teacher, seats=2)
    booked, held = book(teacher, service, TEN), hold(teacher, service)

    run(teacher, cancel_session, booked.session_id, Cancellation("student", 0, "", booked.participant_id), NOW)

    assert statuses(teacher) == ["cancelled"]
    assert book_held(teacher, service, held, "Kim") == "scheduled"


def test_a_seat_cannot_be_cancelled_twice_nor_its_neighbour_with_it(teacher: Teacher) -> None:
    service = a_service(teacher, seats=2)
    first = book(teacher, service, TEN, "Sam")
    book(teacher, service, TEN, "Kim")
    cancellation = Cancellation("student", 0, "", first.participant_id)
    run(teacher, cancel_session, first.session_id, cancellation, NOW)

    assert refusal(teacher, cancel_session, first.session_id, cancellation, NOW) == "not_allowed_now"
    assert statuses(teacher) == ["scheduled"]


def test_a_seat_of_another_session_cancels_nothing(teacher: Teacher) -> None:
    service = a_service(teacher)
    mine, other = book(teacher, service, TEN), book(teacher, service, in_days(2))
    foreign = Cancellation("student", 0, "", other.participant_id)

    assert refusal(teacher, cancel_session, mine.session_id, foreign, NOW) == "not_allowed_now"
    assert len(live_sessions(teacher)) == 2


def test_letting_go_of_a_held_seat_costs_nothing_however_late(teacher: Teacher) -> None:
    service = a_service(teacher, seats=2)
    late = TEN - 30 * MINUTE
    booked, held = book(teacher, service, TEN), hold(teacher, service, late)

    def is_late(seat: UUID) -> bool:
        return run(teacher, preview_cancellation, booked.session_id, "student", late, seat).is_late

    assert (is_late(held.participant_id), is_late(booked.participant_id)) == (False, True)
    run(teacher, cancel_session, booked.session_id, Cancellation("student", 0, "", held.participant_id), late)
    assert (seats_left(teacher, service, late), events(teacher)) == (1, ["session.booked"])


def test_a_trial_seat_that_the_teacher_cancels_is_given_back(teacher: Teacher) -> None:
    service = a_service(teacher, seats=2, is_trial=True)
    mine = book(teacher, service, TEN, "Sam")
    book(teacher, service, TEN, "Kim")

    run(teacher, cancel_session, mine.session_id, Cancellation("teacher", None, "", mine.participant_id), NOW)

    assert book(teacher, service, in_days(2), "Sam").status == "scheduled"


def test_a_group_beyond_the_notice_or_the_horizon_is_neither_listed_nor_joined(teacher: Teacher) -> None:
    service = a_service(teacher, seats=3, minimum_notice_minutes=60, horizon_days=7)
    book(teacher, service, TEN)
    booking = Booking(service, TEN, student_details("Kim"))

    for now, code in ((TEN - 59 * MINUTE, "too_soon"), (TEN - timedelta(days=7), "beyond_horizon")):
        assert seats_left(teacher, service, now) is None
        assert refusal(teacher, book_session, booking, now) == code
        assert refusal(teacher, hold_slot, service, TEN, now) == code


def test_a_group_that_may_be_joined_is_open_and_a_full_one_is_busy(teacher: Teacher) -> None:
    service = a_service(teacher, seats=2)
    book(teacher, service, TEN)
    assert run(teacher, explain_start, service, TEN, NOW) == ((), False)
    book(teacher, service, TEN, "Kim")

    reasons, _ = run(teacher, explain_start, service, TEN, NOW)

    assert [reason.code for reason in reasons] == [ReasonCode.BUSY]


def test_the_teacher_enters_a_second_student_without_notice(teacher: Teacher) -> None:
    service = a_service(teacher, seats=2, minimum_notice_minutes=600)
    first = book(teacher, service, TEN)
    manual = ManualSession(service, a_student(teacher, "Kim"), TEN)

    entered = run(teacher, schedule_manual_session, manual, TEN - MINUTE)

    assert entered.session_id == first.session_id
    late = ManualSession(service, a_student(teacher, "Lee"), TEN)
    assert refusal(teacher, schedule_manual_session, late, TEN - MINUTE) == "no_seats"


@pytest.mark.usefixtures("connected")
def test_joining_takes_no_more_of_the_daily_limit() -> None:
    teacher = a_teacher(per_week=2)
    service = a_service(teacher, seats=3)
    book(teacher, service, TEN)

    booked = run(teacher, book_multiple_sessions, service, [TEN, in_days(2)], student_details("Kim"), NOW)

    assert [one.starts_at for one in booked] == starts(teacher) == [TEN, in_days(2)]


def test_one_of_a_group_who_did_not_come_is_marked_alone_also_afterwards(teacher: Teacher) -> None:
    service = a_service(teacher, seats=3)
    seats = [book(teacher, service, TEN, name) for name in ("Sam", "Kim", "Lee")]
    session, later = seats[0].session_id, TEN + timedelta(hours=2)

    run(teacher, mark_no_show, session, later, seats[0].participant_id)
    run(teacher, complete_session, session, later)
    run(teacher, mark_no_show, session, later, seats[1].participant_id)

    _, people = run(teacher, get_session, session)
    assert [one.status for one in people] == ["no_show", "no_show", "completed"]
