"""A scratch copy of `run.py` with a stand-in desk, so that tests can kill it and start it at will.

The servers, the supervisor, gunicorn and Celery are the real ones; only what they serve is a few
small files, so that a start takes seconds and no test depends on the desk's own pages.
"""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READY = "Tuntas is ready at "

MANAGE = """
import os, sys
import psycopg2

command = sys.argv[1]
owner = os.environ.get("TUNTAS_ROLE") == "owner"
with psycopg2.connect(os.environ["OWNER_DATABASE_URL" if owner else "DATABASE_URL"]) as connection:
    cursor = connection.cursor()
    if command == "migrate":
        cursor.execute("CREATE TABLE IF NOT EXISTS letters (word text)")
    elif command == "grant_app_role":
        cursor.execute("GRANT SELECT, INSERT ON letters TO tuntas_app")
    elif command == "load_demo":
        with open(os.environ["TUNTAS_HOME"] + "/demo_accounts.txt", "w") as accounts:
            accounts.write("agent@example.com  a password\\n")
    elif command == "sql":
        cursor.execute(sys.argv[2])
        print(*(row[0] for row in cursor) if cursor.description else "")
    elif command == "fail":
        sys.exit(7)
"""

WSGI = """
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"well"]
"""

CELERY = """
import os
from celery import Celery
from kombu import Queue

path = os.environ["REDIS_URL"].removeprefix("unix://")
app = Celery("stand_in", broker="redis+socket://" + path + "?virtual_host=0")
app.conf.task_queues = [Queue(name) for name in ("periodic", "mail", "default")]
"""


def _hear_a_hangup() -> None:
    """Under nohup the tests inherit that it is ignored, and run.py rightly keeps to it."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@dataclass
class Desk:
    """One scratch copy, its home, and what has been started of it."""

    root: Path
    home: Path
    port: int
    running: list[subprocess.Popen[str]] = field(default_factory=list)

    def command(self, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        """Run `run.py` with these arguments to its end."""
        return subprocess.run(
            self.line(*arguments),
            env=clean_environment(env),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.command("manage", "--home", str(self.home), *arguments)

    def sql(self, statement: str) -> str:
        """Run one statement as the app's role; the answer's first column."""
        done = self.manage("sql", statement)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def begin(self, *arguments: str, **env: str) -> subprocess.Popen[str]:
        """Start the desk without waiting for it."""
        process = subprocess.Popen(
            self.line("--home", str(self.home), "--port", str(self.port), *arguments),
            env=clean_environment(env),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=_hear_a_hangup,
        )
        self.running.append(process)
        return process

    def start(self, *arguments: str, **env: str) -> subprocess.Popen[str]:
        """Start the desk and wait until it says that it is ready."""
        process = self.begin(*arguments, **env)
        said = read_until(process, READY)
        assert READY in said, said
        return process

    def state(self) -> dict[str, str]:
        return dict(json.loads((self.home / "state.json").read_text()))

    def processes(self) -> dict[int, str]:
        """Every process of this desk, known by the lock of its home that all of them share."""
        lock, found = str(self.home / "lock"), {}
        for entry in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if any(os.readlink(file) == lock for file in (entry / "fd").iterdir()):
                    found[int(entry.name)] = (entry / "cmdline").read_text().replace("\0", " ")
        return found

    def find(self, words: str) -> list[int]:
        return [pid for pid, command in self.processes().items() if words in command]

    def kill(self) -> None:
        self.kill_all(self.processes())
        for process in self.running:
            process.kill()
            process.wait()

    @staticmethod
    def kill_all(pids: Iterable[int]) -> None:
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def line(self, *arguments: str) -> list[str]:
        return [sys.executable, str(self.root / "run.py"), *arguments]


@contextlib.contextmanager
def scratch_desk(folder: Path, home: Path | None = None) -> Iterator[Desk]:
    root = folder / "clone"
    copy_project(root)
    (root / ".venv").symlink_to(ROOT / ".venv")
    (root / "manage.py").write_text(MANAGE)
    (root / "config" / "__init__.py").write_text("from config.celery import app\n")
    (root / "config" / "wsgi.py").write_text(WSGI)
    (root / "config" / "celery.py").write_text(CELERY)
    (root / "config" / "settings.py").write_text('SECRET_KEY = "a stand-in"\n')
    desk = Desk(root, home or folder / "home", free_port())
    try:
        yield desk
    finally:
        desk.kill()


@contextlib.contextmanager
def real_desk(home: Path) -> Iterator[Desk]:
    """This checkout itself, on a home of its own."""
    desk = Desk(ROOT, home, free_port())
    try:
        yield desk
    finally:
        desk.kill()


def copy_project(root: Path) -> None:
    """What `run.py` itself consists of: the file, the lock files, `config/embedded`."""
    (root / "config").mkdir(parents=True)
    shutil.copytree(ROOT / "config" / "embedded", root / "config" / "embedded")
    for name in ("run.py", "requirements.txt", "requirements-embedded.txt", "requirements-dev.txt"):
        shutil.copy(ROOT / name, root / name)


def clean_environment(more: dict[str, str]) -> dict[str, str]:
    """The suite's own servers are not this desk's."""
    hidden = ("DATABASE_URL", "OWNER_DATABASE_URL", "REDIS_URL", "TUNTAS_TEST", "DJANGO_SETTINGS_MODULE")
    return {**{name: value for name, value in os.environ.items() if name not in hidden}, **more}


def read_until(process: subprocess.Popen[str], words: str) -> str:
    """What it says up to the line with these words, or all it said before it ended."""
    said = ""
    for line in process.stdout or ():
        said += line
        if words in line:
            break
    return said


def eventually(condition: Callable[[], bool], seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
