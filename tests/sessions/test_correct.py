"""Lessons that were put right: what they are then, and that credits, passes and money follow, once for each time."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from threading import Thread
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lectern import database
from lectern.database import Transaction
from lectern.payments.refunds.told import fail_refund
from lectern.refunds.outbox import request_refunds
from lectern.sessions.book import book_session
from lectern.sessions.booked import Booked
from lectern.sessions.cancel import Cancellation, cancel_session
from lectern.sessions.correct import Correction, Moves, correct_session, preview_correction
from lectern.sessions.policies import PolicyScope, set_policy
from lectern.sessions.policy import Policy
from lectern.sessions.queries import lock_teacher
from lectern.sessions.statuses import Settled
from lectern.sessions.transitions import complete_session, mark_no_show
from tests.builders import NOW, Teacher, a_service, a_student, a_teacher, at, book, in_days, refusal, rows_of, run
from tests.sessions.afterwards import calendar_wishes, events, statuses
from tests.sessions.money import disputed, give_credits, on_credit, paid, refunds, sums
from tests.sessions.racing import outcomes

TEN = at("2026-03-05 10:00")
LATE = TEN - timedelta(hours=3)
AFTER = TEN + timedelta(hours=2)
WEEK = timedelta(days=7)
HALF = Policy(late_charge_percent=50, no_show_percent=50, free_passes=0)
LEFT = {"completed": 0, "no_show": 50, "cancelled": 100}


def lesson_on_credit(teacher: Teacher) -> tuple[UUID, UUID]:
    """Its session and its student, who has paid with the only credit they have; missing it costs half of that."""
    run(teacher, set_policy, PolicyScope(), HALF, NOW)
    student = give_credits(teacher, 1)
    return run(teacher, book_session, on_credit(a_service(teacher), TEN), NOW).session_id, student


def settle(teacher: Teacher, session: UUID, first: str) -> None:
    run(teacher, {"completed": complete_session, "no_show": mark_no_show}[first], session, AFTER)


def correct(teacher: Teacher, session: UUID, to: Settled) -> Moves:
    return run(teacher, correct_session, session, Correction(to), AFTER)


@pytest.mark.parametrize(
    ("first", "to"),
    [("completed", "no_show"), ("completed", "cancelled"), ("no_show", "completed"), ("no_show", "cancelled")],
)
def test_credits_follow_a_correction_as_its_preview_says(teacher: Teacher, first: str, to: Settled) -> None:
    session, student = lesson_on_credit(teacher)
    settle(teacher, session, first)
    before = sums(teacher, student)

    preview = run(teacher, preview_correction, session, Correction(to), AFTER)
    outcome = run(teacher, correct_session, session, Correction(to, expected=preview), AFTER)

    assert preview == outcome
    assert (before[0], sums(teacher, student)) == (LEFT[first], (LEFT[to], 0))
    assert outcome.units_returned - outcome.units_taken == LEFT[to] - LEFT[first]
    assert statuses(teacher) == [to]


@pytest.mark.usefixtures("connected")
@settings(max_examples=12)
@given(st.sampled_from(["completed", "no_show"]), st.integers(1, 6), st.booleans())
def test_however_often_it_is_corrected_only_what_it_was_last_counts(first: str, times: int, called_off: bool) -> None:  # noqa: FBT001 - drawn
    teacher = a_teacher()
    session, student = lesson_on_credit(teacher)
    settle(teacher, session, first)
    said: Settled = "completed" if first == "completed" else "no_show"

    for _ in range(times):
        said = "no_show" if said == "completed" else "completed"
        correct(teacher, session, said)
    if called_off:
        said = "cancelled"
        correct(teacher, session, said)

    assert sums(teacher, student) == (LEFT[said], 0)


def test_what_a_student_has_spent_elsewhere_is_missing_and_keeps_nobody_from_saying_what_it_was(
    teacher: Teacher,
) -> None:
    session, student = lesson_on_credit(teacher)
    settle(teacher, session, "no_show")
    run(teacher, book_session, on_credit(a_service(teacher, credit_units=50), in_days(6)), AFTER)

    moves = correct(teacher, session, "completed")
    called_off = correct(teacher, session, "cancelled")

    assert (moves.units_taken, moves.units_missing, called_off.units_returned) == (0, 50, 50)
    assert (statuses(teacher)[0], sums(teacher, student)) == ("cancelled", (50, 50))


def test_one_student_who_has_nothing_left_holds_up_no_group(teacher: Teacher) -> None:
    run(teacher, set_policy, PolicyScope(), HALF, NOW)
    students = {name: give_credits(teacher, 1, name) for name in ("Sam", "Kim")}
    sam, _ = _two_of_a_group(teacher)
    settle(teacher, sam.session_id, "no_show")
    run(teacher, book_session, on_credit(a_service(teacher, credit_units=50), in_days(6)), AFTER)

    moves = correct(teacher, sam.session_id, "completed")

    assert (moves.units_taken, moves.units_missing) == (50, 50)
    assert {name: sums(teacher, student) for name, student in students.items()} == {"Sam": (0, 50), "Kim": (0, 0)}


def test_who_cancelled_late_may_be_let_off_and_has_their_free_pass_again(teacher: Teacher) -> None:
    student, service = give_credits(teacher, 2), a_service(teacher)
    by_student = Cancellation("student", None)
    cancelled = []
    for booked_at in (NOW, LATE):
        cancelled.append(run(teacher, book_session, on_credit(service, TEN), booked_at).session_id)
        run(teacher, cancel_session, cancelled[-1], by_student, LATE)
    assert sums(teacher, student) == (100, 0)

    for session in cancelled:
        correct(teacher, session, "cancelled")

    assert sums(teacher, student) == (200, 0)
    assert [seat["free_pass_used_at"] for seat in rows_of(teacher, "session_participants")] == [None, None]
    assert [session["cancelled_by"] for session in rows_of(teacher, "class_sessions")] == ["student"] * 2


def test_money_goes_back_for_what_is_corrected_by_the_same_rules(teacher: Teacher) -> None:
    run(teacher, set_policy, PolicyScope(), HALF, NOW)
    booked = book(teacher, a_service(teacher), TEN)
    paid(teacher, booked.participant_id, a_student(teacher), 4001)
    settle(teacher, booked.session_id, "completed")

    missed = correct(teacher, booked.session_id, "no_show")
    called_off = correct(teacher, booked.session_id, "cancelled")

    assert [(moves.refund_amount, moves.currency) for moves in (missed, called_off)] == [(2001, "EUR"), (2000, "EUR")]
    assert refunds(teacher) == [("no_show", 2001), ("cancellation", 2000)]


def test_one_of_a_group_is_put_right_alone(teacher: Teacher) -> None:
    students = {name: give_credits(teacher, 1, name) for name in ("Sam", "Kim")}
    sam, kim = _two_of_a_group(teacher)
    settle(teacher, sam.session_id, "no_show")

    run(teacher, correct_session, sam.session_id, Correction("cancelled", kim.participant_id), AFTER)
    assert statuses(teacher) == ["no_show"]
    run(teacher, correct_session, sam.session_id, Correction("completed", sam.participant_id), AFTER)

    assert statuses(teacher) == ["completed"]
    assert {name: sums(teacher, student)[0] for name, student in students.items()} == {"Sam": 0, "Kim": 100}


def test_only_the_corrected_seat_is_paid_back_what_another_ones_refund_did_not(teacher: Teacher) -> None:
    run(teacher, set_policy, PolicyScope(), HALF, NOW)
    service = a_service(teacher, seats=2)
    sam, kim = (book(teacher, service, TEN, name) for name in ("Sam", "Kim"))
    payments = [
        paid(teacher, seat.participant_id, a_student(teacher, seat_of))
        for seat, seat_of in ((sam, "Sam"), (kim, "Kim"))
    ]
    settle(teacher, sam.session_id, "no_show")
    [refund] = [UUID(row["id"]) for row in rows_of(teacher, "refunds") if row["payment_id"] == str(payments[0])]
    run(teacher, fail_refund, refund, "expired_or_canceled_card", AFTER)

    moves = run(teacher, correct_session, sam.session_id, Correction("cancelled", kim.participant_id), AFTER)

    assert refunds(teacher)[2:] == [("cancellation", moves.refund_amount)] == [("cancellation", 2000)]


@pytest.mark.parametrize("missed", [mark_no_show, partial(correct_session, correction=Correction("no_show"))])
def test_a_dispute_that_is_won_meanwhile_overlooks_no_refund(teacher: Teacher, missed: Callable[..., object]) -> None:
    run(teacher, set_policy, PolicyScope(), HALF, NOW)
    seat = book(teacher, a_service(teacher), TEN)
    payment = paid(teacher, seat.participant_id, a_student(teacher))
    run(teacher, disputed, payment, "needs_response")
    if missed is not mark_no_show:
        settle(teacher, seat.session_id, "completed")

    def won(tx: Transaction) -> None:
        lock_teacher(tx)
        disputed(tx, payment, "won")
        request_refunds(tx, [seat.participant_id], "cancellation", AFTER)

    with database.tenant(teacher.id) as tx:
        missed(tx, seat.session_id, now=AFTER)
        waiting = Thread(target=run, args=(teacher, won))
        waiting.start()
        waiting.join(timeout=0.3)
    waiting.join()

    assert refunds(teacher) == [("cancellation", 2000)]


def test_corrections_at_once_leave_nothing_promised(connected: None) -> None:  # noqa: ARG001 - a fixture
    for _ in range(10):
        tenant = a_teacher()
        session, student = lesson_on_credit(tenant)
        settle(tenant, session, "no_show")

        happened = outcomes([partial(correct, tenant, session, "completed")] * 3)

        assert set(happened) <= {"done", "session_changed", "not_allowed_now"}
        assert sums(tenant, student) == (0, 0)


def test_of_corrections_at_once_each_sees_what_the_others_did_or_is_told(connected: None) -> None:  # noqa: ARG001 - a fixture
    for _ in range(5):
        tenant = a_teacher()
        session, student = lesson_on_credit(tenant)
        settle(tenant, session, "completed")
        told: list[Settled] = ["no_show", "no_show", "cancelled", "no_show"]

        happened = outcomes([partial(correct, tenant, session, to) for to in told])

        assert set(happened) <= {"done", "session_changed", "not_allowed_now"}
        assert sums(tenant, student) == (LEFT[statuses(tenant)[0]], 0)


def test_a_correction_that_moves_something_else_than_was_shown_is_refused(teacher: Teacher) -> None:
    session, student = lesson_on_credit(teacher)
    settle(teacher, session, "completed")
    shown = run(teacher, preview_correction, session, Correction("cancelled"), AFTER)
    correct(teacher, session, "no_show")

    refused = refusal(teacher, correct_session, session, Correction("cancelled", expected=shown), AFTER)

    assert (refused, sums(teacher, student)) == ("outcome_changed", (50, 0))


@pytest.mark.parametrize(("since_start", "refused"), [(WEEK, None), (WEEK + timedelta(seconds=1), "too_old")])
def test_a_lesson_is_put_right_within_a_week_of_its_start(
    teacher: Teacher, since_start: timedelta, refused: str | None
) -> None:
    session, _ = lesson_on_credit(teacher)
    settle(teacher, session, "completed")
    correction, now = Correction("no_show"), TEN + since_start

    if refused:
        assert refusal(teacher, correct_session, session, correction, now) == refused
    else:
        run(teacher, correct_session, session, correction, now)
    assert statuses(teacher) == ["completed" if refused else "no_show"]


def test_nothing_is_completed_before_it_is_over(teacher: Teacher) -> None:
    session, _ = lesson_on_credit(teacher)
    too_early = TEN + timedelta(minutes=59)
    run(teacher, mark_no_show, session, too_early)

    assert refusal(teacher, correct_session, session, Correction("completed"), too_early) == "not_started"


def test_what_was_called_off_has_not_taken_place_after_all(teacher: Teacher) -> None:
    session, _ = lesson_on_credit(teacher)
    run(teacher, cancel_session, session, Cancellation("teacher", None), NOW)

    targets: list[Settled] = ["completed", "no_show", "cancelled"]
    refused = [refusal(teacher, correct_session, session, Correction(to), AFTER) for to in targets]

    assert refused == ["not_allowed_now"] * 3


def test_a_trial_that_is_called_off_afterwards_may_be_had_again(teacher: Teacher) -> None:
    trial = a_service(teacher, is_trial=True)
    session = book(teacher, trial, TEN).session_id
    settle(teacher, session, "completed")

    correct(teacher, session, "cancelled")

    assert (events(teacher).count("session.corrected"), calendar_wishes(teacher)) == (1, ["delete"])
    assert book(teacher, trial, in_days(6), now=AFTER).status == "scheduled"


def _two_of_a_group(teacher: Teacher) -> tuple[Booked, Booked]:
    service = a_service(teacher, seats=2)
    sam, kim = (run(teacher, book_session, on_credit(service, TEN, name), NOW) for name in ("Sam", "Kim"))
    return sam, kim
