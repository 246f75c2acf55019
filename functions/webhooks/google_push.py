"""One notification of Google's: made sure of, and brought to the teacher whose calendar has changed.

It tells that something has changed and not what, so all it leads to is that the calendar is read soon:
https://developers.google.com/workspace/calendar/api/guides/push#receiving-notifications.
"""

from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

from aws_lambda_powertools import Logger

from lectern import directory
from lectern.calendar.notified import is_channels_token, request_pull
from lectern.settings import token_key
from webhooks.answers import Answer, problem, received

_logger = Logger()


def take_notification(request: dict[str, Any], now: datetime) -> Answer:
    headers = request["headers"]
    channel_id = _channel_id(headers.get("x-goog-channel-id", ""))
    if channel_id is None or not is_channels_token(token_key(), channel_id, headers.get("x-goog-channel-token", "")):
        return _unknown()
    if headers.get("x-goog-resource-state") == "sync":
        # The channel has been opened, and whoever did so has read the calendar.
        return received()
    teacher_id = directory.teacher_by_calendar_channel(channel_id)
    if teacher_id is None:
        return _unknown()
    _logger.append_keys(teacher_id=str(teacher_id))
    request_pull(teacher_id, now)
    return received()


def _channel_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _unknown() -> Answer:
    return problem(HTTPStatus.NOT_FOUND, "unknown_channel", "This is no channel of ours, or is one no more.")
