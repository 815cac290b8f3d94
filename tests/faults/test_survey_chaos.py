"""Three hundred customers are asked while everything that can be killed is killed.

Two beats, three workers, four of them killed with letters in their hands, the broker emptied twice and killed once,
PostgreSQL killed once; a mail server that takes its time. In the end nobody was asked twice, and of everybody it is
known, or known to be unknown, whether they were asked (reliability 6, faults 1 to 4, 7 and 9).
"""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.complaints.smtp_sink import Sink, sink
from tests.faults.servers import Backstage, backstage, eventually

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(not Path("/proc/self").exists(), reason="reads /proc, so Linux only"),
]

SURVEYS = 300
DUE_OVER = 20  # seconds
SLOWEST = 0.2  # seconds for a letter
ENDS_WITHIN = 150
WORKERS = ("first", "second", "third")
FINAL = {"sent", "unknown", "failed", "expired", "cancelled"}


@dataclass
class Story:
    """What was done to them, and when it was due: after so many letters."""

    stage: Backstage
    server: Sink
    done: list[str] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    def after(self, letters: int, what: str, act: Callable[[], object]) -> None:
        assert eventually(lambda: len(self.server.letters) >= letters, ENDS_WITHIN), self.stage.logs()
        act()
        self.done.append(f"{self.seconds:5.1f} s, {len(self.server.letters):3} letters: {what}")

    def kill_sender(self) -> None:
        """One that has handed over a letter and waits for the server's yes."""
        found: list[str] = []

        def one_sends() -> bool:
            found[:] = [self.stage.whose(set(self.server.taking))]
            return found != [""]

        assert eventually(one_sends, pause=0.01), self.stage.logs()
        self.stage.kill(found[0])
        self.stage.start_worker(found[0])

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began


@pytest.fixture
def stage() -> Iterator[Backstage]:
    with backstage() as stage:
        yield stage


def states(stage: Backstage) -> Counter[str]:
    return Counter(dict(stage.sql("SELECT state, count(*) FROM complaints_message WHERE kind = 'survey' GROUP BY 1")))


def test_nobody_is_asked_twice_and_nobody_is_lost(stage: Backstage, capsys: Any) -> None:
    with sink() as server:
        server.takes = lambda: random.uniform(SLOWEST / 4, SLOWEST)
        stage.email_url = server.url
        stage.scene("surveys", str(SURVEYS), str(DUE_OVER))
        for name in WORKERS:
            stage.start_worker(name)
        for name in ("beat", "other-beat"):
            stage.start_beat(name)
        story = Story(stage, server)
        story.after(15, "kill -9 of a worker that sends", story.kill_sender)
        story.after(45, "FLUSHALL", stage.flush)
        story.after(70, "kill -9 of a worker that sends", story.kill_sender)
        story.after(100, "kill -9 of Valkey", stage.kill_valkey)
        story.after(130, "kill -9 of a worker that sends", story.kill_sender)
        story.after(160, "kill -9 of PostgreSQL", stage.kill_postgres)
        story.after(190, "FLUSHALL", stage.flush)
        story.after(220, "kill -9 of a worker that sends", story.kill_sender)
        over = eventually(lambda: is_over(stage), ENDS_WITHIN)
        seconds = story.seconds
        given_up = [name for name, process in stage.processes.items() if process.poll() is not None]
    found = states(stage)
    arrived = Counter(str(letter.message["Message-ID"]).strip("<>").partition("@")[0] for letter in server.letters)
    uids: dict[str, list[str]] = {state: uids_of(stage, state) for state in FINAL}
    lost_sight = [arrived[uid] for uid in uids["unknown"]]
    with capsys.disabled():
        print(f"\n{SURVEYS} surveys, due over {DUE_OVER} s, asked within {seconds:.0f} s")
        print("\n".join(f"  {line}" for line in story.done))
        print(f"  rows: {', '.join(f'{count} {state}' for state, count in sorted(found.items()))}")
        print(f"  letters at the mail server: {sum(arrived.values())}, doubled: {doubled(arrived)}")
        print(f"  of the unknown {sum(lost_sight)} had arrived and {lost_sight.count(0)} had not")
        print(f"  to be asked by phone instead: {asked_by_phone(stage)}")
    assert over, (found, stage.logs())
    assert doubled(arrived) == 0
    assert found.total() == found["sent"] + found["unknown"] + found["failed"] == SURVEYS, "nobody is silently lost"
    assert all(arrived[uid] == 1 for uid in uids["sent"]), "what is said to be sent has arrived"
    assert all(arrived[uid] == 0 for uid in uids["failed"])
    assert found["unknown"] <= 6, "only what somebody had in their hands: four workers, and when PostgreSQL went"
    assert stage.sql("SELECT count(*) FROM complaints_message WHERE state = 'failed' AND reason = ''") == [(0,)]
    assert asked_in_no_way(stage) == [], "who did not surely get a letter is asked by phone"
    assert told_not_once(stage) == [], "the timeline tells each survey once, and once what became of its letter"
    assert broken_chains(stage) == ""
    assert given_up == [], "a worker or a beat that is not killed outlives the servers it needs"


def is_over(stage: Backstage) -> bool:
    """Every letter has come to its end, and the timeline knows."""
    waiting = "SELECT count(*) FROM followups_survey WHERE state = 'scheduled'"
    unsettled = "SELECT count(*) FROM complaints_message WHERE kind = 'survey' AND noted IS DISTINCT FROM state"
    return stage.sql(waiting) == stage.sql(unsettled) == [(0,)]


def uids_of(stage: Backstage, state: str) -> list[str]:
    rows = stage.sql("SELECT uid::text FROM complaints_message WHERE kind = 'survey' AND state = %s", state)
    return [uid for (uid,) in rows]


def doubled(arrived: Counter[str]) -> int:
    return sum(count > 1 for count in arrived.values())


def asked_by_phone(stage: Backstage) -> int:
    rows = stage.sql("SELECT count(*) FROM followups_followup WHERE kind = 'instead_of_survey' AND state = 'due'")
    return int(rows[0][0])


def asked_in_no_way(stage: Backstage) -> list[int]:
    """Complaints whose letter is not known to be sent, and that nobody is to call about. (A letter that was unknown
    for a while and then known to be sent leaves a call too many.)"""
    rows = stage.sql(
        "SELECT complaint_id FROM complaints_message WHERE kind = 'survey' AND state <> 'sent' EXCEPT"
        " SELECT complaint_id FROM followups_followup WHERE kind = 'instead_of_survey' AND state = 'due'"
    )
    return [pk for (pk,) in rows]


def told_not_once(stage: Backstage) -> list[int]:
    rows = stage.sql(
        """
        SELECT letter.complaint_id FROM complaints_message AS letter WHERE kind = 'survey' AND (
            1 <> (SELECT count(*) FROM complaints_event AS event
                   WHERE event.complaint_id = letter.complaint_id AND event.kind = 'survey_sent') OR
            1 <> (SELECT count(*) FROM complaints_event AS event
                   WHERE event.subject_type = 'message' AND event.subject_id = letter.id
                     AND event.kind = 'message_' || letter.state))
        """
    )
    return [pk for (pk,) in rows]


def broken_chains(stage: Backstage) -> str:
    """Streams whose rows do not follow each other. (What registered the complaints was left out of the scene.)"""
    rows = stage.sql(
        "SELECT stream FROM complaints_event GROUP BY stream"
        " HAVING count(*) <> max(seq) OR count(DISTINCT previous_hash) <> count(*)"
    )
    return ", ".join(stream for (stream,) in rows)
