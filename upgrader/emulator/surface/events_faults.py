"""Events of data cables, switches, service cards, boots and configuration syncs."""

from collections.abc import Callable, Mapping

from upgrader.emulator.state import Unit
from upgrader.emulator.surface import faults
from upgrader.emulator.surface.event_words import (
    UNIT,
    Event,
    Told,
    Value,
    WrongEvent,
    choice,
    may_lack,
    text,
    unit_of,
    whole,
)
from upgrader.emulator.tables import Pair

_INTERFACE = text(
    "interface", "which interface", allowed="an interface's `nameif`, or its port", default=None
)
_SLOT = whole("slot", 0, 9, "the slot of the service card", default=1)
_HOLDER = choice("holder", ("ssh", "console"), "over what he is connected", "ssh")
_CABLES = "our fault model: a cable is in or out, a port passes traffic or does not"
_MONITORING = "ASA 9.x CLI book 1, interface health monitoring"
_SYNC = "ASA syslog guide, 105021 and 105022"
_MODULES = "ASA 9.x CLI book 1, module health monitoring"


def _on_interface(
    name: str, meaning: str, act: Callable[[Pair, int, str], None], source: str = _CABLES
) -> Event:
    """An event on one unit's interface."""

    def happens(pair: Pair, values: Mapping[str, Value]) -> Told:
        u = unit_of(values)
        try:
            act(pair, u, str(values["interface"]))
        except LookupError as fault:
            raise _no_interface(name, pair.units[u], values) from fault
        return {}

    return Event(name, meaning, (UNIT, _INTERFACE), source, happens)


def _on_segment(name: str, meaning: str, act: Callable[[Pair, str], None]) -> Event:
    """An event on what lies between the same interface of both units."""

    def happens(pair: Pair, values: Mapping[str, Value]) -> Told:
        try:
            act(pair, str(values["interface"]))
        except LookupError as fault:
            raise _no_interface(name, pair.units[0], values) from fault
        return {}

    return Event(name, meaning, (_INTERFACE,), _MONITORING, happens)


def _on_unit(name: str, meaning: str, act: Callable[[Pair, int], None], source: str) -> Event:
    """An event on one unit."""

    def happens(pair: Pair, values: Mapping[str, Value]) -> Told:
        act(pair, unit_of(values))
        return {}

    return Event(name, meaning, (UNIT,), source, happens)


def _on_module(name: str, meaning: str, act: Callable[[Pair, int, int], None]) -> Event:
    """An event on a service card."""

    def happens(pair: Pair, values: Mapping[str, Value]) -> Told:
        u, slot = unit_of(values), values["slot"]
        assert isinstance(slot, int)  # it was read as a number
        slots = sorted(module.slot for module in pair.scenario.units[u].modules)
        if slot not in slots:
            expected = ", ".join(map(str, slots)) or "a unit with a card: this one has none"
            raise WrongEvent(f"there is no service card in slot {slot}", f"{name} slot", expected)
        act(pair, u, slot)
        return {}

    return Event(name, meaning, (UNIT, _SLOT), _MODULES, happens)


def _lock_config(pair: Pair, values: Mapping[str, Value]) -> Told:
    faults.lock_config(pair, unit_of(values), str(values["holder"]))
    return {}


def _crash(pair: Pair, values: Mapping[str, Value]) -> Told:
    signal = values.get("signal")
    faults.crash(pair, unit_of(values), signal if isinstance(signal, int) else None)
    return {}


def _on_syncs(name: str, meaning: str, act: Callable[[Pair], None]) -> Event:
    """An event on the configuration syncs of the pair."""

    def happens(pair: Pair, values: Mapping[str, Value]) -> Told:
        del values
        act(pair)
        return {}

    return Event(name, meaning, (), _SYNC, happens)


def _no_interface(name: str, unit: Unit, values: Mapping[str, Value]) -> WrongEvent:
    known = ", ".join(i.name for i in unit.settings.interfaces if i.name) or "none has a name"
    what = f"there is no interface {values['interface']!r}"
    return WrongEvent(what, f"{name} interface", f"one of {known}")


INTERFACES = (
    _on_interface(
        "pull-cable",
        "The cable of a data interface is pulled: the link is lost.",
        faults.pull_cable,
    ),
    _on_interface("plug-cable", "It is plugged in again.", faults.plug_cable),
    _on_interface(
        "break-switch-port",
        "The switch passes nothing to or from that interface, though its link is up.",
        faults.break_switch_port,
        _MONITORING,
    ),
    _on_interface("mend-switch-port", "It passes traffic again.", faults.mend_switch_port),
    _on_segment(
        "split-segment",
        "The segment breaks between the units: each half has traffic, and no hello passes.",
        faults.split_segment,
    ),
    _on_segment("join-segment", "Hellos pass between the halves again.", faults.join_segment),
)
"""In the order of the reference page."""

CHASSIS = (
    Event(
        "crash-unit",
        "A unit crashes and reboots by itself; its mate is not told, and learns by its hold time.",
        (UNIT, may_lack(whole("signal", 1, 31, "of which the log still tells"))),
        "our fault model, and 199010 of the ASA syslog guide",
        _crash,
    ),
    _on_unit(
        "stick-boot",
        "The unit's next boot ends in rommon, and so does every one after it.",
        faults.stick_boot,
        "our fault model: a boot fails, for whatever reason",
    ),
    _on_unit(
        "free-boot",
        "Boots succeed again; a unit that stands in rommon is started anew.",
        faults.free_boot,
        "our fault model: somebody has seen to it",
    ),
    _on_module("fail-module", "A service card stops responding.", faults.fail_module),
    _on_module("mend-module", "It responds again.", faults.mend_module),
)
"""In the order of the reference page."""

SYNCS = (
    _on_syncs(
        "stall-sync",
        "Configuration syncs make no progress: after 60 s the joiner gives up and reboots.",
        faults.stall_sync,
    ),
    _on_syncs("resume-sync", "They make progress again.", faults.resume_sync),
    Event(
        "lock-config",
        "Somebody on the unit keeps its configuration locked: a sync waits for him.",
        (UNIT, _HOLDER),
        _SYNC,
        _lock_config,
    ),
    _on_unit("unlock-config", "He has let go.", faults.unlock_config, _SYNC),
)
"""In the order of the reference page."""
