"""Credits by which a teacher makes up for a lesson that they have called off, or for whatever else they like."""

from datetime import datetime
from uuid import UUID

from lectern.credits.grant import MakeUpTerms, make_up_grant
from lectern.database import Transaction
from lectern.identifiers import new_id
from lectern.sessions.policies import policy_of_student
from lectern.sessions.policy import Policy

ONE_CREDIT = 100


def give_make_up(
    tx: Transaction, student_id: UUID, participant_id: UUID, credit_units: int, policy: Policy, now: datetime
) -> None:
    """As many units as the seat had reserved, or one credit where it was paid in another way.

    It does not count against the student's limit: the teacher called the lesson off.
    """
    terms = MakeUpTerms(policy.make_up_expiry_days, max_outstanding=None)
    make_up_grant(tx, student_id, credit_units or ONE_CREDIT, f"seat:{participant_id}:make_up", terms, now)


def grant_make_up(tx: Transaction, student_id: UUID, units: int, note: str | None, now: datetime) -> None:
    """By the teacher's own wish, once for each call, on the terms of the policy that holds for the student.

    Raises NotFound `student_not_found` and Conflict "too_many_make_ups".
    """
    policy = policy_of_student(tx, student_id)
    terms = MakeUpTerms(policy.make_up_expiry_days, policy.make_up_max_outstanding)
    make_up_grant(tx, student_id, units, f"make_up:{new_id()}", terms, now, note)
