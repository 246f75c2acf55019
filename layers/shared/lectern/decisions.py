"""A line in the log for each decision that costs somebody money, so that it can be explained when they ask.

It names what it is about by ids: no person, and nothing that a person wrote.
"""

import logging
from functools import partial
from uuid import UUID

from lectern.database import Transaction

type Fact = UUID | int | str

_log = logging.getLogger(__name__)


def tell_decision(teacher_id: UUID, decision: str, **facts: Fact) -> None:
    """`decision` says what was done, as `refund_sent`; amounts are in minor units, and credits in units."""
    told = {name: fact if isinstance(fact, int) else str(fact) for name, fact in facts.items()}
    _log.info("decided", extra={"decision": decision, "teacher_id": str(teacher_id), **told})


def tell_when_committed(tx: Transaction, decision: str, **facts: Fact) -> None:
    """As `tell_decision`, and never of what was rolled back."""
    tx.after_commit(f"{decision} {facts}", partial(tell_decision, tx.teacher_id, decision, **facts))
