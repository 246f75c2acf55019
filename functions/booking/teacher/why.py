"""Why a time is not offered, for the teacher who asks."""

from typing import Annotated, Self
from uuid import UUID

from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.request import Request
from pydantic import Field

from booking.edge.access import teacher, teacher_id
from booking.edge.conditional import checked_each_time
from booking.edge.fields import Instant, InUtc, Shown
from lectern import clock, database
from lectern.availability.explain import explain_start
from lectern.slots import Reason

router = Router()


class BusyView(Shown, from_attributes=True):
    starts_at: Annotated[InUtc, Field(validation_alias="start")]
    ends_at: Annotated[InUtc, Field(validation_alias="end")]


class ReasonView(Shown, from_attributes=True):
    """`limit` is the earliest start or the end of the offered time; `nearest` are starts around it that would do."""

    code: str
    limit: InUtc | None = None
    busy: tuple[BusyView, ...] = ()
    nearest: tuple[InUtc, ...] = ()


class Explanation(Shown):
    is_offered: bool
    reasons: list[ReasonView]

    @classmethod
    def of(cls, reasons: tuple[Reason, ...], *, is_beyond_horizon: bool) -> Self:
        views = [ReasonView.model_validate(reason) for reason in reasons]
        if is_beyond_horizon:
            views.append(ReasonView(code="beyond_horizon"))
        return cls(is_offered=not views, reasons=views)


@router.get(
    "/v1/slots/why",
    summary="Why a time is not offered",
    tags=["availability"],
    **teacher(checked_each_time()),
)
def why_not(
    request: Request,
    service_id: Annotated[UUID, Query()],
    start: Annotated[Instant, Query(description="The start in question.")],
) -> Explanation:
    with database.tenant(teacher_id(request)) as tx:
        reasons, is_beyond_horizon = explain_start(tx, service_id, start, clock.now())
    return Explanation.of(reasons, is_beyond_horizon=is_beyond_horizon)
