"""Every recurring job, one line each.

A tick only says "look now": each sweep finds its rows in PostgreSQL, takes
them one at a time and looks again under the lock. A tick may be lost, doubled,
late or overlap another (reliability: rows are the schedule).
"""

from typing import NamedTuple


class Job(NamedTuple):
    """A task, the seconds between two of its ticks, and its queue: `mail` for what talks to a mail server, so that a
    slow one does not keep the others waiting."""

    task: str
    seconds: int
    queue: str = "periodic"


QUEUES = ("periodic", "mail", "default")

EVERY: tuple[Job, ...] = (
    Job("followups.tasks.miss_promises", 60),
    Job("complaints.tasks.lapse_handoffs", 60),
    Job("complaints.tasks.lapse_offers", 60),
    Job("complaints.tasks.close_finished_complaints", 60),
    Job("escalation.tasks.refresh_next_steps", 60),
    Job("followups.tasks.look_at_surveys", 60),
    Job("complaints.tasks.release_letters", 10),
    Job("complaints.tasks.deliver_messages", 15, "mail"),
    Job("complaints.tasks.recover_messages", 60, "mail"),
    Job("complaints.tasks.note_messages", 15),
)

SCHEDULE = {
    job.task.rpartition(".")[2]: {
        "task": job.task,
        "schedule": job.seconds,
        "options": {"expires": 300, "queue": job.queue},
    }
    for job in EVERY
}

# A hint ("look now", complaints/hints.py) goes where the ticks of the same task go.
ROUTES = {job.task: {"queue": job.queue} for job in EVERY}
