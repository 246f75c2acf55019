"""The hourly upkeep: lessons complete, holds end, credits run out, and what has expired is forgotten."""

from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import pytest

from lectern.credits import take_back
from lectern.credits.grant import MakeUpTerms, make_up_grant
from lectern.database import Transaction
from lectern.errors import LecternError, Unavailable
from lectern.identifiers import new_id
from lectern.jobs.run import run as run_job
from lectern.jobs.session_upkeep import keep_up
from lectern.sessions import overdue
from lectern.sessions.book import book_session
from lectern.sessions.hold import hold_slot
from lectern.sessions.policies import PolicyScope, set_policy
from lectern.sessions.policy import Policy
from lectern.sessions.transitions import confirm_session
from tests.at_once import at_once
from tests.builders import NOW, Teacher, a_service, a_student, a_teacher, book, in_days, rows_of, run
from tests.credits.given import bought
from tests.sessions.afterwards import calendar_wishes, events
from tests.sessions.money import account_of, give_credits, held_for_payment, on_credit, paid, refunds, sums
from tests.sessions.racing import outcomes

LESSON = in_days(1)
ENDS = LESSON + timedelta(hours=1)
COMPLETES = ENDS + timedelta(hours=72)


def statuses(teacher: Teacher, table: str = "class_sessions") -> list[str]:
    return sorted(row["status"] for row in rows_of(teacher, table))


def test_a_lesson_completes_when_the_policy_s_hours_after_its_end_have_passed() -> None:
    teacher = a_teacher()
    book(teacher, a_service(teacher), LESSON)

    keep_up(teacher.id, COMPLETES - timedelta(seconds=1))
    assert statuses(teacher) == ["scheduled"]

    keep_up(teacher.id, COMPLETES)
    assert statuses(teacher) == ["completed"]
    assert [event["type"] for event in rows_of(teacher, "domain_events")].count("session.completed") == 1


def test_a_lesson_completes_by_the_policy_of_its_own_student() -> None:
    teacher = a_teacher()
    run(teacher, set_policy, PolicyScope(student_id=a_student(teacher)), Policy(auto_complete_hours=1), NOW)
    book(teacher, a_service(teacher), LESSON)
    book(teacher, a_service(teacher), LESSON - timedelta(hours=1), "Kim")

    keep_up(teacher.id, ENDS + timedelta(hours=1))

    assert statuses(teacher) == ["completed", "scheduled"]


def test_a_request_that_nobody_answered_gives_back_all_that_it_took_as_its_time_comes() -> None:
    teacher = a_teacher()
    student, service = give_credits(teacher, 1), a_service(teacher, requires_confirmation=True, seats=2)
    run(teacher, book_session, on_credit(service, LESSON), NOW)
    paid(teacher, book(teacher, service, LESSON, "Kim").participant_id, a_student(teacher, "Kim"), 4000)

    keep_up(teacher.id, LESSON - timedelta(seconds=1))
    assert statuses(teacher) == ["pending"]

    keep_up(teacher.id, LESSON)
    assert statuses(teacher) + statuses(teacher, "session_participants") == ["expired"] * 3
    assert (sums(teacher, student), refunds(teacher)) == ((100, 0), [("cancellation", 4000)])
    assert (calendar_wishes(teacher), events(teacher).count("session.expired")) == (["delete"], 1)


def test_a_lesson_that_cannot_be_completed_keeps_no_other_from_it() -> None:
    teacher = a_teacher()
    service = a_service(teacher)
    give_credits(teacher, 1)
    run(teacher, book_session, on_credit(service, LESSON), NOW)
    run(teacher, reserve_more_than_there_is)
    for days in (2, 3):
        book(teacher, service, in_days(days), f"Kim {days}")

    for _ in range(2):
        with pytest.raises(LecternError):
            keep_up(teacher.id, in_days(30))

    assert statuses(teacher) == ["completed", "completed", "scheduled"]


def test_a_database_that_is_gone_is_raised_at_once_and_not_for_each_lesson(monkeypatch: pytest.MonkeyPatch) -> None:
    teacher, asked = a_teacher(), list[UUID]()
    for days in (1, 2):
        book(teacher, a_service(teacher), in_days(days), f"Kim {days}")

    def is_gone(_tx: Transaction, session_id: UUID, _now: datetime) -> None:
        asked.append(session_id)
        raise Unavailable("database_unavailable", "The database does not answer just now.")

    monkeypatch.setattr(overdue, "complete_by_itself", is_gone)
    with pytest.raises(Unavailable):
        keep_up(teacher.id, in_days(30))

    assert len(asked) == 1


def test_a_part_that_fails_keeps_no_other_from_being_done_and_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    teacher = a_teacher()
    book(teacher, a_service(teacher), LESSON)
    run(teacher, insert_what_expires, in_days(1))
    monkeypatch.setattr(take_back, "expire", no_credits)

    with pytest.raises(ValueError, match="no credits"):
        keep_up(teacher.id, COMPLETES)

    assert (statuses(teacher), rows_of(teacher, "auth_sessions")) == (["completed"], [])


def test_a_trial_that_nobody_confirmed_may_be_asked_for_again() -> None:
    teacher = a_teacher()
    trial = a_service(teacher, requires_confirmation=True, is_trial=True)
    book(teacher, trial, LESSON)

    keep_up(teacher.id, LESSON)

    assert book(teacher, trial, in_days(2), now=LESSON).status == "pending"


def test_a_request_is_confirmed_or_expires_and_never_both() -> None:
    teacher = a_teacher()
    service = a_service(teacher, requires_confirmation=True)
    requests = [book(teacher, service, in_days(1, hour), f"S{hour}").session_id for hour in range(9, 15)]
    last = in_days(1, 9) - timedelta(seconds=1)

    confirm = [partial(run, teacher, confirm_session, request, last) for request in requests]
    happened = outcomes([*confirm, *[partial(keep_up, teacher.id, in_days(1, 15))] * 2])

    assert set(happened) <= {"done", "not_allowed_now"}
    assert happened["not_allowed_now"] == statuses(teacher).count("expired")
    assert "pending" not in statuses(teacher)


def test_completing_spends_the_credits_that_were_reserved() -> None:
    teacher = a_teacher()
    student = give_credits(teacher, 3)
    run(teacher, book_session, on_credit(a_service(teacher), LESSON), NOW)

    keep_up(teacher.id, COMPLETES)

    account = account_of(teacher, student, COMPLETES)
    assert (account.balance, account.reserved) == (200, 0)


def test_several_upkeeps_at_once_complete_each_lesson_once() -> None:
    teacher = a_teacher()
    service = a_service(teacher)
    for day in range(1, 7):
        book(teacher, service, in_days(day), name=f"S{day}")

    ran = at_once([lambda: keep_up(teacher.id, in_days(30))] * 4)

    assert ran == [None] * 4
    assert statuses(teacher) == ["completed"] * 6
    assert [event["type"] for event in rows_of(teacher, "domain_events")].count("session.completed") == 6


def test_a_hold_that_ran_out_ends_with_its_session() -> None:
    teacher = a_teacher()
    run(teacher, hold_slot, a_service(teacher), LESSON, NOW)

    keep_up(teacher.id, NOW + timedelta(minutes=9))
    assert statuses(teacher) == ["held"]

    keep_up(teacher.id, NOW + timedelta(minutes=10))
    assert statuses(teacher) + statuses(teacher, "session_participants") == ["expired"] * 2


def test_a_hold_in_a_group_ends_without_the_group() -> None:
    teacher = a_teacher()
    service = a_service(teacher, seats=3)
    book(teacher, service, LESSON)
    run(teacher, hold_slot, service, LESSON, NOW)

    keep_up(teacher.id, NOW + timedelta(hours=1))

    assert statuses(teacher) == ["scheduled"]
    assert statuses(teacher, "session_participants") == ["booked", "expired"]


def test_a_hold_whose_payment_is_on_its_way_stays() -> None:
    teacher = a_teacher()
    held = held_for_payment(teacher, a_service(teacher, price_amount=4000), LESSON)
    payment = paid(teacher, held.participant_id, a_student(teacher))
    run(teacher, set_status, payment, "processing")

    keep_up(teacher.id, NOW + timedelta(hours=1))
    assert statuses(teacher) == ["held"]

    run(teacher, set_status, payment, "expired")
    keep_up(teacher.id, NOW + timedelta(hours=1))
    assert statuses(teacher) == ["expired"]


def test_credits_past_their_date_are_taken_back() -> None:
    teacher = a_teacher()
    student = a_student(teacher)
    run(teacher, make_up_grant, student, 100, "a make-up", MakeUpTerms(expiry_days=30, max_outstanding=None), NOW)

    keep_up(teacher.id, in_days(29))
    assert account_of(teacher, student, in_days(29)).balance == 100

    keep_up(teacher.id, in_days(31))
    assert [entry["kind"] for entry in rows_of(teacher, "credit_ledger")] == ["make_up_grant", "expire"]


def test_units_that_a_lot_owes_for_its_refund_are_taken_of_what_is_in_it() -> None:
    teacher = a_teacher()
    student = a_student(teacher)
    bought(teacher, student, 100)
    run(teacher, lambda tx: tx.send("update credit_lots set units_owed = 30 where teacher_id = %(teacher_id)s"))

    for _ in range(2):
        keep_up(teacher.id, NOW)

    assert sums(teacher, student) == (70, 0)
    assert [lot["units_owed"] for lot in rows_of(teacher, "credit_lots")] == [0]


def test_what_nobody_may_use_any_more_is_forgotten_and_the_rest_kept() -> None:
    teacher = a_teacher()
    for days in (1, 2):
        run(teacher, insert_what_expires, in_days(days))

    keep_up(teacher.id, in_days(1))

    kept = {table: len(rows_of(teacher, table)) for table in ("idempotency_records", "auth_sessions")}
    assert kept == {"idempotency_records": 1, "auth_sessions": 1}


def test_an_event_that_waited_for_a_month_loses_its_payload() -> None:
    teacher = a_teacher()
    for days in (0, 1):
        run(teacher, insert_waiting_event, in_days(days))

    keep_up(teacher.id, in_days(30))

    told = rows_of(teacher, "stripe_events")
    assert sorted((each["outcome"], each["reason"], each["payload"] is None) for each in told) == [
        ("ignored", "waited_too_long", True),
        ("waiting", "no_payment", False),
    ]


def test_an_event_that_a_person_could_have_seen_for_ninety_days_loses_its_payload() -> None:
    teacher = a_teacher()
    for days in (0, 1):
        run(teacher, insert_event_for_a_person, in_days(days))

    keep_up(teacher.id, in_days(90))

    told = rows_of(teacher, "stripe_events")
    assert sorted((each["outcome"], each["reason"], each["payload"] is None) for each in told) == [
        ("attention", "amount_differs", False),
        ("ignored", "amount_differs", True),
    ]


def test_job_runs_are_kept_for_ninety_days() -> None:
    teacher = a_teacher()
    run_job("lifecycle-detection", teacher.id, NOW.date(), NOW)

    keep_up(teacher.id, NOW + timedelta(days=89))
    assert len(rows_of(teacher, "job_runs")) == 1

    keep_up(teacher.id, NOW + timedelta(days=90))
    assert rows_of(teacher, "job_runs") == []


def no_credits(*_: object) -> None:
    raise ValueError("no credits")


def set_status(tx: Transaction, payment: UUID, status: str) -> None:
    tx.send(
        "update payments set status = %(status)s, paid_at = null where teacher_id = %(teacher_id)s and id = %(id)s",
        {"id": payment, "status": status},
    )


def insert_what_expires(tx: Transaction, expires_at: datetime) -> None:
    facts = {"id": new_id(), "hash": new_id().bytes, "now": NOW, "expires": expires_at}
    tx.send(
        """
        insert into auth_sessions (teacher_id, id, token_hash, created_at, expires_at)
        values (%(teacher_id)s, %(id)s, %(hash)s, %(now)s, %(expires)s)
        """,
        facts,
    )
    tx.send(
        """
        insert into idempotency_records (
          teacher_id, key, request_hash, response_status, response_body, created_at, expires_at)
        values (%(teacher_id)s, %(id)s, %(hash)s, 200, '', %(now)s, %(expires)s)
        """,
        facts,
    )


def reserve_more_than_there_is(tx: Transaction) -> None:
    tx.send("update session_participants set credit_units = 300 where teacher_id = %(teacher_id)s and credit_units > 0")


def insert_waiting_event(tx: Transaction, received_at: datetime) -> None:
    insert_event(tx, received_at, "waiting", "no_payment", "pi_1")


def insert_event_for_a_person(tx: Transaction, received_at: datetime) -> None:
    insert_event(tx, received_at, "attention", "amount_differs", None)


def insert_event(tx: Transaction, received_at: datetime, outcome: str, reason: str, waits_for: str | None) -> None:
    told = {"id": f"evt_{new_id().hex}", "now": received_at, "outcome": outcome, "reason": reason}
    tx.send(
        """
        insert into stripe_events (
          teacher_id, id, type, created_at, received_at, outcome, reason, waits_for, payload)
        values (%(teacher_id)s, %(id)s, 'charge.refunded', %(now)s, %(now)s, %(outcome)s, %(reason)s,
          %(waits_for)s, '{}')
        """,
        {**told, "waits_for": waits_for},
    )
