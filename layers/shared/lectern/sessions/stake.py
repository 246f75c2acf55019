"""What a seat comes to when it is given up or missed: the part that is kept of what was paid, and what goes back.

Pure. Credits are in units, 100 to a credit; money in minor units. What does not divide evenly is rounded in the
student's favour.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from lectern.sessions.policy import Policy
from lectern.sessions.seat_queries import LiveSeat


@dataclass(frozen=True, slots=True)
class Outcome:
    """`charge_percent` of the price is kept; with a free pass, a late cancellation keeps nothing."""

    is_late: bool
    charge_percent: int
    uses_free_pass: bool
    units_kept: int
    units_returned: int
    refund_amount: int


class AtStake(Protocol):
    """What a seat has cost, in units and in money, and how much of the money has gone back."""

    @property
    def credit_units(self) -> int: ...
    @property
    def paid_amount(self) -> int | None: ...
    @property
    def refunded_amount(self) -> int | None: ...


NOTHING = Outcome(
    is_late=False, charge_percent=0, uses_free_pass=False, units_kept=0, units_returned=0, refund_amount=0
)


def when_cancelled(
    seat: LiveSeat, starts_at: datetime, by: Literal["student", "teacher"], now: datetime, *, is_promised: bool
) -> Outcome:
    """`is_promised` tells a lesson that the teacher has confirmed from a request or a hold, which cost nothing."""
    if by == "teacher" or not is_promised or seat.status != "booked":
        return charged(seat, 0)
    policy = Policy.from_json(seat.policy)
    if now <= policy.cancellation_deadline(starts_at):
        return charged(seat, 0)
    percent = policy.late_percent(starts_at, now)
    has_pass = percent > 0 and seat.free_passes_used < policy.free_passes
    return charged(seat, 0 if has_pass else percent, is_late=True, uses_free_pass=has_pass)


def charged(seat: AtStake, percent: int, *, is_late: bool = False, uses_free_pass: bool = False) -> Outcome:
    units_kept = kept(seat.credit_units, percent)
    paid, refunded = seat.paid_amount or 0, seat.refunded_amount or 0
    return Outcome(
        is_late=is_late,
        charge_percent=percent,
        uses_free_pass=uses_free_pass,
        units_kept=units_kept,
        units_returned=seat.credit_units - units_kept,
        refund_amount=max(0, paid - kept(paid, percent) - refunded),
    )


def kept(whole: int, percent: int) -> int:
    return whole * percent // 100
