"""One teacher's calendar against a model of it: whatever is done, both agree on what is free, and on what it has cost.

The model is a list of sessions in memory and a plain reading of the rules. It knows nothing of the database.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from lectern import database
from lectern.availability.slots import list_slots
from lectern.credits.account import audit, get_account
from lectern.credits.grant import adjust
from lectern.database import Transaction
from lectern.errors import Conflict, Invalid
from lectern.sessions.book import Booking, book_session
from lectern.sessions.book_several import book_multiple_sessions
from lectern.sessions.cancel import Cancellation, cancel_session
from lectern.sessions.hold import HOLD_DURATION, hold_slot
from lectern.sessions.lookup import Actor
from lectern.sessions.manual import ManualSession, schedule_manual_session
from lectern.sessions.paying import WithCredits
from lectern.sessions.reschedule import reschedule_session
from lectern.sessions.transitions import complete_session, confirm_session, mark_no_show
from lectern.slots import Window
from tests.builders import NOW, a_service, a_student, a_teacher, rows_of, run, student_details, token_of
from tests.sessions.afterwards import LIVE, overlaps
from tests.slots_version import slots_version

HOUR, DAY, STEP, GAP = timedelta(hours=1), timedelta(days=1), timedelta(minutes=30), timedelta(minutes=15)
MIDNIGHT = NOW.replace(hour=0)
SAM = student_details()

STARTS = st.builds(
    lambda day, half_hours: MIDNIGHT + day * DAY + half_hours * STEP, st.integers(0, 3), st.integers(16, 34)
)
CREDIT = 100
PICKS = st.integers(0, 30)
ACTORS: st.SearchStrategy[Actor] = st.sampled_from(["student", "teacher"])


@dataclass
class Lesson:
    """What the model knows of a session; each lasts an hour and keeps a quarter of an hour free after it."""

    start: datetime
    status: str
    hold_ends: datetime | None = None
    token: str | None = None
    overlaps: bool = False
    moves: int = 0
    wishes: str | None = None
    on_credit: bool = False

    def is_live(self, now: datetime) -> bool:
        return self.status in LIVE and (self.hold_ends is None or self.hold_ends > now)

    def is_in_the_way_of(self, start: datetime) -> bool:
        return self.start < start + HOUR + GAP and start < self.start + HOUR + GAP


class CalendarOfOneTeacher(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.lessons: dict[UUID, Lesson] = {}
        self.events: Counter[str] = Counter()
        self.teacher = a_teacher()
        times = {"step_minutes": 30, "buffer_after_minutes": 15}
        self.service = a_service(self.teacher, **times)
        self.asking = a_service(self.teacher, requires_confirmation=True, **times)
        self.student = a_student(self.teacher)
        self.balance, self.reserved, self.passes = 3 * CREDIT, 0, 1
        run(self.teacher, adjust, self.student, self.balance, "gift", NOW, "a gift")

    def is_free(self, start: datetime, besides: UUID | None = None, among: Iterable[datetime] = ()) -> bool:
        others = [lesson for id_, lesson in self.lessons.items() if id_ != besides and lesson.is_live(self.now)]
        others += [Lesson(other, "scheduled") for other in among]
        return not any(lesson.is_in_the_way_of(start) for lesson in others)

    def is_open(self, start: datetime, besides: UUID | None = None, among: Iterable[datetime] = ()) -> bool:
        in_hours = timedelta(hours=9) <= start - start.replace(hour=0, minute=0) <= timedelta(hours=16)
        return in_hours and start >= self.now and self.is_free(start, besides, among)

    def do[T](self, use_case: Callable[..., T], *arguments: object, allowed: bool) -> T | None:
        """Carry it out: it is done and moves the slots version, or refused and changes nothing, as the model says."""
        version = slots_version(self.teacher.id)
        try:
            result = run(self.teacher, use_case, *arguments, self.now)
        except (Conflict, Invalid):
            result = None
        assert (slots_version(self.teacher.id) > version) == allowed
        return result

    def pick(self, number: int) -> tuple[UUID, Lesson]:
        return list(self.lessons.items())[number % len(self.lessons)]

    def happened(self, event: str, lesson: Lesson, wish: str) -> None:
        self.events[event] += 1
        lesson.wishes = "create" if lesson.wishes == "create" and wish == "update" else wish

    def added(self, session_id: UUID, lesson: Lesson) -> None:
        self.lessons[session_id] = lesson
        self.happened("session.booked", lesson, "create")

    @rule(start=STARTS)
    def hold(self, start: datetime) -> None:
        held = self.do(hold_slot, self.service, start, allowed=self.is_open(start))
        if held:
            token = token_of(held.participant_id)
            self.lessons[held.session_id] = Lesson(start, "held", self.now + HOLD_DURATION, token)

    @rule(start=STARTS, asks=st.booleans(), on_credit=st.booleans())
    def book(self, start: datetime, asks: bool, on_credit: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        credits_ = WithCredits() if on_credit else None
        booking = Booking(self.asking if asks else self.service, start, SAM, with_credits=credits_)
        allowed = self.is_open(start) and (not on_credit or self.balance >= CREDIT)
        booked = self.do(book_session, booking, allowed=allowed)
        if booked:
            assert booked.status == ("pending" if asks else "scheduled")
            self.added(booked.session_id, Lesson(start, booked.status, on_credit=on_credit))
            self.moved(reserved=CREDIT * on_credit, balance=-CREDIT * on_credit)

    @precondition(lambda self: any(lesson.token for lesson in self.lessons.values()))
    @rule(number=PICKS)
    def book_what_was_held(self, number: int) -> None:
        held = [(id_, lesson) for id_, lesson in self.lessons.items() if lesson.token]
        id_, lesson = held[number % len(held)]
        still_held = lesson.status == "held" and lesson.is_live(self.now)
        booking = Booking(self.service, lesson.start, SAM, lesson.token)
        booked = self.do(book_session, booking, allowed=still_held or self.is_open(lesson.start))
        if booked and still_held:
            assert booked.session_id == id_
            lesson.status, lesson.hold_ends = "scheduled", None
            self.happened("session.booked", lesson, "create")
        elif booked:
            self.added(booked.session_id, Lesson(lesson.start, "scheduled"))

    @rule(starts=st.lists(STARTS, min_size=1, max_size=3, unique=True))
    def book_several(self, starts: list[datetime]) -> None:
        wanted = sorted(starts)
        allowed = all(self.is_open(start, among=wanted[:n]) for n, start in enumerate(wanted))
        for booked in self.do(book_multiple_sessions, self.service, starts, SAM, allowed=allowed) or []:
            self.added(booked.session_id, Lesson(booked.starts_at, "scheduled"))

    @rule(start=STARTS, overlap=st.booleans())
    def enter(self, start: datetime, overlap: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        manual = ManualSession(self.service, self.student, start, allow_overlap=overlap)
        allowed = start >= self.now and (overlap or self.is_free(start))
        booked = self.do(schedule_manual_session, manual, allowed=allowed)
        if booked:
            self.added(booked.session_id, Lesson(start, "scheduled", overlaps=overlap))
            self.events["session.overlap_allowed"] += overlap

    @precondition(lambda self: self.lessons)
    @rule(number=PICKS, start=STARTS, by=ACTORS)
    def move(self, number: int, start: datetime, by: Actor) -> None:
        id_, lesson = self.pick(number)
        allowed = lesson.status in ("pending", "scheduled")
        if by == "student":
            in_time = self.now <= lesson.start - DAY and lesson.moves < 2
            allowed = allowed and in_time and self.is_open(start, besides=id_)
        else:
            allowed = allowed and start >= self.now and self.is_free(start, besides=id_)
        if self.do(reschedule_session, id_, start, by, allowed=allowed):
            lesson.start, lesson.overlaps = start, False
            lesson.moves += by == "student"
            self.happened("session.rescheduled", lesson, "update")

    @precondition(lambda self: self.lessons)
    @rule(number=PICKS, by=ACTORS)
    def cancel(self, number: int, by: Actor) -> None:
        id_, lesson = self.pick(number)
        allowed = lesson.status in LIVE and (by == "teacher" or self.now < lesson.start)
        outcome = self.do(cancel_session, id_, Cancellation(by, None), allowed=allowed)
        if outcome:
            late = by == "student" and lesson.status == "scheduled" and self.now > lesson.start - DAY
            is_free = not late or self.passes > 0
            self.passes -= late and is_free
            assert (outcome.charge_percent, outcome.is_late) == (0 if is_free else 100, late)
            self.settled(lesson, comes_back=is_free)
            self.events["session.cancelled"] += 1
            lesson.wishes = None if lesson.status == "held" else "delete"
            lesson.status = "cancelled"

    @precondition(lambda self: self.lessons)
    @rule(number=PICKS)
    def confirm(self, number: int) -> None:
        id_, lesson = self.pick(number)
        allowed = lesson.status == "pending" and self.now < lesson.start
        self.change(confirm_session, id_, "scheduled", allowed=allowed)

    @precondition(lambda self: self.lessons)
    @rule(number=PICKS)
    def complete(self, number: int) -> None:
        id_, lesson = self.pick(number)
        self.change(
            complete_session, id_, "completed", allowed=lesson.status == "scheduled" and self.now >= lesson.start + HOUR
        )

    @precondition(lambda self: self.lessons)
    @rule(number=PICKS)
    def miss(self, number: int) -> None:
        id_, lesson = self.pick(number)
        allowed = lesson.status == "scheduled" and self.now >= lesson.start + timedelta(minutes=15)
        self.change(mark_no_show, id_, "no_show", allowed=allowed)

    def change(
        self, use_case: Callable[[Transaction, UUID, datetime], None], id_: UUID, to: str, *, allowed: bool
    ) -> None:
        self.do(use_case, id_, allowed=allowed)
        if allowed:
            self.lessons[id_].status = to
            if to != "scheduled":
                self.settled(self.lessons[id_], comes_back=False)
            self.happened(f"session.{to}", self.lessons[id_], "update")

    def settled(self, lesson: Lesson, *, comes_back: bool) -> None:
        if lesson.on_credit:
            self.moved(reserved=-CREDIT, balance=CREDIT if comes_back else 0)

    def moved(self, reserved: int, balance: int) -> None:
        self.reserved, self.balance = self.reserved + reserved, self.balance + balance

    @rule(minutes=st.sampled_from([1, 5, 10, 45, 6 * 60]))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @invariant()
    def the_credits_are_where_the_model_has_them(self) -> None:
        account = run(self.teacher, get_account, self.student, self.now)
        assert (account.balance, account.reserved) == (self.balance, self.reserved)
        assert run(self.teacher, audit) == []

    @invariant()
    def nobody_is_in_two_places(self) -> None:
        assert overlaps(self.teacher) == 0

    @invariant()
    def what_is_listed_is_what_the_model_has_open(self) -> None:
        listed = run(self.teacher, list_slots, self.service, Window(MIDNIGHT, MIDNIGHT + 4 * DAY), self.now)
        half_hours = [MIDNIGHT + n * STEP for n in range(4 * 48)]
        assert [slot.start for slot in listed.slots] == [start for start in half_hours if self.is_open(start)]

    @rule(start=STARTS)
    def a_hold_is_given_exactly_for_what_is_open(self, start: datetime) -> None:
        with database.tenant(self.teacher.id) as tx, tx.connection.transaction(force_rollback=True):
            try:
                is_given = bool(hold_slot(tx, self.service, start, self.now))
            except (Conflict, Invalid):
                is_given = False
        assert is_given == self.is_open(start)

    @invariant()
    def each_session_is_as_the_model_has_it(self) -> None:
        stored = {UUID(row["id"]): row for row in rows_of(self.teacher, "class_sessions")}
        assert stored.keys() == self.lessons.keys()
        for id_, lesson in self.lessons.items():
            self.agree(lesson, stored[id_])

    def agree(self, lesson: Lesson, row: dict[str, Any]) -> None:
        # A hold that ran out is expired as soon as somebody needs its time, and until then is as good as.
        ran_out = lesson.status == "held" and not lesson.is_live(self.now)
        assert row["status"] in ((lesson.status, "expired") if ran_out else (lesson.status,))
        if row["status"] == "expired":
            lesson.status = "expired"
        assert datetime.fromisoformat(row["starts_at"]) == lesson.start
        assert row["overlap_allowed"] == lesson.overlaps

    @invariant()
    def the_calendar_and_the_events_tell_what_happened(self) -> None:
        wishes = {UUID(row["session_id"]): row["action"] for row in rows_of(self.teacher, "session_calendar_sync")}
        assert wishes == {id_: lesson.wishes for id_, lesson in self.lessons.items() if lesson.wishes}
        told = Counter(row["type"] for row in rows_of(self.teacher, "domain_events"))
        assert {type_: n for type_, n in told.items() if type_.startswith("session.")} == +self.events


@pytest.mark.usefixtures("connected")
def test_a_calendar_and_its_model_agree_whatever_is_done() -> None:
    run_state_machine_as_test(
        CalendarOfOneTeacher, settings=settings(max_examples=25, stateful_step_count=30, deadline=None)
    )
