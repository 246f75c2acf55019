import os
import signal
import socket
import subprocess
from collections.abc import Iterator

import psycopg
import pytest

from local.errors import StartError
from local.port import HOST, is_free
from local.postgres import Postgres
from local.state import throwaway_folder


@pytest.fixture
def postgres() -> Iterator[Postgres]:
    """A server of the test's own, for it is stopped, broken and started again."""
    with Postgres.temporary() as server:
        yield server


def remember(postgres: Postgres) -> None:
    with psycopg.connect(postgres.owner_url) as connection:
        connection.execute("create table memory as select 42 as answer")


def remembered(postgres: Postgres) -> object:
    with psycopg.connect(postgres.owner_url) as connection:
        return connection.execute("select answer from memory").fetchone()


def postmaster(postgres: Postgres) -> int:
    return int((postgres.folder / "data" / "postmaster.pid").read_text().splitlines()[0])


def keeper(pid: int) -> int:
    command = ["/bin/ps", "-o", "ppid=", "-p", str(pid)]
    return int(subprocess.check_output(command))  # noqa: S603 - a fixed program and a number


def test_the_owner_has_the_rights_of_a_managed_databases_master_user(postgres: Postgres) -> None:
    with psycopg.connect(postgres.owner_url) as connection:
        rights = connection.execute(
            "select rolsuper, rolbypassrls, rolcreatedb, rolcreaterole from pg_roles where rolname = user"
        ).fetchone()
        assert rights == (False, False, True, True)
        connection.execute("create extension btree_gist")


def test_a_restart_keeps_the_port_and_the_data(postgres: Postgres) -> None:
    port = postgres.port
    remember(postgres)
    postgres.restart()
    assert postgres.port == port
    assert remembered(postgres) == (42,)


def test_a_second_start_finds_the_data_and_the_same_owner(postgres: Postgres) -> None:
    remember(postgres)
    postgres.stop()
    with Postgres(postgres.folder, port=postgres.port) as again:
        assert again.owner_url == postgres.owner_url
        assert remembered(again) == (42,)


def test_a_start_after_a_crash_of_the_server_finds_the_data(postgres: Postgres) -> None:
    remember(postgres)
    os.kill(postmaster(postgres), signal.SIGKILL)
    postgres.restart()
    assert remembered(postgres) == (42,)


def test_a_server_that_lost_its_keeper_is_taken_over(postgres: Postgres) -> None:
    remember(postgres)
    orphan = postmaster(postgres)
    os.kill(keeper(orphan), signal.SIGKILL)
    postgres.stop()
    assert not is_free(postgres.port)
    with Postgres(postgres.folder) as again:
        assert remembered(again) == (42,)
        assert postmaster(again) != orphan


def test_a_terminals_ctrl_c_does_not_reach_the_server(postgres: Postgres) -> None:
    assert os.getpgid(postmaster(postgres)) != os.getpgid(0)


def test_two_stacks_do_not_share_data(postgres: Postgres) -> None:
    with pytest.raises(StartError, match="Lectern runs from this checkout already"):
        Postgres(postgres.folder).start()
    with psycopg.connect(postgres.owner_url):
        pass


def test_a_port_in_use_is_said_in_a_line() -> None:
    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(StartError, match=rf"Port {port}, for PostgreSQL, is in use"):
            Postgres(throwaway_folder(), port=port).start()


def test_a_server_that_cannot_start_shows_its_last_words_and_a_way_out(postgres: Postgres) -> None:
    postgres.stop()
    with (postgres.folder / "data" / "postgresql.conf").open("a") as settings:
        settings.write("\nno_such_setting = 1\n")
    with pytest.raises(StartError) as refused:
        postgres.start()
    assert "no_such_setting" in str(refused.value)
    assert f"remove {postgres.folder}" in str(refused.value)


def test_nothing_of_a_temporary_server_is_left() -> None:
    with Postgres.temporary() as server:
        assert server.folder.exists()
    assert not server.folder.exists()
    assert is_free(server.port)
