"""Moving a session: it stays itself, keeps what it was booked with, and goes only where its like could be booked."""

from datetime import timedelta

import pytest

from lectern.services.catalogue import archive_service, change_service
from lectern.sessions.lookup import Actor
from lectern.sessions.manual import ManualSession, schedule_manual_session
from lectern.sessions.reschedule import reschedule_session
from lectern.sessions.transitions import confirm_session
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
    rows_of,
    run,
)
from tests.sessions.afterwards import live_sessions, overlaps, starts
from tests.slots_version import moved_slots_version

TEN = at("2026-03-05 10:00")
FRIDAY = at("2026-03-06 10:00")
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


def test_ac30_a_moved_session_keeps_its_id_and_tells_both_times(teacher: Teacher) -> None:
    booked = book(teacher, a_service(teacher), TEN)

    moved = run(teacher, reschedule_session, booked.session_id, FRIDAY, "student", NOW)

    assert (moved.id, moved.starts_at, moved.ends_at) == (booked.session_id, FRIDAY, FRIDAY + HOUR)
    [told] = [row for row in rows_of(teacher, "domain_events") if row["type"] == "session.rescheduled"]
    assert told["payload"] == {"from": TEN.isoformat(), "to": FRIDAY.isoformat(), "by": "student"}
    assert [row["id"] for row in rows_of(teacher, "session_participants")] == [str(booked.participant_id)]


@pytest.mark.parametrize("by", ["student", "teacher"])
def test_ac03_a_session_is_moved_to_its_own_time_and_into_it(teacher: Teacher, by: Actor) -> None:
    session = book(teacher, a_service(teacher, step_minutes=30), TEN).session_id

    for start in (TEN, TEN + HOUR / 2):
        assert run(teacher, reschedule_session, session, start, by, NOW).starts_at == start


def test_the_old_time_is_free_at_once(teacher: Teacher) -> None:
    service = a_service(teacher)
    run(teacher, reschedule_session, book(teacher, service, TEN).session_id, FRIDAY, "student", NOW)

    assert book(teacher, service, TEN, "Kim").starts_at == TEN


def test_a_student_moves_until_the_deadline_and_twice(teacher: Teacher) -> None:
    session = book(teacher, a_service(teacher), TEN).session_id
    deadline = TEN - 24 * HOUR

    assert refusal(teacher, reschedule_session, session, FRIDAY, "student", deadline + SECOND) == "too_late"
    run(teacher, reschedule_session, session, FRIDAY, "student", deadline)
    run(teacher, reschedule_session, session, TEN + HOUR, "student", deadline)
    assert refusal(teacher, reschedule_session, session, TEN, "student", NOW) == "too_many_reschedules"


def test_the_teacher_moves_late_often_and_outside_the_rules(teacher: Teacher) -> None:
    session = book(teacher, a_service(teacher), TEN).session_id

    for n in range(4):
        evening = TEN + (10 + n) * HOUR
        assert run(teacher, reschedule_session, session, evening, "teacher", TEN - SECOND).starts_at == evening


@pytest.mark.parametrize(
    ("start", "code"),
    [("2026-03-05 20:00", "outside_availability"), ("2026-03-05 11:10", "off_grid"), ("2026-03-02 07:00", "past")],
)
def test_a_student_moves_only_to_what_is_offered(teacher: Teacher, start: str, code: str) -> None:
    session = book(teacher, a_service(teacher), TEN).session_id

    assert refusal(teacher, reschedule_session, session, at(start), "student", NOW) == code
    assert starts(teacher) == [TEN]


def test_ac07_nobody_moves_onto_another_session(teacher: Teacher) -> None:
    service = a_service(teacher)
    session = book(teacher, service, TEN).session_id
    book(teacher, service, FRIDAY, "Kim")

    assert refusal(teacher, reschedule_session, session, FRIDAY, "student", NOW) == "slot_taken"
    assert refusal(teacher, reschedule_session, session, FRIDAY + HOUR / 2, "teacher", NOW) == "overlaps"


def test_ac07_an_overlap_is_allowed_for_the_time_at_which_it_was_allowed_alone(teacher: Teacher) -> None:
    service, student = a_service(teacher), a_student(teacher)
    book(teacher, service, TEN, "Kim")
    book(teacher, service, FRIDAY, "Kim")
    over = ManualSession(service, student, TEN, allow_overlap=True)
    session = run(teacher, schedule_manual_session, over, NOW).session_id

    assert refusal(teacher, reschedule_session, session, FRIDAY, "teacher", NOW) == "overlaps"
    run(teacher, reschedule_session, session, FRIDAY + HOUR, "student", NOW)
    assert [row["overlap_allowed"] for row in live_sessions(teacher)] == [False] * 3
    assert overlaps(teacher) == 0


def test_a_session_keeps_its_length_and_buffers_when_its_service_changes(teacher: Teacher) -> None:
    service = a_service(teacher, buffer_after_minutes=30)
    session = book(teacher, service, TEN).session_id
    run(teacher, change_service, service, {"duration_minutes": 30, "buffer_after_minutes": 0, "step_minutes": 30}, NOW)

    assert refusal(teacher, reschedule_session, session, at("2026-03-05 16:30"), "student", NOW) == "does_not_fit"
    run(teacher, reschedule_session, session, FRIDAY, "student", NOW)
    [row] = live_sessions(teacher)
    assert row["blocked"] == '["2026-03-06 10:00:00+00","2026-03-06 11:30:00+00")'


def test_a_session_moves_though_its_service_is_offered_no_more(teacher: Teacher) -> None:
    service = a_service(teacher)
    session = book(teacher, service, TEN).session_id
    run(teacher, archive_service, service, NOW)

    assert run(teacher, reschedule_session, session, FRIDAY, "student", NOW).starts_at == FRIDAY


@pytest.mark.usefixtures("connected")
def test_a_session_moves_within_the_day_that_it_fills_itself() -> None:
    teacher = a_teacher(per_day=1, per_week=2)
    service = a_service(teacher)
    session = book(teacher, service, TEN).session_id
    book(teacher, service, FRIDAY, "Kim")

    assert run(teacher, reschedule_session, session, TEN + HOUR, "student", NOW).starts_at == TEN + HOUR
    assert refusal(teacher, reschedule_session, session, FRIDAY + HOUR, "student", NOW) == "day_full"


def test_a_seat_of_a_group_does_not_move_the_group(teacher: Teacher) -> None:
    session = book(teacher, a_service(teacher, seats=2), TEN).session_id

    assert refusal(teacher, reschedule_session, session, FRIDAY, "student", NOW) == "group_session"
    assert run(teacher, reschedule_session, session, FRIDAY, "teacher", NOW).starts_at == FRIDAY


def test_a_group_does_not_move_onto_another_of_its_kind(teacher: Teacher) -> None:
    service = a_service(teacher, seats=2)
    session = book(teacher, service, TEN).session_id
    book(teacher, service, FRIDAY)

    assert refusal(teacher, reschedule_session, session, FRIDAY, "teacher", NOW) == "overlaps"


def test_ac20_a_move_moves_the_slots_version(teacher: Teacher) -> None:
    session = book(teacher, a_service(teacher), TEN).session_id

    with moved_slots_version(teacher.id):
        run(teacher, reschedule_session, session, in_days(9), "student", NOW)


def test_ac03_a_session_that_overlaps_is_moved_to_its_own_time(teacher: Teacher) -> None:
    service, student = a_service(teacher), a_student(teacher)
    book(teacher, service, in_days(3))
    manual = ManualSession(service, student, in_days(3), allow_overlap=True)
    session = run(teacher, schedule_manual_session, manual, NOW).session_id

    assert run(teacher, reschedule_session, session, in_days(3), "teacher", NOW).overlap_allowed


@pytest.mark.parametrize(("by", "status"), [("student", "pending"), ("teacher", "scheduled")])
def test_the_teacher_is_asked_again_when_a_student_moves_a_confirmed_session(
    teacher: Teacher, by: Actor, status: str
) -> None:
    session = book(teacher, a_service(teacher, requires_confirmation=True), in_days(3)).session_id
    run(teacher, confirm_session, session, NOW)

    assert run(teacher, reschedule_session, session, in_days(4), by, NOW).status == status
