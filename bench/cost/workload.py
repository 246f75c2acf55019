"""What a teacher is assumed to cause in a month: assumptions to put your own figures in place of.

A teacher has 50 students and 500 sessions, as production has; each weekday three lessons are booked or moved.
"""

from dataclasses import dataclass
from datetime import timedelta

from lectern.calendar.pull import PULL_EVERY
from lectern.ics import import_due

DAYS = 30
SECONDS = DAYS * 24 * 3600
GB = 1e9

# Students look for slots, book, pay; the teacher looks at the day, the week, a student.
REQUESTS = 4_000
WEBHOOKS = 150

# Of the teachers, those with a calendar at Google, and those who have others read as files.
CONNECTED = 0.7
IMPORTING = 0.1
# In a month each of these is read so often, whether it tells its changes or not.
READS = timedelta(days=DAYS) / PULL_EVERY
FILE_READS = timedelta(days=DAYS) / import_due.EVERY


@dataclass(frozen=True, slots=True)
class Job:
    """How many messages of a kind a teacher has in a month, and what each takes.

    `seconds` are at 1,024 MB, which is six tenths of a virtual CPU, with the database a millisecond away, and have in
    them the wait for Stripe or Google. `database_seconds` is what the database computes. `called_gb` goes out and comes
    in through the NAT gateway, mostly to open a connection.
    """

    a_month: float
    seconds: float
    database_seconds: float
    called_gb: float = 0


# Lifecycle, analytics, alerts.
DAILY = Job(3 * DAYS, 0.05, 0.006)
UPKEEP = Job(24 * DAYS, 0.05, 0.006)
# Six of Stripe's lists and the account, one after the other.
RECONCILIATION = Job(DAYS, 2.0, 0.02, called_gb=50_000 / GB)
# One question to Google, mostly answered by "nothing new".
CALENDAR_READ = Job(CONNECTED * READS, 0.3, 0.006, called_gb=8_000 / GB)
# From any host, and read by a process of its own.
FILE_READ = Job(IMPORTING * FILE_READS, 0.5, 0.006, called_gb=20_000 / GB)
# A lesson that a calendar is told of.
CALENDAR_CHANGE = Job(CONNECTED * 3 * 22, 0.5, 0.01, called_gb=10_000 / GB)
JOBS = (DAILY, UPKEEP, RECONCILIATION, CALENDAR_READ, FILE_READ, CALENDAR_CHANGE)

REQUEST_SECONDS = 0.040
REQUEST_DATABASE_SECONDS = 0.004
# A capacity unit is about a quarter of a virtual CPU, and half is kept free.
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
# To Stripe, both ways, for those who pay.
CALLED_GB = 2e6 / GB
# A job's message on its way to SQS; what the monitor and the environments ask of AWS's services whoever is there.
MESSAGE_GB = 1_000 / GB
ASKED_OF_AWS_GB = 4.0
TRACED = 0.05
# Operations of the API, rounded up; a test counts them.
ROUTES = 130


def messages() -> float:
    """A teacher's, in a month."""
    return sum(job.a_month for job in JOBS)
