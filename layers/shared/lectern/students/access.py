"""What a student may do without their teacher: the token for it, and making it void when it fell into other hands.

A booking form names a student by an e-mail address, which proves nothing; the token, which the teacher hands over,
does. It is derived from a version of the student's row, so none is stored and a new version voids all that were given.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lectern.database import Answer, Transaction
from lectern.errors import NotFound
from lectern.events import record
from lectern.settings import token_key
from lectern.tokens import Claim, is_same_token, student_token


@dataclass(frozen=True, slots=True)
class StudentAccess:
    """What the student's token is derived from: `tokens.student_token`."""

    student_id: UUID
    version: int


def student_access(tx: Transaction, student_id: UUID) -> StudentAccess:
    """The access that holds now. Raises NotFound `student_not_found`."""
    return _found(_ask_access(tx, student_id))


def renew_access(tx: Transaction, student_id: UUID, now: datetime) -> StudentAccess:
    """Make every token void that the student was given so far. Raises NotFound `student_not_found`."""
    renewed = _found(_ask_renew(tx, student_id, now))
    record(tx, "student.access_renewed", student_id, {}, now)
    return renewed


def is_token_of_student(tx: Transaction, token: str, claim: Claim) -> bool:
    """Whether it is the token of a student of this teacher's that holds now."""
    access = _ask_access(tx, claim.subject_id).one_or_none()
    if access is None:
        return False
    return is_same_token(token, student_token(token_key(), tx.teacher_id, access.student_id, access.version))


def _found(answer: Answer[StudentAccess]) -> StudentAccess:
    access = answer.one_or_none()
    if access is None:
        raise NotFound("student_not_found", "There is no such student. List your students.")
    return access


def _ask_access(tx: Transaction, student_id: UUID) -> Answer[StudentAccess]:
    return tx.ask(
        """
        select s.id, s.access_version
        from students s join teachers t on t.id = s.teacher_id and t.deleted_at is null
        where s.teacher_id = %(teacher_id)s and s.id = %(student_id)s and s.deleted_at is null
        """,
        StudentAccess,
        {"student_id": student_id},
    )


def _ask_renew(tx: Transaction, student_id: UUID, now: datetime) -> Answer[StudentAccess]:
    return tx.ask(
        """
        update students set access_version = access_version + 1, updated_at = %(now)s
        where teacher_id = %(teacher_id)s and id = %(student_id)s and deleted_at is null
        returning id, access_version
        """,
        StudentAccess,
        {"student_id": student_id, "now": now},
    )
