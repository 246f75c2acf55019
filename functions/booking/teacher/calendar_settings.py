"""What a teacher chooses that their calendars may do to slots and lessons."""

from typing import Annotated

from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.request import Request
from pydantic import Field

from booking.edge.access import teacher, teacher_id
from booking.edge.conditional import checked_each_time
from booking.edge.fields import Asked
from lectern import clock, database
from lectern.calendar.settings import CalendarSettings, ask_settings, set_settings

router = Router()


class CalendarSettingsView(Asked, from_attributes=True):
    """What is left out is as if never chosen."""

    closes_unread_after_hours: Annotated[
        Annotated[int, Field(ge=1, le=168)] | None,
        Field(description="Offer nothing once a calendar was not read for so long; null: go by what was read last."),
    ] = None
    cancels_deleted: Annotated[
        bool,
        Field(
            description="Deleting a lesson's event in your calendar cancels the lesson, and pays its students back,"
            " once it has been gone for ten minutes. Of more than three deleted within an hour, none is cancelled."
        ),
    ] = False


@router.get(
    "/v1/calendar-settings",
    summary="What your calendars may do to slots and lessons",
    tags=["calendar"],
    **teacher(checked_each_time()),
)
def my_settings(request: Request) -> CalendarSettingsView:
    with database.tenant(teacher_id(request)) as tx:
        return CalendarSettingsView.model_validate(ask_settings(tx).one())


@router.put(
    "/v1/calendar-settings",
    summary="Choose what your calendars may do to slots and lessons",
    tags=["calendar"],
    **teacher(),
)
def choose(request: Request, body: CalendarSettingsView) -> CalendarSettingsView:
    with database.tenant(teacher_id(request)) as tx:
        set_settings(tx, CalendarSettings(body.closes_unread_after_hours, body.cancels_deleted), clock.now())
    return body
