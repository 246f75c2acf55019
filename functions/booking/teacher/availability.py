"""When a teacher teaches: weekly rules, dates with hours of their own, and time off."""

from datetime import date
from typing import Annotated
from uuid import UUID

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.request import Request
from pydantic import Field

from booking.edge.access import teacher, teacher_id
from booking.edge.conditional import for_caller
from booking.edge.fields import Asked, Day, Instant, InUtc, Remark, Shown
from booking.edge.idempotent import IdempotencyKey, once
from booking.edge.window import From, To, window
from lectern import clock, database
from lectern.availability.overrides import list_overrides, put_override, remove_override
from lectern.availability.rules import (
    MOST_RULES,
    WeeklyRule,
    add_rule,
    list_rules,
    remove_rule,
    replace_rules,
)
from lectern.availability.time_off import add_time_off, list_time_off, remove_time_off
from lectern.slots import Override

router = Router()

StartMinute = Annotated[int, Field(ge=0, le=1439, description="Since 00:00 on your wall clock.")]
EndMinute = Annotated[
    int, Field(ge=0, le=1440, description="1440 is midnight; before the start, it is on the next date.")
]


class RuleAsked(Asked):
    weekday: Annotated[int, Field(ge=0, le=6, description="0 is Monday.")]
    start_minute: StartMinute
    end_minute: EndMinute
    effective_from: Day | None = None
    effective_until: Annotated[Day | None, Field(description="Included.")] = None
    is_active: bool = True

    def rule(self) -> WeeklyRule:
        return WeeklyRule(**self.model_dump())


class WeekAsked(Asked):
    rules: Annotated[list[RuleAsked], Field(max_length=MOST_RULES)]


class RuleView(Shown, from_attributes=True):
    id: UUID
    weekday: int
    start_minute: int
    end_minute: int
    effective_from: date | None
    effective_until: date | None
    is_active: bool


class Week(Shown, from_attributes=True):
    rules: list[RuleView]


class HoursAsked(Asked):
    start_minute: StartMinute
    end_minute: EndMinute


class DateAsked(Asked):
    hours: Annotated[list[HoursAsked], Field(max_length=24, description="None make it a day off.")]


class HoursView(Shown, from_attributes=True):
    start_minute: int
    end_minute: int


class OverrideView(Shown, from_attributes=True):
    local_date: date
    hours: list[HoursView]


class OverrideList(Shown):
    overrides: list[OverrideView]


class TimeOffAsked(Asked):
    starts_at: Instant
    ends_at: Instant
    reason: Remark = ""


class TimeOffView(Shown, from_attributes=True):
    id: UUID
    starts_at: InUtc
    ends_at: InUtc
    reason: str


class TimeOffList(Shown):
    time_off: list[TimeOffView]


@router.get(
    "/v1/availability/rules",
    summary="Your week",
    tags=["availability"],
    **teacher(for_caller(minutes=5)),
)
def my_week(request: Request) -> Week:
    with database.tenant(teacher_id(request)) as tx:
        return Week.model_validate({"rules": list_rules(tx)})


@router.put(
    "/v1/availability/rules",
    summary="Let your week be these rules and no others",
    tags=["availability"],
    **teacher(),
)
def replace_my_week(request: Request, body: WeekAsked) -> Week:
    rules = [asked.rule() for asked in body.rules]
    with database.tenant(teacher_id(request)) as tx:
        return Week.model_validate({"rules": replace_rules(tx, rules, clock.now())})


@router.post(
    "/v1/availability/rules",
    summary="Add a rule",
    tags=["availability"],
    status_code=201,
    **teacher(),
)
def add_to_my_week(request: Request, body: RuleAsked, key: IdempotencyKey = None) -> Response[RuleView]:
    return once(
        request,
        teacher_id(request),
        key,
        lambda tx: RuleView.model_validate(add_rule(tx, body.rule(), clock.now())),
        of=RuleView,
    )


@router.delete(
    "/v1/availability/rules/<rule_id>",
    summary="Remove a rule",
    tags=["availability"],
    status_code=204,
    **teacher(),
)
def remove_from_my_week(request: Request, rule_id: UUID) -> Response[None]:
    with database.tenant(teacher_id(request)) as tx:
        remove_rule(tx, rule_id, clock.now())
    return Response(204)


@router.get(
    "/v1/availability/overrides",
    summary="Your dates with hours of their own",
    tags=["availability"],
    **teacher(for_caller(minutes=5)),
)
def my_dates(
    request: Request,
    first: Annotated[Day, Query(alias="from")],
    end: Annotated[Day, Query(alias="to", description="Not included.")],
) -> OverrideList:
    with database.tenant(teacher_id(request)) as tx:
        overrides = list_overrides(tx, first, end)
    return OverrideList(overrides=[OverrideView.model_validate(override) for override in overrides])


@router.put(
    "/v1/availability/overrides/<local_date>",
    summary="Give a date hours of its own",
    tags=["availability"],
    **teacher(),
)
def change_my_date(request: Request, local_date: Day, body: DateAsked) -> OverrideView:
    hours = [(asked.start_minute, asked.end_minute) for asked in body.hours]
    with database.tenant(teacher_id(request)) as tx:
        override: Override = put_override(tx, local_date, hours, clock.now())
    return OverrideView.model_validate(override)


@router.delete(
    "/v1/availability/overrides/<local_date>",
    summary="Let a date be as by the rules",
    tags=["availability"],
    status_code=204,
    **teacher(),
)
def reset_my_date(request: Request, local_date: Day) -> Response[None]:
    with database.tenant(teacher_id(request)) as tx:
        remove_override(tx, local_date, clock.now())
    return Response(204)


@router.get(
    "/v1/time-off",
    summary="Your time off that reaches into a range",
    tags=["availability"],
    **teacher(for_caller(minutes=5)),
)
def my_time_off(request: Request, start: From, end: To) -> TimeOffList:
    asked = window(start, end)
    with database.tenant(teacher_id(request)) as tx:
        found = list_time_off(tx, asked.start, asked.end)
    return TimeOffList(time_off=[TimeOffView.model_validate(entry) for entry in found])


@router.post("/v1/time-off", summary="Be away", tags=["availability"], status_code=201, **teacher())
def add_my_time_off(request: Request, body: TimeOffAsked, key: IdempotencyKey = None) -> Response[TimeOffView]:
    return once(
        request,
        teacher_id(request),
        key,
        lambda tx: TimeOffView.model_validate(add_time_off(tx, body.starts_at, body.ends_at, body.reason, clock.now())),
        of=TimeOffView,
    )


@router.delete(
    "/v1/time-off/<time_off_id>",
    summary="Be there after all",
    tags=["availability"],
    status_code=204,
    **teacher(),
)
def remove_my_time_off(request: Request, time_off_id: UUID) -> Response[None]:
    with database.tenant(teacher_id(request)) as tx:
        remove_time_off(tx, time_off_id, clock.now())
    return Response(204)
