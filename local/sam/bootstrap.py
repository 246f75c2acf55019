"""The beginning of Lambda's Python runtime: the path as Lambda orders it, then AWS's own runtime client.

Run with what the runtime interface emulator sets; LAMBDA_OPT stands for /opt where there is none.
https://docs.aws.amazon.com/lambda/latest/dg/python-package.html#python-package-searchpath
"""

import os
import sys

from awslambdaric.__main__ import main

# In place of this file's own folder.
sys.path[0] = os.path.join(os.environ.get("LAMBDA_OPT", "/opt"), "python")  # noqa: PTH118 - every import counts here
sys.path.insert(0, os.environ.get("LAMBDA_TASK_ROOT", "/var/task"))
main(["awslambdaric", os.environ["_HANDLER"]])
