"""One calendar: its events, and every version of them, so that it can be seen as it was when a sync token was given.

https://developers.google.com/workspace/calendar/api/v3/reference/events
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from local.google import event, recurrence
from local.google.errors import already_deleted, condition_not_met, duplicate, not_found
from local.google.event import Resource
from local.google.identifiers import new_event_id

NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Version:
    revision: int
    resource: Resource


@dataclass(slots=True)
class Calendar:
    """`owner` is the account's address, which is the id of its primary calendar; revisions count its changes."""

    owner: str
    time_zone: str
    url: str
    now: Callable[[], datetime]
    revision: int = 0
    updated: datetime = NEVER
    # No sync token of an earlier revision is honoured any more.
    oldest_synced: int = 0
    versions: dict[str, list[Version]] = field(default_factory=dict)

    def insert(self, written: Resource) -> Resource:
        """Raises `ApiError` 409 for an id that is in use, that of a deleted event too."""
        identifier = event.check_id(written["id"]) if "id" in written else new_event_id()
        if identifier in self.versions:
            raise duplicate()
        return self._store(
            event.made(identifier, written, owner=self.owner, zone=self.time_zone, url=self.url, now=self.now())
        )

    def get(self, identifier: str) -> Resource:
        """Also of an event that is deleted, which then says so, and of one instance; raises `ApiError` 404."""
        if identifier in self.versions:
            return self.versions[identifier][-1].resource
        return self._instance(identifier)

    def update(self, identifier: str, written: Resource, if_match: str | None = None) -> Resource:
        before = self._matched(identifier, if_match)
        return self._store(event.rewritten(before, written, self.time_zone))

    def patch(self, identifier: str, patch: Resource, if_match: str | None = None) -> Resource:
        before = self._matched(identifier, if_match)
        return self._store(event.rewritten(before, event.patched(before, patch), self.time_zone))

    def delete(self, identifier: str, if_match: str | None = None) -> None:
        """Raises `ApiError` 410 when it is deleted already."""
        before = self._matched(identifier, if_match)
        if before["status"] == "cancelled":
            raise already_deleted()
        for each in (before, *self._changed_instances(identifier)):
            self._store(each | {"status": "cancelled", "sequence": each["sequence"] + 1})

    def at(self, revision: int) -> Iterator[Resource]:
        """The events as they were then, in the order they were made, the deleted ones too."""
        for versions in self.versions.values():
            known = [version for version in versions if version.revision <= revision]
            if known:
                yield known[-1].resource

    def as_json(self) -> dict[str, Any]:
        return {
            "time_zone": self.time_zone,
            "revision": self.revision,
            "oldest_synced": self.oldest_synced,
            "versions": {
                identifier: [[version.revision, version.resource] for version in versions]
                for identifier, versions in self.versions.items()
            },
        }

    def restore(self, kept: dict[str, Any]) -> None:
        self.revision, self.oldest_synced = kept["revision"], kept["oldest_synced"]
        self.versions = {
            identifier: [Version(revision, resource) for revision, resource in versions]
            for identifier, versions in kept["versions"].items()
        }

    def _matched(self, identifier: str, if_match: str | None) -> Resource:
        before = self.get(identifier)
        if if_match not in (None, "*", before["etag"]):
            raise condition_not_met()
        return before

    def _store(self, resource: Resource) -> Resource:
        if resource.get("recurrence"):
            recurrence.check(resource)
        self.revision += 1
        # Later with every change, also where two fall into one millisecond.
        self.updated = max(self.now(), self.updated + timedelta(milliseconds=1))
        stored = resource | {"updated": event.stamp(self.updated), "etag": f'"{self.revision}"'}
        self.versions.setdefault(stored["id"], []).append(Version(self.revision, stored))
        return stored

    def _changed_instances(self, master_id: str) -> list[Resource]:
        """Those that somebody has changed by themselves."""
        return [each for each in self.at(self.revision) if each.get("recurringEventId") == master_id]

    def _instance(self, identifier: str) -> Resource:
        """One of a recurring event that nobody has changed by itself yet."""
        master_id, _, time = identifier.rpartition("_")
        if not time or master_id not in self.versions:
            raise not_found()
        master = self.versions[master_id][-1].resource
        found = recurrence.occurrence(master, self.time_zone, identifier) if master.get("recurrence") else None
        if found is None:
            raise not_found()
        return recurrence.instance(master, found)
