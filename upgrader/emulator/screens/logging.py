"""Screens of logging: settings, counts, and the buffer."""

from upgrader.emulator.state import Unit
from upgrader.emulator.syslog.catalogue import CATALOGUE
from upgrader.emulator.syslog.forms import shown_all
from upgrader.emulator.syslog.notes import lines_of
from upgrader.emulator.syslog.settings import LEVELS, Collector, Filter, LoggingSettings
from upgrader.emulator.tables import Pair
from upgrader.emulator.wall import wall_of


def show_logging(pair: Pair, u: int) -> str:
    """The settings, then the buffer. It dies with a reload."""
    unit, wall = pair.units[u], wall_of(pair, u)
    return show_logging_setting(pair, u) + shown_all(unit, wall, lines_of(unit))


def show_logging_setting(pair: Pair, u: int) -> str:
    """`show logging setting`: the settings alone.

    Forms: real `show logging` screens; that the TCP counters stand below trap logging only is
    inferred.
    """
    unit = pair.units[u]
    logging = unit.settings.logging
    lines = [
        f"Syslog logging: {_on(logging.enabled)}",
        f"    Facility: {logging.facility}",
        f"    Timestamp logging: {_on(logging.timestamp)}",
        f"    Hide Username logging: {_on(logging.hide_username)}",
        f"    Standby logging: {_on(logging.standby)}",
        f"    Debug-trace logging: {_on(logging.debug_trace)}",
        f"    Console logging: {_destination(unit, 'console')}",
        f"    Monitor logging: {_destination(unit, 'monitor')}",
        f"    Buffer logging: {_destination(unit, 'buffered')}",
        f"    Trap logging: {_destination(unit, 'trap')}",
        *(f"        {_collector(unit, one)}" for one in logging.collectors),
        *(_TCP if logging.trap is not None else ()),
        f"    Permit-hostdown logging: {_on(logging.permit_hostdown)}",
        f"    History logging: {_destination(unit, 'history')}",
        f"    Device ID: {_on(bool(logging.device_id))}",
        f"    Mail logging: {_destination(unit, 'mail')}",
        f"    ASDM logging: {_destination(unit, 'asdm')}",
    ]
    return "".join(f"{line}\n" for line in lines)


def show_logging_queue(pair: Pair, u: int) -> str:
    """`show logging queue`: messages are written at once, so that none waits or is dropped.

    Form: ASA command reference.
    """
    queue = pair.units[u].settings.logging.queue
    limit = f"{queue} msg(s)" if queue else "Unlimited"
    most = 1 if pair.units[u].logged else 0
    return (
        f"\n\tLogging Queue length limit : {limit}\n"
        "\t0 msg(s) discarded due to queue overflow\n"
        "\t0 msg(s) discarded due to memory allocation failure\n"
        f"\tCurrent 0 msg on queue, {most} msgs most on queue\n"
    )


def show_logging_message(pair: Pair, u: int, number: int | None = None) -> str:
    """`show logging message [ID]`: of that message, or of all that are not as they came.

    Form: ASA configuration guide, the logging chapter. A message that is not in the catalogue is
    refused in words that are inferred.
    """
    logging = pair.units[u].settings.logging
    if number is not None:
        if number not in CATALOGUE:
            return f"ERROR: syslog {number} is not known\n"
        return f"{_of_message(logging, number)}\n"
    changed = sorted({*logging.disabled, *dict(logging.levels)} & CATALOGUE.keys())
    return "".join(f"{_of_message(logging, one)}\n" for one in changed)


_TCP = (
    "    Global TCP syslog stats::",
    "        NOT_PUTABLE: 0, ALL_CHANNEL_DOWN: 0",
    "        CHANNEL_FLAP_CNT: 0, SYSLOG_PKT_LOSS: 0",
    "        PARTIAL_REWRITE_CNT: 0",
)


def _destination(unit: Unit, name: str) -> str:
    logging = unit.settings.logging
    wanted = logging.filter_of(name)
    if wanted is None:
        return "disabled"
    facility = f" facility {logging.facility}," if name == "trap" else ""
    return f"{_filter(wanted)},{facility} {unit.logged.get(name, 0)} messages logged"


def _filter(wanted: Filter) -> str:
    return f"level {LEVELS[wanted]}" if isinstance(wanted, int) else f"list {wanted}"


def _collector(unit: Unit, collector: Collector) -> str:
    name = f"{collector.interface} {collector.address}"
    if collector.is_tcp:
        # No connection is ever made: only UDP is sent. The words are inferred.
        return f"Logging to {name} tcp/{collector.port} Not connected"
    return f"Logging to {name}, UDP TX:{unit.logged.get(name, 0)} errors: 0  dropped: 0"


def _of_message(logging: LoggingSettings, number: int) -> str:
    """`syslog 403503: default-level errors, current-level alerts (enabled)`."""
    default = CATALOGUE[number].severity
    level = dict(logging.levels).get(number, default)
    now = f", current-level {LEVELS[level]}" if level != default else ""
    silent = number in logging.disabled and CATALOGUE[number].can_be_disabled
    return f"syslog {number}: default-level {LEVELS[default]}{now} ({_on(not silent)})"


def _on(setting: bool) -> str:
    return "enabled" if setting else "disabled"
