"""What may befall a pair, and what people may do: for tests, and for campaigns of faults.

Each physical fault has its undoing. `u` is 0 (Primary) or 1 (Secondary); an interface goes by its
`nameif` or by its port. Nothing here is typed: what the units notice, they notice by themselves.
"""

from typing import TypeVar

from upgrader.emulator.machine import chassis
from upgrader.emulator.pairing import failover, health, joining
from upgrader.emulator.pairing.channels import channels, tell_changes
from upgrader.emulator.pairing.link import takes_part
from upgrader.emulator.pairing.unasked import link_failed
from upgrader.emulator.sessions import vpn
from upgrader.emulator.sessions.ground import ground_of
from upgrader.emulator.sessions.habits import arrives
from upgrader.emulator.sessions.logins import logs_in
from upgrader.emulator.state import Power
from upgrader.emulator.syslog import log
from upgrader.emulator.tables import Pair

T = TypeVar("T")

# ── the cables between the units ──────────


def cut_link(pair: Pair, *, lan: bool = True, state: bool = False) -> None:
    """Pull the cable of the failover link, of the state link, or both."""
    if lan and pair.link.lan_up:
        for u in (0, 1):
            if takes_part(pair, u):
                log.tell(pair, u, 105_032)
                link_failed(pair, u)
    before = channels(pair)
    pair.link.lan_up &= not lan
    pair.link.state_up &= not state
    tell_changes(pair, before)
    failover.listen(pair)


def join_link(pair: Pair, *, lan: bool = True, state: bool = True) -> None:
    """Plug the cables in again. A gap shorter than the hold time is caught up silently."""
    if lan and not pair.link.lan_up:
        for u, unit in enumerate(pair.units):
            if takes_part(pair, u):
                log.tell(pair, u, 105_031)
                if not unit.peer.heard:
                    log.tell(pair, u, 105_042)
    before = channels(pair)
    pair.link.lan_up |= lan
    pair.link.state_up |= state
    tell_changes(pair, before)
    failover.listen(pair)


# ── data interfaces ──────────


def pull_cable(pair: Pair, u: int, name: str) -> None:
    """Pull the cable of an interface out of one unit: the link is lost.

    Of the failover link or the state link: as `cut_link`.
    """
    if (links := _links_of(pair, u, name)) is not None:
        cut_link(pair, lan=links[0], state=links[1])
        return
    port = _port(pair, u, name).partition(".")[0]
    pair.link.unplugged = _with(pair.link.unplugged, (u, port))
    health.looks(pair)


def plug_cable(pair: Pair, u: int, name: str) -> None:
    """Plug it in again."""
    if (links := _links_of(pair, u, name)) is not None:
        join_link(pair, lan=links[0], state=links[1])
        return
    port = _port(pair, u, name).partition(".")[0]
    pair.link.unplugged = _without(pair.link.unplugged, (u, port))
    health.looks(pair)


def break_switch_port(pair: Pair, u: int, name: str) -> None:
    """The switch passes nothing to or from that interface, though its link is up.

    The port is in another VLAN, shut down by port security, or its switch has died behind it.
    """
    pair.link.silenced = _with(pair.link.silenced, (u, _port(pair, u, name)))
    health.looks(pair)


def mend_switch_port(pair: Pair, u: int, name: str) -> None:
    """It passes traffic again."""
    pair.link.silenced = _without(pair.link.silenced, (u, _port(pair, u, name)))
    health.looks(pair)


def split_segment(pair: Pair, name: str) -> None:
    """The segment breaks between the units: each half has traffic, no hello passes.

    The trunk between two switches is down, or lacks the VLAN.
    """
    pair.link.split = _with(pair.link.split, _port(pair, 0, name))
    health.looks(pair)


def join_segment(pair: Pair, name: str) -> None:
    """Hellos pass again."""
    pair.link.split = _without(pair.link.split, _port(pair, 0, name))
    health.looks(pair)


# ── chassis ──────────


def pull_power(pair: Pair, u: int) -> None:
    """A unit loses power at once."""
    chassis.loses_power(pair, u)


def give_power(pair: Pair, u: int) -> None:
    """A unit without power gets it back, and boots."""
    chassis.gets_power(pair, u)


def crash(pair: Pair, u: int, signal: int | None = None) -> None:
    """A unit crashes and reboots by itself, without a word to its mate.

    `signal`: of which its log still tells; None: of none.
    """
    chassis.crashes(pair, u, signal)


def stick_boot(pair: Pair, u: int) -> None:
    """The unit's next boot ends in rommon, and so does every one after it."""
    pair.units[u].stuck = True


def free_boot(pair: Pair, u: int) -> None:
    """Boots succeed again; a unit that stands in rommon is started anew."""
    unit = pair.units[u]
    was_stuck, unit.stuck = unit.stuck, False
    if was_stuck and unit.power is Power.OFF:
        chassis.gets_power(pair, u)


def fail_module(pair: Pair, u: int, slot: int) -> None:
    """The service card in that slot stops responding.

    Raises:
        LookupError: there is no card in that slot.
    """
    if slot not in {module.slot for module in pair.scenario.units[u].modules}:
        raise LookupError(f"there is no service card in slot {slot}")
    pair.units[u].failed_modules = _with(pair.units[u].failed_modules, slot)
    health.looks(pair)


def mend_module(pair: Pair, u: int, slot: int) -> None:
    """It responds again."""
    pair.units[u].failed_modules = _without(pair.units[u].failed_modules, slot)
    health.looks(pair)


# ── configuration syncs ──────────


def stall_sync(pair: Pair) -> None:
    """Configuration syncs make no progress: after 60 s the joiner gives up and reboots."""
    pair.link.stalls = True


def resume_sync(pair: Pair) -> None:
    """They make progress again."""
    pair.link.stalls = False
    for u in (0, 1):
        joining.goes_on(pair, u)


def lock_config(pair: Pair, u: int, holder: str = "ssh") -> None:
    """Somebody on that unit keeps its configuration locked.

    A `show running-config` that waits at `<--- More --->`, say. A sync waits for him, and after
    five minutes the unit reboots.
    """
    pair.units[u].config_lock = holder


def unlock_config(pair: Pair, u: int) -> None:
    """He has let go."""
    pair.units[u].config_lock = None
    joining.goes_on(pair, u)


# ── people ──────────


def connect_clients(pair: Pair, n: int) -> None:
    """So many people arrive and log in now."""
    ground = ground_of(pair)
    for _ in range(n):
        logs_in(pair, arrives(pair), ground)


def disconnect(pair: Pair, client: int) -> None:
    """A person logs off."""
    vpn.leaves(pair, client)


def sleep(pair: Pair, client: int) -> None:
    """A person closes the lid."""
    vpn.sleeps(pair, client)


def wake(pair: Pair, client: int) -> None:
    """A person opens the lid."""
    vpn.wakes(pair, client)


def _links_of(pair: Pair, u: int, name: str) -> tuple[bool, bool] | None:
    """Whether the name is the failover link's, and the state link's own; None: neither."""
    own, wanted = pair.units[u].settings.failover, name.casefold()
    is_lan = wanted in {(part or "").casefold() for part in (own.lan_name, own.lan_port)}
    is_state = wanted in {(part or "").casefold() for part in (own.link_name, own.link_port)}
    return (is_lan, is_state and not is_lan) if name and (is_lan or is_state) else None


def _port(pair: Pair, u: int, name: str) -> str:
    """The port of an interface.

    Raises:
        LookupError: no interface of the unit has that `nameif` or port.
    """
    for interface in pair.units[u].settings.interfaces:
        named = interface.name or ""
        if name.casefold() in (named.casefold(), interface.port.casefold()):
            return interface.port
    raise LookupError(f"there is no interface {name}")


def _with(marks: tuple[T, ...], mark: T) -> tuple[T, ...]:
    return marks if mark in marks else (*marks, mark)


def _without(marks: tuple[T, ...], mark: T) -> tuple[T, ...]:
    return tuple(other for other in marks if other != mark)
