"""A package: so many credits for a price, good for so long."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict
from uuid import UUID


@dataclass(frozen=True, slots=True)
class PackageDetails:
    """100 units are a credit. The price is in minor units of the currency, an ISO 4217 code.

    `valid_days` count from the purchase; None: the credits do not expire.
    """

    name: str
    units: int
    price_amount: int
    price_currency: str = "EUR"
    valid_days: int | None = None
    is_active: bool = True


class PackageChanges(TypedDict, total=False):
    """The fields of a package that are to change."""

    name: str
    units: int
    price_amount: int
    price_currency: str
    valid_days: int | None
    is_active: bool


@dataclass(frozen=True, slots=True)
class Package:
    """As stored. One that is not active is the teacher's to see and nobody's to buy."""

    id: UUID
    name: str
    units: int
    price_amount: int
    price_currency: str
    valid_days: int | None
    is_active: bool
    created_at: datetime
    updated_at: datetime
