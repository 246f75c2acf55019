"""What a teacher offers of one service, as the slot engine wants it: one statement, for lists and bookings alike."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from lectern.availability.booking_limits import full_dates
from lectern.availability.offer_query import GroupFields, OfferRow, ask_offer
from lectern.availability.stale import CalendarsKnown
from lectern.database import Answer, Transaction
from lectern.errors import NotFound
from lectern.slots import Availability, Hours, Interval, Override, Rule, Timing, Window, is_open

_MOMENT = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class ServiceTerms:
    """The part of a service that a session takes over when it is booked."""

    id: UUID
    name: str
    timing: Timing
    horizon: timedelta
    seats: int
    price_amount: int
    price_currency: str
    requires_confirmation: bool
    is_trial: bool
    credit_units: int
    requires_payment: bool
    is_offered: bool


@dataclass(frozen=True, slots=True)
class GroupSession:
    """A session of a group service, with what it was booked with; others may join it while seats are left."""

    session_id: UUID
    status: str
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    price_amount: int
    price_currency: str
    seats_left: int


@dataclass(frozen=True, slots=True)
class Offer:
    """A service, when its teacher teaches, and what is busy around the window that was read.

    What their other calendars say may be so old that nothing is offered (`is_closed`). The seats of a group's session
    are all the same: its time is taken already.
    """

    service: ServiceTerms
    zone: ZoneInfo
    rules: tuple[Rule, ...]
    overrides: tuple[Override, ...]
    busy: tuple[Interval, ...]
    groups: tuple[GroupSession, ...]
    has_expired_holds: bool
    version: int
    max_per_day: int | None
    max_per_week: int | None
    booked_on: dict[date, int]
    calendar_stale_since: datetime | None
    is_closed: bool

    @property
    def depends_on_a_count(self) -> bool:
        """Whether a booking depends on how many there are, which no constraint of the database guards."""
        return self.service.seats > 1 or self.max_per_day is not None or self.max_per_week is not None

    @property
    def availability(self) -> Availability:
        full = full_dates(self.booked_on, self.max_per_day, self.max_per_week)
        return Availability(self.zone, self.rules, self.overrides, full, self.is_closed)

    def is_within_horizon(self, start: datetime, now: datetime) -> bool:
        return start < now + self.service.horizon

    def window_within_horizon(self, window: Window, now: datetime) -> Window | None:
        """The part of the window that is not further ahead than the service may be booked."""
        end = min(window.end, now + self.service.horizon)
        return Window(window.start, end) if window.start < end else None

    def is_open(self, start: datetime, now: datetime) -> bool:
        """Whether the list of slots would show this start."""
        if not self.is_within_horizon(start, now):
            return False
        return is_open(self.availability, self.busy, self.service.timing, start, now)

    def group_at(self, start: datetime) -> GroupSession | None:
        """The group session that starts then, full or not."""
        return next((group for group in self.groups if group.starts_at == start), None)

    def is_joinable(self, group: GroupSession, now: datetime) -> bool:
        """Whether the list of slots would show the seats of this session."""
        in_time = group.starts_at >= now + self.service.timing.minimum_notice
        return group.seats_left > 0 and in_time and self.is_within_horizon(group.starts_at, now)

    def with_booked(self, start: datetime) -> "Offer":
        """The offer as it will be once this start is booked, for the next one of the same transaction."""
        local_date = start.astimezone(self.zone).date()
        booked_on = {**self.booked_on, local_date: self.booked_on.get(local_date, 0) + 1}
        return replace(self, busy=(*self.busy, self.blocked(start)), booked_on=booked_on)

    def with_timing(self, duration: timedelta, buffer_before: timedelta, buffer_after: timedelta) -> "Offer":
        """The offer as a session finds it that was booked with other lengths than the service has today."""
        timing = replace(self.service.timing, duration=duration, buffer_before=buffer_before, buffer_after=buffer_after)
        return replace(self, service=replace(self.service, timing=timing))

    def blocked(self, start: datetime, duration: timedelta | None = None) -> Interval:
        """What a session that starts then keeps busy: its time, widened by the service's buffers."""
        timing = self.service.timing
        end = start + (duration or timing.duration)
        return Interval(start - timing.buffer_before, end + timing.buffer_after)


def ask_for_offer(
    tx: Transaction, service_id: UUID, window: Window, now: datetime, *, even_withdrawn: bool = False
) -> Answer[OfferRow]:
    """Send the read without waiting; `offer_of` waits for it."""
    return ask_offer(tx, service_id, window.start, window.end, now, [], even_withdrawn=even_withdrawn)


def read_offer(tx: Transaction, service_id: UUID, window: Window, now: datetime) -> Offer:
    """Raises NotFound for a service that does not exist or is not offered."""
    return offer_of(ask_for_offer(tx, service_id, window, now), now)


def read_offer_to_move(
    tx: Transaction, service_id: UUID, window: Window, now: datetime, moving: Iterable[UUID]
) -> Offer:
    """The offer without the sessions that are about to move; they may move though their service is offered no more."""
    return offer_of(ask_offer(tx, service_id, window.start, window.end, now, list(moving), even_withdrawn=True), now)


def moment(start: datetime) -> Window:
    """The window that holds just this start. Raises ValueError when it is not in UTC."""
    return Window(start, start + _MOMENT)


def offer_of(answer: Answer[OfferRow], now: datetime) -> Offer:
    """What was asked for as of now. Raises NotFound for a service that does not exist or is not offered."""
    row = answer.one_or_none()
    if row is None:
        raise not_offered()
    known = CalendarsKnown(row.closes_unread_after_hours, row.calendars_read_at)
    return Offer(
        service=_service(row),
        zone=ZoneInfo(row.time_zone),
        rules=tuple(_rule(*fields) for fields in row.rules),
        overrides=tuple(_override(*fields) for fields in row.overrides),
        busy=tuple(Interval(_instant(start), _instant(end)) for start, end in row.busy),
        groups=tuple(_group(fields) for fields in row.groups),
        has_expired_holds=row.has_expired_holds,
        version=row.version,
        max_per_day=row.max_sessions_per_day,
        max_per_week=row.max_sessions_per_week,
        booked_on={date.fromisoformat(day): count for day, count in row.booked_on.items()},
        calendar_stale_since=known.stale_since(now),
        is_closed=known.closes_slots(now),
    )


def not_offered() -> NotFound:
    return NotFound("service_not_found", "There is no such service. List the teacher's services first.")


def _service(row: OfferRow) -> ServiceTerms:
    timing = Timing(
        duration=timedelta(minutes=row.duration_minutes),
        step=timedelta(minutes=row.step_minutes),
        buffer_before=timedelta(minutes=row.buffer_before_minutes),
        buffer_after=timedelta(minutes=row.buffer_after_minutes),
        minimum_notice=timedelta(minutes=row.minimum_notice_minutes),
    )
    return ServiceTerms(
        id=row.service_id,
        name=row.name,
        timing=timing,
        horizon=timedelta(days=row.horizon_days),
        seats=row.seats,
        price_amount=row.price_amount,
        price_currency=row.price_currency,
        requires_confirmation=row.requires_confirmation,
        is_trial=row.is_trial,
        credit_units=row.credit_units,
        requires_payment=row.requires_payment,
        is_offered=row.is_offered,
    )


def _rule(
    weekday: int, start_minute: int, end_minute: int, effective_from: str | None, effective_until: str | None
) -> Rule:
    return Rule(weekday, Hours(start_minute, end_minute), _date(effective_from), _date(effective_until))


def _override(local_date: str, hours: list[tuple[int, int]]) -> Override:
    return Override(date.fromisoformat(local_date), tuple(Hours(start, end) for start, end in hours))


def _group(fields: GroupFields) -> GroupSession:
    session_id, status, start, end, zone, amount, currency, seats_left = fields
    return GroupSession(UUID(session_id), status, _instant(start), _instant(end), zone, amount, currency, seats_left)


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
