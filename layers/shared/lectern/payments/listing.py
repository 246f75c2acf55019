"""Reading a teacher's payments: the list, and one in full with what has been given back of it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lectern.database import Answer, Transaction
from lectern.errors import NotFound
from lectern.page import Page, page_of

type PaymentKey = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True)
class PaymentSummary:
    """Amounts in minor units; a payment by an invoice of the teacher's own may be nobody's whom we know.

    `session_id` is the lesson that it pays for today, for a payment moves with its lesson.
    """

    id: UUID
    kind: str
    status: str
    description: str
    amount: int
    currency: str
    refunded_amount: int
    student_id: UUID | None
    student_name: str | None
    package_id: UUID | None
    session_id: UUID | None
    failure_code: str | None
    dispute_status: str | None
    created_at: datetime
    paid_at: datetime | None


@dataclass(frozen=True, slots=True)
class RefundSummary:
    """`units` of the package's credits go with it: those that are in use, when their lessons give them back."""

    id: UUID
    amount: int
    units: int
    status: str
    origin: str
    failure_code: str | None
    requested_at: datetime


def list_payments(
    tx: Transaction, status: str | None, student_id: UUID | None, after: PaymentKey | None, limit: int
) -> Page[PaymentSummary, PaymentKey]:
    """The newest first. `after` is the `next` of the page before, None for the first; the others filter."""
    rows = _ask_summaries(tx, status, student_id, after, limit + 1).all()
    return page_of(rows, limit, lambda payment: (payment.created_at, payment.id))


def get_payment(tx: Transaction, payment_id: UUID) -> tuple[PaymentSummary, list[RefundSummary]]:
    """Raises NotFound `payment_not_found`."""
    asked, refunds = _ask_summary(tx, payment_id), _ask_refunds(tx, payment_id)
    payment = asked.one_or_none()
    if payment is None:
        raise NotFound("payment_not_found", "There is no such payment. List your payments.")
    return payment, refunds.all()


_SUMMARY = """
  select p.id, p.kind, p.status, p.description, p.amount, p.currency, p.refunded_amount, p.student_id, st.name,
    p.package_id, seat.session_id, p.failure_code, p.dispute_status, p.created_at, p.paid_at
  from payments p
  left join students st on st.teacher_id = p.teacher_id and st.id = p.student_id
  left join session_participants seat on seat.teacher_id = p.teacher_id and seat.id = p.participant_id
  where p.teacher_id = %(teacher_id)s
"""


def _ask_summaries(
    tx: Transaction, status: str | None, student_id: UUID | None, after: PaymentKey | None, limit: int
) -> Answer[PaymentSummary]:
    after_time, after_id = after or (None, None)
    return tx.ask(
        _SUMMARY
        + """
          and (%(status)s::text is null or p.status = %(status)s)
          and (%(student_id)s::uuid is null or p.student_id = %(student_id)s)
          and (%(after_time)s::timestamptz is null
            or (p.created_at, p.id) < (%(after_time)s::timestamptz, %(after_id)s::uuid))
        order by p.created_at desc, p.id desc
        limit %(limit)s
        """,
        PaymentSummary,
        {
            "status": status,
            "student_id": student_id,
            "after_time": after_time,
            "after_id": after_id,
            "limit": limit,
        },
    )


def _ask_summary(tx: Transaction, payment_id: UUID) -> Answer[PaymentSummary]:
    return tx.ask(_SUMMARY + " and p.id = %(payment_id)s", PaymentSummary, {"payment_id": payment_id})


def _ask_refunds(tx: Transaction, payment_id: UUID) -> Answer[RefundSummary]:
    return tx.ask(
        """
        select id, amount, units, status, origin, failure_code, requested_at
        from refunds
        where teacher_id = %(teacher_id)s and payment_id = %(payment_id)s
        order by requested_at, id
        """,
        RefundSummary,
        {"payment_id": payment_id},
    )
