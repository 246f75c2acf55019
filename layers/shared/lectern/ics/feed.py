"""The address at which a teacher's sessions can be read as a calendar; who has it reads along, so it can be changed."""

from datetime import datetime, timedelta

from lectern.database import Transaction
from lectern.errors import NotFound
from lectern.events import record
from lectern.ics import feed_queries
from lectern.ics.feed_queries import Feed, FeedSession
from lectern.identifiers import new_id
from lectern.settings import token_key
from lectern.tokens import feed_token, token_hash

# What people look back at, and ahead to.
PAST, FUTURE = timedelta(days=30), timedelta(days=180)


def get_feed(tx: Transaction) -> Feed:
    """Raises NotFound `feed_not_found`."""
    return _found(feed_queries.ask_feed(tx).one_or_none())


def renew_feed(tx: Transaction, now: datetime) -> Feed:
    """A feed whose token is `tokens.feed_token` of its id; the token of the one before it, if any, is void."""
    feed = Feed(new_id(), now)
    feed_queries.put_feed(tx, feed, token_hash(feed_token(token_key(), feed.id)))
    record(tx, "calendar_feed.renewed", feed.id, {}, now)
    return feed


def end_feed(tx: Transaction, now: datetime) -> None:
    """Raises NotFound `feed_not_found`."""
    ended = _found(feed_queries.ask_delete_feed(tx).one_or_none())
    record(tx, "calendar_feed.ended", ended.id, {}, now)


def read_feed(tx: Transaction, now: datetime) -> list[FeedSession]:
    """In the order of their starts."""
    return feed_queries.ask_sessions(tx, now - PAST, now + FUTURE).all()


def feed_not_found() -> NotFound:
    return NotFound("feed_not_found", "There is no such feed. Make one, or use the newest address.")


def _found(feed: Feed | None) -> Feed:
    if feed is None:
        raise feed_not_found()
    return feed
