"""Starting and ending processes so that none is left behind, and the sentences a person reads."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]

PR_SET_PDEATHSIG = 1
LARGE_LOG = 20_000_000  # bytes; set aside before it is opened again
# Loaded before any fork: between fork and exec is no moment to open libraries.
_libc = ctypes.CDLL(None) if sys.platform.startswith("linux") else None


class Refused(Exception):
    """Something a person can mend; its text is the sentence that tells them."""


def say(line: str) -> None:
    """Tell the person. One who has closed the terminal must not stop the desk by it."""
    with suppress(OSError):
        print(line, flush=True)


def notice(line: str) -> None:
    """The same beside the output: `manage` may be writing a file there."""
    with suppress(OSError):
        print(line, file=sys.stderr, flush=True)


def die_with_parent(last_signal: signal.Signals) -> Callable[[], None]:
    """What a child does before exec: ask Linux to send it `last_signal` when this process dies.

    Linux watches the *thread* that forked, so start children from the main thread only. After a
    change of user, because that clears the wish: `subprocess` calls it in that order.
    """
    parent = os.getpid()

    def ask() -> None:
        if _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, int(last_signal))
            if os.getppid() != parent:
                os._exit(1)

    return ask


def spawn(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str],
    log: Path,
    last_signal: signal.Signals = signal.SIGTERM,
    keep: Sequence[int] = (),
    cwd: Path = ROOT,
    **user: Any,
) -> subprocess.Popen[bytes]:
    """Start a server in a session of its own: the terminal's Ctrl-C passes it by, and its whole
    group can be ended together. `keep` are file descriptors it shares; `user` is Popen's."""
    if log.exists() and log.stat().st_size > LARGE_LOG:
        log.replace(log.with_suffix(".log.1"))
    with open(log, "ab") as output:
        return subprocess.Popen(
            [str(part) for part in command],
            env=dict(env),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=die_with_parent(last_signal),
            pass_fds=tuple(keep),
            **user,
        )


def run_in_terminal(command: Sequence[str], env: Mapping[str, str], cwd: Path | None = None) -> int:
    """Run a command that owns the terminal until it ends, and return its exit code.

    It shares our process group, so Ctrl-C reaches it directly and must not end us; the other
    signals are passed on. Ours is only to stay, and to stop the servers afterwards.
    """
    dies = die_with_parent(signal.SIGKILL)

    def prepare() -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        dies()

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    child = subprocess.Popen(list(command), env=dict(env), cwd=cwd, preexec_fn=prepare)
    for sign in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, lambda received, _: child.send_signal(received))
    code = child.wait()
    return code if code >= 0 else 128 - code


def end(process: subprocess.Popen[bytes], sign: signal.Signals, patience: float) -> None:
    """Ask a server to stop, wait `patience` seconds, then end what is left of its group."""
    if process.poll() is None:
        process.send_signal(sign)
        with suppress(subprocess.TimeoutExpired):
            process.wait(patience)
    kill_group(process)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """End the group that `process` leads: also the children of one that has died already."""
    with suppress(ProcessLookupError, PermissionError):  # macOS: the latter, for a group of zombies
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def is_zombie(pid: int) -> bool:
    """Dead, and not yet buried by its parent; only Linux tells."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (OSError, IndexError):
        return False


def command_line(pid: int | str) -> str:
    """What a process was started as; nothing for one that is dead."""
    if Path("/proc/self").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    shown = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True)
    return shown.stdout


def wait_until(condition: Callable[[], bool], seconds: float, pause: Callable[[float], object] = time.sleep) -> bool:
    """Whether the condition came true in time; `pause` may raise to give up sooner."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        pause(0.05)
    return True


def last_lines(path: Path, count: int = 12, after: int = 0) -> str:
    """The end of a log, of what was written after so many bytes, indented, for a message."""
    try:
        text = path.read_bytes()[after:][-8000:].decode(errors="replace")
    except OSError:
        return ""
    return "\n".join("    " + line for line in text.splitlines()[-count:])
