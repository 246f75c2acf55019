"""payment-reconciliation: what Stripe knows and we do not, and the other way round, once a day."""

import logging
from datetime import datetime
from uuid import UUID

from lectern.payments.reconcile import reconcile

_log = logging.getLogger(__name__)


def reconcile_payments(teacher_id: UUID, now: datetime) -> None:
    """What does not add up is logged by its code, for a person to see. Raises as `reconcile` does."""
    report = reconcile(teacher_id, now)
    for finding in report.reported:
        _log.warning("payments need attention: %s", finding.code, extra={"teacher_id": str(teacher_id)})
