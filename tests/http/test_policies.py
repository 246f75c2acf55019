"""What late cancellations and missed lessons cost, as the teacher sets it over HTTP."""

from uuid import UUID

import pytest

from tests.builders import book, in_days
from tests.http.conftest import Business


def policies(business: Business) -> list[dict[str, object]]:
    found: list[dict[str, object]] = business.api.get("/v1/policies").body["policies"]
    return found


def free_until(business: Business, service: UUID, days: int = 5, name: str = "Sam") -> str:
    """Of a lesson booked now."""
    session = book(business.teacher, service, in_days(days), name).session_id
    shown = business.api.get(f"/v1/sessions/{session}/cancellation-preview").body["free_until"]
    return str(shown)


def test_without_a_policy_of_their_own_a_teacher_has_the_usual_one(business: Business) -> None:
    [usual] = policies(business)

    assert (usual["service_id"], usual["student_id"]) == (None, None)
    assert (usual["notice_hours"], usual["late_charge_percent"], usual["free_passes"]) == (24, 100, 1)


def test_a_policy_is_put_shown_and_taken_back(business: Business) -> None:
    service = business.service()
    tiers = {"notice_hours": 48, "late_charge_percent": 50, "last_minute_hours": 6, "last_minute_percent": 100}

    put = business.api.put("/v1/policies", {"service_id": str(service), **tiers}).body
    removed = business.api.send("DELETE", "/v1/policies", query={"service_id": service})

    assert (put["service_id"], put["notice_hours"], put["last_minute_percent"]) == (str(service), 48, 100)
    assert removed.status == 204
    assert len(policies(business)) == 1


def test_a_booking_carries_the_policy_that_fits_it_best(business: Business) -> None:
    own, usual = business.service(), business.service()
    business.api.put("/v1/policies", {"notice_hours": 12})
    business.api.put("/v1/policies", {"service_id": str(own), "notice_hours": 72})

    assert free_until(business, own) == "2026-03-04T10:00:00Z"
    assert free_until(business, usual, days=6) == "2026-03-07T22:00:00Z"


def test_a_policy_that_changes_leaves_what_is_booked(business: Business) -> None:
    session = book(business.teacher, business.service(), in_days(5)).session_id
    business.api.put("/v1/policies", {"notice_hours": 96})

    preview = business.api.get(f"/v1/sessions/{session}/cancellation-preview").body

    assert preview["free_until"] == "2026-03-06T10:00:00Z"


def test_a_policy_that_is_not_there_cannot_be_taken_back(business: Business) -> None:
    refused = business.api.delete("/v1/policies")

    assert (refused.status, refused.code) == (404, "policy_not_found")


@pytest.mark.parametrize(
    ("wrong", "fields"),
    [
        ({"notice_hours": 721}, {"notice_hours"}),
        ({"late_charge_percent": 30}, {"late_charge_percent"}),
        ({"last_minute_hours": 6}, {"last_minute_hours", "last_minute_percent"}),
        ({"last_minute_hours": 30, "last_minute_percent": 100}, {"last_minute_hours", "last_minute_percent"}),
        ({"grace": 5}, {"grace"}),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused(
    business: Business, wrong: dict[str, object], fields: set[str]
) -> None:
    refused = business.api.put("/v1/policies", wrong)

    assert (refused.status, refused.fields()) == (422, fields)
