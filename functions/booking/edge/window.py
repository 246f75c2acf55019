"""The range of instants that a caller asks about."""

from datetime import datetime, timedelta
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from booking.edge.fields import Instant
from lectern.errors import Invalid
from lectern.slots import Window

From = Annotated[Instant, Query(alias="from", description="The first instant that is asked for.")]
To = Annotated[Instant, Query(alias="to", description="The first instant that is not asked for any more.")]


def window(start: datetime, end: datetime, longest: timedelta | None = None) -> Window:
    """Raises Invalid `ends_too_soon` or `range_too_long` for `to`."""
    if end <= start:
        raise Invalid("ends_too_soon", "`to` must be after `from`.", field="to")
    if longest and end - start > longest:
        raise Invalid("range_too_long", f"Ask for at most {longest.days} days at once.", field="to")
    return Window(start, end)
