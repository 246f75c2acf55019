"""Sessions that come back every week or every few weeks, at the same time on the teacher's wall clock."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from lectern.availability.offer import Offer, read_offer
from lectern.availability.version import bump_slots_version
from lectern.database import Transaction
from lectern.errors import Conflict, Invalid
from lectern.identifiers import new_id
from lectern.sessions import queries
from lectern.sessions.booked import Booked
from lectern.sessions.paying import WithCredits, pay_with_credits
from lectern.sessions.placing import Placement, place
from lectern.sessions.series_queries import NewSeries, insert_series
from lectern.slots import Window, open_starts, why_not_open
from lectern.slots.instant import in_utc, wall_clock
from lectern.students.roster import get_student, restore_student

MAX_OCCURRENCES = 52

type OnConflict = Literal["fail", "skip", "suggest"]


@dataclass(frozen=True, slots=True)
class Series:
    """`first_local_start` is a naive time on the teacher's wall clock, to the minute."""

    service_id: UUID
    student_id: UUID
    first_local_start: datetime
    every_weeks: int
    count: int
    with_credits: WithCredits | None = None


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One date of a series in UTC; with reasons it cannot be had, and `suggestion` is the nearest start of its day."""

    start: datetime
    reasons: tuple[str, ...]
    suggestion: datetime | None

    @property
    def is_free(self) -> bool:
        return not self.reasons


@dataclass(frozen=True, slots=True)
class SeriesCreated:
    series_id: UUID
    created: list[Booked]
    skipped: list[Occurrence]


def preview_series(tx: Transaction, series: Series, now: datetime) -> list[Occurrence]:
    """Every occurrence, and what is against it. Raises NotFound for service or student, Invalid "past"."""
    get_student(tx, series.student_id)
    offer = _offer_for(tx, series, now)
    return _occurrences(offer, series, now)


def create_recurring_sessions(tx: Transaction, series: Series, on_conflict: OnConflict, now: datetime) -> SeriesCreated:
    """Create the series in one transaction; what happens with a date that conflicts is the caller's choice.

    fail: nothing is created, Conflict "series_conflicts" reports every occurrence. skip: the date is left out. suggest:
    the nearest open start of that day is taken, or the date left out when it has none. Raises as `preview_series`, too,
    and Conflict "insufficient_credits" when those of the student do not do for all.
    """
    student = restore_student(tx, series.student_id, now)
    queries.lock_teacher(tx)
    offer = _offer_for(tx, series, now)
    occurrences = _occurrences(offer, series, now)
    if on_conflict == "fail":
        _require_all_free(occurrences)
    series_id = new_id()
    insert_series(tx, _new_series(series_id, series, offer), now)
    starts = [start for occurrence in occurrences if (start := _start_to_take(occurrence, on_conflict))]
    if not starts:
        raise _conflicts("None of the dates is free. Choose another time.", occurrences)
    paid = series.with_credits
    placements = (Placement(start, "recurring", student.id, series_id=series_id, with_credits=paid) for start in starts)
    created = [place(tx, offer, placement, now) for placement in placements]
    pay_with_credits(tx, offer, created, student.id, paid, now)
    bump_slots_version(tx)
    skipped = [occurrence for occurrence in occurrences if not _start_to_take(occurrence, on_conflict)]
    return SeriesCreated(series_id, created, skipped)


def local_instant(local: datetime, zone: ZoneInfo) -> datetime:
    """The instant of a wall-clock time in UTC, by the slot engine's rule for times that do not exist or exist twice."""
    return in_utc(wall_clock(local.date(), local.hour * 60 + local.minute, zone))


def _offer_for(tx: Transaction, series: Series, now: datetime) -> Offer:
    # The zone is not known before the read, and a day more on either side holds the series in every one.
    first = series.first_local_start.replace(tzinfo=UTC) - timedelta(days=1)
    last = first + timedelta(weeks=series.every_weeks * (series.count - 1), days=3)
    offer = read_offer(tx, series.service_id, Window(first, last), now)
    if local_instant(series.first_local_start, offer.zone) < now:
        raise Invalid(
            "past", "The first lesson would be in the past. Choose a later one.", fields=["first_local_start"]
        )
    if offer.service.is_trial:
        raise Invalid("trial_service", "A trial is one lesson. Choose another service.", fields=["service_id"])
    if offer.service.seats > 1:
        raise Invalid(
            "group_service",
            "A group lesson is booked seat by seat. Choose a one-to-one service.",
            fields=["service_id"],
        )
    return offer


def _occurrences(offer: Offer, series: Series, now: datetime) -> list[Occurrence]:
    # Each is judged alone: occurrences lie a week or more apart, so none can stand in the way of another.
    locals_ = (
        series.first_local_start + timedelta(weeks=series.every_weeks * number) for number in range(series.count)
    )
    return [_occurrence(offer, local_instant(local, offer.zone), now) for local in locals_]


def _occurrence(offer: Offer, start: datetime, now: datetime) -> Occurrence:
    reasons = why_not_open(offer.availability, offer.busy, offer.service.timing, start, now)
    if not reasons:
        return Occurrence(start, (), None)
    codes = tuple(reason.code.value for reason in reasons)
    return Occurrence(start, codes, _nearest_open_start(offer, start, now))


def _nearest_open_start(offer: Offer, start: datetime, now: datetime) -> datetime | None:
    local_date = start.astimezone(offer.zone).date()
    window = Window(_midnight(local_date, offer.zone), _midnight(local_date + timedelta(days=1), offer.zone))
    starts = open_starts(offer.availability, offer.busy, offer.service.timing, window, now)
    return min(starts, key=lambda candidate: abs(candidate - start), default=None)


def _midnight(local_date: date, zone: ZoneInfo) -> datetime:
    return local_instant(datetime.combine(local_date, time()), zone)


def _new_series(series_id: UUID, series: Series, offer: Offer) -> NewSeries:
    return NewSeries(
        id=series_id,
        service_id=series.service_id,
        student_id=series.student_id,
        first_local_start=series.first_local_start,
        every_weeks=series.every_weeks,
        time_zone=offer.zone.key,
    )


def _require_all_free(occurrences: list[Occurrence]) -> None:
    if all(occurrence.is_free for occurrence in occurrences):
        return
    raise _conflicts("Some dates are not free. Skip them, take the suggestions, or choose another time.", occurrences)


def _conflicts(message: str, occurrences: list[Occurrence]) -> Conflict:
    return Conflict("series_conflicts", message, occurrences=[occurrence_as_json(each) for each in occurrences])


def occurrence_as_json(occurrence: Occurrence) -> dict[str, object]:
    suggestion = occurrence.suggestion
    return {
        "starts_at": occurrence.start.isoformat(),
        "status": "ok" if occurrence.is_free else "conflict",
        "reasons": list(occurrence.reasons),
        "suggestion": suggestion.isoformat() if suggestion else None,
    }


def _start_to_take(occurrence: Occurrence, on_conflict: OnConflict) -> datetime | None:
    if occurrence.is_free:
        return occurrence.start
    return occurrence.suggestion if on_conflict == "suggest" else None
