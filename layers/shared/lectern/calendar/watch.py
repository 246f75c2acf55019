"""The channel by which Google tells us at once that a calendar has changed; without one it is only polled.

https://developers.google.com/workspace/calendar/api/guides/push. A channel cannot be prolonged: another takes its
place before it ends. What comes through it is for `lectern.calendar.notified`.
"""

import logging
from datetime import datetime, timedelta

from lectern import database
from lectern.calendar import google_api
from lectern.calendar.access import Access
from lectern.calendar.connection import Connection
from lectern.calendar.google_api import Channel
from lectern.calendar.google_http import RefusedByGoogle, required_settings
from lectern.calendar.notified import channel_token
from lectern.database import Answer, Transaction
from lectern.identifiers import new_id
from lectern.settings import token_key

LIVES = timedelta(days=7)
RENEWED_BEFORE_ITS_END = timedelta(days=1)

_log = logging.getLogger(__name__)


def keep_watch(access: Access, now: datetime) -> None:
    """Open a channel, or the next one when the last is about to end. Raises what `access.ask` raises."""
    address = required_settings().push_url
    ends_at = access.connection.channel_expires_at
    if address is None or (ends_at is not None and ends_at - RENEWED_BEFORE_ITS_END > now):
        return
    channel_id = new_id()
    opened = access.ask(
        google_api.open_channel, channel_id, channel_token(token_key(), channel_id), address, now + LIVES
    )
    with database.tenant(access.connection.teacher_id) as tx:
        replaced = _ask_replace(tx, access.connection, opened).one_or_none()
    # The one before; or this one, when somebody else was faster.
    stop(access, access.connection.channel if replaced else opened)


def stop(access: Access, channel: Channel | None) -> None:
    """A channel that Google does not stop goes on to its end, and tells nobody anything."""
    if channel is None:
        return
    try:
        access.ask(google_api.stop_channel, channel)
    except RefusedByGoogle as refusal:
        _log.info("The channel %s was not there to be stopped: %s", channel.id, refusal.reason)


def _ask_replace(tx: Transaction, connection: Connection, channel: Channel) -> Answer[Channel]:
    return tx.ask(
        """
        update calendar_connections
        set channel_id = %(channel_id)s, channel_resource_id = %(resource_id)s, channel_expires_at = %(expires_at)s
        where teacher_id = %(teacher_id)s and id = %(id)s and status = 'connected'
          and channel_id is not distinct from %(channel_before)s::uuid
        returning channel_id, channel_resource_id, channel_expires_at
        """,
        Channel,
        {
            "id": connection.id,
            "channel_id": channel.id,
            "resource_id": channel.resource_id,
            "expires_at": channel.expires_at,
            "channel_before": connection.channel_id,
        },
    )
