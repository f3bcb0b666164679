"""The event that gives the pair the management addresses at which it is really served."""

from collections.abc import Mapping

from upgrader.emulator.config import ConfigFault, apply_line, settings_of
from upgrader.emulator.settings import Settings
from upgrader.emulator.surface.event_words import Argument, Event, Told, Value, WrongEvent
from upgrader.emulator.tables import Pair


def _read_address(value: Value) -> Value | None:
    parts = value.split(".") if isinstance(value, str) else []
    plain = [part for part in parts if part.isascii() and part.isdigit() and len(part) <= 3]
    if len(parts) != 4 or len(plain) != 4 or any(int(part) > 255 for part in parts):
        return None
    return ".".join(str(int(part)) for part in parts)


def _address(name: str, meaning: str) -> Argument:
    return Argument(name, "an IPv4 address", meaning, _read_address)


def _set_addresses(pair: Pair, values: Mapping[str, Value]) -> Told:
    """Change both configurations of both units; no log tells of it, for nobody typed it."""
    active, standby = str(values["active"]), str(values["standby"])
    changed = []
    for unit in pair.units:
        try:
            running = _readdressed(unit.running, unit.settings, active, standby)
            startup = _readdressed(unit.startup, settings_of(unit.startup), active, standby)
        except ConfigFault as fault:
            raise WrongEvent(
                f"the configuration refuses them: {fault.problem}",
                "set-addresses",
                "two addresses of a network that no other interface has",
            ) from fault
        changed.append((unit, running, startup))
    for unit, running, startup in changed:
        unit.running, unit.startup = running, startup
        unit.settings = settings_of(running)
    return {"active": active, "standby": standby}


def _readdressed(
    lines: tuple[str, ...], settings: Settings, active: str, standby: str
) -> tuple[str, ...]:
    port = settings.management
    if port is None:
        what = "no interface has an active and a standby address"
        raise WrongEvent(what, "set-addresses", "a pair whose configuration gives one both")
    if (port.address, port.standby) == (active, standby):
        return lines
    line = f"ip address {active} {port.mask or '255.255.255.0'} standby {standby}"
    return apply_line(lines, (f"interface {port.port}",), line)[0]


ADDRESS = (
    Event(
        "set-addresses",
        "The management interface has these two addresses, in all configurations of both units.",
        (
            _address("active", "the address of the active unit"),
            _address("standby", "the address of the standby"),
        ),
        "ASA command reference: `ip address ADDRESS MASK standby ADDRESS`",
        _set_addresses,
    ),
)
"""In the order of the reference page."""
