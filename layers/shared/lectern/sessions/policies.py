"""The policies of a teacher: one for all, others for a service, a student, or a student in a service.

A booking copies the one that fits it best; what is changed here holds for bookings from now on. What held before stays
with those bookings, and in the events, so nothing needs the row of a policy that was removed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lectern.database import Transaction, columns
from lectern.errors import Invalid, NotFound
from lectern.events import record
from lectern.identifiers import new_id
from lectern.services.catalogue import get_service
from lectern.sessions import policy_queries
from lectern.sessions.policy import Policy
from lectern.sessions.policy_queries import StoredPolicy
from lectern.students.roster import get_student


@dataclass(frozen=True, slots=True)
class PolicyScope:
    """For whom a policy holds; for everybody and every service where neither is named."""

    service_id: UUID | None = None
    student_id: UUID | None = None


def list_policies(tx: Transaction) -> list[tuple[PolicyScope, Policy]]:
    """The teacher's own first; without one of their own, the usual policy holds for them."""
    stored = policy_queries.ask_policies(tx).all()
    found = [(PolicyScope(row.service_id, row.student_id), _policy(row)) for row in stored]
    has_own = any(scope == PolicyScope() for scope, _ in found)
    return found if has_own else [(PolicyScope(), Policy()), *found]


def policy_of_student(tx: Transaction, student_id: UUID) -> Policy:
    """What holds for a student apart from any service."""
    policies = dict(list_policies(tx))
    return policies.get(PolicyScope(student_id=student_id), policies[PolicyScope()])


def set_policy(tx: Transaction, scope: PolicyScope, policy: Policy, now: datetime) -> None:
    """Put a policy in place of the one of that scope.

    Raises NotFound for the service or the student, Invalid "unsatisfiable_policy" when the second tier is not one.
    """
    _require_scope(tx, scope)
    _require_tiers(policy)
    policy_queries.put_policy(tx, new_id(), scope.service_id, scope.student_id, policy, now)
    _record(tx, "policy.changed", scope, policy.as_json(), now)


def remove_policy(tx: Transaction, scope: PolicyScope, now: datetime) -> None:
    """Let the next wider policy hold again. Raises NotFound "policy_not_found"."""
    removed = policy_queries.ask_remove_policy(tx, scope.service_id, scope.student_id).one_or_none()
    if removed is None:
        raise NotFound("policy_not_found", "There is no policy of its own for that. List the policies.")
    _record(tx, "policy.removed", scope, removed.terms, now)


def _record(tx: Transaction, type_: str, scope: PolicyScope, terms: Mapping[str, int | None], now: datetime) -> None:
    ids = {name: str(id_) for name, id_ in columns(scope).items() if id_}
    record(tx, type_, scope.service_id or scope.student_id or tx.teacher_id, {**ids, "terms": dict(terms)}, now)


def _require_scope(tx: Transaction, scope: PolicyScope) -> None:
    if scope.service_id:
        get_service(tx, scope.service_id)
    if scope.student_id:
        get_student(tx, scope.student_id)


def _require_tiers(policy: Policy) -> None:
    if (policy.last_minute_hours is None) != (policy.last_minute_percent is None):
        raise Invalid(
            "unsatisfiable_policy",
            "A second tier has both its hours and its percent. Give both, or neither.",
            fields=["last_minute_hours", "last_minute_percent"],
        )
    if policy.last_minute_hours is None or policy.last_minute_percent is None:
        return
    if policy.last_minute_hours >= policy.notice_hours or policy.last_minute_percent < policy.late_charge_percent:
        raise Invalid(
            "unsatisfiable_policy",
            "The second tier begins nearer to the lesson than the notice, and keeps no less. Change one of them.",
            fields=["last_minute_hours", "last_minute_percent"],
        )


def _policy(row: StoredPolicy) -> Policy:
    return Policy.from_json(row.terms)
