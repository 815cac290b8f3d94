"""Every recurring job, one line each: task, seconds between two runs.

A tick only says "look now": each sweep finds its rows in PostgreSQL, takes
them one at a time and looks again under the lock. A tick may be lost, doubled,
late or overlap another (reliability: rows are the schedule).
"""

EVERY: dict[str, int] = {
    "followups.tasks.miss_promises": 60,
    "complaints.tasks.lapse_handoffs": 60,
    "complaints.tasks.lapse_offers": 60,
    "complaints.tasks.close_finished_complaints": 60,
    "escalation.tasks.refresh_next_steps": 60,
}

SCHEDULE = {
    name.rpartition(".")[2]: {
        "task": name,
        "schedule": seconds,
        "options": {"expires": 300, "queue": "periodic"},
    }
    for name, seconds in EVERY.items()
}
