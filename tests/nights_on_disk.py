"""Nights that are killed: a pair and a run on disk, conducted through what the commands call.

    night = Night(tmp_path)
    night.dies(run=FailingDisk(40))
    report = night.resume()
    assert night.reloads == 2

Every process of a night is one call here. A process that dies runs no clean-up of its own: the
kernel takes back its lock, and nothing else happens.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from shutil import copy2, copytree, rmtree
from tempfile import mkdtemp

from failing_disk import FailingDisk, Killed
from worlds import NEW_IMAGE, OLD_IMAGE, PACKAGE, config

from upgrader.access.emulated.store import WorldStore
from upgrader.access.emulated.world import EmulatedWorld
from upgrader.cli.deeds import nights
from upgrader.cli.deeds.wanted import read_upgrade
from upgrader.cli.pairfile.pair import PairFile, read_pair
from upgrader.cli.planfile import decode_plan
from upgrader.cli.runs.home import Home
from upgrader.cli.worlds.entering import enter
from upgrader.conduct.wishes import Wishes
from upgrader.emulator.pair import EmulatedPair
from upgrader.journal.disk import Disk, RealDisk
from upgrader.model.drain import Drain
from upgrader.model.outcome import Outcome
from upgrader.model.report import Report
from upgrader.model.watch import Unwatched
from upgrader.ports import World

TO = "9.16(4)"
ASDM = "disk0:/asdm-7181-152.bin"


def pair_text(
    *,
    name: str = "edge",
    sessions: int = 3,
    sleeping: int = 0,
    standby_package: str = "package A",
    timings: str = "",
    incident: str = "",
    dud_on: str = "",
) -> str:
    """A small pair's file; `dud_on`: the role of the unit whose new image does not boot."""
    lines = [
        f'name = "{name}"',
        "[emulated]",
        'model = "ASA5516"',
        "ram_mb = 8192",
        "seed = 7",
        "config = '''",
        *config(),
        "'''",
        "[emulated.clients]",
        f"count = {sessions}",
        f"sleeping = {sleeping}",
        "[emulated.timings]",
        timings,
        "[emulated.incident]",
        incident,
    ]
    for role, serial, content in (
        ("primary", "JAD11111111", "package A"),
        ("secondary", "JAD22222222", standby_package),
    ):
        lines += ["[[emulated.unit]]", f'role = "{role}"', f'serial = "{serial}"']
        dud = 'version = "unbootable"' if role == dud_on else ""
        for path, what, more in (
            (OLD_IMAGE, "old image", ""),
            (NEW_IMAGE, "new image", dud),
            (PACKAGE["win"], content, ""),
            (ASDM, "asdm", ""),
        ):
            lines += ["[[emulated.unit.file]]", f'path = "{path}"', "bytes = 40000000"]
            lines += [f'content = "{what}"', more]
    return "\n".join(lines) + "\n"


class HastyDisk(RealDisk):
    """A disk for a process that dies while its machine lives on: nothing needs flushing."""

    def fsync(self, path: Path) -> None:
        assert path.exists()


@dataclass
class Film(HastyDisk):
    """A disk that remembers every change, so that any instant of it can be laid out again."""

    root: Path
    frames: list[tuple[str, str, bytes, str]] = field(default_factory=list)
    """What, on which path below `root`, with which bytes, under which other path."""

    def make_folder(self, path: Path) -> None:
        self._took("make", path)
        super().make_folder(path)

    def append(self, path: Path, data: bytes) -> None:
        self._took("append", path, data)
        super().append(path, data)

    def write(self, path: Path, data: bytes) -> None:
        self._took("write", path, data)
        super().write(path, data)

    def replace(self, source: Path, target: Path) -> None:
        self._took("replace", source, other=target)
        super().replace(source, target)

    def truncate(self, path: Path, size: int) -> None:
        self._took("truncate", path, b"." * size)
        super().truncate(path, size)

    def unlink(self, path: Path) -> None:
        self._took("unlink", path)
        super().unlink(path)

    def _took(self, what: str, path: Path, data: bytes = b"", other: Path | None = None) -> None:
        beside = "" if other is None else str(other.relative_to(self.root))
        self.frames.append((what, str(path.relative_to(self.root)), data, beside))


def play(frame: tuple[str, str, bytes, str], root: Path, *, torn: bool = False) -> None:
    """Do to the folder what was done then; `torn`: half of it."""
    what, name, data, beside = frame
    path, disk = root / name, RealDisk()
    if torn:
        data = data[: len(data) // 2]
    match what:
        case "make":
            disk.make_folder(path)
        case "append":
            disk.append(path, data)
        case "write":
            disk.write(path, data)
        case "replace":
            disk.replace(path, root / beside)
        case "truncate":
            disk.truncate(path, len(data))
        case "unlink":
            disk.unlink(path)


def twin(source: Path, target: Path) -> None:
    """Copy a home. Blobs are never written to again, and are linked."""

    def put(old: str, new: str) -> None:
        if old.endswith(".z"):
            Path(new).hardlink_to(old)
        else:
            copy2(old, new)

    if target.exists():
        rmtree(target)
    copytree(source, target, copy_function=put)


@dataclass
class Companion(HastyDisk):
    """The other disk of a process that dies with its first one."""

    doomed: FailingDisk

    def _alive(self) -> None:
        if len(self.doomed.done) > self.doomed.changes:
            raise Killed

    def read(self, path: Path) -> bytes | None:
        self._alive()
        return super().read(path)

    def make_folder(self, path: Path) -> None:
        self._alive()
        super().make_folder(path)

    def append(self, path: Path, data: bytes) -> None:
        self._alive()
        super().append(path, data)

    def write(self, path: Path, data: bytes) -> None:
        self._alive()
        super().write(path, data)

    def replace(self, source: Path, target: Path) -> None:
        self._alive()
        super().replace(source, target)

    def truncate(self, path: Path, size: int) -> None:
        self._alive()
        super().truncate(path, size)

    def unlink(self, path: Path) -> None:
        self._alive()
        super().unlink(path)


def lines_in(frames: Iterable[tuple[str, str, bytes, str]]) -> list[str]:
    """The lines that did something to the pair, in order."""
    inputs = (
        json.loads(data)
        for what, name, data, _ in frames
        if what == "append" and name.endswith("inputs.jsonl") and data.endswith(b"\n")
    )
    return [record["line"] for record in inputs if "line" in record and "pure" not in record]


Through = Callable[[World], World]


def as_it_is(world: World) -> World:
    return world


@dataclass
class Night:
    """One home with one pair in it, and the processes that come and go."""

    folder: Path
    text: str = field(default_factory=pair_text)
    waive: tuple[str, ...] = ()
    home_path: Path | None = None
    last: EmulatedPair | None = None
    """The pair as the last process left it."""

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.file = self.folder / "edge.toml"
        if not self.file.exists():
            self.file.write_text(self.text)
        self.home = Home(self.home_path or self.folder / "home")

    @property
    def pair(self) -> PairFile:
        return read_pair(str(self.file))

    # ── processes ──

    def run(
        self,
        *,
        run: Disk | None = None,
        world: Disk | None = None,
        wishes: Wishes | None = None,
        through: Through = as_it_is,
        failback: bool = False,
        to: str = TO,
        drain: Drain | None = None,
    ) -> Report:
        """`upgrader run`."""
        from upgrader.model.plan import Failback

        wanted = read_upgrade(
            str(self.file),
            to,
            [f"{rule}=known tonight" for rule in self.waive],
            Failback.ALWAYS if failback else Failback.NEVER,
            drain=drain,
        )
        with self._entered("upgrader run", world) as entered:
            return nights.run(
                wanted,
                through(entered),
                self.home,
                Unwatched(),
                wishes or Wishes(),
                disk=run or HastyDisk(),
            )

    def resume(
        self,
        *,
        run: Disk | None = None,
        world: Disk | None = None,
        wishes: Wishes | None = None,
        through: Through = as_it_is,
        name: str | None = None,
    ) -> Report:
        """`upgrader resume`; without a name, the latest run."""
        folder = self.home.find_run(name)
        decode_plan(folder / "plan.json")
        with self._entered("upgrader resume", world) as entered:
            return nights.resume(
                folder,
                through(entered),
                self.home,
                Unwatched(),
                wishes or Wishes(),
                disk=run or HastyDisk(),
            )

    def cleanup(self, *, run: Disk | None = None, world: Disk | None = None) -> Report:
        """`upgrader cleanup`."""
        with self._entered("upgrader cleanup", world) as entered:
            return nights.cleanup(
                self.pair,
                entered,
                self.home,
                Unwatched(),
                Wishes(),
                wait=True,
                disk=run or HastyDisk(),
            )

    def rollback(
        self,
        name: str | None = None,
        *,
        run: Disk | None = None,
        world: Disk | None = None,
        wishes: Wishes | None = None,
        through: Through = as_it_is,
    ) -> Report:
        """`upgrader rollback`; without a name, the latest run."""
        from upgrader.cli.deeds import returning

        folder = self.home.find_run(name)
        with self._entered("upgrader rollback", world) as entered:
            return returning.rollback(
                folder,
                self.pair,
                through(entered),
                self.home,
                Unwatched(),
                wishes or Wishes(),
                disk=run or HastyDisk(),
            )

    def abort(self, name: str | None = None) -> Report:
        """`upgrader abort`; without a name, the latest run."""
        from upgrader.cli.deeds import stopping

        return stopping.abort(self.home, self.home.find_run(name), HastyDisk())

    def goes_on(self, *, run: Disk | None = None, world: Disk | None = None) -> Report:
        """What a person does after a kill: resume the run there is, else begin one."""
        if not self.home.all_runs():
            return self.run(run=run, world=world)
        return self.resume(run=run, world=world)

    # ── the pair ──

    def changed(self, **scenario: object) -> None:
        """Between two commands, the pair's world becomes another: its timings, say."""
        with self._entered("a test", None) as world:
            pair = world.pair
            pair.scenario = replace(pair.scenario, **scenario)

    def _store(self) -> WorldStore:
        return WorldStore(self.home.worlds, HastyDisk())

    @contextmanager
    def _entered(self, command: str, disk: Disk | None) -> Iterator[EmulatedWorld]:
        world = enter(self.pair, self.home.worlds, command=command, disk=disk or HastyDisk())
        try:
            yield world
            world.close()
        finally:
            # A process that was killed closes nothing; its lock is taken back by the kernel.
            world.keeper._held.release()
            self.last = world.pair


_STOPPED: dict[tuple[object, ...], "Night"] = {}
"""Nights that are copied from, and left as they are, by what they are nights of."""


def stopped_before(
    folder: Path,
    step: str,
    text: str,
    *,
    waive: tuple[str, ...] = (),
    failback: bool = False,
) -> Night:
    """A run that was stopped before that step: a copy of one that really was.

    The pair's file is the original's, since the run names it: write to none of its lines.
    """
    kind = (text, step, waive, failback)
    if kind not in _STOPPED:
        # Beside the test's own folder, and not in it: others copy from there when it is over.
        first = Night(Path(mkdtemp(prefix="stopped-", dir=folder.parent)), text, waive)
        report = first.run(wishes=Wishes(stop_before=step), failback=failback)
        assert report.outcome is Outcome.STOPPED, report.verdict
        _STOPPED[kind] = first
    original = _STOPPED[kind]
    folder.mkdir(parents=True, exist_ok=True)
    twin(original.home.path, folder / "home")
    night = Night(folder, text, waive)
    assert original.last is not None
    night.file, night.last = original.file, original.last.fork()
    return night
