"""A disk that dies at its n-th change, and stays dead: what a killed process leaves behind."""

from dataclasses import dataclass, field
from pathlib import Path

from upgrader.journal.disk import RealDisk


class Killed(BaseException):
    """The process died here. No handler of ours may catch it, hence no `Exception`."""


@dataclass
class FailingDisk:
    """Does what a real disk does, `changes` times; then it dies.

    `torn`: the change at which it dies is half done, if it is one that writes bytes. Otherwise it
    is not done at all. `done` lists what was asked, for a test that wants to count first.
    """

    changes: int = 1 << 30
    torn: bool = False
    inner: RealDisk = field(default_factory=RealDisk)
    done: list[str] = field(default_factory=list)

    def read(self, path: Path) -> bytes | None:
        if len(self.done) > self.changes:
            raise Killed
        return self.inner.read(path)

    def make_folder(self, path: Path) -> None:
        self._count(f"make {path.name}")
        self.inner.make_folder(path)

    def append(self, path: Path, data: bytes) -> None:
        if self._dies(f"append {path.name}"):
            if self.torn:
                self.inner.append(path, data[: len(data) // 2])
            raise Killed
        self.inner.append(path, data)

    def write(self, path: Path, data: bytes) -> None:
        if self._dies(f"write {path.name}"):
            if self.torn:
                self.inner.write(path, data[: len(data) // 2])
            raise Killed
        self.inner.write(path, data)

    def fsync(self, path: Path) -> None:
        self._count(f"fsync {path.name}")
        self.inner.fsync(path)

    def replace(self, source: Path, target: Path) -> None:
        self._count(f"replace {target.name}")
        self.inner.replace(source, target)

    def truncate(self, path: Path, size: int) -> None:
        self._count(f"truncate {path.name}")
        self.inner.truncate(path, size)

    def unlink(self, path: Path) -> None:
        self._count(f"unlink {path.name}")
        self.inner.unlink(path)

    def _dies(self, what: str) -> bool:
        self.done.append(what)
        return len(self.done) > self.changes

    def _count(self, what: str) -> None:
        if self._dies(what):
            raise Killed
