"""Where the local stack keeps what outlives it: the database's files, and the secrets it made up."""

import hashlib
import os
import pwd
import secrets
import shutil
import tempfile
from pathlib import Path

from local.errors import StartError

CHECKOUT = Path(__file__).resolve().parents[1]


def server_user() -> str | None:
    """Whom PostgreSQL, which refuses to be root, runs as: nobody when we are root, else whoever we are."""
    return "nobody" if os.geteuid() == 0 else None


def state_folder() -> Path:
    """The checkout's own state: `.lectern/`, or as root a folder that the user nobody can reach as well.

    Root's checkout often lies in a home that no other user may enter, and opening that up is not ours to do.
    """
    if server_user() is None:
        folder = CHECKOUT / ".lectern"
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder
    name = hashlib.sha256(str(CHECKOUT).encode()).hexdigest()[:12]
    folder = Path("/var/tmp") / f"lectern-{name}"  # noqa: S108 - a fixed name, hence the check of its owner below
    folder.mkdir(mode=0o755, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != 0:
        raise StartError(f"{folder} belongs to somebody else. Remove it, or run as an ordinary user.")
    return folder


def server_folder(folder: Path) -> Path:
    """Make the folder when it is missing, for the server's user alone."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    own(folder)
    return folder


def own(path: Path) -> None:
    """Give a file of ours to the server's user."""
    if user := server_user():
        account = pwd.getpwnam(user)
        os.chown(path, account.pw_uid, account.pw_gid)


def throwaway_folder() -> Path:
    """A new empty folder for a server that keeps nothing; removes those that killed processes left."""
    parent = state_folder() / "throwaway"
    parent.mkdir(exist_ok=True)
    for left in parent.iterdir():
        if not _alive(int(left.name.partition("-")[0])):
            shutil.rmtree(left, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=parent))


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def kept_secret(path: Path) -> str:
    """The secret in the file, made up on first use; only its owner can read it."""
    if not path.exists():
        draft = path.with_suffix(".draft")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(32))
        draft.replace(path)
    return path.read_text()
