"""What the API says about itself: the OpenAPI 3.1 document, and a page to read and try it.

Made when somebody asks for it: a cold start must not pay for the models that describe the API.
"""

import json
from functools import cache
from importlib.resources import files
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from booking.edge.problems import CONTENT_TYPE

DESCRIPTION = """Book lessons with a teacher, and run the teaching business behind it.

Every error is a problem detail (RFC 9457) with a stable `code`. Instants are RFC 3339, and answered in UTC; money is in
minor units. Every POST that changes something takes an `Idempotency-Key`. What a GET answers has an `ETag`: send it as
`If-None-Match` to be told that nothing has changed."""

_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "For people."},
        "code": {"type": "string", "description": "For programs; never changes."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {
                    "field": {"type": "string"},
                    "message": {"type": "string"},
                    "place": {"type": "string", "enum": ["body", "query", "path", "header"]},
                    "code": {"type": "string"},
                },
            },
        },
    },
}


def describe(app: APIGatewayHttpResolver) -> None:
    """Give the app /openapi.json and /docs."""

    @cache
    def document() -> str:
        return _document(app)

    @app.get("/openapi.json", include_in_schema=False, compress=True)
    def openapi() -> Response[str]:
        return Response(200, "application/json", document(), {"Cache-Control": "public, max-age=300"})

    # A page of 1.7 MB with its scripts in it, so that it needs no other server; a quarter of that when compressed.
    @app.get("/docs", include_in_schema=False, compress=True)
    def page() -> Response[str]:
        return Response(200, "text/html", _page(document()), {"Cache-Control": "public, max-age=300"})


def _document(app: APIGatewayHttpResolver) -> str:
    from aws_lambda_powertools.event_handler.openapi.models import HTTPBearer  # noqa: PLC0415

    described = app.get_openapi_json_schema(
        title="Lectern",
        version="1",
        openapi_version="3.1.0",
        description=DESCRIPTION,
        security_schemes={
            "teacher": HTTPBearer(description="The token that signing in gave you."),
            "seat": HTTPBearer(description="The token that holding or booking a slot gave you."),
            "purchase": HTTPBearer(description="The token that checking out gave you."),
            "student": HTTPBearer(description="The token that your teacher gave you."),
        },
    )
    document = json.loads(described)
    for operations in document["paths"].values():
        for operation in operations.values():
            _describe_answers(operation)
    schemas = document["components"]["schemas"]
    for unused in ("HTTPValidationError", "ValidationError", "ResponseValidationError"):
        schemas.pop(unused, None)
    schemas["Problem"] = _PROBLEM
    return json.dumps(document, separators=(",", ":"))


def _describe_answers(operation: dict[str, Any]) -> None:
    """Powertools describes success only, and an answer without a body as one."""
    answers = operation["responses"]
    if "204" in answers:
        answers["204"].pop("content", None)
    if operation.get("security"):
        answers["401"] = _problem("The token is missing, unknown or has expired.")
    answers["422"] = _problem("Something in the request is wrong; `errors` names the fields.")
    answers["default"] = _problem("Any other problem; `code` says which.")


def _problem(description: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": description, "content": {CONTENT_TYPE: {"schema": schema}}}


def _page(document: str) -> str:
    from aws_lambda_powertools.event_handler.openapi.swagger_ui import generate_swagger_html  # noqa: PLC0415

    scripts = files("aws_lambda_powertools.event_handler.openapi.swagger_ui")
    return generate_swagger_html(
        document.replace("</", "<\\/"),
        scripts.joinpath("swagger-ui-bundle.min.js").read_text(encoding="utf-8"),
        scripts.joinpath("swagger-ui.min.css").read_text(encoding="utf-8"),
        "",
        None,
        persist_authorization=True,
    )
