"""Starting to pay again: what a repetition of the request meets, at once, late, or after an answer that got lost."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest

from lectern import database
from lectern.errors import Conflict, Invalid, LecternError, Unavailable
from lectern.identifiers import new_id
from lectern.payments.checkout.start import TO_PAY_FOR_A_PACKAGE, Checkout
from lectern.payments.connect import payment_account
from local.stripe import LocalStripe
from tests.at_once import at_once
from tests.builders import NOW, Teacher, book, in_days, rows_of, run
from tests.payments.sales import (
    CLOCK,
    a_lesson,
    a_package,
    buy_lesson,
    buy_package,
    pages,
    payment_of,
)

type Buy = Callable[..., Checkout]


def with_open_connections(teacher: Teacher) -> None:
    """For as many threads, or they would come one after the other, as the pool opens them."""
    at_once([partial(run, teacher, payment_account)] * 8)


def test_the_same_request_finds_the_same_page(teacher: Teacher, stripe: LocalStripe) -> None:
    package, payment = a_package(teacher), new_id()

    assert buy_package(teacher, package, payment) == buy_package(teacher, package, payment)
    assert len(pages(stripe, teacher)) == 1


def test_another_request_under_the_same_key_is_refused(teacher: Teacher) -> None:
    package, payment = a_package(teacher), new_id()
    buy_package(teacher, package, payment)

    with pytest.raises(Invalid) as refused:
        buy_package(teacher, package, payment, request=b"b")

    assert refused.value.code == "idempotency_key_reused"


def test_eight_at_once_with_one_key_have_one_hold_and_one_page(teacher: Teacher, stripe: LocalStripe) -> None:
    service, payment = a_lesson(teacher), new_id()
    with_open_connections(teacher)

    answers = at_once([partial(buy_lesson, teacher, service, payment)] * 8)

    refusals = [answer for answer in answers if isinstance(answer, LecternError)]
    assert {refusal.code for refusal in refusals} <= {"request_in_progress"}
    checkout = buy_lesson(teacher, service, payment)
    assert all(answer == checkout for answer in answers if answer not in refusals)
    assert len(pages(stripe, teacher)) == len(rows_of(teacher, "class_sessions")) == 1


def test_who_sends_one_request_many_times_at_once_keeps_nobody_else_from_stripe(
    teacher: Teacher, stripe: LocalStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    package, payment = a_package(teacher), new_id()
    with_open_connections(teacher)
    monkeypatch.setattr(stripe, "latency_seconds", 0.2)

    answers = at_once([partial(buy_package, teacher, package, payment)] * 8)

    assert {answer.code for answer in answers if isinstance(answer, LecternError)} == {"request_in_progress"}
    assert buy_package(teacher, package).status == "open"


def test_an_answer_that_got_lost_is_asked_for_again_by_itself(teacher: Teacher, stripe: LocalStripe) -> None:
    stripe.fail(2, "late")

    checkout = buy_lesson(teacher, a_lesson(teacher))

    assert checkout.status == "open"
    assert len(pages(stripe, teacher)) == 1
    keys = {request.headers["idempotency-key"] for request in stripe.requests}
    assert keys == {f"payment:{checkout.payment_id}:checkout"}


def test_a_crash_between_stripes_answer_and_our_commit_is_healed_by_a_repetition(
    teacher: Teacher, stripe: LocalStripe
) -> None:
    service, payment = a_lesson(teacher), new_id()
    stripe.fail(3, "late")
    with pytest.raises(Unavailable):
        buy_lesson(teacher, service, payment)
    assert payment_of(teacher, payment)["status"] == "created"

    checkout = buy_lesson(teacher, service, payment, now=NOW + timedelta(seconds=30))

    [page] = pages(stripe, teacher)
    assert (checkout.status, checkout.url) == ("open", page["url"])
    assert len(rows_of(teacher, "class_sessions")) == 1


def test_a_minute_and_a_half_later_stripe_still_takes_the_question(teacher: Teacher, stripe: LocalStripe) -> None:
    service, payment = a_lesson(teacher), new_id()
    stripe.fail(3, "reset")
    with pytest.raises(Unavailable):
        buy_lesson(teacher, service, payment)

    checkout = buy_lesson(teacher, service, payment, now=CLOCK.wait(timedelta(seconds=90)))

    assert (checkout.status, checkout.expires_at) == ("open", NOW + timedelta(minutes=40))


def test_what_stripe_would_not_take_any_more_is_not_asked_and_frees_the_lesson(
    teacher: Teacher, stripe: LocalStripe
) -> None:
    service, payment = a_lesson(teacher), new_id()
    stripe.fail(3, "reset")
    with pytest.raises(Unavailable):
        buy_lesson(teacher, service, payment)
    later, asked = CLOCK.wait(timedelta(minutes=11)), len(stripe.requests)

    for _ in range(2):
        with pytest.raises(Conflict) as refused:
            buy_lesson(teacher, service, payment, now=later)
        assert refused.value.code == "checkout_expired"

    assert len(stripe.requests) == asked
    assert payment_of(teacher, payment)["status"] == "expired"
    assert book(teacher, service, in_days(1), "Other", later).status == "scheduled"


@pytest.mark.parametrize("buy", [buy_package, buy_lesson])
def test_a_repetition_finds_its_page_though_the_student_has_another_address_by_now(
    teacher: Teacher, stripe: LocalStripe, buy: Buy
) -> None:
    bought, payment = (a_package if buy is buy_package else a_lesson)(teacher), new_id()
    stripe.fail(3, "late")
    with pytest.raises(Unavailable):
        buy(teacher, bought, payment)
    with database.tenant(teacher.id) as tx:
        tx.send("update students set email = 'new@example.com' where teacher_id = %(teacher_id)s")

    checkout = buy(teacher, bought, payment)

    [page] = pages(stripe, teacher)
    assert (checkout.url, page["customer_email"]) == (page["url"], "sam@example.com")
    # Nothing is asked of Stripe again: whose address it was, the payment has no use for.
    assert payment_of(teacher, checkout.payment_id)["customer_email"] is None


def test_a_question_that_is_given_up_leaves_no_address_behind(teacher: Teacher, stripe: LocalStripe) -> None:
    bought, payment = a_package(teacher), new_id()
    stripe.fail(3, "late")
    with pytest.raises(Unavailable):
        buy_package(teacher, bought, payment)
    assert payment_of(teacher, payment)["customer_email"] == "sam@example.com"

    with pytest.raises(Conflict):
        buy_package(teacher, bought, payment, now=NOW + TO_PAY_FOR_A_PACKAGE)

    assert payment_of(teacher, payment)["customer_email"] is None
