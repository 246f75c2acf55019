"""Noting how far each visitor of the booking page comes: what they looked at, and the seats that they took.

The page says itself what it shows, so that reading slots writes nothing. Seats are noted by holding and booking, in
their transaction and its two round trips: today's salt is asked for with what they read, the note is sent with what
they write. Whether a seat was only held, was booked or took place is not noted, but asked of the seat when the day is
added up. Somebody who books without having been on the page, or past midnight, is no visitor who booked.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Self
from uuid import UUID

from lectern.analytics import visit_queries
from lectern.analytics.visit_queries import Salt, Visit
from lectern.analytics.visitor import Browser
from lectern.database import Answer, Transaction
from lectern.errors import Invalid

type Step = Literal["page_view", "service_view", "slots_shown"]

SALT_BYTES = 32


def record_visit(
    tx: Transaction, browser: Browser, step: Step, source: str, now: datetime, slots: int | None = None
) -> None:
    """Note that a visitor has come so far, and so through the steps before; nothing of a bot.

    `source` is the page's own tag, such as where a link was placed; the first of the day is the visitor's. `slots` is
    the number of them that were shown. Raises Invalid `slots_unknown` when it is missing or does not belong there.
    """
    if (step == "slots_shown") != (slots is not None):
        raise Invalid("slots_unknown", "Say how many slots were shown, with that step alone.", fields=["slots"])
    if browser.is_bot:
        return
    today = visit_queries.ask_salt_of_today_or_new(tx, secrets.token_bytes(SALT_BYTES), now).one()
    visitor = browser.visitor(today.salt)
    visit_queries.put_visit(tx, Visit(today.local_date, visitor, source, step != "page_view", slots))


@dataclass(frozen=True, slots=True)
class Taking:
    """A visitor who is about to take seats, with today's salt already asked for."""

    browser: Browser
    salt: Answer[Salt]

    @classmethod
    def ask(cls, tx: Transaction, browser: Browser, now: datetime) -> Self:
        """Send the question without waiting: it shares the round trip of whatever is read next."""
        return cls(browser, visit_queries.ask_salt_of_today(tx, now))

    def note(self, tx: Transaction, seats: list[UUID]) -> None:
        """Send the note without waiting. Its lock, on a row of this visitor's alone, may come after all others."""
        today = self.salt.one_or_none()
        if today:
            visit_queries.add_seats(tx, today.local_date, self.browser.visitor(today.salt), seats)
