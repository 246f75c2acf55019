"""The statements of a checkout, one function each: the payment before and after Stripe is asked for its page."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lectern.database import Answer, Transaction, columns


@dataclass(frozen=True, slots=True)
class PaymentToAsk:
    """A payment with all that the question to Stripe says, and what has come of it so far.

    Whose address it is, only one that is still to be asked for knows.
    """

    id: UUID
    kind: str
    status: str
    description: str
    amount: int
    currency: str
    customer_email: str | None
    request_hash: bytes
    success_url: str
    cancel_url: str
    expires_at: datetime
    stripe_account_id: str
    checkout_session_id: str | None
    checkout_url: str | None
    failure_code: str | None
    participant_id: UUID | None
    session_id: UUID | None


@dataclass(frozen=True, slots=True)
class Terms:
    """What every checkout has, whatever it sells."""

    request_hash: bytes
    success_url: str
    cancel_url: str
    expires_at: datetime
    stripe_account_id: str
    livemode: bool


@dataclass(frozen=True, slots=True)
class Opened:
    status: str
    checkout_url: str | None


@dataclass(frozen=True, slots=True)
class Changed:
    id: UUID


@dataclass(frozen=True, slots=True)
class Rival:
    """Another payment for the same seat that may still be made, or has been."""

    id: UUID
    status: str
    checkout_url: str | None


def lock_id(tx: Transaction, payment_id: UUID) -> None:
    """Make two deliveries of one request take turns while there is no row yet that they could wait for."""
    tx.send("select pg_advisory_xact_lock(hashtextextended(%(payment_id)s::text, 0))", {"payment_id": payment_id})


def ask_payment(tx: Transaction, payment_id: UUID) -> Answer[PaymentToAsk]:
    return tx.ask(
        """
        select p.id, p.kind, p.status, p.description, p.amount, p.currency, p.customer_email, p.request_hash,
          p.success_url, p.cancel_url, p.expires_at, p.stripe_account_id, p.checkout_session_id, p.checkout_url,
          p.failure_code, p.participant_id, seat.session_id
        from payments p
        left join session_participants seat on seat.teacher_id = p.teacher_id and seat.id = p.participant_id
        where p.teacher_id = %(teacher_id)s and p.id = %(payment_id)s and p.request_hash is not null
        """,
        PaymentToAsk,
        {"payment_id": payment_id},
    )


def insert_for_package(
    tx: Transaction, payment_id: UUID, terms: Terms, package_id: UUID, student_id: UUID, now: datetime
) -> None:
    tx.send(
        """
        insert into payments (teacher_id, id, kind, student_id, package_id, units, valid_days, description, amount,
          currency, status, request_hash, customer_email, success_url, cancel_url, expires_at, stripe_account_id,
          livemode, created_at, updated_at)
        select k.teacher_id, %(id)s, 'package', st.id, k.id, k.units, coalesce(k.valid_days, 0), k.name,
          k.price_amount, k.price_currency, 'created', %(request_hash)s, st.email, %(success_url)s, %(cancel_url)s,
          %(expires_at)s, %(stripe_account_id)s, %(livemode)s, %(now)s, %(now)s
        from credit_packages k
        join students st on st.teacher_id = k.teacher_id and st.id = %(student_id)s
        where k.teacher_id = %(teacher_id)s and k.id = %(package_id)s and k.deleted_at is null
        """,
        {**columns(terms), "id": payment_id, "package_id": package_id, "student_id": student_id, "now": now},
    )


def insert_for_seat(tx: Transaction, payment_id: UUID, terms: Terms, participant_id: UUID, now: datetime) -> None:
    """At the price that the session was made with."""
    tx.send(
        """
        insert into payments (teacher_id, id, kind, student_id, participant_id, description, amount, currency,
          status, request_hash, customer_email, success_url, cancel_url, expires_at, stripe_account_id, livemode,
          created_at, updated_at)
        select p.teacher_id, %(id)s, 'session', p.student_id, p.id, s.name, c.price_amount, c.price_currency,
          'created', %(request_hash)s, st.email, %(success_url)s, %(cancel_url)s, %(expires_at)s,
          %(stripe_account_id)s, %(livemode)s, %(now)s, %(now)s
        from session_participants p
        join students st on st.teacher_id = p.teacher_id and st.id = p.student_id
        join class_sessions c on c.teacher_id = p.teacher_id and c.id = p.session_id and c.deleted_at is null
        join services s on s.teacher_id = c.teacher_id and s.id = c.service_id
        where p.teacher_id = %(teacher_id)s and p.id = %(participant_id)s
        """,
        {**columns(terms), "id": payment_id, "participant_id": participant_id, "now": now},
    )


def ask_rival(tx: Transaction, participant_id: UUID, payment_id: UUID) -> Answer[Rival]:
    return tx.ask(
        """
        select id, status, checkout_url
        from payments
        where teacher_id = %(teacher_id)s and participant_id = %(participant_id)s and id <> %(payment_id)s
          and status in ('created', 'open', 'processing', 'paid')
        order by id desc
        limit 1
        """,
        Rival,
        {"participant_id": participant_id, "payment_id": payment_id},
    )


def ask_open(
    tx: Transaction, payment_id: UUID, checkout_session_id: str, url: str | None, now: datetime
) -> Answer[Opened]:
    """Keep where Stripe's page is, and nobody's address any longer: the question is not asked again.

    An event may have been faster: what it made of the payment stays.
    """
    return tx.ask(
        """
        update payments set
          checkout_session_id = coalesce(checkout_session_id, %(checkout_session_id)s),
          checkout_url = coalesce(checkout_url, %(url)s),
          status = case when status = 'created' then 'open' else status end,
          customer_email = null, updated_at = %(now)s
        where teacher_id = %(teacher_id)s and id = %(payment_id)s
        returning status, checkout_url
        """,
        Opened,
        {"payment_id": payment_id, "checkout_session_id": checkout_session_id, "url": url, "now": now},
    )


def ask_give_up(
    tx: Transaction, payment_id: UUID, status: str, failure_code: str | None, now: datetime
) -> Answer[Changed]:
    """Compare and swap: no row for a payment that Stripe has a page for by now."""
    return tx.ask(
        """
        update payments
        set status = %(status)s, failure_code = %(failure_code)s, customer_email = null, updated_at = %(now)s
        where teacher_id = %(teacher_id)s and id = %(payment_id)s and status = 'created'
          and checkout_session_id is null
        returning id
        """,
        Changed,
        {"payment_id": payment_id, "status": status, "failure_code": failure_code, "now": now},
    )
