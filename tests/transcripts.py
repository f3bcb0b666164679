"""Plays the `console` blocks of a page, and holds what is shown against what is printed.

    $ upgrader status          a command: typed in a shell, in the page's own folder and home
    $ upgrader emulate … &     one that goes on beside the others; its lines up to `Stop:`
    anything else              a line that it prints on standard output
    …                          one or more lines that the page leaves out

A block marked `toml NAME` is a file that lies in that folder, beside the clone's `fixtures`.

`python tests/transcripts.py [PAGE …]` writes the blocks anew: what is left out stays left out.
Runs are named by minute and chance, and homes differ: both are shown as the page shows them.
"""

import io
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path

from emulating import PASSWORD, free_port

from upgrader.cli.main import run

ROOT = Path(__file__).resolve().parent.parent
LEFT_OUT = "…"
HOME_SHOWN = "~/.local/state/upgrader"
DESK_SHOWN = "~/pairs"
PORT_SHOWN = "2222"
"""The port of pages; each desk has a free one instead."""
PLAN_HASH = re.compile(r"^( *(?:plan )?sha256:)[0-9a-f]{64}$", re.MULTILINE)
"""A plan's hash covers where its pair file lies and who has waived: each machine has its own."""
PLAIN = re.compile(r"upgrader ([^|<>;&$`*~]*)")
"""A command that needs no shell."""
NOWHERE = re.compile(r" 2?> /dev/null")
UNSEEN = re.compile(r"(?<!2)> /dev/null")
RUN = re.compile(r"\d{4}-\d\d-\d\dT\d{4}-[a-z0-9.-]+?-[0-9a-f]{4}\b")
FILE = re.compile(r"^```toml (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Shown:
    """A command of a page and the lines below it."""

    number: int
    """The line of the page, from 0, on which the command stands."""
    command: str
    lines: tuple[str, ...]


@dataclass
class Desk:
    """Where one page is played: a folder, a home, the runs so far, the last exit code."""

    folder: Path
    runs: dict[str, str] = field(default_factory=dict)
    """The page's name of a run → its name here."""
    code: int = 0
    port: str = field(default_factory=lambda: str(free_port()))
    beside: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def home(self) -> Path:
        return self.folder / "home"

    def play(self, command: str, names: list[str]) -> list[str]:
        """Type a command; the lines that it prints, as the page would show them.

        `names` are the page's names of runs, in order of appearance.
        """
        for shown, real in self.runs.items():
            command = command.replace(shown, real)
        command = command.replace(PORT_SHOWN, self.port)
        if command.endswith("&"):
            return self._started(command)
        plain = PLAIN.fullmatch(NOWHERE.sub("", command))
        text = self._typed_here(plain[1]) if plain else self._typed_in_a_shell(command)
        self._meet_new_runs(names)
        for shown, real in self.runs.items():
            text = text.replace(real, shown)
        return self._as_shown("" if UNSEEN.search(command) else text)

    def _typed_here(self, words: str) -> str:
        """Run a plain command in this process, which has imported all of it already."""
        out, before, folder = io.StringIO(), dict(os.environ), Path.cwd()
        stdin, sys.stdin = sys.stdin, io.StringIO()
        try:
            os.environ.update(self._environment())
            os.chdir(self.folder / "desk")
            with redirect_stdout(out), redirect_stderr(io.StringIO()):
                self.code = run(shlex.split(words))
        finally:
            sys.stdin = stdin
            os.chdir(folder)
            os.environ.clear()
            os.environ.update(before)
        return out.getvalue()

    def _typed_in_a_shell(self, command: str) -> str:
        ended = subprocess.run(
            ["sh", "-c", f"(exit {self.code}); {command}"],
            cwd=self.folder / "desk",
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=300,
        )
        self.code = ended.returncode
        text = ended.stdout.decode()
        if not text and "Traceback" in (said := ended.stderr.decode()):
            raise AssertionError(f"{command}: {said}")
        return text

    def leave(self) -> None:
        """What goes on beside is stopped."""
        for process in self.beside:
            process.terminate()
            process.communicate(timeout=20)

    def _started(self, command: str) -> list[str]:
        """Start what goes on beside, with a home of its own: it would be another machine."""
        process = subprocess.Popen(
            ["sh", "-c", f"exec {command.removesuffix('&')}"],
            cwd=self.folder / "desk",
            env={**self._environment(), "UPGRADER_HOME": str(self.folder / "beside")},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.beside.append(process)
        assert process.stdout is not None
        said = ""
        for line in process.stdout:
            said += line
            if line.startswith("Stop:"):
                break
        return self._as_shown(said)

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "PATH": f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "UPGRADER_HOME": str(self.home),
            "UPGRADER_PASSWORD": PASSWORD,
            "NO_COLOR": "1",
        }

    def _as_shown(self, text: str) -> list[str]:
        text = text.replace(str(self.home), HOME_SHOWN)
        # A port is written as wide as it is, and its digits may be a part of a serial number.
        for port, shown in ((f"{self.port:>5}", f"{PORT_SHOWN:>5}"), (self.port, PORT_SHOWN)):
            text = re.sub(rf"(?<!\w){port}(?!\w)", shown, text)
        return text.replace(str(self.folder / "desk"), DESK_SHOWN).rstrip().splitlines()

    def _meet_new_runs(self, names: list[str]) -> None:
        folder = self.home / "runs"
        there = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
        for real in sorted(there - set(self.runs.values())):
            unused = [name for name in names if name not in self.runs]
            self.runs[unused[0] if unused else real] = real


def desk(folder: Path, text: str) -> Desk:
    """Lay out a desk for a page: its files, the fixtures, and `upgrader` on the path."""
    folder = folder.resolve()
    (folder / "bin").mkdir()
    (folder / "desk").mkdir()
    (folder / "desk" / "fixtures").symlink_to(ROOT / "fixtures")
    tool = folder / "bin" / "upgrader"
    tool.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m upgrader "$@"\n')
    tool.chmod(0o755)
    here = Desk(folder)
    for name, content in FILE.findall(text):
        (folder / "desk" / name).write_text(content.replace(PORT_SHOWN, here.port))
    return here


def pages() -> list[Path]:
    """Every page with something to play."""
    every = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return [page for page in every if list(shown_in(page.read_text()))]


def shown_in(text: str) -> Iterator[Shown]:
    """The commands of a page's `console` blocks, with what is shown below each."""
    inside, at, command, below = False, 0, "", list[str]()
    for number, line in enumerate([*text.splitlines(), "```"]):
        starts = inside and line.startswith("$ ")
        if (starts or line.startswith("```")) and command:
            yield Shown(at, command, tuple(below))
            command = ""
        if line.startswith("```"):
            inside = line == "```console"
        elif starts:
            at, command, below = number, line.removeprefix("$ "), []
        elif inside:
            below.append(line)


def run_names(text: str) -> list[str]:
    """The names of runs on a page, each once, in order of appearance."""
    return list(dict.fromkeys(RUN.findall(text)))


def agree(shown: tuple[str, ...], printed: list[str]) -> bool:
    """Whether the shown lines are the printed ones, but for what is left out."""
    parts = [
        r"(?:[^\n]*\n)+?" if line.strip() == LEFT_OUT else re.escape(_without_hash(line)) + r"\n"
        for line in _trimmed(shown)
    ]
    said = "".join(f"{_without_hash(line)}\n" for line in printed)
    return re.fullmatch("".join(parts), said) is not None


def _without_hash(line: str) -> str:
    return PLAN_HASH.sub(r"\1", line)


def merged(shown: tuple[str, ...], printed: list[str]) -> list[str]:
    """The printed lines; where the page leaves something out, it goes on doing so."""
    lines: list[str] = []
    old = list(_trimmed(shown))
    for tag, a, b, c, d in SequenceMatcher(None, old, printed, autojunk=False).get_opcodes():
        left_out = any(line.strip() == LEFT_OUT for line in old[a:b])
        if left_out:
            lines.append(next(line for line in old[a:b] if line.strip() == LEFT_OUT))
        elif tag != "delete":
            lines += printed[c:d]
    return lines


def rewritten(page: Path, folder: Path) -> str:
    """The page with its transcripts as they are now."""
    text = page.read_text()
    lines = text.splitlines()
    here, names = desk(folder, text), run_names(text)
    moved = 0
    for shown in shown_in(text):
        printed = here.play(shown.command, names)
        if agree(shown.lines, printed):
            continue
        start = shown.number + 1 + moved
        gap = shown.lines[len(_trimmed(shown.lines)) :]
        new = [*merged(shown.lines, printed), *gap]
        lines[start : start + len(shown.lines)] = new
        moved += len(new) - len(shown.lines)
    here.leave()
    return "\n".join(lines) + "\n"


def _trimmed(lines: tuple[str, ...]) -> tuple[str, ...]:
    """Without the empty lines between one command and the next."""
    end = len(lines)
    while end and not lines[end - 1]:
        end -= 1
    return lines[:end]


if __name__ == "__main__":
    for page in map(Path, sys.argv[1:]) if sys.argv[1:] else pages():
        with tempfile.TemporaryDirectory() as folder:
            page.write_text(rewritten(page, Path(folder)))
        sys.stdout.write(f"{page}\n")
