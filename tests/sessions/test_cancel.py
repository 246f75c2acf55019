"""Cancelling: who may, until when it is free, and that the outcome is the one that was shown."""

from datetime import timedelta

import pytest

from lectern.sessions.booked import Booked
from lectern.sessions.cancel import Cancellation, CancellationPreview, cancel_session, preview_cancellation
from lectern.sessions.lookup import Actor
from lectern.sessions.policies import PolicyScope, set_policy
from lectern.sessions.policy import Policy
from tests.builders import NOW, Teacher, a_service, a_teacher, at, book, refusal, rows_of, run
from tests.sessions.afterwards import statuses
from tests.slots_version import moved_slots_version

TEN = at("2026-03-05 10:00")
DEADLINE = TEN - timedelta(hours=24)
SECOND = timedelta(seconds=1)


def book_without_free_pass(teacher: Teacher) -> Booked:
    run(teacher, set_policy, PolicyScope(), Policy(free_passes=0), NOW)
    return book(teacher, a_service(teacher), TEN)


@pytest.mark.parametrize(
    ("by", "late_by", "percent"),
    [("student", -SECOND, 0), ("student", 0 * SECOND, 0), ("student", SECOND, 100), ("teacher", SECOND, 0)],
)
def test_what_the_preview_says_is_what_it_comes_to(
    teacher: Teacher, by: Actor, late_by: timedelta, percent: int
) -> None:
    booked = book_without_free_pass(teacher)
    now = DEADLINE + late_by

    preview = run(teacher, preview_cancellation, booked.session_id, by, now)
    outcome = run(teacher, cancel_session, booked.session_id, Cancellation(by, percent), now)

    assert preview == outcome == CancellationPreview(DEADLINE, percent == 100, percent)
    [told] = [row["payload"] for row in rows_of(teacher, "domain_events") if row["type"] == "session.cancelled"]
    assert told == {"by": by, "charge_percent": percent, "late": percent == 100}


def test_an_outcome_that_changed_since_the_preview_is_refused(teacher: Teacher) -> None:
    session = book_without_free_pass(teacher).session_id
    shown = run(teacher, preview_cancellation, session, "student", DEADLINE).charge_percent
    cancellation = Cancellation("student", shown)

    assert refusal(teacher, cancel_session, session, cancellation, DEADLINE + SECOND) == "outcome_changed"
    assert statuses(teacher) == ["scheduled"]


def test_a_trial_and_a_request_that_was_not_confirmed_cost_nothing(teacher: Teacher) -> None:
    trial = book(teacher, a_service(teacher, is_trial=True), TEN)
    request = book(teacher, a_service(teacher, requires_confirmation=True), TEN + timedelta(hours=1))

    for session in (trial.session_id, request.session_id):
        assert run(teacher, preview_cancellation, session, "student", TEN - SECOND).charge_percent == 0


def test_once_it_has_started_a_session_is_the_teachers_to_cancel_for_a_week(teacher: Teacher) -> None:
    session = book(teacher, a_service(teacher), TEN).session_id
    week = TEN + timedelta(days=7)

    assert refusal(teacher, cancel_session, session, Cancellation("student", None), TEN) == "already_started"
    assert refusal(teacher, cancel_session, session, Cancellation("teacher", None), week + SECOND) == "too_old"
    run(teacher, cancel_session, session, Cancellation("teacher", None), week)
    assert statuses(teacher) == ["cancelled"]


def test_a_session_is_cancelled_once(teacher: Teacher) -> None:
    session = book(teacher, a_service(teacher), TEN).session_id
    run(teacher, cancel_session, session, Cancellation("teacher", None), NOW)

    assert refusal(teacher, cancel_session, session, Cancellation("teacher", None), NOW) == "not_allowed_now"
    assert refusal(teacher, preview_cancellation, session, "teacher", NOW) == "not_allowed_now"


def test_ac32_a_session_of_another_teacher_is_not_found(teacher: Teacher) -> None:
    other = a_teacher()
    session = book(other, a_service(other), TEN).session_id

    assert refusal(teacher, cancel_session, session, Cancellation("teacher", None), NOW) == "session_not_found"
    assert refusal(teacher, preview_cancellation, session, "teacher", NOW) == "session_not_found"


def test_ac20_a_cancellation_moves_the_slots_version(teacher: Teacher) -> None:
    session = book(teacher, a_service(teacher), TEN).session_id

    with moved_slots_version(teacher.id):
        run(teacher, cancel_session, session, Cancellation("teacher", None), NOW)
