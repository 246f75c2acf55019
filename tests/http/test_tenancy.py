"""AC32: whoever is signed in, what another teacher has does not exist."""

import re
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from local.stripe import LocalStripe
from tests.builders import book, in_days
from tests.http.api import Answer, Api
from tests.http.conftest import Business
from tests.payments.sales import a_package, a_paid_package

NEED_A_TOKEN = [
    (kind, method.upper(), path)
    for path, operations in Api().get("/openapi.json").body["paths"].items()
    for method, operation in operations.items()
    for requirement in operation.get("security", [])
    for kind in requirement
]
OPERATIONS = [(method, path) for kind, method, path in NEED_A_TOKEN if kind == "teacher"]
WITH_ID = [(method, path) for method, path in OPERATIONS if re.search(r"{\w+_id}", path)]

BODIES: dict[str, dict[str, Any]] = {
    "reschedule": {"starts_at": in_days(5).isoformat()},
    "cancel": {},
    "correct": {"to": "cancelled"},
    "no-show": {},
    "refund": {},
    "token": {},
    "credits": {"units": 100, "note": "Sorry"},
    "make-ups": {},
    "contacts": {"direction": "out", "channel": "phone"},
    "students": {"student_ids": []},
}
QUERIES = {"correction-preview": {"to": "cancelled"}}


@pytest.fixture
def other(shop: Business) -> Business:
    """Another tenant, who has payments, too."""
    return shop


def their_id(other: Business, stripe: LocalStripe, path: str) -> UUID:
    made: dict[str, Callable[[], UUID]] = {
        "service_id": partial(other.service),
        "student_id": partial(other.student),
        "package_id": partial(a_package, other.teacher),
        "payment_id": partial(a_paid_package, stripe, other.teacher),
        "item_id": lambda: UUID(
            other.api.post("/v1/content", {"kind": "material", "title": "Scales", "body": "C major"}).body["id"]
        ),
        "session_id": lambda: book(other.teacher, other.service(), in_days(2)).session_id,
        "rule_id": lambda: UUID(
            other.api.get("/v1/availability/rules").body["rules"][0]["id"],
        ),
        "import_id": lambda: UUID(
            other.api.post("/v1/calendar-imports", {"url": "https://example.com/ada.ics"}).body["id"]
        ),
        "time_off_id": lambda: UUID(
            other.api.post(
                "/v1/time-off",
                {"starts_at": in_days(3).isoformat(), "ends_at": in_days(4).isoformat()},
            ).body["id"]
        ),
    }
    return made[re.findall(r"{(\w+)}", path)[0]]()


def ask(api: Api, method: str, path: str, their: UUID) -> Answer:
    last = path.rsplit("/", 1)[-1]
    body = BODIES.get(last, {} if method in ("PATCH", "PUT") else None)
    return api.send(method, re.sub(r"{\w+}", str(their), path), body, query=QUERIES.get(last))


def test_there_are_routes_to_try() -> None:
    assert len(WITH_ID) >= 25


@pytest.mark.parametrize(("method", "path"), WITH_ID)
def test_ac32_another_tenants_id_is_not_found(
    business: Business, other: Business, stripe: LocalStripe, method: str, path: str
) -> None:
    answer = ask(business.api, method, path, their_id(other, stripe, path))

    assert (answer.status, answer.code.endswith("_not_found")) == (404, True)


@pytest.mark.parametrize(("method", "path"), WITH_ID)
def test_ac32_the_owner_finds_what_the_others_do_not(
    other: Business, stripe: LocalStripe, method: str, path: str
) -> None:
    """Otherwise the test above would hold for a wrong reason."""
    assert ask(other.api, method, path, their_id(other, stripe, path)).status in {200, 201, 202, 204, 409}


@pytest.mark.parametrize(("method", "path"), [(method, path) for _, method, path in NEED_A_TOKEN])
def test_every_route_that_is_said_to_need_a_token_does(visitor: Api, method: str, path: str) -> None:
    some_id = "00000000-0000-7000-8000-000000000000"

    answer = visitor.send(method, re.sub(r"{\w+}", some_id, path))

    assert (answer.status, answer.code) == (401, "no_token")


@pytest.mark.parametrize("path", ["/v1/sessions", "/v1/series", "/v1/series/preview"])
@pytest.mark.parametrize("theirs", ["service_id", "student_id"])
def test_ac32_another_tenants_id_in_a_body_is_not_found(
    business: Business, other: Business, path: str, theirs: str
) -> None:
    body = {"service_id": str(business.service()), "student_id": str(business.student())}
    when = {"starts_at": in_days(1).isoformat()} if path == "/v1/sessions" else _weekly()
    their = other.service() if theirs == "service_id" else other.student()

    answer = business.api.post(path, body | when | {theirs: str(their)})

    assert (answer.status, answer.code.endswith("_not_found")) == (404, True)


def _weekly() -> dict[str, Any]:
    return {"first_local_start": "2026-03-03T10:00", "count": 2}


@pytest.mark.parametrize("theirs", ["service_id", "student_id"])
def test_ac32_a_policy_is_for_ones_own_services_and_students(business: Business, other: Business, theirs: str) -> None:
    their = str(other.service() if theirs == "service_id" else other.student())
    other.api.put("/v1/policies", {theirs: their})

    put = business.api.put("/v1/policies", {theirs: their})
    removed = business.api.send("DELETE", "/v1/policies", query={theirs: their})

    assert (put.status, removed.status) == (404, 404)
    assert len(other.api.get("/v1/policies").body["policies"]) == 2


def test_ac32_payments_and_their_sums_are_ones_own(business: Business, other: Business, stripe: LocalStripe) -> None:
    a_paid_package(stripe, other.teacher)
    student = str(other.student())
    march = {"from": "2026-03-01", "to": "2026-04-01"}

    assert business.api.get("/v1/payments").body["payments"] == []
    assert business.api.get("/v1/payments", {"student_id": student}).body["payments"] == []
    assert business.api.get("/v1/payments/kpis", march).body["currencies"] == []
    assert len(other.api.get("/v1/payments/kpis", march).body["currencies"]) == 1
