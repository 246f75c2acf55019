"""payment-reconciliation: what Stripe knows and we do not, and the other way round, once a day."""

import logging
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from lectern.payments.reconciliation.reconcile import reconcile

_log = logging.getLogger(__name__)


def reconcile_payments(teacher_id: UUID, now: datetime) -> Mapping[str, int]:
    """How much was put right, and how much a person must see to, which is also logged, by its code and subject.

    Raises as `reconcile` does.
    """
    report = reconcile(teacher_id, now)
    for finding in report.reported:
        subject = {"teacher_id": str(teacher_id), "subject": finding.subject}
        _log.warning("payments need attention: %s", finding.code, extra=subject)
    return {"PaymentsRepaired": len(report.repaired), "PaymentsNeedAttention": len(report.reported)}
