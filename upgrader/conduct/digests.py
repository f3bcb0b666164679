"""Digests that a unit computed a moment ago: it need not compute them again.

`verify` reads the whole file, tens of seconds for a flash's worth, and a night looks closely seven
times. What was verified within the last hour of this process, and has the same size and date in
the unit's own listing, is taken as it was. A new process, and a new file, verify anew.
"""

from collections.abc import Callable

from upgrader.model.names import Instant, Serial
from upgrader.model.unit import Flash, FlashFile, path_key
from upgrader.model.vpn import FileDigest

FRESH_MS = 3_600_000
"""Our choice: longer than most nights, so that a night verifies once, before anything is booted."""


class Digests:
    """What this process had verified, by unit and path."""

    def __init__(self) -> None:
        self._known: dict[tuple[Serial, str], tuple[Instant, FlashFile, FileDigest]] = {}

    def asked(
        self,
        serial: Serial,
        path: str,
        flash: Flash | None,
        now: Instant,
        ask: Callable[[], FileDigest | None],
    ) -> FileDigest | None:
        """The digest of a file; `ask` is called where it is not known or no longer fresh.

        None: the unit's answer was not understood.
        """
        key = (serial, path_key(path))
        row = None if flash is None else flash.find(path)
        known = self._known.get(key)
        if known is not None and row is not None:
            at, then, digest = known
            if row == then and row.written is not None and now - at < FRESH_MS:
                return digest
        found = ask()
        if found is not None and row is not None:
            self._known[key] = (now, row, found)
        return found
