"""What a student may say against a lesson that completed by itself, and how the teacher decides it."""

from datetime import timedelta

import pytest

from lectern.credits.account import list_entries
from lectern.sessions.book import book_session
from lectern.sessions.booked import Booked
from lectern.sessions.correct import Correction, correct_session
from lectern.sessions.dispute import dispute_completion, get_dispute
from lectern.sessions.listing import get_session
from lectern.sessions.statuses import Settled
from lectern.sessions.transitions import complete_by_itself, complete_session
from tests.builders import NOW, Teacher, a_service, at, book, refusal, run
from tests.sessions.afterwards import events
from tests.sessions.money import give_credits, on_credit, sums

TEN = at("2026-03-05 10:00")
ENDS = TEN + timedelta(hours=1)
BY_ITSELF = ENDS + timedelta(hours=72)
HOURS_72 = timedelta(hours=72)
SECOND = timedelta(seconds=1)


def completed_by_itself(teacher: Teacher, seats: int = 1) -> Booked:
    """Paid with the only credit of its student."""
    give_credits(teacher, 1)
    booked = run(teacher, book_session, on_credit(a_service(teacher, seats=seats), TEN), NOW)
    run(teacher, complete_by_itself, booked.session_id, BY_ITSELF)
    return booked


def two_completed_by_itself(teacher: Teacher) -> tuple[Booked, Booked]:
    service = a_service(teacher, seats=2)
    sam, kim = (book(teacher, service, TEN, name) for name in ("Sam", "Kim"))
    run(teacher, complete_by_itself, sam.session_id, BY_ITSELF)
    return sam, kim


def test_a_student_says_so_within_72_hours_and_the_teacher_sees_it(teacher: Teacher) -> None:
    seat = completed_by_itself(teacher)
    last = BY_ITSELF + HOURS_72
    assert run(teacher, get_dispute, seat.participant_id).until == last
    assert refusal(teacher, dispute_completion, seat.participant_id, "", last + SECOND) == "dispute_too_late"

    run(teacher, dispute_completion, seat.participant_id, "You were ill", last)

    _, [sam] = run(teacher, get_session, seat.session_id)
    assert (sam.disputed_at, sam.dispute_reason, sam.dispute_decided_at) == (last, "You were ill", None)
    assert events(teacher).count("session.disputed") == 1


def test_it_is_said_once(teacher: Teacher) -> None:
    seat = completed_by_itself(teacher)
    run(teacher, dispute_completion, seat.participant_id, "", BY_ITSELF)

    assert run(teacher, get_dispute, seat.participant_id).until is None
    assert refusal(teacher, dispute_completion, seat.participant_id, "", BY_ITSELF) == "already_disputed"


def test_what_the_teacher_has_said_is_not_disputed(teacher: Teacher) -> None:
    by_hand = book(teacher, a_service(teacher), TEN)
    run(teacher, complete_session, by_hand.session_id, ENDS)
    to_come = book(teacher, a_service(teacher), TEN + timedelta(hours=3))

    seats = [by_hand.participant_id, to_come.participant_id]
    assert [refusal(teacher, dispute_completion, seat, "", ENDS) for seat in seats] == ["not_disputable"] * 2


@pytest.mark.parametrize(("to", "left"), [("cancelled", 100), ("completed", 0)])
def test_the_teacher_decides_by_a_correction(teacher: Teacher, to: Settled, left: int) -> None:
    seat = completed_by_itself(teacher)
    run(teacher, dispute_completion, seat.participant_id, "", BY_ITSELF)

    run(teacher, correct_session, seat.session_id, Correction(to), BY_ITSELF)

    _, [sam] = run(teacher, get_session, seat.session_id)
    assert (sam.status, sam.dispute_decided_at) == (to, BY_ITSELF)
    assert sums(teacher, sam.student_id) == (left, 0)
    assert refusal(teacher, correct_session, seat.session_id, Correction(to), BY_ITSELF) == "not_allowed_now"


def test_a_lesson_that_took_place_after_all_costs_what_it_did(teacher: Teacher) -> None:
    seat = completed_by_itself(teacher)
    run(teacher, dispute_completion, seat.participant_id, "", BY_ITSELF)
    _, [sam] = run(teacher, get_session, seat.session_id)

    run(teacher, correct_session, seat.session_id, Correction("completed"), BY_ITSELF)

    entries = run(teacher, list_entries, sam.student_id, None, 10).items
    assert sorted(entry.kind for entry in entries) == ["adjust", "consume", "reserve"]


def test_the_teacher_has_a_week_from_the_dispute_to_decide(teacher: Teacher) -> None:
    seat = completed_by_itself(teacher)
    disputed = BY_ITSELF + HOURS_72
    run(teacher, dispute_completion, seat.participant_id, "", disputed)
    week = timedelta(days=7)

    late = refusal(teacher, correct_session, seat.session_id, Correction("cancelled"), disputed + week + SECOND)
    run(teacher, correct_session, seat.session_id, Correction("cancelled"), disputed + week)

    assert late == "too_old"


def test_after_a_week_only_the_seat_whose_student_has_spoken_is_put_right(teacher: Teacher) -> None:
    sam, kim = two_completed_by_itself(teacher)
    run(teacher, dispute_completion, sam.participant_id, "", BY_ITSELF + HOURS_72)

    run(teacher, correct_session, sam.session_id, Correction("cancelled"), BY_ITSELF + timedelta(days=5))

    lesson, seats = run(teacher, get_session, sam.session_id)
    assert lesson.status == "completed"
    assert {seat.id: seat.status for seat in seats} == {
        sam.participant_id: "cancelled",
        kim.participant_id: "completed",
    }


def test_what_a_person_has_said_since_is_not_disputed(teacher: Teacher) -> None:
    seat = completed_by_itself(teacher)
    for to in ("no_show", "completed"):
        run(teacher, correct_session, seat.session_id, Correction(to), BY_ITSELF)

    assert run(teacher, get_dispute, seat.participant_id).until is None
    assert refusal(teacher, dispute_completion, seat.participant_id, "", BY_ITSELF) == "not_disputable"


def test_each_student_of_a_group_speaks_for_their_own_seat(teacher: Teacher) -> None:
    sam = completed_by_itself(teacher, seats=2)

    run(teacher, dispute_completion, sam.participant_id, "", BY_ITSELF)
    run(teacher, correct_session, sam.session_id, Correction("cancelled", sam.participant_id), BY_ITSELF)

    assert refusal(teacher, dispute_completion, sam.participant_id, "", BY_ITSELF) == "already_disputed"
