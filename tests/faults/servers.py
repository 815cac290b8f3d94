"""A PostgreSQL, a Valkey and a desk's workers and beats for one test alone, so that it can kill all of them.

The servers are those of `run.py` (durable, not the reckless ones of the suite), the workers its commands; only their
ticks and leases are shorter (`desk.py`). Everything that is started here dies with the test.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg2  # type: ignore[import-untyped]
from redis import Redis

from config.embedded.guardian import Guardian
from config.embedded.home import Home, short_folder
from config.embedded.postgres import APP, OWNER, Postgres
from config.embedded.processes import ROOT, Refused, kill_group, last_lines, spawn
from config.embedded.servers import environment, for_management, manage_py
from config.embedded.stack import celery_beat, celery_worker
from config.embedded.valkey import Valkey

STARTS_WITHIN = 60  # seconds
LEASE_SECONDS = 8


@dataclass
class Backstage:
    """`process` by name: whatever runs now of what was started."""

    home: Home
    guardian: Guardian
    postgres: Postgres
    valkey: Valkey
    email_url: str = ""
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    # -- starting ---------------------------------------------------------------------
    def prepare(self) -> None:
        for server in (self.postgres, self.valkey):
            server.prepare()
            self.guardian.watch(server.launch().pid, server.last_signal)
            server.wait_ready(time.sleep)
        self.postgres.make_roles()
        for command in (["migrate", "--noinput", "-v0"], ["grant_app_role"], ["load_defaults"]):
            self.run(manage_py(*command), for_management(command[0], self.environment()))

    def environment(self) -> dict[str, str]:
        urls = {
            "DATABASE_URL": self.postgres.url(APP),
            "OWNER_DATABASE_URL": self.postgres.url(OWNER),
            "REDIS_URL": self.valkey.url,
        }
        return {
            **environment(self.home, urls),
            "EMAIL_URL": self.email_url,
            "EMAIL_TIMEOUT": "20",
            "MAIL_ONLY_TO": "@example.test",
            "LEASE_SECONDS": str(LEASE_SECONDS),
            "STALL_BEFORE_MARK": str(self.stall),
        }

    def run(self, command: list[str], env: dict[str, str] | None = None) -> str:
        """To its end; what it printed."""
        done = subprocess.run(
            command, env=env or self.environment(), cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout.strip()

    def scene(self, *arguments: str) -> str:
        return self.run([sys.executable, "-m", "tests.faults.scene", *arguments])

    def start_worker(self, name: str, queues: str = "periodic,mail,default") -> None:
        self._start(name, [_ours(part) for part in celery_worker(name, queues)])

    def start_beat(self, name: str) -> None:
        self._start(name, [_ours(part) for part in celery_beat(self.home.path / name)])

    def _start(self, name: str, command: list[str]) -> None:
        process = spawn(command, env=self.environment(), log=self.home.log(name), keep=self.home.shared_lock())
        self.guardian.watch(process.pid)
        self.processes[name] = process

    # -- ending, suddenly -----------------------------------------------------------------
    def kill(self, name: str) -> None:
        """kill -9 of a worker or a beat, and of the children with it."""
        process = self.processes.pop(name)
        kill_group(process)
        self.guardian.forget(process.pid)

    def kill_child(self, name: str) -> None:
        """kill -9 of the process that does the worker's work, as the system does when memory runs out."""
        (child,) = children_of(self.processes[name].pid)
        os.kill(child, signal.SIGKILL)

    def kill_valkey(self) -> None:
        self._kill_server(self.valkey)

    def kill_postgres(self) -> None:
        self._kill_server(self.postgres)

    def _kill_server(self, server: Postgres | Valkey) -> None:
        """And start it again. What the old PostgreSQL leaves ends by itself, a moment later; until then the new one
        does not begin, by PostgreSQL's own interlock."""
        assert server.process
        kill_group(server.process)
        self.guardian.forget(server.process.pid)
        ends = time.monotonic() + STARTS_WITHIN
        while True:
            self.guardian.watch(server.launch().pid, server.last_signal)
            try:
                return server.wait_ready(time.sleep)
            except Refused:
                assert time.monotonic() < ends, last_lines(self.home.log(server.name))
                time.sleep(0.3)

    def flush(self) -> None:
        """FLUSHALL."""
        with Redis(unix_socket_path=str(self.valkey.socket), socket_timeout=3) as client:
            client.flushall()

    def whose(self, ports: set[int]) -> str:
        """The name of a worker one of whose connections begins at one of these ports, or nothing."""
        theirs = sockets_at(ports)
        for name, process in self.processes.items():
            if any(theirs & open_sockets(pid) for pid in children_of(process.pid)):
                return name
        return ""

    # -- looking ------------------------------------------------------------------------------
    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """As the app, on a connection of its own."""
        connection = psycopg2.connect(self.postgres.url(APP))
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(statement, values)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def row(self, pk: int) -> tuple[str, int]:
        """State and attempts of a letter."""
        ((state, attempts),) = self.sql("SELECT state, attempts FROM complaints_message WHERE id = %s", pk)
        return state, attempts

    @property
    def stall(self) -> Path:
        return self.home.path / "stall"

    @property
    def has_stalled(self) -> bool:
        return self.stall.with_suffix(".reached").exists()

    def logs(self) -> str:
        return "\n".join(f"{log.name}:\n{last_lines(log)}" for log in sorted(self.home.logs.glob("*.log")))

    def stop(self) -> None:
        for name in list(self.processes):
            self.kill(name)
        for server in (self.valkey, self.postgres):
            server.stop()


@contextmanager
def backstage() -> Iterator[Backstage]:
    folder = short_folder()
    folder.chmod(0o711)  # root's database server is another user
    home = Home(folder / "home")
    home.take("test")
    guardian = Guardian(home.shared_lock())
    guardian.remove(folder)
    home.make_sockets()
    stage = Backstage(home, guardian, Postgres(home), Valkey(home))
    try:
        stage.prepare()
        yield stage
    finally:
        stage.stop()
        guardian.dismiss()
        home.leave()
        shutil.rmtree(folder, ignore_errors=True)


def children_of(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []  # gone meanwhile


def sockets_at(ports: set[int]) -> set[str]:
    """The inodes of the connections that begin at these ports of ours, as the system lists them: address:port in
    hexadecimal."""
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return {line[9] for line in lines if int(line[1].partition(":")[2], 16) in ports}


def open_sockets(pid: int) -> set[str]:
    try:
        files = [os.readlink(file) for file in Path(f"/proc/{pid}/fd").iterdir()]
    except OSError:
        return set()  # gone meanwhile
    return {file.removeprefix("socket:[").rstrip("]") for file in files if file.startswith("socket:[")}


def eventually(condition: Callable[[], bool], seconds: float = 30, pause: float = 0.1) -> bool:
    ends = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > ends:
            return False
        time.sleep(pause)
    return True


def _ours(part: str) -> str:
    return "tests.faults.desk" if part == "config" else part
