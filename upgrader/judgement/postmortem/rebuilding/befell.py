"""What befell the pair beside what was typed: power, crashes, cables, ports, roles that moved.

Only causes are scripted. What follows from them (who notices, who takes over) is the pair's own.
"""

from collections.abc import Iterable, Iterator, Sequence

from upgrader.judgement.postmortem.rebuilding.typed_again import Line
from upgrader.model.evidence import What
from upgrader.model.failover import Role
from upgrader.model.night import Absence, Event, Leaving, Night, Switchover
from upgrader.model.script import Act, Befalls, Typed

HOLD_MS = 15_000
"""Until a mate that says nothing is missed: the default hold time."""
SHUTDOWN_MS = 4_000
"""From the order to reload until the mate sees the unit gone: as the emulator assumes."""
_LOST_HELLOS_MS = 12_000
"""From when a port passes nothing until hellos are missed: as the emulator has it."""
_UP = frozenset({What.STARTUP_END, What.STARTUP_BEGIN, What.TO_ACTIVE})
_TOGETHER_MS = 45_000
"""How near an order, or an absence, must be to what came of it. Our guess."""
_ROLES_MS = 1_000


def boot_ms(night: Night, lines: Sequence[Line]) -> int | None:
    """How long a unit takes from dark until it hears its mate; None: no unit came back.

    Where two boots differ the shorter one: nothing then comes too early for what was typed next.
    """
    booted = [
        (back - went_dark(one, lines), one.why)
        for one in night.absences
        if (back := _up_again(night, one)) is not None and one.why is not Leaving.LINK
    ]
    sure = [took for took, why in booted if why is not Leaving.UNANNOUNCED and took > 0]
    return min(sure or [took for took, _ in booted if took > 0], default=None)


def _up_again(night: Night, absence: Absence) -> int | None:
    """When the unit was up: its own word, where its mate could not hear it; else its mate's."""
    own = [
        event.at
        for event in night.events
        if event.what in _UP
        and event.unit is absence.unit
        and event.at is not None
        and absence.left + _TOGETHER_MS < event.at
        and (absence.back is None or event.at < absence.back)
    ]
    return min(own, default=absence.back)


def went_dark(absence: Absence, lines: Sequence[Line]) -> int:
    """When the unit was gone in truth: a silent one is missed after its hold time only."""
    silent = absence.why in (Leaving.CRASH, Leaving.UNANNOUNCED)
    ordered = any(_sends(line, absence) for line in lines)
    return absence.left - HOLD_MS if silent and not ordered else absence.left


def befell(night: Night, lines: Sequence[Line]) -> tuple[tuple[Act, ...], tuple[str, ...]]:
    """Events and lines, in the night's own time, and what was assumed."""
    assumed: list[str] = []
    acts: list[Act] = []
    for absence in night.absences:
        acts += _absence(absence, lines, boot_ms(night, lines), _refused(night), assumed)
    acts += _links(night)
    acts += _ports(night)
    for move in night.switchovers:
        acts += _switchover(night, move, lines, assumed)
    return tuple(acts), tuple(dict.fromkeys(assumed))


def was_away(night: Night, role: Role | None, at: int) -> Absence | None:
    """The absence of a unit, or of either, that covers an instant; None: there is none.

    A cut link is none: both lived.
    """
    return next(
        (
            one
            for one in night.absences
            if (role is None or one.unit is role)
            and one.why is not Leaving.LINK
            and one.left - _TOGETHER_MS <= at
            and (one.back is None or at <= one.back + _TOGETHER_MS)
        ),
        None,
    )


# ── units that go ──────────────────────────────────────────────────────────────────────


def _absence(
    absence: Absence,
    lines: Sequence[Line],
    boot: int | None,
    refused: frozenset[int],
    assumed: list[str],
) -> Iterator[Act]:
    unit = absence.unit.value.lower()
    if absence.why is Leaving.LINK or absence.left in refused:
        return  # The link's own events tell of it; or the pair's own rule sends it away.
    if any(_sends(line, absence) for line in lines):
        return
    if absence.why is Leaving.ORDERED:
        assumed.append("a reload was ordered by a line that the records do not have")
        if absence.was_active:
            yield Typed(absence.left - SHUTDOWN_MS, unit, "reload noconfirm")
        else:
            yield Typed(absence.left - SHUTDOWN_MS, "active", "failover reload-standby")
        return
    died = went_dark(absence, lines)
    rebooted = absence.back is not None and boot is not None and absence.back - died <= boot * 1.2
    if absence.why is Leaving.CRASH or rebooted:
        if absence.why is not Leaving.CRASH:
            assumed.append(f"the {unit} unit crashed: nothing tells why it was gone")
        yield Befalls(died, "crash-unit", {"unit": unit})
        return
    assumed.append(f"the {unit} unit lost power: nothing tells why it was gone")
    yield Befalls(died, "pull-power", {"unit": unit})
    if absence.back is not None:
        yield Befalls(max(died, absence.back - (boot or 0)), "give-power", {"unit": unit})


def _refused(night: Night) -> frozenset[int]:
    """When units went that do not pair with their mate: each lived on by itself."""
    told = [event.at for event in night.events if event.what is What.VERSIONS_INCOMPATIBLE]
    return frozenset(
        one.left
        for one in night.absences
        if any(at is not None and 0 <= one.left - at <= _TOGETHER_MS for at in told)
    )


def _sends(line: Line, absence: Absence) -> bool:
    return line.reloads and line.at is not None and abs(line.at - absence.left) <= _TOGETHER_MS


# ── cables ─────────────────────────────────────────────────────────────────────────────

_CUTS = {
    What.LINK_DOWN: "failover",
    What.CONTROL_DOWN: "failover",
    What.DATA_DOWN: "state",
}
_JOINS = {What.LINK_UP: "failover", What.CONTROL_UP: "failover", What.DATA_UP: "state"}


def _links(night: Night) -> Iterator[Act]:
    """Cuts and joins of the cables between the units, as both report them."""
    down: set[str] = set()
    for event in _stamped(night.events):
        at = event.at
        assert at is not None  # stamped ones only
        cut, joined = _CUTS.get(event.what), _JOINS.get(event.what)
        if cut is not None and cut not in down and not _turns(night, at):
            down.add(cut)
            yield Befalls(at, "cut-link", {"link": cut})
        elif joined is not None and joined in down:
            down.discard(joined)
            yield Befalls(at, "join-link", {"link": joined})


def _turns(night: Night, at: int) -> bool:
    """Whether a unit goes or comes then, which its mate may take for a broken link."""
    return any(
        abs(at - turn) <= _TOGETHER_MS
        for one in night.absences
        if one.why is not Leaving.LINK
        for turn in (one.left, one.back)
        if turn is not None
    )


def _ports(night: Night) -> Iterator[Act]:
    """Switch ports that passed nothing for a while: the unit whose test failed had them."""
    broken: set[tuple[Role, str]] = set()
    lost: dict[str, int] = {}
    for event in _stamped(night.events):
        at, name, unit = event.at, event.fields.get("interface", ""), event.unit
        assert at is not None  # stamped ones only
        if not name or unit is None or was_away(night, None, at) is not None:
            continue
        port = (unit, name)
        if event.what is What.HELLOS_LOST:
            lost.setdefault(name, at)
        elif event.what is What.TESTED and "fail" in event.fields.get("outcome", "").casefold():
            if port not in broken:
                broken.add(port)
                since = lost.get(name, at)
                yield Befalls(since - _LOST_HELLOS_MS, "break-switch-port", _port(port))
        elif event.what is What.INTERFACE_DOWN and port not in broken:
            broken.add(port)
            yield Befalls(at, "pull-cable", _port(port))
        elif event.what in (What.MONITOR_NORMAL, What.INTERFACE_UP) and port in broken:
            broken.discard(port)
            lost.pop(name, None)
            yield Befalls(at - _ROLES_MS, "mend-switch-port", _port(port))
            yield Befalls(at - _ROLES_MS, "plug-cable", _port(port))


def _port(port: tuple[Role, str]) -> dict[str, str]:
    unit, name = port
    return {"unit": unit.value.lower(), "interface": name}


# ── roles ──────────────────────────────────────────────────────────────────────────────


def _switchover(
    night: Night, move: Switchover, lines: Sequence[Line], assumed: list[str]
) -> Iterator[Act]:
    """A line, where roles moved and nothing else explains it."""
    if move.command is not None or any(
        line.moves and line.at is not None and abs(line.at - move.at) <= _TOGETHER_MS
        for line in lines
    ):
        return
    if was_away(night, move.to.other, move.at) is not None or move.gave_way is False:
        return
    if any(word in move.reason.casefold() for word in ("hello", "interface check", "failed")):
        return
    assumed.append("roles were moved by a line that the records do not have")
    yield Typed(move.at - _ROLES_MS, move.to.value.lower(), "failover active")


def _stamped(events: Iterable[Event]) -> Iterator[Event]:
    return (event for event in events if event.at is not None)
