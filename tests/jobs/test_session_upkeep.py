"""The hourly upkeep: lessons complete, holds end, credits run out, and what has expired is forgotten."""

from datetime import datetime, timedelta
from uuid import UUID

from lectern.credits.grant import MakeUpTerms, make_up_grant
from lectern.database import Transaction
from lectern.identifiers import new_id
from lectern.jobs.run import run as run_job
from lectern.jobs.session_upkeep import keep_up
from lectern.sessions.book import book_session
from lectern.sessions.hold import hold_slot
from tests.at_once import at_once
from tests.builders import NOW, Teacher, a_service, a_student, a_teacher, book, in_days, rows_of, run
from tests.sessions.money import account_of, give_credits, held_for_payment, on_credit, paid

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

    events = rows_of(teacher, "stripe_events")
    assert sorted((each["outcome"], each["reason"], each["payload"] is None) for each in events) == [
        ("ignored", "waited_too_long", True),
        ("waiting", "no_payment", False),
    ]


def test_job_runs_are_kept_for_ninety_days() -> None:
    teacher = a_teacher()
    run_job("lifecycle-detection", teacher.id, NOW.date(), NOW)

    keep_up(teacher.id, NOW + timedelta(days=89))
    assert len(rows_of(teacher, "job_runs")) == 1

    keep_up(teacher.id, NOW + timedelta(days=90))
    assert rows_of(teacher, "job_runs") == []


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


def insert_waiting_event(tx: Transaction, received_at: datetime) -> None:
    tx.send(
        """
        insert into stripe_events (
          teacher_id, id, type, created_at, received_at, outcome, reason, waits_for, payload)
        values (%(teacher_id)s, %(id)s, 'charge.refunded', %(now)s, %(now)s, 'waiting', 'no_payment', 'pi_1', '{}')
        """,
        {"id": f"evt_{new_id().hex}", "now": received_at},
    )
