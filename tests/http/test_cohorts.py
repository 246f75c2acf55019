"""Retention, over HTTP."""

import pytest

from lectern.cohorts.refresh import refresh
from local.postgres import Postgres
from tests.builders import at
from tests.cohorts.given import came, forget_refreshes
from tests.http.conftest import Business


@pytest.fixture(autouse=True)
def never_refreshed(postgres: Postgres) -> None:
    forget_refreshes(postgres)


def test_cohorts_are_shown_the_newest_first_a_page_at_a_time(business: Business) -> None:
    for start in ("2025-11-05 10:00", "2025-12-05 10:00", "2026-01-05 10:00"):
        came(business.teacher, start)
    refresh(at("2026-02-15 12:00"))

    first = business.api.get("/v1/cohorts", {"limit": 2}).body
    rest = business.api.get("/v1/cohorts", {"limit": 2, "cursor": first["next"]}).body

    assert [cohort["month"] for cohort in first["cohorts"] + rest["cohorts"]] == [
        "2026-01-01",
        "2025-12-01",
        "2025-11-01",
    ]
    assert (first["as_of"], rest["next"]) == ("2026-02-15T12:00:00Z", None)
    assert first["cohorts"][0]["months"] == [
        {
            "number": 0,
            "month": "2026-01-01",
            "is_partial": False,
            "retained": 1,
            "retained_percent": None,
            "retained_or_later": 1,
            "retained_or_later_percent": None,
            "credits_percent": None,
        },
        {
            "number": 1,
            "month": "2026-02-01",
            "is_partial": True,
            "retained": 0,
            "retained_percent": None,
            "retained_or_later": 0,
            "retained_or_later_percent": None,
            "credits_percent": None,
        },
    ]


def test_trials_are_asked_for_apart(business: Business) -> None:
    came(business.teacher, "2026-01-20 10:00", trial="2026-01-05 10:00")
    refresh(at("2026-03-15 12:00"))

    [cohort] = business.api.get("/v1/cohorts", {"kind": "trial"}).body["cohorts"]

    assert (cohort["students"], cohort["paid_soon"], cohort["is_paid_soon_partial"]) == (1, 1, False)


def test_nobody_sees_the_cohorts_of_another(business: Business, other: Business) -> None:
    came(business.teacher, "2026-01-20 10:00")
    refresh(at("2026-03-15 12:00"))

    assert other.api.get("/v1/cohorts").body["cohorts"] == []


def test_two_ranges_are_compared_the_earlier_just_before_unless_it_is_said(business: Business) -> None:
    came(business.teacher, "2026-01-20 10:00", "2026-02-20 10:00")

    usual = business.api.get("/v1/cohorts/report", {"from": "2026-02-01", "to": "2026-03-01"}).body
    other = business.api.get(
        "/v1/cohorts/report",
        {"from": "2026-02-01", "to": "2026-03-01", "previous_from": "2025-12-01", "previous_to": "2026-01-01"},
    ).body

    assert usual == {
        "previous_from": "2026-01-04",
        "previous_to": "2026-02-01",
        "previous": 1,
        "retained": 1,
        "churned": 0,
        "new": 0,
        "returned": 0,
        "retained_percent": None,
    }
    assert (other["previous"], other["returned"]) == (0, 1)


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("/v1/cohorts", {"kind": "free"}),
        ("/v1/cohorts", {"cursor": "bm9uZQ=="}),
        ("/v1/cohorts/report", {"from": "2026-02-01", "to": "2026-02-01"}),
        ("/v1/cohorts/report", {"from": "2026-02-01"}),
    ],
)
def test_what_makes_no_sense_is_refused(business: Business, path: str, wrong: dict[str, str]) -> None:
    assert business.api.get(path, wrong).status == 422
