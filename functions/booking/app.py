"""The HTTP API: takes API Gateway HTTP API events (payload format 2.0) and wires the parts of the API together."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import CORSConfig
from aws_lambda_powertools.utilities.typing import LambdaContext

from booking.edge.document import describe
from booking.edge.fields import as_json
from booking.edge.methods import MethodAwareResolver
from booking.edge.problems import answer_errors
from booking.edge.request_body import parse_json, refuse_other_bodies
from booking.student import book, checkout, my_credits, public, seat
from booking.teacher import (
    accounts,
    availability,
    changes,
    contacts,
    lifecycle,
    packages,
    payment_account,
    payments,
    policies,
    series,
    services,
    sessions,
    student_credits,
    students,
    why,
)
from lectern.settings import allowed_origins
from snapshot import drop_connections_after_restore

PARTS = (
    public,
    book,
    checkout,
    seat,
    my_credits,
    accounts,
    services,
    packages,
    policies,
    availability,
    students,
    student_credits,
    contacts,
    lifecycle,
    sessions,
    changes,
    series,
    why,
    payments,
    payment_account,
)

logger = Logger()


def _cors() -> CORSConfig | None:
    """Without ALLOWED_ORIGINS, no browser may call from another origin."""
    origins = list(allowed_origins())
    if not origins:
        return None
    return CORSConfig(
        allow_origin=origins[0],
        extra_origins=origins[1:],
        allow_headers=["Idempotency-Key", "If-Match", "If-None-Match"],
        expose_headers=["ETag", "Idempotency-Replayed", "Location", "Retry-After"],
        max_age=3600,
    )


app = MethodAwareResolver(cors=_cors(), serializer=as_json, json_body_deserializer=parse_json)
app.use([refuse_other_bodies])
for part in PARTS:
    app.include_router(part.router)
describe(app)
answer_errors(app)
app.not_found(lambda _: app.refuse_unrouted())
drop_connections_after_restore()


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
