"""Acting: the only code that changes a firewall.

Two halves, with the journal between them: `prepare` finds out where a step is typed and which of
its lines are still missing; `carry_out` types them, once. Before both, the very console that will
be typed into is asked who it is: an address is a seat, and its owner changes.
"""

from dataclasses import dataclass, replace

from upgrader.conduct.eyes import Eyes
from upgrader.dialect.asked import understood
from upgrader.dialect.commands import (
    SHOW_ASDM,
    SHOW_BOOT,
    SHOW_GROUP_POLICIES,
    SHOW_VERSION,
    Verb,
    changing_lines,
    harvest_lines,
    log_off,
    show_sessions_of,
    verb_of,
)
from upgrader.dialect.mate import is_passed_on
from upgrader.dialect.refusals import refusal_in
from upgrader.dialect.replies.config import read_configuration
from upgrader.dialect.replies.screen import without_unasked
from upgrader.dialect.replies.sessions import read_sessions
from upgrader.dialect.replies.version import read_show_version
from upgrader.model.drain import DoomedRow, HoldLogins, LogOffBatch, ReleaseLogins
from upgrader.model.names import Seat
from upgrader.model.plan import (
    Backup,
    EvictSession,
    FailBack,
    Harvest,
    ReloadStandby,
    SaveConfiguration,
    SetAsdm,
    SetBootOrder,
    Step,
    SwitchOver,
)
from upgrader.model.unit import Configuration, Snapshot, Unit
from upgrader.model.words import many
from upgrader.ports import Console, Refused, Unlawful, Unparsed


@dataclass(frozen=True, slots=True)
class Prepared:
    """A step, ready to be typed."""

    seat: Seat
    where: str
    """`active Primary JAD…`, for people."""
    lines: tuple[str, ...]
    """Still missing; () where there is nothing left to type, and `why` says why."""
    why: str | None = None
    rows: tuple[DoomedRow, ...] = ()
    """Of a batch: the rows that its lines log off, each read again directly before its line."""


@dataclass(frozen=True, slots=True)
class CarriedOut:
    """What came of lines that were typed."""

    reply: str
    """What the device answered to the last of them."""
    spared: tuple[int, ...] = ()
    """Of a batch: the indices whose line was not typed, for they were another login by then."""


def prepare(step: Step, seen: Snapshot, eyes: Eyes) -> Prepared:
    """Where a step is typed, and what is still missing of it.

    Raises:
        Unlawful: the unit does not answer, or another answers at its seat.
        LineFault: the line failed while reading.
        Unparsed: what stands there now is not understood.
    """
    unit = _typed_on(step, seen)
    console = _console_of(unit, eyes)
    lines, why = _missing(step, console)
    kind = "active" if unit is seen.active else "standby"
    rows = step.rows if isinstance(step, LogOffBatch) else ()
    return Prepared(unit.seat, f"{kind} {unit.name}", lines, why, rows)


def carry_out(prepared: Prepared, eyes: Eyes) -> CarriedOut:
    """Type the lines, and say what came of it, for the receipt.

    Raises:
        Refused: the device refused a line; what was typed before stays typed.
        LineFault: whether the last line arrived is not known.
        Unlawful: the guard refused; nothing was sent.
    """
    console = eyes.console(prepared.seat)
    reply = ""
    try:
        if prepared.rows:
            return _log_off(prepared, console)
        for line in prepared.lines:
            reply = console.ask(line)
            _believe(prepared.seat, line, reply)
    except Exception:
        # Whatever mode the conversation is in now: the next question opens another.
        eyes.forget(prepared.seat)
        raise
    finally:
        if any(verb_of(line) is Verb.GIVE_UP_ACTIVE for line in prepared.lines):
            # Each address changes hands: a session that stays open hangs, or is reset, and tells
            # late what a new one tells at once.
            eyes.close()
    return CarriedOut(without_unasked(reply).strip())


def _log_off(prepared: Prepared, console: Console) -> CarriedOut:
    """Read each row again, and log it off at once if it is still that login."""
    spared = []
    for row in prepared.rows:
        if not _is_there(row, console):
            spared.append(row.index)
            continue
        line = log_off(row.index)
        _believe(prepared.seat, line, console.ask(line))
    ended = len(prepared.rows) - len(spared)
    left = f"; {len(spared)} were gone, or another login by then" if spared else ""
    return CarriedOut(f"{many(ended, 'session')} logged off{left}", tuple(spared))


def _is_there(row: DoomedRow, console: Console) -> bool:
    """Whether that index is still that login: indices are reused."""
    shown = read_sessions(console.ask(show_sessions_of(row.user)))
    return any(
        (found.index, found.user, found.address, found.login_time)
        == (row.index, row.user, row.address, row.login_time)
        for found in shown
    )


def _believe(seat: Seat, line: str, reply: str) -> None:
    refusal = refusal_in(reply)
    if refusal is not None:
        raise Refused(seat, line, refusal)


def _typed_on(step: Step, seen: Snapshot) -> Unit:
    """The unit on whose console a step is typed: the active one, but for reading and evicting."""
    match step:
        case EvictSession(serial=serial) | Harvest(serial=serial):
            unit = seen.unit(serial)
            if unit is None:
                raise Unlawful(f"{serial} does not answer, and this is typed on its own console")
            return unit
        case (
            Backup()
            | SetBootOrder()
            | SetAsdm()
            | SaveConfiguration()
            | ReloadStandby()
            | SwitchOver()
            | FailBack()
            | HoldLogins()
            | LogOffBatch()
            | ReleaseLogins()
        ):
            if seen.active is None:
                raise Unlawful("not exactly one unit is active: nothing is typed")
            return seen.active


def _console_of(unit: Unit, eyes: Eyes) -> Console:
    console = eyes.console(unit.seat)
    if is_passed_on(console.prompt):
        # Reading through the mate was enough, while no address of its own led there.
        eyes.forget(unit.seat)
        console = eyes.console(unit.seat)
    serial = (
        understood(console.ask, SHOW_VERSION, read_show_version).serial or unit.failover.our_serial
    )
    if serial is not None and serial != unit.serial:
        raise Unlawful(
            f"{serial} answers at {unit.seat} and not {unit.serial}: the seat changed its owner"
        )
    return console


def _missing(step: Step, console: Console) -> tuple[tuple[str, ...], str | None]:
    match step:
        case SetBootOrder(wanted=wanted):
            section = _section(SHOW_BOOT, ("boot ",), console)
            current = () if section is None else section.boot
            lines = changing_lines(replace(step, seen=current))
            return lines, f"the boot order is {', '.join(wanted)} already"
        case SetAsdm(image=image):
            section = _section(SHOW_ASDM, ("asdm ", "no asdm "), console)
            if section is not None and section.asdm_image == image:
                return (), f"the ASDM image is {image} already"
            return changing_lines(step), None
        case EvictSession():
            return _eviction(step, console)
        case Harvest():
            return harvest_lines(step), None
        case Backup() | SaveConfiguration() | ReloadStandby() | SwitchOver() | FailBack():
            return changing_lines(step), None
        case ReleaseLogins():
            closed = _still_closed(step, console)
            if not closed.policies:
                return (), "none of its group policies is closed for logins any more"
            return changing_lines(closed), None
        case HoldLogins() | LogOffBatch():
            return changing_lines(step), None


def _section(line: str, begins: tuple[str, ...], console: Console) -> Configuration | None:
    """A part of the running-config, all of whose lines begin so; None: it has no such part.

    Raises:
        Unparsed: there is anything else. Whatever was missed here would be typed again.
    """

    def read(reply: str) -> Configuration | None:
        text = without_unasked(reply)
        rows = [row for row in text.splitlines() if row.strip()]
        if not all(row.startswith(begins) for row in rows):
            raise Unparsed(line, text, f"other lines than `{begins[0].strip()} …`")
        return read_configuration(text, line) if rows else None

    return understood(console.ask, line, read)


def _still_closed(step: ReleaseLogins, console: Console) -> ReleaseLogins:
    """The step for those of its policies that are closed now: all, where that cannot be read.

    A policy that somebody has taken away meanwhile would refuse its line, and so keep shut those
    that come after it; one that has another limit by now is somebody's choice.
    """
    try:
        shown = read_configuration(console.ask(SHOW_GROUP_POLICIES), SHOW_GROUP_POLICIES)
    except Unparsed:
        return step
    closed = {policy for policy, limit in shown.simultaneous_logins if limit == 0}
    return replace(step, policies=tuple(one for one in step.policies if one.policy in closed))


def _eviction(step: EvictSession, console: Console) -> tuple[tuple[str, ...], str | None]:
    """The row, read again directly before: indices are reused, and people come back."""
    rows = read_sessions(console.ask(show_sessions_of(step.user)))
    row = next((row for row in rows if row.index == step.index), None)
    if row is None:
        return (), f"no row {step.index} of {step.user} is left"
    if (row.user, row.address, row.login_time) != (step.user, step.address, step.login_time):
        return (), f"row {step.index} is another login by now: it stays"
    if row.has_tunnel:
        return (), f"row {step.index} has a tunnel: somebody is behind it, it stays"
    return changing_lines(step), None
