"""Money that has come, and money that has not: what the payment, the credits and the seat are afterwards."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from lectern.credits.grant import adjust
from lectern.credits.packages import change_package
from lectern.identifiers import new_id
from lectern.payments.facts import CheckoutSession
from lectern.payments.refunds.ask import refund_payment
from lectern.payments.refunds.send import FOR_WHO_WAITS_SECONDS
from lectern.payments.told.confirm import confirm_checkout
from local.stripe import LocalStripe
from tests.builders import NOW, Teacher, book, in_days, rows_of, run
from tests.payments.sales import CLOCK, a_seller
from tests.payments.told.sale import a_lesson_sale, a_package_sale, no_drift, tell
from tests.sessions.afterwards import statuses


def test_a_paid_package_gives_its_credits_once(teacher: Teacher, stripe: LocalStripe) -> None:
    sale = a_package_sale(stripe, teacher, units=1000, valid_days=90)

    sale.pay_and_tell()

    assert (sale.payment["status"], sale.payment["paid_at"]) == ("paid", NOW.isoformat())
    assert sale.payment["payment_intent_id"] == sale.intent_id
    [lot] = sale.lots()
    assert (lot["remaining"], lot["payment_id"]) == (1000, str(sale.payment_id))
    assert datetime.fromisoformat(lot["expires_at"]) == NOW + timedelta(days=90)
    assert sale.happened() == ["payment.paid"]


@pytest.mark.parametrize("kind", ["checkout.session.completed", "payment_intent.succeeded"])
def test_either_of_the_two_events_is_enough(teacher: Teacher, stripe: LocalStripe, kind: str) -> None:
    sale = a_package_sale(stripe, teacher)
    sale.pay()

    tell(sale.told(kind))

    assert (sale.payment["status"], sale.units_left()) == ("paid", 1000)


def test_the_second_of_the_two_events_adds_what_the_first_did_not_know(teacher: Teacher, stripe: LocalStripe) -> None:
    sale = a_package_sale(stripe, teacher)
    completed, succeeded = sorted(sale.pay(), key=lambda event: str(event["type"]))

    tell([completed])
    told_first = sale.payment
    tell([succeeded])

    assert told_first["charge_id"] is None
    assert sale.payment["charge_id"].startswith("ch_")
    assert (sale.units_left(), sale.happened()) == (1000, ["payment.paid"])


def test_credits_that_no_account_can_hold_are_a_persons_business_and_not_told_again(
    teacher: Teacher, stripe: LocalStripe
) -> None:
    sale = a_package_sale(stripe, teacher, units=1000)
    run(teacher, adjust, sale.payment["student_id"], 1_000_000_000 - 999, "a gift", NOW, "For everything")
    sale.pay()

    tell(sale.told("checkout.session.completed"))

    [event] = rows_of(teacher, "stripe_events")
    assert (event["outcome"], event["reason"]) == ("attention", "too_many_credits")
    assert (sale.payment["status"], sale.happened()) == ("open", [])


def test_a_package_that_is_good_for_ever_has_no_end(teacher: Teacher, stripe: LocalStripe) -> None:
    sale = a_package_sale(stripe, teacher)

    sale.pay_and_tell()

    assert [lot["expires_at"] for lot in sale.lots()] == [None]


@pytest.mark.parametrize("sold", [365, None])
def test_credits_are_good_for_as_long_as_was_sold_whatever_the_package_says_since(
    teacher: Teacher, stripe: LocalStripe, sold: int | None
) -> None:
    sale = a_package_sale(stripe, teacher, valid_days=sold)
    run(teacher, change_package, UUID(sale.payment["package_id"]), {"valid_days": 7}, NOW)

    sale.pay_and_tell()

    [lot] = sale.lots()
    assert lot["expires_at"] == (sold and (NOW + timedelta(days=sold)).isoformat())


def test_the_time_of_credits_runs_from_the_payment_however_late_we_hear_of_it(
    teacher: Teacher, stripe: LocalStripe
) -> None:
    sale = a_package_sale(stripe, teacher, valid_days=30)
    events = sale.pay()
    CLOCK.wait(timedelta(days=2))

    tell(events)

    assert [datetime.fromisoformat(lot["expires_at"]) for lot in sale.lots()] == [NOW + timedelta(days=30)]


def test_a_paid_lesson_is_booked(teacher: Teacher, stripe: LocalStripe) -> None:
    sale = a_lesson_sale(stripe, teacher)
    assert statuses(teacher) == ["held"]

    sale.pay_and_tell()

    assert (sale.payment["status"], statuses(teacher)) == ("paid", ["scheduled"])
    assert sale.refunds() == []


def test_ac28_a_seat_that_two_payments_have_paid_for_is_paid_once(teacher: Teacher, stripe: LocalStripe) -> None:
    sale = a_lesson_sale(stripe, teacher)
    rival = sale.copied_as_given_up()
    sale.pay_and_tell()

    told = CheckoutSession(
        "cs_late",
        rival,
        payment_intent_id="pi_late",
        status="complete",
        is_paid=True,
        amount=5000,
        currency="EUR",
    )
    outcome = run(teacher, confirm_checkout, told, NOW, NOW)

    assert outcome.requests_refund
    [refund] = sale.refunds()
    assert (refund["payment_id"], refund["amount"], refund["origin"]) == (str(rival), 5000, "unbookable")


def test_a_lesson_whose_time_is_gone_when_the_money_comes_is_paid_back(teacher: Teacher, stripe: LocalStripe) -> None:
    sale = a_lesson_sale(stripe, teacher)
    events = sale.pay()
    late = CLOCK.wait(timedelta(hours=1))
    [service] = rows_of(teacher, "services")
    book(teacher, service["id"], in_days(1), "Other", late)

    tell(events)

    assert sale.payment["status"] == "paid"
    [refund] = sale.refunds()
    assert (refund["origin"], refund["amount"], refund["status"]) == ("unbookable", 5000, "succeeded")
    [at_stripe] = stripe.books_of(sale.account).all("refund")
    assert (at_stripe["id"], at_stripe["amount"]) == (refund["stripe_refund_id"], 5000)


def test_stripe_does_not_wait_for_all_the_refunds_that_are_to_be_sent(
    teacher: Teacher, stripe: LocalStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = a_package_sale(stripe, teacher)
    before.pay_and_tell()
    for _ in range(2):
        run(teacher, refund_payment, before.payment_id, 3600, NOW)
    sale = a_lesson_sale(stripe, teacher)
    stripe.pay(sale.checkout_session_id)
    late = CLOCK.wait(timedelta(hours=1))
    [service] = rows_of(teacher, "services")
    book(teacher, service["id"], in_days(1), "Other", late)
    monkeypatch.setattr(stripe, "latency_seconds", FOR_WHO_WAITS_SECONDS)

    tell(sale.told("checkout.session.completed")[-1:])

    assert sorted(row["status"] for row in sale.refunds()) == ["requested", "requested", "succeeded"]


def test_money_for_a_lost_lesson_waits_until_stripe_answers_again(teacher: Teacher, stripe: LocalStripe) -> None:
    sale = a_lesson_sale(stripe, teacher)
    events = sale.pay()
    late = CLOCK.wait(timedelta(hours=1))
    [service] = rows_of(teacher, "services")
    book(teacher, service["id"], in_days(1), "Other", late)
    stripe.fail(9, "500")

    tell(events)

    assert [refund["status"] for refund in sale.refunds()] == ["requested"]
    assert sale.payment["refunded_amount"] == 5000


def test_a_checkout_that_ran_out_frees_its_lesson(teacher: Teacher, stripe: LocalStripe) -> None:
    sale = a_lesson_sale(stripe, teacher)
    stripe.expire(sale.checkout_session_id)

    tell(sale.told())

    assert (sale.payment["status"], statuses(teacher)) == ("expired", ["expired"])


def test_money_that_is_only_on_its_way_gives_nothing_yet(teacher: Teacher, stripe: LocalStripe) -> None:
    sale = a_package_sale(stripe, teacher)
    stripe.pay(sale.checkout_session_id, "processing")

    tell(sale.told())

    assert (sale.payment["status"], sale.lots()) == ("processing", [])


@pytest.mark.parametrize(("succeeded", "status", "units"), [(True, "paid", 1000), (False, "failed", 0)])
def test_what_was_on_its_way_comes_or_fails(
    teacher: Teacher, stripe: LocalStripe, *, succeeded: bool, status: str, units: int
) -> None:
    sale = a_package_sale(stripe, teacher)
    stripe.pay(sale.checkout_session_id, "processing")
    stripe.settle(sale.checkout_session_id, succeeded=succeeded)

    tell(sale.told())

    assert (sale.payment["status"], sale.units_left()) == (status, units)


def test_a_payment_that_failed_in_the_bank_frees_its_lesson(teacher: Teacher, stripe: LocalStripe) -> None:
    sale = a_lesson_sale(stripe, teacher)
    stripe.pay(sale.checkout_session_id, "processing")
    stripe.settle(sale.checkout_session_id, succeeded=False)

    tell(reversed(sale.told()))

    assert (sale.payment["status"], statuses(teacher)) == ("failed", ["expired"])


def test_a_declined_card_is_counted_and_the_checkout_goes_on(teacher: Teacher, stripe: LocalStripe) -> None:
    sale = a_package_sale(stripe, teacher)
    stripe.pay(sale.checkout_session_id, "declined")

    tell(sale.told())

    payment = sale.payment
    assert (payment["status"], payment["failed_attempts"]) == ("open", 1)
    assert payment["failure_code"]
    sale.pay_and_tell()
    assert (sale.payment["status"], sale.payment["failed_attempts"]) == ("paid", 1)
    assert sale.payment["failed_at"] == payment["failed_at"] is not None


@pytest.mark.parametrize("late", ["checkout.session.expired", "checkout.session.async_payment_failed"])
def test_a_paid_payment_stays_paid_whatever_is_told_late(teacher: Teacher, stripe: LocalStripe, late: str) -> None:
    sale = a_lesson_sale(stripe, teacher)
    completed = sale.pay()[-1]
    tell([completed])

    tell([completed | {"id": f"evt_{new_id().hex}", "type": late}])

    assert (sale.payment["status"], statuses(teacher)) == ("paid", ["scheduled"])
    assert sale.outcomes()[late] == ("ignored", "overtaken")


@pytest.mark.parametrize("before", ["failed", "expired"])
def test_money_that_comes_after_the_end_counts(teacher: Teacher, stripe: LocalStripe, before: str) -> None:
    sale = a_package_sale(stripe, teacher)
    completed = sale.pay()[-1]
    kind = {"failed": "checkout.session.async_payment_failed", "expired": "checkout.session.expired"}[before]
    tell([completed | {"id": f"evt_{new_id().hex}", "type": kind}])
    assert (sale.payment["status"], sale.payment["failed_at"] is not None) == (before, before == "failed")

    tell([completed])

    assert (sale.payment["status"], sale.units_left()) == ("paid", 1000)


@pytest.mark.parametrize(("field", "value"), [("amount_total", 100), ("currency", "usd")])
def test_another_sum_than_was_asked_for_is_left_to_a_person(
    teacher: Teacher, stripe: LocalStripe, field: str, value: object
) -> None:
    sale = a_package_sale(stripe, teacher)
    completed = sale.pay()[-1]
    completed["data"]["object"][field] = value

    tell([completed])

    assert (sale.payment["status"], sale.lots()) == ("open", [])
    assert sale.outcomes()["checkout.session.completed"] == ("attention", "amount_differs")


def test_a_second_payment_for_one_thing_is_left_to_a_person(teacher: Teacher, stripe: LocalStripe) -> None:
    sale = a_package_sale(stripe, teacher)
    completed, succeeded = sorted(sale.pay(), key=lambda event: str(event["type"]))
    tell([completed])

    succeeded["data"]["object"]["id"] = "pi_another"
    tell([succeeded])

    assert sale.outcomes()["payment_intent.succeeded"] == ("attention", "paid_twice")
    assert sale.units_left() == 1000


def test_what_the_teacher_sells_elsewhere_is_none_of_ours(teacher: Teacher, stripe: LocalStripe) -> None:
    sale = a_package_sale(stripe, teacher)
    events = sale.pay()
    for event in events:
        told = event["data"]["object"]
        told |= {"id": f"{told['id']}x", "metadata": {}, "client_reference_id": "order 7", "payment_intent": "pi_x"}

    tell(events)

    assert set(sale.outcomes().values()) == {("ignored", "not_ours")}
    assert (sale.payment["status"], sale.lots()) == ("open", [])


@pytest.mark.parametrize("kind", ["checkout.session.expired", "checkout.session.completed"])
def test_a_page_that_a_buyer_has_named_after_another_payment_is_not_that_payments(
    teacher: Teacher, stripe: LocalStripe, kind: str
) -> None:
    sale, own = a_package_sale(stripe, teacher), a_package_sale(stripe, teacher)
    own.pay()
    [completed] = own.told("checkout.session.completed")
    named = {"client_reference_id": str(sale.payment_id), "id": "cs_link", "payment_intent": "pi_link", "metadata": {}}
    completed["data"]["object"] |= named

    tell([completed | {"type": kind}])

    assert sale.outcomes()[kind] == ("ignored", "not_ours")
    assert (sale.payment["status"], sale.lots()) == ("open", [])


def test_the_id_of_another_tenants_payment_has_no_effect_on_either(teacher: Teacher, stripe: LocalStripe) -> None:
    sale, other = a_package_sale(stripe, teacher), a_package_sale(stripe, a_seller(stripe))
    events = [event | {"account": other.account} for event in sale.pay()]

    tell(events)

    assert set(other.outcomes().values()) == {("attention", "unknown_payment")}
    assert (sale.payment["status"], other.payment["status"]) == ("open", "open")
    assert sale.lots() == other.lots() == []


@pytest.mark.parametrize("version", ["2020-08-27", "2026-10-28.endive"])
def test_every_shape_of_the_events_is_read(teacher: Teacher, stripe: LocalStripe, version: str) -> None:
    stripe.event_version = version  # type: ignore[assignment]  # the two that there are
    try:
        sale = a_package_sale(stripe, teacher)
        sale.pay_and_tell()
        stripe.refund(sale.intent_id, 3600)
        tell(sale.told())
    finally:
        stripe.event_version = "2026-10-28.endive"

    assert sale.payment["charge_id"].startswith("ch_")
    assert (sale.payment["refunded_amount"], sale.units_left()) == (3600, 900)
    assert no_drift(teacher)
