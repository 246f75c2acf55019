"""What Google tells of a calendar: it leads to the calendar being read, and what is forged leads to nothing."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

import pytest

from lectern import database
from lectern.calendar.notified import channel_token
from lectern.identifiers import new_id
from lectern.settings import token_key
from tests.builders import NOW, Teacher, a_teacher, rows_of
from tests.jobs.queues import Queues, queues_of_the_jobs
from tests.webhooks.delivery import SAMPLE, Answer, invoke


@dataclass(frozen=True)
class Watched:
    """A teacher whose calendar Google watches for us."""

    teacher: Teacher = field(default_factory=a_teacher)
    channel_id: UUID = field(default_factory=new_id)

    def is_to_be_read(self) -> bool:
        [row] = rows_of(self.teacher, "calendar_connections")
        return row["pull_requested_at"] is not None


@pytest.fixture
def watched() -> Watched:
    watched = Watched()
    with database.tenant(watched.teacher.id) as tx:
        tx.send(
            """
            insert into calendar_connections (teacher_id, id, provider, status, calendar_id, refresh_token,
              connected_at, channel_id, channel_resource_id, channel_expires_at)
            values (%(teacher_id)s, %(id)s, 'google', 'connected', 'primary', '', %(now)s, %(channel)s, 'r', %(now)s)
            """,
            {"id": new_id(), "channel": watched.channel_id, "now": NOW},
        )
    return watched


@pytest.fixture
def queues(monkeypatch: pytest.MonkeyPatch) -> Iterator[Queues]:
    with queues_of_the_jobs(monkeypatch) as made:
        yield made


def notify(channel_id: UUID | str, token: str | None = None, state: str = "exists") -> Answer:
    """As Google does: https://developers.google.com/workspace/calendar/api/guides/push."""
    if token is None and isinstance(channel_id, UUID):
        token = channel_token(token_key(), channel_id)
    event = json.loads(SAMPLE.read_text())
    headers = {"x-goog-channel-id": str(channel_id), "x-goog-resource-state": state, "x-goog-message-number": "7"}
    return invoke(
        event
        | {
            "routeKey": "POST /v1/webhooks/google",
            "headers": headers | ({"x-goog-channel-token": token} if token else {}),
            "body": "",
            "isBase64Encoded": False,
        }
    )


def test_a_change_has_the_calendar_of_its_teacher_read(watched: Watched, queues: Queues) -> None:
    assert notify(watched.channel_id).status == 200

    assert [body["teacher_id"] for body in queues.bodies("calendar-sync")] == [str(watched.teacher.id)]
    assert watched.is_to_be_read()


def test_a_channel_that_has_just_been_opened_is_acknowledged(watched: Watched, queues: Queues) -> None:
    assert notify(watched.channel_id, state="sync").status == 200

    assert (queues.bodies("calendar-sync"), watched.is_to_be_read()) == ([], False)


@pytest.mark.parametrize("token", ["", "0" * 64, "\u2603"])
def test_a_forged_notification_leads_to_nothing(watched: Watched, queues: Queues, token: str) -> None:
    answer = notify(watched.channel_id, token)

    assert (answer.status, answer.code) == (404, "unknown_channel")
    assert (queues.bodies("calendar-sync"), watched.is_to_be_read()) == ([], False)


def test_another_channels_token_opens_no_channel(watched: Watched) -> None:
    answer = notify(watched.channel_id, channel_token(token_key(), new_id()))

    assert (answer.status, watched.is_to_be_read()) == (404, False)


@pytest.mark.parametrize("channel_id", [new_id(), "", "no-uuid"], ids=["replaced", "none", "strange"])
def test_a_channel_that_is_not_ours_any_more_is_not_found(channel_id: UUID | str, queues: Queues) -> None:
    answer = notify(channel_id)

    assert (answer.status, answer.code) == (404, "unknown_channel")
    assert queues.bodies("calendar-sync") == []


def test_while_sqs_is_away_the_schedule_reads_the_calendar(watched: Watched) -> None:
    assert notify(watched.channel_id).status == 200

    assert watched.is_to_be_read()
