"""Staging: which files the night needs, where they come from, and what became of each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from upgrader.model.names import Serial
from upgrader.model.outcome import ExitCode
from upgrader.model.unit import Configuration, Flash, FlashFile, Unit, path_key
from upgrader.model.vpn import FileDigest, LoadedPackage


class Kind(Enum):
    """What a file is to the night; values are how a person calls it."""

    IMAGE = "ASA image"
    ASDM = "ASDM image"
    PACKAGE = "AnyConnect package"
    PROFILE = "AnyConnect profile"
    HOSTSCAN = "HostScan package"


# ── where files come from ──────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of a manifest: what a file of that name should be."""

    name: str
    sha512: str
    """128 hexadecimal digits, lowercase."""
    origin: str
    """The manifest that says so, for people."""
    bytes: int | None = None
    """None: the manifest tells no sizes."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What all manifests say together, by file name."""

    listed: Mapping[str, tuple[Listed, ...]] = field(default_factory=dict)
    """More than one value where they contradict one another."""
    origins: tuple[str, ...] = ()
    """Where it is from: `SHA512SUMS`, `BulkHash.tar, signed by …`; empty: there is none."""

    def of(self, path: str) -> tuple[Listed, ...]:
        """What is said of the file of that path or name; (): nothing."""
        return self.listed.get(name_of(path), ())

    def sha512_of(self, path: str) -> str | None:
        """The one digest that is said of it; None: none, or several that contradict."""
        said = self.of(path)
        return said[0].sha512 if len(said) == 1 else None


NO_MANIFEST = Manifest()


@dataclass(frozen=True, slots=True)
class StockFile:
    """A file of the repository, not read yet."""

    name: str
    path: Path
    bytes: int


def name_of(path: str) -> str:
    """A path's last part."""
    return path.rpartition(":")[2].rpartition("/")[2]


# ── what a unit holds, what it should ──────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Holding:
    """What a unit has on its flash, and what its running configuration names."""

    unit: Unit
    running: Configuration
    flash: Flash
    digests: tuple[FileDigest, ...] = ()
    """Of the files that were asked for."""
    loaded: tuple[LoadedPackage, ...] | None = None
    """The AnyConnect packages that it serves, whatever lies on flash; None: not understood."""

    def file(self, path: str) -> FlashFile | None:
        """The file of that path, as `dir` shows it."""
        return self.flash.find(path)

    def sha512(self, path: str) -> str | None:
        """What the unit computed; None: there is no such file, or nobody asked."""
        wanted = path_key(path)
        found = next((d for d in self.digests if path_key(d.path) == wanted), None)
        if found is None or found.digest is None:
            return None
        return found.digest.partition(":")[2]


@dataclass(frozen=True, slots=True)
class Sought:
    """A file that both units should have, and where it can be had."""

    kind: Kind
    path: str
    """`disk0:/asa9-16-4-lfbff-k8.SPA`."""
    why: str
    stock: StockFile | None
    """None: the repository has no such file."""
    listed: tuple[Listed, ...] = ()


@dataclass(frozen=True, slots=True)
class Objection:
    """Why nothing is staged: what was seen, and what to do about it."""

    what: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Search:
    """The files that the night needs, as far as that is clear."""

    sought: tuple[Sought, ...]
    objections: tuple[Objection, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Errand:
    """A file that is brought to one unit."""

    serial: Serial
    kind: Kind
    path: str
    sha512: str
    bytes: int | None
    """None: nothing tells it before it has arrived."""
    source: Path | None
    """None: the unit fetches it from the URL."""
    over: FlashFile | None
    """What lies there now under that name; None: nothing."""
    why: str
    loaded: str | None = None
    """The stamp of the package of that path that the unit has loaded; None: none, or no package."""
    loaded_known: bool = False
    """Whether the unit told what it has loaded."""


class Did(Enum):
    """What became of a file on a unit."""

    ALREADY = "already-there"
    COPIED = "copied"
    REPLACED = "replaced"
    REMOVED = "removed"
    """It did not arrive whole, and what had arrived was taken away."""
    PARTIAL = "partial"
    """It did not arrive whole, and what has arrived still lies there."""
    NOT_SENT = "not-sent"


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file on a unit, as `stage` leaves it."""

    unit: Serial
    path: str
    bytes: int | None
    sha512: str | None
    """As the unit computed it, or as it should be where nothing was sent."""
    did: Did
    why: str


@dataclass(frozen=True, slots=True)
class Agenda:
    """What is to be brought where, and what is not and why."""

    errands: tuple[Errand, ...]
    """The standby's first: nobody is served by it."""
    kept: tuple[FileLine, ...] = ()
    objections: tuple[Objection, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ended:
    """How the errands went."""

    lines: tuple[FileLine, ...]
    why: str | None = None
    """Why not all were done; None: they were."""
    code: ExitCode = ExitCode.DONE
    """How the command ends, if anything was changed."""
    asked: bool = False
    """Whether a person asked to stop."""
    remedy: tuple[str, ...] = ()
    """What a person can do about it."""


# ── what a later plan has to know ──────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class StagedFile:
    """A package that `stage` brought to a unit which has loaded another one, or none."""

    serial: Serial
    path: str
    sha512: str
    loaded: str | None
    """The stamp of what it has loaded instead, see `LoadedPackage`; None: nothing of that name.

    It loads the file when it boots, or when its line is typed again; then its stamp is another.
    """


def loaded_stamp(loaded: tuple[LoadedPackage, ...], path: str) -> str | None:
    """What tells the loaded package of that path from others of its name; None: none is loaded."""
    wanted = path_key(path)
    return next((package.stamp for package in loaded if path_key(package.path) == wanted), None)


@dataclass(frozen=True, slots=True)
class Published:
    """What is known of files beside what the units say, when a plan is drawn."""

    manifest: Manifest = NO_MANIFEST
    staged: tuple[StagedFile, ...] = ()


NOTHING_PUBLISHED = Published()
"""No list, and nothing was staged."""
