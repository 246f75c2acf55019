"""What a client may keep, and for how long: Cache-Control, strong ETags, 304 for what it has, 412 for what it missed.

RFC 9110, sections 8.8 and 13; RFC 9111.
"""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware
from aws_lambda_powertools.event_handler.openapi.params import Header

from booking.edge.fields import Versioned, as_json
from lectern import database
from lectern.database import Transaction
from lectern.errors import Stale

type Middleware = Callable[..., Response[Any]]

IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", max_length=100, description="The ETag of what you last read; 412 when it has changed."),
]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def for_everybody(*, minutes: int) -> Middleware:
    """Any cache may keep the answer that long."""
    return _kept(f"public, max-age={minutes * 60}", "Origin")


def for_caller(*, minutes: int) -> Middleware:
    """The caller alone may keep the answer that long, and not across signing in as somebody else."""
    return _kept(f"private, max-age={minutes * 60}", "Authorization, Origin")


def checked_each_time() -> Middleware:
    """A copy may be kept, and must be asked about before it is used again."""
    return _kept("no-cache", "Authorization, Origin")


def for_calendar_programs(*, minutes: int) -> Middleware:
    """The file of a calendar, which its reader alone may keep that long."""
    return _kept(f"private, max-age={minutes * 60}", "Origin", "text/calendar; charset=utf-8", str)


def tagged[View: Versioned](view: View) -> Response[View]:
    """An answer whose ETag a change may name in If-Match."""
    return Response(200, "application/json", view, {"ETag": _version_tag(view.updated_at)})


def version_wanted(if_match: str | None) -> datetime | None:
    """The time of change behind an If-Match, None when any version will do; a tag of anything else raises Stale."""
    if if_match is None or if_match.strip() == "*":
        return None
    try:
        return _EPOCH + timedelta(microseconds=int(if_match.strip().strip('"'), 16))
    except (ValueError, OverflowError) as error:
        raise Stale("unknown_etag", "If-Match must be the ETag that you were given when you read this.") from error


def change_unless_stale[View: Versioned](
    teacher_id: UUID, change: Callable[[Transaction], View], read: Callable[[Transaction], View]
) -> Response[View]:
    """Carry out a change. A lost race is 412 with the `current` state, so that a client can show it at once."""
    try:
        with database.tenant(teacher_id) as tx:
            changed = change(tx)
    except Stale as stale:
        with database.tenant(teacher_id) as tx:
            stale.facts["current"] = read(tx)
        raise
    return tagged(changed)


def _version_tag(updated_at: datetime) -> str:
    return f'"{(updated_at - _EPOCH) // timedelta(microseconds=1):x}"'


def _kept(
    cache_control: str, vary: str, content_type: str = "application/json", write: Callable[[Any], str] = as_json
) -> Middleware:
    def answer(app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Response[Any]:
        response = next_middleware(app)
        body = write(response.body)
        etag = str(response.headers.get("ETag") or _body_tag(body))
        headers = {"ETag": etag, "Cache-Control": cache_control, "Vary": vary}
        if _has(app.current_event.headers.get("if-none-match"), etag):
            return Response(304, headers=headers)
        return Response(200, content_type, body, headers)

    return answer


def _body_tag(body: str) -> str:
    return f'"{hashlib.sha256(body.encode()).hexdigest()[:32]}"'


def _has(if_none_match: str | None, etag: str) -> bool:
    # Whether the tag is weak does not matter to a read (RFC 9110, section 13.1.2).
    tags = {tag.strip().removeprefix("W/") for tag in (if_none_match or "").split(",")}
    return etag in tags or "*" in tags
