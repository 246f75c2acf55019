"""The credits of a teacher's students: what each has, how that came to be, and what the teacher gives or takes."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.request import Request
from pydantic import Field, StringConstraints

from booking.edge.access import teacher, teacher_id
from booking.edge.conditional import checked_each_time
from booking.edge.fields import Asked, Instant, InUtc, Shown
from booking.edge.idempotent import IdempotencyKey, once
from booking.edge.paging import Cursor, Limit, Place
from lectern import clock, database
from lectern.credits.account import Account, get_account, list_entries
from lectern.credits.grant import adjust
from lectern.database import Transaction
from lectern.errors import Invalid
from lectern.identifiers import new_id
from lectern.sessions.make_up import grant_make_up
from lectern.students.roster import get_student

router = Router()

Note = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500, pattern=r"^[^\x00]*$")]
Units = Annotated[int, Field(description="100 are a credit.")]

PLACE = Place(UUID)


class LotView(Shown):
    """Credits that came together: nobody spends those that have expired, or are frozen while a bank decides."""

    id: UUID
    source: str
    remaining: Units
    reserved: Units
    expires_at: InUtc | None
    is_frozen: bool


class AccountView(Shown):
    """`available` is what can be spent now; `balance` also has what expired or is frozen, but not what is `reserved`.

    `lots` are in the order in which they are spent.
    """

    balance: Units
    available: Units
    reserved: Units
    lots: list[LotView]

    @classmethod
    def of(cls, account: Account) -> Self:
        lots = [LotView.model_validate({**asdict(lot), "is_frozen": lot.frozen_at is not None}) for lot in account.lots]
        return cls(balance=account.balance, available=account.available, reserved=account.reserved, lots=lots)

    @classmethod
    def read(cls, tx: Transaction, student_id: UUID) -> Self:
        return cls.of(get_account(tx, student_id, clock.now()))


class EntryView(Shown, from_attributes=True):
    """`units` is what it did to the balance, `reserved_units` to what is reserved; `participant_id` is a seat."""

    id: UUID
    kind: str
    units: int
    reserved_units: int
    lot_id: UUID
    participant_id: UUID | None
    occurred_at: InUtc


class NotedEntryView(EntryView):
    note: str | None


class Ledger(Shown):
    """`next` is the cursor of the page after this one, null at the end."""

    entries: list[NotedEntryView]
    next: str | None


class Adjustment(Asked):
    units: Annotated[int, Field(strict=True, ge=-1_000_000, le=1_000_000, description="To give; below zero, to take.")]
    note: Note
    expires_at: Annotated[Instant | None, Field(description="Of what is given; null: never.")] = None

    def adjust(self, tx: Transaction, student_id: UUID) -> AccountView:
        now = clock.now()
        self._require_sense(now)
        adjust(tx, student_id, self.units, f"adjust:{new_id()}", now, self.note, self.expires_at)
        return AccountView.read(tx, student_id)

    def _require_sense(self, now: datetime) -> None:
        if self.units == 0:
            raise Invalid("nothing_to_adjust", "Say how many units to give or, below zero, to take.", fields=["units"])
        if self.expires_at and (self.units < 0 or self.expires_at <= now):
            raise Invalid(
                "nothing_to_expire",
                "What is given expires later than now; what is taken does not.",
                fields=["expires_at"],
            )


class MakeUpAsked(Asked):
    units: Annotated[int, Field(strict=True, ge=1, le=10_000, description="100 are a credit.")] = 100
    note: Note | None = None

    def grant(self, tx: Transaction, student_id: UUID) -> AccountView:
        grant_make_up(tx, student_id, self.units, self.note, clock.now())
        return AccountView.read(tx, student_id)


@router.get(
    "/v1/students/<student_id>/credits",
    summary="What a student has",
    tags=["credits"],
    **teacher(checked_each_time()),
)
def credits_of_student(request: Request, student_id: UUID) -> AccountView:
    with database.tenant(teacher_id(request)) as tx:
        return AccountView.read(tx, student_id)


@router.get(
    "/v1/students/<student_id>/ledger",
    summary="Every change of a student's credits, the newest first",
    tags=["credits"],
    **teacher(checked_each_time()),
)
def ledger_of_student(request: Request, student_id: UUID, limit: Limit = 50, cursor: Cursor = None) -> Ledger:
    with database.tenant(teacher_id(request)) as tx:
        get_student(tx, student_id)
        page = list_entries(tx, student_id, PLACE.after(cursor), limit)
    entries = [NotedEntryView.model_validate(entry) for entry in page.items]
    return Ledger(entries=entries, next=PLACE.cursor(page.next))


@router.post(
    "/v1/students/<student_id>/credits",
    summary="Give a student credits, or take some",
    tags=["credits"],
    **teacher(),
)
def adjust_credits(
    request: Request, student_id: UUID, body: Adjustment, key: IdempotencyKey = None
) -> Response[AccountView]:
    return once(request, teacher_id(request), key, lambda tx: body.adjust(tx, student_id), of=AccountView, status=200)


@router.post(
    "/v1/students/<student_id>/make-ups",
    summary="Give a student a make-up, which expires as their policy says",
    tags=["credits"],
    **teacher(),
)
def give_make_up(
    request: Request, student_id: UUID, body: MakeUpAsked, key: IdempotencyKey = None
) -> Response[AccountView]:
    return once(request, teacher_id(request), key, lambda tx: body.grant(tx, student_id), of=AccountView, status=200)
