"""A lesson that is charged after all, or not at all, when the lot that paid for it is not what it was."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from lectern.credits.take_back import expire, freeze, reclaim
from lectern.sessions.book import book_session
from lectern.sessions.cancel import Cancellation, cancel_session, preview_cancellation
from lectern.sessions.correct import Correction, correct_session, preview_correction
from lectern.sessions.policies import PolicyScope, set_policy
from lectern.sessions.policy import Policy
from lectern.sessions.transitions import complete_session, mark_no_show
from tests.builders import NOW, Teacher, a_service, a_student, at, rows_of, run
from tests.credits.given import bought
from tests.sessions.afterwards import statuses
from tests.sessions.money import account_of, on_credit, sums

TEN = at("2026-03-05 10:00")
AFTER = TEN + timedelta(hours=2)
HALF = Policy(no_show_percent=50)


def bought_lesson(teacher: Teacher, expires_at: datetime | None) -> tuple[UUID, UUID, UUID]:
    """The student, the session that they have booked with all of a payment's only lot, and that payment."""
    run(teacher, set_policy, PolicyScope(), HALF, NOW)
    student = a_student(teacher)
    payment = bought(teacher, student, 100, expires_at)
    session = run(teacher, book_session, on_credit(a_service(teacher), TEN), NOW).session_id
    return student, session, payment


def lose(teacher: Teacher, payment: UUID, what: str, now: datetime) -> None:
    if what == "frozen":
        run(teacher, freeze, payment, now)
    else:
        run(teacher, reclaim, payment, 100, now)


@pytest.mark.parametrize("what", ["expired", "frozen", "refunded"])
def test_what_was_given_back_is_charged_after_all_whatever_its_lot_came_to(teacher: Teacher, what: str) -> None:
    student, session, payment = bought_lesson(teacher, TEN + timedelta(days=1) if what == "expired" else None)
    run(teacher, mark_no_show, session, AFTER)
    next_day = AFTER + timedelta(days=1)
    run(teacher, expire, next_day)
    if what != "expired":
        lose(teacher, payment, what, next_day)
    before = sums(teacher, student)[0]

    preview = run(teacher, preview_correction, session, Correction("completed"), next_day)
    outcome = run(teacher, correct_session, session, Correction("completed", expected=preview), next_day)

    assert (outcome.units_taken, outcome.units_missing) == (before, 0)
    assert (statuses(teacher), sums(teacher, student)) == (["completed"], (0, 0))
    [lot] = rows_of(teacher, "credit_lots")
    assert lot["units_owed"] == (100 if what == "refunded" else 0)


@pytest.mark.parametrize("what", ["frozen", "refunded"])
def test_nobody_is_promised_credits_that_their_lot_does_not_give(teacher: Teacher, what: str) -> None:
    student, session, payment = bought_lesson(teacher, None)
    run(teacher, complete_session, session, AFTER)
    lose(teacher, payment, what, AFTER)

    moves = run(teacher, correct_session, session, Correction("cancelled"), AFTER)

    assert moves.units_returned == account_of(teacher, student, AFTER).available == 0


def test_the_preview_of_a_cancellation_promises_no_credits_whose_money_is_back(teacher: Teacher) -> None:
    student, session, payment = bought_lesson(teacher, None)
    run(teacher, reclaim, payment, 60, NOW)

    preview = run(teacher, preview_cancellation, session, "student", NOW)
    run(teacher, cancel_session, session, Cancellation("student", 0), NOW)

    assert preview.units_returned == sums(teacher, student)[0] == 40
