"""A run's folder: its journal, its blobs, its key for secrets, its plan and its reports.

    key.pub  journal.jsonl  journal.head  tape/SHA256.z  transcript/UNIT.txt
    redaction.key (until the seal)  plan.json  before.json  after.json  snapshots/NN-PHASE.json
    report.json

**How a crash is told from a forgery.** Entries are appended, one line each. A durable append
flushes the file, then replaces `journal.head` (count, digest, signature). So after a crash the
file may reach further than the head, and its last line may be cut; it may never reach less far,
and no complete line may be wrong. A cut line is dropped: nothing was typed on its account, for an
act follows a completed durable append. Everything else is `BrokenChain`.

Entries that are not durable are written at once but not flushed: a killed process loses none, a
power cut may lose the last of them.
"""

import secrets
import zlib
from collections.abc import Sequence
from pathlib import Path

from upgrader.journal.chain import (
    SIGNED,
    Head,
    Link,
    check_head,
    digest_of,
    forge,
    head_of,
    read_chain,
)
from upgrader.journal.codec import Undecodable, decode, encode
from upgrader.journal.disk import Disk, DiskFault, RealDisk, write_atomically
from upgrader.journal.entry import Body, Entry, Finished, Recovered, is_sealed
from upgrader.journal.signing import Signer, Verifier
from upgrader.model.names import Digest, Instant
from upgrader.model.unit import Snapshot
from upgrader.ports import BrokenChain, UsageFault


class RunFolder:
    """One run on disk: names its files, begins, reads and takes up its journal."""

    def __init__(self, path: Path, disk: Disk | None = None) -> None:
        self.path = path
        self.disk = disk or RealDisk()
        self.journal = path / "journal.jsonl"
        self.head = path / "journal.head"
        self.public_key = path / "key.pub"
        self.redaction = path / "redaction.key"
        self.tape = path / "tape"
        self.transcripts = path / "transcript"
        self.plan = path / "plan.json"
        self.before = path / "before.json"
        self.after = path / "after.json"
        self.snapshots = path / "snapshots"
        self.report = path / "report.json"

    def begin(self, signer: Signer) -> "JournalFile":
        """Lay out the folder and open an empty journal.

        The head of the empty chain is written last: a folder without one never became a run.

        Raises:
            UsageFault: there is a run in that folder already.
            DiskFault: the disk did not take it.
        """
        if any(self.disk.read(path) is not None for path in (self.head, self.journal)):
            raise UsageFault(f"{self.path} holds a run already")
        for folder in (self.path, self.tape, self.transcripts):
            self.disk.make_folder(folder)
        self.disk.fsync(self.path.parent)
        self.redaction_key()
        self.write(self.public_key, signer.public_pem)
        self.write(self.head, encode(head_of(None, signer)))
        return JournalFile(self, signer, ())

    def read(self) -> "PastJournal":
        """Read and verify the journal; change nothing.

        Raises:
            UsageFault: there is no run in that folder.
            BrokenChain: it was altered or truncated; the message names the entry.
        """
        return self._read()

    def take_up(self, signer: Signer) -> "JournalFile":
        """Open an unfinished journal to write on; a cut last line is dropped and said so.

        No entries: the process died before its first one was written, and `Started` comes next.

        Raises:
            UsageFault: there is no run in that folder, or it is finished.
            BrokenChain: it was altered or truncated, or another key began it.
        """
        found = self._read()
        if is_sealed(found.entries()):
            raise UsageFault(f"{self.path}: this run is finished; nothing can be added to it")
        if self.disk.read(self.public_key) != signer.public_pem:
            raise BrokenChain(f"{self.public_key}: not the key of this home; another one began it")
        journal = JournalFile(self, signer, found.links)
        if found.dropped_bytes:
            self.disk.truncate(self.journal, found.whole_bytes)
        if found.dropped_bytes and found.links:
            last = found.links[-1].entry.at
            journal.append(Recovered(found.dropped_bytes), at=last, durable=True)
        return journal

    def write(self, path: Path, data: bytes) -> None:
        """Write a whole file of this run, atomically."""
        write_atomically(path, data, self.disk)

    def redaction_key(self) -> bytes:
        """Load the key that hides this run's secrets; made where there is none.

        It is deleted at the seal: from then on no tag can be tried against a guessed secret.
        """
        key = self.disk.read(self.redaction)
        if key is None:
            key = secrets.token_bytes(32)
            self.write(self.redaction, key)
        return key

    def keep(self, blob: bytes, digest: Digest, *, durable: bool) -> None:
        """Write a blob under its digest, compressed, unless it is there."""
        path = self._blob_path(digest)
        packed = zlib.compress(blob, 1)
        if durable:
            self.write(path, packed)
        else:
            beside = path.with_suffix(".new")
            self.disk.write(beside, packed)
            self.disk.replace(beside, path)

    def blob(self, digest: Digest) -> bytes:
        """Read a blob.

        Raises:
            BrokenChain: it is missing, or not what its name says.
        """
        packed = self.disk.read(self._blob_path(digest))
        if packed is None:
            raise BrokenChain(f"blob {digest}: missing")
        try:
            blob = zlib.decompress(packed)
        except zlib.error as fault:
            raise BrokenChain(f"blob {digest}: cannot be unpacked") from fault
        if digest_of(blob) != digest:
            raise BrokenChain(f"blob {digest}: not what was kept under this name")
        return blob

    def _blob_path(self, digest: Digest) -> Path:
        return self.tape / f"{digest.removeprefix('sha256:')}.z"

    def _read(self) -> "PastJournal":
        head_text = self.disk.read(self.head)
        text = self.disk.read(self.journal)
        if head_text is None and text is None:
            raise UsageFault(f"{self.path} holds no run")
        if head_text is None:
            raise BrokenChain("journal.head is missing")
        public_pem = self.disk.read(self.public_key)
        if public_pem is None:
            raise BrokenChain("key.pub is missing")
        try:
            head = decode(Head, head_text)
        except Undecodable as fault:
            raise BrokenChain(f"journal.head: {fault}") from fault
        *lines, tail = (text or b"").split(b"\n")
        verifier = Verifier(public_pem)
        links = read_chain(lines, verifier)
        check_head(head, links, verifier)
        if tail and is_sealed([link.entry for link in links]):
            raise BrokenChain(f"entry {len(links) + 1}: follows the seal")
        return PastJournal(self, links, len(tail))


class PastJournal:
    """A verified journal, as it was read; most replies are on its tape many times."""

    def __init__(self, folder: RunFolder, links: tuple[Link, ...], dropped_bytes: int) -> None:
        self.folder = folder
        self.links = links
        self.dropped_bytes = dropped_bytes
        """Of a cut last line; 0: there was none."""
        self._entries = [link.entry for link in links]
        self._blobs: dict[Digest, bytes] = {}
        self._looks: dict[Digest, Snapshot] = {}

    @property
    def whole_bytes(self) -> int:
        """Where the last complete line ends."""
        return sum(len(link.line) + 1 for link in self.links)

    def entries(self) -> Sequence[Entry]:
        """All complete entries."""
        return self._entries

    def blob(self, digest: Digest) -> bytes:
        """Read a blob of this run, once; `BrokenChain` if it is not what was kept."""
        found = self._blobs.get(digest)
        if found is None:
            found = self._blobs[digest] = self.folder.blob(digest)
        return found

    def look(self, digest: Digest) -> Snapshot:
        """Read a full look of this run, once; `BrokenChain` if it is not what was kept."""
        found = self._looks.get(digest)
        if found is None:
            found = self._looks[digest] = _look(self.folder.blob(digest), digest)
        return found


class JournalFile:
    """The journal of a run that is under way, on disk."""

    def __init__(self, folder: RunFolder, signer: Signer, links: Sequence[Link]) -> None:
        self._folder = folder
        self._signer = signer
        self._last = links[-1] if links else None
        self._entries = [link.entry for link in links]
        self._kept: set[Digest] = set()
        self._torn = False

    def entries(self) -> Sequence[Entry]:
        """All entries so far. Not a copy: it grows."""
        return self._entries

    def append(self, body: Body, *, at: Instant, durable: bool = False) -> None:
        """Write an entry; see `Journal.append`.

        Raises:
            DiskFault: the disk did not take it, or did not take the one before. Nothing may be
                done on its account; `take_up` finds out what is there.
            BrokenChain: earlier than the last entry, or after the seal.
        """
        if self._torn:
            raise DiskFault(f"{self._folder.journal}: an earlier entry was not written whole")
        link = forge(body, at=at, after=self._last, signer=self._signer)
        disk = self._folder.disk
        # Set back only when all went well: an entry written behind a torn one would make one
        # wrong line of both, and a crash would look like a forgery.
        self._torn = True
        disk.append(self._folder.journal, link.line + b"\n")
        self._last = link
        self._entries.append(link.entry)
        if durable or isinstance(body, SIGNED):
            disk.fsync(self._folder.journal)
            self._folder.write(self._folder.head, encode(head_of(link, self._signer)))
        self._torn = False

    def seal(self, body: Finished, *, at: Instant) -> None:
        """Write the last entry. The key that hides secrets is deleted before, never after."""
        self._folder.disk.unlink(self._folder.redaction)
        self._folder.disk.fsync(self._folder.path)
        self.append(body, at=at, durable=True)

    def keep(self, blob: bytes, *, durable: bool = False) -> Digest:
        """Keep a blob under its SHA-256; it is in place before an entry can name it."""
        digest = digest_of(blob)
        if durable or digest not in self._kept:
            self._folder.keep(blob, digest, durable=durable)
            self._kept.add(digest)
        return digest

    def blob(self, digest: Digest) -> bytes:
        """Read a blob back; `BrokenChain` if it is not what was kept."""
        return self._folder.blob(digest)

    def keep_look(self, look: Snapshot) -> Digest:
        """Keep a full look as canonical JSON."""
        return self.keep(encode(look), durable=True)

    def look(self, digest: Digest) -> Snapshot:
        """Read a full look back; `BrokenChain` if it is not what was kept."""
        return _look(self._folder.blob(digest), digest)


def _look(blob: bytes, digest: Digest) -> Snapshot:
    try:
        return decode(Snapshot, blob)
    except Undecodable as fault:
        raise BrokenChain(f"blob {digest}: {fault}") from fault
