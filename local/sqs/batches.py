"""Batches: up to ten entries, of which each succeeds or fails on its own."""

import re
from collections.abc import Callable
from typing import Any

from local.sqs import message
from local.sqs.errors import SqsError, bad_batch

type Json = dict[str, Any]

MOST_ENTRIES = 10


def each(entries: list[Json] | None, action: str, do: Callable[[Json], Json]) -> Json:
    """Do it for every entry; raises `SqsError` only for what is wrong with the batch."""
    successful, failed = [], []
    for entry in _checked(entries or [], action):
        try:
            successful.append({"Id": entry["Id"], **do(entry)})
        except SqsError as error:
            failed.append(error.entry(entry["Id"]))
    return {"Successful": successful, "Failed": failed}


def _checked(entries: list[Json], action: str) -> list[Json]:
    ids = [entry.get("Id") or "" for entry in entries]
    if not entries:
        name = f"There should be at least one {action}MessageBatchRequestEntry in the request."
        raise bad_batch("EmptyBatchRequest", name)
    if len(entries) > MOST_ENTRIES:
        reason = f"Maximum number of entries per request are {MOST_ENTRIES}. You have sent {len(entries)}."
        raise bad_batch("TooManyEntriesInBatchRequest", reason)
    if not all(re.fullmatch(r"[\w-]{1,80}", entry_id, re.ASCII) for entry_id in ids):
        reason = "A batch entry id can only contain alphanumeric characters, hyphens and underscores, at most 80."
        raise bad_batch("InvalidBatchEntryId", reason)
    if twice := next((entry_id for entry_id in ids if ids.count(entry_id) > 1), None):
        raise bad_batch("BatchEntryIdsNotDistinct", f"Id {twice} repeated.")
    return entries


def check_size(entries: list[Json]) -> None:
    """Raise when the messages together are more than one may be."""
    if (total := sum(map(message.size, entries))) > message.MOST_BYTES:
        reason = f"Batch requests cannot be longer than {message.MOST_BYTES} bytes. You have sent {total} bytes."
        raise bad_batch("BatchRequestTooLong", reason)
