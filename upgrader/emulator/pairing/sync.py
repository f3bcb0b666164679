"""The configuration of the active unit, taken over whole by its mate."""

from msgspec import msgpack

from upgrader.emulator.config import for_unit, settings_of
from upgrader.emulator.machine.dropped import without_dropped
from upgrader.emulator.pairing.link import carry
from upgrader.emulator.sessions import pools
from upgrader.emulator.sessions.packages import load, settle_homes
from upgrader.emulator.state import Role
from upgrader.emulator.tables import REPLICATOR, Pair

_LINES = msgpack.Decoder(tuple[str, ...])


def take_whole(pair: Pair, active: int, joiner: int) -> bool:
    """A full sync: the joiner's running-config becomes the active's, but for its own role.

    Every line is executed anew, and so packages are read from its own flash (R1). Nothing is
    saved. False: nothing that could be read came through.
    """
    unit = pair.units[joiner]
    opened = carry(pair, active, msgpack.encode(pair.units[active].running))
    if opened is None:
        return False
    role = "primary" if unit.role is Role.PRIMARY else "secondary"
    sent = for_unit(_LINES.decode(opened), role)
    lines, lost = without_dropped(pair, unit.version, sent)
    if lines != unit.running:  # Equal ones stay the same ones: what was worked out of them holds.
        unit.running = lines
    unit.settings = settings_of(unit.running)
    unit.loaded, failed = load(unit, unit.settings.webvpn)
    unit.startup_errors = (*lost, *failed)
    unit.modified = unit.running != unit.startup
    unit.changed = (REPLICATOR, pair.now)
    pools.begin_anew(unit)
    settle_homes(unit, pair.scenario.incident)
    return True
