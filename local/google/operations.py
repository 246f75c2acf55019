"""What happens on the far side of the API: people change their calendars, Google notifies, and things go wrong.

Each operation is a method here, and an address under /_control for another process.
"""

from copy import deepcopy
from typing import Any

from local.google.event import Resource
from local.google.faults import Fault, How, Where
from local.google.oauth import Consent
from local.google.platform import DEFAULT_ACCOUNT, Platform
from local.webhook import NO_ANSWER, post

# https://developers.google.com/workspace/calendar/api/guides/push#responding-to-notifications; and who does not answer.
SENT_AGAIN = (NO_ANSWER, 500, 502, 503, 504)

ALL_SCOPES = ("https://www.googleapis.com/auth/calendar",)


class Operations(Platform):
    """`account` is an e-mail address; whatever an operation refuses is raised as the `ApiError` that says why."""

    def open_account(self, account: str = DEFAULT_ACCOUNT, time_zone: str = "UTC") -> str:
        """With an empty calendar in that zone, which the account keeps."""
        with self.turn():
            return self.calendar_of(account, time_zone).owner

    def grant(self, account: str = DEFAULT_ACCOUNT, scopes: tuple[str, ...] = ALL_SCOPES) -> str:
        """A refresh token of the account, in short for the consent page and the exchange of its code."""
        with self.turn():
            self.calendar_of(account)
            return self.tokens.grant(Consent(account, tuple(scopes)))

    def add_event(self, account: str = DEFAULT_ACCOUNT, **written: Any) -> Resource:  # noqa: ANN401 - any JSON value
        """As its owner would, in Google's own page; what is written is as for events.insert."""
        with self.turn():
            return deepcopy(self.calendar_of(account).insert(written))

    def change_event(self, identifier: str, account: str = DEFAULT_ACCOUNT, **patch: Any) -> Resource:  # noqa: ANN401
        """Also one instance of a recurring event, by its own id; the patch is as for events.patch."""
        with self.turn():
            return deepcopy(self.calendar_of(account).patch(identifier, patch))

    def delete_event(self, identifier: str, account: str = DEFAULT_ACCOUNT) -> None:
        with self.turn():
            self.calendar_of(account).delete(identifier)

    def events(self, account: str = DEFAULT_ACCOUNT) -> list[Resource]:
        """What stands in the calendar, recurring events as such, in the order made."""
        with self.turn():
            calendar = self.calendar_of(account)
            return deepcopy([each for each in calendar.at(calendar.revision) if each["status"] != "cancelled"])

    def revoke(self, account: str = DEFAULT_ACCOUNT) -> None:
        """The account's owner takes the application's access back."""
        with self.turn():
            self.tokens.revoke_account(account)

    def expire_access_tokens(self) -> None:
        with self.turn():
            self.tokens.access.clear()

    def expire_sync_tokens(self, account: str = DEFAULT_ACCOUNT) -> None:
        """Every one given out so far is then answered with 410, and a full sync is required."""
        with self.turn():
            calendar = self.calendar_of(account)
            calendar.revision += 1
            calendar.oldest_synced = calendar.revision

    def fail(
        self,
        times: int | None,
        how: How,
        where: Where = "calendar",
        *,
        method: str | None = None,
        retry_after: int | None = None,
    ) -> None:
        """The next calls there meet this, in the order of the `fail` calls; with None every call until `recover`.

        Of those by the `method` alone, if it is named; a refusal asks to be left alone for `retry_after` seconds.
        """
        self.faults.plan(Fault(how, where, method, retry_after, times))

    def recover(self) -> None:
        self.faults.clear()

    def notifications(self) -> list[dict[str, str]]:
        """The headers of those that no receiver has taken yet, oldest first."""
        with self.turn():
            return [dict(each.headers) for each in self.channels.waiting]

    def deliver(self, copies: int = 1) -> list[int]:
        """Send what waits, the whole list `copies` times; answers the HTTP statuses (0: none).

        As at Google, what is answered with anything but one of SENT_AGAIN waits no more.
        """
        with self.turn():
            sending = self.channels.waiting * copies
        # Not within a turn: the receiver may well ask the API before it answers.
        statuses = [post(each.address, b"", each.headers) for each in sending]
        done = [each for each, status in zip(sending, statuses, strict=True) if status not in SENT_AGAIN]
        with self.turn():
            self.channels.waiting = [each for each in self.channels.waiting if each not in done]
        return statuses
