"""What becomes of a message whose job has failed: the kinds of errors, and the pause before it is tried again."""

from random import SystemRandom

from lectern.errors import LecternError

# Of the message itself, which no later try makes another. What a job raises, of whatever kind, may be over by the next
# time, or be mended: a bug, too.
HOPELESS = {"not_a_job_message", "job_not_found", "no_teacher"}
# The most that a message waits after its first failure; twice as long after each further one.
FIRST_PAUSE_SECONDS = 30


def is_hopeless(error: Exception) -> bool:
    return isinstance(error, LecternError) and error.code in HOPELESS


def pause_seconds(error: Exception, receipts: int) -> int:
    """Half of it fixed, so that what failed has time to recover, and half by chance, so that not all come at once.

    https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/. None for what is hopeless: only by its
    receipts does SQS tell a dead letter, where a person sees it.
    """
    if is_hopeless(error):
        return 0
    longest = FIRST_PAUSE_SECONDS * 2 ** (receipts - 1)
    return SystemRandom().randint((longest + 1) // 2, longest)
