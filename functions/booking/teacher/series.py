"""Sessions that come back: what a series would meet with, and making it."""

from typing import Annotated, Literal, Self
from uuid import UUID

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.request import Request
from pydantic import Field

from booking.edge.access import teacher, teacher_id
from booking.edge.fields import Asked, InUtc, LocalTime, Shown
from booking.edge.idempotent import IdempotencyKey, once
from lectern import clock, database
from lectern.sessions.booked import Booked
from lectern.sessions.paying import WithCredits
from lectern.sessions.series import (
    MAX_OCCURRENCES,
    Occurrence,
    Series,
    SeriesCreated,
    create_recurring_sessions,
    preview_series,
)

router = Router()


class SeriesAsked(Asked):
    service_id: UUID
    student_id: UUID
    first_local_start: Annotated[LocalTime, Field(description="On your wall clock, as in 2026-03-02T10:30.")]
    every_weeks: Annotated[int, Field(ge=1, le=8)] = 1
    count: Annotated[int, Field(ge=1, le=MAX_OCCURRENCES)]
    with_credits: Annotated[bool, Field(description="The student's, for every lesson; if false, on trust.")] = False

    def series(self) -> Series:
        return Series(
            service_id=self.service_id,
            student_id=self.student_id,
            first_local_start=self.first_local_start,
            every_weeks=self.every_weeks,
            count=self.count,
            with_credits=WithCredits() if self.with_credits else None,
        )


class NewSeries(SeriesAsked):
    on_conflict: Annotated[
        Literal["fail", "skip", "suggest"],
        Field(description="A date that is not free: create nothing, leave it out, or take the nearest free start."),
    ] = "fail"


class OccurrenceView(Shown):
    """With `reasons` it cannot be had; `suggestion` is the nearest start of that day that can."""

    starts_at: InUtc
    status: Literal["ok", "conflict"]
    reasons: tuple[str, ...]
    suggestion: InUtc | None

    @classmethod
    def of(cls, occurrence: Occurrence) -> Self:
        return cls(
            starts_at=occurrence.start,
            status="ok" if occurrence.is_free else "conflict",
            reasons=occurrence.reasons,
            suggestion=occurrence.suggestion,
        )


class Preview(Shown):
    occurrences: list[OccurrenceView]


class Created(Shown, from_attributes=True):
    session_id: UUID
    status: str
    starts_at: InUtc
    ends_at: InUtc


class SeriesView(Shown):
    series_id: UUID
    created: list[Created]
    skipped: list[OccurrenceView]

    @classmethod
    def of(cls, made: SeriesCreated) -> Self:
        return cls(
            series_id=made.series_id,
            created=[_created(booked) for booked in made.created],
            skipped=[OccurrenceView.of(occurrence) for occurrence in made.skipped],
        )


@router.post(
    "/v1/series/preview",
    summary="Every date of a series and what is against it; changes nothing",
    tags=["series"],
    **teacher(),
)
def preview(request: Request, body: SeriesAsked) -> Preview:
    with database.tenant(teacher_id(request)) as tx:
        occurrences = preview_series(tx, body.series(), clock.now())
    return Preview(occurrences=[OccurrenceView.of(occurrence) for occurrence in occurrences])


@router.post("/v1/series", summary="Create a series", tags=["series"], status_code=201, **teacher())
def create(request: Request, body: NewSeries, key: IdempotencyKey = None) -> Response[SeriesView]:
    return once(
        request,
        teacher_id(request),
        key,
        lambda tx: SeriesView.of(create_recurring_sessions(tx, body.series(), body.on_conflict, clock.now())),
        of=SeriesView,
    )


def _created(booked: Booked) -> Created:
    return Created.model_validate(booked)
