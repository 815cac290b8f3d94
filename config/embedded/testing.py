"""`python3 run.py test`: pytest, on a PostgreSQL and a Valkey that exist for this one run."""

import os
import shutil
import sys
from pathlib import Path

from config.embedded.guardian import Guardian
from config.embedded.home import Home, short_folder
from config.embedded.processes import ROOT, run_in_terminal
from config.embedded.servers import Servers

# Somebody who names what to run waits for a few tests, not for two more processes to start.
CHOOSING = (
    "-k",
    "-n",
    "--lf",
    "--ff",
    "--pdb",
    "--collect-only",
    "--co",
    "--fixtures",
    "--markers",
    "--help",
    "-h",
)


def run_tests(arguments: list[str]) -> int:
    folder = short_folder()
    folder.chmod(0o711)  # root's database server is another user
    home = Home(folder / "home")
    home.take("test")
    servers = Servers(home, throw_away=True)
    guardian = Guardian(home.shared_lock())
    guardian.remove(folder)
    try:
        servers.start(guardian)
        return run_in_terminal([sys.executable, "-m", "pytest", *spread(arguments)], test_environment(servers), ROOT)
    finally:
        servers.stop(guardian)
        guardian.dismiss()
        home.leave()
        shutil.rmtree(folder, ignore_errors=True)


def test_environment(servers: Servers) -> dict[str, str]:
    """What the settings read. Servers that the person's environment names are left alone."""
    return {
        **servers.environment(),
        "DJANGO_SETTINGS_MODULE": "config.test_settings",
        "SECRET_KEY": "for-tests-only-and-the-same-every-time",
        "TUNTAS_TEST": "1",
    }


def spread(arguments: list[str]) -> list[str]:
    """All tests go to as many processes as there are processors, at least two."""
    for argument in arguments:
        name = argument.split("::")[0]
        if argument.startswith(CHOOSING) or (not argument.startswith("-") and Path(name).exists()):
            return arguments
    return ["-n", str(max(2, os.cpu_count() or 2)), "--dist", "worksteal", *arguments]
