"""Holds: nobody else has the slot for ten minutes, and nothing needs to run for it to be free afterwards."""

from datetime import timedelta

from lectern import database
from lectern.availability.slots import list_slots
from lectern.services.catalogue import change_service
from lectern.sessions.book import Booking, book_session
from lectern.sessions.cancel import Cancellation, cancel_session, preview_cancellation
from lectern.sessions.hold import hold_slot
from lectern.slots import Window
from tests.builders import (
    NOW,
    Teacher,
    a_service,
    at,
    book,
    in_days,
    refusal,
    rows_of,
    run,
    student_details,
    token_of,
)
from tests.sessions.afterwards import calendar_wishes, events, statuses
from tests.slots_version import moved_slots_version

TEN = at("2026-03-03 10:00")
ENDS = NOW + timedelta(minutes=10)
INSTANT = timedelta(microseconds=1)
SAM, KIM = student_details("Sam"), student_details("Kim")


def test_ac04_a_held_slot_is_booked_with_its_token_alone(teacher: Teacher) -> None:
    service = a_service(teacher)
    held = run(teacher, hold_slot, service, TEN, NOW)

    assert held.expires_at == ENDS
    assert refusal(teacher, book_session, Booking(service, TEN, KIM), NOW) == "slot_taken"
    assert refusal(teacher, hold_slot, service, TEN, NOW) == "slot_taken"
    booked = run(teacher, book_session, Booking(service, TEN, SAM, token_of(held.participant_id)), NOW)
    assert (booked.session_id, booked.status) == (held.session_id, "scheduled")


def test_ac04_a_hold_ends_at_its_instant_though_nothing_swept_it(teacher: Teacher) -> None:
    service = a_service(teacher)
    run(teacher, hold_slot, service, TEN, NOW)

    assert refusal(teacher, book_session, Booking(service, TEN, KIM), ENDS - INSTANT) == "slot_taken"
    assert book(teacher, service, TEN, now=ENDS).starts_at == TEN


def test_ac27_a_hold_that_ran_out_is_no_session(teacher: Teacher) -> None:
    service = a_service(teacher)
    run(teacher, hold_slot, service, TEN, NOW)

    listed = run(teacher, list_slots, service, Window(TEN, TEN + timedelta(hours=1)), ENDS)

    assert [slot.start for slot in listed.slots] == [TEN]
    assert calendar_wishes(teacher) == events(teacher) == []


def test_a_hold_that_ran_out_books_its_slot_while_it_is_free(teacher: Teacher) -> None:
    service = a_service(teacher)
    booking = Booking(service, TEN, SAM, token_of(run(teacher, hold_slot, service, TEN, NOW).participant_id))

    run(teacher, book_session, booking, ENDS)

    assert sorted(statuses(teacher)) == ["expired", "scheduled"]


def test_a_hold_that_ran_out_is_no_claim_once_somebody_else_booked(teacher: Teacher) -> None:
    service = a_service(teacher)
    booking = Booking(service, TEN, SAM, token_of(run(teacher, hold_slot, service, TEN, NOW).participant_id))
    book(teacher, service, TEN, "Kim", ENDS)

    assert refusal(teacher, book_session, booking, ENDS) == "slot_taken"


def test_a_token_books_its_own_start_and_service_alone(teacher: Teacher) -> None:
    service, other = a_service(teacher), a_service(teacher)
    token = token_of(run(teacher, hold_slot, service, TEN, NOW).participant_id)

    for booking in (
        Booking(service, TEN + timedelta(hours=1), SAM, token),
        Booking(other, TEN, SAM, token),
        Booking(service, TEN, SAM, "no such token"),
    ):
        assert refusal(teacher, book_session, booking, NOW) == "hold_unknown"


def test_a_token_books_once(teacher: Teacher) -> None:
    service = a_service(teacher)
    token = token_of(run(teacher, hold_slot, service, TEN, NOW).participant_id)
    run(teacher, book_session, Booking(service, TEN, SAM, token), NOW)

    assert refusal(teacher, book_session, Booking(service, TEN, KIM, token), NOW) == "slot_taken"


def test_a_held_slot_keeps_the_price_at_which_it_was_held(teacher: Teacher) -> None:
    service = a_service(teacher, price_amount=2000)
    token = token_of(run(teacher, hold_slot, service, TEN, NOW).participant_id)
    run(teacher, change_service, service, {"price_amount": 9000, "duration_minutes": 30}, NOW)

    booked = run(teacher, book_session, Booking(service, TEN, SAM, token), NOW)

    assert (booked.price_amount, booked.ends_at) == (2000, TEN + timedelta(hours=1))


def test_a_held_slot_waits_for_confirmation_when_its_service_asks_for_it(teacher: Teacher) -> None:
    service = a_service(teacher, requires_confirmation=True)
    token = token_of(run(teacher, hold_slot, service, TEN, NOW).participant_id)

    assert run(teacher, book_session, Booking(service, TEN, SAM, token), NOW).status == "pending"


def test_a_trial_that_was_held_counts_as_the_one_trial(teacher: Teacher) -> None:
    trial = a_service(teacher, is_trial=True)
    token = token_of(run(teacher, hold_slot, trial, TEN, NOW).participant_id)
    run(teacher, book_session, Booking(trial, TEN, SAM, token), NOW)

    assert refusal(teacher, book_session, Booking(trial, TEN + timedelta(hours=1), SAM), NOW) == "trial_used"
    assert [row["origin"] for row in rows_of(teacher, "class_sessions")] == ["trial"]


def test_letting_go_of_a_hold_frees_the_slot_for_nothing_and_tells_no_calendar(teacher: Teacher) -> None:
    service = a_service(teacher)
    held = run(teacher, hold_slot, service, TEN, TEN - timedelta(hours=1))
    late = TEN - timedelta(minutes=55)

    preview = run(teacher, preview_cancellation, held.session_id, "student", late, held.participant_id)
    letting_go = Cancellation("student", preview.charge_percent, "", held.participant_id)
    run(teacher, cancel_session, held.session_id, letting_go, late)

    assert preview.charge_percent == 0
    assert book(teacher, service, TEN, now=late).starts_at == TEN
    assert calendar_wishes(teacher) == ["create"]


def test_ac20_a_hold_moves_the_slots_version(teacher: Teacher) -> None:
    service = a_service(teacher)

    with moved_slots_version(teacher.id):
        run(teacher, hold_slot, service, TEN, NOW)


def test_a_held_seat_of_a_lesson_that_is_over_is_not_booked(teacher: Teacher) -> None:
    service, start = a_service(teacher, seats=3), in_days(1)
    session = book(teacher, service, start).session_id
    held = run(teacher, hold_slot, service, start, start - timedelta(minutes=1))
    booking = Booking(service, start, student_details("Mia"), token_of(held.participant_id))
    with database.tenant(teacher.id) as tx:
        tx.send(
            "update class_sessions set status = 'completed' where teacher_id = %(teacher_id)s and id = %(id)s",
            {"id": session},
        )

    assert refusal(teacher, book_session, booking, start) == "slot_taken"
