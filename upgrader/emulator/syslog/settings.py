"""What a configuration says about logging."""

from dataclasses import dataclass

DESTINATIONS = ("console", "monitor", "buffered", "trap", "history", "mail", "asdm")
"""Where messages may go, as the words of `logging WORD LEVEL`."""

LEVELS = (
    "emergencies",
    "alerts",
    "critical",
    "errors",
    "warnings",
    "notifications",
    "informational",
    "debugging",
)
"""Severities by name, the most severe first."""

Filter = int | str
"""A level, 0 to 7, or the name of a `logging list`."""


@dataclass(frozen=True, slots=True)
class Collector:
    """`logging host INTERFACE ADDRESS [udp/port | tcp/port] [format emblem]`."""

    interface: str
    address: str
    port: int = 514
    is_tcp: bool = False
    emblem: bool = False


@dataclass(frozen=True, slots=True)
class ListEntry:
    """A line of a `logging list`: ids from first to last, or a level, in one class or in all."""

    first: int | None = None
    last: int | None = None
    level: int | None = None
    kind: str | None = None
    """The message class; None: all."""


@dataclass(frozen=True, slots=True)
class LoggingSettings:
    """`logging …`; a destination's filter None: off."""

    enabled: bool = False
    console: Filter | None = None
    monitor: Filter | None = None
    buffered: Filter | None = None
    trap: Filter | None = None
    history: Filter | None = None
    mail: Filter | None = None
    asdm: Filter | None = None
    buffer_bytes: int = 4_096
    queue: int = 512
    """Messages that may wait to be written; 0: as many as there is memory for."""
    timestamp: bool = False
    rfc5424: bool = False
    """Whether time stamps have the form of RFC 5424."""
    standby: bool = False
    """Whether a standby sends to collectors too."""
    facility: int = 20
    collectors: tuple[Collector, ...] = ()
    device_id: tuple[str, ...] = ()
    """`hostname`, `string TEXT`, `ipaddress INTERFACE`, `context-name`; (): none."""
    emblem: bool = False
    """`logging emblem`: the EMBLEM form for the destinations other than collectors."""
    hide_username: bool = False
    permit_hostdown: bool = False
    debug_trace: bool = False
    disabled: tuple[int, ...] = ()
    """`no logging message ID`, sorted."""
    levels: tuple[tuple[int, int], ...] = ()
    """`logging message ID level L`, as (id, level), sorted."""
    lists: tuple[tuple[str, tuple[ListEntry, ...]], ...] = ()
    """`logging list NAME …`."""

    def filter_of(self, destination: str) -> Filter | None:
        """What a destination takes; None: nothing."""
        match destination:
            case "console":
                return self.console
            case "monitor":
                return self.monitor
            case "buffered":
                return self.buffered
            case "trap":
                return self.trap
            case "history":
                return self.history
            case "mail":
                return self.mail
            case _:
                return self.asdm
