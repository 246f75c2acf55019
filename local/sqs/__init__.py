"""An SQS on this machine: standard queues in memory, spoken to by boto3 unchanged, over its JSON protocol.

What it leaves out is what Lectern does not use: FIFO queues, permissions, encryption, tags, and that messages expire.
"""

from local.sqs.server import LocalSqs

__all__ = ["LocalSqs"]
