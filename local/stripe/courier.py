"""Sends events as they happen, in the background, and again until they are taken, as Stripe does over three days."""

import threading
import time
from collections import defaultdict

from local.stripe.operations import Operations

ROUND_SECONDS = 0.1
LONGEST_WAIT_SECONDS = 60.0


class Courier:
    """Runs from `start` to `stop`, and sends while the Stripe's `auto_deliver` is set and it knows where to."""

    def __init__(self, stripe: Operations) -> None:
        self._stripe = stripe
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="stripe-courier")
        self._tries: defaultdict[str, int] = defaultdict(int)
        self._due: dict[str, float] = {}

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Return when the delivery under way is over."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(ROUND_SECONDS):
            if self._stripe.auto_deliver and self._stripe.webhook_url:
                self._send_due()

    def _send_due(self) -> None:
        for event in self._stripe.pending():
            identifier = event["id"]
            if self._stopping.is_set() or self._due.get(identifier, 0.0) > time.monotonic():
                continue
            self._stripe.send(event)
            wait = min(2.0 ** self._tries[identifier], LONGEST_WAIT_SECONDS)
            self._tries[identifier] += 1
            self._due[identifier] = time.monotonic() + wait
