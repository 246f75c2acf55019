"""The SQL that docs/operations.md has somebody type in an incident is taken by the database as it stands there."""

import re

import psycopg
import pytest

from local.postgres import Postgres
from local.state import CHECKOUT
from tests.builders import a_teacher

PAGE = (CHECKOUT / "docs" / "operations.md").read_text()
SELECTS = sorted(set(re.findall(r"`(select [^`]+)`", PAGE)))
OF_A_TEACHER = [block for block in re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL) if "teacher_by_slug" in block]


@pytest.mark.parametrize("select", SELECTS)
def test_what_the_owner_is_to_read_can_be_read(postgres: Postgres, select: str) -> None:
    with psycopg.connect(postgres.owner_url) as connection:
        assert connection.execute(select.encode()).description


@pytest.mark.usefixtures("connected")
@pytest.mark.parametrize("block", OF_A_TEACHER)
def test_what_is_done_as_one_teacher_can_be_done(postgres: Postgres, block: str) -> None:
    script = re.sub("<slug>|smoke-…", a_teacher().slug, block)

    with psycopg.connect(postgres.app_url, autocommit=True) as connection:
        done = list(connection.execute(script.encode()).results())

    assert done[-1].statusmessage == "COMMIT"


def test_there_is_sql_to_try() -> None:
    assert any("pg_stat_activity" in each for each in SELECTS)
    assert len(OF_A_TEACHER) == 2
