"""What a reconciliation has found: a difference that it could put right, or one that a person must look at."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from lectern.errors import Conflict, Invalid, NotFound
from lectern.payments.facts import Malformed
from lectern.payments.outcome import Outcome
from lectern.payments.stripe_api import RefusedByStripe


@dataclass(frozen=True, slots=True)
class Finding:
    """`subject` is an id, ours or else Stripe's; `code` says what was different about it."""

    code: str
    subject: str


@dataclass(frozen=True, slots=True)
class Report:
    """`reported` is only ever told: nobody's money is moved to make two numbers agree."""

    repaired: list[Finding] = field(default_factory=list)
    reported: list[Finding] = field(default_factory=list)

    def add(self, outcome: Outcome, code: str, subject: UUID | str) -> None:
        """What came of applying what Stripe knows; nothing is said of what changed nothing."""
        if outcome.kind == "applied":
            self.repaired.append(Finding(code, str(subject)))
        elif outcome.kind == "attention":
            self.tell(outcome.reason or code, subject)

    @contextmanager
    def instead_of_ending(self, subject: UUID | str) -> Iterator[None]:
        """What Stripe has not, nobody can read or a rule of ours refuses is told, and keeps the others from nothing."""
        try:
            yield
        except RefusedByStripe as refusal:
            self.tell(refusal.stripe_code, subject)
        except Malformed as error:
            self.tell(f"unreadable: {error}", subject)
        except (Invalid, Conflict, NotFound) as refusal:
            self.tell(refusal.code, subject)

    def tell(self, code: str, subject: UUID | str) -> None:
        self.reported.append(Finding(code, str(subject)))
