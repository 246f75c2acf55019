"""Money that a request has promised to give back, sent once that is committed, and while the caller waits."""

from uuid import UUID

from aws_lambda_powertools import Logger

from lectern import clock

# Stripe takes some hundred milliseconds for each, and the function has 15 seconds for the whole request.
AT_MOST = 10

_logger = Logger()


def send_what_was_requested(teacher_id: UUID) -> None:
    """The most that a caller can wait for; the reconciliation sends the rest, and what could not be sent now."""
    # What talks to Stripe, for the few requests that give money back.
    from lectern.payments.send_refunds import send_requested_refunds  # noqa: PLC0415

    try:
        send_requested_refunds(teacher_id, clock.now(), at_most=AT_MOST)
    except Exception as error:  # noqa: BLE001 - the caller's request is done, and must not be told to have failed
        _logger.warning("a refund could not be sent yet", error=type(error).__qualname__, teacher_id=str(teacher_id))
