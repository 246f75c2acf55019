"""Which status of a session may follow which.

held -> pending -> scheduled -> completed | no_show | cancelled | expired; what is over may be put right for a while.
Booking a hold, letting one run out and moving a session are statements of their own.
"""

from collections.abc import Mapping
from typing import Literal

from lectern.errors import Conflict

type Settled = Literal["completed", "no_show", "cancelled"]

# What a session must be to become this.
_BEFORE: Mapping[str, tuple[str, ...]] = {
    "scheduled": ("pending",),
    "expired": ("pending",),
    "completed": ("scheduled",),
    "no_show": ("scheduled",),
    "cancelled": ("held", "pending", "scheduled"),
}

# What a teacher may put right afterwards, of a session or of a seat. What was cancelled has not taken place, for its
# time was free again; but who called it off late may be let off.
_CORRECTED: Mapping[Settled, tuple[str, ...]] = {
    "completed": ("no_show",),
    "no_show": ("completed",),
    "cancelled": ("completed", "no_show", "cancelled"),
}


def require_may_become(status: str, to: str) -> None:
    """Raises Conflict "not_allowed_now"."""
    if status not in _BEFORE[to]:
        raise not_allowed(status, to)


def may_be_corrected(status: str, to: Settled) -> bool:
    return status in _CORRECTED[to]


def not_allowed(status: str, to: str) -> Conflict:
    return Conflict("not_allowed_now", f"The session is {status}; it cannot become {to}.", session_status=status)


def changed_meanwhile() -> Conflict:
    return Conflict("session_changed", "The session has just been changed. Look at it again.")
