"""The statements about policies."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lectern.database import Answer, Transaction, columns
from lectern.sessions.policy import Policy


@dataclass(frozen=True, slots=True)
class StoredPolicy:
    service_id: UUID | None
    student_id: UUID | None
    terms: dict[str, int | None]


def ask_policies(tx: Transaction) -> Answer[StoredPolicy]:
    """From the widest to the narrowest; the terms as a booking copies them."""
    return tx.ask(
        """
        select service_id, student_id,
          to_jsonb(p) - array['teacher_id', 'id', 'service_id', 'student_id', 'updated_at']
        from policies p
        where teacher_id = %(teacher_id)s
        order by student_id nulls first, service_id nulls first
        """,
        StoredPolicy,
    )


def put_policy(
    tx: Transaction, policy_id: UUID, service_id: UUID | None, student_id: UUID | None, policy: Policy, now: datetime
) -> None:
    tx.send(
        """
        insert into policies (
          teacher_id, id, service_id, student_id, notice_hours, late_charge_percent, last_minute_hours,
          last_minute_percent, no_show_percent, grace_minutes, free_passes, free_pass_days, trial_exempt,
          reschedule_notice_hours, max_reschedules, make_up_expiry_days, make_up_max_outstanding, auto_complete_hours,
          updated_at)
        values (
          %(teacher_id)s, %(id)s, %(service_id)s, %(student_id)s, %(notice_hours)s, %(late_charge_percent)s,
          %(last_minute_hours)s, %(last_minute_percent)s, %(no_show_percent)s, %(grace_minutes)s, %(free_passes)s,
          %(free_pass_days)s, %(trial_exempt)s, %(reschedule_notice_hours)s, %(max_reschedules)s,
          %(make_up_expiry_days)s, %(make_up_max_outstanding)s, %(auto_complete_hours)s, %(now)s)
        on conflict on constraint policies_scope_key do update set
          notice_hours = excluded.notice_hours, late_charge_percent = excluded.late_charge_percent,
          last_minute_hours = excluded.last_minute_hours, last_minute_percent = excluded.last_minute_percent,
          no_show_percent = excluded.no_show_percent, grace_minutes = excluded.grace_minutes,
          free_passes = excluded.free_passes, free_pass_days = excluded.free_pass_days,
          trial_exempt = excluded.trial_exempt, reschedule_notice_hours = excluded.reschedule_notice_hours,
          max_reschedules = excluded.max_reschedules, make_up_expiry_days = excluded.make_up_expiry_days,
          make_up_max_outstanding = excluded.make_up_max_outstanding,
          auto_complete_hours = excluded.auto_complete_hours, updated_at = excluded.updated_at
        """,
        {**columns(policy), "id": policy_id, "service_id": service_id, "student_id": student_id, "now": now},
    )


def ask_remove_policy(tx: Transaction, service_id: UUID | None, student_id: UUID | None) -> Answer[StoredPolicy]:
    """What it was."""
    return tx.ask(
        """
        delete from policies p
        where teacher_id = %(teacher_id)s and service_id is not distinct from %(service_id)s
          and student_id is not distinct from %(student_id)s
        returning service_id, student_id,
          to_jsonb(p) - array['teacher_id', 'id', 'service_id', 'student_id', 'updated_at']
        """,
        StoredPolicy,
        {"service_id": service_id, "student_id": student_id},
    )
