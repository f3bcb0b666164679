"""Files that are brought to an emulated pair in this process, as SCP would bring them.

What arrives is an input of the pair, and is kept; its bytes lie on the pair's shelf, where
`emulate` finds them. It takes as long as the scenario says that a copy takes. A copy that breaks
off leaves what has come of it on flash, and an image that is cut short does not boot: inferred, no
capture of a broken SCP is known.
"""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from upgrader.access.emulated.digesting import Digesting
from upgrader.access.emulated.shelf import Arriving, FileShelf
from upgrader.access.emulated.world import ACTIVE, STANDBY, EmulatedWorld
from upgrader.emulator.machine.files import arrived, room_for
from upgrader.emulator.machine.repository import Supplied
from upgrader.emulator.surface.inputs import FileArrived, Happened
from upgrader.model.names import Seat
from upgrader.ports import Clock, Dropped, NoAnswer, Refused, UsageFault

CHUNK = 1 << 20
"""How much is read, written and told at once."""
NOT_ENABLED = "`ssh scopy enable` is missing in the unit's configuration"
UNITS = ("primary", "secondary")


class EmulatedCarrier:
    """Brings files to the flash of an emulated pair's units."""

    def __init__(self, world: EmulatedWorld, shelf: FileShelf, chunk: int = CHUNK) -> None:
        self._world = world
        self._shelf = shelf
        self._chunk = chunk

    def put(self, seat: Seat, source: Path, path: str, progress: Callable[[int], None]) -> None:
        """Copy a local file to `disk0:/…` of whoever holds that seat now.

        Raises:
            NoAnswer: nobody does.
            Refused: SCP is not enabled, or there is no room.
            Dropped: the unit went away meanwhile; what has come lies there.
            UsageFault: the file cannot be read, or not be kept on this machine.
        """
        pair, request = self._world.pair, f"scp -t {path}"
        held = {self._world.seats.active: ACTIVE, self._world.seats.standby: STANDBY}.get(seat)
        unit = None if held is None else pair.owner_of(held)
        if held is None or unit is None:
            raise NoAnswer(seat, request, "nobody answers")
        if not pair.may_copy(held):
            raise Refused(seat, request, NOT_ENABLED)
        try:
            size = source.stat().st_size
            if size > (room := room_for(pair, unit, path)):
                raise Refused(seat, request, f"No space left on device ({room} bytes free)")
            coming = self._shelf.begin(size)
        except OSError as fault:
            raise UsageFault(f"{source} cannot be kept for the emulated pair: {fault}") from fault
        self._carry(_Way(seat, unit, request, path), source, coming, progress)

    def _carry(
        self, way: "_Way", source: Path, coming: Arriving, progress: Callable[[int], None]
    ) -> None:
        seen, done = Digesting(), 0
        rate = self._world.pair.scenario.timings.copy_bytes_per_s
        clock: Clock = self._world.clock
        try:
            with source.open("rb") as stream:
                while data := stream.read(self._chunk):
                    coming.write(data)
                    seen.take(data)
                    done += len(data)
                    clock.sleep(timedelta(milliseconds=len(data) * 1_000 // rate))
                    self._must_answer(way)
                    progress(done)
        except OSError as fault:
            coming.abandon()
            raise UsageFault(f"{source} cannot be read or kept: {fault}") from fault
        except BaseException:
            coming.abandon()
            self._left(way, seen.supplied(), done)
            raise
        self._whole(way, self._finished(source, coming))

    def _must_answer(self, way: "_Way") -> None:
        if not self._world.pair.answers(way.unit):
            raise Dropped(way.seat, way.request, "the copy broke off")

    def _finished(self, source: Path, coming: Arriving) -> Supplied:
        try:
            return coming.finish()
        except OSError as fault:
            raise UsageFault(f"{source} cannot be kept: {fault}") from fault

    def _whole(self, way: "_Way", supplied: Supplied) -> None:
        pair = self._world.pair
        why = self._world.give(
            lambda at: FileArrived(at, way.unit, way.path, arrived(pair, way.path, supplied, at))
        )
        if isinstance(why, str):
            raise Refused(way.seat, way.request, why)

    def _left(self, way: "_Way", supplied: Supplied, done: int) -> None:
        """What stands on flash of a file that did not come whole; nothing, if nothing came."""
        if not done or not self._world.pair.answers(way.unit):
            return
        arguments: dict[str, str | int | bool] = {
            "unit": UNITS[way.unit],
            "path": way.path,
            "bytes": done,
            "content": f"the beginning of {supplied.content}",
            "version": "unbootable",
        }
        self._world.give(lambda at: Happened(at, "put-file", arguments))


class _Way:
    """To which unit a file goes, and as what."""

    def __init__(self, seat: Seat, unit: int, request: str, path: str) -> None:
        self.seat = seat
        self.unit = unit
        self.request = request
        self.path = path
