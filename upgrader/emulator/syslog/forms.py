"""How a message is written: in the buffer and on consoles, and on its way to a collector.

Forms: captured `show logging` screens and collector files; EMBLEM and RFC 5424: captured lines
and the ASA configuration guide.
"""

from collections.abc import Iterable

from upgrader.emulator.remembered import of_the_same
from upgrader.emulator.settings import Settings
from upgrader.emulator.state import LogLine, Unit
from upgrader.emulator.syslog.routes import class_of
from upgrader.emulator.syslog.settings import Collector
from upgrader.emulator.wall import Wall


def shown(unit: Unit, wall: Wall, line: LogLine) -> str:
    """The line in the buffer and on a console: `Mar 09 2017 10:25:04 fw : %ASA-6-…: …`."""
    logging = unit.settings.logging
    if logging.emblem:
        return _emblem(wall, line)
    return _plain(unit, wall, line)


def shown_all(unit: Unit, wall: Wall, lines: Iterable[LogLine]) -> str:
    """All these lines, each with its end."""
    logging = unit.settings.logging
    if logging.emblem or logging.rfc5424 or not logging.timestamp:
        return "".join(f"{shown(unit, wall, line)}\n" for line in lines)
    name = device_id(unit.settings, serves=unit.active_since is not None)
    after = f" {name} : %ASA-" if name else ": %ASA-"
    stamp = wall.log
    return "".join(
        [
            f"{stamp(line.at)}{after}{line.severity}-{line.number:06d}: {line.text}\n"
            for line in lines
        ]
    )


def sent(unit: Unit, wall: Wall, line: LogLine, collector: Collector) -> str:
    """What a collector gets: the line behind its priority, `<166>`."""
    priority = f"<{unit.settings.logging.facility * 8 + line.severity}>"
    if collector.emblem:
        return f"{priority}:{_emblem(wall, line)}"
    return priority + _plain(unit, wall, line)


def device_id(settings: Settings, *, serves: bool) -> str:
    """What `logging device-id` puts before a message; empty: nothing.

    `serves`: whether the unit holds the active addresses.
    """
    match settings.logging.device_id:
        case ("hostname",):
            return settings.hostname
        case ("string", *words):
            return " ".join(words)
        case ("context-name",):
            return "single_vf"
        case ("ipaddress", name, *_):
            interface = settings.interface(name)
            if interface is None:
                return ""
            own = interface.address if serves else interface.standby
            return own or ""
        case _:
            return ""


@of_the_same
def _device_ids(settings: Settings) -> tuple[str, str]:
    """The device id of who does not serve, and of who does."""
    return device_id(settings, serves=False), device_id(settings, serves=True)


def _plain(unit: Unit, wall: Wall, line: LogLine) -> str:
    logging = unit.settings.logging
    stamp = ""
    if logging.timestamp:
        stamp = wall.rfc5424(line.at) if logging.rfc5424 else wall.log(line.at)
    name = _device_ids(unit.settings)[unit.active_since is not None]
    mnemonic = f"%ASA-{line.severity}-{line.number:06d}: {line.text}"
    if name:
        return f"{stamp} {name} : {mnemonic}".lstrip()
    return f"{stamp}: {mnemonic}" if stamp else mnemonic


def _emblem(wall: Wall, line: LogLine) -> str:
    """`Oct 09 15:19:43 MSK: %ASA-auth-6-113012: …`."""
    kind = class_of(line.number)
    return f"{wall.emblem(line.at)}: %ASA-{kind}-{line.severity}-{line.number:06d}: {line.text}"
