"""A teacher's business in numbers: the booking page, the content, and the lessons with the notes on them."""

from typing import Annotated, Self
from uuid import UUID

from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.request import Request

from booking.edge.access import teacher, teacher_id
from booking.edge.conditional import for_caller
from booking.edge.fields import Day, InUtc, Shown
from booking.edge.paging import Cursor, Limit, Place
from lectern import clock, database
from lectern.analytics import funnel
from lectern.analytics.content_report import content_report
from lectern.analytics.notes import NoteDiscipline, note_discipline
from lectern.analytics.operations import Operations, PopularTime, operations, popular_times
from lectern.analytics.percent import percent

router = Router()

First = Annotated[Day, Query(alias="from", description="A date of yours.")]
Until = Annotated[Day, Query(alias="to", description="Not included. Dates are added up once they are over.")]

_place = Place(tuple[int, UUID])


class StepsView(Shown):
    """Visitors, each once a day, by the date of their visit. `conversion_percent` is null when there were none.

    `saw_no_slots` saw nothing but empty lists; `slots` is the most that each visitor saw, in sum.
    """

    visitors: int
    viewed_service: int
    saw_slots: int
    saw_no_slots: int
    slots: int
    held: int
    booked: int
    completed: int
    conversion_percent: float | None

    @classmethod
    def fields_of(cls, found: funnel.Funnel) -> dict[str, object]:
        names = [name for name in StepsView.model_fields if name != "conversion_percent"]
        fields: dict[str, object] = {name: getattr(found, name) for name in names}
        return {**fields, "conversion_percent": percent(found.booked, found.visitors)}


class SourceView(StepsView):
    source: str


class FunnelView(StepsView):
    """Of all; `sources` has the busiest first, up to 100 of them."""

    sources: list[SourceView]


class ItemReportView(Shown, from_attributes=True):
    """`students`, `views` and `downloads` are of the dates asked for; the rest is of all with whom it is shared.

    `never_opened` counts those who have had it for 7 days and more; `median_minutes_to_open` is of those who opened it.
    """

    item_id: UUID
    kind: str
    title: str
    students: int
    views: int
    downloads: int
    assigned: int
    opened: int
    opened_percent: float | None
    never_opened: int
    median_minutes_to_open: int | None
    last_opened_at: InUtc | None


class ContentReport(Shown):
    """What most students opened comes first. `next` is the cursor of the page after this one, null at the end."""

    content: list[ItemReportView]
    next: str | None


class PopularTimeView(Shown, from_attributes=True):
    """Weekday 0 is Monday; the hour is of your clock."""

    weekday: int
    hour: int
    sessions: int


class NotesView(Shown, from_attributes=True):
    """Completed lessons with a note shared within 24 hours, and notes read within 7 days, by the date of sharing."""

    lessons_to_note: int
    noted_in_time: int
    noted_percent: float | None
    notes_to_read: int
    notes_read_in_time: int
    read_percent: float | None


class OperationsView(Shown, from_attributes=True):
    """Of lessons by the date of their start; a group lesson counts once for each student, a trial not at all.

    A percentage of nothing is null. `repeat_percent` is of completed lessons: those whose student had completed one
    before. Of the bookable minutes, more than all may be booked: you can go beyond your rules.
    """

    lessons: int
    completed: int
    no_shows: int
    cancelled: int
    rescheduled: int
    booked_minutes: int
    bookable_minutes: int
    cancellation_percent: float | None
    no_show_percent: float | None
    reschedule_percent: float | None
    repeat_percent: float | None
    utilisation_percent: float | None
    average_lead_hours: float | None


class OperationsReport(OperationsView):
    notes: NotesView
    popular_times: list[PopularTimeView]

    @classmethod
    def of(cls, found: Operations, notes: NoteDiscipline, times: list[PopularTime]) -> Self:
        fields = OperationsView.model_validate(found).model_dump()
        return cls(
            **fields,
            notes=NotesView.model_validate(notes),
            popular_times=[PopularTimeView.model_validate(time) for time in times],
        )


@router.get(
    "/v1/analytics/funnel",
    summary="How far the visitors of your booking page come, by where they came from",
    tags=["analytics"],
    **teacher(for_caller(minutes=5)),
)
def my_funnel(request: Request, first: First, until: Until) -> FunnelView:
    with database.tenant(teacher_id(request)) as tx:
        everybody, by_source = funnel.funnel(tx, first, until)
    sources = [{**StepsView.fields_of(each), "source": each.source} for each in by_source]
    return FunnelView.model_validate({**StepsView.fields_of(everybody), "sources": sources})


@router.get(
    "/v1/analytics/content",
    summary="What students make of your content",
    tags=["analytics"],
    **teacher(for_caller(minutes=5)),
)
def my_content_report(
    request: Request, first: First, until: Until, limit: Limit = 50, cursor: Cursor = None
) -> ContentReport:
    with database.tenant(teacher_id(request)) as tx:
        page = content_report(tx, first, until, clock.now(), _place.after(cursor), limit)
    content = [ItemReportView.model_validate(item) for item in page.items]
    return ContentReport(content=content, next=_place.cursor(page.next))


@router.get(
    "/v1/analytics/operations",
    summary="How your lessons went, how much of your time was booked, and when",
    tags=["analytics"],
    **teacher(for_caller(minutes=5)),
)
def my_operations(request: Request, first: First, until: Until) -> OperationsReport:
    with database.tenant(teacher_id(request)) as tx:
        return OperationsReport.of(
            operations(tx, first, until), note_discipline(tx, first, until), popular_times(tx, first, until)
        )
