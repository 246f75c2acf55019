"""Alerts and their rules, over HTTP."""

from datetime import timedelta
from uuid import UUID

import pytest

from lectern.alerts.evaluate import evaluate
from tests.alerts.given import TODAY, payment
from tests.builders import NOW, in_days, rows_of, run
from tests.http.conftest import Business, Clock


def run_job(business: Business, days: int = 0) -> None:
    run(business.teacher, evaluate, TODAY + timedelta(days=days), NOW + timedelta(days=days))


def failed(business: Business, student: UUID, day: int) -> None:
    for _ in range(2):
        payment(business.teacher, student, "failed", in_days(day))


def rule(business: Business, metric: str) -> dict[str, object]:
    [found] = [each for each in business.api.get("/v1/alert-rules").body["rules"] if each["metric"] == metric]
    return dict(found)


def test_an_alert_is_shown_with_why_and_when_it_ended(business: Business) -> None:
    failed(business, business.student(), -2)
    for days in (0, 6):
        run_job(business, days)

    [alert] = business.api.get("/v1/alerts").body["alerts"]

    facts = {"condition": "above", "threshold": 1.0, "window_days": 7, "baseline": None, "change_percent": None}
    facts |= {"currency": None}
    assert alert == {
        "id": alert["id"],
        "metric": "failed_payments",
        "window_end": "2026-03-02",
        "facts": facts | {"value": 2.0, "sample": 2},
        "notified_on": "2026-03-02",
        "fired_at": "2026-03-02T08:00:00Z",
        "resolved_facts": facts | {"value": 0.0, "sample": 0},
        "resolved_at": "2026-03-08T08:00:00Z",
    }


def test_alerts_come_the_newest_first_a_page_at_a_time_and_without_those_that_ended(business: Business) -> None:
    student = business.student()
    for days in (0, 20, 40):
        failed(business, student, days - 2)
        run_job(business, days)
        run_job(business, days + 10)
    failed(business, student, 58)
    run_job(business, 60)

    first = business.api.get("/v1/alerts", {"limit": 3}).body
    rest = business.api.get("/v1/alerts", {"limit": 3, "cursor": first["next"]}).body
    firing = business.api.get("/v1/alerts", {"only_firing": "true"}).body["alerts"]

    ends = [alert["window_end"] for alert in first["alerts"] + rest["alerts"]]
    assert ends == ["2026-05-01", "2026-04-11", "2026-03-22", "2026-03-02"]
    assert rest["next"] is None
    assert [alert["window_end"] for alert in firing] == ["2026-05-01"]


def test_nobody_sees_the_alerts_of_another(business: Business, other: Business) -> None:
    failed(business, business.student(), -2)
    run_job(business)

    assert other.api.get("/v1/alerts").body["alerts"] == []
    assert rule(other, "failed_payments")["latest"] is None


def test_rules_are_as_usual_until_a_teacher_says_otherwise(business: Business) -> None:
    usual = rule(business, "active_students")

    put = business.api.put("/v1/alert-rules/active_students", {"threshold": -40, "channel": "in_app"})

    assert (usual["condition"], usual["threshold"], usual["window_days"], usual["kind"]) == (
        "change",
        -15.0,
        28,
        "count",
    )
    assert put.body == usual | {"threshold": -40.0, "channel": "in_app"} == rule(business, "active_students")
    assert business.api.put("/v1/alert-rules/active_students", {}).body == usual


def test_a_rule_shows_how_it_stood_at_the_last_run(business: Business) -> None:
    failed(business, business.student(), -2)
    run_job(business)

    failing, page = rule(business, "failed_payments"), rule(business, "page_conversion")

    assert failing["firing_id"] == business.api.get("/v1/alerts").body["alerts"][0]["id"]
    assert (page["latest"], page["firing_id"]) == (
        {"window_end": "2026-03-02", "facts": None, "evaluated_at": "2026-03-02T08:00:00Z"},
        None,
    )


def test_switching_a_rule_off_ends_its_alert(business: Business, wall_clock: Clock) -> None:
    failed(business, business.student(), -2)
    run_job(business)
    wall_clock.go_to(in_days(0, hour=12))

    put = business.api.put("/v1/alert-rules/failed_payments", {"is_enabled": False})

    [alert] = business.api.get("/v1/alerts").body["alerts"]
    assert (put.body["is_enabled"], put.body["firing_id"]) == (False, None)
    assert (alert["resolved_at"], alert["resolved_facts"]) == ("2026-03-02T12:00:00Z", None)
    changes = [row for row in rows_of(business.teacher, "domain_events") if row["type"] == "alerts.rule_changed"]
    assert [change["payload"] for change in changes] == [{"metric": "failed_payments"}]


@pytest.mark.parametrize(
    ("metric", "wrong", "field"),
    [
        ("active_students", {"window_days": 8}, "window_days"),
        ("active_students", {"threshold": 0}, "threshold"),
        ("active_students", {"threshold": -101}, "threshold"),
        ("active_students", {"condition": "change_from_mean", "threshold": 0}, "threshold"),
        ("active_students", {"cooldown": 3}, "cooldown"),
        ("unconfirmed_lessons", {"condition": "change", "threshold": -5}, "condition"),
        ("lessons_next_14_days", {"condition": "above"}, "threshold"),
        ("failed_payments", {"condition": "change"}, "threshold"),
        ("failed_payments", {"threshold": -1}, "threshold"),
        ("utilisation", {"threshold": 0}, "threshold"),
        ("no_show_and_late_cancel_rate", {"threshold": 100}, "threshold"),
        ("failed_payments", {"min_sample": 2}, "min_sample"),
        ("calendar_stale_minutes", {"min_sample": 1}, "min_sample"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(
    business: Business, metric: str, wrong: dict[str, object], field: str
) -> None:
    before = rule(business, metric)

    refused = business.api.put(f"/v1/alert-rules/{metric}", wrong)

    assert (refused.status, refused.fields()) == (422, {field})
    assert rule(business, metric) == before


def test_another_condition_of_the_same_kind_keeps_the_usual_threshold(business: Business) -> None:
    put = business.api.put("/v1/alert-rules/active_students", {"condition": "change_from_mean", "min_sample": 5})

    assert (put.body["condition"], put.body["threshold"], put.body["min_sample"]) == ("change_from_mean", -15.0, 5)


def test_a_rule_of_nothing_that_is_measured_is_not_found(business: Business) -> None:
    assert business.api.put("/v1/alert-rules/happiness", {}).code == "metric_not_found"
