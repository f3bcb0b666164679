"""The repository: a folder of this machine with the files that are staged, and their lists."""

from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import sha512
from pathlib import Path

from upgrader.access.files.bulkhash import (
    VENDOR,
    NotTrusted,
    Trust,
    looks_like_bulk_hash,
    read_bulk_hash,
    trust_in,
)
from upgrader.dialect.manifests import Unreadable, merged, read_sums
from upgrader.model.staging import Listed, Manifest, StockFile
from upgrader.ports import NotBelieved, UsageFault

CHUNK = 1 << 20
"""How much of a file is held at once, and how often somebody is told."""


class FolderStock:
    """The files of one folder; those in folders below it are not looked at."""

    def __init__(self, folder: Path) -> None:
        """Look at the folder.

        Raises:
            UsageFault: there is no such folder.
        """
        self._folder = folder
        try:
            self._files = tuple(
                StockFile(path.name, path, path.stat().st_size)
                for path in sorted(folder.iterdir())
                if path.is_file() and not path.name.startswith(".")
            )
        except OSError as fault:
            raise UsageFault(
                f"the repository {folder} cannot be read ({fault.strerror}): it is a folder of "
                "this machine with the images and packages"
            ) from fault

    @property
    def place(self) -> str:
        """The folder, for people."""
        return str(self._folder)

    def files(self) -> tuple[StockFile, ...]:
        """All files, by name."""
        return self._files

    def sha512(self, file: StockFile, progress: Callable[[int], None]) -> str:
        """Read a file piece by piece; `progress` hears how many bytes so far, and may raise.

        Raises:
            UsageFault: it cannot be read, or has changed its size since the folder was listed.
        """
        digest, done = sha512(), 0
        try:
            with file.path.open("rb") as stream:
                while chunk := stream.read(CHUNK):
                    digest.update(chunk)
                    done += len(chunk)
                    progress(done)
        except OSError as fault:
            raise UsageFault(f"{file.path} cannot be read: {fault.strerror}") from fault
        if done != file.bytes:
            raise UsageFault(f"{file.path} is being written: it had {file.bytes} bytes, now {done}")
        return digest.hexdigest()


def read_manifests(paths: Sequence[Path], root: Path | None, at: datetime) -> Manifest:
    """Read lists of digests: plain ones, and the vendor's signed one.

    `root` is a root certificate that is believed in place of the vendor's; `at` is now.

    Raises:
        UsageFault: one cannot be read, or is no such list; or the root is no certificate.
        NotBelieved: one is not signed by whom it must be.
    """
    lists: list[tuple[str, tuple[Listed, ...]]] = []
    trust = _trust(root)
    try:
        for path in paths:
            if looks_like_bulk_hash(path):
                bulk = read_bulk_hash(path, at, trust)
                lists.append((f"{path.name}, signed by {bulk.signer}", bulk.lines))
            else:
                lists.append((path.name, read_sums(_text(path), path.name)))
    except OSError as fault:
        raise UsageFault(f"the manifest {fault.filename}: {fault.strerror}") from fault
    except Unreadable as fault:
        raise UsageFault(f"the manifest {fault}") from fault
    except NotTrusted as fault:
        raise NotBelieved(f"the manifest is not believed: {fault}") from fault
    return merged(lists)


def _trust(root: Path | None) -> Trust:
    if root is None:
        return VENDOR
    try:
        return trust_in(root)
    except OSError as fault:
        raise UsageFault(f"the root certificate {root}: {fault.strerror}") from fault
    except NotTrusted as fault:
        raise UsageFault(f"the root certificate {fault}") from fault


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as fault:
        raise UsageFault(
            f"the manifest {path.name} is no text: {fault.reason} at byte {fault.start}"
        ) from fault
