"""A teacher who has signed up."""

import pytest

from tests.accounts.account import Account, an_account


@pytest.fixture
def account(connected: None) -> Account:  # noqa: ARG001 - it needs the database to be there
    return an_account()
