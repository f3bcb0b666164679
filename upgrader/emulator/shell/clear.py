"""`clear …`, as far as an upgrade meets it: what is cleared is state that is modelled.

Forms and texts: ASA command reference. `clear configure …` is a line of configuration mode.
"""

from upgrader.emulator.screens.conns import show_xlate_count
from upgrader.emulator.shell.talk import Deed, Spoken, Talk
from upgrader.emulator.syslog import log
from upgrader.emulator.traffic import connections


def _logging_buffer(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    del arguments
    log.operator(talk.pair, talk.u, "clear logging buffer")
    log.clear_buffer(talk.pair, talk.u)
    return Spoken("")


def _failover_statistics(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    del arguments
    log.operator(talk.pair, talk.u, "clear failover statistics")
    talk.unit.counters = {}
    return Spoken("")


def _vpn_statistics(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    """Cumulative and peak begin anew with the sessions that stand. That they do is inferred."""
    del arguments
    log.operator(talk.pair, talk.u, "clear vpn-sessiondb statistics all")
    count = len(talk.unit.rows)
    talk.unit.cumulative |= {"cumulative": count, "peak": count}
    return Spoken(f"INFO: Number of sessions cleared : {count}\n")


def _connections(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    """People open them anew by and by."""
    del arguments
    return Spoken(f"{_drop(talk, 'clear conn all')} connection(s) deleted.\n")


def _local_hosts(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    """With the hosts go their connections; nothing is printed."""
    del arguments
    _drop(talk, "clear local-host all")
    return Spoken("")


def _translations(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    """The connections that use them go too; what is static stands again at once."""
    del arguments
    count = show_xlate_count(talk.pair, talk.u).split()[0]
    _drop(talk, "clear xlate")
    return Spoken(f"INFO: {count} xlate{'' if count == '1' else 's'} deleted\n")


def _drop(talk: Talk, line: str) -> int:
    log.operator(talk.pair, talk.u, line)
    count = sum(talk.unit.connections.values())
    talk.unit.connections = {}
    if talk.unit.active_since is not None:
        talk.pair.units[1 - talk.u].connections = {}
        connections.take_over(talk.pair, talk.u)
    return count


CLEAR: tuple[tuple[str, Deed], ...] = (
    ("clear logging buffer", _logging_buffer),
    ("clear failover statistics", _failover_statistics),
    ("clear vpn-sessiondb statistics", _vpn_statistics),
    ("clear vpn-sessiondb statistics all", _vpn_statistics),
    ("clear vpn-sessiondb statistics anyconnect", _vpn_statistics),
    ("clear conn", _connections),
    ("clear conn all", _connections),
    ("clear xlate", _translations),
    ("clear local-host", _local_hosts),
    ("clear local-host all", _local_hosts),
)
