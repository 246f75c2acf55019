"""/_control: the operations, for another process."""

from local.google.operations import Operations
from local.remote import Remote

REMOTE = Remote[Operations](
    operations=frozenset(
        {
            *("add_event", "change_event", "delete_event", "deliver", "events", "expire_access_tokens"),
            *("expire_sync_tokens", "fail", "grant", "open_account", "recover", "revoke"),
        }
    ),
    settings=frozenset({"auto_deliver", "consents", "latency_seconds", "redirect_uris", "signed_in", "withheld"}),
    told={
        "notifications": Operations.notifications,
        "requests": lambda google: [{"method": each.method, "path": each.path} for each in google.requests],
    },
)
