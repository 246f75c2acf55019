"""What late cancellations and missed lessons cost: a teacher's own policy, and those of a service or a student."""

from dataclasses import asdict
from typing import Annotated, Literal, Self
from uuid import UUID

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.request import Request
from pydantic import Field

from booking.edge.access import teacher, teacher_id
from booking.edge.conditional import for_caller
from booking.edge.fields import Asked, Shown
from lectern import clock, database
from lectern.sessions.policies import PolicyScope, list_policies, remove_policy, set_policy
from lectern.sessions.policy import Policy

router = Router()

Hours = Annotated[int, Field(ge=0, le=720, description="Before the start.")]
Percent = Annotated[Literal[0, 50, 100], Field(description="Of the price, in money or credits.")]

USUAL = Policy()


class ScopedPolicy(Asked):
    """For everybody and every service, unless one is named; the narrowest that fits is copied onto a booking.

    From `last_minute_hours` on, if there are any, `last_minute_percent` is kept in place of `late_charge_percent`. Each
    student has `free_passes` late cancellations in `free_pass_days` that cost nothing.
    """

    service_id: UUID | None = None
    student_id: UUID | None = None
    notice_hours: Hours = USUAL.notice_hours
    late_charge_percent: Percent = 100
    last_minute_hours: Hours | None = USUAL.last_minute_hours
    last_minute_percent: Literal[50, 100] | None = None
    no_show_percent: Percent = 100
    grace_minutes: Annotated[int, Field(ge=0, le=120)] = USUAL.grace_minutes
    free_passes: Annotated[int, Field(ge=0, le=20)] = USUAL.free_passes
    free_pass_days: Annotated[int, Field(ge=1, le=366)] = USUAL.free_pass_days
    trial_exempt: bool = USUAL.trial_exempt
    reschedule_notice_hours: Hours = USUAL.reschedule_notice_hours
    max_reschedules: Annotated[int, Field(ge=0, le=20)] = USUAL.max_reschedules
    make_up_expiry_days: Annotated[int, Field(ge=1, le=366)] = USUAL.make_up_expiry_days
    make_up_max_outstanding: Annotated[int, Field(ge=0, le=50)] = USUAL.make_up_max_outstanding
    auto_complete_hours: Annotated[int, Field(ge=1, le=168)] = USUAL.auto_complete_hours

    @classmethod
    def of(cls, scope: PolicyScope, policy: Policy) -> Self:
        return cls.model_validate({**asdict(scope), **asdict(policy)})

    def scope(self) -> PolicyScope:
        return PolicyScope(self.service_id, self.student_id)

    def policy(self) -> Policy:
        return Policy(**self.model_dump(exclude={"service_id", "student_id"}))


class PolicyList(Shown):
    policies: list[ScopedPolicy]


@router.get(
    "/v1/policies",
    summary="Your policies, the widest first",
    tags=["policies"],
    **teacher(for_caller(minutes=5)),
)
def my_policies(request: Request) -> PolicyList:
    with database.tenant(teacher_id(request)) as tx:
        policies = list_policies(tx)
    return PolicyList(policies=[ScopedPolicy.of(scope, policy) for scope, policy in policies])


@router.put(
    "/v1/policies",
    summary="Let this be the policy of its scope, for bookings from now on",
    tags=["policies"],
    **teacher(),
)
def put_my_policy(request: Request, body: ScopedPolicy) -> ScopedPolicy:
    with database.tenant(teacher_id(request)) as tx:
        set_policy(tx, body.scope(), body.policy(), clock.now())
    return body


@router.delete(
    "/v1/policies",
    summary="Let the next wider policy hold again",
    tags=["policies"],
    status_code=204,
    **teacher(),
)
def remove_my_policy(
    request: Request,
    service_id: Annotated[UUID | None, Query()] = None,
    student_id: Annotated[UUID | None, Query()] = None,
) -> Response[None]:
    with database.tenant(teacher_id(request)) as tx:
        remove_policy(tx, PolicyScope(service_id, student_id), clock.now())
    return Response(204)
