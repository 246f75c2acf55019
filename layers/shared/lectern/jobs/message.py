"""What the dispatcher writes for each teacher, and the teacher's job reads."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self
from uuid import UUID

from lectern.errors import Invalid


@dataclass(frozen=True, slots=True)
class JobMessage:
    """`at` is when the job was scheduled, and `local_date` its date where the teacher is."""

    job: str
    teacher_id: UUID
    local_date: date
    at: datetime

    def as_json(self) -> str:
        return json.dumps(
            {
                "job": self.job,
                "teacher_id": str(self.teacher_id),
                "local_date": self.local_date.isoformat(),
                "at": self.at.isoformat(),
            }
        )

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Raises Invalid `not_a_job_message`."""
        try:
            told = json.loads(text)
            local_date, at = date.fromisoformat(told["local_date"]), datetime.fromisoformat(told["at"])
            return cls(str(told["job"]), UUID(told["teacher_id"]), local_date, at)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise Invalid("not_a_job_message", "This is no message of the dispatcher's.") from error
