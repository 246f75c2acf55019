"""The life of a session: which change is allowed when, and that no other is."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from lectern.sessions.cancel import Cancellation, cancel_session
from lectern.sessions.listing import get_session
from lectern.sessions.reschedule import reschedule_session
from lectern.sessions.transitions import complete_session, confirm_session, expire_request, mark_no_show
from tests.builders import NOW, Teacher, a_service, at, book, refusal, run
from tests.sessions.afterwards import events, statuses

TEN = at("2026-03-05 10:00")
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
LATER = TEN + timedelta(hours=2)


def change(name: str, teacher: Teacher, session: UUID) -> Callable[[], str | None]:
    """The change of that name at a time when nothing but the session's status is against it."""
    return {
        "confirm": lambda: refusal(teacher, confirm_session, session, NOW),
        "complete": lambda: refusal(teacher, complete_session, session, LATER),
        "no_show": lambda: refusal(teacher, mark_no_show, session, LATER),
        "cancel": lambda: refusal(teacher, cancel_session, session, Cancellation("teacher", None), LATER),
        "move": lambda: refusal(teacher, reschedule_session, session, LATER, "teacher", NOW),
    }[name]


def session_that_is(status: str, teacher: Teacher) -> UUID:
    asks = status in ("pending", "expired")
    session = book(teacher, a_service(teacher, requires_confirmation=asks), TEN).session_id
    if status == "completed":
        run(teacher, complete_session, session, LATER)
    elif status == "no_show":
        run(teacher, mark_no_show, session, LATER)
    elif status == "cancelled":
        run(teacher, cancel_session, session, Cancellation("teacher", None), NOW)
    elif status == "expired":
        run(teacher, expire_request, session, LATER)
    return session


@pytest.mark.parametrize(
    ("status", "changes"),
    [
        ("pending", ["complete", "no_show"]),
        ("scheduled", ["confirm"]),
        ("completed", ["confirm", "complete", "no_show", "cancel", "move"]),
        ("no_show", ["confirm", "complete", "no_show", "cancel", "move"]),
        ("cancelled", ["confirm", "complete", "no_show", "cancel", "move"]),
        ("expired", ["confirm", "complete", "no_show", "cancel", "move"]),
    ],
)
def test_what_does_not_follow_a_status_is_refused(teacher: Teacher, status: str, changes: list[str]) -> None:
    session = session_that_is(status, teacher)

    assert [change(name, teacher, session)() for name in changes] == ["not_allowed_now"] * len(changes)
    assert statuses(teacher) == [status]


def test_a_session_is_completed_from_its_end_on_and_its_seat_with_it(teacher: Teacher) -> None:
    session = book(teacher, a_service(teacher), TEN).session_id

    assert refusal(teacher, complete_session, session, TEN + HOUR - SECOND) == "not_started"
    run(teacher, complete_session, session, TEN + HOUR)

    summary, people = run(teacher, get_session, session)
    assert (summary.status, [one.status for one in people]) == ("completed", ["completed"])
    assert events(teacher) == ["session.booked", "session.completed"]


def test_a_student_is_missing_only_after_the_grace(teacher: Teacher) -> None:
    session = book(teacher, a_service(teacher), TEN).session_id
    grace_over = TEN + timedelta(minutes=15)

    assert refusal(teacher, mark_no_show, session, grace_over - SECOND) == "not_started"
    run(teacher, mark_no_show, session, grace_over)

    assert statuses(teacher) == ["no_show"]


def test_a_request_is_confirmed_only_before_its_start(teacher: Teacher) -> None:
    session = book(teacher, a_service(teacher, requires_confirmation=True), TEN).session_id

    assert refusal(teacher, confirm_session, session, TEN) == "already_started"
    run(teacher, confirm_session, session, TEN - SECOND)

    assert statuses(teacher) == ["scheduled"]


def test_ac02_a_request_occupies_its_time(teacher: Teacher) -> None:
    book(teacher, a_service(teacher, requires_confirmation=True), TEN)
    other = book(teacher, a_service(teacher), TEN + timedelta(hours=1), "Kim").session_id

    assert refusal(teacher, reschedule_session, other, TEN, "student", NOW) == "slot_taken"


@pytest.mark.parametrize("use_case", [complete_session, mark_no_show])
def test_a_week_after_its_start_a_session_stays_as_it_is(teacher: Teacher, use_case: Callable[..., None]) -> None:
    session = book(teacher, a_service(teacher), TEN).session_id

    assert refusal(teacher, use_case, session, TEN + timedelta(days=7, seconds=1)) == "too_old"
