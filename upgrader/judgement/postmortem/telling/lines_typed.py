"""What typed lines order: a reload of a unit, a move of the active role."""

from upgrader.dialect.commands import RELOAD_STANDBY
from upgrader.model.failover import Role

_HERE = frozenset({"failover active"})
_THERE = frozenset({"no failover active"})
_MATE_HERE = frozenset(
    {"failover exec mate failover active", "failover exec standby failover active"}
)
_MATE_THERE = frozenset(
    {"failover exec mate no failover active", "failover exec active no failover active"}
)
_LATER = frozenset({"cancel", "in", "at"})


def to_unit(line: str, typed_on: Role | None) -> tuple[bool, Role | None]:
    """Whether a typed line (`command_of`) moves the active role, and to which unit.

    None: whose console it was is not known.
    """
    if line in _HERE or line in _MATE_THERE:
        return True, typed_on
    if line in _THERE or line in _MATE_HERE:
        return True, None if typed_on is None else typed_on.other
    return False, None


def reloads(line: str, typed_on: Role | None) -> tuple[bool, Role | None]:
    """Whether a typed line (`command_of`) reloads a unit, and which; None: not known.

    `reload cancel`, and a reload at a later time, take nobody away now.
    """
    words = line.split()
    mate = None if typed_on is None else typed_on.other
    if line == RELOAD_STANDBY:
        return True, mate
    if words[:2] == ["failover", "exec"] and words[3:4] == ["reload"]:
        target = typed_on if words[2] == "active" else mate
        return not _LATER & set(words), target
    if words[:1] == ["reload"]:
        return not _LATER & set(words), typed_on
    if words[:2] == ["crashinfo", "force"]:
        return True, typed_on
    return False, None
