"""A first lesson to try a teacher out: one per student and teacher, ever."""

from dataclasses import replace
from datetime import datetime

from lectern.database import Transaction
from lectern.errors import Invalid
from lectern.services.catalogue import get_service
from lectern.sessions.book import Booking, book_session
from lectern.sessions.placing import Booked


def create_trial_session(tx: Transaction, booking: Booking, now: datetime) -> Booked:
    """Book a trial. Raises Invalid "not_a_trial", Conflict "trial_used", and whatever `book_session` raises."""
    if not get_service(tx, booking.service_id).is_trial:
        raise Invalid("not_a_trial", "That service is no trial lesson. Book it as a session.")
    return book_session(tx, replace(booking, origin="trial"), now)
