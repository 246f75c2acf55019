"""The errors of the API: each has the shape's name of the JSON protocol, and the code that boto3 shows."""

from typing import Any


class SqsError(Exception):
    """An error document; `code` is the older name, which the SDK prefers where `x-amzn-query-error` gives it."""

    def __init__(self, shape: str, message: str, *, code: str | None = None, senders_fault: bool = True) -> None:
        super().__init__(message)
        self.senders_fault = senders_fault
        self.shape = shape
        self.code = code or shape

    def body(self) -> dict[str, Any]:
        return {"__type": f"com.amazonaws.sqs#{self.shape}", "message": str(self)}

    def entry(self, entry_id: str) -> dict[str, Any]:
        """What a batch says of the one entry that failed so."""
        return {"Id": entry_id, "SenderFault": self.senders_fault, "Code": self.code, "Message": str(self)}


def no_queue() -> SqsError:
    code = "AWS.SimpleQueueService.NonExistentQueue"
    return SqsError("QueueDoesNotExist", "The specified queue does not exist.", code=code)


def invalid(parameter: str, value: object, reason: str) -> SqsError:
    return SqsError("InvalidParameterValue", f"Value {value} for parameter {parameter} is invalid. Reason: {reason}")


def missing(parameter: str) -> SqsError:
    return SqsError("MissingParameter", f"The request must contain the parameter {parameter}.")


def bad_handle() -> SqsError:
    return SqsError("ReceiptHandleIsInvalid", "The input receipt handle is invalid.")


def bad_batch(shape: str, message: str) -> SqsError:
    return SqsError(shape, message, code=f"AWS.SimpleQueueService.{shape}")
