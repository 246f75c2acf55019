"""A student as stored."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Student:
    """The e-mail address is in lower case; `archived_at` is None for a student who is taught now.

    `paused_until` is the last of the teacher's local dates on which nobody worries where the student is.
    """

    id: UUID
    name: str
    email: str
    phone: str | None
    time_zone: str | None
    archived_at: datetime | None
    paused_until: date | None
    created_at: datetime
    updated_at: datetime
