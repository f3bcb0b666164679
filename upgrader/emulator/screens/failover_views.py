"""`show failover state`, `history`, `interface` and `statistics`.

Layouts: the vendor's integrity-assurance pages (history, 9.1(5)), real 9.x and 9.18 screens
(state); `interface` and `statistics` by the command reference.
"""

from functools import lru_cache

from upgrader.emulator.screens.failover import holds_active
from upgrader.emulator.state import HistoryEntry, State, Unit
from upgrader.emulator.tables import Pair
from upgrader.emulator.wall import Wall, stamped, wall_of

_RULE = "=" * 74
_ROWS_KEPT = 60


def show_failover_state(pair: Pair, u: int) -> str:
    """Columns at 15, 30 and 55. `Last Failure Reason` is sticky: it stays after recovery."""
    unit, other = pair.units[u], pair.units[1 - u]
    wall = wall_of(pair, u)
    ours = f"This host  -   {unit.role.value}\n"
    ours += _state_row(unit.state, *_failure(wall, unit.own_failure), unit.own_failure_lines)
    theirs = f"Other host -   {other.role.value}\n"
    theirs += _state_row(
        unit.peer.state, *_failure(wall, unit.last_failure), unit.last_failure_lines
    )
    sync = "".join([f"        {line}\n" for line in unit.sync])
    link = "        Mac set\n" if unit.peer.heard else ""
    return (
        f"\n{'':15}{'State':15}{'Last Failure Reason':25}Date/Time\n"
        f"{ours}{theirs}\n"
        f"====Configuration State===\n{sync}"
        f"====Communication State===\n{link}\n"
    )


def _failure(wall: Wall, failure: tuple[str, int] | None) -> tuple[str, str]:
    return ("None", "") if failure is None else (failure[0], wall.stamp(failure[1]))


def _state_row(state: State, reason: str, when: str, below: tuple[str, ...]) -> str:
    row = f"{'':15}{state.value:15}{reason:25}{when}".rstrip()
    return "".join(f"{line}\n" for line in (row, *(f"{'':30}{line}" for line in below)))


def show_failover_history(pair: Pair, u: int) -> str:
    """What this unit went through since it booted; a reload empties it."""
    lines = [*_history(pair, u, wall_of(pair, u), _RULE), ""]
    return "".join([f"{line}\n" for line in lines])


def show_failover_history_details(pair: Pair, u: int) -> str:
    """Ours, then the mate's as far as it is heard. Its headings are inferred."""
    unit, wall = pair.units[u], wall_of(pair, u)
    lines = _history(pair, u, wall, _RULE)
    if unit.peer.heard and pair.answers(1 - u):
        lines += ["", f"PEER History Collected at {wall.stamp(pair.now)}"]
        lines += _history(pair, 1 - u, wall, f"{'PEER-HISTORY':=^74}")
    return "".join([f"{line}\n" for line in (*lines, "")])


def _history(pair: Pair, u: int, wall: Wall, rule: str) -> list[str]:
    entries = pair.units[u].history[-_ROWS_KEPT:]
    return [*_rows_of(entries, wall.offset_ms, wall.zone, rule)]


@lru_cache(maxsize=16)  # It grows seldom, and is printed at every full look.
def _rows_of(
    entries: tuple[HistoryEntry, ...], offset_ms: int, zone: str, rule: str
) -> tuple[str, ...]:
    lines = [rule, f"{'From State':27}{'To State':27}Reason", rule]
    for entry in entries:
        lines.append(stamped(offset_ms + entry.at, zone))
        lines.append(f"{entry.before.value:27}{entry.after.value:27}{entry.reason}")
        lines += [f"{'':54}{detail}" for detail in entry.details]
        lines.append("")
    if entries:
        lines.pop()
    return (*lines, rule)


def show_failover_exec(pair: Pair, u: int, where: str, section: tuple[str, ...]) -> str:
    """`show failover exec mate`: in which mode `failover exec` types there (command reference)."""
    ours = holds_active(pair.units[u])
    is_active = where == "active" or (where == "mate" and not ours)
    mode = f"{section[-1].split()[0]} sub-command" if section else "config"
    return f"{'Active' if is_active else 'Standby'} unit Failover EXEC is at {mode} mode\n"


def show_failover_interface(pair: Pair, u: int) -> str:
    """The failover link's addresses: they stay with the role and do not swap."""
    settings = pair.units[u].settings.failover
    lines: list[str] = []
    for name, active, mask, standby in settings.addresses:
        port = settings.lan_port if name == settings.lan_name else settings.link_port
        mine, theirs = (active, standby) if u == 0 else (standby, active)
        lines += [
            f"        interface {name} {port}",
            f"                System IP Address: {active} {mask}",
            f"                My IP Address    : {mine}",
            f"                Other IP Address : {theirs}",
        ]
    return "".join([f"{line}\n" for line in lines])


def show_failover_statistics(pair: Pair, u: int) -> str:
    """Messages on the failover link: a hello a poll, both ways while the units hear each other."""
    unit = pair.units[u]
    hellos = _hellos(pair, unit)
    received = hellos if unit.peer.heard else 0
    return f"        tx:{hellos}\n        rx:{received}\n"


def _hellos(pair: Pair, unit: Unit) -> int:
    return max(0, pair.now - unit.booted_ms) // max(1, unit.settings.failover.poll_ms)
