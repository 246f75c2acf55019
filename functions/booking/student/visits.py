"""The booking page tells how far its visitors come. No cookie is set, and no address is kept."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.request import Request
from pydantic import Field, StringConstraints

from booking.edge.access import teacher_called, visiting
from booking.edge.fields import Asked, Slug
from booking.student.visitor import browser
from lectern import clock, database
from lectern.analytics.visits import Step, record_visit

router = Router()

Source = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,39}$"),
    Field(description="Your tag for where the visitor came from; the first of the day holds."),
]


class VisitAsked(Asked):
    step: Step
    source: Source = "direct"
    slots: Annotated[
        int | None, Field(ge=0, le=10_000, description="How many were shown; with `slots_shown` alone.")
    ] = None


@router.post(
    "/v1/teachers/<slug>/visits",
    summary="Tell what a visitor of the booking page was shown; telling it twice is telling it once",
    tags=["public"],
    status_code=204,
    **visiting(),
)
def visit(request: Request, slug: Slug, body: VisitAsked) -> Response[None]:
    with database.tenant(teacher_called(slug)) as tx:
        record_visit(tx, browser(request), body.step, body.source, clock.now(), body.slots)
    return Response(204)
