"""What stands in for Amazon's image: this machine's own CPython 3.13 and C library, and the client in .venv-lambda.

What it shares with Lambda is the layout, the runtime client and the emulator that SAM adds; Amazon's has another Linux.
"""

import hashlib
import io
import re
import subprocess
import sys
import sysconfig
import tarfile
from pathlib import Path

from local.sam.build import RUNTIME, site_packages
from local.state import CHECKOUT

PYTHON = Path(sys.base_prefix) / "bin" / "python3.13"
STANDARD_LIBRARY = Path(sysconfig.get_path("stdlib"))
# Of the standard library, what no function can use, and other people's packages.
LEFT_OUT = frozenset({"site-packages", "test", "idlelib", "tkinter", "turtledemo", "ensurepip"})
BOOTSTRAP = Path(__file__).with_name("bootstrap.py")
REQUIREMENTS = CHECKOUT / "requirements" / "lambda.txt"
# What SAM's Dockerfile and the entry point run.
PROGRAMS = (Path("/bin/sh"), Path("/bin/mv"), Path("/bin/chmod"))
# What wheels may count on beside the C library: https://peps.python.org/pep-0600/
EXPECTED_LIBRARIES = (
    "libdl.so.2",
    "libgcc_s.so.1",
    "libpthread.so.0",
    "libresolv.so.2",
    "librt.so.1",
    "libstdc++.so.6",
    "libutil.so.1",
)

ENVIRONMENT = {
    "PATH": "/var/lang/bin:/usr/local/bin:/usr/bin:/bin:/opt/bin",
    "LD_LIBRARY_PATH": "/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/task:/var/task/lib:/opt/lib",
    "LANG": "en_US.UTF-8",
    "TZ": ":UTC",
    "LAMBDA_TASK_ROOT": "/var/task",
    "LAMBDA_RUNTIME_DIR": "/var/runtime",
}
# As `docker import` takes them.
CHANGES = (
    *(f"ENV {name}={value}" for name, value in ENVIRONMENT.items()),
    "WORKDIR /var/task",
    'ENTRYPOINT ["/entry-point.sh"]',
)
WRITTEN = {
    # As Amazon's: under the emulator, unless one is there already.
    "entry-point.sh": """#!/bin/sh
export _HANDLER="$1"
[ -n "$AWS_LAMBDA_RUNTIME_API" ] && exec /var/runtime/bootstrap
exec /var/rapid/aws-lambda-rie /var/runtime/bootstrap
""",
    "var/runtime/bootstrap": """#!/bin/sh
export AWS_EXECUTION_ENV=AWS_Lambda_python3.13
exec /var/lang/bin/python3.13 /var/runtime/bootstrap.py
""",
    # The name of the host is in a container's /etc/hosts.
    "etc/nsswitch.conf": "hosts: files dns\n",
}


def recipe() -> str:
    """A digest of what the image is made of: by its version the standard library, by its lock the client."""
    digest = hashlib.sha256(sys.version.encode())
    for path in (Path(__file__), BOOTSTRAP, REQUIREMENTS, *sorted(_binaries())):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def files() -> bytes:
    """The image's file system, as a tar."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for folder in ("tmp", "opt", "etc", "var/task", "var/rapid"):
            _add_folder(tar, folder, 0o1777 if folder == "tmp" else 0o755)
        for name, content in WRITTEN.items():
            _add_text(tar, name, content)
        tar.add(BOOTSTRAP, "var/runtime/bootstrap.py")
        tar.add(STANDARD_LIBRARY, "var/lang/lib/python3.13", filter=_without_the_useless)
        tar.add(site_packages(RUNTIME), "var/lang/lib/python3.13/site-packages")
        tar.add(PYTHON, "var/lang/bin/python3.13")
        for path in _binaries():
            tar.add(path.resolve(), str(path))
    return packed.getvalue()


def _without_the_useless(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
    return None if Path(entry.name).name in LEFT_OUT else entry


def _binaries() -> set[Path]:
    """The programs, and what these, the interpreter and its modules are linked with, where each is looked for."""
    users = [PYTHON, *STANDARD_LIBRARY.glob("lib-dynload/*.so"), *PROGRAMS]
    # Its exit code tells of nothing but static programs among them.
    listed = subprocess.run(["ldd", *users], capture_output=True, text=True, check=False).stdout
    found = {Path(path) for path in re.findall(r"(/\S+) \(0x", listed)}
    beside_c = next(path.parent for path in found if path.name == "libc.so.6")
    return {*PROGRAMS, *found, *(beside_c / name for name in EXPECTED_LIBRARIES)}


def _add_folder(tar: tarfile.TarFile, name: str, mode: int) -> None:
    folder = tarfile.TarInfo(name)
    folder.type, folder.mode = tarfile.DIRTYPE, mode
    tar.addfile(folder)


def _add_text(tar: tarfile.TarFile, name: str, content: str) -> None:
    file = tarfile.TarInfo(name)
    file.size, file.mode = len(content), 0o755
    tar.addfile(file, io.BytesIO(content.encode()))
