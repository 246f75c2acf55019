"""The message that has a job run: written by the dispatcher and by whoever cannot wait for it, read by teacher_job."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self
from uuid import UUID

from lectern import queue, settings
from lectern.errors import Invalid
from lectern.queue import Message


@dataclass(frozen=True, slots=True)
class JobMessage:
    """`teacher_id` is None for a job that runs once for all.

    `at` is when the job was scheduled, and `local_date` its date where the teacher is; without one, in UTC.
    """

    job: str
    teacher_id: UUID | None
    local_date: date
    at: datetime

    def as_message(self) -> Message:
        return Message(self.as_json(), group=str(self.teacher_id or self.job))

    def as_json(self) -> str:
        return json.dumps(
            {
                "job": self.job,
                "teacher_id": str(self.teacher_id) if self.teacher_id else None,
                "local_date": self.local_date.isoformat(),
                "at": self.at.isoformat(),
            }
        )

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Raises Invalid `not_a_job_message`."""
        try:
            told = json.loads(text)
            teacher_id = UUID(told["teacher_id"]) if told["teacher_id"] is not None else None
            local_date, at = date.fromisoformat(told["local_date"]), datetime.fromisoformat(told["at"])
            return cls(str(told["job"]), teacher_id, local_date, at)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise Invalid("not_a_job_message", "This is no message of the dispatcher's.") from error


def nudge(job: str, teacher_id: UUID, now: datetime) -> None:
    """Have a job of one teacher's run at once, before its schedule comes; for jobs that run each time, with no date.

    Takes two seconds at most. Raises Unavailable `queue_unavailable`: who can wait for the schedule leaves it at that.
    """
    queue.send_at_once(settings.queue_url(job), JobMessage(job, teacher_id, now.date(), now).as_message())
