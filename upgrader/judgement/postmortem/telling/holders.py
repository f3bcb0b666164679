"""Who was given which address of a pool, and when one came back of which nobody knew the holder."""

from upgrader.judgement.postmortem.telling.lives import Draft

_JOINED_MS = 10_000
"""Within so long two messages about an address are about one handing out, or one giving back."""
_TOGETHER_MS = 1_000


class Holders:
    """The sessions by their addresses, as far as they were read."""

    def __init__(self) -> None:
        self._last: dict[str, Draft] = {}
        self._all: dict[str, list[Draft]] = {}
        self._handles: dict[str, tuple[int, str]] = {}
        self._without_handle: dict[str, Draft] = {}
        self._freed: dict[str, int] = {}

    def lease(self, draft: Draft, address: str) -> None:
        """The address is the session's."""
        draft.address = address
        self._last[address] = draft
        self._all.setdefault(address, []).append(draft)

    def give(self, draft: Draft, address: str, at: int) -> None:
        """The address was given to the session just now; the pool's own message may be apart."""
        self.lease(draft, address)
        assigned = self._handles.pop(address, None)
        if assigned is not None and abs(at - assigned[0]) <= _JOINED_MS:
            draft.handle = assigned[1]
        else:
            self._without_handle[address] = draft

    def take_out(self, address: str, handle: str, at: int) -> None:
        """The pool gave the address out; whose session it is may have been told, or will be."""
        waiting = self._without_handle.pop(address, None)
        if waiting is not None and abs(at - waiting.seen) <= _JOINED_MS:
            waiting.handle = handle
            return
        self._handles[address] = (at, handle)

    def last(self, address: str) -> Draft | None:
        """Who had the address last; None: nobody whom the records name."""
        return self._last.get(address)

    def all_of(self, address: str) -> list[Draft]:
        """Whoever has had the address, in their order."""
        return self._all.get(address, [])

    def put_back(self, address: str, at: int) -> None:
        """The address is the pool's again, and nobody knows who had it."""
        self._freed[address] = at

    def just_put_back(self, at: int) -> str | None:
        """The one address that came back just now from nobody; None: none did, or several."""
        late = [address for address, freed in self._freed.items() if at - freed <= _TOGETHER_MS]
        return late[0] if len(late) == 1 else None

    def came_back(self, address: str, at: int) -> bool:
        """Whether the address had come back before its holder was known to have ended."""
        freed = self._freed.pop(address, None)
        return freed is not None and at - freed <= _JOINED_MS
