"""A session as stored, as far as the rules about changing it look at it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class SessionRow:
    """Instants in UTC; `blocked_from` and `blocked_until` are the time with the buffers that it was booked with."""

    id: UUID
    service_id: UUID
    series_id: UUID | None
    status: str
    starts_at: datetime
    ends_at: datetime
    blocked_from: datetime
    blocked_until: datetime
    time_zone: str
    seats: int
    policy: dict[str, int | None]
    overlap_allowed: bool
    reschedules: int
    version: int
    promised_at: datetime | None

    @property
    def is_promised(self) -> bool:
        """Whether the teacher has accepted it, be it at the time that it had before."""
        return self.status == "scheduled" or (self.status == "pending" and self.promised_at is not None)
