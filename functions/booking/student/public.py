"""What anybody may read of a teacher: the profile, the services, and the slots that are free."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID
from zoneinfo import ZoneInfo

from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.params import Query

from booking.edge.access import public, teacher_called
from booking.edge.conditional import checked_each_time, for_everybody
from booking.edge.fields import InUtc, Money, Shown, Slug, ZoneName
from booking.edge.window import From, To, window
from lectern import clock, database
from lectern.accounts.profile import public_profile
from lectern.availability.slots import SlotList, ask_for_slots, slots_of
from lectern.credits.package import Package
from lectern.credits.packages import list_packages
from lectern.services.catalogue import list_services
from lectern.services.service import Service

router = Router()


class Profile(Shown, from_attributes=True):
    slug: str
    name: str
    bio: str
    time_zone: str


class OfferedService(Shown):
    id: UUID
    name: str
    description: str
    duration_minutes: int
    seats: int
    price: Money
    requires_confirmation: bool
    is_trial: bool
    credit_units: int
    requires_payment: bool

    @classmethod
    def of(cls, service: Service) -> Self:
        return cls(
            id=service.id,
            name=service.name,
            description=service.description,
            duration_minutes=service.duration_minutes,
            seats=service.seats,
            price=Money(amount=service.price_amount, currency=service.price_currency),
            requires_confirmation=service.requires_confirmation,
            is_trial=service.is_trial,
            credit_units=service.credit_units,
            requires_payment=service.requires_payment,
        )


class OfferedServices(Shown):
    services: list[OfferedService]


class OfferedPackage(Shown):
    """100 `units` are a credit; they are good for `valid_days`, for ever if null."""

    id: UUID
    name: str
    units: int
    price: Money
    valid_days: int | None

    @classmethod
    def of(cls, package: Package) -> Self:
        return cls(
            id=package.id,
            name=package.name,
            units=package.units,
            price=Money(amount=package.price_amount, currency=package.price_currency),
            valid_days=package.valid_days,
        )


class OfferedPackages(Shown):
    packages: list[OfferedPackage]


class SlotView(Shown):
    """`local_start` is the start on the clock of the zone that was asked for."""

    starts_at: datetime
    ends_at: datetime
    local_start: str
    seats_left: int


class Slots(Shown):
    """`next_from` is where to ask on, when the range was longer than is answered; `version` moves with every change.

    The teacher's other calendars are known as of `calendar_stale_since`, or are fresh when it is null.
    """

    slots: list[SlotView]
    time_zone: str
    next_from: datetime | None
    empty_reason: (
        Literal[
            "no_availability", "too_short", "too_soon", "day_full", "fully_booked", "beyond_horizon", "calendar_stale"
        ]
        | None
    )
    version: int
    calendar_stale_since: InUtc | None

    @classmethod
    def of(cls, found: SlotList, zone: ZoneInfo) -> Self:
        slots = [
            SlotView(
                starts_at=slot.start,
                ends_at=slot.end,
                local_start=slot.start.astimezone(zone).isoformat(),
                seats_left=slot.seats_left,
            )
            for slot in found.slots
        ]
        return cls.model_validate(
            {
                "slots": slots,
                "time_zone": zone.key,
                "next_from": found.next_from,
                "empty_reason": found.empty_reason,
                "version": found.version,
                "calendar_stale_since": found.calendar_stale_since,
            }
        )


@router.get("/v1/teachers/<slug>", summary="A teacher's profile", tags=["public"], **public(for_everybody(minutes=5)))
def profile(slug: Slug) -> Profile:
    with database.tenant(teacher_called(slug)) as tx:
        return Profile.model_validate(public_profile(tx))


@router.get(
    "/v1/teachers/<slug>/services",
    summary="What a teacher offers",
    tags=["public"],
    **public(for_everybody(minutes=5)),
)
def services(slug: Slug) -> OfferedServices:
    with database.tenant(teacher_called(slug)) as tx:
        offered = list_services(tx, include_inactive=False)
    return OfferedServices(services=[OfferedService.of(service) for service in offered])


@router.get(
    "/v1/teachers/<slug>/packages",
    summary="The packages of lesson credits that a teacher sells",
    tags=["public"],
    **public(for_everybody(minutes=5)),
)
def packages(slug: Slug) -> OfferedPackages:
    with database.tenant(teacher_called(slug)) as tx:
        offered = list_packages(tx, only_active=True)
    return OfferedPackages(packages=[OfferedPackage.of(package) for package in offered])


@router.get(
    "/v1/teachers/<slug>/slots",
    summary="The starts that can be booked, at most 14 days of them",
    tags=["public"],
    **public(checked_each_time()),
)
def slots(
    slug: Slug,
    service_id: Annotated[UUID, Query()],
    start: From,
    end: To,
    time_zone: Annotated[ZoneName, Query(description="Of whoever looks; changes `local_start` alone.")] = "UTC",
) -> Slots:
    asked, now = window(start, end), clock.now()
    with database.tenant(teacher_called(slug)) as tx:
        answer = ask_for_slots(tx, service_id, asked, now)
    return Slots.of(slots_of(answer, asked, now), ZoneInfo(time_zone))
