"""The statements about what Stripe has told us, one function each."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from lectern.database import Answer, Transaction
from lectern.payments.facts import Event
from lectern.payments.outcome import Outcome
from lectern.payments.told.redacted import redacted


@dataclass(frozen=True, slots=True)
class EarlyEvent:
    payload: dict[str, Any]


def insert_event(tx: Transaction, event: Event, outcome: Outcome, now: datetime) -> None:
    """An event that is known breaks `stripe_events_pkey`, and nothing after it is carried out.

    A second delivery waits here for the first one to be done, and holds no lock that the first may need.
    """
    tx.send(
        """
        insert into stripe_events
          (teacher_id, id, type, api_version, object_id, created_at, received_at, outcome, reason)
        values (%(teacher_id)s, %(id)s, %(type)s, %(api_version)s, %(object_id)s, %(created)s, %(now)s,
          %(outcome)s, %(reason)s)
        """,
        {
            "id": event.id,
            "type": event.type,
            "api_version": event.api_version,
            "object_id": event.object_id,
            "created": event.created,
            "outcome": outcome.kind,
            "reason": outcome.reason,
            "now": now,
        },
    )


def store_outcome(tx: Transaction, event: Event, outcome: Outcome) -> None:
    """With all of it for a person to see, and with what it takes to apply it if it waits."""
    kept = {"waiting": redacted(event), "attention": dict(event.raw)}.get(outcome.kind)
    tx.send(
        """
        update stripe_events
        set outcome = %(outcome)s, reason = %(reason)s, waits_for = %(waits_for)s, payload = %(payload)s
        where teacher_id = %(teacher_id)s and id = %(id)s
        """,
        {
            "id": event.id,
            "outcome": outcome.kind,
            "reason": outcome.reason,
            "waits_for": outcome.waits_for,
            "payload": Jsonb(kept) if kept else None,
        },
    )


def ask_early_events(tx: Transaction, waits_for: str | None) -> Answer[EarlyEvent]:
    return tx.ask(
        """
        select payload from stripe_events
        where teacher_id = %(teacher_id)s and waits_for = %(waits_for)s
        order by created_at, id
        """,
        EarlyEvent,
        {"waits_for": waits_for},
    )
