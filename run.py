#!/usr/bin/env python3
"""The one command: makes the virtual environment, then starts Tuntas in it.

    python3 run.py [--port 8000] [--home DIR] [--no-demo]    the desk
    python3 run.py manage COMMAND ...                        a management command on the same home
    python3 run.py test [pytest arguments]                   the tests, on servers of their own

Standard library only. It must parse on old Pythons too, so that they are refused with a sentence.
"""

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import types
from pathlib import Path
from typing import Dict, List, NoReturn, Optional

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed.json"
LOG = VENV / "install.log"
LOCKS = ["requirements.txt", "requirements-embedded.txt"]
TEST_LOCKS = [*LOCKS, "requirements-dev.txt"]
FETCHING = ("Collecting ", "Processing ")  # how pip begins its line about one package


def main(arguments: List[str]) -> int:
    refuse_unsupported()
    try:
        prepare_environment(TEST_LOCKS if arguments[:1] == ["test"] else LOCKS)
    except KeyboardInterrupt:
        refuse("Interrupted. The same command goes on where this one stopped.")
    except OSError as error:
        refuse(f"The virtual environment in {VENV} could not be made: {error}.")
    if Path(sys.prefix).resolve() != VENV.resolve():
        os.execv(str(VENV_PYTHON), [str(VENV_PYTHON), str(ROOT / "run.py"), *arguments])
    return hand_over(arguments)


def refuse(sentence: str) -> NoReturn:
    print(sentence, file=sys.stderr, flush=True)
    raise SystemExit(1)


def refuse_unsupported() -> None:
    if sys.platform == "win32":
        refuse("Tuntas runs on Linux and macOS; on Windows, please use WSL.")
    if sys.version_info < (3, 11):
        found = ".".join(str(number) for number in sys.version_info[:3])
        refuse(f"Tuntas needs Python 3.11 or newer; this one is {found}.")


def hand_over(arguments: List[str]) -> int:
    """Continue in `config/embedded`, without running `config/__init__.py`: that one loads Celery
    and with it the settings, which neither this process needs nor should be able to fail on."""
    sys.path.insert(0, str(ROOT))
    package = types.ModuleType("config")
    package.__path__ = [str(ROOT / "config")]
    sys.modules["config"] = package
    from config.embedded import commands

    return commands.main(arguments)


# The virtual environment ------------------------------------------------------------------


def prepare_environment(locks: List[str]) -> None:
    """Install what the lock files say, unless the stamp says that this has been done."""
    wanted = fingerprints(locks)
    if is_installed(wanted):
        return
    import fcntl  # not on Windows, which has been refused by now

    with open(ROOT / ".venv.lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another copy is installing the packages; waiting for it.", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_installed(wanted):
            # The installer inherits the lock: should this process be killed, the next start waits
            # for the installer that it left behind.
            os.set_inheritable(lock.fileno(), True)
            install(locks, wanted)


def fingerprints(locks: List[str]) -> Dict[str, str]:
    return {name: hashlib.sha256((ROOT / name).read_bytes()).hexdigest() for name in locks}


def is_installed(wanted: Dict[str, str]) -> bool:
    stamp = read_stamp()
    return all(stamp.get(name) == digest for name, digest in wanted.items()) and stamp.get("python") == venv_version()


def read_stamp() -> Dict[str, str]:
    try:
        return dict(json.loads(STAMP.read_text()))
    except (OSError, ValueError):
        return {}


def venv_version() -> Optional[str]:
    """What the environment's Python says it is; None when it is missing or no longer runs."""
    script = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        answer = subprocess.run([str(VENV_PYTHON), "-c", script], capture_output=True, text=True)
    except OSError:
        return None
    return answer.stdout.strip() if answer.returncode == 0 else None


def install(locks: List[str], wanted: Dict[str, str]) -> None:
    """Make the environment if need be, install into it, and stamp it last: whatever is interrupted
    before leaves no stamp, and the next start does it again."""
    # As root, the database server is another user, who must be able to read its programs.
    os.umask(0o022)
    uv = shutil.which("uv")
    stamp = read_stamp()
    STAMP.unlink(missing_ok=True)
    if not can_install(uv) or venv_version() != stamp.get("python", venv_version()):
        make_venv(with_pip=uv is None)
        stamp = {}
    print(f"Installing the packages into {VENV} (the first time takes a minute or two).", flush=True)
    if uv:
        install_with_uv(uv, locks)
    else:
        install_with_pip(locks)
    stamp.update(wanted, python=venv_version() or "")
    STAMP.write_text(json.dumps(stamp, indent=1))


def can_install(uv: Optional[str]) -> bool:
    return venv_version() is not None and (uv is not None or runs([str(VENV_PYTHON), "-m", "pip", "--version"]))


def runs(command: List[str]) -> bool:
    return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def make_venv(with_pip: bool) -> None:
    needed = ["venv", "ensurepip"] if with_pip else ["venv"]
    if any(importlib.util.find_spec(name) is None for name in needed):
        refuse(
            "This Python lacks the venv module; on Debian and Ubuntu, `apt install python3-venv`"
            " brings it. Then run the same command again."
        )
    import venv

    print(f"Making a virtual environment in {VENV}.", flush=True)
    venv.create(VENV, clear=True, symlinks=True, with_pip=with_pip)


def install_with_uv(uv: str, locks: List[str]) -> None:
    command = [uv, "pip", "install", "--python", str(VENV_PYTHON), *requirements(locks)]
    if subprocess.run(command, close_fds=False).returncode != 0:
        refuse_failed_install("uv's message above says more")


def install_with_pip(locks: List[str]) -> None:
    command = [str(VENV_PYTHON), "-m", "pip", "install", "--no-input", "--no-deps", *requirements(locks)]
    total = sum(line[:1].isalnum() for name in locks for line in (ROOT / name).read_text().splitlines())
    with open(LOG, "w") as log:
        pip = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, close_fds=False)
        seen = 0
        for line in pip.stdout or ():
            log.write(line)
            seen += line.startswith((*FETCHING, "Requirement already satisfied: "))
            show_progress(line, seen, total)
        pip.wait()
    if pip.returncode != 0:
        refuse_failed_install(f"{LOG} says more")


def show_progress(line: str, seen: int, total: int) -> None:
    if line.startswith(FETCHING):
        print(f"  {min(seen, total):3d} of {total}  {Path(line.split()[1]).name}", flush=True)
    elif line.startswith("Installing collected packages"):
        print("  unpacking them", flush=True)


def requirements(locks: List[str]) -> List[str]:
    return [argument for name in locks for argument in ("-r", str(ROOT / name))]


def refuse_failed_install(where: str) -> NoReturn:
    refuse(
        f"The packages could not be installed: is this machine online, and its disk not full? {where}."
        " The same command goes on where this one stopped."
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
