"""What stands at the URLs that `copy` can name: of the scenario, sent there before, or outside.

The outside is a port: the pair holds it beside its state, and what it said can be remembered, so
that a night that is repeated need not ask again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit


@dataclass(frozen=True, slots=True)
class Supplied:
    """A file at a URL, as `state.File` but for what flash adds."""

    bytes: int
    content: str
    version: str | None = None
    """The release that boots from it; None: read from the name; `unbootable`: none does."""
    md5: str | None = None
    sha512: str | None = None
    text: str | None = None
    """None: it is no text, or nobody holds its bytes."""


class Repository:
    """Files outside the pair, by URL. This one is empty."""

    def find(self, url: str) -> Supplied | None:
        """The file at that URL; None: there is none."""
        del url
        return None


class Overheard(Repository):
    """Asks another one, and remembers what it said."""

    def __init__(self, asked: Repository) -> None:
        self._asked = asked
        self.said: dict[str, Supplied | None] = {}

    def find(self, url: str) -> Supplied | None:
        """What the other one says."""
        self.said[url] = found = self._asked.find(url)
        return found


class Remembered(Repository):
    """Says what was said before."""

    def __init__(self, said: Mapping[str, Supplied | None]) -> None:
        self._said = said

    def find(self, url: str) -> Supplied | None:
        """What was said of that URL; None too where nothing was."""
        return self._said.get(url)


@dataclass(frozen=True, slots=True)
class Place:
    """A URL of `copy`, taken apart."""

    scheme: str
    host: str
    """Empty: the command asks for it."""
    path: str
    """Without leading slash; empty: the command asks for it."""

    @property
    def url(self) -> str:
        """As scenarios write it: without user, password and options."""
        return f"{self.scheme}://{self.host}/{self.path}"


_PORTS = {"tftp": 69, "ftp": 21, "http": 80, "https": 443, "scp": 22, "smb": 445}
SCHEMES = tuple(_PORTS)


def place_of(text: str) -> Place | None:
    """`tftp://host/dir/f`, `tftp:`, `ftp://user:pw@host:21/f;type=i`; None: no URL.

    A port that is the scheme's own says nothing (form: ASA command reference, `copy`).
    """
    scheme, colon, rest = text.partition(":")
    if not colon or scheme.lower() not in SCHEMES:
        return None
    if not rest.strip("/"):
        return Place(scheme.lower(), "", "")
    try:
        found = urlsplit(text.partition(";")[0])
        host, port = found.hostname, found.port
    except ValueError:
        return Place(scheme.lower(), "", "")
    where = host if port in (None, _PORTS[scheme.lower()]) else f"{host}:{port}"
    return Place(scheme.lower(), where or "", unquote(found.path).lstrip("/"))
