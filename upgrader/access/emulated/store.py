"""An emulated pair that outlives the tool: a checkpoint, and every input since.

    worlds/edge.lock                  who holds the pair named `edge`
    worlds/edge-1f0c…/checkpoint      a first line that says what it is, then the whole pair
    worlds/edge-1f0c…/inputs.jsonl    every input since: lines, events, time that passed

A kill of the tool must not take the firewall with it. So each input is written down with its
instant before the answer is handed back, and loading is: the checkpoint, then the inputs again.
The pair is a function of the two. A line that only showed something is marked `pure` and
passed over.

A clean close writes a new checkpoint and then begins new inputs. Both name a generation: inputs
older than their checkpoint are in it already, so that a kill between the two harms nothing. An
input whose last line was cut was never answered, and is dropped.

Not chosen: saving the whole pair after each change. With 10,000 sessions it is megabytes a line.
"""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from upgrader.access.emulated.world import EmulatedWorld, Pace
from upgrader.access.holding import Hold, hold
from upgrader.emulator.pair import EmulatedPair
from upgrader.emulator.surface.inputs import (
    Advanced,
    FileArrived,
    Happened,
    HungUp,
    Input,
    LoggedIn,
    Opened,
    Received,
    TurnedAway,
    apply,
    from_record,
    to_record,
)
from upgrader.journal.disk import Disk, DiskFault, RealDisk, write_atomically
from upgrader.model.names import Digest
from upgrader.model.words import file_stem
from upgrader.ports import UsageFault

SCHEMA = 2
"""The form of both files. Since 2 an input is a record of `surface.inputs`."""
_CHECKPOINT = "checkpoint"
_INPUTS = "inputs.jsonl"
_READ_ATTEMPTS = 20
"""A reader may meet a writer between its two renames, once; more often is a broken folder."""


@dataclass(frozen=True, slots=True)
class WorldKey:
    """Which world: the pair's name, the digest of its files, and where they lie."""

    name: str
    digest: Digest
    path: str

    @property
    def folder(self) -> str:
        """The world's folder: name and twelve digits of the digest."""
        return f"{file_stem(self.name)}-{self.digest.rpartition(':')[2][:12]}"


@dataclass(frozen=True, slots=True)
class _Stored:
    """What lies on disk: which generation, the pair, and how much of the inputs is whole."""

    generation: int
    pair: EmulatedPair
    whole_bytes: int | None
    """How many bytes of the inputs hold whole lines; None: they are of another generation."""


class WorldStore:
    """The worlds under one folder."""

    def __init__(self, folder: Path, disk: Disk | None = None) -> None:
        self._folder = folder
        self._disk = disk or RealDisk()

    def lock_of(self, name: str) -> Path:
        """The lock file of the pair of that name; there need not be one."""
        return self._folder / f"{file_stem(name)}.lock"

    def look(self, key: WorldKey, start: Callable[[], EmulatedPair]) -> EmulatedWorld:
        """A fork of the world as it is now, also while another process holds it.

        Nothing is written: a pair that has no world yet is started in memory only.

        Raises:
            UsageFault: the pair's files have changed since its world was made, or the world
                cannot be read.
        """
        self._refuse_changed(key)
        stored = self._read(key)
        if stored is None:
            return EmulatedWorld(start())
        _hang_up_all(stored.pair)
        return EmulatedWorld(stored.pair)

    def enter(
        self,
        key: WorldKey,
        start: Callable[[], EmulatedPair],
        *,
        command: str,
        fresh: bool = False,
        pace: Pace | None = None,
    ) -> EmulatedWorld:
        """The world itself, held until it is closed; made if there is none, or if `fresh`.

        Raises:
            WorldHeld: another process holds it.
            UsageFault: the pair's files have changed since its world was made, or the world
                cannot be read or written.
        """
        held = hold(self.lock_of(key.name), key.name, command)
        try:
            return self._entered(key, start, held, fresh=fresh, pace=pace)
        except BaseException:
            held.release()
            raise

    def _entered(
        self,
        key: WorldKey,
        start: Callable[[], EmulatedPair],
        held: Hold,
        *,
        fresh: bool,
        pace: Pace | None,
    ) -> EmulatedWorld:
        folder = self._folder / key.folder
        if fresh:
            for old in {*self._of_name(key), folder / _CHECKPOINT}:
                # First what makes it a world: a kill in between leaves none, not half of one.
                old.unlink(missing_ok=True)
                shutil.rmtree(old.parent, ignore_errors=True)
        else:
            self._refuse_changed(key)
        stored = self._read(key)
        try:
            if stored is None:
                self._disk.make_folder(folder)
                self._disk.unlink(folder / _INPUTS)  # of a world that was only half removed
                pair = start()
                keeper = InputKeeper(folder, key, held, self._disk, generation=1)
                keeper.checkpoint(pair)
            else:
                pair = stored.pair
                keeper = InputKeeper(folder, key, held, self._disk, generation=stored.generation)
                keeper.go_on(stored.whole_bytes)
        except DiskFault as fault:
            raise UsageFault(f"the world of pair {key.name} cannot be written: {fault}") from fault
        world = EmulatedWorld(pair, keeper, pace)
        # The consoles of a killed tool are gone with it.
        for number in sorted(pair.conversations):
            pair.hang_up(number)
            keeper.took(HungUp(pair.now, number))
        return world

    # ── which worlds there are ─────────────────────────────────────────────────────────

    def _refuse_changed(self, key: WorldKey) -> None:
        mine = self._folder / key.folder / _CHECKPOINT
        if mine.exists():
            return
        for other in self._of_name(key):
            made_from = _header(other.read_bytes())
            raise UsageFault(
                f"the files of pair {key.name} have changed since its world was made: "
                f"{made_from.get('path', 'its pair file')} had digest "
                f"{str(made_from.get('digest', '?'))[:19]}…, {key.path} has {key.digest[:19]}…. "
                "Say --fresh to start the pair anew from its files "
                "(what happened to it so far is forgotten), or give the file another `name`."
            )

    def _of_name(self, key: WorldKey) -> Iterator[Path]:
        """The checkpoints of all worlds of that pair name, whatever their digest."""
        for checkpoint in sorted(self._folder.glob(f"{file_stem(key.name)}-*/{_CHECKPOINT}")):
            if _header(checkpoint.read_bytes()).get("name") == key.name:
                yield checkpoint

    # ── reading ────────────────────────────────────────────────────────────────────────

    def _read(self, key: WorldKey) -> _Stored | None:
        folder = self._folder / key.folder
        try:
            for _ in range(_READ_ATTEMPTS):
                # In this order: a writer replaces the checkpoint first, so that inputs newer
                # than the checkpoint mean only that we read across its close.
                checkpoint = self._disk.read(folder / _CHECKPOINT)
                inputs = self._disk.read(folder / _INPUTS)
                if checkpoint is None:
                    return None
                stored = _restored(checkpoint, inputs)
                if stored is not None:
                    return stored
        except (DiskFault, ValueError, LookupError, TypeError, AttributeError) as fault:
            raise _broken(key, folder, str(fault)) from fault
        raise _broken(key, folder, "its inputs are newer than its checkpoint")


class InputKeeper:
    """Appends what goes into a pair; at a clean close, writes the pair itself."""

    def __init__(
        self, folder: Path, key: WorldKey, held: Hold, disk: Disk, *, generation: int
    ) -> None:
        self._folder = folder
        self._key = key
        self._held = held
        self._disk = disk
        self._generation = generation

    def took(self, given: Input) -> None:
        """Append an input; flushed where the pair has become another by what it was told."""
        self._append(to_record(given), durable=_must_last(given))

    def save(self, pair: EmulatedPair) -> None:
        """Save the pair whole, and begin new inputs."""
        self._generation += 1
        self.checkpoint(pair)

    def close(self, pair: EmulatedPair) -> None:
        """Save the pair whole, without its consoles, and let go of the lock."""
        try:
            _hang_up_all(pair)
            pair.outbox.clear()  # whoever sends it has gone
            self.save(pair)
        finally:
            self._held.release()

    def checkpoint(self, pair: EmulatedPair) -> None:
        """Save the pair as this generation; the inputs after it begin empty."""
        head = {
            "schema": SCHEMA,
            "generation": self._generation,
            "name": self._key.name,
            "digest": self._key.digest,
            "path": self._key.path,
        }
        whole = json.dumps(head).encode() + b"\n" + pair.save()
        write_atomically(self._folder / _CHECKPOINT, whole, self._disk)
        self._begin_inputs()

    def go_on(self, whole_bytes: int | None) -> None:
        """Append to the inputs that are there, without their cut tail; None: begin new ones."""
        if whole_bytes is None:
            self._begin_inputs()
        else:
            self._disk.truncate(self._folder / _INPUTS, whole_bytes)

    def _begin_inputs(self) -> None:
        head = json.dumps({"schema": SCHEMA, "generation": self._generation})
        write_atomically(self._folder / _INPUTS, head.encode() + b"\n", self._disk)

    def _append(self, record: dict[str, object], *, durable: bool = False) -> None:
        path = self._folder / _INPUTS
        self._disk.append(path, json.dumps(record).encode() + b"\n")
        if durable:
            self._disk.fsync(path)


# ── the two files ──────────────────────────────────────────────────────────────────────


def _restored(checkpoint: bytes, inputs: bytes | None) -> _Stored | None:
    """The pair of a checkpoint and its inputs; None: the inputs are of a later checkpoint."""
    first, _, body = checkpoint.partition(b"\n")
    head = json.loads(first)
    if head["schema"] != SCHEMA:
        written = f"its form is {head['schema']}, and this release reads {SCHEMA}"
        raise ValueError(f"it was written by another release ({written})")
    generation = int(head["generation"])
    pair = EmulatedPair.load(body)
    whole = (inputs or b"")[: (inputs or b"").rfind(b"\n") + 1]
    lines = whole.splitlines()
    theirs = int(json.loads(lines[0])["generation"]) if lines else -1
    if theirs > generation:
        return None
    if theirs < generation:
        return _Stored(generation, pair, None)
    for number, line in enumerate(lines[1:], start=2):
        _replay(pair, json.loads(line), number)
    return _Stored(generation, pair, len(whole))


def _replay(pair: EmulatedPair, record: dict[str, object], number: int) -> None:
    try:
        given = from_record(record)
        if not (isinstance(given, Received) and given.pure):
            apply(pair, given)
    except ValueError as fault:
        raise ValueError(f"line {number} of {_INPUTS}: {fault}") from fault


def _must_last(given: Input) -> bool:
    """Whether the input must be on the disk before anybody hears what came of it.

    A kill of the process loses nothing that was written; only a power cut does. The run's journal
    is flushed before each act, and what the act did must not be younger than that. Consoles and
    time that passed go with the next input that must last.
    """
    match given:
        case Received(pure=pure):
            return not pure
        case FileArrived() | Happened():
            return True
        case Opened() | LoggedIn() | TurnedAway() | HungUp() | Advanced():
            return False


def _header(checkpoint: bytes) -> dict[str, object]:
    """The first line of a checkpoint; empty where it cannot be read."""
    with suppress(ValueError):
        head = json.loads(checkpoint.partition(b"\n")[0])
        if isinstance(head, dict):
            return head
    return {}


def _hang_up_all(pair: EmulatedPair) -> None:
    for number in sorted(pair.conversations):
        pair.hang_up(number)


def _broken(key: WorldKey, folder: Path, why: str) -> UsageFault:
    return UsageFault(
        f"the stored world of pair {key.name} cannot be read ({folder}): {why}. "
        "Say --fresh to start the pair anew from its files."
    )
