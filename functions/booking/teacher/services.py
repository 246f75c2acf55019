"""The services that a teacher offers."""

from dataclasses import asdict
from typing import Annotated, Self, TypedDict, cast
from uuid import UUID

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.params import Body
from aws_lambda_powertools.event_handler.request import Request
from pydantic import ConfigDict, Field, with_config

from booking.edge.access import teacher, teacher_id
from booking.edge.conditional import IfMatch, change_unless_stale, for_caller, tagged, version_wanted
from booking.edge.fields import Asked, InUtc, Line, Money, Shown, Text, Versioned
from booking.edge.idempotent import IdempotencyKey, once
from lectern import clock, database
from lectern.services.catalogue import (
    archive_service,
    change_service,
    create_service,
    get_service,
    list_services,
)
from lectern.services.service import Service, ServiceChanges, ServiceDetails

router = Router()

Length = Annotated[int, Field(ge=5, le=720, description="Minutes.")]
Buffer = Annotated[int, Field(ge=0, le=720, description="Minutes.")]
Notice = Annotated[int, Field(ge=0, le=366 * 24 * 60, description="Minutes.")]
Horizon = Annotated[int, Field(ge=1, le=366, description="Days ahead that may be booked.")]
Seats = Annotated[int, Field(ge=1, le=500, description="More than one makes a group.")]
CreditUnits = Annotated[
    int, Field(strict=True, ge=0, le=10_000, description="What a lesson costs in credits; 100 units are one.")
]
RequiresPayment = Annotated[bool, Field(description="Students book with credits or by paying, never on trust.")]

FREE = Money(amount=0, currency="EUR")


class NewService(Asked):
    name: Line
    duration_minutes: Length
    description: Text = ""
    step_minutes: Annotated[Length | None, Field(description="Between two starts; the duration if null.")] = None
    buffer_before_minutes: Buffer = 0
    buffer_after_minutes: Buffer = 0
    minimum_notice_minutes: Notice = 0
    horizon_days: Horizon = 60
    seats: Seats = 1
    price: Money = FREE
    requires_confirmation: bool = False
    is_trial: bool = False
    credit_units: CreditUnits = 100
    requires_payment: RequiresPayment = False
    is_active: bool = True

    def details(self) -> ServiceDetails:
        same = self.model_dump(exclude={"price"})
        return ServiceDetails(**same, price_amount=self.price.amount, price_currency=self.price.currency)


@with_config(ConfigDict(extra="forbid"))
class ServiceChange(TypedDict, total=False):
    """What is left out stays as it is."""

    name: Line
    duration_minutes: Length
    description: Text
    step_minutes: Length
    buffer_before_minutes: Buffer
    buffer_after_minutes: Buffer
    minimum_notice_minutes: Notice
    horizon_days: Horizon
    seats: Seats
    price: Money
    requires_confirmation: bool
    is_trial: bool
    credit_units: CreditUnits
    requires_payment: bool
    is_active: bool


class ServiceView(Versioned):
    id: UUID
    name: str
    description: str
    duration_minutes: int
    step_minutes: int
    buffer_before_minutes: int
    buffer_after_minutes: int
    minimum_notice_minutes: int
    horizon_days: int
    seats: int
    price: Money
    requires_confirmation: bool
    is_trial: bool
    credit_units: int
    requires_payment: bool
    is_active: bool
    created_at: InUtc

    @classmethod
    def of(cls, service: Service) -> Self:
        price = Money(amount=service.price_amount, currency=service.price_currency)
        return cls.model_validate({**asdict(service), "price": price})


class ServiceList(Shown):
    services: list[ServiceView]


@router.get(
    "/v1/services",
    summary="Your services, also those that are not active",
    tags=["services"],
    **teacher(for_caller(minutes=5)),
)
def my_services(request: Request) -> ServiceList:
    with database.tenant(teacher_id(request)) as tx:
        services = list_services(tx, include_inactive=True)
    return ServiceList(services=[ServiceView.of(service) for service in services])


@router.post("/v1/services", summary="Offer a service", tags=["services"], status_code=201, **teacher())
def add_service(request: Request, body: NewService, key: IdempotencyKey = None) -> Response[ServiceView]:
    return once(
        request,
        teacher_id(request),
        key,
        lambda tx: ServiceView.of(create_service(tx, body.details(), clock.now())),
        of=ServiceView,
        location=lambda service: f"/v1/services/{service.id}",
    )


@router.get("/v1/services/<service_id>", summary="A service", tags=["services"], **teacher(for_caller(minutes=5)))
def my_service(request: Request, service_id: UUID) -> Response[ServiceView]:
    with database.tenant(teacher_id(request)) as tx:
        return tagged(ServiceView.of(get_service(tx, service_id)))


@router.patch("/v1/services/<service_id>", summary="Change a service", tags=["services"], **teacher())
def change_my_service(
    request: Request,
    service_id: UUID,
    body: Annotated[ServiceChange, Body()],
    if_match: IfMatch = None,
) -> Response[ServiceView]:
    changes = _changes(body)
    return change_unless_stale(
        teacher_id(request),
        lambda tx: ServiceView.of(change_service(tx, service_id, changes, clock.now(), version_wanted(if_match))),
        lambda tx: ServiceView.of(get_service(tx, service_id)),
    )


@router.delete(
    "/v1/services/<service_id>",
    summary="Stop offering a service; its sessions take place",
    tags=["services"],
    status_code=204,
    **teacher(),
)
def archive_my_service(request: Request, service_id: UUID) -> Response[None]:
    with database.tenant(teacher_id(request)) as tx:
        archive_service(tx, service_id, clock.now())
    return Response(204)


def _changes(body: ServiceChange) -> ServiceChanges:
    changes: dict[str, object] = {name: value for name, value in body.items() if name != "price"}
    if "price" in body:
        changes["price_amount"], changes["price_currency"] = body["price"].amount, body["price"].currency
    return cast("ServiceChanges", changes)
