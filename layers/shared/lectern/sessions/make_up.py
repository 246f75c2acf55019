"""A credit for a lesson that the teacher has called off, on top of what comes back for it."""

from datetime import datetime
from uuid import UUID

from lectern.credits.grant import MakeUpTerms, make_up_grant
from lectern.database import Transaction
from lectern.sessions.policy import Policy

ONE_CREDIT = 100


def give_make_up(
    tx: Transaction, student_id: UUID, participant_id: UUID, credit_units: int, policy: Policy, now: datetime
) -> None:
    """As many units as the seat had reserved, or one credit where it was paid in another way.

    Raises Conflict "too_many_make_ups".
    """
    terms = MakeUpTerms(policy.make_up_expiry_days, policy.make_up_max_outstanding)
    make_up_grant(tx, student_id, credit_units or ONE_CREDIT, f"seat:{participant_id}:make_up", terms, now)
