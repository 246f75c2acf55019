"""How many students come back: by the month in which they began, or from one range of dates to another.

The cohorts are added up for all teachers together, once an hour (`refresh`), and shown for one (`retention`); two
ranges are compared on the spot (`comparison`). Only numbers come out, so students who were deleted are still in them.
"""
