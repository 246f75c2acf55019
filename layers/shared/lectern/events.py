"""The outbox of what happened: written in the transaction of the change it tells of, read by whoever must be told."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from psycopg.types.json import Jsonb

from lectern.database import Transaction
from lectern.identifiers import new_id


def record(tx: Transaction, event_type: str, subject_id: UUID, payload: Mapping[str, object], now: datetime) -> None:
    """Note that something happened to the subject; the payload holds JSON values and no personal data."""
    tx.send(
        "insert into domain_events (teacher_id, id, type, subject_id, payload, occurred_at)"
        " values (%(teacher_id)s, %(id)s, %(type)s, %(subject_id)s, %(payload)s, %(now)s)",
        {
            "id": new_id(),
            "type": event_type,
            "subject_id": subject_id,
            "payload": Jsonb(dict(payload)),
            "now": now,
        },
    )
