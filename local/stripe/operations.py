"""What happens on the far side of the API: the buyer pays, the bank decides, Stripe delivers, and things go wrong.

Each operation is a method here, and an address under /_control for another process.
"""

import random
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Literal

from local.stripe import deliveries, payment
from local.stripe.errors import no_such
from local.stripe.faults import How
from local.stripe.objects import accounts, checkout_sessions, disputes, invoices, refunds
from local.stripe.payment import Outcome
from local.stripe.platform import Books, Platform, Resource
from local.stripe.turn import turn
from local.webhook import post, taken

type Order = Literal["in_order", "reversed", "shuffled"]


class Operations(Platform):
    """Whatever an operation refuses is raised as the `ApiError` that says why."""

    def open_account(self, email: str = "teacher@example.com") -> str:
        """A connected account that can be paid, in short for the API's calls and its onboarding page."""
        with turn(self):
            account = accounts.create(self, {"email": email})
            return str(accounts.complete_onboarding(self, account["id"])["id"])

    def complete_onboarding(self, account_id: str) -> Resource:
        """The account's owner tells Stripe all that it must know."""
        with turn(self):
            return deepcopy(accounts.complete_onboarding(self, account_id))

    def pay(self, checkout_session_id: str, outcome: Outcome = "paid") -> Resource:
        """The buyer fills in the page. `declined` leaves the session open; `processing` completes it unpaid."""
        with self._found("checkout.session", checkout_session_id) as (books, session):
            return deepcopy(payment.pay(books, session, outcome))

    def settle(self, checkout_session_id: str, *, succeeded: bool) -> Resource:
        """The bank's answer to a payment that was `processing`."""
        with self._found("checkout.session", checkout_session_id) as (books, session):
            return deepcopy(payment.settle(books, session, succeeded=succeeded))

    def expire(self, checkout_session_id: str) -> Resource:
        """The session's time runs out, now."""
        with self._found("checkout.session", checkout_session_id) as (books, session):
            return deepcopy(checkout_sessions.expire(books, session))

    def refund(self, payment_intent_id: str, amount: int | None = None) -> Resource:
        """As from Stripe's dashboard: with no metadata, of all that is left unless an amount is given."""
        with self._found("payment_intent", payment_intent_id) as (books, intent):
            part = {} if amount is None else {"amount": amount}
            return deepcopy(refunds.create(books, {"payment_intent": intent["id"], **part}))

    def settle_refund(self, refund_id: str, *, succeeded: bool) -> Resource:
        """The bank's answer to a pending refund; one by card, which seemed done, may still come back."""
        with self._found("refund", refund_id) as (books, found):
            return deepcopy(refunds.settle(books, found, succeeded=succeeded))

    def dispute(self, payment_intent_id: str) -> Resource:
        """The buyer has their bank take the payment back."""
        with self._found("payment_intent", payment_intent_id) as (books, intent):
            return deepcopy(disputes.create(books, intent))

    def close_dispute(self, dispute_id: str, *, won: bool) -> Resource:
        """The bank's decision: `won` by the teacher."""
        with self._found("dispute", dispute_id) as (books, found):
            return deepcopy(disputes.close(books, found, won=won))

    def pay_invoice(self, account_id: str, amount: int, currency: str = "eur") -> Resource:
        """A subscription that the account sold by other means has been paid."""
        with turn(self):
            return deepcopy(invoices.pay(self.books_of(account_id), amount, currency))

    def fail(self, times: int, how: How) -> None:
        """The API's next calls meet this, in the order of the `fail` calls; raises `ValueError` for an unknown one."""
        self.faults.plan(times, how)

    def events(self) -> list[Resource]:
        """Of all accounts, in the order they happened."""
        with turn(self):
            return deepcopy(self.happened)

    def deliver(self, *, copies: int = 1, order: Order = "in_order", only: Collection[str] | None = None) -> list[int]:
        """Send what no receiver has taken yet, the whole list `copies` times; answers the HTTP statuses (0: none).

        `only` names types or ids of events. An event is taken when its receiver answers 2xx.
        """
        wanted = {only} if isinstance(only, str) else only
        pending = [
            event for event in self.pending() if wanted is None or event["type"] in wanted or event["id"] in wanted
        ]
        sending = pending * copies
        if order == "reversed":
            sending.reverse()
        elif order == "shuffled":
            random.shuffle(sending)
        return [self.send(event) for event in sending]

    def resend(self, event_id: str) -> int:
        """Send one event, whether or not it was taken before, as the dashboard's "Resend" does."""
        found = next((each for each in self.events() if each["id"] == event_id), None)
        if found is None:
            raise no_such("event", event_id)
        return self.send(found)

    def signed(self, event: Resource) -> tuple[dict[str, str], bytes]:
        """The headers and the body with which the event would be delivered now."""
        body = deliveries.encoded(event)
        return deliveries.headers(body, self.webhook_secret, self.now()), body

    def pending(self) -> list[Resource]:
        """The events that no receiver has taken yet."""
        with turn(self):
            return deepcopy([event for event in self.happened if event["pending_webhooks"]])

    def send(self, event: Resource) -> int:
        if self.webhook_url is None:
            raise ValueError("There is nowhere to deliver events to: set webhook_url first.")
        # Not within a turn: the receiver may well ask the API before it answers.
        headers, body = self.signed(event)
        status = post(self.webhook_url, body, headers)
        if taken(status):
            with turn(self):
                self._taken(event["id"])
        return status

    def _taken(self, identifier: str) -> None:
        for event in self.happened:
            if event["id"] == identifier:
                event["pending_webhooks"] = 0

    @contextmanager
    def _found(self, kind: str, identifier: str) -> Iterator[tuple[Books, Resource]]:
        """A turn with the object, whichever account has it."""
        with turn(self):
            books = self.holder(kind, identifier)
            yield books, books.get(kind, identifier)
