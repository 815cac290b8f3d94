"""Keeps the processes of the desk running until somebody asks it to stop."""

import signal
import subprocess
import time
from collections.abc import Callable
from types import FrameType

from config.embedded.guardian import Guardian
from config.embedded.processes import end, kill_group, say

STOP_SECONDS = 40.0  # longer than the worker lets a task end (CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT)
LONGEST_PAUSE = 30.0
STEADY = 60.0  # lived this long: its next failure is a new story


class Stopped(Exception):
    """Somebody asked the desk to stop."""


class Signals:
    """Ctrl-C, SIGTERM and SIGHUP, counted: they are acted on where it is safe to.

    A plain counter, because a signal may arrive inside any line: even an Event's lock would be
    one that the handler could wait for without end.
    """

    def __init__(self) -> None:
        self.count = 0
        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # nohup has SIGHUP ignored, and means it.
            if sign != signal.SIGHUP or signal.getsignal(sign) != signal.SIG_IGN:
                signal.signal(sign, self._remember)

    def pause(self, seconds: float) -> None:
        """Sleep for less than a second; raises Stopped when somebody has asked."""
        time.sleep(seconds)
        if self.count:
            raise Stopped

    def _remember(self, sign: int, frame: FrameType | None) -> None:
        self.count += 1


class Service:
    """One process that is started again when it dies, after a pause that doubles each time."""

    def __init__(self, name: str, launch: Callable[[], subprocess.Popen[bytes]]) -> None:
        self.name = name
        self.launch = launch
        self.gentle = signal.SIGTERM
        self.process: subprocess.Popen[bytes] | None = None
        self.failures = 0
        self._started = self._due = 0.0

    def start(self, guardian: Guardian) -> None:
        self.process = self.launch()
        self._started = time.monotonic()
        guardian.watch(self.process.pid, self.gentle)

    def adopt(self, process: subprocess.Popen[bytes] | None, gentle: signal.Signals) -> "Service":
        """Look after a process that runs already, and is told to stop by `gentle`."""
        self.process, self.gentle, self._started = process, gentle, time.monotonic()
        return self

    def look_after(self, guardian: Guardian) -> None:
        if self.process is not None:
            status = self.process.poll()
            if status is None:
                return
            self._mourn(self.process, status, guardian)
        elif time.monotonic() >= self._due:
            self.start(guardian)

    def _mourn(self, process: subprocess.Popen[bytes], status: int, guardian: Guardian) -> None:
        kill_group(process)  # the children of a master that was killed
        guardian.forget(process.pid)
        self.process = None
        lived = time.monotonic() - self._started
        self.failures = 1 if lived > STEADY else self.failures + 1
        pause = min(2.0 ** (self.failures - 1), LONGEST_PAUSE)
        self._due = time.monotonic() + pause
        say(f"{self.name} ended ({describe(status)}); starting it again in {pause:.0f} s.")


def describe(status: int) -> str:
    return f"exit code {status}" if status >= 0 else signal.Signals(-status).name


def stop_all(services: list[Service], signals: Signals, guardian: Guardian) -> None:
    """Ask all at once, give them time together, then end what is left. Asked a second time
    (another Ctrl-C), waits no longer."""
    asked = signals.count
    running = [service.process for service in services if service.process]
    for process in running:
        process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    while any(process.poll() is None for process in running):
        if time.monotonic() > deadline or signals.count > asked:
            break
        time.sleep(0.1)
    for process in running:
        end(process, signal.SIGKILL, patience=5)
        guardian.forget(process.pid)
