"""The HTTP API: takes API Gateway HTTP API events (payload format 2.0) and wires the parts of the API together."""

import time
from typing import Any

from aws_lambda_powertools.event_handler import CORSConfig
from aws_lambda_powertools.utilities.typing import LambdaContext

from booking.edge.document import describe
from booking.edge.fields import as_json
from booking.edge.logged_route import log_route
from booking.edge.methods import MethodAwareResolver
from booking.edge.problems import answer_errors
from booking.edge.request_body import parse_json, refuse_other_bodies
from booking.student import book, checkout, ics_feed, my_content, my_credits, public, seat, visits
from booking.teacher import (
    accounts,
    alerts,
    analytics,
    availability,
    calendar,
    calendar_settings,
    changes,
    cohorts,
    contacts,
    content,
    corrections,
    ics,
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
from function_log import function_log
from lectern.settings import allowed_origins
from request_metrics import tell_request
from snapshot import drop_connections_after_restore

PARTS = (
    public,
    book,
    checkout,
    seat,
    visits,
    ics_feed,
    my_credits,
    my_content,
    accounts,
    services,
    packages,
    policies,
    availability,
    calendar,
    calendar_settings,
    ics,
    students,
    student_credits,
    contacts,
    content,
    lifecycle,
    analytics,
    alerts,
    cohorts,
    sessions,
    changes,
    corrections,
    series,
    why,
    payments,
    payment_account,
)

logger = function_log()


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
app.use([log_route, refuse_other_bodies])
for part in PARTS:
    app.include_router(part.router)
describe(app)
answer_errors(app)
app.not_found(lambda _: app.refuse_unrouted())
drop_connections_after_restore()


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    began = time.perf_counter()
    answer: dict[str, Any] = app.resolve(event, context)
    seconds = time.perf_counter() - began
    tell_request(logger.get_current_keys(), context.function_version, answer["statusCode"], seconds)
    return answer
