"""Why a time is not offered, for the teacher who asks."""

from datetime import datetime
from uuid import UUID

from lectern.availability.offer import moment, read_offer
from lectern.database import Transaction
from lectern.slots import Reason, why_not_open


def explain_start(tx: Transaction, service_id: UUID, start: datetime, now: datetime) -> tuple[tuple[Reason, ...], bool]:
    """Every reason against a start in UTC, and whether it is too far ahead to be booked; none and False if it is open.

    The start of a group session that may still be joined is open. Raises NotFound for a service that is not offered.
    """
    offer = read_offer(tx, service_id, moment(start), now)
    group = offer.group_at(start)
    if group and offer.is_joinable(group, now):
        return (), False
    reasons = why_not_open(offer.availability, offer.busy, offer.service.timing, start, now)
    return reasons, not offer.is_within_horizon(start, now)
