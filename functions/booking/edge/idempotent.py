"""Idempotency-Key on a POST: the effect and the record of its answer are one transaction; a repetition gets the record.

As in draft-ietf-httpapi-idempotency-key-header: 422 for a key that comes with another request, 409 while the first is
still at it. Only what succeeded is recorded: a request that was refused changed nothing, and may be tried again.
"""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Header
from aws_lambda_powertools.event_handler.request import Request
from pydantic import BaseModel

from booking.edge.access import seat
from lectern import clock, database, idempotency
from lectern.database import Transaction
from lectern.errors import LecternError, Unavailable
from lectern.idempotency import Given, Keyed
from lectern.settings import token_key

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=r"^[\x21-\x7e]+$",
        description="Yours, say a UUID. For 24 hours the same key and body get the same answer.",
    ),
]


def once[View: BaseModel](
    request: Request,
    teacher_id: UUID,
    key: str | None,
    effect: Callable[[Transaction], View],
    *,
    of: type[View],
    status: int = 201,
    location: Callable[[View], str] | None = None,
) -> Response[View]:
    """Run the effect in a transaction of the teacher and answer what it returns; with a key, run it at most once.

    What is recorded is the view without its computed fields: a view that shows a secret computes it, and so the record
    holds none.
    """
    if key is None:
        with database.tenant(teacher_id) as tx:
            view = effect(tx)
        return _answer(view, _given(view, status, location))
    keyed = Keyed(key, fingerprint(request))
    try:
        with database.tenant(teacher_id) as tx:
            claim = idempotency.ask_claim(tx, keyed, clock.now())
            view = effect(tx)
            claim.one().require_unanswered(keyed)
            given = _given(view, status, location)
            idempotency.record(tx, keyed, given, clock.now())
    except Unavailable:
        raise
    except LecternError:
        # A repetition often trips over what the first delivery did, so the first one's answer comes before the error.
        before = _given_before(teacher_id, keyed)
        if before is None:
            raise
        return _answer(of.model_validate_json(before.body), before, {"Idempotency-Replayed": "true"})
    return _answer(view, given)


def fingerprint(request: Request) -> bytes:
    """Whether two requests with one key are the same one."""
    event = request.resolved_event
    # A seat's holder asks about that seat; a teacher's next token is still the teacher, whose the key is.
    caller = str(seat(request).participant_id) if "seat" in request.context else ""
    return idempotency.fingerprint(token_key(), request.method, event.path, caller, event.decoded_body or "")


def _given[View: BaseModel](view: View, status: int, location: Callable[[View], str] | None) -> Given:
    return Given(
        status,
        view.model_dump_json(exclude_computed_fields=True),
        location(view) if location else None,
    )


def _given_before(teacher_id: UUID, keyed: Keyed) -> Given | None:
    with database.tenant(teacher_id) as tx:
        return idempotency.ask_claim(tx, keyed, clock.now()).one().given_to(keyed)


def _answer[View: BaseModel](view: View, given: Given, headers: dict[str, str] | None = None) -> Response[View]:
    headers = {"Cache-Control": "no-store", **(headers or {})}
    if given.location:
        headers["Location"] = given.location
    return Response(given.status, "application/json", view, headers)
