"""Money that a request has promised to give back, sent once that is committed, and while the caller waits."""

from uuid import UUID

from aws_lambda_powertools import Logger

from lectern import clock

_logger = Logger()


def send_what_was_requested(teacher_id: UUID) -> None:
    """What there is time for while the caller waits; the reconciliation sends the rest, and what could not be sent."""
    # What talks to Stripe, for the few requests that give money back.
    from lectern.payments.refunds.send import FOR_WHO_WAITS_SECONDS, send_requested_refunds  # noqa: PLC0415

    try:
        send_requested_refunds(teacher_id, clock.now(), begun_within=FOR_WHO_WAITS_SECONDS)
    except Exception as error:  # noqa: BLE001 - the caller's request is done, and must not be told to have failed
        _logger.warning("a refund could not be sent yet", error=type(error).__qualname__)
