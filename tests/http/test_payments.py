"""A teacher looks at what was paid, over HTTP, and gives it back."""

from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from lectern.payments.refunds.send import FOR_WHO_WAITS_SECONDS
from local.stripe import LocalStripe
from tests.builders import in_days, rows_of
from tests.http.api import Answer, Api
from tests.http.buying import bought, buy, check_out, pay, student
from tests.http.conftest import Business, Clock
from tests.payments.sales import a_package, forget_events, page_of

MARCH = {"from": "2026-03-01", "to": "2026-04-01"}


def payments(shop: Business, **query: object) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = shop.api.get("/v1/payments", query).body["payments"]
    return found


@pytest.fixture
def package(shop: Business, stripe: LocalStripe) -> str:
    """The path of a payment for ten lessons."""
    bought(stripe, shop)
    return f"/v1/payments/{payments(shop)[0]['id']}"


def a_paid_lesson(shop: Business, stripe: LocalStripe, **service: object) -> Answer:
    """Tomorrow's lesson, for 50 euros."""
    lesson = check_out(shop, shop.service(price_amount=5000, **service))
    pay(stripe, shop, lesson)
    return lesson


def test_payments_are_listed_the_newest_first_a_page_at_a_time(shop: Business, wall_clock: Clock) -> None:
    for minute, price in enumerate((1000, 2000, 3000)):
        wall_clock.go_to(in_days(0, hour=9) + timedelta(minutes=minute))
        buy(shop, a_package(shop.teacher, price_amount=price))

    first = shop.api.get("/v1/payments", {"limit": 2}).body
    rest = shop.api.get("/v1/payments", {"limit": 2, "cursor": first["next"]}).body

    assert [paid["amount"]["amount"] for paid in first["payments"] + rest["payments"]] == [3000, 2000, 1000]
    assert rest["next"] is None


def test_payments_are_listed_by_status_and_by_student(shop: Business, stripe: LocalStripe) -> None:
    bought(stripe, shop, "Sam")
    buy(shop, a_package(shop.teacher), student=student("Kim"))

    assert [paid["student_name"] for paid in payments(shop, status="paid")] == ["Sam"]
    assert [paid["status"] for paid in payments(shop, student_id=shop.student("Kim"))] == ["open"]


def test_the_preview_of_a_refund_is_what_comes_of_it(shop: Business, package: str) -> None:
    preview = shop.api.get(f"{package}/refund-preview").body

    refunded = shop.api.post(f"{package}/refund", {"expected_amount": preview["amount"]["amount"]})

    assert preview["amount"] == preview["refundable"] == {"amount": 36000, "currency": "EUR"}
    assert (refunded.status, refunded.body["units"]) == (200, preview["units"])
    shown = shop.api.get(package).body
    assert shown["refunded"] == preview["amount"]
    assert [(refund["status"], refund["origin"]) for refund in shown["refunds"]] == [("succeeded", "teacher")]


def test_a_part_goes_back_and_takes_the_credits_that_it_paid_for(shop: Business, package: str) -> None:
    preview = shop.api.get(f"{package}/refund-preview", {"amount": 3600}).body

    shop.api.post(f"{package}/refund", {"amount": 3600})

    assert (preview["units"], preview["refundable"]["amount"]) == (100, 36000)
    assert shop.api.get(f"{package}/refund-preview").body["amount"]["amount"] == 32400


def test_a_refund_that_has_come_to_something_else_is_not_made(shop: Business, package: str) -> None:
    refused = shop.api.post(f"{package}/refund", {"expected_amount": 100})

    assert (refused.status, refused.code, refused.body["amount"]) == (409, "outcome_changed", 36000)
    assert rows_of(shop.teacher, "refunds") == []


def test_more_than_was_paid_is_not_given_back(shop: Business, package: str) -> None:
    refused = shop.api.post(f"{package}/refund", {"amount": 36001})

    assert (refused.status, refused.code, refused.body["refundable"]) == (409, "not_refundable", 36000)


@pytest.mark.parametrize("amount", ["3600", 3600.0, True])
def test_money_is_given_back_by_a_whole_number(shop: Business, package: str, amount: object) -> None:
    refused = shop.api.post(f"{package}/refund", {"amount": amount, "expected_amount": amount})

    assert (refused.status, refused.fields()) == (422, {"amount", "expected_amount"})
    assert shop.api.get(package).body["refunds"] == []


def test_ac31_a_refund_asked_for_again_with_the_key_is_one_refund(
    shop: Business, stripe: LocalStripe, package: str
) -> None:
    stripe.requests.clear()

    first, again = (shop.api.post(f"{package}/refund", {"amount": 3600}, key="k") for _ in range(2))

    assert (again.body, again.headers["Idempotency-Replayed"]) == (first.body, "true")
    assert len(stripe.requests) == len(rows_of(shop.teacher, "refunds")) == 1


def test_while_stripe_is_away_a_refund_waits_and_is_sent_by_the_reconciliation(
    shop: Business, stripe: LocalStripe, package: str
) -> None:
    stripe.fail(3, "500")
    refunded = shop.api.post(f"{package}/refund", {})
    before = shop.api.get(package).body["refunds"]

    shop.api.post("/v1/payments/reconcile")

    after = shop.api.get(package).body["refunds"]
    assert (refunded.status, before[0]["status"], after[0]["status"]) == (200, "requested", "succeeded")


def test_a_student_who_cancels_in_time_has_their_money_back(shop: Business, stripe: LocalStripe) -> None:
    shop.api.put("/v1/policies", {"notice_hours": 2})
    seat = Api(a_paid_lesson(shop, stripe).body["token"])
    preview = seat.get("/v1/seat/cancellation-preview").body

    cancelled = seat.post("/v1/seat/cancel", {"expected_charge_percent": 0})

    assert cancelled.body["refund"] == preview["refund"] == {"amount": 5000, "currency": "EUR"}
    assert seat.get("/v1/seat").body["payment"]["refunded"]["amount"] == 5000
    assert [refund["status"] for refund in rows_of(shop.teacher, "refunds")] == ["succeeded"]


def test_a_cancellation_stands_though_stripe_is_away(shop: Business, stripe: LocalStripe) -> None:
    lesson = a_paid_lesson(shop, stripe)
    stripe.fail(3, "reset")

    cancelled = shop.api.post(f"/v1/sessions/{lesson.body['session_id']}/cancel", {})

    assert cancelled.status == 200
    assert Api(lesson.body["token"]).get("/v1/seat").body["status"] == "cancelled"
    assert [refund["status"] for refund in rows_of(shop.teacher, "refunds")] == ["requested"]


def test_a_large_group_that_is_called_off_does_not_keep_its_teacher_waiting(
    shop: Business, stripe: LocalStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = shop.service(price_amount=5000, seats=4)
    seats = [check_out(shop, group, student=student(f"Sam{number}")) for number in range(4)]
    for seat in seats:
        pay(stripe, shop, seat)
    monkeypatch.setattr(stripe, "latency_seconds", FOR_WHO_WAITS_SECONDS / 2)

    shop.api.post(f"/v1/sessions/{seats[0].body['session_id']}/cancel", {})
    soon = Counter(refund["status"] for refund in rows_of(shop.teacher, "refunds"))
    monkeypatch.setattr(stripe, "latency_seconds", 0)
    shop.api.post("/v1/payments/reconcile")

    later = Counter(refund["status"] for refund in rows_of(shop.teacher, "refunds"))
    assert (soon, later) == ({"succeeded": 2, "requested": 2}, {"succeeded": 4})


def test_a_missed_lesson_keeps_what_the_policy_says_and_the_rest_goes_back(
    shop: Business, stripe: LocalStripe, wall_clock: Clock
) -> None:
    shop.api.put("/v1/policies", {"no_show_percent": 50})
    lesson = a_paid_lesson(shop, stripe)
    wall_clock.go_to(in_days(1) + timedelta(hours=1))

    shop.api.post(f"/v1/sessions/{lesson.body['session_id']}/no-show", {})

    assert [(refund["amount"], refund["status"]) for refund in rows_of(shop.teacher, "refunds")] == [
        (2500, "succeeded")
    ]


def test_what_a_lesson_without_money_comes_to_asks_stripe_nothing(shop: Business, stripe: LocalStripe) -> None:
    asked = {"service_id": str(shop.service()), "student_id": str(shop.student())}
    session = shop.api.post("/v1/sessions", asked | {"starts_at": in_days(1).isoformat()}).body["id"]

    assert shop.api.post(f"/v1/sessions/{session}/cancel", {}).status == 200
    assert stripe.requests == []


def test_the_sums_of_a_month_stand_beside_those_before(shop: Business, package: str) -> None:
    buy(shop, a_package(shop.teacher, price_amount=1000))
    shop.api.post(f"{package}/refund", {"amount": 3600})

    [euros] = shop.api.get("/v1/payments/kpis", MARCH).body["currencies"]

    assert (euros["currency"], euros["revenue"], euros["refunds"], euros["outstanding"]) == ("EUR", 36000, 3600, 1000)
    assert euros["previous_revenue"] == 0


@pytest.mark.parametrize(
    "range_", [{"from": "2026-04-01", "to": "2026-03-01"}, {"from": "2024-01-01", "to": "2026-03-01"}]
)
def test_sums_are_of_a_range_of_at_most_a_year(shop: Business, range_: dict[str, str]) -> None:
    refused = shop.api.get("/v1/payments/kpis", range_)

    assert (refused.status, refused.fields()) == (422, {"from", "to"})


def test_what_stripe_could_not_tell_is_put_right_by_reconciling(shop: Business, stripe: LocalStripe) -> None:
    started = buy(shop, a_package(shop.teacher))
    stripe.pay(page_of(shop.teacher, UUID(started.body["payment_id"])))
    forget_events(stripe)

    report = shop.api.post("/v1/payments/reconcile").body

    assert (len(report["repaired"]), report["reported"]) == (1, [])
    assert Api(started.body["token"]).get("/v1/purchase").body["units_left"] == 1000


def test_reconciling_is_for_now_and_then(shop: Business) -> None:
    answers = [shop.api.post("/v1/payments/reconcile") for _ in range(4)]

    assert [answer.status for answer in answers] == [200, 200, 429, 429]


def test_reconciling_while_stripe_is_away_says_when_to_ask_again(shop: Business, stripe: LocalStripe) -> None:
    stripe.fail(3, "500")

    refused = shop.api.post("/v1/payments/reconcile")

    assert (refused.status, refused.code) == (503, "stripe_unavailable")
    assert "Retry-After" in refused.headers


def test_a_payment_too_large_for_a_price_is_shown(shop: Business, stripe: LocalStripe) -> None:
    """By an invoice of the teacher's own."""
    [account] = rows_of(shop.teacher, "payment_accounts")
    stripe.pay_invoice(account["stripe_account_id"], 150_000_000)
    shop.api.post("/v1/payments/reconcile")

    [paid] = payments(shop)

    assert (paid["kind"], paid["amount"]["amount"]) == ("invoice", 150_000_000)
