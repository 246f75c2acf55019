"""What clients may keep, and how they learn that it has changed."""

import pytest

from tests.builders import in_days
from tests.http.conftest import Business

WEEK = {"from": in_days(0).isoformat(), "to": in_days(7).isoformat()}


@pytest.mark.parametrize(
    ("path", "query", "cache_control"),
    [
        ("/v1/me", {}, "private, max-age=300"),
        ("/v1/services", {}, "private, max-age=300"),
        ("/v1/packages", {}, "private, max-age=300"),
        ("/v1/policies", {}, "private, max-age=300"),
        ("/v1/availability/rules", {}, "private, max-age=300"),
        ("/v1/students", {}, "private, max-age=120"),
        ("/v1/lifecycle", {}, "private, max-age=120"),
        ("/v1/lifecycle/thresholds", {}, "private, max-age=300"),
        ("/v1/payments", {}, "private, max-age=60"),
        ("/v1/payments/kpis", {"from": "2026-03-01", "to": "2026-04-01"}, "private, max-age=60"),
        ("/v1/sessions", WEEK, "private, max-age=120"),
        ("/v1/calendar", WEEK, "private, max-age=120"),
    ],
)
def test_what_a_teacher_reads_stays_with_them(
    business: Business, path: str, query: dict[str, str], cache_control: str
) -> None:
    answer = business.api.get(path, query)

    assert answer.headers["Cache-Control"] == cache_control
    assert "Authorization" in answer.headers["Vary"]


@pytest.mark.parametrize("part", ["", "/services", "/packages"])
def test_what_is_public_may_be_kept_by_anybody(business: Business, part: str) -> None:
    answer = business.visitor.get(business.page + part)

    assert answer.headers["Cache-Control"] == "public, max-age=300"


@pytest.mark.parametrize("path", ["/v1/me", "/v1/services", "/v1/students"])
def test_who_has_the_answer_is_told_that_nothing_changed(business: Business, path: str) -> None:
    seen = business.api.get(path)

    again = business.api.get(path, if_none_match=f'"older", W/{seen.headers["ETag"]}')

    assert (again.status, again.text) == (304, "")
    assert again.headers["ETag"] == seen.headers["ETag"]
    assert again.headers["Cache-Control"] == seen.headers["Cache-Control"]


def test_a_change_changes_the_etag(business: Business) -> None:
    seen = business.api.get("/v1/students").headers["ETag"]
    business.student()

    assert business.api.get("/v1/students", if_none_match=seen).status == 200


def test_a_problem_is_not_kept(business: Business) -> None:
    assert business.visitor.get("/v1/teachers/nobody-there").headers["Cache-Control"] == "no-store"
