"""A student as stored."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Student:
    """The e-mail address is in lower case; `archived_at` is None for a student who is taught now."""

    id: UUID
    name: str
    email: str
    phone: str | None
    time_zone: str | None
    archived_at: datetime | None
    created_at: datetime
    updated_at: datetime
