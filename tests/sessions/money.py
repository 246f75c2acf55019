"""Credits and paid money for the tests of sessions, without Stripe: that is payments' business."""

from datetime import datetime, timedelta
from uuid import UUID

from lectern.credits.account import Account, audit, get_account
from lectern.credits.grant import adjust
from lectern.database import Transaction
from lectern.identifiers import new_id
from lectern.sessions.book import Booking
from lectern.sessions.hold import Held
from lectern.sessions.hold_for_payment import hold_for_payment
from lectern.sessions.paying import WithCredits
from tests.builders import NOW, Teacher, a_student, rows_of, run, student_details

PRICE = 4000
HALF_AN_HOUR = timedelta(minutes=30)


def give_credits(teacher: Teacher, credits_: int, name: str = "Sam") -> UUID:
    """The student, who has so many credits more."""
    student = a_student(teacher, name)
    run(teacher, adjust, student, 100 * credits_, f"gift {new_id()}", NOW, "a gift")
    return student


def account_of(teacher: Teacher, student: UUID, now: datetime = NOW) -> Account:
    """Checks on the way that every sum is that of the ledger."""
    assert run(teacher, audit) == []
    return run(teacher, get_account, student, now)


def sums(teacher: Teacher, student: UUID) -> tuple[int, int]:
    """Free and reserved, in units."""
    account = account_of(teacher, student)
    return account.balance, account.reserved


def on_credit(service: UUID, start: datetime, name: str = "Sam") -> Booking:
    return Booking(service, start, student_details(name), with_credits=WithCredits())


def held_for_payment(teacher: Teacher, service: UUID, start: datetime, name: str = "Sam", now: datetime = NOW) -> Held:
    return run(teacher, hold_for_payment, Booking(service, start, student_details(name)), now + HALF_AN_HOUR, now)


def paid(teacher: Teacher, participant: UUID, student: UUID, amount: int = PRICE) -> UUID:
    """A payment for a seat that has come in, as payments would store it."""
    payment = new_id()
    account = f"acct_{teacher.id.hex}"

    def insert(tx: Transaction) -> None:
        tx.send(
            """
            insert into payment_accounts (teacher_id, id, stripe_account_id, livemode, created_at, updated_at)
            values (%(teacher_id)s, %(id)s, %(account)s, false, %(now)s, %(now)s) on conflict do nothing
            """,
            {"id": payment, "account": account, "now": NOW},
        )
        tx.send(
            """
            insert into payments (teacher_id, id, kind, student_id, participant_id, description, amount, currency,
              status, stripe_account_id, livemode, created_at, updated_at, paid_at)
            values (%(teacher_id)s, %(id)s, 'session', %(student)s, %(participant)s, 'Lesson', %(amount)s, 'EUR',
              'paid', %(account)s, false, %(now)s, %(now)s, %(now)s)
            """,
            {
                "id": payment,
                "student": student,
                "participant": participant,
                "amount": amount,
                "account": account,
                "now": NOW,
            },
        )

    run(teacher, insert)
    return payment


def disputed(tx: Transaction, payment: UUID, status: str) -> None:
    tx.send(
        """
        update payments set dispute_id = 'dp_1', dispute_status = %(status)s, disputed_at = %(now)s
        where teacher_id = %(teacher_id)s and id = %(payment)s
        """,
        {"payment": payment, "status": status, "now": NOW},
    )


def refunds(teacher: Teacher) -> list[tuple[str, int]]:
    return [(row["origin"], row["amount"]) for row in rows_of(teacher, "refunds")]
