"""Whether the worker or beat of this container still does its work: `ping.py celery`, `ping.py celerybeat`.

The question goes by way of Redis, and only what really works answers it: a worker's answer comes out of the
loop that takes its jobs, and beat falls silent once it has not ticked for a minute. Neither Django nor Celery
is loaded for it, so that asking costs a fraction of a second.
"""

import os
import socket
import sys

from kombu import Connection
from kombu.exceptions import OperationalError
from kombu.pidbox import Mailbox

ANSWER_SECONDS = 5


def answers(node: str) -> bool:
    """Whether this node (`celery@host`) answers in time; raises OperationalError without Redis."""
    patience = {"socket_timeout": 3, "socket_connect_timeout": 2}
    with Connection(f"{os.environ['REDIS_URL']}/0", transport_options=patience) as connection:
        mailbox = Mailbox("celery", type="fanout", connection=connection, accept=["json"])
        return bool(mailbox.call([node], "ping", timeout=ANSWER_SECONDS))


def main(kind: str) -> str | None:
    """None when all is well, otherwise the sentence that `docker inspect` shows."""
    node = f"{kind}@{socket.gethostname()}"
    try:
        return None if answers(node) else f"{node} did not answer within {ANSWER_SECONDS} seconds."
    except OperationalError:
        return "Redis cannot be reached."


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
