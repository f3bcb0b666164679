"""Carrying files to the units, one after the other, and looking at each where it lies."""

from collections.abc import Callable
from dataclasses import replace

from upgrader.conduct.eyes import Eyes
from upgrader.conduct.patience import reading
from upgrader.conduct.staging import Prepared, Stop, Wanted, digest_at
from upgrader.dialect import commands
from upgrader.dialect.refusals import refusal_in
from upgrader.dialect.replies.flash import read_dir
from upgrader.dialect.replies.version import read_show_version
from upgrader.dialect.secrets import masked
from upgrader.judgement.staging.agenda import unloaded
from upgrader.model.names import Seat
from upgrader.model.outcome import ExitCode
from upgrader.model.staging import Did, Ended, Errand, FileLine, StagedFile, name_of
from upgrader.model.unit import Flash, Unit
from upgrader.model.watch import StagingWatcher
from upgrader.ports import (
    Carrier,
    Console,
    Dropped,
    LineFault,
    NoAnswer,
    Refused,
    Unlawful,
    Unparsed,
    World,
)

WITHOUT_SCP = (
    "SCP takes this on the active unit: configure terminal, ssh scopy enable, end",
    "SCP takes an address of each unit's own; without, let the units fetch the files: --url",
)
"""What helps where a file could not be sent."""


class Porter:
    """Carries errands out, one after the other, until all are done or one fails."""

    def __init__(
        self,
        wanted: Wanted,
        prepared: Prepared,
        world: World,
        carrier: Carrier | None,
        watcher: StagingWatcher,
        should_stop: Callable[[], str | None],
        remember: Callable[[StagedFile], None],
    ) -> None:
        """`world` and `carrier` are guarded; `remember` keeps what a later plan has to know."""
        self._wanted = wanted
        self._prepared = prepared
        self._clock = world.clock
        self._eyes = Eyes(world.access, world.seats, world.clock)
        self._carrier = carrier
        self._watcher = watcher
        self._should_stop = should_stop
        self._remember = remember

    def carry_out(self) -> Ended:
        """All errands, in their order."""
        lines: list[FileLine] = []
        errands = self._prepared.agenda.errands
        try:
            for number, errand in enumerate(errands):
                asked = self._should_stop()
                if asked is not None:
                    rest = (_not_sent(left) for left in errands[number:])
                    return Ended((*lines, *rest), asked, ExitCode.STOPPED, asked=True)
                ended = self._run(errand)
                lines += ended.lines
                if ended.why is not None:
                    rest = (_not_sent(left) for left in errands[number + 1 :])
                    return replace(ended, lines=(*lines, *rest))
        finally:
            self._eyes.close()
        return Ended(tuple(lines))

    def _run(self, errand: Errand) -> Ended:
        """One file: brought, then looked at where it lies."""
        unit = self._unit(errand)
        self._watcher.begins(unit.name, errand.path, errand.bytes)
        later = unloaded(errand)
        if later is not None:
            self._remember(later)
        why, code, stopped = None, ExitCode.NEEDS_PERSON, False
        try:
            self._bring(errand, unit)
        except Stop as asked:
            why, code, stopped = str(asked), ExitCode.STOPPED, True
        except Refused as fault:
            why = masked(str(fault))
        except (LineFault, Unlawful, Unparsed) as fault:
            why, code = masked(str(fault)), ExitCode.STOPPED
        line, wrong = self._looked(errand, unit, why)
        self._watcher.ended(line.did.value)
        unsent = why is not None and not stopped and errand.source is not None
        remedy = WITHOUT_SCP if unsent else ()
        return Ended((line,), why or wrong, code, asked=stopped, remedy=remedy)

    def _bring(self, errand: Errand, unit: Unit) -> None:
        if errand.source is not None:
            self._must_be(unit)
            if self._carrier is None:
                raise NoAnswer(unit.seat, None, "nothing can be sent to that pair by SCP")
            self._carrier.put(unit.seat, errand.source, errand.path, self._moved)
            return
        assert self._wanted.url is not None  # without a source the units fetch it
        active = self._active()
        console = self._must_be(active)
        line = commands.fetch(self._wanted.url(name_of(errand.path)), errand.path)
        if unit.serial != active.serial:
            line = commands.on_mate(line)
        self._type(console, line)

    def _moved(self, so_far: int) -> None:
        self._watcher.moved(so_far)
        asked = self._should_stop()
        if asked is not None:
            raise Stop(asked)

    def _type(self, console: Console, line: str) -> None:
        """Type a line once. Nothing that is raised holds a password."""
        try:
            reply = console.ask(line)
        except Dropped as fault:
            self._eyes.forget(console.seat)
            raise Dropped(fault.seat, masked(line), masked(fault.why)) from None
        except LineFault as fault:
            self._eyes.forget(console.seat)
            raise NoAnswer(fault.seat, masked(line), masked(fault.why)) from None
        except Unlawful as fault:
            raise Unlawful(masked(str(fault))) from None
        refusal = refusal_in(reply)
        if refusal is not None:
            raise Refused(console.seat, masked(line), masked(refusal))

    # ── what lies there now ────────────────────────────────────────────────────────────

    def _looked(self, errand: Errand, unit: Unit, why: str | None) -> tuple[FileLine, str | None]:
        """How the file stands after it was brought or not; and what is wrong with it, if it was."""
        try:
            self._must_be(unit)
            flash = self._flash(unit.seat)
            there = flash.find(errand.path)
            digest = None
            if there is not None and errand.bytes in {None, there.bytes}:
                self._watcher.tells(f"{unit.name}: verify {errand.path}")
                told = digest_at(unit.seat, errand.path, self._eyes).digest
                digest = None if told is None else told.partition(":")[2]
        except (LineFault, Unparsed, Unlawful) as fault:
            blind = f"what lies there now is not known: {masked(str(fault))}"
            return _line(errand, Did.PARTIAL, blind, errand.bytes), blind
        if digest == errand.sha512:
            assert there is not None  # what has a digest is there
            did = Did.COPIED if errand.over is None else Did.REPLACED
            proof = f"{errand.why}; now the unit computed the SHA-512 that is wanted"
            return _line(errand, did, proof, there.bytes), None
        if there is None:
            return _line(errand, Did.NOT_SENT, why or "it did not arrive", None), why or (
                f"{errand.path} did not arrive on {unit.name}"
            )
        if there == errand.over and why is not None:
            return _line(errand, Did.NOT_SENT, f"as it was: {why}", there.bytes), why
        size = f"{there.bytes:,} bytes" + ("" if digest is None else f", SHA-512 {digest[:12]}…")
        wrong = f"{errand.path} on {unit.name} is not what it should be ({size})"
        return self._taken_away(errand, unit, there.bytes), why or wrong

    def _taken_away(self, errand: Errand, unit: Unit, left: int) -> FileLine:
        """Remove what arrived of a file, where that harms nobody."""
        active = self._active()
        if unit.serial == active.serial:
            return _line(
                errand,
                Did.PARTIAL,
                "a delete on the active unit is replicated and would take the standby's copy too, "
                "so that what arrived stays; the next `stage` writes over it",
                left,
            )
        try:
            self._type(self._must_be(active), commands.delete_on_mate(errand.path))
            gone = self._flash(unit.seat).lacks(errand.path)
        except (LineFault, Refused, Unlawful, Unparsed) as fault:
            return _line(errand, Did.PARTIAL, f"it could not be removed: {fault}", left)
        if not gone:
            return _line(errand, Did.PARTIAL, "the delete was taken, and it is still there", left)
        return _line(
            errand, Did.REMOVED, f"what had arrived was taken away again; {_lack(errand)}", None
        )

    def _flash(self, seat: Seat) -> Flash:
        def look() -> Flash:
            try:
                return read_dir(self._eyes.console(seat).ask(commands.DIR))
            except Dropped:
                self._eyes.forget(seat)
                raise

        return reading(look)

    # ── who is who ─────────────────────────────────────────────────────────────────────

    def _must_be(self, unit: Unit) -> Console:
        """A console at the unit's seat, after asking who answers there.

        Raises:
            Unlawful: another unit does.
        """

        def ask() -> tuple[Console, str | None]:
            console = self._eyes.console(unit.seat)
            try:
                return console, read_show_version(console.ask(commands.SHOW_VERSION)).serial
            except Dropped:
                self._eyes.forget(unit.seat)
                raise

        console, serial = reading(ask)
        if serial is not None and serial != unit.serial:
            raise Unlawful(
                f"{serial} answers at {unit.seat} and not {unit.serial}: the roles have moved"
            )
        return console

    def _unit(self, errand: Errand) -> Unit:
        unit = self._prepared.seen.unit(errand.serial)
        assert unit is not None  # errands are for units that answered
        return unit

    def _active(self) -> Unit:
        active = self._prepared.seen.active
        assert active is not None  # else there are no errands
        return active


def _line(errand: Errand, did: Did, why: str, size: int | None) -> FileLine:
    return FileLine(errand.serial, errand.path, size, errand.sha512, did, why)


def _lack(errand: Errand) -> str:
    """What the unit is without, now that nothing of the file is left there."""
    if errand.over is None:
        return "it has none of that name, as before"
    return "the file that it was to replace is gone too, and it has none of that name now"


def _not_sent(errand: Errand) -> FileLine:
    return _line(errand, Did.NOT_SENT, f"not begun: {errand.why}", errand.bytes)
