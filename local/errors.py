"""The one error that the local stack shows to the person at the terminal."""


class StartError(Exception):
    """Something keeps the stack from starting; the message says what, and what to do about it."""
