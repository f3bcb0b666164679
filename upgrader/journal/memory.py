"""A memory that is forgotten with its process: for rehearsals, which no-one reads afterwards.

Same interface as the journal on disk; nothing is hashed, signed or compressed, because nobody
could alter it. Blobs are named by the order in which they were kept.
"""

from collections.abc import Iterable, Sequence

from upgrader.journal.entry import GENESIS, Body, Entry, Finished
from upgrader.model.names import Digest, Instant
from upgrader.model.unit import Snapshot
from upgrader.ports import BrokenChain


class MemoryJournal:
    """A `Journal` in this process."""

    def __init__(self, entries: Iterable[Entry] = (), name: str = "memory") -> None:
        """Begin empty, or after the entries of a run that is to be taken up.

        `name` begins the name of everything that is kept here.
        """
        self._name = name
        self._entries = list(entries)
        self._blobs: dict[Digest, bytes] = {}
        self._names: dict[bytes, Digest] = {}
        self._looks: dict[Digest, Snapshot] = {}

    def entries(self) -> Sequence[Entry]:
        """All entries so far. Not a copy: it grows."""
        return self._entries

    def append(self, body: Body, *, at: Instant, durable: bool = False) -> None:  # noqa: ARG002
        """Add an entry; nothing here outlives the process, durable or not."""
        self._entries.append(Entry(len(self._entries) + 1, at, GENESIS, body))

    def seal(self, body: Finished, *, at: Instant) -> None:
        """Add the last entry."""
        self.append(body, at=at)

    def keep(self, blob: bytes, *, durable: bool = False) -> Digest:  # noqa: ARG002
        """Hold on to the bytes."""
        name = self._names.get(blob)
        if name is None:
            name = Digest(f"{self._name}:{len(self._names) + 1}")
            self._names[blob] = name
            self._blobs[name] = blob
        return name

    def blob(self, digest: Digest) -> bytes:
        """Give the bytes back; `BrokenChain` if they were never kept here."""
        try:
            return self._blobs[digest]
        except KeyError:
            raise BrokenChain(f"blob {digest}: never kept here") from None

    def keep_look(self, look: Snapshot) -> Digest:
        """Hold on to the look itself: nobody could have altered it."""
        name = Digest(f"{self._name}:look-{len(self._looks) + 1}")
        self._looks[name] = look
        return name

    def look(self, digest: Digest) -> Snapshot:
        """Give the look back; `BrokenChain` if it was never kept here."""
        try:
            return self._looks[digest]
        except KeyError:
            raise BrokenChain(f"look {digest}: never kept here") from None
