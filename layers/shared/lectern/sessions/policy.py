"""What a late cancellation, a missed lesson or a reschedule costs; copied onto each session when it is booked.

Pure. The numbers are those of the field's usual policy; a session is judged by the copy that it carries.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Policy:
    """Percent of the price, elapsed hours and minutes."""

    notice_hours: int = 24
    late_charge_percent: int = 100
    no_show_percent: int = 100
    grace_minutes: int = 15
    reschedule_notice_hours: int = 24
    max_reschedules: int = 2

    def cancellation_deadline(self, starts_at: datetime) -> datetime:
        """The last instant at which a student cancels for free, in UTC: elapsed hours, whatever clocks do meanwhile."""
        return starts_at - timedelta(hours=self.notice_hours)

    def reschedule_deadline(self, starts_at: datetime) -> datetime:
        """The last instant at which a student may move the session, in UTC."""
        return starts_at - timedelta(hours=self.reschedule_notice_hours)

    def no_show_from(self, starts_at: datetime) -> datetime:
        return starts_at + timedelta(minutes=self.grace_minutes)

    def as_json(self) -> dict[str, int]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, int]) -> "Policy":
        return cls(**stored)


# A trial is there to be tried: neither missing nor dropping it costs anything.
TRIAL_POLICY = Policy(late_charge_percent=0, no_show_percent=0)
