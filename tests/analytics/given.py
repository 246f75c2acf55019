"""Visitors of a booking page, days that are added up, and what became of them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from lectern.analytics.roll_up import roll_up
from lectern.analytics.visitor import Browser
from lectern.analytics.visits import Step, Taking, record_visit
from lectern.database import Transaction
from tests.builders import NOW, Teacher, rows_of, run

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:147.0) Gecko/20100101 Firefox/147.0"
DAILY_TABLES = ("content_daily", "funnel_daily", "operations_daily", "notes_daily")


def browser(number: int) -> Browser:
    return Browser(f"203.0.113.{number}", FIREFOX)


def visit(
    teacher: Teacher,
    number: int,
    step: Step = "page_view",
    source: str = "direct",
    now: datetime = NOW,
    slots: int | None = None,
) -> None:
    run(teacher, record_visit, browser(number), step, source, now, slots)


def take(teacher: Teacher, number: int, seat: UUID, now: datetime = NOW) -> None:
    """The visitor takes a seat, as booking notes it."""

    def note(tx: Transaction) -> None:
        Taking.ask(tx, browser(number), now).note(tx, [seat])

    run(teacher, note)


def add_up(teacher: Teacher, today: date, now: datetime | None = None) -> None:
    run(teacher, roll_up, today, now or NOW)


def sums(teacher: Teacher) -> dict[str, list[dict[str, Any]]]:
    return {table: rows_of(teacher, table) for table in DAILY_TABLES}


def settle(teacher: Teacher, seat: UUID, status: str) -> None:
    def write(tx: Transaction) -> None:
        tx.send(
            "update session_participants set status = %(status)s where teacher_id = %(teacher_id)s and id = %(seat)s",
            {"seat": seat, "status": status},
        )

    run(teacher, write)
