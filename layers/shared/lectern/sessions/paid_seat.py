"""What becomes of a seat that was held for payment, once the money has come or has not.

Both take the teacher's lock, so whoever calls must not hold a lock of a session or a seat yet.
"""

from datetime import datetime
from uuid import UUID

from lectern.availability.offer import Offer, moment, read_offer_to_move
from lectern.availability.version import bump_slots_version
from lectern.database import Transaction
from lectern.sessions import held_seat_queries, queries, seat_queries
from lectern.sessions.book import book_held_seat
from lectern.sessions.seat_queries import SeatRow

_TAKEN = ("booked", "completed", "no_show")


def book_paid_seat(tx: Transaction, participant_id: UUID, now: datetime) -> bool:
    """Book the seat that was paid for; False when it cannot be had any more, and the money must go back.

    A hold that ran out still has its time as long as nobody else has taken it. It is booked though the service is
    offered no more, or the lesson has begun: the student has paid.
    """
    queries.lock_teacher(tx)
    seat = seat_queries.ask_seat(tx, participant_id).one_or_none()
    if seat is None or seat.student_id is None:
        return False
    if seat.status in _TAKEN:
        # Booked with credits meanwhile: it must not be paid twice.
        return seat.credit_units == 0
    offer = read_offer_to_move(tx, seat.service_id, moment(seat.starts_at), now, [seat.session_id])
    if not _can_be_had(tx, offer, seat, seat.student_id, now):
        return False
    book_held_seat(tx, offer, seat, seat.student_id, now)
    bump_slots_version(tx)
    return True


def release_unpaid_seat(tx: Transaction, participant_id: UUID, now: datetime) -> None:
    """End the hold of a checkout that failed or ran out, and of its session when that has nobody else."""
    queries.lock_teacher(tx)
    held_seat_queries.release_held_seat(tx, participant_id, now)
    bump_slots_version(tx)


def _can_be_had(tx: Transaction, offer: Offer, seat: SeatRow, student_id: UUID, now: datetime) -> bool:
    if seat.status != "held" or seat.session_status not in ("held", "pending", "scheduled"):
        return False
    if offer.service.is_trial and seat_queries.ask_trial_of(tx, student_id).one_or_none():
        return False
    group = offer.group_at(seat.starts_at)
    has_run_out = seat.hold_expires_at is None or seat.hold_expires_at <= now
    return not has_run_out or group is None or group.seats_left > 0
