"""Connecting a calendar: sending the teacher to Google's consent page, and taking what they come back with.

The page that Google sends the browser back to is the web app's own. It hands code and state to us with the teacher's
bearer token, so a state is good for the auth session that began, once, and for a quarter of an hour: nobody can make
another teacher connect a stranger's calendar. The code is exchanged between two transactions.
"""

import hashlib
import hmac
from datetime import datetime, timedelta
from uuid import UUID

from lectern import database
from lectern.calendar import connecting_queries, grant
from lectern.calendar.connection import Connection, ask_connection
from lectern.calendar.disconnect import part_from
from lectern.calendar.grant import SCOPE, Tokens
from lectern.calendar.outbox import wake_calendar_sync
from lectern.calendar.sealed import seal
from lectern.errors import Conflict, NotFound
from lectern.events import record
from lectern.identifiers import new_id
from lectern.settings import token_key
from lectern.tokens import new_token, token_hash

GOOD_FOR = timedelta(minutes=15)
# Google's name for the main calendar of whoever consents.
PRIMARY = "primary"


def start(teacher_id: UUID, auth_session_hash: bytes, return_url: str, now: datetime) -> str:
    """The address of Google's page; only the last that a teacher asked for may be come back from.

    Raises NotFound `google_not_set_up`.
    """
    state = new_token()
    url = grant.consent_url(state, return_url, _verifier(state))
    with database.tenant(teacher_id) as tx:
        connecting_queries.put_consent(tx, token_hash(state), auth_session_hash, return_url, expires_at=now + GOOD_FOR)
    return url


def finish(teacher_id: UUID, auth_session_hash: bytes, code: str, state: str, now: datetime) -> None:
    """Connect the calendar; sessions that are ahead are on their way into it when this returns.

    Raises NotFound `consent_not_found` for a state that is not this auth session's, is used or has run out, Conflict
    `consent_incomplete` when the teacher did not allow all of it, and what `grant.exchange` raises.
    """
    with database.tenant(teacher_id) as tx:
        begun = connecting_queries.ask_take_consent(tx, token_hash(state), auth_session_hash, now).one_or_none()
    if begun is None:
        raise NotFound("consent_not_found", "This consent was not begun here, or is over. Begin again.")
    tokens = grant.exchange(teacher_id, code, begun.return_url, _verifier(state))
    refresh_token = _whole(tokens)
    with database.tenant(teacher_id) as tx:
        connection_id, before = new_id(), ask_connection(tx).one_or_none()
        sealed = seal(token_key(), teacher_id, refresh_token)
        connecting_queries.put_connection(tx, connection_id, PRIMARY, sealed, tokens.account, now)
        connecting_queries.let_past_rest(tx, now)
        connecting_queries.queue_what_is_ahead(tx, now)
        record(tx, "calendar.connected", connection_id, {"provider": "google"}, now)
    wake_calendar_sync(teacher_id, now)
    if before:
        part_from(before, now, revoke=_is_of_another(before, tokens))


def _whole(tokens: Tokens) -> str:
    if tokens.refresh_token is None or SCOPE not in tokens.scopes:
        raise Conflict("consent_incomplete", "Allow Lectern to see and change your events. Begin again.")
    return tokens.refresh_token


def _is_of_another(before: Connection, tokens: Tokens) -> bool:
    """For sure: what one account has granted is one to Google, which would end the new grant with the old."""
    return before.account is not None and tokens.account is not None and before.account != tokens.account


def _verifier(state: str) -> str:
    """PKCE's secret (RFC 7636), which need not be kept: whoever has both the state and our key has it."""
    return hmac.digest(token_key(), b"google consent:" + state.encode(), hashlib.sha256).hex()
