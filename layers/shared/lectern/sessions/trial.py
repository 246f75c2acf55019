"""A first lesson to try a teacher out: one per student and teacher, ever, which the seat's `uses_trial` counts."""

from dataclasses import replace
from datetime import datetime

from lectern.database import Transaction
from lectern.sessions.book import Booking, book_session
from lectern.sessions.booked import Booked


def create_trial_session(tx: Transaction, booking: Booking, now: datetime) -> Booked:
    """Book a trial. Raises Invalid "not_a_trial", Conflict "trial_used", and whatever `book_session` raises."""
    return book_session(tx, replace(booking, only_a_trial=True), now)
