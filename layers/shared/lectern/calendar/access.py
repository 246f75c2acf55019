"""The access token with which one run asks Google: kept for as long as it is good, and then got anew."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Concatenate

from lectern import database
from lectern.calendar import grant
from lectern.calendar.connection import Connection, end_grant, save_access
from lectern.calendar.google_api import Account
from lectern.calendar.google_http import AccessExpired
from lectern.calendar.grant import GrantGone
from lectern.calendar.sealed import Unreadable, seal, unseal
from lectern.settings import token_key

# So that a token does not run out between us and Google.
EARLIER = timedelta(minutes=1)


class Access:
    """Asks in a connected teacher's name. The grant may end while it is used: then that is noted, once."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self.connection = connection
        self._now = now
        self._account = self._kept()

    def ask[**P, T](self, question: Callable[Concatenate[Account, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """One of `google_api`'s. Raises what it raises, but AccessExpired, and GrantGone."""
        account = self._account or self._renewed()
        try:
            return question(account, *args, **kwargs)
        except AccessExpired:
            # A new one that is refused, too, is no answer, and counts against the account's circuit.
            return question(self._renewed(), *args, **kwargs)

    def _kept(self) -> Account | None:
        kept, expires_at = self.connection.access_token, self.connection.access_expires_at
        if kept is None or expires_at is None or expires_at - EARLIER <= self._now:
            return None
        try:
            access_token = unseal(token_key(), self.connection.teacher_id, kept)
        except Unreadable:
            return None
        return Account(self.connection.teacher_id, self.connection.calendar_id, access_token)

    def _renewed(self) -> Account:
        teacher_id = self.connection.teacher_id
        try:
            refresh_token = unseal(token_key(), teacher_id, self.connection.refresh_token)
            tokens = grant.refresh(teacher_id, refresh_token)
        except (Unreadable, GrantGone) as error:
            with database.tenant(teacher_id) as tx:
                end_grant(tx, self.connection, self._now)
            raise GrantGone from error
        with database.tenant(teacher_id) as tx:
            sealed = seal(token_key(), teacher_id, tokens.access_token)
            save_access(tx, self.connection, sealed, self._now + timedelta(seconds=tokens.seconds))
        self._account = Account(teacher_id, self.connection.calendar_id, tokens.access_token, is_token_new=True)
        return self._account
