"""A Stripe on this machine, for the demo and the tests: the part of its API that Lectern uses, and its webhooks.

The official SDK talks to it unchanged, and what a test or the demo does on the far side of that API (the buyer, the
bank, Stripe's own delivery) is a method of `LocalStripe`. Everything is in memory and ends with the process.
"""

from local.stripe.server import LOCAL_SECRET, LocalStripe

__all__ = ["LOCAL_SECRET", "LocalStripe"]
