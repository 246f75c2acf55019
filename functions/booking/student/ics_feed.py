"""A teacher's sessions as a calendar's file, for the programs that the teacher has given its address."""

from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Router

from booking.edge.access import public
from booking.edge.conditional import for_calendar_programs
from booking.edge.fields import Token
from lectern import clock, database, directory
from lectern.ics.feed import feed_not_found, read_feed
from lectern.tokens import token_hash

router = Router()

_AS_DESCRIBED: dict[int, Any] = {
    200: {"description": "iCalendar, RFC 5545", "content": {"text/calendar": {"schema": {"type": "string"}}}}
}


@router.get(
    "/v1/calendars/<token>.ics",
    summary="A teacher's sessions, a month back and half a year ahead",
    tags=["calendar"],
    responses=_AS_DESCRIBED,
    **public(for_calendar_programs(minutes=5)),
)
def feed(token: Token) -> str:
    # What writes iCalendar, for those alone who read it.
    from lectern.ics.feed_text import feed_text  # noqa: PLC0415

    teacher_id = directory.teacher_by_feed_token(token_hash(token))
    if teacher_id is None:
        raise feed_not_found()
    with database.tenant(teacher_id) as tx:
        sessions = read_feed(tx, clock.now())
    return feed_text(sessions)
