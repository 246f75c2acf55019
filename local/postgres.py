"""A PostgreSQL server of our own, from a wheel: its files, its process, its owner role and database.

The schema is not made here; `lectern.schema` does that, as the role `lectern_owner`, just as it does in AWS.
"""

import fcntl
import shutil
import signal
import subprocess
import time
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Self

import psycopg
from psycopg import sql

from local.errors import StartError
from local.keeper import Kept, identity
from local.port import HOST, free_port, require_free
from local.postgres_programs import programs
from local.state import kept_secret, own, server_folder, server_user, throwaway_folder

DATABASE = "lectern"
START_SECONDS = 30.0

SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
}

# For data that nobody will miss: no commit waits for the disk. It survives a crash of the server, and none of
# the machine.
NOT_DURABLE = {"fsync": "off", "full_page_writes": "off"}


class Postgres:
    """One server and its data; a context manager that starts it and stops it.

    `owner_url` is for migrations: a role that may create databases and roles and is no superuser, as the
    master user of Amazon RDS. `app_url` is for the functions, once the schema, and with it the role
    `lectern_app`, has been made with `app_password`.
    """

    def __init__(self, folder: Path, *, port: int | None = None, durable: bool = True) -> None:
        """Take `folder` for the data, made when it is missing; a free port when none is given.

        `durable=False` gives up the data's safety in a power cut for speed.
        """
        self.folder = folder
        self.port = port or free_port()
        self._durable = durable
        self._throwaway = False
        self._data = folder / "data"
        self._kept: Kept | None = None
        self._lock: IO[str] | None = None

    @classmethod
    def temporary(cls) -> Self:
        """An empty server, for tests and benchmarks; as a context manager, it removes its files."""
        postgres = cls(throwaway_folder(), durable=False)
        postgres._throwaway = True
        return postgres

    @property
    def app_password(self) -> str:
        return kept_secret(self.folder / "app_password")

    @property
    def owner_url(self) -> str:
        return self._url("lectern_owner", kept_secret(self.folder / "owner_password"))

    @property
    def app_url(self) -> str:
        return self._url("lectern_app", self.app_password)

    def start(self) -> None:
        """Return when the server answers and the owner's role and database exist; raises `StartError`."""
        server_folder(self.folder)
        self._lock = _claim(self.folder)
        with ExitStack() as undo:
            undo.callback(self.stop)
            require_free(self.port, purpose="PostgreSQL", remedy="Stop that program, or choose another port.")
            if not self._data.exists():
                self._make_data()
            self._stop_orphan()
            self._launch()
            self._make_owner()
            undo.pop_all()

    def stop(self) -> None:
        """Shut down fast: open transactions are rolled back, their connections closed."""
        if self._kept:
            self._kept.stop()
            self._kept = None
        if self._lock:
            self._lock.close()

    def restart(self) -> None:
        """Stop and start on the same port with the same data, as a maintenance window would."""
        self.stop()
        self.start()

    def running(self) -> bool:
        return self._kept is not None and self._kept.running()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        if self._throwaway:
            shutil.rmtree(self.folder)

    def _url(self, role: str, password: str, database: str = DATABASE) -> str:
        return f"postgresql://{role}:{password}@{HOST}:{self.port}/{database}"

    def _make_data(self) -> None:
        # Made aside and moved into place whole: what a start that was killed half-way left is no data.
        draft = self.folder / "draft"
        shutil.rmtree(draft, ignore_errors=True)
        password = self.folder / "superuser_password"
        kept_secret(password)
        own(password)
        options = ["--locale=C", "--encoding=UTF8", "--auth=scram-sha-256", "--username=postgres"]
        sync = [] if self._durable else ["--no-sync"]
        self._require("initdb", f"--pgdata={draft}", f"--pwfile={password}", *options, *sync)
        draft.rename(self._data)

    def _stop_orphan(self) -> None:
        # The lock is ours, so a server that runs on this data has lost both its stack and its keeper.
        if self._run("pg_ctl", "status", f"--pgdata={self._data}").returncode == 0:
            self._require("pg_ctl", "stop", "--mode=fast", f"--pgdata={self._data}")

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(programs() / program), *arguments],
            capture_output=True,
            text=True,
            check=False,
            cwd=self.folder,
            **identity(server_user()),
        )

    def _require(self, program: str, *arguments: str) -> None:
        result = self._run(program, *arguments)
        if result.returncode:
            reason = result.stderr or result.stdout
            raise StartError(f"PostgreSQL's {program} failed on {self.folder}:\n{reason}")

    def _launch(self) -> None:
        settings = SETTINGS | {"port": str(self.port)} | ({} if self._durable else NOT_DURABLE)
        arguments = [f"--{name}={value}" for name, value in settings.items()]
        with (self.folder / "server.log").open("ab") as log:
            start_of_log = log.tell()
            self._kept = Kept(
                [programs() / "postgres", "-D", self._data, *arguments],
                folder=self.folder,
                log=log,
                stop_signal=signal.SIGINT,
                user=server_user(),
            )
        self._await_answer(self._kept, start_of_log)

    def _await_answer(self, kept: Kept, start_of_log: int) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if not kept.running() or time.monotonic() > deadline:
                raise StartError(self._why_not(start_of_log))
            time.sleep(0.02)

    def _answers(self) -> bool:
        try:
            self._connect_as_superuser("postgres").close()
        except psycopg.OperationalError:
            return False
        return True

    def _why_not(self, start_of_log: int) -> str:
        path = self.folder / "server.log"
        lines = path.read_bytes()[start_of_log:].decode(errors="replace").splitlines()[-10:]
        advice = f"The whole log is {path}. To start over without the data, remove {self.folder}."
        return "\n".join(["PostgreSQL did not start. Its last words:", *lines, advice])

    def _connect_as_superuser(self, database: str) -> psycopg.Connection:
        url = self._url("postgres", kept_secret(self.folder / "superuser_password"), database)
        return psycopg.connect(url, autocommit=True, connect_timeout=5)

    def _make_owner(self) -> None:
        """Make the owner's role and database: all that the superuser ever does."""
        password = kept_secret(self.folder / "owner_password")
        with self._connect_as_superuser("postgres") as connection:
            if not connection.execute("select 1 from pg_roles where rolname = 'lectern_owner'").fetchone():
                role = sql.SQL("create role lectern_owner login createdb createrole password {}")
                connection.execute(role.format(sql.Literal(password)))
            if not connection.execute("select 1 from pg_database where datname = %s", [DATABASE]).fetchone():
                database = sql.SQL("create database {} owner lectern_owner").format(sql.Identifier(DATABASE))
                connection.execute(database)


def _claim(folder: Path) -> IO[str]:
    """Hold the folder until the file that is returned is closed, or this process ends."""
    lock = (folder / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise StartError(f"The data in {folder} is in use: Lectern runs from this checkout already.") from None
    return lock
