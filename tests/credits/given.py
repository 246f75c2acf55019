"""What credits need to exist: payments that bring them, and seats that they are reserved for."""

from datetime import datetime
from uuid import UUID

from lectern import database
from lectern.credits.grant import purchase
from lectern.database import Transaction
from lectern.identifiers import new_id
from tests.builders import NOW, Teacher


def a_payment(teacher: Teacher, student: UUID) -> UUID:
    """For a package of a teacher who sells them; nothing of it is credited yet."""
    payment = new_id()
    with database.tenant(teacher.id) as tx:
        package = _a_package(tx)
        tx.send(
            """
            insert into payments (teacher_id, id, kind, student_id, package_id, units, description, amount, currency,
              status, stripe_account_id, livemode, created_at, updated_at, paid_at)
            values (%(teacher_id)s, %(id)s, 'package', %(student)s, %(package)s, 1000, 'Ten lessons', 36000, 'EUR',
              'paid', 'acct_' || %(account)s, false, %(now)s, %(now)s, %(now)s)
            """,
            {"id": payment, "student": student, "package": package, "account": teacher.id.hex, "now": NOW},
        )
    return payment


def _a_package(tx: Transaction) -> UUID:
    package = new_id()
    tx.send(
        """
        insert into payment_accounts (teacher_id, id, stripe_account_id, livemode, created_at, updated_at)
        values (%(teacher_id)s, %(id)s, 'acct_' || %(account)s, false, %(now)s, %(now)s)
        on conflict do nothing
        """,
        {"id": package, "account": tx.teacher_id.hex, "now": NOW},
    )
    tx.send(
        """
        insert into credit_packages
          (teacher_id, id, name, units, price_amount, price_currency, created_at, updated_at)
        values (%(teacher_id)s, %(id)s, %(id)s::text, 1000, 36000, 'EUR', %(now)s, %(now)s)
        """,
        {"id": package, "now": NOW},
    )
    return package


def bought(teacher: Teacher, student: UUID, units: int, expires_at: datetime | None = None) -> UUID:
    """The payment that has brought a lot of so many units."""
    payment = a_payment(teacher, student)
    with database.tenant(teacher.id) as tx:
        purchase(tx, student, payment, units, expires_at, NOW)
    return payment


def seats(teacher: Teacher, student: UUID, number: int) -> list[UUID]:
    """As many seats of a student, each in a lesson of its own that nobody else would book."""
    made = [new_id() for _ in range(number)]
    with database.tenant(teacher.id) as tx:
        tx.send(
            """
            insert into services (teacher_id, id, name, duration_minutes, step_minutes, created_at, updated_at)
            values (%(teacher_id)s, %(id)s, %(id)s::text, 60, 60, %(now)s, %(now)s)
            """,
            {"id": made[0], "now": NOW},
        )
        tx.send(
            """
            insert into class_sessions (teacher_id, id, service_id, status, origin, starts_at, ends_at, blocked,
              time_zone, seats, price_amount, price_currency, policy, created_at, updated_at)
            select %(teacher_id)s, id, %(service)s, 'completed', 'manual', %(now)s, %(now)s + interval '1 hour',
              tstzrange(%(now)s, %(now)s + interval '1 hour'), 'UTC', 1, 0, 'EUR', '{}', %(now)s, %(now)s
            from unnest(%(seats)s::uuid[]) id
            """,
            {"service": made[0], "seats": made, "now": NOW},
        )
        tx.send(
            """
            insert into session_participants
              (teacher_id, id, session_id, student_id, status, token_hash, created_at, updated_at)
            select %(teacher_id)s, id, id, %(student)s, 'completed', uuid_send(id), %(now)s, %(now)s
            from unnest(%(seats)s::uuid[]) id
            """,
            {"student": student, "seats": made, "now": NOW},
        )
    return made


def a_seat(teacher: Teacher, student: UUID) -> UUID:
    return seats(teacher, student, 1)[0]
