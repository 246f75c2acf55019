"""A student pays over HTTP, for a package or for a lesson, and sees what became of it."""

from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

import pytest

from booking.edge import access
from local.stripe import LocalStripe
from tests.builders import in_days, rows_of
from tests.http.api import Api
from tests.http.buying import RETURN, bought, buy, check_out, order_of, pay, student
from tests.http.conftest import Business
from tests.payments.sales import CLOCK, a_package, hear, page_of


def test_a_package_is_bought_on_stripes_page_and_its_token_shows_it(shop: Business, stripe: LocalStripe) -> None:
    started = buy(shop, a_package(shop.teacher, valid_days=30))
    purchase = Api(started.body["token"])
    before = purchase.get("/v1/purchase").body
    pay(stripe, shop, started)

    after = purchase.get("/v1/purchase").body

    assert (started.status, started.headers["Location"]) == (201, "/v1/purchase")
    assert started.body["amount"] == {"amount": 36000, "currency": "EUR"}
    assert (before["status"], before["units_left"]) == ("open", 0)
    assert before["checkout_url"] == started.body["checkout_url"]
    assert (after["status"], after["units_left"], after["checkout_url"]) == ("paid", 1000, None)
    assert after["credits_expire_at"] == "2026-04-01T08:00:00Z"


def test_a_purchase_shows_nothing_of_who_it_is_for(shop: Business, stripe: LocalStripe) -> None:
    shown = Api(bought(stripe, shop, "Samantha")).get("/v1/purchase").text

    assert "samantha" not in shown.lower()


def test_a_lesson_is_held_until_it_is_paid_and_then_booked(shop: Business, stripe: LocalStripe) -> None:
    started = check_out(shop, shop.service(price_amount=5000))
    seat = Api(started.body["token"])
    before = seat.get("/v1/seat").body
    pay(stripe, shop, started)

    after = seat.get("/v1/seat").body

    assert (started.body["price"]["amount"], started.body["expires_at"]) == (5000, "2026-03-02T08:40:00Z")
    assert (before["status"], before["payment"]["status"]) == ("held", "open")
    assert before["payment"]["checkout_url"] == started.body["checkout_url"]
    assert (after["status"], after["payment"]["status"]) == ("scheduled", "paid")
    assert after["payment"]["amount"] == {"amount": 5000, "currency": "EUR"}


def test_a_seat_that_nothing_was_paid_for_shows_no_payment(shop: Business) -> None:
    asked = {"service_id": str(shop.service()), "starts_at": in_days(1).isoformat(), "student": student()}
    booked = shop.visitor.post(f"{shop.page}/sessions", asked)

    seat = Api(booked.body["token"]).get("/v1/seat").body

    assert (seat["payment"], seat["credit_units"]) == (None, 0)


def test_ac27_a_lesson_that_must_be_paid_is_not_booked_on_trust(shop: Business) -> None:
    service = shop.service(price_amount=5000, requires_payment=True)
    asked = {"service_id": str(service), "starts_at": in_days(1).isoformat(), "student": student()}

    refused = shop.visitor.post(f"{shop.page}/sessions", asked)

    assert (refused.status, refused.code) == (409, "payment_required")


def test_a_held_slot_is_checked_out_by_its_holder(shop: Business) -> None:
    service = shop.service(price_amount=5000)
    held = shop.visitor.post(
        f"{shop.page}/holds", {"service_id": str(service), "starts_at": in_days(1).isoformat()}
    ).body

    without = check_out(shop, service)
    started = check_out(shop, service, hold_token=held["token"])

    assert without.code == "slot_taken"
    assert (started.status, started.body["session_id"]) == (201, held["session_id"])


def test_ac31_a_repeated_checkout_is_one_payment_and_one_page(shop: Business, stripe: LocalStripe) -> None:
    package = a_package(shop.teacher)

    first, again = buy(shop, package, "k"), buy(shop, package, "k")

    assert again.body == first.body
    assert len(rows_of(shop.teacher, "payments")) == 1
    assert len([asked for asked in stripe.requests if asked.method == "POST"]) == 1


def test_ac31_the_key_of_a_checkout_with_another_body_is_refused(shop: Business) -> None:
    package = a_package(shop.teacher)
    buy(shop, package, "k")

    reused = buy(shop, package, "k", student=student("Kim"))

    assert (reused.status, reused.code) == (422, "idempotency_key_reused")


def test_a_checkout_that_broke_off_after_stripe_had_it_goes_on_where_it_was(
    shop: Business, stripe: LocalStripe
) -> None:
    service = shop.service(price_amount=5000)
    stripe.fail(3, "late")
    broken = check_out(shop, service, "k")

    again = check_out(shop, service, "k")

    assert (broken.status, again.status) == (503, 201)
    assert len(rows_of(shop.teacher, "class_sessions")) == 1
    assert urlsplit(again.body["checkout_url"]).path.endswith(page_of(shop.teacher, UUID(again.body["payment_id"])))


@pytest.mark.parametrize("how", ["reset", "500"])
def test_a_checkout_while_stripe_is_away_may_be_repeated(shop: Business, stripe: LocalStripe, how: str) -> None:
    stripe.fail(3, how)  # type: ignore[arg-type]  # one of the ways that there are

    refused = buy(shop, a_package(shop.teacher))

    assert (refused.status, refused.code) == (503, "stripe_unavailable")
    assert int(refused.headers["Retry-After"]) >= 1


def test_while_the_circuit_of_a_failing_stripe_is_open_nobody_asks_it_and_credits_still_book(
    shop: Business, stripe: LocalStripe
) -> None:
    token, lesson = bought(stripe, shop), shop.service(price_amount=5000, requires_payment=True)
    stripe.fail(10, "500")
    failed = [buy(shop, a_package(shop.teacher)) for _ in range(2)]
    asked_before = len(stripe.requests)

    refused = check_out(shop, lesson)
    asked = {"service_id": str(lesson), "starts_at": in_days(2).isoformat(), "student": student()}
    booked = Api().post(f"{shop.page}/sessions", asked | {"credit_token": token})

    assert [answer.code for answer in (*failed, refused)] == ["stripe_unavailable"] * 3
    assert len(stripe.requests) == asked_before
    assert (booked.status, Api(token).get("/v1/purchase").body["units_left"]) == (201, 900)


def test_a_teacher_who_takes_no_payments_has_no_checkout(business: Business) -> None:
    lesson = check_out(business, business.service(price_amount=5000))
    package = buy(business, a_package(business.teacher))

    assert (lesson.status, lesson.code) == (409, "payments_not_set_up")
    assert (package.status, package.code) == (409, "payments_not_set_up")
    assert rows_of(business.teacher, "class_sessions") == []


def test_a_free_lesson_is_not_checked_out(shop: Business) -> None:
    assert check_out(shop, shop.service(price_amount=0)).code == "nothing_to_pay"


def test_what_stripe_refuses_is_told_with_its_reason_and_frees_the_slot(shop: Business) -> None:
    service = shop.service(price_amount=5000)
    # By Stripe's clock the page would have run out already.
    CLOCK.wait(timedelta(hours=1))
    refused = check_out(shop, service)
    CLOCK.reset()

    assert (refused.status, refused.code) == (409, "payment_refused_by_stripe")
    assert refused.body["stripe_code"]
    assert check_out(shop, service, student=student("Kim")).status == 201


@pytest.mark.parametrize("url", ["http://studio.example/paid", "https://", "//studio.example", "ftp://studio.example"])
def test_the_buyer_comes_back_to_a_safe_address(shop: Business, url: str) -> None:
    refused = buy(shop, a_package(shop.teacher), success_url=url)

    assert (refused.status, refused.code, refused.fields()) == (422, "unsafe_url", {"success_url"})


@pytest.mark.parametrize("wrong", [{"success_url": "x" * 2001}, {"cancel_url": "a page"}, {"price": 1}])
def test_a_wrong_field_of_an_order_is_named(shop: Business, wrong: dict[str, object]) -> None:
    refused = shop.visitor.post(f"{shop.page}/purchases", order_of(a_package(shop.teacher), **wrong))

    assert (refused.status, refused.fields()) == (422, set(wrong))


def test_checking_out_is_limited_more_than_booking(shop: Business) -> None:
    visitor, order = Api(), order_of(a_package(shop.teacher))

    answers = [visitor.post(f"{shop.page}/purchases", order | RETURN) for _ in range(access.CHECKOUTS.burst + 1)]

    assert [answer.status for answer in answers[:-1]] == [201] * access.CHECKOUTS.burst
    assert (answers[-1].status, answers[-1].code) == (429, "rate_limited")


def test_ac32_another_teachers_package_or_lesson_is_not_sold_here(shop: Business, other: Business) -> None:
    package = buy(shop, a_package(other.teacher))
    lesson = check_out(shop, other.service(price_amount=5000))

    assert (package.code, lesson.code) == ("package_not_found", "service_not_found")


def test_a_withdrawn_package_is_not_sold(shop: Business) -> None:
    package = a_package(shop.teacher)
    shop.api.delete(f"/v1/packages/{package}")

    assert buy(shop, package).code == "package_not_found"


def test_a_page_that_is_given_up_frees_the_slot(shop: Business, stripe: LocalStripe) -> None:
    service = shop.service(price_amount=5000)
    left = check_out(shop, service)
    stripe.expire(page_of(shop.teacher, UUID(left.body["payment_id"])))
    hear(stripe, shop.teacher)

    assert Api(left.body["token"]).get("/v1/seat").body["payment"]["status"] == "expired"
    assert check_out(shop, service, student=student("Kim")).status == 201
