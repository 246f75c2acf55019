"""Sends notifications as changes happen, in the background, and again until they are taken."""

import threading

from local.google.operations import SENT_AGAIN, Operations

ROUND_SECONDS = 0.1
LONGEST_WAIT_SECONDS = 60.0


class Courier:
    """Runs from `start` to `stop`, and sends while the Google's `auto_deliver` is set."""

    def __init__(self, google: Operations) -> None:
        self._google = google
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="google-courier")

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Return when the delivery under way is over."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        wait = ROUND_SECONDS
        while not self._stopping.wait(wait):
            statuses = self._google.deliver() if self._google.auto_deliver else []
            # Exponential backoff, as Google's page on notifications says.
            wait = min(2 * wait, LONGEST_WAIT_SECONDS) if set(statuses) & set(SENT_AGAIN) else ROUND_SECONDS
