"""Applies the schema's migrations: numbered SQL files, forward only, each once and in order.

The same code runs at deploy time (functions/migrate) and in the local stack. It connects as the owner of the tables,
who is no superuser, and lets the role that serves requests, `lectern_app`, sign in.
"""

import hashlib
from dataclasses import dataclass
from importlib.resources import files

import psycopg
from psycopg import sql

# Any number does, as long as it is always the same: two deployments at once must take turns.
_LOCK = 7_530_119


class SchemaChanged(RuntimeError):
    """A migration that has been applied was edited, renamed or removed; write a new one instead."""


@dataclass(frozen=True, slots=True)
class Migration:
    number: int
    name: str
    text: str

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


def migrations() -> tuple[Migration, ...]:
    """Those that this version of the code carries, by number."""
    found = sorted(path.name for path in files("lectern.migrations").iterdir() if path.name.endswith(".sql"))
    return tuple(_migration(name) for name in found)


def apply(owner_url: str, *, app_password: str, wanted: tuple[Migration, ...] | None = None) -> tuple[str, ...]:
    """Bring the database up to date, each migration in a transaction of its own; return the names newly applied.

    Raises SchemaChanged before it changes anything, and psycopg.Error from one that fails, with the name of that one
    as a note: those before it stay.
    """
    wanted = migrations() if wanted is None else wanted
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute("select pg_advisory_lock(%s)", [_LOCK])
        done = _applied(connection)
        _refuse_changes(wanted, done)
        fresh = [migration for migration in wanted if migration.number not in done]
        _refuse_late(fresh, done)
        for migration in fresh:
            _run(connection, migration)
        _let_app_sign_in(connection, app_password)
    return tuple(migration.name for migration in fresh)


def _migration(name: str) -> Migration:
    text = files("lectern.migrations").joinpath(name).read_text(encoding="utf-8")
    return Migration(int(name.split("_", 1)[0]), name.removesuffix(".sql"), text)


def _applied(connection: psycopg.Connection) -> dict[int, tuple[str, str]]:
    connection.execute(
        "create table if not exists schema_migrations ("
        " number integer primary key, name text not null, checksum text not null,"
        " applied_at timestamptz not null default now())"
    )
    rows = connection.execute("select number, name, checksum from schema_migrations").fetchall()
    return {number: (name, checksum) for number, name, checksum in rows}


def _refuse_changes(wanted: tuple[Migration, ...], done: dict[int, tuple[str, str]]) -> None:
    carried = {migration.number: (migration.name, migration.checksum) for migration in wanted}
    newest = max(carried, default=0)
    for number, (name, checksum) in done.items():
        # A database ahead of the code is a roll-back of the code, and migrations keep the old code running.
        if number <= newest and carried.get(number) != (name, checksum):
            raise SchemaChanged(f"{name} was applied to this database in another form than this code carries.")


def _refuse_late(fresh: list[Migration], done: dict[int, tuple[str, str]]) -> None:
    newest = max(done, default=0)
    if fresh and fresh[0].number < newest:
        raise SchemaChanged(f"{fresh[0].name} comes before number {newest}, which was applied. Give it a later number.")


def _run(connection: psycopg.Connection, migration: Migration) -> None:
    try:
        with connection.transaction():
            # The files are ours and part of the release, as literal as if they stood here.
            connection.execute(migration.text.encode())
            connection.execute(
                "insert into schema_migrations (number, name, checksum) values (%s, %s, %s)",
                [migration.number, migration.name, migration.checksum],
            )
    except psycopg.Error as error:
        error.add_note(migration.name)
        raise


def _let_app_sign_in(connection: psycopg.Connection, password: str) -> None:
    # Hashed here, so that the password is in no statement and so in no log of the server.
    verifier = connection.pgconn.encrypt_password(password.encode(), b"lectern_app", b"scram-sha-256").decode()
    connection.execute(sql.SQL("alter role lectern_app login password {}").format(sql.Literal(verifier)))
