"""`python3 run.py`: the whole desk, from an empty folder to a page in the browser."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from config.embedded.guardian import Guardian
from config.embedded.home import Home
from config.embedded.processes import Refused, end, last_lines, say, spawn
from config.embedded.servers import Servers, for_management, manage_py
from config.embedded.supervisor import Service, Signals, Stopped, stop_all

READY_SECONDS = 90.0
GIVE_UP = 3  # a web server that dies this often before it ever answered will not get better
HOST = "127.0.0.1"


WORKERS = {"worker": "periodic,default", "mail": "mail"}
"""Each worker by its name, with the queues it reads."""


class Stack:
    def __init__(self, home: Home, port: int, demo: bool) -> None:
        self.home = home
        self.port = port
        self.wants_demo = demo
        self.signals = Signals()
        self.services: list[Service] = []

    def run(self) -> int:
        """Returns when somebody asked it to stop; nothing of it runs then."""
        self.home.take("run")
        guardian = Guardian(self.home.shared_lock())
        try:
            with listening_socket(self.port) as listener:
                self._run(guardian, listener)
        finally:
            guardian.dismiss()
            self.home.leave()
        return 0

    def _run(self, guardian: Guardian, listener: socket.socket) -> None:
        servers = Servers(self.home)
        try:
            say(f"Starting PostgreSQL and Valkey in {self.home.path}.")
            servers.start(guardian, self.signals.pause)
            self.home.tell(SITE_URL=self.site_url)
            self._prepare(servers)
            self.services = [*self._server_services(servers), *self._desk_services(servers, listener)]
            self._start_desk(guardian)
            self._announce()
            while True:
                self.signals.pause(0.3)
                self._look_after_all(guardian)
        except Stopped:
            say("Stopping.")
        finally:
            desk = [service for service in self.services if service.name in ("beat", "web", *WORKERS)]
            stop_all(desk, self.signals, guardian)
            servers.stop(guardian)

    # Before it starts ----------------------------------------------------------------------

    def _prepare(self, servers: Servers) -> None:
        say("Bringing the database and the static files up to date.")
        env = self._environment(servers)
        self._manage(env, "migrate", "--noinput")
        self._manage(env, "grant_app_role")
        self._manage(env, "load_defaults")
        self._manage(env, "collectstatic", "--noinput", "-v0")
        self._decide_on_demo(servers)

    def _decide_on_demo(self, servers: Servers) -> None:
        """The first start decides for good: a desk begun without the demo never gets accounts
        whose passwords everybody knows, even while it is still empty."""
        if self.home.has_demo is False or not self.wants_demo:
            self.home.has_demo = bool(self.home.has_demo)
            return
        say("Loading the demo, if the desk is empty.")
        env = {**self._environment(servers), "TUNTAS_DEMO_HOME": "1"}
        self._manage(env, "load_demo", "--if-empty")
        # A database of somebody's own may have held complaints; then nothing was loaded.
        self.home.has_demo = servers.postgres is not None or self._accounts.exists()

    def _environment(self, servers: Servers) -> dict[str, str]:
        return {**servers.environment(), "SITE_URL": self.site_url}

    def _manage(self, env: dict[str, str], command: str, *options: str) -> None:
        self.signals.pause(0)
        log = self.home.log("prepare")
        written = log.stat().st_size if log.exists() else 0
        process = spawn(
            manage_py(command, *options),
            env=for_management(command, env),
            log=log,
            keep=self.home.shared_lock(),
        )
        try:
            while process.poll() is None:
                self.signals.pause(0.1)
        finally:
            end(process, signal.SIGTERM, patience=5)
        if process.returncode != 0:
            raise Refused(f"`{command}` failed; the end of {log}:\n{last_lines(log, after=written)}")

    # The processes -------------------------------------------------------------------------

    def _server_services(self, servers: Servers) -> list[Service]:
        return [
            Service(server.name, server.launch).adopt(server.process, server.last_signal) for server in servers.embedded
        ]

    def _desk_services(self, servers: Servers, listener: socket.socket) -> list[Service]:
        # None of them changes tables, so none of them is told the owner's password.
        env = self._environment(servers)
        env.pop("OWNER_DATABASE_URL", None)
        # Asked to stop, the worker lets what it is doing end (CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT), then gives back
        # what did not.
        env["REMAP_SIGTERM"] = "SIGQUIT"

        def service(name: str, command: list[str], *keep: int) -> Service:
            def launch() -> subprocess.Popen[bytes]:
                shared = (*self.home.shared_lock(), *keep)
                return spawn(command, env=env, log=self.home.log(name), keep=shared)

            return Service(name, launch)

        return [
            service("web", gunicorn(listener.fileno()), listener.fileno()),
            *(service(name, celery_worker(name, queues)) for name, queues in WORKERS.items()),
            service("beat", celery_beat(self.home.path / "beat")),
        ]

    def _start_desk(self, guardian: Guardian) -> None:
        say("Starting web, workers and beat.")
        for service in self.services:
            if service.process is None:
                service.start(guardian)
        web = next(service for service in self.services if service.name == "web")
        deadline = time.monotonic() + READY_SECONDS
        while web.failures < GIVE_UP and time.monotonic() < deadline:
            if answers(self.port):
                return
            self.signals.pause(0.3)
            self._look_after_all(guardian)
        log = self.home.log("web")
        raise Refused(f"The web server does not answer; the end of {log}:\n{last_lines(log)}")

    def _look_after_all(self, guardian: Guardian) -> None:
        for service in self.services:
            service.look_after(guardian)

    # What a person reads -------------------------------------------------------------------

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def site_url(self) -> str:
        """What links in letters begin with: the address of a proxy in front, if the person names one."""
        return os.environ.get("SITE_URL") or self.url

    @property
    def _accounts(self) -> Path:
        return self.home.path / "demo_accounts.txt"

    def _announce(self) -> None:
        self.home.tell(url=self.url)
        say(f"Tuntas is ready at {self.url}")
        if self.home.has_demo and self._accounts.exists():
            for line in self._accounts.read_text().splitlines():
                say(f"    {line}".rstrip())


def listening_socket(port: int) -> socket.socket:
    """Bound before anything starts, so that a busy port is told at once; gunicorn inherits it, so
    that a browser waits, and is not refused, while a web server that died is started again."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(256)
    except OSError as error:
        listener.close()
        raise Refused(
            f"Port {port} cannot be used ({os.strerror(error.errno or 0)}); choose another with --port."
        ) from error
    return listener


def answers(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=3)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def gunicorn(listener: int) -> list[str]:
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"fd://{listener}"]
    command += ["--worker-class", "gthread", "--workers", "2", "--threads", "4"]
    command += ["--graceful-timeout", "10", "--forwarded-allow-ips", HOST]
    # Its control socket would be one file in the person's home directory, shared by all.
    command += ["--no-control-socket"]
    if os.access("/dev/shm", os.W_OK):
        command += ["--worker-tmp-dir", "/dev/shm"]  # a slow disk must not look like a dead worker
    return command


def celery_worker(name: str, queues: str) -> list[str]:
    """One process for each kind of work: a mail server that keeps one waiting does not delay the sweeps."""
    command = [sys.executable, "-m", "celery", "-q", "-A", "config", "worker", "-l", "INFO", "-O", "fair"]
    command += ["--without-gossip", "--without-mingle", "--pool", "prefork", "--concurrency", "1"]
    return [*command, "-n", f"{name}@%h", "-Q", queues]


def celery_beat(folder: Path) -> list[str]:
    """Beat in a process of its own: two workers must never mean two beats."""
    folder.mkdir(mode=0o700, exist_ok=True)
    command = [sys.executable, "-m", "celery", "-q", "-A", "config", "beat", "-l", "INFO"]
    return [*command, "--schedule", str(folder / "schedule"), "--pidfile", ""]
