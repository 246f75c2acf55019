"""What a late cancellation, a missed lesson or a reschedule costs; copied onto each session when it is booked.

Pure. The numbers are those of the field's usual policy; a session is judged by the copy that it carries.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Policy:
    """Percent of the price, elapsed hours and minutes.

    From `last_minute_hours` before the start, where they are given, `last_minute_percent` is kept in place of
    `late_charge_percent`. A student has `free_passes` late cancellations in `free_pass_days` that cost nothing.
    """

    notice_hours: int = 24
    late_charge_percent: int = 100
    last_minute_hours: int | None = None
    last_minute_percent: int | None = None
    no_show_percent: int = 100
    grace_minutes: int = 15
    free_passes: int = 1
    free_pass_days: int = 90
    trial_exempt: bool = True
    reschedule_notice_hours: int = 24
    max_reschedules: int = 2
    make_up_expiry_days: int = 60
    make_up_max_outstanding: int = 4
    auto_complete_hours: int = 72

    def cancellation_deadline(self, starts_at: datetime) -> datetime:
        """The last instant at which a student cancels for free, in UTC: elapsed hours, whatever clocks do meanwhile."""
        return starts_at - timedelta(hours=self.notice_hours)

    def late_percent(self, starts_at: datetime, now: datetime) -> int:
        """What a student who cancels now is charged, free passes apart; 0 up to the deadline."""
        if now <= self.cancellation_deadline(starts_at):
            return 0
        if self.last_minute_hours is None or self.last_minute_percent is None:
            return self.late_charge_percent
        is_last_minute = now > starts_at - timedelta(hours=self.last_minute_hours)
        return self.last_minute_percent if is_last_minute else self.late_charge_percent

    def reschedule_deadline(self, starts_at: datetime) -> datetime:
        """The last instant at which a student may move the session, in UTC."""
        return starts_at - timedelta(hours=self.reschedule_notice_hours)

    def no_show_from(self, starts_at: datetime) -> datetime:
        return starts_at + timedelta(minutes=self.grace_minutes)

    def for_trial(self) -> "Policy":
        """A trial is there to be tried: neither missing nor dropping it costs anything, unless it is not exempt."""
        if not self.trial_exempt:
            return self
        return replace(self, late_charge_percent=0, last_minute_hours=None, last_minute_percent=None, no_show_percent=0)

    def as_json(self) -> dict[str, int | None]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, int | None]) -> "Policy":
        return cls(**stored)  # type: ignore[arg-type]  # written by as_json, or by the database from like columns
