"""The one command: `run.py` and the processes it starts, on a scratch copy with a stand-in desk."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.embedded.scratch import (
    READY,
    ROOT,
    Desk,
    copy_project,
    eventually,
    read_until,
    real_desk,
    scratch_desk,
)

pytestmark = pytest.mark.skipif(not Path("/proc/self").exists(), reason="reads /proc, so Linux only")


MASTERS = ("gunicorn", "worker@", "mail@", "config beat", "bin/postgres", "valkey-server")
"""What stands in the command line of each process of the desk."""


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """Outside the folder of pytest, which each start of it closes to others, the database's user among them."""
    with tempfile.TemporaryDirectory(prefix="tuntas-run-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with scratch_desk(tmp_path) as desk:
        yield desk


# Starting and stopping ---------------------------------------------------------------------


def test_says_once_that_it_is_ready_and_shows_the_demo_accounts(desk: Desk) -> None:
    process = desk.begin()
    said = read_until(process, READY) + read_until(process, "agent")
    assert said.count(f"{READY}http://127.0.0.1:{desk.port}\n") == 1
    assert said.endswith("    agent@example.com  a password\n")
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 0
    assert desk.processes() == {}


def test_a_second_copy_is_refused_and_the_first_goes_on(desk: Desk) -> None:
    first = desk.start("--no-demo")
    second = desk.command("--home", str(desk.home))
    assert second.returncode == 1
    assert second.stderr == f"{desk.home} is in use by another copy of Tuntas (process {first.pid}).\n"
    assert desk.sql("SELECT 'still here'") == "still here"


def test_a_busy_port_is_told_before_anything_starts(desk: Desk) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", desk.port))
        busy.listen()
        refused = desk.command("--home", str(desk.home), "--port", str(desk.port))
    assert refused.returncode == 1
    assert refused.stderr.startswith(f"Port {desk.port} cannot be used (Address already in use)")
    assert refused.stderr.count("\n") == 1


@pytest.mark.faults
@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_leaves_no_process(desk: Desk, sign: signal.Signals) -> None:
    process = desk.start()
    process.send_signal(sign)
    assert process.wait(60) == 0
    assert desk.processes() == {}
    assert not (desk.home / "run").exists()


@pytest.mark.faults
def test_a_signal_while_it_is_starting_leaves_no_process(desk: Desk) -> None:
    process = desk.begin()
    read_until(process, "Bringing the database")
    process.terminate()
    assert process.wait(60) == 0
    assert desk.processes() == {}


# Sudden death ------------------------------------------------------------------------------


@pytest.mark.faults
def test_its_own_sudden_death_leaves_no_process(desk: Desk) -> None:
    process = desk.start()
    assert eventually(lambda: len(desk.find("celery")) >= 4)
    process.kill()
    assert eventually(lambda: desk.processes() == {}, seconds=15)


@pytest.mark.faults
def test_the_death_of_all_masters_leaves_none_of_their_children(desk: Desk) -> None:
    """Not even the guardian is left to clean up."""
    process = desk.start()
    assert eventually(lambda: len(desk.find("celery")) >= 4)
    masters = [process.pid, *desk.find("guardian"), *desk.find("config beat")]
    masters += [min(desk.find(words)) for words in MASTERS if words != "config beat"]
    desk.kill_all(masters)
    assert eventually(lambda: desk.processes() == {}, seconds=15), desk.processes()


@pytest.mark.faults
def test_a_committed_row_survives_the_death_of_everything(desk: Desk) -> None:
    process = desk.start()
    desk.sql("INSERT INTO letters VALUES ('committed')")
    desk.kill_all(desk.processes())
    process.wait()
    desk.start()
    assert desk.sql("SELECT word FROM letters") == "committed"


@pytest.mark.faults
def test_a_pid_file_that_names_a_stranger_does_not_stop_the_start(desk: Desk) -> None:
    desk.start().kill()
    assert eventually(lambda: desk.processes() == {})
    (desk.home / "postgres" / "data" / "postmaster.pid").write_text(f"{os.getpid()}\n")
    desk.start()


@pytest.mark.faults
def test_a_start_ends_what_an_earlier_copy_left_behind(desk: Desk) -> None:
    """A process that ignores the guardian's signal, and has outlived the guardian as well."""
    process = desk.start()
    stubborn = max(desk.find("worker@"))
    os.kill(stubborn, signal.SIGSTOP)
    desk.kill_all({process.pid, *desk.find("guardian")})
    assert eventually(lambda: set(desk.processes()) <= {stubborn})
    again = desk.begin()
    assert READY in read_until(again, READY)
    assert stubborn not in desk.processes()


@pytest.mark.faults
@pytest.mark.parametrize("words", MASTERS)
def test_a_process_that_dies_is_started_again(desk: Desk, words: str) -> None:
    desk.start()
    assert eventually(lambda: bool(desk.find(words)))
    before = set(desk.find(words))
    os.kill(min(before), signal.SIGKILL)
    assert eventually(lambda: bool(desk.find(words)) and not before & set(desk.find(words)))
    assert eventually(lambda: desk.manage("sql", "SELECT 'well'").stdout.strip() == "well")


# Where it lives ----------------------------------------------------------------------------


def test_a_home_with_a_path_too_long_for_sockets_has_them_elsewhere(tmp_path: Path) -> None:
    with scratch_desk(tmp_path, home=tmp_path / ("long" * 30)) as desk:
        desk.begin("--no-demo")
        said = read_until(desk.running[0], READY)
        assert "too long for sockets" in said
        sockets = Path(desk.state()["sockets"])
        assert sockets.stat().st_uid == os.geteuid()
        assert {entry.stat().st_mode & 0o077 for entry in sockets.iterdir()} == {0}
        assert desk.sql("SELECT 'well'") == "well"
        desk.running[0].terminate()
        desk.running[0].wait(60)
        assert not sockets.exists()


def test_a_home_with_unusual_letters_in_its_path_works(tmp_path: Path) -> None:
    with scratch_desk(tmp_path, home=tmp_path / "rumah kita %41 &?#é") as desk:
        assert desk.sql("SELECT 'well'") == "well"


def test_a_folder_with_other_things_in_it_is_not_taken_for_a_home(desk: Desk) -> None:
    desk.home.mkdir()
    (desk.home / "thesis.txt").write_text("words")
    refused = desk.command("--home", str(desk.home))
    assert refused.returncode == 1
    assert "holds other files" in refused.stderr
    assert [entry.name for entry in desk.home.iterdir()] == ["thesis.txt"]


def test_a_home_that_cannot_be_made_is_told_in_a_sentence(desk: Desk) -> None:
    desk.home.write_text("a file")
    refused = desk.command("--home", str(desk.home / "inside"))
    assert refused.returncode == 1
    assert refused.stderr.startswith(f"The home {desk.home / 'inside'} cannot be used (Not a directory)")


def test_data_of_another_postgresql_is_told_in_a_sentence(desk: Desk) -> None:
    assert desk.sql("SELECT 1") == "1"
    (desk.home / "postgres" / "data" / "PG_VERSION").write_text("17\n")
    refused = desk.manage("sql", "SELECT 1")
    assert refused.returncode == 1
    assert "was written by PostgreSQL 17, and this is version 18" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_desk_begun_without_the_demo_never_gets_it(desk: Desk) -> None:
    desk.start("--no-demo").terminate()
    desk.running[0].wait(60)
    desk.start()
    assert not (desk.home / "demo_accounts.txt").exists()


def test_secrets_are_for_the_owner_alone(desk: Desk) -> None:
    assert desk.sql("SELECT 1") == "1"
    for name in ("secrets.json", "lock", "logs", "files", "valkey", "postgres"):
        assert (desk.home / name).stat().st_mode & 0o077 == 0, name


def test_half_of_the_urls_of_another_database_is_refused(desk: Desk) -> None:
    refused = desk.command("--home", str(desk.home), "--port", str(desk.port), DATABASE_URL="postgres://app@db/tuntas")
    assert refused.returncode == 1
    assert "OWNER_DATABASE_URL" in refused.stderr


# Management commands -----------------------------------------------------------------------


def test_manage_starts_what_it_needs_and_stops_it_again(desk: Desk) -> None:
    assert desk.sql("SELECT current_user") == "tuntas_app"
    assert desk.processes() == {}


def test_manage_uses_the_servers_of_a_running_desk(desk: Desk) -> None:
    desk.start("--no-demo")
    before = desk.find("bin/postgres")
    assert desk.sql("SELECT current_user") == "tuntas_app"
    assert desk.find("bin/postgres") == before
    assert desk.manage("fail").returncode == 7


def test_two_management_commands_without_a_desk_do_not_share_their_servers(desk: Desk) -> None:
    slow = subprocess.Popen(desk.line("manage", "--home", str(desk.home), "sql", "SELECT pg_sleep(4)"))
    assert eventually(lambda: "manage" in read_text(desk.home / "lock"))
    refused = desk.manage("sql", "SELECT 1")
    assert slow.wait(60) == 0
    assert refused.returncode == 1
    assert "A management command is using" in refused.stderr


def test_manage_passes_the_exit_code_on(desk: Desk) -> None:
    assert desk.manage("fail").returncode == 7


def test_manage_takes_the_home_on_either_side(desk: Desk) -> None:
    assert desk.sql("SELECT 1") == "1"
    before = desk.command("--home", str(desk.home), "manage", "sql", "SELECT 'before'")
    after = desk.command("manage", f"--home={desk.home}", "sql", "SELECT 'after'")
    assert (before.stdout.strip(), after.stdout.strip()) == ("before", "after")


def test_the_app_role_makes_no_tables_roles_or_databases(desk: Desk) -> None:
    for statement in ("CREATE TABLE mine ()", "CREATE ROLE friend"):
        assert "permission denied" in desk.manage("sql", statement).stderr
    rights = "SELECT rolsuper OR rolcreatedb OR rolcreaterole OR rolbypassrls FROM pg_roles WHERE rolname = "
    assert desk.sql(f"{rights} 'tuntas_app'") == "False"
    assert desk.sql(f"{rights} 'tuntas_owner'") == "False"


def read_text(path: Path) -> str:
    return path.read_text() if path.exists() else ""


# The virtual environment -------------------------------------------------------------------


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A fresh clone: no virtual environment yet."""
    copy_project(tmp_path / "clone")
    return tmp_path / "clone"


def bootstrap(clone: Path, **env: str) -> subprocess.CompletedProcess[str]:
    python = Path(sys.base_prefix) / "bin" / "python3"
    clean = {**os.environ, "PATH": "/usr/bin:/bin", **env}
    return subprocess.run([python, clone / "run.py", "--help"], env=clean, capture_output=True, text=True, check=False)


def hide_modules(folder: Path, *names: str) -> str:
    """A Python path on which these modules of the standard library are missing."""
    folder.mkdir()
    hidden = "".join(f"sys.modules[{name!r}] = None\n" for name in names)
    (folder / "sitecustomize.py").write_text(f"import sys\n{hidden}")
    return str(folder)


@pytest.mark.parametrize("missing", ["venv", "ensurepip"])
def test_a_python_without_venv_is_told_which_package_to_install(clone: Path, tmp_path: Path, missing: str) -> None:
    refused = bootstrap(clone, PYTHONPATH=hide_modules(tmp_path / "hiding", missing))
    assert refused.returncode == 1
    assert "apt install python3-venv" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_an_old_python_is_told_so(clone: Path) -> None:
    script = (
        "import runpy, sys; sys.version_info = (3, 8, 10); sys.argv = ['run.py'];"
        "runpy.run_path('run.py', run_name='__main__')"
    )
    refused = subprocess.run([sys.executable, "-c", script], cwd=clone, capture_output=True, text=True)
    assert refused.returncode == 1
    assert refused.stderr == "Tuntas needs Python 3.11 or newer; this one is 3.8.10.\n"


def test_the_bootstrap_parses_on_an_old_python() -> None:
    import ast

    ast.parse((ROOT / "run.py").read_text(), feature_version=(3, 8))


def one_small_lock(clone: Path, content: str) -> None:
    """Shrink the locks, so that an install takes seconds; `content` is what the first one says."""
    for name in ("requirements-embedded.txt", "requirements-dev.txt"):
        (clone / name).write_text("")
    (clone / "requirements.txt").write_text(content)


@pytest.mark.faults
def test_packages_that_cannot_be_had_are_told_in_a_sentence_and_tried_again(clone: Path) -> None:
    one_small_lock(clone, "six==0.0.0.1\n")
    refused = bootstrap(clone)
    assert refused.returncode == 1
    assert "The packages could not be installed" in refused.stderr
    assert "Traceback" not in refused.stderr
    one_small_lock(clone, "six==1.17.0\n")
    assert bootstrap(clone).returncode == 0
    assert list(clone.glob(".venv/lib/*/site-packages/six.py"))


@pytest.mark.faults
def test_a_changed_lock_is_installed_and_an_equal_one_is_not(clone: Path) -> None:
    one_small_lock(clone, "six==1.16.0\n")
    assert "Installing" in bootstrap(clone).stdout
    assert "Installing" not in bootstrap(clone).stdout
    one_small_lock(clone, "six==1.17.0\n")
    assert "Installing" in bootstrap(clone).stdout
    assert list(clone.glob(".venv/lib/*/site-packages/six-1.17.0.dist-info"))


@pytest.mark.faults
def test_an_interrupted_install_is_repaired(clone: Path) -> None:
    one_small_lock(clone, "six==1.17.0\n")
    python = str(Path(sys.base_prefix) / "bin" / "python3")
    first = subprocess.Popen([python, clone / "run.py", "--help"], stdout=subprocess.PIPE, text=True)
    read_until(first, "virtual environment")
    time.sleep(0.5)
    first.kill()
    first.wait()
    assert bootstrap(clone).returncode == 0
    assert list(clone.glob(".venv/lib/*/site-packages/six.py"))


@pytest.mark.faults
def test_two_copies_at_once_install_once(clone: Path) -> None:
    one_small_lock(clone, "six==1.17.0\n")
    python = str(Path(sys.base_prefix) / "bin" / "python3")
    command = [python, str(clone / "run.py"), "--help"]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate()[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert sum("Installing the packages" in words for words in said) == 1
    assert sum("Another copy is installing" in words for words in said) == 1


# The desk itself ---------------------------------------------------------------------------


@pytest.mark.faults
def test_the_real_desk_survives_the_death_of_everything(tmp_path: Path) -> None:
    """Not the stand-in: this project, with its migrations, its demo and its pages."""
    with real_desk(tmp_path / "home") as desk:
        process = desk.start()
        before = desk.manage("verify_timeline")
        assert before.returncode == 0, before.stderr
        desk.kill_all(desk.processes())
        process.wait()
        desk.start()
        after = desk.manage("verify_timeline")
        assert after.stdout == before.stdout
        with urllib.request.urlopen(f"http://127.0.0.1:{desk.port}/healthz", timeout=10) as answer:
            assert answer.status == 200
