"""A person's shell, for tests of commands: what is typed, what is said, how it ends.

upgrader = Shell(tmp_path, monkeypatch)
assert upgrader("check", "example:matched").code == 0
"""

import io
import json
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

from upgrader.cli.main import run


@dataclass(frozen=True)
class Said:
    """What a command said, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, object]:
        shown = json.loads(self.out)
        assert isinstance(shown, dict)
        assert shown["exit_code"] == self.code
        return shown


class Shell:
    """A person's shell, with a home of its own: commands in this process, for they are many."""

    def __init__(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.home = home
        monkeypatch.setenv("UPGRADER_HOME", str(home / "state"))
        monkeypatch.setenv("COLUMNS", "80")
        monkeypatch.chdir(home)

    def __call__(self, *arguments: str) -> Said:
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = run(arguments)
        return Said(code, out.getvalue(), err.getvalue())

    def process(self, *arguments: str, **environment: str) -> Said:
        """The same as a process of its own, which is what a person starts."""
        done = subprocess.run(
            [sys.executable, "-m", "upgrader", *arguments],
            capture_output=True,
            text=True,
            check=False,
            cwd=self.home,
            env={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": str(Path(__file__).parents[1]),
                "UPGRADER_HOME": str(self.home / "state"),
                **environment,
            },
        )
        return Said(done.returncode, done.stdout, done.stderr)
