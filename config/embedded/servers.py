"""PostgreSQL and Valkey as one pair, and the environment that leads Django to them."""

import os
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from config.embedded.guardian import Guardian
from config.embedded.home import Home
from config.embedded.postgres import APP, OWNER, Postgres, find_bin
from config.embedded.processes import Refused
from config.embedded.valkey import Valkey

# Commands that change tables or give rights; everything else runs as the role that only works.
OWNER_COMMANDS = frozenset({"migrate", "makemigrations", "grant_app_role", "flush", "dbshell"})


class Servers:
    """The pair, or what the environment names instead of either.

    DATABASE_URL together with OWNER_DATABASE_URL stands for a PostgreSQL of somebody's own, with
    roles and rights already made; REDIS_URL for a Redis or Valkey.
    """

    def __init__(self, home: Home, throw_away: bool = False) -> None:
        given = {} if throw_away else outside_urls()
        self.home = home
        self.postgres = None if "DATABASE_URL" in given else Postgres(home, throw_away)
        self.valkey = None if "REDIS_URL" in given else Valkey(home, throw_away)
        self._given = given

    @property
    def embedded(self) -> Iterable[Postgres | Valkey]:
        return [server for server in (self.postgres, self.valkey) if server]

    def start(self, guardian: Guardian, pause: Callable[[float], object] = time.sleep) -> None:
        """Returns when both answer and the roles are there; `pause` may raise to give up sooner."""
        self.home.make_sockets()
        if self.home.sockets != self.home.path / "run":
            guardian.remove(self.home.sockets)
        for server in self.embedded:
            server.prepare()
        for server in self.embedded:
            guardian.watch(server.launch().pid, server.last_signal)
        for server in self.embedded:
            server.wait_ready(pause)
        if self.postgres:
            self.postgres.make_roles()
        self.home.tell(**self.urls())

    def stop(self, guardian: Guardian) -> None:
        """Valkey first: PostgreSQL's last checkpoint may take a while."""
        for server in reversed(list(self.embedded)):
            server.stop()
            if server.process:
                guardian.forget(server.process.pid)

    def urls(self) -> dict[str, str]:
        urls = dict(self._given)
        if self.postgres:
            urls |= {
                "DATABASE_URL": self.postgres.url(APP),
                "OWNER_DATABASE_URL": self.postgres.url(OWNER),
            }
        if self.valkey:
            urls["REDIS_URL"] = self.valkey.url
        return urls

    def environment(self) -> dict[str, str]:
        return environment(self.home, self.urls())


def environment(home: Home, urls: dict[str, str]) -> dict[str, str]:
    """What Django's settings read, on top of the person's own environment."""
    found = {
        "SECRET_KEY": home.secret("secret_key"),
        **os.environ,
        **urls,
        "TUNTAS_HOME": str(home.path),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONUNBUFFERED": "1",
    }
    found.pop("TUNTAS_ROLE", None)
    if home.has_demo:
        found["TUNTAS_DEMO_HOME"] = "1"
    else:
        found.pop("TUNTAS_DEMO_HOME", None)
    return found


def for_management(command: str, env: dict[str, str]) -> dict[str, str]:
    """The same, for `manage.py command`: a few commands are the owner role's, and dbshell finds
    the psql that belongs to the server."""
    if command not in OWNER_COMMANDS:
        return env
    path = f"{find_bin()}{os.pathsep}{env.get('PATH', os.defpath)}"
    return {**env, "TUNTAS_ROLE": "owner", "PATH": path}


def manage_py(*arguments: str) -> list[str]:
    return [sys.executable, str(Path(__file__).parents[2] / "manage.py"), *arguments]


def outside_urls() -> dict[str, str]:
    names = ("DATABASE_URL", "OWNER_DATABASE_URL", "REDIS_URL")
    given = {name: os.environ[name] for name in names if os.environ.get(name)}
    if ("DATABASE_URL" in given) != ("OWNER_DATABASE_URL" in given):
        raise Refused(
            "DATABASE_URL (the app's role) and OWNER_DATABASE_URL (the owner of the tables)"
            " are set together or not at all."
        )
    return given
