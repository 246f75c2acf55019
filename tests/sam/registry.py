"""A registry with one image, which has nothing in it but a variable: as much of one as `docker pull` asks for.

https://distribution.github.io/distribution/spec/api/
"""

import hashlib
import io
import json
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from local.port import HOST, free_port

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar"


@contextmanager
def registry(folder: Path, variable: str) -> Iterator[str]:
    """The image's name, by which it can be pulled for the length of a `with`; its files are put into `folder`."""
    _write_image(folder / "v2" / "lambda" / "python", variable)
    port = free_port()
    with ThreadingHTTPServer((HOST, port), partial(_Handler, directory=str(folder))) as server:
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            # Of a registry at this name Docker takes plain HTTP.
            yield f"localhost:{port}/lambda/python:3.13"
        finally:
            server.shutdown()
            thread.join()


class _Handler(SimpleHTTPRequestHandler):
    def guess_type(self, path: Any) -> str:  # noqa: ANN401 - as http.server has it
        return MANIFEST if "/manifests/" in str(path) else "application/octet-stream"

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _write_image(repository: Path, variable: str) -> None:
    blobs, manifests = repository / "blobs", repository / "manifests"
    layer = _one_file()
    config = {
        "os": "linux",
        "architecture": "amd64",
        "config": {"Env": [variable]},
        "rootfs": {"type": "layers", "diff_ids": [_digest(layer)]},
    }
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": {"mediaType": CONFIG, **_put(blobs, json.dumps(config).encode())},
        "layers": [{"mediaType": LAYER, **_put(blobs, layer)}],
    }
    document = json.dumps(manifest).encode()
    _put(manifests, document)
    (manifests / "3.13").write_bytes(document)


def _put(folder: Path, content: bytes) -> dict[str, Any]:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _digest(content)).write_bytes(content)
    return {"digest": _digest(content), "size": len(content)}


def _digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def _one_file() -> bytes:
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as files:
        files.addfile(tarfile.TarInfo("empty"))
    return tar.getvalue()
