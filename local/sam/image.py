"""`python -m local.sam.image`: a stand-in for Amazon's python3.13 image, where that cannot be pulled.

It has the tag by which `sam local` looks for Amazon's, and is made of this machine's own CPython 3.13 and C library and
of the runtime client in .venv-lambda. What it shares with Lambda is the layout, the client and the emulator that SAM
adds; Amazon's has another Linux. An image of that tag that is none of ours is left alone, and used.
"""

import hashlib
import io
import json
import re
import subprocess
import sys
import sysconfig
import tarfile
from pathlib import Path

from local.errors import StartError
from local.sam.build import RUNTIME, site_packages
from local.state import CHECKOUT

TAG = "public.ecr.aws/lambda/python:3.13-x86_64"
LABEL = "lectern.recipe"
# What an image says that has no label of ours.
AMAZONS = "Amazon's"

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


def provide() -> str:
    """The tag, once there is an image of it; raises `StartError`."""
    _docker("info", failing="No Docker engine answers. Start one; without, the emulator alone runs the functions.")
    recipe = _recipe()
    if _recipe_of_image() not in (recipe, AMAZONS):
        changes = [f"ENV {name}={value}" for name, value in ENVIRONMENT.items()]
        changes += ["WORKDIR /var/task", 'ENTRYPOINT ["/entry-point.sh"]', f"LABEL {LABEL}={recipe}"]
        options = [option for change in changes for option in ("--change", change)]
        _docker("import", *options, "-", TAG, given=_files(), failing="Docker does not take the image.")
    return TAG


def _recipe() -> str:
    """Of all that the image is made of, so that a change makes another."""
    digest = hashlib.sha256(sys.version.encode())
    for path in (Path(__file__), BOOTSTRAP, REQUIREMENTS):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _recipe_of_image() -> str | None:
    """None when there is no image of the tag."""
    labels = "{{json .Config.Labels}}"
    found = subprocess.run(
        ["docker", "image", "inspect", "--format", labels, TAG], capture_output=True, text=True, check=False
    )
    if found.returncode:
        return None
    return str((json.loads(found.stdout) or {}).get(LABEL, AMAZONS))


def _docker(*arguments: str, failing: str, given: bytes = b"") -> None:
    done = subprocess.run(["docker", *arguments], input=given, capture_output=True, check=False)
    if done.returncode:
        raise StartError(f"{failing}\n{done.stderr.decode()}")


def _files() -> bytes:
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
        for program in PROGRAMS:
            tar.add(program.resolve(), str(program))
        for library in _libraries():
            tar.add(library.resolve(), str(library))
    return packed.getvalue()


def _without_the_useless(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
    return None if Path(entry.name).name in LEFT_OUT else entry


def _libraries() -> set[Path]:
    """Those that the interpreter, its modules and the programs are linked with, each where its users look for it."""
    users = [PYTHON, *STANDARD_LIBRARY.glob("lib-dynload/*.so"), *PROGRAMS]
    # Its exit code tells of nothing but static programs among them.
    listed = subprocess.run(["ldd", *users], capture_output=True, text=True, check=False).stdout
    found = {Path(path) for path in re.findall(r"(/\S+) \(0x", listed)}
    beside_c = next(path.parent for path in found if path.name == "libc.so.6")
    return found | {beside_c / name for name in EXPECTED_LIBRARIES}


def _add_folder(tar: tarfile.TarFile, name: str, mode: int) -> None:
    folder = tarfile.TarInfo(name)
    folder.type, folder.mode = tarfile.DIRTYPE, mode
    tar.addfile(folder)


def _add_text(tar: tarfile.TarFile, name: str, content: str) -> None:
    file = tarfile.TarInfo(name)
    file.size, file.mode = len(content), 0o755
    tar.addfile(file, io.BytesIO(content.encode()))


if __name__ == "__main__":
    try:
        print(provide())
    except StartError as error:
        sys.exit(str(error))
