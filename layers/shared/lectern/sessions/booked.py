"""A seat as it was given, which every way to book answers with."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Booked:
    """A seat in a session as it was given; instants in UTC, `time_zone` the teacher's when it was booked.

    The seat's token is not here, as this is what may be stored: `tokens.seat_token` derives it from the participant.
    """

    session_id: UUID
    participant_id: UUID
    status: str
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    service_name: str
    price_amount: int
    price_currency: str
