"""The guard of what is carried by SCP: these bytes pass no console, and are looked at here."""

from collections.abc import Callable
from pathlib import Path

from upgrader.access.guard.guarded import Charter, not_to_be_staged, runs_from
from upgrader.dialect import commands
from upgrader.dialect.replies.failover import read_show_failover
from upgrader.dialect.replies.version import read_show_version
from upgrader.model.names import Seat
from upgrader.ports import Access, Carrier, Unlawful, Unparsed


class GuardedCarrier:
    """A carrier that looks who answers, before it sends a byte."""

    def __init__(self, inner: Carrier, access: Access, charter: Charter) -> None:
        self._inner = inner
        self._access = access
        self._charter = charter

    def put(self, seat: Seat, source: Path, path: str, progress: Callable[[int], None]) -> None:
        """Copy, if it may be copied now.

        Raises:
            Unlawful: it may not; not a byte of it was sent.
        """
        why = not_to_be_staged(path, self._charter) or self._objection(seat, path)
        if why is not None:
            raise Unlawful(f"not sent to {seat}: {path}: {why}")
        self._inner.put(seat, source, path, progress)

    def _objection(self, seat: Seat, path: str) -> str | None:
        console = self._access.open(seat)
        try:
            version = read_show_version(console.ask(commands.SHOW_VERSION))
            serial = (
                version.serial or read_show_failover(console.ask(commands.SHOW_FAILOVER)).our_serial
            )
        except Unparsed as fault:
            return str(fault)
        finally:
            console.close()
        if serial not in self._charter.serials:
            return f"{serial} is not one of {', '.join(self._charter.serials)}"
        return f"the unit runs from {path}" if runs_from(path, version) else None
