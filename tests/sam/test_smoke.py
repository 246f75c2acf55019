"""`make smoke` against the functions as they are deployed: the built ones, each request in a container."""

import re

import pytest

from local import smoke
from tests.sam.deployed import Deployed


@pytest.mark.parametrize("deployed", ["containers"], indirect=True)
def test_the_journey_goes_through_here_and_its_account_is_closed(
    deployed: Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    assert smoke.main(deployed.api_url) == 0

    [teacher_id] = re.findall("teacher_id ([0-9a-f-]{36})", capsys.readouterr().out)
    assert deployed.row("select deleted_at is not null from teachers", teacher_id) == (True,)
