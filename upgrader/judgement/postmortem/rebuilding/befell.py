"""What befell the pair beside what was typed: power, crashes, cables, ports, roles that moved.

Only causes are scripted. What follows from them (who notices, who takes over) is the pair's own.
"""

from collections.abc import Iterable, Iterator, Sequence

from upgrader.dialect.commands import RELOAD_STANDBY
from upgrader.judgement.postmortem.rebuilding.cables import is_cut, links, ports, segments
from upgrader.judgement.postmortem.rebuilding.gone import (
    SHUTDOWN_MS,
    TOGETHER_MS,
    boot_ms,
    sends,
    true_absences,
    was_away,
    went_dark,
)
from upgrader.judgement.postmortem.rebuilding.typed_again import Line
from upgrader.model.cause import Cause, CauseName
from upgrader.model.evidence import What
from upgrader.model.night import Absence, Leaving, Night, Switchover
from upgrader.model.script import Act, Befalls, Typed

_ROLES_MS = 1_000
_NOBODY = "no active unit"
_LONG = 1.2
"""How many times another boot's length is too long for one boot. Our guess."""


def befell(
    night: Night, lines: Sequence[Line], causes: Sequence[Cause]
) -> tuple[tuple[Act, ...], tuple[str, ...]]:
    """Events and lines, in the night's own time, and what was assumed.

    `causes`: those that are taken for true.
    """
    assumed: list[str] = []
    acts: list[Act] = []
    gone = true_absences(night)
    boot, refused = boot_ms(night, lines), _refused(night)
    # A terminal shows who is back when somebody looks: only a log tells how long a boot took.
    longest = boot if any(one.minutes for one in night.coverage) else None
    for absence in gone:
        if absence.why is Leaving.LINK or absence.left in refused:
            continue  # The link's own events tell of it; or the pair's own rule sends it away.
        is_sent = any(sends(line, absence) for line in lines)
        if not is_sent:
            acts += _absence(absence, lines, boot, assumed)
        if is_sent or absence.why is Leaving.ORDERED:
            acts += _power_lost(absence, longest, assumed)
    if any(cause.name is CauseName.SPLIT_BRAIN for cause in causes):
        acts += _unheard_cuts(night, gone, assumed)
    else:
        acts += _unheard_deaths(night, gone, boot, assumed)
    acts += links(night, gone)
    broken = tuple(ports(night, gone))
    acts += broken
    acts += segments(night)
    for move in night.switchovers:
        if not _gave_way_to_port(move, broken) and not _met_again(move, acts):
            acts += _switchover(gone, move, lines, assumed)
    return tuple(acts), tuple(dict.fromkeys(assumed))


# ── units that go ──────────────────────────────────────────────────────────────────────


def _absence(
    absence: Absence,
    lines: Sequence[Line],
    boot: int | None,
    assumed: list[str],
) -> Iterator[Act]:
    """Why a unit went that no line of the night sent."""
    unit = absence.unit.value.lower()
    if absence.why is Leaving.ORDERED:
        assumed.append("a reload was ordered by a line that the records do not have")
        if absence.was_active:
            yield Typed(absence.left - SHUTDOWN_MS, unit, "reload noconfirm")
        else:
            yield Typed(absence.left - SHUTDOWN_MS, "active", RELOAD_STANDBY)
        return
    died = went_dark(absence, lines)
    rebooted = absence.back is not None and boot is not None and absence.back - died <= boot * _LONG
    if absence.why is Leaving.CRASH or rebooted:
        if absence.why is not Leaving.CRASH:
            assumed.append(f"the {unit} unit crashed: nothing tells why it was gone")
        yield Befalls(died, "crash-unit", {"unit": unit})
        return
    assumed.append(f"the {unit} unit lost power: nothing tells why it was gone")
    yield Befalls(died, "pull-power", {"unit": unit})
    if absence.back is not None:
        yield Befalls(max(died, absence.back - (boot or 0)), "give-power", {"unit": unit})


def _unheard_deaths(
    night: Night, gone: Sequence[Absence], boot: int | None, assumed: list[str]
) -> Iterator[Befalls]:
    """Units that died while their mate was away: it found no active one when it was up."""
    for move, absence in _found_nobody(night, gone):
        dead = move.to.other
        last = max(
            (
                event.at
                for event in night.events
                if event.unit is dead and event.at is not None
                if absence.left <= event.at < move.at
            ),
            default=absence.left,
        )
        heard = min(
            (
                event.at
                for event in night.events
                if event.what in (What.PEER_UP, What.PEER_PRESENT)
                and event.unit is move.to
                and event.at is not None
                and event.at > move.at
            ),
            default=None,
        )
        unit = {"unit": dead.value.lower()}
        assumed.append(
            f"the {unit['unit']} unit lost power while its mate was away: nothing tells when"
        )
        yield Befalls(last + _ROLES_MS, "pull-power", unit)
        if heard is not None:
            yield Befalls(max(last + 2 * _ROLES_MS, heard - (boot or 0)), "give-power", unit)


def _unheard_cuts(night: Night, gone: Sequence[Absence], assumed: list[str]) -> Iterator[Befalls]:
    """A failover link that was cut while a unit was away: it found no active mate, which served.

    It is whole again when one of the two gives way to the other.
    """
    for move, absence in _found_nobody(night, gone):
        assumed.append("the failover link was cut while a unit was away: nothing tells when")
        yield Befalls(absence.left + _ROLES_MS, "cut-link", {"link": "failover"})
        met = (
            event.at
            for event in night.events
            if event.what is What.TO_STANDBY and event.at is not None and event.at > move.at
        )
        joined = min(met, default=None)
        if joined is not None:
            yield Befalls(joined - _ROLES_MS, "join-link", {"link": "failover"})


def _found_nobody(night: Night, gone: Sequence[Absence]) -> Iterator[tuple[Switchover, Absence]]:
    """The moves to a unit that found no active one when it was up, and how it had been away.

    Of a link that the records show as cut its own events tell.
    """
    for move in night.switchovers:
        if move.command is not None or _NOBODY not in move.reason.casefold():
            continue
        if is_cut(night, move.at):
            continue
        for absence in gone:
            back = absence.back
            if absence.unit is move.to and back is not None and abs(back - move.at) <= TOGETHER_MS:
                yield move, absence
                break


def _power_lost(absence: Absence, boot: int | None, assumed: list[str]) -> Iterator[Befalls]:
    """Where a unit that was reloaded was away for much longer than a boot takes."""
    if absence.back is None or boot is None or absence.back - absence.left <= boot * _LONG:
        return
    unit = absence.unit.value.lower()
    assumed.append(f"the {unit} unit lost power as it booted: it was away longer than a boot takes")
    yield Befalls(absence.left + SHUTDOWN_MS, "pull-power", {"unit": unit})
    yield Befalls(absence.back - boot, "give-power", {"unit": unit})


def _refused(night: Night) -> frozenset[int]:
    """When units went that do not pair with their mate: each lived on by itself."""
    told = [event.at for event in night.events if event.what is What.VERSIONS_INCOMPATIBLE]
    return frozenset(
        one.left
        for one in night.absences
        if any(at is not None and 0 <= one.left - at <= TOGETHER_MS for at in told)
    )


# ── roles ──────────────────────────────────────────────────────────────────────────────


def _switchover(
    gone: Sequence[Absence], move: Switchover, lines: Sequence[Line], assumed: list[str]
) -> Iterator[Act]:
    """A line, where roles moved and nothing else explains it."""
    if move.command is not None or any(
        line.moves and line.at is not None and abs(line.at - move.at) <= TOGETHER_MS
        for line in lines
    ):
        return
    if was_away(gone, move.to.other, move.at) is not None or move.gave_way is False:
        return
    if any(word in move.reason.casefold() for word in ("hello", "interface check", "failed")):
        return
    assumed.append("roles were moved by a line that the records do not have")
    yield Typed(move.at - _ROLES_MS, move.to.value.lower(), "failover active")


def _met_again(move: Switchover, acts: Iterable[Act]) -> bool:
    """Whether the link was whole again just before: of two active units one gives way by itself."""
    return any(
        isinstance(act, Befalls)
        and act.event == "join-link"
        and 0 <= move.at - act.at_ms <= TOGETHER_MS
        for act in acts
    )


def _gave_way_to_port(move: Switchover, ports: Iterable[Befalls]) -> bool:
    """Whether a port of the unit that gave way had just failed: the pair moves by itself then."""
    giver = move.to.other.value.lower()
    return any(
        act.event in ("break-switch-port", "pull-cable")
        and act.arguments.get("unit") == giver
        and 0 <= move.at - act.at_ms <= TOGETHER_MS
        for act in ports
    )
