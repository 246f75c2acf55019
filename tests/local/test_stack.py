import psycopg
import pytest
import redis

from lectern import schema
from local.errors import StartError
from local.postgres import Postgres
from local.servers import TEMPLATE
from local.stack import Stack
from local.template import queues
from local.valkey import Valkey


def named(postgres: Postgres, valkey: Valkey) -> dict[str, str]:
    urls = {"DATABASE_URL": postgres.app_url, "DATABASE_OWNER_URL": postgres.owner_url}
    return urls | {"REDIS_URL": valkey.url}


def test_a_stack_of_its_own_starts_empty_with_the_schema_in_place() -> None:
    with Stack.start(environ={}) as stack, psycopg.connect(stack.app_url) as connection:
        assert connection.execute("select current_user, to_regclass('teachers') is not null").fetchone() == (
            "lectern_app",
            True,
        )


def test_servers_that_the_environment_names_are_used_and_left_running(postgres: Postgres, valkey: Valkey) -> None:
    with Stack.start(environ=named(postgres, valkey)) as stack:
        assert (stack.app_url, stack.redis_url) == (postgres.app_url, valkey.url)
        assert (stack.postgres, stack.valkey) == (None, None)
    with psycopg.connect(postgres.app_url), redis.Redis.from_url(valkey.url) as client:
        assert client.ping()


def test_the_queues_are_those_of_the_template_and_give_messages_up_as_it_says(
    postgres: Postgres, valkey: Valkey
) -> None:
    declared = [queue for queue in queues(TEMPLATE) if queue.dead_letter_queue]
    with Stack.start(environ=named(postgres, valkey)) as stack:
        settings = [stack.sqs.queue(queue.name).settings for queue in declared]
    assert [(each.dead_letter_arn or "").rpartition(":")[2] for each in settings] == [
        queue.dead_letter_queue for queue in declared
    ]
    assert [each.most_receives for each in settings] == [queue.most_receives for queue in declared]


def test_a_database_is_named_with_both_its_roles_or_not_at_all(postgres: Postgres) -> None:
    with (
        pytest.raises(StartError, match=r"Set both DATABASE_URL .* and DATABASE_OWNER_URL"),
        Stack.start(environ={"DATABASE_URL": postgres.app_url}),
    ):
        pass


def test_a_named_database_that_is_not_there_is_said(valkey: Valkey) -> None:
    nowhere = "postgresql://lectern_app:x@127.0.0.1:1/lectern"
    urls = {"DATABASE_URL": nowhere, "DATABASE_OWNER_URL": nowhere, "REDIS_URL": valkey.url}
    with pytest.raises(StartError, match="does not answer"), Stack.start(environ=urls):
        pass


def test_data_of_another_schema_is_said_with_a_way_out(valkey: Valkey) -> None:
    with Postgres.temporary() as postgres:
        schema.apply(postgres.owner_url, app_password=postgres.app_password)
        with psycopg.connect(postgres.owner_url) as connection:
            connection.execute("update schema_migrations set checksum = 'of an edited file' where number = 1")
        with pytest.raises(StartError, match="remove"), Stack.start(environ=named(postgres, valkey)):
            pass
