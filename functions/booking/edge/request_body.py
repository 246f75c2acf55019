"""What a body must be before its fields are looked at: small, JSON, and JSON that every reader reads alike."""

import binascii
import json
from http import HTTPStatus
from typing import Any, Never

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware

from booking.edge.problems import Unacceptable

LARGEST_BYTES = 64 * 1024


def refuse_other_bodies(app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Response[Any]:
    """Answer 413 for a large body, 415 for one that is not said to be JSON, 400 for one that is no text."""
    if app.current_event.body:
        _require_small(app.current_event.body)
        _require_json(app.current_event.headers.get("content-type", ""))
        # A media type may be written in any case (RFC 9110, section 8.3.1); Powertools knows it in lower case alone.
        app.current_event.raw_event["headers"]["content-type"] = "application/json"
        _require_text(app)
    return next_middleware(app)


def parse_json(text: str) -> Any:  # noqa: ANN401  # what JSON holds is known once its type has checked it
    """Raises Unacceptable with 400 for anything that is not JSON as RFC 8259 defines it."""
    try:
        return json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_refuse_repeats)
    except (ValueError, RecursionError) as error:
        raise Unacceptable(
            HTTPStatus.BAD_REQUEST, "invalid_json", "The body is not valid JSON. Send one JSON object."
        ) from error


def _require_small(body: str) -> None:
    # Base64 makes four characters of three bytes, so this lets a little more through in that form.
    if len(body.encode("utf-8", "surrogatepass")) > LARGEST_BYTES:
        raise Unacceptable(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            "body_too_large",
            f"The body is larger than {LARGEST_BYTES // 1024} KB. Send less at a time.",
        )


def _require_json(content_type: str) -> None:
    if content_type.split(";", maxsplit=1)[0].strip().lower() != "application/json":
        raise Unacceptable(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "not_json",
            "Send the body as JSON, with Content-Type: application/json.",
        )


def _require_text(app: APIGatewayHttpResolver) -> None:
    try:
        _ = app.current_event.decoded_body
    except (UnicodeDecodeError, binascii.Error) as error:
        raise Unacceptable(
            HTTPStatus.BAD_REQUEST, "not_utf8", "The body is not text in UTF-8. Send JSON in UTF-8."
        ) from error


def _refuse_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) < len(pairs):
        raise ValueError("a name is repeated, and readers differ in which value they take")
    return read


def _refuse_constant(name: str) -> Never:
    raise ValueError(f"{name} is not JSON")
