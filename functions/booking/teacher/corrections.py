"""A teacher puts right what became of a lesson that is over, of all of it or of one student's seat."""

from dataclasses import asdict
from typing import Annotated, Self
from uuid import UUID

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.request import Request
from pydantic import Field

from booking.edge.access import teacher, teacher_id
from booking.edge.conditional import checked_each_time
from booking.edge.fields import Asked, Shown, Sum
from booking.edge.idempotent import IdempotencyKey, once
from booking.edge.requested_refunds import send_what_was_requested
from lectern import clock, database
from lectern.database import Transaction
from lectern.sessions.correct import Correction, Moves, correct_session, preview_correction
from lectern.sessions.statuses import Settled

router = Router()

Units = Annotated[int, Field(ge=0, description="100 to a credit.")]


class CorrectionView(Shown):
    """What it moves: credits that come back to students or are taken from them, and money that goes back."""

    units_returned: Units
    units_taken: Units
    units_missing: Annotated[int, Field(ge=0, description="To be taken, but the students do not have them any more.")]
    refund: Annotated[Sum | None, Field(description="Null where no money was paid.")]

    @classmethod
    def of(cls, moves: Moves) -> Self:
        refund = Sum(amount=moves.refund_amount, currency=moves.currency) if moves.currency else None
        return cls.model_validate({**asdict(moves), "refund": refund})


class ExpectedMoves(Asked):
    """As the preview said; 409 when it has changed."""

    units_returned: Units
    units_taken: Units
    units_missing: Units = 0
    refund: Sum | None

    def moves(self) -> Moves:
        amount, currency = (self.refund.amount, self.refund.currency) if self.refund else (0, None)
        return Moves(self.units_returned, self.units_taken, self.units_missing, amount, currency)


class CorrectionAsked(Asked):
    to: Annotated[Settled, Field(description="What it was in truth. What is `cancelled` costs nobody anything.")]
    participant_id: Annotated[UUID | None, Field(description="One student's seat; null for all of it.")] = None
    expected: ExpectedMoves | None = None

    def correction(self) -> Correction:
        return Correction(self.to, self.participant_id, self.expected.moves() if self.expected else None)


@router.get(
    "/v1/sessions/<session_id>/correction-preview",
    summary="What a correction would move now",
    tags=["sessions"],
    **teacher(checked_each_time()),
)
def preview(
    request: Request,
    session_id: UUID,
    to: Annotated[Settled, Query(description="What it was in truth.")],
    participant_id: Annotated[UUID | None, Query(description="One student's seat; all of it if left out.")] = None,
) -> CorrectionView:
    with database.tenant(teacher_id(request)) as tx:
        return CorrectionView.of(preview_correction(tx, session_id, Correction(to, participant_id), clock.now()))


@router.post(
    "/v1/sessions/<session_id>/correct",
    summary="Put right what became of a lesson, for a week; it decides what a student disputes",
    tags=["sessions"],
    **teacher(),
)
def correct(
    request: Request, session_id: UUID, body: CorrectionAsked, key: IdempotencyKey = None
) -> Response[CorrectionView]:
    def put_right(tx: Transaction) -> CorrectionView:
        return CorrectionView.of(correct_session(tx, session_id, body.correction(), clock.now()))

    answer = once(request, teacher_id(request), key, put_right, of=CorrectionView, status=200)
    send_what_was_requested(teacher_id(request))
    return answer
