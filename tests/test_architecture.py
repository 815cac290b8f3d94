"""The house: directions of imports, one home for each rule (house.md sections 3 and 4)."""

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from complaints.kinds import READ_BY, Kind
from complaints.models import Complaint
from complaints.workflow import MOVES

ROOT = Path(__file__).resolve().parent.parent
APPS = ("complaints", "escalation", "followups", "insights", "demo", "config")
MAY_IMPORT = {
    "complaints": set(),
    "escalation": {"complaints"},
    "followups": {"complaints"},
    "insights": {"complaints", "escalation", "followups"},
    "demo": {"complaints", "escalation", "followups", "insights"},
    "config": {"complaints", "escalation", "followups", "insights", "demo"},
}
# Inside an app: what stands further right may be imported by what stands further left.
ROOMS = [
    {"views", "api", "tasks", "admin", "management", "urls", "middleware", "importing", "reactions", "context"},
    {"forms", "actions", "storytelling", "emails", "delivery", "search"},
    {"gate", "timeline", "permissions", "hints", "limits"},
    {"clock"},
    {"models"},
    {"querysets"},
    {"workflow", "kinds", "worktime", "daytime", "wording", "guidance", "ladder", "next_step", "timing", "circuit"},
]
REVERSE_RELATIONS = {"promises", "follow_ups", "surveys", "escalations", "clocks", "next_step"}
BANNED_ROOMS = {"core", "common", "utils", "helpers", "services", "managers"}


def modules() -> Iterator[Path]:
    for app in APPS:
        yield from sorted(path for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts)


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """Module and line of each import that is carried out; those for the type checker alone are not."""
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            node.body = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node.lineno
        elif isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)


@pytest.mark.parametrize("app", APPS)
def test_apps_import_in_one_direction(app: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {module}"
        for path in modules()
        if path.relative_to(ROOT).parts[0] == app
        for module, line in imports(path)
        if (other := module.split(".")[0]) in APPS and other != app and other not in MAY_IMPORT[app]
    ]
    assert wrong == []


def test_rooms_of_complaints_import_in_one_direction() -> None:
    level = {room: number for number, rooms in enumerate(ROOMS) for room in rooms}
    wrong = []
    for path in (ROOT / "complaints").rglob("*.py"):
        room = path.relative_to(ROOT / "complaints").parts[0].removesuffix(".py")
        if room not in level:
            continue
        for module, line in imports(path):
            parts = module.split(".")
            other = parts[1] if parts[0] == "complaints" and len(parts) > 1 else ""
            if other in level and level[other] < level[room]:
                wrong.append(f"{path.relative_to(ROOT)}:{line} imports {module}")
    assert wrong == []


def test_nothing_is_imported_inside_a_function() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{inner.lineno}"
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert wrong == []


def test_states_are_written_by_apply_alone() -> None:
    """Nobody else assigns a status column, on an object or in an update()."""
    columns = {"status", "remedy", "cause", "state"}
    wrong = []
    for path in modules():
        if path.match("complaints/actions/moves.py"):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            targets = node.targets if isinstance(node, ast.Assign) else []
            assigned = {t.attr for t in targets if isinstance(t, ast.Attribute)}
            updated = set()
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "update":
                updated = {keyword.arg for keyword in node.keywords if keyword.arg}
            if isinstance(node, ast.Assign | ast.Call) and columns & (assigned | updated):
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    # a difference between accounts is no part of the table of moves: its own action settles it
    assert [place for place in wrong if "actions/verification.py" not in place] == []


def test_nothing_is_scheduled_by_eta_or_countdown() -> None:
    """But for hints, which may wait for half a minute at most (tests/test_hints.py) and be lost."""
    wrong = [
        f"{path.relative_to(ROOT)}:{node.value.lineno}"
        for path in modules()
        if path != ROOT / "complaints/hints.py"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.keyword) and node.arg in {"eta", "countdown"}
    ]
    assert wrong == []


def test_no_room_is_called_by_what_it_is_not() -> None:
    names = {path.stem for path in modules()} | {path.parent.name for path in modules()}
    assert names & BANNED_ROOMS == set()


def test_the_wire_knows_no_model_and_no_act() -> None:
    """A letter is finished when it gets there: nothing in there asks the database."""
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {module}"
        for path in (ROOT / "complaints/delivery").rglob("*.py")
        for module, line in imports(path)
        if module.startswith(("complaints.models", "complaints.actions", "complaints.clock", "django.db"))
    ]
    assert wrong == []


def test_workflow_imports_no_model() -> None:
    assert not [module for module, _line in imports(ROOT / "complaints/workflow.py") if ".models" in module]


def test_complaints_reads_siblings_by_these_relations_only() -> None:
    """Everything a sibling hangs on the complaint is on the list."""
    theirs = {
        relation.get_accessor_name()
        for relation in Complaint._meta.related_objects
        if relation.related_model._meta.app_label in ("escalation", "followups", "insights")
    }
    assert theirs <= REVERSE_RELATIONS


def test_the_list_of_reactions_is_true() -> None:
    stands: dict[Kind, set[str]] = {}
    for app in ("followups", "escalation"):
        for kind in importlib.import_module(f"{app}.reactions").REACTIONS:
            stands.setdefault(kind, set()).add(app)
    assert stands == {kind: set(apps) for kind, apps in READ_BY.items()}


def test_every_guard_of_the_table_exists_and_every_guard_is_in_the_table() -> None:
    guards = importlib.import_module("complaints.actions.guards").GUARDS
    assert {name for row in MOVES for name in row.guards} == set(guards)


def test_only_one_signal_of_our_own_and_one_receiver_per_sibling() -> None:
    signals, receivers = [], []
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Signal":
                signals.append(path.name)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "receiver":
                receivers.append(path.parent.name)
    assert (signals, sorted(receivers)) == (["timeline.py"], ["escalation", "followups"])
