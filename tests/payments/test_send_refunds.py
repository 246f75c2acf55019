"""Money on its way back: sent once, however often and from wherever it is sent, and back again when Stripe refuses."""

from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest

from lectern.errors import Unavailable
from lectern.payments.refund import refund_payment
from lectern.payments.send_refunds import send_requested_refunds
from local.stripe import LocalStripe
from tests.at_once import at_once
from tests.builders import NOW, Teacher, rows_of, run
from tests.payments.sales import CLOCK, a_paid_lesson, a_paid_package, credits_of, hear, payment_of, refunds_of
from tests.sessions.afterwards import events


def at_stripe(stripe: LocalStripe, teacher: Teacher) -> list[int]:
    """The amounts that Stripe has given back."""
    [account] = rows_of(teacher, "payment_accounts")
    return [refund["amount"] for refund in stripe.books_of(account["stripe_account_id"]).all("refund")]


@pytest.fixture
def package(teacher: Teacher, stripe: LocalStripe) -> UUID:
    """A package of which a part is to go back."""
    payment = a_paid_package(stripe, teacher)
    run(teacher, refund_payment, payment, 3600, NOW)
    return payment


def test_what_was_asked_for_is_sent_and_done(teacher: Teacher, stripe: LocalStripe, package: UUID) -> None:
    [sent] = send_requested_refunds(teacher.id, NOW)

    assert (sent.payment_id, sent.failure_code) == (package, None)
    assert at_stripe(stripe, teacher) == [3600]
    assert refunds_of(teacher) == [(3600, 100, "succeeded")]
    assert payment_of(teacher, package)["refunded_amount"] == 3600
    assert send_requested_refunds(teacher.id, NOW) == []


def test_its_webhook_changes_nothing_more(teacher: Teacher, stripe: LocalStripe, package: UUID) -> None:
    send_requested_refunds(teacher.id, NOW)
    hear(stripe, teacher)

    assert refunds_of(teacher) == [(3600, 100, "succeeded")]
    assert payment_of(teacher, package)["refunded_amount"] == 3600
    assert credits_of(teacher) == 900


@pytest.mark.usefixtures("package")
def test_four_who_send_at_once_send_it_once_and_none_of_them_fails(
    teacher: Teacher, stripe: LocalStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stripe, "latency_seconds", 0.2)

    answers = at_once([partial(send_requested_refunds, teacher.id, NOW)] * 4)

    assert all(isinstance(answer, list) for answer in answers)
    assert at_stripe(stripe, teacher) == [3600]
    assert refunds_of(teacher) == [(3600, 100, "succeeded")]


@pytest.mark.usefixtures("package")
def test_while_stripe_is_down_it_stays_asked_for(teacher: Teacher, stripe: LocalStripe) -> None:
    stripe.fail(3, "reset")
    with pytest.raises(Unavailable):
        send_requested_refunds(teacher.id, NOW)
    assert refunds_of(teacher) == [(3600, 100, "requested")]

    send_requested_refunds(teacher.id, NOW)
    assert refunds_of(teacher) == [(3600, 100, "succeeded")]


@pytest.mark.usefixtures("package")
@pytest.mark.parametrize("hours", [1, 23, 30])
def test_a_refund_whose_answer_got_lost_is_not_sent_a_second_time(
    teacher: Teacher, stripe: LocalStripe, hours: int
) -> None:
    stripe.fail(3, "late")
    with pytest.raises(Unavailable):
        send_requested_refunds(teacher.id, NOW)

    # After a day Stripe knows the key no more.
    send_requested_refunds(teacher.id, CLOCK.wait(timedelta(hours=hours)))

    assert at_stripe(stripe, teacher) == [3600]
    assert refunds_of(teacher) == [(3600, 100, "succeeded")]


def test_what_stripe_refuses_fails_and_the_units_come_back(
    teacher: Teacher, stripe: LocalStripe, package: UUID
) -> None:
    stripe.refund(payment_of(teacher, package)["payment_intent_id"])

    [sent] = send_requested_refunds(teacher.id, NOW)

    assert sent.failure_code == "charge_already_refunded"
    assert refunds_of(teacher) == [(3600, 100, "failed")]
    assert credits_of(teacher) == 1000
    assert payment_of(teacher, package)["refunded_amount"] == 0
    assert events(teacher, "refund.") == ["refund.failed", "refund.requested"]


def test_a_refund_that_fails_later_gives_the_units_back(teacher: Teacher, stripe: LocalStripe, package: UUID) -> None:
    send_requested_refunds(teacher.id, NOW)
    [refund] = rows_of(teacher, "refunds")

    stripe.settle_refund(refund["stripe_refund_id"], succeeded=False)
    hear(stripe, teacher)

    assert refunds_of(teacher) == [(3600, 100, "failed")]
    assert credits_of(teacher) == 1000
    assert payment_of(teacher, package)["refunded_amount"] == 0


def test_each_goes_by_itself_and_one_refusal_stops_no_other(
    teacher: Teacher, stripe: LocalStripe, package: UUID
) -> None:
    stripe.refund(payment_of(teacher, package)["payment_intent_id"])
    lesson = a_paid_lesson(stripe, teacher)
    run(teacher, refund_payment, lesson, None, NOW)

    sent = send_requested_refunds(teacher.id, NOW)

    assert [refund.failure_code for refund in sent][-1] is None
    assert payment_of(teacher, lesson)["refunded_amount"] == 5000
    assert at_stripe(stripe, teacher) == [5000, 36000]


def test_a_refund_whose_answer_is_no_word_of_stripes_is_not_taken_for_refused(
    teacher: Teacher, stripe: LocalStripe, package: UUID
) -> None:
    stripe.fail(3, "garbled")
    with pytest.raises(Unavailable):
        send_requested_refunds(teacher.id, NOW)
    assert refunds_of(teacher) == [(3600, 100, "requested")]

    send_requested_refunds(teacher.id, NOW)

    assert refunds_of(teacher) == [(3600, 100, "succeeded")]
    assert at_stripe(stripe, teacher) == [3600]
    assert payment_of(teacher, package)["refunded_amount"] == 3600
