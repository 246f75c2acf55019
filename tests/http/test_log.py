"""What an operator reads of a request: its route, its time and whose it was; and every decision that cost money."""

import json
from dataclasses import dataclass
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest

from booking.app import logger
from lectern import database
from local.stripe import LocalStripe
from tests.builders import in_days, rows_of
from tests.http.api import CONTEXT, Api
from tests.http.buying import bought
from tests.http.conftest import Business, Clock
from tests.http.test_credits import enter, give
from tests.http.test_payments import a_paid_lesson
from tests.payments.sales import hear

REQUEST = CONTEXT.aws_request_id


@dataclass(frozen=True)
class Log:
    """All that a function writes: its logger's lines, and then its metrics."""

    written: StringIO
    printed: pytest.CaptureFixture[str]

    def lines(self) -> list[dict[str, Any]]:
        told = self.written.getvalue() + self.printed.readouterr().out
        return [json.loads(line) for line in told.splitlines()]


@pytest.fixture
def log(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Log:
    log = Log(StringIO(), capsys)
    monkeypatch.setattr(logger.registered_handler, "stream", log.written)
    return log


def decisions(log: Log) -> list[tuple[object, ...]]:
    return [
        (line["decision"], *(line[fact] for fact in ("units", "amount", "percent") if fact in line))
        for line in log.lines()
        if "decision" in line
    ]


def test_a_request_is_measured_by_its_route_as_it_was_declared(business: Business, log: Log) -> None:
    business.api.get(f"/v1/students/{business.student()}")

    [told] = log.lines()
    metric = told["_aws"]["CloudWatchMetrics"][0]
    assert metric["Dimensions"] == [["service", "route"]]
    assert (told["route"], told["status"], told["Faults"]) == ("GET /v1/students/{student_id}", 200, 0)
    assert told["Latency"] > 0
    assert (told["teacher_id"], told["function_request_id"]) == (str(business.teacher.id), REQUEST)


def test_what_nobody_has_declared_is_one_route(visitor: Api, log: Log) -> None:
    for path in ("/v1/sam@example.com", "/v1/nothing"):
        visitor.get(path)

    told = log.lines()
    assert [line["route"] for line in told] == ["none", "none"]
    assert "sam@" not in str(told)


def test_a_page_is_its_teachers_and_the_next_request_is_not(business: Business, log: Log) -> None:
    business.visitor.get(business.page)
    business.visitor.get("/v1/teachers/nobody-at-all")

    assert [line["teacher_id"] for line in log.lines()] == [str(business.teacher.id), None]


def test_an_error_of_ours_counts_and_tells_where_and_for_whom(
    business: Business, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "tenant", lambda _: 1 / 0)

    business.api.get("/v1/me")

    failure, measured = log.lines()[-2:]
    assert (failure["message"], failure["teacher_id"]) == ("unexpected error", str(business.teacher.id))
    assert (failure["route"], measured["Faults"]) == ("GET /v1/me", 1)


def test_an_error_of_ours_is_its_version_s_as_well(
    business: Business, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "tenant", lambda _: 1 / 0)

    business.api.get("/v1/me")

    measured = log.lines()[-1]
    by_version = measured["_aws"]["CloudWatchMetrics"][1]
    assert by_version["Dimensions"] == [["service", "version"]]
    assert [metric["Name"] for metric in by_version["Metrics"]] == ["Faults"]
    assert (measured["version"], measured["Faults"]) == (CONTEXT.function_version, 1)


def test_credits_that_a_teacher_gives_are_told_with_their_tenant_and_request(business: Business, log: Log) -> None:
    give(business, business.student(), 300)

    [told] = [line for line in log.lines() if "decision" in line]
    assert (told["decision"], told["units"]) == ("credits_adjusted", 300)
    assert (told["teacher_id"], told["function_request_id"]) == (str(business.teacher.id), REQUEST)


def test_what_the_database_refuses_is_no_decision(business: Business, log: Log) -> None:
    assert give(business, business.student(), -300).code == "insufficient_credits"

    assert decisions(log) == []


def test_a_missed_lesson_tells_what_it_cost(business: Business, wall_clock: Clock, log: Log) -> None:
    student = business.student()
    give(business, student, 300)
    session = enter(business, student).body["id"]
    wall_clock.go_to(in_days(3) + timedelta(hours=1))

    business.api.post(f"/v1/sessions/{session}/no-show", {})

    assert decisions(log)[1:] == [("credits_forfeited", 100), ("no_show_charged", 100)]


def test_a_late_cancellation_tells_its_free_pass_and_a_refused_one_nothing(
    business: Business, wall_clock: Clock, log: Log
) -> None:
    booking = {"service_id": str(business.service()), "starts_at": in_days(3).isoformat()}
    student = {"name": "Sam", "email": "sam@example.com"}
    seat = Api(business.visitor.post(f"{business.page}/sessions", {**booking, "student": student}).body["token"])
    wall_clock.go_to(in_days(3) - timedelta(hours=23))

    seat.post("/v1/seat/cancel", {"expected_charge_percent": 50})
    assert decisions(log) == []
    seat.post("/v1/seat/cancel", {"expected_charge_percent": 0, "expected_uses_free_pass": True})

    assert decisions(log) == [("free_pass_used", 0)]


def test_money_that_goes_back_is_told_when_it_is_promised_and_when_it_is_sent(
    shop: Business, stripe: LocalStripe, log: Log
) -> None:
    bought(stripe, shop)
    [paid] = shop.api.get("/v1/payments").body["payments"]

    shop.api.post(f"/v1/payments/{paid['id']}/refund", {"amount": 3600})

    assert decisions(log) == [("refund_requested", 100, 3600), ("refund_sent", 3600)]


def test_a_cancellation_tells_the_money_that_it_gives_back(shop: Business, stripe: LocalStripe, log: Log) -> None:
    lesson = a_paid_lesson(shop, stripe)

    shop.api.post(f"/v1/sessions/{lesson.body['session_id']}/cancel", {})

    assert decisions(log) == [("refund_requested", 5000), ("refund_sent", 5000)]


def test_a_dispute_that_is_lost_is_told(shop: Business, stripe: LocalStripe, log: Log) -> None:
    a_paid_lesson(shop, stripe)
    [payment] = rows_of(shop.teacher, "payments")
    dispute = stripe.dispute(payment["payment_intent_id"])

    stripe.close_dispute(dispute["id"], won=False)
    hear(stripe, shop.teacher)

    assert decisions(log) == [("dispute_lost", 5000)]
