"""The functions as `sam build` makes them: in Docker by `sam local`, and without by the emulator that it brings.

The servers are the local stack's, and what the events in events/ speak of is in their database.
"""
