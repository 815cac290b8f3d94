"""What `run.py` does with its arguments once it runs in the virtual environment."""

import argparse
import errno
import os
import sys
from pathlib import Path

from config.embedded.guardian import Guardian
from config.embedded.home import Home
from config.embedded.processes import ROOT, Refused, notice, run_in_terminal
from config.embedded.servers import Servers, environment, for_management, manage_py
from config.embedded.stack import Stack
from config.embedded.testing import run_tests

USAGE = """
  python3 run.py [--port 8000] [--home DIR] [--no-demo]   start the desk
  python3 run.py manage COMMAND ...                       a management command on the same home
  python3 run.py test [pytest arguments]                  run the tests"""


def main(arguments: list[str]) -> int:
    """Returns the exit code. What a person can mend is told in a sentence, without a traceback."""
    try:
        return dispatch(arguments)
    except Refused as refusal:
        notice(str(refusal))
    except KeyboardInterrupt:
        notice("Interrupted.")
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EDQUOT, errno.EIO, errno.EPERM):
            raise
        where = f": {error.filename}" if error.filename else ""
        notice(f"Stopped, because the system says: {error.strerror}{where}.")
    return 1


def dispatch(arguments: list[str]) -> int:
    if arguments[:1] == ["test"]:
        return run_tests(arguments[1:])
    own, management = split(arguments)
    options = parser().parse_args(own)
    home = Home(Path(options.home).expanduser().resolve())
    if management is not None:
        return manage(home, management)
    return Stack(home, options.port, demo=options.demo).run()


def split(arguments: list[str]) -> tuple[list[str], list[str] | None]:
    """Our own options, and what belongs to Django when the word `manage` is there.

    `--home` is ours on either side of that word, up to the name of the management command.
    """
    if "manage" not in arguments:
        return arguments, None
    place = arguments.index("manage")
    own, management = arguments[:place], arguments[place + 1 :]
    while management and management[0].partition("=")[0] == "--home":
        words = 1 if "=" in management[0] else 2
        own, management = own + management[:words], management[words:]
    return own, management


def parser() -> argparse.ArgumentParser:
    found = argparse.ArgumentParser("run.py", usage=USAGE, allow_abbrev=False)
    found.add_argument("--port", type=port_number, default=8000, help="where the desk answers (8000)")
    found.add_argument("--home", default=ROOT / ".tuntas", help="the folder of its data (.tuntas)")
    found.add_argument(
        "--no-demo", dest="demo", action="store_false", help="start with an empty desk, without the demo"
    )
    return found


def port_number(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(f"a port is a number from 1 to 65535, not {text}")
    return int(text)


# python3 run.py manage ... -----------------------------------------------------------------


def manage(home: Home, arguments: list[str]) -> int:
    """With the running desk's servers, or with servers started for this one command."""
    name = arguments[0] if arguments else "help"
    if home.is_running_desk():
        urls = {key: value for key, value in home.state().items() if key.endswith("_URL")}
        if not urls:
            raise Refused(f"The desk in {home.path} is just starting or stopping; try again in a moment.")
        sys.stdout.flush()
        command = manage_py(*arguments)
        os.execve(command[0], command, for_management(name, environment(home, urls)))
    home.take("manage")
    servers = Servers(home)
    guardian = Guardian(home.shared_lock())
    try:
        servers.start(guardian)
        return run_in_terminal(manage_py(*arguments), for_management(name, servers.environment()))
    finally:
        servers.stop(guardian)
        guardian.dismiss()
        home.leave()
