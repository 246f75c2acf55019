"""Google tells us when a calendar has changed: a channel for as long as the calendar is connected."""

import os
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

import pytest

from lectern import directory
from lectern.calendar.disconnect import disconnect
from lectern.calendar.notified import is_channels_token
from lectern.calendar.watch import LIVES, RENEWED_BEFORE_ITS_END, keep_watch
from lectern.settings import token_key
from local.google import LocalGoogle
from tests.calendar.diary import CLOCK, Diary, access, read_again

ADDRESS = "https://api.example/v1/webhooks/google"


@pytest.fixture(autouse=True)
def push_url(google: LocalGoogle) -> Iterator[None]:  # noqa: ARG001 - it sets the others
    os.environ["GOOGLE_PUSH_URL"] = ADDRESS
    yield
    del os.environ["GOOGLE_PUSH_URL"]


def open_channels(diary: Diary) -> list[str]:
    return [channel.id for channel in diary.google.channels.open.values() if channel.owner == diary.account]


def test_a_calendar_that_has_been_read_is_watched(diary: Diary) -> None:
    [channel_id] = open_channels(diary)
    channel = diary.google.channels.open[channel_id]

    assert channel.address == ADDRESS
    assert channel.token
    assert is_channels_token(token_key(), UUID(channel_id), channel.token)
    assert directory.teacher_by_calendar_channel(UUID(channel_id)) == diary.teacher.id
    assert datetime.fromisoformat(diary.connection()["channel_expires_at"]) == CLOCK.now + LIVES


def test_a_channel_is_replaced_before_it_ends_and_not_earlier(diary: Diary) -> None:
    before = open_channels(diary)
    read_again(diary)
    assert open_channels(diary) == before

    CLOCK.wait(seconds=(LIVES - RENEWED_BEFORE_ITS_END).total_seconds())
    diary.sync()

    [after] = open_channels(diary)
    assert [after] != before
    assert directory.teacher_by_calendar_channel(UUID(before[0])) is None


def test_of_two_that_open_a_channel_at_once_one_stays(diary: Diary) -> None:
    CLOCK.wait(seconds=LIVES.total_seconds())
    one, other = access(diary), access(diary)

    keep_watch(one, CLOCK.now)
    keep_watch(other, CLOCK.now)

    [left] = open_channels(diary)
    assert directory.teacher_by_calendar_channel(UUID(left)) == diary.teacher.id


def test_a_channel_that_google_refuses_leaves_the_calendar_polled(
    diary: Diary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOGLE_PUSH_URL", "http://api.example/not-https")
    diary.add("2026-03-12T10:00:00", "2026-03-12T11:00:00")
    CLOCK.wait(seconds=LIVES.total_seconds())

    diary.sync()

    assert diary.busy() == [("2026-03-12 10:00", "2026-03-12 11:00")]


def test_an_address_that_google_does_not_know_to_be_ours_costs_no_token(diary: Diary) -> None:
    diary.google.fail(None, "push.webhookUrlUnauthorized", "watch")
    diary.google.requests.clear()
    CLOCK.wait(seconds=(LIVES - RENEWED_BEFORE_ITS_END).total_seconds())
    diary.sync()
    diary.google.requests.clear()

    read_again(diary)

    assert diary.asked() == ["GET events", "POST watch"]
    assert diary.connection()["last_synced_at"] == CLOCK.now.isoformat()


def test_who_parts_from_the_calendar_is_not_told_of_it_any_more(diary: Diary) -> None:
    [channel_id] = open_channels(diary)

    disconnect(diary.teacher.id, CLOCK.now)

    assert open_channels(diary) == []
    assert directory.teacher_by_calendar_channel(UUID(channel_id)) is None
