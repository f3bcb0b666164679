"""What the log says of people who administer: what they typed, saved, and how far they may go.

Texts: ASA syslog guide and captured lines (`log_system`). That a console of the pair's own tool
counts as `console`, as the serial one does, is inferred.
"""

from upgrader.emulator.remembered import of_the_same
from upgrader.emulator.syslog import log
from upgrader.emulator.syslog.catalogue import message_of
from upgrader.emulator.syslog.routes import route
from upgrader.emulator.syslog.settings import LoggingSettings
from upgrader.emulator.tables import Pair

_SERIAL = "0.0.0.0"  # noqa: S104  the log's word for the serial console, nothing is bound


@of_the_same
def _tells_of_looks(logging: LoggingSettings) -> bool:
    """Whether anything takes a message of debugging level: seldom, and there are many looks."""
    return bool(route(logging, message_of(111_009)).destinations)


def looked(pair: Pair, u: int, line: str) -> None:
    """Somebody typed a `show`."""
    if _tells_of_looks(pair.units[u].settings.logging):
        user, _ = log.typist(pair)
        log.tell(pair, u, 111_009, user=user, command=" ".join(line.split()))


def acted(pair: Pair, u: int, line: str) -> None:
    """Somebody typed another line that changes nothing of the unit: `enable`, `terminal pager`."""
    user, source = log.typist(pair)
    log.tell(pair, u, 111_008, user=user, command=line)
    log.tell(pair, u, 111_010, user=user, source=source, command=line)


def saved(pair: Pair, u: int, device: str = "memory") -> None:
    """The running-config was written to memory, to a file's system, or to the standby."""
    source = _from(pair)
    log.tell(pair, u, 111_001, source=source, device=device)
    log.tell(pair, u, 111_004, source=source, outcome="OK")


def erased(pair: Pair, u: int) -> None:
    """`write erase`."""
    log.tell(pair, u, 111_003, source=_from(pair))


def read_in(pair: Pair, u: int, device: str) -> None:
    """A configuration was read in: `copy disk0:/old.cfg running-config`."""
    source = _from(pair)
    log.tell(pair, u, 111_007, source=source, device=device)
    log.tell(pair, u, 111_004, source=source, outcome="OK")


def left_configuration(pair: Pair, u: int) -> None:
    """Somebody left configuration mode."""
    log.tell(pair, u, 111_005, source=_from(pair))


def rose(pair: Pair, u: int, before: int, after: int) -> None:
    """`enable`, `login` or `disable` changed how far somebody may go."""
    if before != after:
        user, _ = log.typist(pair)
        log.tell(pair, u, 502_103, user=user, before=before, after=after)


def kept_out(pair: Pair, u: int, tries: int) -> None:
    """A wrong enable password."""
    log.tell(pair, u, 308_001, tries=tries, source=_from(pair))


def _from(pair: Pair) -> str:
    _, source = log.typist(pair)
    return "console" if source == _SERIAL else source
