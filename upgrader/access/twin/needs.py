"""What there must be for a twin: two units, one of them active, a configuration, two listings."""

from collections.abc import Iterator

from upgrader.dialect.commands import DIR, SHOW_RUNNING
from upgrader.model.failover import FailoverState
from upgrader.model.portrait import Portrait
from upgrader.model.unit import Unit
from upgrader.ports import NoTwin

ON_THE_WAY = {
    FailoverState.COLD_STANDBY,
    FailoverState.SYNC_CONFIG,
    FailoverState.SYNC_FILE_SYSTEM,
    FailoverState.BULK_SYNC,
}
STANDING = {*ON_THE_WAY, FailoverState.STANDBY_READY, FailoverState.FAILED}


def both_units(portrait: Portrait) -> tuple[Unit, Unit]:
    """The active unit and its standby.

    Raises:
        NoTwin: a unit does not answer, the roles are not clear or on the move, or a reply is
            missing without which there is no pair.
    """
    seen = portrait.seen
    lacking = [f"{dark.sight}" for dark in seen.dark]
    if lacking:
        raise NoTwin(f"a twin needs both units: {'; '.join(lacking)}")
    active = seen.active
    if active is None:
        states = " and ".join(f"{unit.name} is {unit.state.value}" for unit in seen.units)
        raise NoTwin(f"a twin needs one active unit: {states}")
    standby = seen.mate_of(active)
    assert isinstance(standby, Unit), "nobody is dark"
    if standby.state not in STANDING:
        raise NoTwin(
            f"{standby.name} is {standby.state.value}: a twin is made of a pair at rest, or of one "
            "that is joining; look again when it has settled"
        )
    missing = [line for unit in (active, standby) for line in _missing(portrait, unit)]
    if missing:
        raise NoTwin("what a twin cannot do without is missing:\n" + "\n".join(missing))
    return active, standby


def _missing(portrait: Portrait, unit: Unit) -> Iterator[str]:
    full = unit.full
    whys = {unread.line: unread.why for unread in unit.unread}
    if full is None or full.flash is None:
        yield f"{unit.name}: `{DIR}`: {whys.get(DIR, 'not asked')}"
    if unit is portrait.seen.active and (full is None or full.running is None):
        yield f"{unit.name}: `{SHOW_RUNNING}`: {whys.get(SHOW_RUNNING, 'not asked')}"
