"""Files of this machine behind the URLs of a pair file, for the emulated `copy`."""

from collections.abc import Sequence
from pathlib import Path

from upgrader.access.emulated.digesting import Digesting
from upgrader.emulator.machine.repository import Place, Repository, Supplied, place_of
from upgrader.emulator.scenario import Supply

_CHUNK = 1 << 20


class LocalFiles(Repository):
    """What `[[emulated.repository]]` says of files; a URL that it does not name is not there.

    Each is read when it is asked for: size, digests, and its text where it is one.
    """

    def __init__(self, supplies: Sequence[Supply]) -> None:
        self._places = [
            (place, Path(supply.file), supply.version)
            for supply in supplies
            if supply.file is not None and (place := place_of(supply.url)) is not None
        ]

    def find(self, url: str) -> Supplied | None:
        """The file that stands for the URL; None: none does, or it cannot be read."""
        wanted = place_of(url)
        if wanted is None:
            return None
        for known, path, version in self._places:
            file = _below(known, path, wanted)
            if file is not None and file.is_file():
                return _read(file, version)
        return None


def _below(known: Place, path: Path, wanted: Place) -> Path | None:
    """The file for a URL: the one that is named, or one in the folder that is."""
    if (known.scheme, known.host) != (wanted.scheme, wanted.host):
        return None
    if known.path == wanted.path:
        return path
    is_folder = not known.path or known.path.endswith("/")
    rest = wanted.path.removeprefix(known.path)
    parts = rest.split("/")
    if not is_folder or not wanted.path.startswith(known.path) or ".." in parts or not rest:
        return None
    return path.joinpath(*parts)


def _read(file: Path, version: str | None) -> Supplied | None:
    seen = Digesting()
    try:
        with file.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                seen.take(chunk)
    except OSError:
        return None
    return seen.supplied(version)
