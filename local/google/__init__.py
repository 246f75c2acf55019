"""A Google on this machine, for the demo and the tests: OAuth consent and tokens, and part of its Calendar API.

What people do with their calendars, and how Google fails, is a method of `LocalGoogle`, and an address under /_control.
"""

from local.google.server import LocalGoogle

__all__ = ["LocalGoogle"]
