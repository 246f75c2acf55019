"""What the API says about itself."""

from typing import Any

import pytest

from tests.http.api import Api


@pytest.fixture(scope="module")
def document(connected: None) -> dict[str, Any]:  # noqa: ARG001
    described: dict[str, Any] = Api().get("/openapi.json").body
    return described


def operations(document: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [(method, found) for path in document["paths"].values() for method, found in path.items()]


def test_the_document_is_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    assert set(document["components"]["securitySchemes"]) == {"teacher", "seat", "purchase", "student"}


def test_every_operation_says_what_it_does_and_how_it_fails(document: dict[str, Any]) -> None:
    for _, operation in operations(document):
        assert operation["summary"]
        assert operation["tags"]
        assert "application/problem+json" in operation["responses"]["default"]["content"]


def test_every_post_that_changes_something_takes_an_idempotency_key(document: dict[str, Any]) -> None:
    without = {
        path
        for path, found in document["paths"].items()
        if "post" in found
        and "idempotency-key" not in {parameter["name"] for parameter in found["post"].get("parameters", [])}
    }

    # A preview changes nothing, signing out, closing an account, reconciling and telling of a visit or a view twice is
    # doing it once, and an address that opens once is no answer to repeat: the account that it is for is made once
    # without a key.
    assert without == {
        "/v1/calendar-connection/consent",
        "/v1/series/preview",
        "/v1/sign-out",
        "/v1/student/content/{item_id}/views",
        "/v1/teachers/{slug}/visits",
        "/v1/payments/reconcile",
        "/v1/payment-account/onboarding",
        "/v1/me/close",
    }


def test_operations_have_names_of_their_own(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, operation in operations(document)]

    assert len(names) == len(set(names))


def test_the_page_needs_no_other_server(visitor: Api) -> None:
    page = visitor.get("/docs")

    assert (page.status, page.headers["Content-Type"]) == (200, "text/html")
    assert "/v1/teachers/{slug}/slots" in page.text
    assert not [tag for tag in ('src="http', "src='http", "href='http") if tag in page.text]
