"""Stripe's objects, one kind a file: their shape, what may be done to them, and which events that makes."""
