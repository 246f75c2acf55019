"""What a teacher earned between two of their own dates, and in as many days before."""

from datetime import date, datetime
from uuid import UUID

import pytest

from lectern import database
from lectern.identifiers import new_id
from lectern.payments.kpis import MoneyKpis, money_kpis
from tests.builders import NOW, Teacher, a_service, a_student, a_teacher, at, book, in_days, refusal, run
from tests.payments.sales import a_package

pytestmark = pytest.mark.usefixtures("connected")

MONDAY = date(2026, 3, 2)
WEEK = (MONDAY, date(2026, 3, 9))


def a_payment(
    teacher: Teacher,
    moment: datetime,
    amount: int,
    currency: str = "EUR",
    status: str = "paid",
    dispute: str | None = None,
) -> UUID:
    """By an invoice, which needs no student, package or lesson."""
    payment = new_id()
    with database.tenant(teacher.id) as tx:
        tx.send(
            """
            insert into payment_accounts (teacher_id, id, stripe_account_id, livemode, created_at, updated_at)
            values (%(teacher_id)s, %(teacher_id)s, 'acct_' || %(account)s, false, %(now)s, %(now)s)
            on conflict do nothing
            """,
            {"account": teacher.id.hex, "now": NOW},
        )
        tx.send(
            """
            insert into payments (teacher_id, id, kind, invoice_id, description, amount, currency, status,
              stripe_account_id, livemode, dispute_id, dispute_status, disputed_at, created_at, updated_at, paid_at)
            values (%(teacher_id)s, %(id)s, 'invoice', %(id)s::text, 'No 1', %(amount)s, %(currency)s, %(status)s,
              'acct_' || %(account)s, false, %(dispute)s, %(dispute)s,
              case when %(dispute)s::text is not null then %(moment)s::timestamptz end, %(moment)s, %(moment)s,
              case when %(status)s = 'paid' then %(moment)s::timestamptz end)
            """,
            {
                "id": payment,
                "amount": amount,
                "currency": currency,
                "status": status,
                "account": teacher.id.hex,
                "dispute": dispute,
                "moment": moment,
            },
        )
    return payment


def a_refund(teacher: Teacher, payment: UUID, moment: datetime, amount: int, status: str = "succeeded") -> None:
    with database.tenant(teacher.id) as tx:
        tx.send(
            """
            insert into refunds (teacher_id, id, payment_id, amount, status, origin, requested_at, updated_at)
            values (%(teacher_id)s, %(id)s, %(payment)s, %(amount)s, %(status)s, 'teacher', %(moment)s, %(moment)s)
            """,
            {"id": new_id(), "payment": payment, "amount": amount, "status": status, "moment": moment},
        )


def a_try_at(
    teacher: Teacher, moment: datetime, status: str, *, package: UUID | None = None, participant: UUID | None = None
) -> None:
    """For one euro, by Sam."""
    payment = a_payment(teacher, moment, 100, status=status)
    with database.tenant(teacher.id) as tx:
        tx.send(
            """
            update payments
            set kind = case when %(package)s::uuid is null then 'session' else 'package' end, invoice_id = null,
              student_id = %(student)s, package_id = %(package)s, units = 1000, participant_id = %(participant)s
            where teacher_id = %(teacher_id)s and id = %(id)s
            """,
            {"id": payment, "student": a_student(teacher), "package": package, "participant": participant},
        )


def test_revenue_is_what_was_paid_in_the_range_beside_that_of_the_range_before() -> None:
    teacher = a_teacher()
    for day, amount in (
        ("2026-02-22", 1),
        ("2026-02-23", 10),
        ("2026-03-01", 20),
        ("2026-03-02", 300),
        ("2026-03-08", 400),
    ):
        a_payment(teacher, at(f"{day} 12:00"), amount)
    a_payment(teacher, at("2026-03-09 00:00"), 5000)

    [euros] = run(teacher, money_kpis, *WEEK)

    assert (euros.currency, euros.revenue, euros.previous_revenue) == ("EUR", 700, 30)


def test_a_payment_falls_on_the_teachers_own_date() -> None:
    teacher = a_teacher("America/Los_Angeles")
    a_payment(teacher, at("2026-03-02 07:59"), 1)  # still Sunday there
    a_payment(teacher, at("2026-03-02 08:00"), 10)
    # Clocks went forward on the eighth: midnight is an hour earlier than a week before.
    a_payment(teacher, at("2026-03-09 06:59"), 100)
    a_payment(teacher, at("2026-03-09 07:00"), 1000)

    [dollars] = run(teacher, money_kpis, *WEEK)

    assert (dollars.revenue, dollars.previous_revenue) == (110, 1)


def test_a_date_without_a_midnight_counts_from_its_first_instant() -> None:
    teacher = a_teacher("Africa/Cairo")  # on 24 April 2026 clocks go from 00:00 to 01:00
    a_payment(teacher, at("2026-04-23 21:59"), 1)
    a_payment(teacher, at("2026-04-23 22:00"), 10)

    [kpis] = run(teacher, money_kpis, date(2026, 4, 24), date(2026, 4, 25))

    assert (kpis.revenue, kpis.previous_revenue) == (10, 1)


def test_currencies_are_not_added_up() -> None:
    teacher = a_teacher()
    for currency, amount in (("EUR", 100), ("CHF", 20), ("EUR", 3)):
        a_payment(teacher, NOW, amount, currency)

    assert [(kpi.currency, kpi.revenue) for kpi in run(teacher, money_kpis, *WEEK)] == [("CHF", 20), ("EUR", 103)]


def test_what_goes_back_counts_when_it_is_asked_for_unless_it_fails() -> None:
    teacher = a_teacher()
    payment = a_payment(teacher, at("2026-02-25 12:00"), 1000)
    a_refund(teacher, payment, NOW, 100, "requested")
    a_refund(teacher, payment, NOW, 20)
    a_refund(teacher, payment, NOW, 300, "failed")
    a_refund(teacher, payment, at("2026-02-26 12:00"), 4)

    [euros] = run(teacher, money_kpis, *WEEK)

    assert (euros.revenue, euros.previous_revenue) == (0, 1000)
    assert (euros.refunds, euros.previous_refunds) == (120, 4)


def test_outstanding_is_what_was_asked_for_and_has_not_come() -> None:
    teacher = a_teacher()
    for status, amount in (("created", 1), ("open", 20), ("processing", 300), ("failed", 4000), ("expired", 50000)):
        a_payment(teacher, NOW, amount, status=status)

    [euros] = run(teacher, money_kpis, *WEEK)

    assert euros == MoneyKpis("EUR", 0, 0, 4320, 0, 0, 0, 0, 0)


def test_a_failed_try_is_outstanding_only_while_it_is_the_students_last_at_that_package_or_service() -> None:
    teacher = a_teacher()
    package, lesson = a_package(teacher, price_amount=100), a_service(teacher)
    for hour, status in enumerate(("failed", "failed", "paid", "failed")):
        a_try_at(teacher, in_days(0, hour), status, package=package)
    for hour, status in ((9, "failed"), (10, "paid")):
        seat = book(teacher, lesson, in_days(1, hour)).participant_id
        a_try_at(teacher, in_days(0, hour), status, participant=seat)
    a_try_at(teacher, NOW, "failed", participant=book(teacher, a_service(teacher), in_days(2)).participant_id)

    [euros] = run(teacher, money_kpis, *WEEK)

    assert (euros.revenue, euros.outstanding) == (200, 200)


def test_disputed_is_what_banks_hold_or_took_back() -> None:
    teacher = a_teacher()
    for dispute, amount in (("needs_response", 1), ("lost", 20), ("won", 300), ("warning_closed", 4000)):
        a_payment(teacher, NOW, amount, dispute=dispute)

    [euros] = run(teacher, money_kpis, *WEEK)

    assert (euros.revenue, euros.disputed) == (4321, 21)


def test_where_there_was_nothing_there_is_no_currency() -> None:
    assert run(a_teacher(), money_kpis, *WEEK) == []


@pytest.mark.parametrize("until", [MONDAY, date(2026, 3, 1), date(2028, 1, 1)])
def test_a_range_has_one_to_366_days(until: date) -> None:
    assert refusal(a_teacher(), money_kpis, MONDAY, until) == "invalid_range"
