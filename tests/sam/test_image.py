"""Which image the functions are run in, and what is left of those that they were run in before."""

import io
import platform
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.errors import StartError
from local.sam import image
from local.sam.containers import in_reach
from local.servers import Servers
from tests.sam.registry import registry

# A port that no registry listens on, and so a failure at once.
NOWHERE = "localhost:1/lambda/python:3.13"


def docker(*arguments: str, given: bytes = b"") -> str:
    asked = ["docker", *arguments]
    done = subprocess.run(asked, input=given, capture_output=True, check=True)  # noqa: S603 - our own arguments
    return done.stdout.decode().strip()


def empty_image(*changes: str) -> str:
    """Its id; nothing is in it but what the changes say."""
    tar = io.BytesIO()
    tarfile.open(fileobj=tar, mode="w").close()
    options = [option for change in changes for option in ("--change", change)]
    return docker("import", *options, "-", given=tar.getvalue())


@pytest.fixture(autouse=True)
def own_names(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """None of the images that others use is touched."""
    monkeypatch.setattr(image, "IMAGE", "lectern/test-image:latest")
    monkeypatch.setattr(image, "AMAZONS", NOWHERE)
    monkeypatch.setattr(image, "LABEL", "lectern.test")
    yield
    docker("image", "rm", "--force", image.IMAGE, image.AMAZONS)
    image.prune()


def test_amazons_is_pulled_and_from_then_on_taken_as_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with registry(tmp_path, "IT_IS=amazons") as name:
        monkeypatch.setattr(image, "AMAZONS", name)
        assert image.provide() == f"Amazon's {name}"
    assert "IT_IS=amazons" in docker("image", "inspect", image.IMAGE)
    assert image.provide() == f"Amazon's {name}"


def test_what_somebody_made_and_gave_the_name_of_amazons_is_not_taken_for_it() -> None:
    docker("tag", empty_image("ENV IT_IS=somebody-s"), image.AMAZONS)

    assert image.provide().startswith("a stand-in")
    assert "IT_IS=somebody-s" not in docker("image", "inspect", image.IMAGE)


def test_where_amazons_cannot_be_pulled_one_of_this_machine_stands_in_and_says_why() -> None:
    said = image.provide()

    assert said.startswith("a stand-in")
    assert "localhost:1" in said
    assert docker("run", "--rm", "--entrypoint", "/var/lang/bin/python3.13", image.IMAGE, "-c", "print(1)") == "1"


def test_on_another_machine_nothing_stands_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Darwin")

    with pytest.raises(StartError, match=r"only Linux on x86-64 can stand in(.|\n)*localhost:1"):
        image.provide()


def test_what_has_lost_its_tag_is_removed_and_nothing_of_anybody_else_s() -> None:
    ours, another_s = empty_image("LABEL lectern.test=1"), empty_image("LABEL somebody=else")
    tagged = empty_image("LABEL lectern.test=2")
    docker("tag", tagged, image.IMAGE)

    image.prune()

    assert ours not in docker("image", "ls", "--all", "--quiet", "--no-trunc").split()
    assert {another_s, tagged} <= {*docker("image", "ls", "--quiet", "--no-trunc").split()}
    docker("image", "rm", another_s)


def test_why_containers_do_not_run_is_said_and_what_has_lost_its_tag_is_removed_nonetheless(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    earlier = empty_image("LABEL lectern.test=1")
    with registry(tmp_path, "IT_IS=without-python") as name, Servers.start(environ={}) as servers:
        monkeypatch.setattr(image, "AMAZONS", name)
        with (
            pytest.raises(StartError, match=r"does not run a container(.|\n)*/var/lang/bin/python3.13"),
            in_reach(servers, tmp_path / "template.yaml"),
        ):
            pass

    assert earlier not in docker("image", "ls", "--all", "--quiet", "--no-trunc").split()
