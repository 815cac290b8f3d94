"""The guardian: a tiny process that outlives `run.py` for the few seconds it takes to clean up.

`run.py` may be ended with kill -9, and then can stop nothing. Linux tells its direct children
(`die_with_parent`), but not theirs, and other systems tell nobody. So the guardian holds the other
end of a pipe: it is told which process groups exist, and when the pipe closes without a farewell it
ends them. Run as a script, isolated from the project: `python -I guardian.py`.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress

GRACE = 4.0


class Guardian:
    """`run.py`'s side of the pipe."""

    def __init__(self, keep: Iterable[int] = ()) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-I", __file__],
            stdin=subprocess.PIPE,
            start_new_session=True,
            pass_fds=tuple(keep),
            cwd="/",
        )

    def watch(self, group: int, gentle: signal.Signals = signal.SIGTERM) -> None:
        """Should this process die: `gentle` to the leader of the group, later SIGKILL to all."""
        self._tell(f"watch {group} {int(gentle)}")

    def forget(self, group: int) -> None:
        self._tell(f"forget {group}")

    def remove(self, folder: os.PathLike[str]) -> None:
        """Should this process die: delete this temporary folder of ours."""
        self._tell(f"remove {os.fspath(folder)}")

    def dismiss(self) -> None:
        """All has been stopped in good order."""
        self._tell("dismiss")
        assert self.process.stdin is not None
        with suppress(OSError):
            self.process.stdin.close()
        self.process.wait()

    def _tell(self, line: str) -> None:
        assert self.process.stdin is not None
        # Somebody may have killed the guardian; the desk goes on without it.
        with suppress(OSError):
            self.process.stdin.write(line.encode() + b"\n")
            self.process.stdin.flush()


def guard(lines: Iterable[str]) -> None:
    groups: dict[int, int] = {}
    folders: list[str] = []
    for line in lines:
        word, _, rest = line.rstrip("\n").partition(" ")
        if word == "watch":
            group, gentle = rest.split()
            groups[int(group)] = int(gentle)
        elif word == "forget":
            groups.pop(int(rest), None)
        elif word == "remove":
            folders.append(rest)
        elif word == "dismiss":
            return
    end_all(groups)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def end_all(groups: dict[int, int]) -> None:
    for group, gentle in groups.items():
        send(os.kill, group, gentle)
    deadline = time.monotonic() + GRACE
    while any(send(os.killpg, group, 0) for group in groups) and time.monotonic() < deadline:
        time.sleep(0.1)
    for group in groups:
        send(os.killpg, group, signal.SIGKILL)


def send(how: Callable[[int, int], None], target: int, sign: int) -> bool:
    """Whether there was anybody to send it to."""
    try:
        how(target, sign)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    guard(sys.stdin)
