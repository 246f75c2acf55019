"""Starting to pay: what Stripe is asked, what is held meanwhile, and what a repetition of the request meets."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from lectern import settings
from lectern.errors import Conflict, Invalid, LecternError, Unavailable
from lectern.identifiers import new_id
from lectern.payments.checkout.queries import ask_open
from lectern.payments.checkout.start import Checkout, PackageOrder, start_package_checkout
from lectern.payments.connect import start_onboarding
from lectern.sessions.hold import hold_slot
from local.stripe import LocalStripe
from tests.builders import NOW, Teacher, a_teacher, book, in_days, rows_of, run, student_details, token_of
from tests.payments.sales import (
    CANCEL,
    SUCCESS,
    a_lesson,
    a_package,
    a_paid_package,
    buy_lesson,
    buy_package,
    page_of,
    pages,
    payment_of,
)
from tests.sessions.afterwards import statuses

type Buy = Callable[..., Checkout]


def test_a_package_is_paid_for_on_a_page_of_stripes(teacher: Teacher, stripe: LocalStripe) -> None:
    checkout = buy_package(teacher, a_package(teacher, name="Ten lessons"))

    [page] = pages(stripe, teacher)
    assert (checkout.status, checkout.url) == ("open", page["url"])
    assert (page["amount_total"], page["currency"], page["customer_email"]) == (36000, "eur", "sam@example.com")
    assert page["client_reference_id"] == str(checkout.payment_id)
    assert page["metadata"] == {"lectern_payment_id": str(checkout.payment_id)}
    assert page["expires_at"] == int(checkout.expires_at.timestamp())
    assert payment_of(teacher, checkout.payment_id)["checkout_session_id"] == page["id"]


def test_the_payment_intent_carries_the_payments_id_as_well(teacher: Teacher, stripe: LocalStripe) -> None:
    checkout = buy_package(teacher, a_package(teacher))

    stripe.pay(payment_of(teacher, checkout.payment_id)["checkout_session_id"])

    [intent] = stripe.books_of(payment_of(teacher, checkout.payment_id)["stripe_account_id"]).all("payment_intent")
    assert intent["metadata"] == {"lectern_payment_id": str(checkout.payment_id)}


def test_a_lesson_is_held_for_as_long_as_it_may_be_paid_for(teacher: Teacher, stripe: LocalStripe) -> None:
    service = a_lesson(teacher)

    checkout = buy_lesson(teacher, service)

    assert checkout.expires_at == NOW + timedelta(minutes=40)
    assert statuses(teacher) == ["held"]
    with pytest.raises(Conflict, match="taken"):
        book(teacher, service, in_days(1), "Other", checkout.expires_at - timedelta(seconds=1))
    assert book(teacher, service, in_days(1), "Other", checkout.expires_at).status == "scheduled"
    [page] = pages(stripe, teacher)
    # Money that takes days to come would come after the hold.
    assert page["payment_method_types"] == ["card"]


def test_a_hold_is_kept_while_its_lesson_is_paid_for(teacher: Teacher) -> None:
    service = a_lesson(teacher)
    held = run(teacher, hold_slot, service, in_days(1), NOW)

    checkout = buy_lesson(teacher, service, hold_token=token_of(held.participant_id))

    assert (checkout.session_id, checkout.participant_id) == (held.session_id, held.participant_id)
    [session] = rows_of(teacher, "class_sessions")
    assert session["hold_expires_at"] == checkout.expires_at.isoformat()


def test_one_seat_has_one_checkout_at_a_time(teacher: Teacher) -> None:
    service = a_lesson(teacher)
    held = run(teacher, hold_slot, service, in_days(1), NOW)
    token = token_of(held.participant_id)
    first = buy_lesson(teacher, service, hold_token=token)

    with pytest.raises(Conflict) as refused:
        buy_lesson(teacher, service, hold_token=token)

    assert refused.value.code == "payment_in_progress"
    assert refused.value.facts == {"checkout_url": first.url}


def test_while_stripe_is_down_the_hold_runs_out_by_itself(teacher: Teacher, stripe: LocalStripe) -> None:
    service, payment = a_lesson(teacher), new_id()
    stripe.fail(3, "reset")

    with pytest.raises(Unavailable) as refused:
        buy_lesson(teacher, service, payment)

    assert refused.value.code == "stripe_unavailable"
    assert statuses(teacher) == ["held"]
    later = NOW + timedelta(minutes=40)
    assert book(teacher, service, in_days(1), "Other", later).status == "scheduled"
    with pytest.raises(Conflict) as expired:
        buy_lesson(teacher, service, payment, now=later)
    assert expired.value.code == "checkout_expired"


def test_a_dead_stripe_is_left_alone_after_some_failures(teacher: Teacher, stripe: LocalStripe) -> None:
    package = a_package(teacher)
    stripe.fail(10, "500")
    for _ in range(2):
        with pytest.raises(Unavailable):
            buy_package(teacher, package)
    asked = len(stripe.requests)

    with pytest.raises(Unavailable) as refused:
        buy_package(teacher, package)

    assert refused.value.code == "stripe_unavailable"
    assert len(stripe.requests) == asked


def test_what_stripe_refuses_fails_the_payment_and_frees_the_lesson(teacher: Teacher) -> None:
    service, payment = a_lesson(teacher, price_amount=10), new_id()

    for _ in range(2):
        with pytest.raises(Conflict) as refused:
            buy_lesson(teacher, service, payment)
        assert refused.value.code == "payment_refused_by_stripe"
        assert refused.value.facts == {"stripe_code": "amount_too_small"}

    assert payment_of(teacher, payment)["status"] == "failed"
    assert book(teacher, service, in_days(1), "Other").status == "scheduled"


@pytest.mark.usefixtures("stripe")
def test_a_teacher_without_an_account_sells_nothing() -> None:
    teacher = a_teacher()
    with pytest.raises(Conflict) as refused:
        buy_package(teacher, a_package(teacher))
    assert refused.value.code == "payments_not_set_up"


@pytest.mark.usefixtures("stripe")
def test_nor_does_one_whose_account_is_not_ready() -> None:
    teacher = a_teacher()
    start_onboarding(teacher.id, SUCCESS, CANCEL, NOW)
    with pytest.raises(Conflict) as refused:
        buy_package(teacher, a_package(teacher))
    assert refused.value.code == "payments_not_set_up"


def test_an_event_that_is_faster_than_our_own_commit_has_the_last_word(teacher: Teacher, stripe: LocalStripe) -> None:
    payment = a_paid_package(stripe, teacher)
    opened = run(teacher, lambda tx: ask_open(tx, payment, page_of(teacher, payment), None, NOW).one())
    assert opened.status == payment_of(teacher, payment)["status"] == "paid"


def test_a_package_that_is_not_sold_any_more_cannot_be_bought(teacher: Teacher) -> None:
    package = a_package(teacher, is_active=False)
    with pytest.raises(LecternError) as refused:
        buy_package(teacher, package)
    assert refused.value.code == "package_not_found"


def test_a_lesson_that_is_free_needs_no_checkout(teacher: Teacher) -> None:
    with pytest.raises(Conflict) as refused:
        buy_lesson(teacher, a_lesson(teacher, price_amount=0))
    assert refused.value.code == "nothing_to_pay"


@pytest.mark.parametrize(
    "url",
    [
        "http://studio.example/",
        "javascript:alert(1)",
        "https://",
        "//studio.example",
        "https://[",
        "",
        "https://studio.example@evil.example/",
        "https://studio.example\\@evil.example/",
        "https://169.254.169.254/latest",
        "https://2130706433/",
        "https://[::1]/",
    ],
)
def test_stripe_sends_nobody_back_to_a_page_that_is_not_safe(teacher: Teacher, url: str) -> None:
    order = PackageOrder(a_package(teacher), student_details(), url, CANCEL)
    with pytest.raises(Invalid) as refused:
        start_package_checkout(teacher.id, new_id(), order, b"a", NOW)
    assert (refused.value.code, refused.value.facts) == ("unsafe_url", {"fields": ["success_url"]})


def test_a_page_on_the_developers_own_machine_will_do_for_test_money(teacher: Teacher) -> None:
    order = PackageOrder(a_package(teacher), student_details(), "http://localhost:3000/paid", SUCCESS)
    assert start_package_checkout(teacher.id, new_id(), order, b"a", NOW).status == "open"


def test_with_real_money_it_will_not(teacher: Teacher, monkeypatch: pytest.MonkeyPatch) -> None:
    order = PackageOrder(a_package(teacher), student_details(), "http://localhost:3000/paid", SUCCESS)
    monkeypatch.setenv("STRIPE_MODE", "live")
    settings.stripe_livemode.cache_clear()
    try:
        with pytest.raises(Invalid, match="https"):
            start_package_checkout(teacher.id, new_id(), order, b"a", NOW)
    finally:
        monkeypatch.undo()
        settings.stripe_livemode.cache_clear()
