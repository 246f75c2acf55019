"""The packages of lesson credits that a teacher sells."""

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
from booking.edge.fields import Asked, InUtc, Line, Money, Shown, Versioned
from booking.edge.idempotent import IdempotencyKey, once
from lectern import clock, database
from lectern.credits.package import Package, PackageChanges, PackageDetails
from lectern.credits.packages import (
    change_package,
    create_package,
    get_package,
    list_packages,
    withdraw_package,
)

router = Router()

Units = Annotated[int, Field(strict=True, ge=1, le=100_000, description="100 are a credit.")]
ValidDays = Annotated[int, Field(ge=1, le=3660, description="From the purchase; null: the credits do not expire.")]


class Price(Money):
    """Stripe's page is not for what costs nothing: a teacher gives credits away by hand."""

    amount: Annotated[int, Field(strict=True, ge=1, le=100_000_000)]


class NewPackage(Asked):
    name: Line
    units: Units
    price: Price
    valid_days: ValidDays | None = None
    is_active: bool = True

    def details(self) -> PackageDetails:
        same = self.model_dump(exclude={"price"})
        return PackageDetails(**same, price_amount=self.price.amount, price_currency=self.price.currency)


@with_config(ConfigDict(extra="forbid"))
class PackageChange(TypedDict, total=False):
    """What is left out stays as it is."""

    name: Line
    units: Units
    price: Price
    valid_days: ValidDays | None
    is_active: bool


class PackageView(Versioned):
    id: UUID
    name: str
    units: int
    price: Money
    valid_days: int | None
    is_active: bool
    created_at: InUtc

    @classmethod
    def of(cls, package: Package) -> Self:
        price = Money(amount=package.price_amount, currency=package.price_currency)
        return cls.model_validate({**asdict(package), "price": price})


class PackageList(Shown):
    packages: list[PackageView]


@router.get(
    "/v1/packages",
    summary="Your packages, also those that are not active",
    tags=["packages"],
    **teacher(for_caller(minutes=5)),
)
def my_packages(request: Request) -> PackageList:
    with database.tenant(teacher_id(request)) as tx:
        packages = list_packages(tx, only_active=False)
    return PackageList(packages=[PackageView.of(package) for package in packages])


@router.post("/v1/packages", summary="Sell a package", tags=["packages"], status_code=201, **teacher())
def add_package(request: Request, body: NewPackage, key: IdempotencyKey = None) -> Response[PackageView]:
    return once(
        request,
        teacher_id(request),
        key,
        lambda tx: PackageView.of(create_package(tx, body.details(), clock.now())),
        of=PackageView,
        location=lambda package: f"/v1/packages/{package.id}",
    )


@router.get("/v1/packages/<package_id>", summary="A package", tags=["packages"], **teacher(for_caller(minutes=5)))
def my_package(request: Request, package_id: UUID) -> Response[PackageView]:
    with database.tenant(teacher_id(request)) as tx:
        return tagged(PackageView.of(get_package(tx, package_id)))


@router.patch("/v1/packages/<package_id>", summary="Change a package", tags=["packages"], **teacher())
def change_my_package(
    request: Request,
    package_id: UUID,
    body: Annotated[PackageChange, Body()],
    if_match: IfMatch = None,
) -> Response[PackageView]:
    changes = _changes(body)
    return change_unless_stale(
        teacher_id(request),
        lambda tx: PackageView.of(change_package(tx, package_id, changes, clock.now(), version_wanted(if_match))),
        lambda tx: PackageView.of(get_package(tx, package_id)),
    )


@router.delete(
    "/v1/packages/<package_id>",
    summary="Stop selling a package; what was sold stays",
    tags=["packages"],
    status_code=204,
    **teacher(),
)
def withdraw_my_package(request: Request, package_id: UUID) -> Response[None]:
    with database.tenant(teacher_id(request)) as tx:
        withdraw_package(tx, package_id, clock.now())
    return Response(204)


def _changes(body: PackageChange) -> PackageChanges:
    changes: dict[str, object] = {name: value for name, value in body.items() if name != "price"}
    if "price" in body:
        changes["price_amount"], changes["price_currency"] = body["price"].amount, body["price"].currency
    return cast("PackageChanges", changes)
