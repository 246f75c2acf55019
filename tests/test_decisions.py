"""Every decision that costs somebody credits or money is one line in the log, with what it cost, once it holds."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from lectern.credits.reserve import reserve
from lectern.credits.settle import release
from lectern.credits.take_back import expire, give_again, reclaim
from lectern.database import Transaction
from lectern.sessions.book import book_session
from lectern.sessions.correct import Correction, correct_session
from lectern.sessions.policies import PolicyScope, set_policy
from lectern.sessions.policy import Policy
from lectern.sessions.statuses import Settled
from lectern.sessions.transitions import complete_session, mark_no_show
from tests.builders import NOW, Teacher, a_service, a_student, a_teacher, at, book, in_days, run
from tests.credits.given import bought, seats
from tests.sessions.money import give_credits, on_credit, paid

TEN = at("2026-03-05 10:00")
AFTER = TEN + timedelta(hours=2)
HALF = Policy(no_show_percent=50)


class Decisions:
    def __init__(self, caplog: pytest.LogCaptureFixture) -> None:
        self._caplog = caplog

    def told(self) -> list[dict[str, Any]]:
        """Since it was last asked."""
        told = [vars(record) for record in self._caplog.records if "decision" in vars(record)]
        self._caplog.clear()
        return told

    def moved(self) -> list[tuple[str, int]]:
        return [(line["decision"], line["units"]) for line in self.told()]


@pytest.fixture
def decisions(caplog: pytest.LogCaptureFixture) -> Decisions:
    caplog.set_level(logging.INFO, "lectern.decisions")
    return Decisions(caplog)


@pytest.fixture
def teacher(connected: None) -> Teacher:  # noqa: ARG001 - it needs the database to be there
    """Who keeps half of what is missed."""
    teacher = a_teacher()
    run(teacher, set_policy, PolicyScope(), HALF, NOW)
    return teacher


@pytest.fixture
def student(teacher: Teacher) -> UUID:
    return a_student(teacher)


def correct(teacher: Teacher, session: UUID, to: Settled) -> None:
    run(teacher, correct_session, session, Correction(to), AFTER)


def test_credits_that_run_out_are_told_with_whose_they_were(
    teacher: Teacher, student: UUID, decisions: Decisions
) -> None:
    bought(teacher, student, 300, in_days(1))

    run(teacher, expire, in_days(1))
    run(teacher, expire, in_days(1))

    [told] = decisions.told()
    assert (told["decision"], told["units"], told["student_id"]) == ("credits_expired", 300, str(student))


def test_those_that_run_out_as_others_come_back_are_told_too(
    teacher: Teacher, student: UUID, decisions: Decisions
) -> None:
    bought(teacher, student, 300, in_days(1))
    [seat] = seats(teacher, student, 1)
    run(teacher, reserve, student, 100, seat, NOW)

    run(teacher, release, student, seat, 100, in_days(2))

    assert decisions.moved() == [("credits_expired", 200)]


def test_credits_whose_money_has_gone_back_are_told_as_they_are_taken_and_given_again(
    teacher: Teacher, student: UUID, decisions: Decisions
) -> None:
    payment = bought(teacher, student, 300)
    [seat] = seats(teacher, student, 1)
    run(teacher, reserve, student, 100, seat, NOW)

    run(teacher, reclaim, payment, 300, NOW)
    run(teacher, release, student, seat, 100, NOW)
    run(teacher, give_again, payment, 300, NOW)

    assert decisions.moved() == [
        ("credits_reclaimed", 200),
        ("credits_reclaimed", 100),
        ("credits_given_again", 300),
    ]


@pytest.mark.parametrize(
    ("settle", "to", "percents", "units"),
    [(mark_no_show, "completed", (50, 100), (50, 100)), (complete_session, "no_show", (100, 50), (100, 50))],
)
def test_a_correction_is_one_line_with_what_the_lesson_cost_and_costs(
    teacher: Teacher, decisions: Decisions, settle: Callable[..., None], to: Settled, percents: object, units: object
) -> None:
    give_credits(teacher, 1)
    session = run(teacher, book_session, on_credit(a_service(teacher), TEN), NOW).session_id
    run(teacher, settle, session, AFTER)
    decisions.told()

    correct(teacher, session, to)

    [told] = decisions.told()
    assert (told["decision"], told["became"]) == ("outcome_corrected", to)
    assert (told["percent_before"], told["percent"]) == percents
    assert (told["units_before"], told["units"]) == units


def test_a_correction_of_a_lesson_that_was_paid_tells_the_money_that_goes_back(
    teacher: Teacher, student: UUID, decisions: Decisions
) -> None:
    booked = book(teacher, a_service(teacher), TEN)
    paid(teacher, booked.participant_id, student, 4000)
    run(teacher, complete_session, booked.session_id, AFTER)

    correct(teacher, booked.session_id, "no_show")

    corrected, refund = decisions.told()
    assert corrected["decision"] == "outcome_corrected"
    assert (corrected["was"], corrected["became"]) == ("completed", "no_show")
    assert (refund["decision"], refund["amount"], refund["origin"]) == ("refund_requested", 2000, "no_show")


def test_what_is_rolled_back_was_not_decided(teacher: Teacher, student: UUID, decisions: Decisions) -> None:
    bought(teacher, student, 300, in_days(1))

    def fail(tx: Transaction) -> None:
        expire(tx, in_days(1))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run(teacher, fail)

    assert decisions.told() == []
