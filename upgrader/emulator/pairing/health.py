"""What is wrong with a unit, and what follows: who is healthier is or becomes active.

The events and actions of the ASA configuration guide: an active unit whose interfaces or cards
have failed hands over to a standby that is well; a standby that is not is marked Failed, and a
Failed unit that is well again is Standby Ready. Texts: a real interface failure of 2016 (104002
on the unit that gave up, 104001 `mate want me Active` on the other in the same second); lines
below the reason in `show failover history` as other Cisco firewalls print them (inferred).
"""

from dataclasses import dataclass

from upgrader.emulator.pairing import roles
from upgrader.emulator.pairing.monitoring import (
    broken,
    condition,
    exceeds,
    is_watching,
    look,
    tests_again,
)
from upgrader.emulator.pairing.states import move
from upgrader.emulator.state import State
from upgrader.emulator.syslog import log
from upgrader.emulator.tables import Pair
from upgrader.emulator.traffic import connections

INTERFACE_CHECK = "Interface check"
CARD_FAILURE = "Service card failure"
MATES_CARD = "Service card in other unit has failed"


@dataclass(frozen=True, slots=True)
class Ailment:
    """Why a unit is not fit to be active."""

    reason: str
    """In its own history."""
    failure: str
    """In `show failover state`."""
    told: str
    """In 104002, when it gives the active role up for it."""
    names: tuple[str, ...] = ()
    """Interfaces that have failed."""
    lines: tuple[str, ...] = ()
    """Below `failure`: `inside: Failed`."""


def ailment(pair: Pair, u: int) -> Ailment | None:
    """What is wrong with unit u, as far as its mate is better off; None: nothing."""
    unit, mate = pair.units[u], pair.units[1 - u]
    if unit.failed_modules and len(unit.failed_modules) > len(mate.failed_modules):
        # That the last failure is called the same in all three places is inferred.
        return Ailment(CARD_FAILURE, CARD_FAILURE, f"{CARD_FAILURE}.")
    failed = broken(pair, u)
    if not failed or not exceeds(unit, len(failed)):
        return None
    names = tuple(str(interface.name) for interface in failed)
    lines = tuple(
        f"{interface.name}: {condition(pair, u, interface.port)[0].value}" for interface in failed
    )
    told = "interface check, mate is healthier"
    return Ailment(INTERFACE_CHECK, "Ifc Failure", told, names, lines)


def looks(pair: Pair) -> None:
    """Let the units find out what has changed about their interfaces, and act on it."""
    look(pair)
    judge(pair)


def judge(pair: Pair) -> None:
    """Compare the two units, as far as they hear each other and have their roles."""
    if not is_watching(pair):
        return
    active = 0 if pair.units[0].active_since is not None else 1
    standby = pair.units[1 - active]
    ours, theirs = ailment(pair, active), ailment(pair, 1 - active)
    if theirs is not None and standby.state is State.STANDBY_READY:
        _remember(pair, 1 - active, theirs)
        move(pair, 1 - active, State.FAILED, theirs.reason, _details(theirs))
        _tell_failed(pair, 1 - active, theirs)
    elif theirs is None and standby.state is State.FAILED:
        _recovers(pair, 1 - active)
    if ours is not None and standby.state is State.STANDBY_READY:
        _hands_over(pair, active, ours)


def reset(pair: Pair, u: int) -> bool:
    """`failover reset`, typed on unit u: a failed unit is taken for well until it fails again.

    False: neither unit has failed.
    """
    log.operator(pair, u, "failover reset")
    failed = [i for i in (u, 1 - u) if pair.units[i].state is State.FAILED]
    if not failed or (failed[0] != u and not is_watching(pair)):
        return False
    tests_again(pair, failed[0])
    judge(pair)
    return True


def _hands_over(pair: Pair, active: int, why: Ailment) -> None:
    _remember(pair, active, why)
    roles.step_down(pair, active, State.FAILED, why.reason, why.told, _details(why))
    _tell_failed(pair, active, why)
    wanted = roles.WANTED_ACTIVE if why.reason == INTERFACE_CHECK else MATES_CARD
    roles.ascend(pair, 1 - active, wanted)
    connections.copy(pair, 1 - active, active)


def _recovers(pair: Pair, u: int) -> None:
    was_card = pair.units[u].history[-1].reason == CARD_FAILURE
    reason = CARD_FAILURE if was_card else INTERFACE_CHECK
    details = () if was_card else ("This host:0", "Other host:0")
    move(pair, u, State.STANDBY_READY, reason, details)
    log.tell(pair, u, 104_004)
    names = tuple(line.partition(":")[0] for line in pair.units[u].own_failure_lines)
    for number in () if was_card else _numbers(pair, u, names):
        log.tell(pair, 1 - u, 103_002, interface=number)


def _remember(pair: Pair, u: int, why: Ailment) -> None:
    unit, mate = pair.units[u], pair.units[1 - u]
    unit.own_failure, unit.own_failure_lines = (why.failure, pair.now), why.lines
    mate.last_failure, mate.last_failure_lines = (why.failure, pair.now), why.lines


def _tell_failed(pair: Pair, u: int, why: Ailment) -> None:
    log.tell(pair, u, 104_003)
    if why.reason == CARD_FAILURE:
        log.tell(pair, 1 - u, 103_005)
    for number in _numbers(pair, u, why.names):
        log.tell(pair, 1 - u, 103_003, interface=number)


def _numbers(pair: Pair, u: int, names: tuple[str, ...]) -> list[int]:
    """Interfaces as 103003 numbers them; that it counts from 1 is inferred."""
    interfaces = enumerate(pair.units[u].settings.interfaces, 1)
    return [number for number, interface in interfaces if interface.name in names]


def _details(why: Ailment) -> tuple[str, ...]:
    if not why.names:
        return ()
    # Single routed mode calls its only context so. Inferred.
    return (
        f"This host:{len(why.names)}",
        *(f"single_vf: {name}" for name in why.names),
        "Other host:0",
    )
