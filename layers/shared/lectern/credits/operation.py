"""What is done to a student's credits, and under which key it is done once."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from lectern.identifiers import new_id

type ForfeitKind = Literal["forfeit_late", "forfeit_no_show"]
type SettlementKind = Literal["release", "consume", ForfeitKind]
type Kind = Literal["purchase", "make_up_grant", "reserve", SettlementKind, "refund", "adjust"]


@dataclass(frozen=True, slots=True)
class Operation:
    """`units` is how many it moves, never negative; which way is the kind's affair.

    The first lot's entry has the key as it stands, the second one `{key}:2`, and so on: no key may end like that.
    """

    kind: Kind
    key: str
    student_id: UUID
    units: int
    occurred_at: datetime
    participant_id: UUID | None = None
    note: str | None = None
    id: UUID = field(default_factory=new_id)


def seat_key(participant_id: UUID, what: str, correction: int) -> str:
    """Before `what`, for a number at the end would be taken for the second lot's."""
    return f"seat:{participant_id}:v{correction}:{what}" if correction else f"seat:{participant_id}:{what}"
