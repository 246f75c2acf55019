"""What `sam local` is given to run the functions by."""

from pathlib import Path

import pytest

from local.errors import StartError
from local.sam.containers import in_reach
from local.servers import Servers


def test_without_a_docker_engine_another_run_s_template_is_left_as_it_was(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/no-engine")
    template = tmp_path / "template.yaml"
    template.write_text("another's")

    with (
        Servers.start(environ={}) as servers,
        pytest.raises(StartError, match="No Docker engine answers"),
        in_reach(servers, template),
    ):
        pass

    assert template.read_text() == "another's"
