"""The chain: what makes an altered, missing or moved entry visible. No I/O.

Think of numbered pages, each of which quotes the page before it. An entry's digest covers its
number, instant, body and the digest of its predecessor, so changing one page changes every later
one. Each intent and the seal are signed; so is the head, which says how many entries there are
and which is the last. Entries after the last head are chained but not yet vouched for.

What this does not show: the owner of the key can write all of it anew, and whoever can restore an
older copy of the whole folder can bring back an older end.

A line of the file is the one canonical spelling of its link; any other spelling is an alteration.
Digests and signatures are held against the bytes as they stand there, never against what today's
code would write: the entries of an earlier release have fewer keys, and are no less what they were.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import msgspec

from upgrader.journal.codec import Undecodable, encode, from_builtins
from upgrader.journal.commonest import quickly_read
from upgrader.journal.earlier import as_today
from upgrader.journal.entry import (
    GENESIS,
    VOCABULARY,
    Body,
    Entry,
    Finished,
    Intended,
    Resumed,
    Started,
)
from upgrader.model.names import Digest, Instant
from upgrader.ports import BrokenChain

SIGNED = (Intended, Finished)
"""The bodies whose entries carry a signature: what is about to be typed, and the seal."""


class Signs(Protocol):
    """Whoever can sign a text."""

    def sign(self, text: str) -> str:
        """Sign it."""
        ...


class Verifies(Protocol):
    """Whoever can tell whether a signature holds."""

    def holds(self, text: str, signature: str) -> bool:
        """Whether this is the owner's signature of exactly this text."""
        ...


@dataclass(frozen=True, slots=True)
class Link:
    """An entry in the chain, and its one spelling in the file."""

    entry: Entry
    digest: Digest
    signature: str | None
    """Of the digest; None for bodies that are not signed."""
    line: bytes
    """Without the newline."""


@dataclass(frozen=True, slots=True)
class Head:
    """How far the chain is known to reach: so many entries, the last of that digest."""

    count: int
    digest: Digest
    signature: str


def forge(body: Body, *, at: Instant, after: Link | None, signer: Signs) -> Link:
    """Make the link that follows `after` (None: the first one).

    Raises:
        BrokenChain: it would be earlier than `after`, or `after` is the seal.
    """
    number = 1 if after is None else after.entry.number + 1
    previous = GENESIS if after is None else after.digest
    entry = Entry(number, at, previous, body)
    _check_order(entry, after)
    canonical = encode(entry)
    digest = digest_of(canonical)
    signature = signer.sign(_entry_text(digest)) if isinstance(body, SIGNED) else None
    return Link(entry, digest, signature, _spell(canonical, digest, signature))


def head_of(last: Link | None, signer: Signs) -> Head:
    """Vouch for the chain up to and with `last`; None: for the empty chain."""
    count = 0 if last is None else last.entry.number
    digest = GENESIS if last is None else last.digest
    return Head(count, digest, signer.sign(_head_text(count, digest)))


def read_chain(lines: Sequence[bytes], verifier: Verifies) -> tuple[Link, ...]:
    """Read and verify complete lines, the first of them entry 1.

    Raises:
        BrokenChain: the first line that is not what was written, by its entry number.
    """
    links: list[Link] = []
    vocabulary = VOCABULARY
    for number, line in enumerate(lines, start=1):
        link, doubted = _read(line, number)
        body = link.entry.body
        if isinstance(body, Started | Resumed):
            vocabulary = body.vocabulary
        if vocabulary == VOCABULARY and doubted is not None and doubted != encode(link.entry):
            raise BrokenChain(f"entry {number}: not spelled as it was written")
        _check(link, number, links[-1] if links else None, verifier)
        if vocabulary != VOCABULARY:
            link = replace(link, entry=as_today(link.entry, vocabulary))
        links.append(link)
    return tuple(links)


def check_head(head: Head, links: Sequence[Link], verifier: Verifies) -> None:
    """Hold the chain against its head. The chain may reach further, never less far.

    Raises:
        BrokenChain: entries are missing at the end, or the head is not of this chain.
    """
    if not verifier.holds(_head_text(head.count, head.digest), head.signature):
        raise BrokenChain("journal.head: its signature does not hold")
    if head.count > len(links):
        raise BrokenChain(
            f"entry {len(links) + 1} is missing: "
            f"{head.count} entries were written, {len(links)} are here"
        )
    seen = links[head.count - 1].digest if head.count else GENESIS
    if head.digest != seen:
        raise BrokenChain(f"entry {head.count}: not the one that journal.head vouches for")


def digest_of(data: bytes) -> Digest:
    """SHA-256 of bytes, as we write it: `sha256:` and 64 hexadecimal digits."""
    return Digest(f"sha256:{hashlib.sha256(data).hexdigest()}")


# ── one line ───────────────────────────────────────────────────────────────────────────


def _entry_text(digest: Digest) -> str:
    return f"upgrader journal entry {digest}"


def _head_text(count: int, digest: Digest) -> str:
    return f"upgrader journal head {count} {digest}"


def _spell(canonical: bytes, digest: Digest, signature: str | None) -> bytes:
    """Put the entry first, whole, as it was digested: whoever doubts it can cut it out."""
    record = {"entry": msgspec.Raw(canonical), "digest": digest}
    if signature is not None:
        record["signature"] = signature
    return msgspec.json.encode(record)


class _Record(msgspec.Struct):
    """A line, with its entry as it stands there."""

    entry: msgspec.Raw
    digest: str
    signature: str | None = None


def _read(line: bytes, number: int) -> tuple[Link, bytes | None]:
    """The link in a line, and its entry as it stands there; None: just as `encode` spells it."""
    try:
        record = _RECORDS.decode(line)
        canonical = bytes(record.entry)
        entry = quickly_read(canonical)
        is_quick = is_sorted = entry is not None
        if entry is None:
            parsed = msgspec.json.decode(canonical)
            entry = from_builtins(Entry, parsed)
            is_sorted = msgspec.json.encode(parsed, order="sorted") == canonical
    except (msgspec.DecodeError, UnicodeDecodeError, Undecodable) as fault:
        raise BrokenChain(f"entry {number}: not readable: {fault}") from fault
    expected = digest_of(canonical)
    if record.digest != expected:
        raise BrokenChain(f"entry {number}: its digest does not fit what it says")
    if not is_sorted or _spell(canonical, expected, record.signature) != line:
        raise BrokenChain(f"entry {number}: not spelled as it was written")
    return Link(entry, expected, record.signature, line), None if is_quick else canonical


_RECORDS = msgspec.json.Decoder(_Record)


def _check(link: Link, number: int, before: Link | None, verifier: Verifies) -> None:
    entry = link.entry
    if entry.number != number:
        raise BrokenChain(f"entry {number}: number {entry.number} stands in its place")
    if entry.previous != (GENESIS if before is None else before.digest):
        raise BrokenChain(f"entry {number}: does not follow the entry before it")
    _check_order(entry, before)
    if isinstance(entry.body, SIGNED):
        if link.signature is None or not verifier.holds(_entry_text(link.digest), link.signature):
            raise BrokenChain(f"entry {number}: its signature does not hold")
    elif link.signature is not None:
        raise BrokenChain(f"entry {number}: signed, and such an entry is not")


def _check_order(entry: Entry, before: Link | None) -> None:
    if before is None:
        return
    if entry.at < before.entry.at:
        raise BrokenChain(f"entry {entry.number}: earlier than the entry before it")
    if isinstance(before.entry.body, Finished):
        raise BrokenChain(f"entry {entry.number}: follows the seal")
