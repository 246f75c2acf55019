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
from lectern.tokens import seat_token
from tests.builders import book, in_days
from tests.http.conftest import Business
from tests.http.wsgi import application

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]

schema = schemathesis.openapi.from_wsgi("/openapi.json", application)


@pytest.fixture
def ids(business: Business) -> dict[str, str]:
    """Things that exist, to get past the first look for them."""
    service = business.service()
    session = book(business.teacher, service, in_days(1))
    return {
        "slug": business.teacher.slug,
        "service_id": str(service),
        "student_id": str(business.student()),
        "session_id": str(session.session_id),
        "seat_token": seat_token(token_key(), session.participant_id),
    }


@schema.parametrize()
@settings(max_examples=15, suppress_health_check=list(HealthCheck))
def test_no_request_gets_a_5xx(case: schemathesis.Case[Any], business: Business, ids: dict[str, str]) -> None:
    known = {name: ids[name] for name in re.findall(r"{(\w+)}", case.path) if name in ids}
    case.path_parameters = {**(case.path_parameters or {}), **known}
    if isinstance(case.body, dict):
        case.body |= {name: ids[name] for name in ("service_id", "student_id") if name in case.body}
    token = ids["seat_token"] if case.path.startswith("/v1/seat") else business.api.token

    case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, checks=CHECKS)
