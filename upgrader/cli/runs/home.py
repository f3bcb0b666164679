"""Where things lie: the user's state directory, the runs in it, and how a run is called."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from upgrader.model.words import file_stem
from upgrader.ports import UsageFault

VARIABLE = "UPGRADER_HOME"
"""The environment variable that names another home."""

JOURNAL = "journal.jsonl"
"""What makes a folder a run."""


LATEST = "latest"
"""The run that was begun last; no run's own name is so short."""


@dataclass(frozen=True, slots=True)
class Home:
    """`UPGRADER_HOME`, by default the user's state directory."""

    path: Path

    @property
    def worlds(self) -> Path:
        """Emulated pairs that persist."""
        return self.path / "worlds"

    @property
    def runs(self) -> Path:
        """A folder a run."""
        return self.path / "runs"

    @property
    def claims(self) -> Path:
        """Which run holds which unit, a file a serial."""
        return self.path / "claims"

    @property
    def staged(self) -> Path:
        """What `stage` brought to which unit, a file a pair."""
        return self.path / "staged"

    @property
    def keys(self) -> Path:
        """The key that signs journals."""
        return self.path / "keys"

    @property
    def faults(self) -> Path:
        """Where the traceback of a fault of ours is written."""
        return self.path / "faults"

    def new_run(self, pair: str) -> Path:
        """A folder name for a run that begins now: `2026-11-22T2104-edge-k3f9`; not yet made."""
        from upgrader.cli.worlds.wall import WALL  # noqa: PLC0415  only where a run begins

        begun = WALL.now_local().strftime("%Y-%m-%dT%H%M")
        # Four letters from the system's entropy: two runs may begin in one minute.
        return self.runs / f"{begun}-{file_stem(pair)}-{secrets.token_hex(2)}"

    def all_runs(self) -> tuple[Path, ...]:
        """Every run folder, newest first."""
        if not self.runs.is_dir():
            return ()
        found = [p for p in self.runs.iterdir() if (p / JOURNAL).exists()]
        return tuple(sorted(found, key=_begun, reverse=True))

    def find_run(self, wanted: str | None) -> Path:
        """The run of that name, of an unambiguous beginning of it, or at that path.

        None is the latest, and so is `latest`.

        Raises:
            UsageFault: there is none such, or more than one.
        """
        runs = self.all_runs()
        if wanted is None or wanted == LATEST:
            if runs:
                return runs[0]
            raise UsageFault(f"there is no run yet in {self.runs}; `upgrader run PAIR` makes one")
        there = Path(wanted).expanduser()
        for folder in (there, there.parent):
            if (folder / JOURNAL).is_file() and (folder == there or there.name == JOURNAL):
                return folder.resolve()
        exact = [run for run in runs if run.name == wanted]
        matching = exact or [run for run in runs if run.name.startswith(wanted)]
        match matching:
            case [run]:
                return run
            case []:
                known = ", ".join(run.name for run in runs[:5]) or "none yet"
                raise UsageFault(
                    f"{wanted!r} is no run: neither a run's name nor a run's folder. "
                    f"Runs in {self.runs}: {known}"
                )
            case _:
                names = ", ".join(run.name for run in matching[:5])
                raise UsageFault(f"{wanted!r} may mean more than one run: {names}")


def home() -> Home:
    """The home that the environment names, else the user's state directory.

    Raises:
        UsageFault: the environment names neither it nor a home directory.
    """
    named = os.environ.get(VARIABLE)
    if named:
        return Home(Path(named).expanduser().resolve())
    state = os.environ.get("XDG_STATE_HOME")
    try:
        base = Path(state) if state else Path.home() / ".local" / "state"
    except RuntimeError as fault:
        raise UsageFault(f"no home directory is known; set {VARIABLE} to a folder") from fault
    return Home(base / "upgrader")


def _begun(run: Path) -> tuple[str, float, str]:
    """What sorts runs by age: minute in the name, then when its journal's folder was made."""
    return (run.name[:15], run.stat().st_ctime, run.name)
