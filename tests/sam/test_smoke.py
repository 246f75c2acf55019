"""`make smoke` against the functions as they are deployed: the built ones, each request in a container."""

from local import smoke
from tests.sam.deployed import Served


def test_the_journey_goes_through_and_its_account_is_closed(api: Served) -> None:
    assert smoke.main(api.url) == 0
