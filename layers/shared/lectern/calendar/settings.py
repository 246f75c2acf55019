"""What a teacher chooses that their calendars may do to slots and lessons; at first, nothing."""

from dataclasses import asdict, dataclass
from datetime import datetime

from lectern.availability.version import bump_slots_version
from lectern.calendar.notified import have_it_read
from lectern.database import Answer, Transaction
from lectern.events import record


@dataclass(frozen=True, slots=True)
class CalendarSettings:
    """Nothing is offered once a calendar has not been read for 1 to 168 hours; None: it goes on by what was read last.

    `cancels_deleted`: who deletes a lesson's event in their calendar means the lesson (`lectern.jobs.deleted_events`).
    """

    closes_unread_after_hours: int | None
    cancels_deleted: bool


def ask_settings(tx: Transaction) -> Answer[CalendarSettings]:
    return tx.ask(
        """
        select closes_unread_after_hours, cancels_deleted_since is not null
        from teachers
        where id = %(teacher_id)s and deleted_at is null
        """,
        CalendarSettings,
    )


def set_settings(tx: Transaction, settings: CalendarSettings, now: datetime) -> None:
    """Events that were deleted before it was chosen cancel nothing, which the next read may yet find."""
    chosen = asdict(settings)
    tx.send(
        """
        update teachers
        set closes_unread_after_hours = %(closes_unread_after_hours)s,
          cancels_deleted_since = case when %(cancels_deleted)s then coalesce(cancels_deleted_since, %(now)s) end
        where id = %(teacher_id)s and deleted_at is null
        """,
        {**chosen, "now": now},
    )
    record(tx, "calendar.settings_changed", tx.teacher_id, chosen, now)
    bump_slots_version(tx)
    if settings.cancels_deleted:
        have_it_read(tx, now)
