"""Whatever the OpenAPI document allows or forbids somebody to send, the answer is one that it describes and no 5xx."""

import re
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from lectern.settings import token_key
from lectern.tokens import purchase_token, seat_token, student_token
from local.stripe import LocalStripe
from tests.builders import book, in_days
from tests.content.given import shared_content
from tests.http.conftest import Business
from tests.http.wsgi import application
from tests.payments.sales import a_package, a_paid_package

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]

schema = schemathesis.openapi.from_wsgi("/openapi.json", application)


@pytest.fixture
def ids(shop: Business, stripe: LocalStripe) -> dict[str, str]:
    """Things that exist, to get past the first look for them."""
    service, student = shop.service(price_amount=5000), shop.student()
    session = book(shop.teacher, service, in_days(1))
    payment = a_paid_package(stripe, shop.teacher)
    return {
        "slug": shop.teacher.slug,
        "service_id": str(service),
        "student_id": str(student),
        "session_id": str(session.session_id),
        "package_id": str(a_package(shop.teacher)),
        "payment_id": str(payment),
        "item_id": str(shared_content(shop.teacher, student)),
        "/v1/seat": seat_token(token_key(), session.participant_id),
        "/v1/purchase": purchase_token(token_key(), shop.teacher.id, payment),
        "/v1/student": student_token(token_key(), shop.teacher.id, student, 1),
    }


@schema.parametrize()
@settings(max_examples=15, suppress_health_check=list(HealthCheck))
def test_no_request_gets_a_5xx(case: schemathesis.Case[Any], shop: Business, ids: dict[str, str]) -> None:
    """Stripe is there and takes money, so that what it makes of strange requests is tried, too."""
    known = {name: ids[name] for name in re.findall(r"{(\w+)}", case.path) if name in ids}
    case.path_parameters = {**(case.path_parameters or {}), **known}
    if isinstance(case.body, dict):
        case.body |= {name: ids[name] for name in ("service_id", "student_id", "package_id") if name in case.body}
    token = ids.get("/".join(case.path.split("/")[:3]), shop.api.token)

    case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, checks=CHECKS)
