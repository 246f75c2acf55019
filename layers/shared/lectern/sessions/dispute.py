"""A student says that a lesson which completed by itself was otherwise; the teacher decides, by a correction."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from lectern.database import Answer, Transaction
from lectern.errors import Conflict
from lectern.events import record
from lectern.sessions.seat_queries import Changed
from lectern.sessions.statuses import changed_meanwhile

DISPUTABLE_FOR = timedelta(hours=72)


@dataclass(frozen=True, slots=True)
class Dispute:
    """`completed_by_itself_at` is None for a seat whose outcome a person has named, or that has none."""

    session_id: UUID
    completed_by_itself_at: datetime | None
    disputed_at: datetime | None
    decided_at: datetime | None

    @property
    def until(self) -> datetime | None:
        """Up to then (UTC) the seat may be disputed; None for one that may not be, or that is disputed already."""
        if self.completed_by_itself_at is None or self.disputed_at:
            return None
        return self.completed_by_itself_at + DISPUTABLE_FOR


def get_dispute(tx: Transaction, participant_id: UUID) -> Dispute:
    """Of a seat that there is."""
    return _ask_dispute(tx, participant_id).one()


def dispute_completion(tx: Transaction, participant_id: UUID, reason: str, now: datetime) -> None:
    """Keep a student's word against a completion that nobody has spoken, of a seat that there is.

    Raises Conflict "not_disputable", "dispute_too_late", "already_disputed", and "session_changed" when the teacher has
    just corrected it.
    """
    dispute = get_dispute(tx, participant_id)
    if dispute.disputed_at:
        raise Conflict("already_disputed", "You have said so already. Your teacher decides.")
    if dispute.until is None:
        raise Conflict("not_disputable", "Only a lesson that completed by itself can be disputed. Ask your teacher.")
    if now > dispute.until:
        raise Conflict("dispute_too_late", "That could be said for 72 hours, and no longer. Ask your teacher.")
    if _ask_keep(tx, dispute.session_id, participant_id, reason, now).one_or_none() is None:
        raise changed_meanwhile()
    record(tx, "session.disputed", dispute.session_id, {"participant_id": str(participant_id)}, now)


def _ask_dispute(tx: Transaction, participant_id: UUID) -> Answer[Dispute]:
    return tx.ask(
        """
        select p.session_id,
          case when p.status = 'completed' and p.corrected_at is null then c.completed_by_itself_at end,
          p.disputed_at, p.dispute_decided_at
        from session_participants p
        join class_sessions c on c.teacher_id = p.teacher_id and c.id = p.session_id
        where p.teacher_id = %(teacher_id)s and p.id = %(participant_id)s
        """,
        Dispute,
        {"participant_id": participant_id},
    )


def _ask_keep(tx: Transaction, session_id: UUID, participant_id: UUID, reason: str, now: datetime) -> Answer[Changed]:
    """The session moves on with it: a teacher who is correcting it must look at it again."""
    return tx.ask(
        """
        with session as (
          update class_sessions set version = version + 1, updated_at = %(now)s
          where teacher_id = %(teacher_id)s and id = %(session_id)s and completed_by_itself_at is not null
          returning id)
        update session_participants
        set disputed_at = %(now)s, dispute_reason = nullif(%(reason)s, ''), updated_at = %(now)s
        where teacher_id = %(teacher_id)s and id = %(participant_id)s and session_id in (select id from session)
          and status = 'completed' and corrected_at is null and disputed_at is null
        returning id
        """,
        Changed,
        {"session_id": session_id, "participant_id": participant_id, "reason": reason, "now": now},
    )
