"""A service: what its teacher decides about it, and which decisions would leave nothing to book."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict
from uuid import UUID

from lectern.errors import Invalid

_MINUTES_OF_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class ServiceDetails:
    """`step_minutes` lies between two starts and is the duration unless it is given.

    The notice and the horizon are how soon and how far ahead a start may be booked. More than one seat makes
    a group. The price is in minor units of the currency, an ISO 4217 code; in credits a lesson costs `credit_units`,
    100 to a credit. With `requires_payment` a student books with credits or by paying, never on trust.
    """

    name: str
    duration_minutes: int
    description: str = ""
    step_minutes: int | None = None
    buffer_before_minutes: int = 0
    buffer_after_minutes: int = 0
    minimum_notice_minutes: int = 0
    horizon_days: int = 60
    seats: int = 1
    price_amount: int = 0
    price_currency: str = "EUR"
    requires_confirmation: bool = False
    is_trial: bool = False
    credit_units: int = 100
    requires_payment: bool = False
    is_active: bool = True


class ServiceChanges(TypedDict, total=False):
    """The fields of a service that are to change."""

    name: str
    description: str
    duration_minutes: int
    step_minutes: int
    buffer_before_minutes: int
    buffer_after_minutes: int
    minimum_notice_minutes: int
    horizon_days: int
    seats: int
    price_amount: int
    price_currency: str
    requires_confirmation: bool
    is_trial: bool
    credit_units: int
    requires_payment: bool
    is_active: bool


@dataclass(frozen=True, slots=True)
class Service:
    """As stored. One that is not active is the teacher's to see and nobody's to book."""

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
    price_amount: int
    price_currency: str
    requires_confirmation: bool
    is_trial: bool
    credit_units: int
    requires_payment: bool
    is_active: bool
    created_at: datetime
    updated_at: datetime


def refuse_unbookable(service: Service) -> None:
    """Raises Invalid `unsatisfiable` for a notice that reaches to the horizon: no start could be offered."""
    if service.minimum_notice_minutes >= service.horizon_days * _MINUTES_OF_A_DAY:
        raise Invalid(
            "unsatisfiable",
            f"Nothing could be booked: {service.minimum_notice_minutes} minutes of notice reach to the end "
            f"of the {service.horizon_days} days ahead. Shorten the notice or extend the horizon.",
            fields=["minimum_notice_minutes", "horizon_days"],
        )
