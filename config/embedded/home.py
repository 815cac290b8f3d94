"""The home: the one folder with a desk's data, its secrets, logs and who is using it."""

import fcntl
import json
import os
import secrets
import shutil
import signal
import stat
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from config.embedded.processes import Refused, is_alive, is_zombie, notice, wait_until

# sun_path, with its closing zero: 108 bytes on Linux, 104 on macOS.
LONGEST_SOCKET = 107 if sys.platform.startswith("linux") else 103
LONGEST_NAME = "postgres/.s.PGSQL.5432"
DYING = 20.0


class Home:
    """A folder that one copy at a time owns, by a lock that all of its processes share."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.logs = path / "logs"
        self.sockets = path / "run"
        self.lock: int | None = None

    # Taking and leaving it -----------------------------------------------------------------

    def take(self, purpose: str) -> None:
        """Own this home, to `run` the desk or for one `manage` command. Refused when another does.

        Every process started later inherits the lock, so it is free only when the last of them has
        gone: a start right after a kill -9 waits here for the old servers to finish.
        """
        self._make()
        lock = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        if not is_locked(lock):
            self._refuse_second()
            notice("Waiting for the processes of an earlier copy to end.")
            if not wait_until(lambda: is_locked(lock), DYING):
                self._end_leftovers()
                if not wait_until(lambda: is_locked(lock), 5):
                    raise Refused(f"Processes of an earlier copy still hold {self.path}.")
        os.ftruncate(lock, 0)
        os.pwrite(lock, f"{os.getpid()} {purpose}\n".encode(), 0)
        self.lock = lock
        self._clear_up()

    def owner(self) -> tuple[int, str] | None:
        """The process that took this home and its purpose, if it still lives."""
        try:
            pid, purpose = (self.path / "lock").read_text().split()
        except (OSError, ValueError):
            return None
        return (int(pid), purpose) if is_alive(int(pid)) and not is_zombie(int(pid)) else None

    def is_running_desk(self) -> bool:
        """Whether a living desk owns this home; asking does not disturb it."""
        try:
            lock = os.open(self.path / "lock", os.O_RDWR)
        except FileNotFoundError:
            return False
        try:
            owner = self.owner()
            return not is_locked(lock) and owner is not None and owner[1] == "run"
        finally:
            os.close(lock)

    def shared_lock(self) -> tuple[int, ...]:
        """The lock as the file descriptor that every child shares."""
        return () if self.lock is None else (self.lock,)

    def leave(self) -> None:
        self._clear_up()
        if self.lock is not None:
            os.ftruncate(self.lock, 0)
            os.close(self.lock)
            self.lock = None

    # What it holds -------------------------------------------------------------------------

    def secret(self, name: str) -> str:
        """A random secret of this home, made the first time it is asked for."""
        path = self.path / "secrets.json"
        known = read_json(path)
        if name not in known:
            known[name] = secrets.token_hex(24)
            write_json(path, known)
        return str(known[name])

    def state(self) -> dict[str, Any]:
        """What the running copy has told about itself: the URLs of its servers."""
        return read_json(self.path / "state.json")

    def tell(self, **facts: Any) -> None:
        write_json(self.path / "state.json", {**self.state(), **facts})

    @property
    def has_demo(self) -> bool | None:
        """Whether this home was begun with the demo; None before its first start has decided."""
        return read_json(self.path / "kind.json").get("demo")

    @has_demo.setter
    def has_demo(self, demo: bool) -> None:
        write_json(self.path / "kind.json", {"demo": demo})

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def make_sockets(self) -> None:
        """A folder for the servers' sockets: in the home, or a short temporary one when the path
        of the home is longer than the system lets a socket's be."""
        if fits_socket(self.sockets):
            self.sockets.mkdir()
        else:
            self.sockets = short_folder()
            self.tell(sockets=str(self.sockets))
            notice(f"The path of the home is too long for sockets; they are in {self.sockets}.")
        # Others may pass through (the database server can be another user), each server's own
        # folder in it is closed to them.
        self.sockets.chmod(0o711)

    # Helpers -------------------------------------------------------------------------------

    def _refuse_second(self) -> None:
        owner = self.owner()
        if owner and owner[1] == "manage":
            raise Refused(f"A management command is using {self.path} (process {owner[0]}); let it end first.")
        if owner:
            raise Refused(f"{self.path} is in use by another copy of Tuntas (process {owner[0]}).")

    def _make(self) -> None:
        try:
            if not self.path.exists():
                # As root, the database server is another user, who must get to its own folder.
                self.path.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True)
            elif any(self.path.iterdir()) and not (self.path / "lock").exists():
                raise Refused(f"{self.path} holds other files; choose another home (--home DIR).")
            for closed in (self.logs, self.path / "files"):
                closed.mkdir(mode=0o700, exist_ok=True)
            if not os.access(self.path, os.W_OK | os.X_OK):
                raise PermissionError(f"no right to write in {self.path}")
        except OSError as error:
            raise Refused(
                f"The home {self.path} cannot be used ({error.strerror or error}); choose another with --home DIR."
            ) from error

    def _clear_up(self) -> None:
        """Remove what only a running copy needs; nobody is running when this is called."""
        temporary = self.state().get("sockets")
        if temporary and is_ours(Path(temporary)):
            shutil.rmtree(temporary, ignore_errors=True)
        shutil.rmtree(self.path / "run", ignore_errors=True)
        (self.path / "state.json").unlink(missing_ok=True)

    def _end_leftovers(self) -> None:
        """End what an earlier copy left behind, known by the lock that it still holds open."""
        held = str(self.path / "lock")
        for entry in Path("/proc").glob("[0-9]*"):
            pid = int(entry.name)
            if pid != os.getpid() and held in open_files(entry):
                notice(f"Ending process {pid}, which an earlier copy left behind.")
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)


def fits_socket(folder: Path) -> bool:
    return len(os.fsencode(folder / LONGEST_NAME)) <= LONGEST_SOCKET


def short_folder() -> Path:
    """A new private folder with a short path, by `mkdtemp`: nobody else can have made it."""
    for parent in dict.fromkeys([tempfile.gettempdir(), "/tmp", "/var/tmp"]):
        try:
            folder = Path(tempfile.mkdtemp(prefix="tuntas-", dir=parent)).resolve()
        except OSError:
            continue
        if fits_socket(folder):
            return folder
        folder.rmdir()
    raise Refused(
        "The path of the home is too long for a socket, and no temporary folder with a short path"
        " can be made in /tmp; choose a home with a shorter path (--home DIR)."
    )


def is_ours(folder: Path) -> bool:
    """Whether this is a temporary folder that `short_folder` made for this user."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    return folder.name.startswith("tuntas-") and stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()


def read_json(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text()))
    except FileNotFoundError:
        return {}


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Whole or not at all, and for this user's eyes only."""
    fresh = path.with_suffix(".new")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(content, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def open_files(process: Path) -> set[str]:
    try:
        return {os.readlink(entry) for entry in (process / "fd").iterdir()}
    except OSError:
        return set()  # another user's, or gone


def is_locked(lock: int) -> bool:
    """Lock it if nobody else has; whether it is ours now."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
