"""One student's credits against a model of them: whatever is done in whatever order, both agree on every lot.

The model is a list of lots in memory and a plain reading of the rules. It knows nothing of the database.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from lectern.credits.account import audit
from lectern.credits.grant import MakeUpTerms, adjust, make_up_grant, purchase
from lectern.credits.operation import ForfeitKind
from lectern.credits.reserve import reserve
from lectern.credits.settle import consume, forfeit, release, reopen
from lectern.credits.take_back import expire, freeze, give_again, reclaim, refund, unfreeze
from lectern.errors import Conflict, Invalid
from tests.builders import NOW, a_student, a_teacher, run
from tests.credits.afterwards import account
from tests.credits.given import a_payment, seats

DAY = timedelta(days=1)
GRACE = 14 * DAY
TERMS = MakeUpTerms(expiry_days=10, max_outstanding=2)
FOREVER = datetime.max.replace(tzinfo=NOW.tzinfo)

UNITS = st.sampled_from([30, 50, 100, 150])
PICKS = st.integers(0, 30)
SEATS = st.integers(0, 5)
LIFETIMES = st.none() | st.integers(1, 20)
FORFEITS: st.SearchStrategy[ForfeitKind] = st.sampled_from(["forfeit_late", "forfeit_no_show"])


@dataclass
class Lot:
    """`number` counts the lots in the order in which they came."""

    number: int
    free: int
    expires_at: datetime | None = None
    payment: UUID | None = None
    is_make_up: bool = False
    frozen_at: datetime | None = None
    reserved: int = 0
    owed: int = 0

    def has_expired(self, now: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= now

    def sweep(self, now: datetime) -> bool:
        """Take what is left past its date, and answer whether anything was."""
        is_due = self.free > 0 and self.has_expired(now) and not self.frozen_at
        self.free = 0 if is_due else self.free
        return is_due

    def pay_owed(self) -> None:
        """What is free goes to what its payment's refunds have not got yet."""
        paid = min(self.free, self.owed)
        self.free, self.owed = self.free - paid, self.owed - paid

    def first_to_last(self) -> tuple[datetime, int]:
        return self.expires_at or FOREVER, self.number


@dataclass
class Seat:
    """What it holds and has spent, by the number of the lot; and what was done with it since the last correction."""

    id: UUID
    held: Counter[int] = field(default_factory=Counter)
    spent: Counter[int] = field(default_factory=Counter)
    correction: int = 0
    done: set[str] = field(default_factory=set)


class CreditsOfOneStudent(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.teacher = a_teacher()
        self.student = a_student(self.teacher)
        self.keys = map(str, count())
        self.calls: list[Callable[[], object]] = []
        self.lots: list[Lot] = []
        self.refunds: list[tuple[UUID, Lot, int]] = []
        self.seats = [Seat(id_) for id_ in seats(self.teacher, self.student, 6)]

    def do(self, use_case: Callable[..., object], *arguments: object, allowed: bool = True, **named: object) -> None:
        """Twice, as whoever did not hear the answer asks again: it is done once or refused, as the model says."""
        call = partial(run, self.teacher, use_case, *arguments, **named)
        for _ in range(2):
            try:
                call()
            except (Conflict, Invalid):
                assert not allowed
            else:
                assert allowed
        if allowed and use_case not in (freeze, unfreeze):
            self.calls.append(call)

    def in_days(self, days: int | None) -> datetime | None:
        return None if days is None else self.now + days * DAY

    def to_spend(self) -> list[Lot]:
        good = [lot for lot in self.lots if not (lot.frozen_at or lot.has_expired(self.now))]
        return sorted(good, key=Lot.first_to_last)

    def has_free(self, units: int) -> bool:
        return sum(lot.free for lot in self.to_spend()) >= units

    def take(self, units: int) -> Counter[int]:
        """What leaves each lot."""
        taken = Counter[int]()
        for lot in self.to_spend():
            taken[lot.number] = min(lot.free, units - taken.total())
            lot.free -= taken[lot.number]
        return +taken

    def settle(self, seat: Seat, units: int, *, last_first: bool = False) -> Counter[int]:
        """What leaves the seat's reservation in each lot."""
        parts = Counter[int]()
        held = sorted((self.lots[number] for number in seat.held), key=Lot.first_to_last, reverse=last_first)
        for lot in held:
            parts[lot.number] = min(seat.held[lot.number], units - parts.total())
            lot.reserved -= parts[lot.number]
        seat.held -= parts
        return +parts

    def sweep(self) -> int:
        """How many lots had anything left past their date."""
        return sum([lot.sweep(self.now) for lot in self.lots])

    @rule(units=UNITS, days=LIFETIMES)
    def buy(self, units: int, days: int | None) -> None:
        payment, expires_at = a_payment(self.teacher, self.student), self.in_days(days)
        self.do(purchase, self.student, payment, units, expires_at, self.now)
        self.lots.append(Lot(len(self.lots), units, expires_at, payment))

    @rule(units=UNITS)
    def give_a_make_up(self, units: int) -> None:
        outstanding = sum(lot.is_make_up and lot.free > 0 and not lot.has_expired(self.now) for lot in self.lots)
        allowed = TERMS.max_outstanding is None or outstanding < TERMS.max_outstanding
        self.do(make_up_grant, self.student, units, next(self.keys), TERMS, self.now, allowed=allowed)
        if allowed:
            self.lots.append(Lot(len(self.lots), units, self.in_days(TERMS.expiry_days), is_make_up=True))

    @rule(units=UNITS, days=LIFETIMES)
    def add_by_hand(self, units: int, days: int | None) -> None:
        self.do(adjust, self.student, units, next(self.keys), self.now, "More", self.in_days(days))
        self.lots.append(Lot(len(self.lots), units, self.in_days(days)))

    @rule(units=UNITS)
    def take_by_hand(self, units: int) -> None:
        allowed = self.has_free(units)
        self.do(adjust, self.student, -units, next(self.keys), self.now, "Less", allowed=allowed)
        if allowed:
            self.take(units)

    @rule(number=SEATS, units=UNITS)
    def reserve(self, number: int, units: int) -> None:
        seat = self.seats[number]
        is_new = "reserve" not in seat.done
        allowed = not is_new or self.has_free(units)
        self.do(reserve, self.student, units, seat.id, self.now, correction=seat.correction, allowed=allowed)
        if allowed and is_new:
            seat.done.add("reserve")
            taken = self.take(units)
            seat.held += taken
            for lot in self.lots:
                lot.reserved += taken[lot.number]

    @rule(number=SEATS, units=UNITS)
    def release(self, number: int, units: int) -> None:
        seat = self.seats[number]
        is_new = "release" not in seat.done
        allowed = not is_new or seat.held.total() >= units
        self.do(release, self.student, seat.id, units, self.now, seat.correction, allowed=allowed)
        if allowed:
            self.sweep()
        if allowed and is_new:
            seat.done.add("release")
            for lot_number, part in self.settle(seat, units, last_first=True).items():
                lot = self.lots[lot_number]
                lot.free += part
                lot.expires_at = self.now + GRACE if lot.has_expired(self.now) else lot.expires_at
        for lot in self.lots if allowed else []:
            lot.pay_owed()

    @rule(number=SEATS, units=UNITS)
    def consume(self, number: int, units: int) -> None:
        self.spend("consume", self.seats[number], units, consume)

    @rule(number=SEATS, units=UNITS, kind=FORFEITS)
    def forfeit(self, number: int, units: int, kind: ForfeitKind) -> None:
        self.spend(kind, self.seats[number], units, partial(forfeit, kind=kind))

    def spend(self, kind: str, seat: Seat, units: int, use_case: Callable[..., None]) -> None:
        is_new = kind not in seat.done
        allowed = not is_new or seat.held.total() >= units
        self.do(use_case, self.student, seat.id, units, self.now, seat.correction, allowed=allowed)
        if allowed and is_new:
            seat.done.add(kind)
            seat.spent += self.settle(seat, units)

    @rule(number=SEATS)
    def reopen(self, number: int) -> None:
        seat = self.seats[number]
        self.do(reopen, self.student, seat.id, self.now, seat.correction)
        for lot in self.lots:
            lot.reserved += seat.spent[lot.number]
        seat.held += seat.spent
        seat.spent.clear()
        seat.correction += 1
        seat.done.clear()

    def bought(self, number: int) -> tuple[UUID, Lot]:
        paid = [(lot.payment, lot) for lot in self.lots if lot.payment]
        return paid[number % len(paid)]

    @precondition(lambda self: any(lot.payment for lot in self.lots))
    @rule(number=PICKS, units=UNITS)
    def refund(self, number: int, units: int) -> None:
        payment, lot = self.bought(number)
        allowed = lot.free >= units
        self.do(refund, payment, units, next(self.keys), self.now, allowed=allowed)
        if allowed:
            lot.free -= units
            self.refunds.append((payment, lot, units))

    @precondition(lambda self: any(lot.payment for lot in self.lots))
    @rule(number=PICKS, units=UNITS)
    def reclaim(self, number: int, units: int) -> None:
        payment, lot = self.bought(number)
        run(self.teacher, reclaim, payment, units, self.now)
        lot.owed += units
        lot.pay_owed()
        self.refunds.append((payment, lot, units))

    @precondition(lambda self: self.refunds)
    @rule(number=PICKS)
    def fail_a_refund(self, number: int) -> None:
        payment, lot, units = self.refunds.pop(number % len(self.refunds))
        run(self.teacher, give_again, payment, units, self.now)
        lot.sweep(self.now)
        given = max(0, units - lot.owed)
        lot.owed = max(0, lot.owed - units)
        lot.free += given
        lot.expires_at = self.now + GRACE if given and lot.has_expired(self.now) else lot.expires_at

    @precondition(lambda self: any(lot.payment for lot in self.lots))
    @rule(number=PICKS)
    def freeze(self, number: int) -> None:
        payment, lot = self.bought(number)
        self.do(freeze, payment, self.now)
        lot.sweep(self.now)
        lot.frozen_at = lot.frozen_at or self.now

    @precondition(lambda self: any(lot.payment for lot in self.lots))
    @rule(number=PICKS)
    def unfreeze(self, number: int) -> None:
        payment, lot = self.bought(number)
        self.do(unfreeze, payment, self.now)
        if lot.frozen_at and lot.has_expired(self.now) and not lot.has_expired(lot.frozen_at):
            lot.expires_at = self.now + GRACE
        lot.frozen_at = None

    @rule()
    def expire(self) -> None:
        assert run(self.teacher, expire, self.now) == self.sweep()

    @rule(days=st.integers(1, 8))
    def time_passes(self, days: int) -> None:
        self.now += days * DAY

    @precondition(lambda self: self.calls)
    @rule(number=PICKS)
    def something_long_done_is_asked_for_again(self, number: int) -> None:
        self.calls[number % len(self.calls)]()

    @invariant()
    def the_account_and_each_lot_are_as_the_model_has_them(self) -> None:
        found = account(self.teacher, self.student, self.now)
        assert [(lot.remaining, lot.reserved, lot.expires_at, bool(lot.frozen_at)) for lot in found.lots] == [
            (lot.free, lot.reserved, lot.expires_at, bool(lot.frozen_at))
            for lot in sorted(self.lots, key=Lot.first_to_last)
            if lot.free or lot.reserved
        ]
        assert found.balance == sum(lot.free for lot in self.lots)
        assert found.reserved == sum(seat.held.total() for seat in self.seats)
        assert found.available == sum(lot.free for lot in self.to_spend())

    @invariant()
    def the_sums_are_those_of_the_ledger(self) -> None:
        assert run(self.teacher, audit) == []


@pytest.mark.usefixtures("connected")
def test_an_account_and_its_model_agree_whatever_is_done() -> None:
    run_state_machine_as_test(
        CreditsOfOneStudent, settings=settings(max_examples=60, stateful_step_count=40, deadline=None)
    )
