"""What `copy` finds, and what it takes along: configurations, files, and servers outside."""

from upgrader.emulator.config import numbered_lines
from upgrader.emulator.machine import files
from upgrader.emulator.machine.repository import Place, Supplied, place_of
from upgrader.emulator.scenario import Supply
from upgrader.emulator.screens import configuration
from upgrader.emulator.state import File, Unit
from upgrader.emulator.tables import Pair


def find(pair: Pair, url: Place) -> Supplied | None:
    """The file at a URL: sent there before, of the scenario, or outside; None: there is none."""
    sent = pair.uploads.get(url.url)
    if sent is not None:
        return files.supplied_of(sent)
    for supply in pair.scenario.repository:
        if supply.file is None and _url_of(supply) == url.url:
            return Supplied(supply.bytes, supply.content, supply.version)
    return None if pair.outside is None else pair.outside.find(url.url)


def is_server(pair: Pair, url: Place) -> bool:
    """Whether the scenario names that server."""
    return bool(url.host) and any(
        (known := place_of(supply.url)) is not None
        and (known.scheme, known.host) == (url.scheme, url.host)
        for supply in pair.scenario.repository
    )


def _url_of(supply: Supply) -> str:
    known = place_of(supply.url)
    return supply.url if known is None else known.url


def send(pair: Pair, url: Place, supplied: Supplied) -> None:
    """Let a file stand at a URL."""
    pair.uploads[url.url] = File(
        supplied.bytes,
        supplied.content,
        None if supplied.version == "unbootable" else supplied.version,
        pair.now,
        supplied.md5,
        supplied.sha512,
        supplied.text,
    )


def config_of(unit: Unit, name: str) -> tuple[str, ...]:
    """The lines of `running-config` or `startup-config`."""
    return unit.running if name == "running-config" else unit.startup


def outgoing(pair: Pair, u: int, name: str) -> Supplied | None:
    """A configuration or a file of flash, to be taken along; None: there is none."""
    unit = pair.units[u]
    if name in ("running-config", "startup-config"):
        text = configuration.saved_copy(pair, u, config_of(unit, name))
        return Supplied(len(text.encode()), text, "unbootable", text=text)
    file = files.file_at(unit, name)
    return None if file is None else files.supplied_of(file)


def lines_of(supplied: Supplied) -> tuple[tuple[int, str], ...] | None:
    """The configuration lines of a text, each with its number; None: it is no text."""
    text = supplied.text
    if text is None and supplied.content.endswith("\n"):
        text = supplied.content
    return None if text is None else numbered_lines(text)
