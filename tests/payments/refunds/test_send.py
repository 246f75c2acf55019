"""Money on its way back: sent once, however often and from wherever it is sent, and back again when Stripe refuses."""

import logging
from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest

from lectern import database
from lectern.errors import Unavailable
from lectern.payments import stripe_api
from lectern.payments.outcome import attention
from lectern.payments.refunds.ask import refund_payment
from lectern.payments.refunds.send import send_requested_refunds
from lectern.payments.stripe_api import ConnectedAccount
from local.stripe import LocalStripe
from tests.at_once import at_once
from tests.builders import NOW, Teacher, rows_of, run
from tests.payments.sales import CLOCK, a_paid_lesson, a_paid_package, credits_of, hear, payment_of, refunds_of
from tests.sessions.afterwards import events


def at_stripe(stripe: LocalStripe, teacher: Teacher) -> list[int]:
    """The amounts that Stripe has given back."""
    return [refund["amount"] for refund in stripe.books_of(account_of(teacher).stripe_account_id).all("refund")]


def account_of(teacher: Teacher) -> ConnectedAccount:
    [account] = rows_of(teacher, "payment_accounts")
    return ConnectedAccount(teacher.id, account["stripe_account_id"])


def send_as_another_question(teacher: Teacher, payment: UUID) -> None:
    """Under the key of the one refund that is asked for, and for less; what Stripe answers is lost."""
    [refund] = rows_of(teacher, "refunds")
    row = payment_of(teacher, payment)
    account = ConnectedAccount(teacher.id, row["stripe_account_id"])
    stripe_api.create_refund(account, UUID(refund["id"]), row["payment_intent_id"], 1000)


def decided(caplog: pytest.LogCaptureFixture) -> list[tuple[str, int]]:
    """With the amount, or the units."""
    told = [vars(record) for record in caplog.records if "decision" in vars(record)]
    return [(line["decision"], line["amount"] if "amount" in line else line["units"]) for line in told]


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


@pytest.mark.usefixtures("package")
def test_that_it_was_sent_is_told_once_and_by_whoever_learns_of_it(
    teacher: Teacher, stripe: LocalStripe, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "lectern.decisions")
    stripe.fail(3, "late")
    with pytest.raises(Unavailable):
        send_requested_refunds(teacher.id, NOW)
    assert decided(caplog) == []

    hear(stripe, teacher)
    send_requested_refunds(teacher.id, NOW)

    assert decided(caplog) == [("refund_sent", 3600)]


def test_what_stripe_refuses_is_told_with_the_units_that_are_given_again(
    teacher: Teacher, stripe: LocalStripe, package: UUID, caplog: pytest.LogCaptureFixture
) -> None:
    stripe.refund(payment_of(teacher, package)["payment_intent_id"])
    caplog.set_level(logging.INFO, "lectern.decisions")

    send_requested_refunds(teacher.id, NOW)

    assert decided(caplog) == [("credits_given_again", 100), ("refund_refused", 3600)]


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


def test_a_refund_that_gets_no_answer_keeps_no_other_from_being_sent(
    teacher: Teacher, stripe: LocalStripe, package: UUID
) -> None:
    run(teacher, refund_payment, package, 7200, NOW + timedelta(seconds=1))
    stripe.fail(3, "reset")

    with pytest.raises(Unavailable):
        send_requested_refunds(teacher.id, NOW)

    assert refunds_of(teacher) == [(3600, 100, "requested"), (7200, 200, "succeeded")]


@pytest.mark.usefixtures("package")
def test_a_refusal_is_told_even_if_another_refund_gets_no_answer(
    teacher: Teacher, stripe: LocalStripe, caplog: pytest.LogCaptureFixture
) -> None:
    lesson = a_paid_lesson(stripe, teacher)
    stripe.refund(payment_of(teacher, lesson)["payment_intent_id"])
    run(teacher, refund_payment, lesson, None, NOW + timedelta(seconds=1))
    stripe.fail(3, "reset")

    with pytest.raises(Unavailable):
        send_requested_refunds(teacher.id, NOW)

    [told] = [message for message in caplog.messages if "refused" in message]
    assert told.endswith("charge_already_refunded")


def test_a_failure_that_stripe_has_saved_is_nobodys_but_that_refunds_and_over_in_a_day(
    teacher: Teacher, stripe: LocalStripe, package: UUID
) -> None:
    run(teacher, refund_payment, package, 7200, NOW + timedelta(seconds=1))
    stripe.fail(1, "saved")

    for _ in range(2):
        [stuck, *_] = send_requested_refunds(teacher.id, NOW)
        assert (stuck.outcome, stuck.failure_code) == (attention("api_error"), None)
    assert refunds_of(teacher) == [(3600, 100, "requested"), (7200, 200, "succeeded")]

    send_requested_refunds(teacher.id, CLOCK.wait(timedelta(hours=24)))
    assert at_stripe(stripe, teacher) == [3600, 7200]
    assert refunds_of(teacher) == [(3600, 100, "succeeded"), (7200, 200, "succeeded")]


@pytest.mark.usefixtures("package")
def test_failures_that_stripe_has_saved_do_not_cut_it_off(teacher: Teacher, stripe: LocalStripe) -> None:
    stripe.fail(1, "saved")
    for _ in range(6):
        send_requested_refunds(teacher.id, NOW)

    assert stripe_api.get_account(account_of(teacher))["charges_enabled"]


@pytest.mark.parametrize("how", ["garbled", "blocked"])
def test_a_refund_whose_answer_is_no_word_of_stripes_is_not_taken_for_refused(
    teacher: Teacher, stripe: LocalStripe, package: UUID, how: str
) -> None:
    stripe.fail(3, how)  # type: ignore[arg-type]  # one of the words that it takes
    with pytest.raises(Unavailable):
        send_requested_refunds(teacher.id, NOW)
    assert refunds_of(teacher) == [(3600, 100, "requested")]

    send_requested_refunds(teacher.id, NOW)

    assert refunds_of(teacher) == [(3600, 100, "succeeded")]
    assert at_stripe(stripe, teacher) == [3600]
    assert payment_of(teacher, package)["refunded_amount"] == 3600


def test_a_refund_that_was_sent_in_other_words_stays_asked_for(
    teacher: Teacher, stripe: LocalStripe, package: UUID
) -> None:
    send_as_another_question(teacher, package)

    [sent] = send_requested_refunds(teacher.id, NOW)

    assert (sent.outcome, sent.failure_code) == (attention("idempotency_error"), None)
    assert refunds_of(teacher) == [(3600, 100, "requested")]
    assert at_stripe(stripe, teacher) == [1000]


def test_an_answer_that_nobody_can_read_keeps_no_other_refund_from_being_sent(
    teacher: Teacher, stripe: LocalStripe, package: UUID
) -> None:
    run(teacher, refund_payment, package, 7200, NOW)
    send_requested_refunds(teacher.id, NOW, begun_within=0)
    [row, _] = rows_of(teacher, "refunds")
    unreadable = stripe.books_of(payment_of(teacher, package)["stripe_account_id"]).get(
        "refund", row["stripe_refund_id"]
    )
    unreadable["status"] = None
    with database.tenant(teacher.id) as tx:
        tx.connection.execute(
            "update refunds set status = 'requested', stripe_refund_id = null where id = %s", [row["id"]]
        )

    sent = send_requested_refunds(teacher.id, CLOCK.wait(timedelta(hours=30)))

    assert [refund.outcome.kind for refund in sent] == ["attention", "applied"]
    assert at_stripe(stripe, teacher) == [7200, 3600]
