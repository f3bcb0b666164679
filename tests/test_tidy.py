"""Style that can be checked: what may stand where."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "upgrader"
MODULES = sorted(PACKAGE.rglob("*.py"))

# Where the loop of all live pairs runs, and what is set up in it.
SOCKETS = tuple(f"access/ssh/{name}.py" for name in ("client", "copying", "entry", "loop", "shell"))

# What may be imported where; everywhere else it is a leak.
HOMES = {
    "re": (
        "dialect/",
        "emulator/shell/",
        "emulator/config/",
        "views/escape.py",
        "access/tape/redaction.py",
    ),
    "transitions": ("conduct/workflow.py",),
    "tenacity": ("access/ssh/logins.py", "conduct/patience.py"),
    "cryptography": ("access/files/bulkhash.py", "journal/", "emulator/pairing/link.py"),
    "time": ("access/clock.py",),
    "random": (),
    "secrets": ("cli/runs/home.py", "cli/speaking.py", "journal/", "access/"),
    "uuid": (),
    "threading": ("access/ssh/loop.py", "access/ssh/shell.py"),
    "asyncio": (*SOCKETS, "emulator/sshd/"),
    "asyncssh": (
        *SOCKETS,
        "access/ssh/faults.py",
        "access/ssh/hostkeys.py",
        "access/ssh/route.py",
        "emulator/sshd/",
    ),
    "keyring": ("access/ssh/secrets.py",),
    "subprocess": ("access/ssh/secrets.py",),
    "socket": ("emulator/sshd/",),
    "signal": ("cli/commands/interrupt.py", "emulator/sshd/station.py"),
}


@cache
def _text(path: Path) -> str:
    return path.read_text()


def _tree(path: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(_text(path)))


def _with(*words: str) -> list[Path]:
    """The modules in which one of these words stands: only those are worth parsing."""
    return [path for path in MODULES if any(word in _text(path) for word in words)]


def _importing(library: str) -> list[Path]:
    """The modules of which a line of imports has that word."""
    line = re.compile(rf"^\s*(?:import|from)\b.*\b{library}\b", re.MULTILINE)
    return [path for path in MODULES if line.search(_text(path))]


def _where(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


@cache
def _imports(path: Path) -> set[str]:
    """What a module imports, at its top or within; read once for all tests."""
    found: set[str] = set()
    for node in _tree(path):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("library", sorted(HOMES))
def test_a_library_stands_only_where_it_belongs(library: str):
    strangers = [
        _where(path)
        for path in _importing(library)
        if library in _imports(path) and not _where(path).startswith(HOMES[library] or ("\0",))
    ]
    assert strangers == []


def test_the_wall_clock_is_read_in_one_module_only():
    readers = {
        _where(path)
        for path in _with("datetime", "date")
        for node in _tree(path)
        if isinstance(node, ast.Attribute)
        and node.attr in {"now", "today", "utcnow"}
        and isinstance(node.value, ast.Name)
        and node.value.id in {"datetime", "date"}
    }
    assert readers <= {"access/clock.py"}


def test_nobody_prints():
    printers = [
        _where(path)
        for path in _with("print(")
        for node in _tree(path)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "print"
    ]
    assert printers == []


def test_there_is_no_dry_run_flag_anywhere():
    """Another world is chosen instead: a flag is what somebody forgets to look at."""
    assert [_where(p) for p in MODULES if "dry_run" in _text(p)] == []


def test_nothing_defines_truth_for_a_verdict():
    """`if not findings` must not mean both "fine" and "could not look"."""
    definers = [
        _where(path)
        for path in _with("__bool__")
        for node in _tree(path)
        if isinstance(node, ast.FunctionDef) and node.name == "__bool__"
    ]
    assert definers == []


def test_lines_fit_on_a_screen():
    long = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in [*MODULES, *sorted((ROOT / "tests").glob("*.py"))]
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if len(line) > 100 and "http" not in line
    ]
    assert long == []


def test_no_module_hides_a_second_noun():
    sizes = {_where(p): len(_text(p).splitlines()) for p in MODULES}
    assert {name: size for name, size in sizes.items() if size > 400} == {}


def test_siblings_in_judgement_that_judge_do_not_know_the_loop():
    for path in sorted((PACKAGE / "judgement").rglob("*.py")):
        assert not {"rich", "typer", "os", "pathlib", "socket"} & _imports(path), path


def test_whoever_may_only_look_has_nothing_to_carry_or_to_keep():
    """Its only port is an access: a file could be sent past the list of lines otherwise."""
    for node in _tree(PACKAGE / "access" / "guard" / "read_only.py"):
        if isinstance(node, ast.ImportFrom) and node.module == "upgrader.ports":
            names = {alias.name for alias in node.names}
            assert names <= {"Access", "Clock", "Console", "Seats", "Unlawful", "World"}


def test_no_property_fails_for_being_slow():
    """How long an example takes says what else the machine does; benchmarks say the rest."""
    assert settings().deadline is None
    assert HealthCheck.too_slow in settings().suppress_health_check


def test_what_a_test_packs_for_its_parameters_says_no_hour():
    """A parameter is a part of its test's name, and gzip writes the hour into what it packs: two
    processes that collect the tests a second apart would know them by different names."""
    tests = [path for path in (ROOT / "tests").glob("*.py") if "gzip.compress(" in path.read_text()]
    hours = [
        f"{path.name}:{call.lineno}"
        for path in tests
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef)
        for decorator in node.decorator_list
        if isinstance(decorator, ast.Call) and not any(k.arg == "ids" for k in decorator.keywords)
        for call in ast.walk(decorator)
        if isinstance(call, ast.Call)
        and ast.unparse(call.func) == "gzip.compress"
        and not any(k.arg == "mtime" for k in call.keywords)
    ]
    assert tests
    assert hours == []
