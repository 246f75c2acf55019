"""Push notifications: who is told when a calendar changes, and that only; never what has.

https://developers.google.com/workspace/calendar/api/guides/push
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

from local.google.errors import ApiError, invalid, not_found, required
from local.google.event import Resource

LONGEST = timedelta(days=7)
LOOPBACK = ("127.0.0.1", "localhost")


@dataclass(slots=True)
class Channel:
    """`told` counts the messages, the first of which says `sync`; `expiration` in milliseconds since the epoch."""

    id: str
    owner: str
    resource_id: str
    resource_uri: str
    address: str
    token: str | None
    expiration: int
    told: int = 0


@dataclass(frozen=True, slots=True)
class Notification:
    address: str
    headers: dict[str, str]


@dataclass(slots=True)
class Channels:
    now: Callable[[], datetime]
    open: dict[str, Channel] = field(default_factory=dict)
    # What was not taken yet, oldest first.
    waiting: list[Notification] = field(default_factory=list)

    def watch(self, owner: str, url: str, asked: dict[str, Any]) -> Resource:
        """events.watch: https://developers.google.com/workspace/calendar/api/v3/reference/events/watch."""
        for name in ("id", "type", "address"):
            if not isinstance(asked.get(name), str):
                raise required(f"Missing {name}.")
        if asked["type"] not in ("web_hook", "webhook"):
            raise invalid("type")
        _check_address(asked["address"])
        if asked["id"] in self.open:
            raise ApiError(400, "channelIdNotUnique", f"Channel id {asked['id']} not unique")
        latest = _milliseconds(self.now() + LONGEST)
        uri = f"{url}/calendar/v3/calendars/{owner}/events?alt=json"
        channel = Channel(
            id=asked["id"],
            owner=owner,
            resource_id=f"of-{owner}",
            resource_uri=uri,
            address=asked["address"],
            token=asked.get("token"),
            expiration=min(int(asked.get("expiration") or latest), latest),
        )
        self.open[channel.id] = channel
        self._tell(channel, "sync")
        return _told(channel)

    def stop(self, owner: str, asked: dict[str, Any]) -> None:
        """channels.stop; raises `ApiError` 404 for a channel that is not the owner's."""
        channel = self.open.get(str(asked.get("id")))
        if channel is None or channel.owner != owner or channel.resource_id != asked.get("resourceId"):
            raise not_found()
        del self.open[channel.id]

    def changed(self, owner: str) -> None:
        """Tell every channel on the owner's calendar."""
        now = _milliseconds(self.now())
        self.open = {name: channel for name, channel in self.open.items() if channel.expiration > now}
        for channel in self.open.values():
            if channel.owner == owner:
                self._tell(channel, "exists")

    def as_json(self) -> list[dict[str, Any]]:
        return [asdict(channel) for channel in self.open.values()]

    def restore(self, kept: list[dict[str, Any]]) -> None:
        self.open = {each["id"]: Channel(**each) for each in kept}

    def _tell(self, channel: Channel, state: str) -> None:
        channel.told += 1
        headers = {
            "X-Goog-Channel-ID": channel.id,
            "X-Goog-Channel-Expiration": format_datetime(_at(channel.expiration), usegmt=True),
            "X-Goog-Message-Number": str(channel.told),
            "X-Goog-Resource-ID": channel.resource_id,
            "X-Goog-Resource-State": state,
            "X-Goog-Resource-URI": channel.resource_uri,
            "User-Agent": "APIs-Google; (+https://developers.google.com/webmasters/APIs-Google.html)",
        }
        if channel.token is not None:
            headers["X-Goog-Channel-Token"] = channel.token
        self.waiting.append(Notification(channel.address, headers))


def _check_address(address: str) -> None:
    """Google sends by HTTPS alone; to this machine, which is where this one is, plain HTTP will do."""
    parts = urlsplit(address)
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        message = f"WebHook callback must be HTTPS: {address}"
        raise ApiError(400, "push.webhookUrlNotHttps", message)


def _told(channel: Channel) -> Resource:
    told = {
        "kind": "api#channel",
        "id": channel.id,
        "resourceId": channel.resource_id,
        "resourceUri": channel.resource_uri,
        "expiration": str(channel.expiration),
    }
    return told | ({"token": channel.token} if channel.token is not None else {})


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def _at(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
