"""A sender is killed with a letter in its hands: no letter is doubled that must not be, none disappears.

The two moments at which nobody can know whether it was sent (reliability 6, faults 1, 2 and 3): after the claim,
before the server has it; and after the server has it, before that is kept.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.complaints.smtp_sink import Does, Sink, at, sink
from tests.faults.servers import Backstage, backstage, eventually

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(not Path("/proc/self").exists(), reason="reads /proc, so Linux only"),
]


@pytest.fixture(scope="module")
def stage() -> Iterator[Backstage]:
    with backstage() as stage:
        yield stage


def killed_while_it_sends(stage: Backstage, server: Sink, victim: str) -> None:
    """The server takes the connection and says nothing: the letter is claimed, and nothing of it has left."""
    stage.start_worker("worker")
    stage.start_beat("beat")
    assert eventually(lambda: server.connections == 1), stage.logs()
    end(stage, victim)
    assert server.letters == []


def killed_before_it_is_kept(stage: Backstage, server: Sink, victim: str) -> None:
    """The server has said 250, and the database does not know it yet."""
    stage.stall.touch()
    stage.start_worker("worker")
    stage.start_beat("beat")
    assert eventually(lambda: stage.has_stalled), stage.logs()
    end(stage, victim)
    stage.stall.with_suffix(".reached").unlink()
    stage.stall.unlink()
    assert len(server.letters) == 1


def end(stage: Backstage, victim: str) -> None:
    if victim == "child":
        return stage.kill_child("worker")
    stage.kill("worker")
    stage.start_worker("worker")


@pytest.fixture(autouse=True)
def _clean(stage: Backstage) -> Iterator[None]:
    yield
    for name in list(stage.processes):
        stage.kill(name)
    stage.flush()


@pytest.mark.parametrize("victim", ["worker", "child"])
@pytest.mark.parametrize(
    ("kind", "sent_before", "sent_in_the_end", "state"),
    [
        ("survey", False, 0, "unknown"),  # not asked at all, and somebody sees it
        ("survey", True, 1, "unknown"),  # asked once
        ("letter", False, 1, "sent"),  # once more by itself
        ("letter", True, 2, "sent"),  # rather twice than never, under one number
    ],
)
def test_a_killed_sender(
    stage: Backstage, kind: str, sent_before: bool, sent_in_the_end: int, state: str, victim: str
) -> None:
    fault = [] if sent_before else [at("GREETING", does=Does.SILENT, times=1)]
    with sink(*fault) as server:
        stage.email_url = server.url
        pk, uid = stage.scene("letter", kind).split()
        (killed_before_it_is_kept if sent_before else killed_while_it_sends)(stage, server, victim)
        assert stage.row(int(pk)) == ("sending", 1), "its lease is not over"
        assert eventually(lambda: stage.row(int(pk))[0] == state), (stage.row(int(pk)), stage.logs())
        # Another letter goes on its way after it, and the sweeps have been round since.
        other, other_uid = stage.scene("letter", "letter").split()
        assert eventually(lambda: stage.row(int(other)) == ("sent", 1)), stage.logs()
    assert stage.row(int(pk)) == (state, 1 if kind == "survey" else 2)
    arrived = [str(letter.message["Message-ID"]) for letter in server.letters]
    assert arrived.count(f"<{uid}@127.0.0.1>") == sent_in_the_end
    assert arrived.count(f"<{other_uid}@127.0.0.1>") == 1
    assert eventually(lambda: told(stage, int(pk))[-1:] == [f"message_{state}"]), stage.logs()
    assert told(stage, int(pk)).count(f"message_{state}") == 1


def told(stage: Backstage, pk: int) -> list[str]:
    kinds = stage.sql(
        "SELECT kind FROM complaints_event WHERE subject_type = 'message' AND subject_id = %s ORDER BY id", pk
    )
    return [kind for (kind,) in kinds]
