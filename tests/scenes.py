"""One set of scenes, played in every kind of world: what people type, and how it must end.

    ends = play(MATCHED, Emulated(tmp_path, monkeypatch))
    with over_ssh(MATCHED.pair, tmp_path, monkeypatch) as live:
        assert play(MATCHED, live) == ends

The tool is not told which world it is in but by the pair file.
"""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from emulating import PASSWORD, USER, Emulated, emulating
from nights_on_disk import ASDM, TO, pair_text
from shells import Said, Shell
from worlds import NEW_IMAGE, PACKAGE

RATE = 600
"""Device seconds a second, for pair and tool: a night takes seconds, and a command a few of its."""

ASKS = frozenset({"run", "rollback", "cleanup", "stage"})
"""Commands that ask for a live pair's name."""


@dataclass(frozen=True)
class Typed:
    """A command, and the exit code that it must end with. `PAIR` and `RUN` are filled in."""

    line: str
    code: int

    @property
    def words(self) -> list[str]:
        return self.line.split()


@dataclass(frozen=True)
class Scene:
    """A pair, and what is typed."""

    name: str
    pair: str
    typed: tuple[Typed, ...]
    lost: int = 0
    """People that the last run lost."""

    def __str__(self) -> str:
        return self.name


@dataclass
class Place:
    """Where a scene is played: a shell, and the pair file that is named in it."""

    shell: Shell
    pair: Path
    extra: Callable[[str], tuple[str, ...]] = lambda _command: ()
    runs: list[str] = field(default_factory=list)

    def types(self, typed: Typed) -> dict[str, Any]:
        words = [self._filled(word) for word in typed.words]
        said = self.shell(*words, *self.extra(words[0]), "--json")
        assert said.code == typed.code, (typed.line, said.code, _short(said))
        shown = said.json
        if isinstance(shown.get("run"), str):
            self.runs.append(shown["run"])
        return shown

    def _filled(self, word: str) -> str:
        match word:
            case "PAIR":
                return str(self.pair)
            case "RUN":
                return self.runs[-1]
            case "REPOSITORY":
                return str(repository(self.pair.parent / "repository"))
            case _:
                return word.replace("~", " ")


def play(scene: Scene, place: Place) -> list[dict[str, Any]]:
    """Type it all; of each answer what must be the same in every world."""
    return [essence(place.types(typed)) for typed in scene.typed]


def essence(shown: dict[str, Any]) -> dict[str, Any]:
    """An answer without times, addresses and names of runs."""
    kept = {key: shown.get(key) for key in ("command", "outcome", "exit_code", "sessions")}
    kept["units"] = [
        {key: unit[key] for key in ("serial", "role", "state", "version", "reloads")}
        for unit in shown.get("units") or ()
    ]
    kept["residue"] = [
        {key: left.get(key) for key in ("kind", "unit", "user", "address")}
        for left in shown.get("residue") or ()
    ]
    kept["files"] = [
        {key: file.get(key) for key in ("unit", "path", "bytes", "sha512", "did")}
        for file in shown.get("files") or ()
    ]
    kept["findings"] = [
        (found["rule"], found["severity"], found["waived"]) for found in shown.get("findings") or ()
    ]
    return kept


def repository(folder: Path) -> Path:
    """A folder with the files that belong on both flashes."""
    folder.mkdir(exist_ok=True)
    for path, content in ((NEW_IMAGE, "new image"), (PACKAGE["win"], "package A"), (ASDM, "asdm")):
        (folder / path.rpartition("/")[2]).write_text(content)
    return folder


def in_process(scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """The emulated pair as commands have it by themselves: in this process, in virtual time."""
    pair = tmp_path / "edge.toml"
    pair.write_text(scene.pair)
    return Place(Shell(tmp_path, monkeypatch), pair)


@contextmanager
def over_ssh(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, one_address: bool = False
) -> Iterator[tuple[Place, Emulated]]:
    """The same pair served by a process of its own, and a live pair as far as the tool knows."""
    described = tmp_path / "served.toml"
    described.write_text(scene.pair)
    (tmp_path / "far").mkdir()
    monkeypatch.setenv("UPGRADER_PASSWORD", PASSWORD)
    with emulating(str(described), tmp_path / "far", rate=RATE) as served:
        pair = tmp_path / "edge.toml"
        pair.write_text(live_pair(served, one_address=one_address))
        shell = Shell(tmp_path, monkeypatch)
        yield Place(shell, pair, lambda command: ("--yes",) * (command in ASKS)), served


def live_pair(served: Emulated, *, one_address: bool = False, name: str = "edge") -> str:
    lines = [
        f'name = "{name}"',
        "[ssh]",
        f'active = "{served.active}"',
        *(() if one_address else (f'standby = "{served.standby}"',)),
        f"port = {served.port}",
        f'user = "{USER}"',
        'password = "env:UPGRADER_PASSWORD"',
        'host_keys = "first-use"',
        f"rate = {RATE}",
    ]
    return "\n".join(lines) + "\n"


def _short(said: Said) -> str:
    try:
        shown = json.loads(said.out)
        told = {k: shown.get(k) for k in ("outcome", "verdict", "next", "findings", "error")}
        return json.dumps(told, indent=1)[:3_000] + said.err[-1_000:]
    except ValueError:
        return said.out[-2_000:] + said.err[-2_000:]


# ── the scenes ─────────────────────────────────────────────────────────────────────────

QUICK = "boot = 40\nsync_config = 10\nbulk_sync = 5"
RUN = f"run PAIR --to {TO}"
WAIVED = "--waive anyconnect-images-match=known~tonight"

MATCHED = Scene(
    "matched",
    pair_text(sessions=5, timings=QUICK),
    (
        Typed(f"check PAIR --to {TO}", 0),
        Typed(f"plan PAIR --to {TO}", 0),
        Typed(RUN, 0),
        Typed("sessions PAIR", 0),
        Typed(RUN, 0),
    ),
)

REFUSED = Scene(
    "mismatched, and refused",
    pair_text(standby_package="package B", timings=QUICK),
    (Typed(f"plan PAIR --to {TO}", 3), Typed(RUN, 3)),
)

MISMATCHED = Scene(
    "mismatched, and waived",
    pair_text(sessions=4, standby_package="package B", timings=QUICK),
    (
        Typed(f"{RUN} {WAIVED}", 5),
        Typed("sessions PAIR", 5),
        Typed("cleanup PAIR", 0),
    ),
    lost=4,
)

DRAINED = Scene(
    "mismatched, and drained with logins held",
    pair_text(sessions=4, standby_package="package B", timings=QUICK),
    (
        Typed(f"{RUN} --drain anyconnect --drain-batch 3 --hold-logins", 0),
        Typed("sessions PAIR", 0),
    ),
    lost=4,
)

_OTHER_NAME = f'path = "{PACKAGE["win"]}"', 'path = "disk0:/other.pkg"'

MISSING = Scene(
    "a package that the standby lacks",
    # The Secondary is described last.
    _OTHER_NAME[1].join(pair_text(timings=QUICK).rsplit(_OTHER_NAME[0], 1)),
    (Typed(RUN, 3),),
)

NEVER_BACK = Scene(
    "a standby that never comes back",
    pair_text(timings=QUICK, dud_on="secondary"),
    (Typed(RUN, 4),),
)

INTERRUPTED = Scene(
    "stopped before each act, and resumed",
    pair_text(timings=QUICK),
    (
        Typed(f"{RUN} --stop-before reload-standby", 4),
        Typed("resume RUN", 0),
    ),
)

BACK_BEFORE = Scene(
    "rolled back before the switchover",
    pair_text(timings=QUICK),
    (Typed(f"{RUN} --stop-before switch-over", 4), Typed("rollback RUN", 0)),
)

BACK_AFTER = Scene(
    "rolled back after the switchover",
    pair_text(timings=QUICK),
    (Typed(f"{RUN} --stop-before final-reload", 4), Typed("rollback RUN", 0)),
)

STAGED = Scene(
    "an image and a package brought in the day",
    re.sub(
        # Files that are really brought are as long as their bytes.
        r'bytes = \d+\ncontent = "([^"]*)"',
        lambda file: f'bytes = {len(file[1])}\ncontent = "{file[1]}"',
        pair_text(standby_package="package B", timings=QUICK).replace(
            "hostname ", "ssh scopy enable\nhostname ", 1
        ),
    ),
    (
        Typed(RUN, 3),
        Typed(f"stage PAIR --to {TO} --repository REPOSITORY", 0),
        Typed(f"stage PAIR --to {TO} --repository REPOSITORY", 0),
        Typed(RUN, 0),
    ),
)

TOO_LATE = Scene(
    "too late to roll back",
    pair_text(timings=QUICK),
    (Typed(RUN, 0), Typed("rollback RUN", 3)),
)

SCENES = (
    MATCHED,
    REFUSED,
    MISMATCHED,
    DRAINED,
    MISSING,
    NEVER_BACK,
    INTERRUPTED,
    BACK_BEFORE,
    BACK_AFTER,
    TOO_LATE,
    STAGED,
)
