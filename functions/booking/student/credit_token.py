"""The credits that a booking is paid with: whose they are, a token proves, as no e-mail address does."""

from typing import Annotated

from pydantic import Field

from booking.edge.access import unknown_token
from booking.edge.fields import Token
from lectern.database import Transaction
from lectern.payments.bought import get_purchase
from lectern.sessions.paying import WithCredits
from lectern.settings import token_key
from lectern.students.access import is_token_of_student
from lectern.tokens import is_purchase_token, read_claim

CreditToken = Annotated[
    Token | None, Field(description="Pays with credits: with those of a purchase, by its token, or with any, by yours.")
]


def with_credits(tx: Transaction, token: str | None) -> WithCredits | None:
    """Raises Unauthenticated `unknown_token`, also for the token of a seat, or of another teacher's student."""
    if token is None:
        return None
    claim = read_claim(token)
    if claim is None or claim.teacher_id != tx.teacher_id:
        raise unknown_token()
    if is_purchase_token(token_key(), token, claim):
        purchase = get_purchase(tx, claim.subject_id)
        return WithCredits(only_of=purchase.payment_id, student_id=purchase.student_id)
    if is_token_of_student(tx, token, claim):
        return WithCredits(student_id=claim.subject_id)
    raise unknown_token()
