"""A line in the log for each decision that costs somebody money, so that it can be explained when they ask.

It names what it is about by ids: no person, and nothing that a person wrote.
"""

import logging
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from lectern.database import Answer, Transaction, columns

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

type Fact = UUID | int | str

_log = logging.getLogger(__name__)


def tell_when_committed(tx: Transaction, decision: str, **facts: Fact) -> None:
    """`decision` says what was done, as `refund_sent`; amounts are in minor units, and credits in units.

    Nothing is told of what was rolled back.
    """
    tx.after_commit(f"{decision} {facts}", partial(_tell, tx.teacher_id, decision, facts))


def tell_each[T: DataclassInstance](tx: Transaction, decision: str, decided: Answer[T], **facts: Fact) -> None:
    """As `tell_when_committed`, for each row of a statement, whose columns are facts too; nobody waits for them."""
    tx.after_commit(f"{decision} {id(decided)}", partial(_tell_each, tx.teacher_id, decision, decided, facts))


def _tell_each[T: DataclassInstance](
    teacher_id: UUID, decision: str, decided: Answer[T], facts: Mapping[str, Fact]
) -> None:
    for row in decided.all():
        _tell(teacher_id, decision, {**columns(row), **facts})


def _tell(teacher_id: UUID, decision: str, facts: Mapping[str, object]) -> None:
    told = {name: fact if isinstance(fact, int) else str(fact) for name, fact in facts.items()}
    _log.info("decided", extra={"decision": decision, "teacher_id": str(teacher_id), **told})
