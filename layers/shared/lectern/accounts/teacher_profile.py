"""A teacher's account in words: all of it for the teacher, some of it for anybody."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class TeacherProfile:
    """A teacher's account, for the teacher. `time_zone` is an IANA name; a limit of None is no limit."""

    id: UUID
    slug: str
    email: str
    name: str
    bio: str
    time_zone: str
    max_sessions_per_day: int | None
    max_sessions_per_week: int | None
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class PublicProfile:
    """What anybody may know of a teacher."""

    slug: str
    name: str
    bio: str
    time_zone: str
