"""When a lesson may start: what a teacher offers, less what is busy, as a list of instants.

Pure: no clock, no database, no settings. `lectern.availability` reads the rows that these values are made of,
and `lectern.sessions` books what `is_open` allows. The rules, cited by number where they live:

1. A rule is a weekday with a local start and end in the teacher's zone; an end before the start is
   on the next date.
2. An override replaces the rules of its local date; the overnight tail of the date before stays.
3. A wall-clock time that does not exist is the first instant after the gap; one that exists twice, the first.
4. Offered times that touch or overlap merge. A slot lies wholly inside one merged span.
5. Starts lie on a grid of elapsed steps from the span's start, whatever is busy. A span of 24 hours or longer
   restarts its grid at every local midnight, so that a start does not depend on the window asked for.
6. A slot, widened by its service's buffers, misses every busy interval. All intervals are half-open.
7. A start is not before now and the minimum notice, and is inside the window.
8. A window is answered for at most 14 days; the answer says where to ask on.
9. What the list offers, booking accepts, and the other way round.
10. Nothing starts while the teacher is closed, as their other calendars have not been read for too long.
"""

from lectern.slots.availability import Availability, Hours, Override, Rule
from lectern.slots.empty_reason import EmptyReason, empty_reason
from lectern.slots.explain import Reason, ReasonCode, why_not_open
from lectern.slots.interval import Interval
from lectern.slots.open_starts import is_open, open_starts
from lectern.slots.timing import Timing
from lectern.slots.window import MAX_SLOT_RANGE_DAYS, Window

__all__ = [
    "MAX_SLOT_RANGE_DAYS",
    "Availability",
    "EmptyReason",
    "Hours",
    "Interval",
    "Override",
    "Reason",
    "ReasonCode",
    "Rule",
    "Timing",
    "Window",
    "empty_reason",
    "is_open",
    "open_starts",
    "why_not_open",
]
