"""What a teacher is assumed to cause in a month: assumptions to put your own figures in place of.

A teacher has 50 students and 500 sessions, as production has; each weekday three lessons are booked or moved.
"""

DAYS = 30
SECONDS = DAYS * 24 * 3600
GB = 1e9

# Students look for slots, book, pay; the teacher looks at the day, the week, a student.
REQUESTS = 4_000
WEBHOOKS = 150
# Each is a message of the teacher's: four jobs a day, one an hour, and what a calendar is told.
JOBS = 4 * DAYS + 24 * DAYS + 3 * 22

# At 1,024 MB, which is six tenths of a virtual CPU, with the database a millisecond away.
REQUEST_SECONDS = 0.040
JOB_SECONDS = 0.050
# What of these the database computes. A capacity unit is about a quarter of a virtual CPU, and half is kept free.
REQUEST_DATABASE_SECONDS = 0.004
JOB_DATABASE_SECONDS = 0.006
ACU_SECONDS = 0.25 * 0.5
REQUEST_IO = 2
JOB_IO = 4
STORED_GB = 0.008

# Messages that the dispatcher sends a second: python -m bench says what it does here.
DISPATCHED = 1_000

# The busiest minute of a week, as a multiple of its mean: an afternoon in the time zone that most live in.
PEAK = 6

COLD_STARTS = 0.01
LOGGED_REQUEST_GB = 2_500 / GB
LOGGED_JOB_GB = 1_500 / GB
ANSWER_GB = 4_000 / GB
# To Stripe and Google, both ways.
CALLED_GB = 5e6 / GB
TRACED = 0.05
