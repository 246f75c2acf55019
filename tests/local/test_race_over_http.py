"""AC1 as its users met it: over sockets, against several execution environments at once."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from http.client import HTTPConnection
from urllib.parse import urlsplit
from uuid import UUID

import pytest

from local.postgres import Postgres
from local.stack import Stack
from local.valkey import Valkey
from tests.builders import Teacher, a_service, a_teacher, rows_of

CALLERS = 50


def post_booking(url: str, teacher: Teacher, service: UUID, start: datetime, number: int) -> int:
    student = {"name": f"Student {number}", "email": f"s{number}@example.com"}
    body = {"service_id": str(service), "starts_at": start.isoformat(), "student": student}
    # From several addresses, each within the pace that one is allowed: Linux answers on all of 127.0.0.0/8.
    address = (f"127.0.0.{number % 5 + 2}", 0)
    connection = HTTPConnection("127.0.0.1", urlsplit(url).port, timeout=30, source_address=address)
    headers = {"Content-Type": "application/json"}
    connection.request("POST", f"/v1/teachers/{teacher.slug}/sessions", json.dumps(body), headers)
    status = connection.getresponse().status
    connection.close()
    return status


@pytest.mark.usefixtures("connected")
def test_ac01_of_fifty_posts_for_one_slot_one_is_booked(postgres: Postgres, valkey: Valkey) -> None:
    teacher = a_teacher()
    start = (datetime.now(UTC) + timedelta(days=2)).replace(hour=10, minute=0, second=0, microsecond=0)
    service = a_service(teacher)
    servers = {"DATABASE_URL": postgres.app_url, "DATABASE_OWNER_URL": postgres.owner_url, "REDIS_URL": valkey.url}
    with Stack.start(environ=servers) as stack, ThreadPoolExecutor(CALLERS) as threads:
        statuses = list(threads.map(partial(post_booking, stack.url, teacher, service, start), range(CALLERS)))

    assert Counter(statuses) == {201: 1, 409: CALLERS - 1}
    assert len(rows_of(teacher, "class_sessions")) == len(rows_of(teacher, "session_calendar_sync")) == 1
