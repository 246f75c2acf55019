"""The teacher's payments: which are listed, in which order, and what one shows in full."""

from datetime import timedelta
from uuid import UUID

from lectern.identifiers import new_id
from lectern.payments.listing import get_payment, list_payments
from lectern.payments.refunds.ask import refund_payment
from local.stripe import LocalStripe
from tests.builders import NOW, Teacher, a_student, refusal, rows_of, run
from tests.payments.sales import (
    CLOCK,
    a_lesson,
    a_package,
    a_paid_lesson,
    a_paid_package,
    a_seller,
    buy_lesson,
    buy_package,
)


def listed(teacher: Teacher, status: str | None = None, student: UUID | None = None) -> list[UUID]:
    return [payment.id for payment in run(teacher, list_payments, status, student, None, 10).items]


def test_the_newest_payment_comes_first(teacher: Teacher) -> None:
    package = a_package(teacher)
    an_hour = timedelta(hours=1)
    old, new, newest = (buy_package(teacher, package, now=CLOCK.wait(an_hour)).payment_id for _ in range(3))

    assert listed(teacher) == [newest, new, old]


def test_a_page_begins_where_the_one_before_ended(teacher: Teacher) -> None:
    package = a_package(teacher)
    # All of one instant, so that only the id tells them apart.
    payments = {buy_package(teacher, package).payment_id for _ in range(5)}

    first = run(teacher, list_payments, None, None, None, 3)
    second = run(teacher, list_payments, None, None, first.next, 3)

    assert {payment.id for payment in first.items + second.items} == payments
    assert (len(first.items), second.next) == (3, None)


def test_payments_are_found_by_status_and_by_student(teacher: Teacher, stripe: LocalStripe) -> None:
    paid = a_paid_package(stripe, teacher)
    is_open = buy_lesson(teacher, a_lesson(teacher)).payment_id
    [student] = rows_of(teacher, "students")

    assert (listed(teacher, "paid"), listed(teacher, "open")) == ([paid], [is_open])
    assert set(listed(teacher, student=UUID(student["id"]))) == {paid, is_open}
    assert listed(teacher, student=a_student(teacher, "Other")) == []


def test_a_payment_tells_whose_it_is_what_for_and_what_went_back(teacher: Teacher, stripe: LocalStripe) -> None:
    payment_id = a_paid_lesson(stripe, teacher)
    run(teacher, refund_payment, payment_id, 2000, NOW)

    payment, refunds = run(teacher, get_payment, payment_id)

    [session] = rows_of(teacher, "class_sessions")
    assert (payment.kind, payment.status, payment.student_name) == ("session", "paid", "Sam")
    assert (payment.amount, payment.currency, payment.refunded_amount) == (5000, "EUR", 2000)
    assert payment.session_id == UUID(session["id"])
    assert [(refund.amount, refund.status, refund.origin) for refund in refunds] == [(2000, "requested", "teacher")]


def test_another_teachers_payment_is_not_found(teacher: Teacher, stripe: LocalStripe) -> None:
    payment = a_paid_package(stripe, teacher)

    assert refusal(a_seller(stripe), get_payment, payment) == "payment_not_found"
    assert refusal(teacher, get_payment, new_id()) == "payment_not_found"
