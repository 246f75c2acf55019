"""What the copies that SnapStart restores must not share: a connection that was open in the snapshot."""

from importlib import import_module
from importlib.util import find_spec

from lectern import cache, database


def drop_connections_after_restore() -> None:
    # Part of Lambda's Python runtimes and of nothing else:
    # https://docs.aws.amazon.com/lambda/latest/dg/snapstart-runtime-hooks-python.html
    if find_spec("snapshot_restore_py"):
        hooks = import_module("snapshot_restore_py")
        hooks.register_after_restore(database.close)
        hooks.register_after_restore(cache.close)
