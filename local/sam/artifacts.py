"""`python -m local.sam.artifacts BUILD`: what was built, how large it is when deployed, and a digest to compare by."""

import hashlib
import io
import stat
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

MEGABYTE = 1024 * 1024


def artifacts(build: Path) -> list[Path]:
    """The folders of the functions and of the layer."""
    return sorted(path for path in build.iterdir() if path.is_dir())


def zipped_bytes(artifact: Path) -> int:
    """What Lambda's limit of 50 MB is about: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in _files(artifact):
            archive.write(path, path.relative_to(artifact))
    return packed.tell()


def digest(artifact: Path) -> str:
    """Of the files' names and contents, and of which can be run; neither dates nor the builder's umask reach Lambda."""
    digest = hashlib.sha256()
    for path in _files(artifact):
        is_program = bool(path.stat().st_mode & stat.S_IXUSR)
        digest.update(f"{path.relative_to(artifact)} {is_program}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _files(artifact: Path) -> Iterator[Path]:
    return (path for path in sorted(artifact.rglob("*")) if path.is_file())


if __name__ == "__main__":
    for each in artifacts(Path(sys.argv[1])):
        print(f"{each.name:20} {zipped_bytes(each) / MEGABYTE:6.2f} MB zipped   {digest(each)[:16]}")
