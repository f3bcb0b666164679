"""AnyConnect packages in RAM.

R1: a package is loaded only when its `anyconnect image` line is executed on that unit: typed
there, received by replication, or read at boot or in a full sync. Copying or overwriting the
file later changes flash only. That the line replicates and the file does not is documented (ASA
configuration guide); when it is read is inferred.
"""

from msgspec.structs import replace

from upgrader.emulator.config import package_platform, package_version
from upgrader.emulator.remembered import of_the_same
from upgrader.emulator.scenario import IncidentRules
from upgrader.emulator.settings import PackageLine, Webvpn
from upgrader.emulator.state import Home, Package, Unit


def load(unit: Unit, webvpn: Webvpn) -> tuple[tuple[Package, ...], tuple[str, ...]]:
    """Execute all package lines on a unit: what is loaded, and the lines that failed."""
    loaded: list[Package] = []
    failed: list[str] = []
    for line in webvpn.packages:
        package = read(unit, line)
        if package is None:
            failed.append(f"anyconnect image {line.path} {line.order}")
        else:
            loaded.append(package)
    return tuple(loaded), tuple(failed)


def read(unit: Unit, line: PackageLine) -> Package | None:
    """Execute one line: the package as flash has it now; None: there is no such file."""
    file = unit.flash.get(line.path.lower())
    if file is None:
        return None
    platform = package_platform(line.path) or ""
    return Package(line.order, line.path, line.regex, file.content, platform)


def follow(unit: Unit, before: Webvpn, typed: str | None = None) -> None:
    """Execute what is new among the package lines, and unload what is gone.

    A line that was typed (for the file `typed`) is executed although it stood there before. Where
    its file is gone, what is loaded stays. Both inferred.
    """
    known = {(p.path, p.order, p.regex) for p in before.packages}
    held = {(p.path, p.order, p.regex): p for p in unit.loaded}
    loaded: list[Package] = []
    for line in unit.settings.webvpn.packages:
        at = (line.path, line.order, line.regex)
        package = None
        if at not in known or (typed is not None and line.path.lower() == typed.lower()):
            package = read(unit, line)
        package = package or held.get(at)
        if package is not None:
            loaded.append(package)
    unit.loaded = tuple(loaded)


def serving(loaded: tuple[Package, ...], platform: str) -> Package | None:
    """The package that a client of that platform gets: the first in order; None: none."""
    return _first_by_platform(loaded).get(platform)


@of_the_same
def _first_by_platform(loaded: tuple[Package, ...]) -> dict[str, Package]:
    first: dict[str, Package] = {}
    for package in sorted(loaded, key=lambda package: package.order):
        first.setdefault(package.platform, package)
    return first


def stamp(rules: IncidentRules, loaded: tuple[Package, ...], package: Package) -> str:
    """What counts as a package's identity (`mismatch_key`)."""
    match rules.mismatch_key:
        case "bytes":
            return package.content
        case "version":
            return f"{package.platform} {package_version(package.path)}"
        case "name":
            return package.path.lower().rpartition("/")[2]
        case "set":
            return " ".join(f"{p.order}:{p.content}" for p in loaded)


def stamps(rules: IncidentRules, loaded: tuple[Package, ...]) -> frozenset[str]:
    """All identities that a unit can stand for by itself."""
    return frozenset(stamp(rules, loaded, package) for package in loaded)


def settle_homes(unit: Unit, rules: IncidentRules) -> None:
    """Let tickets stand on their own whose package has been loaded since.

    None leans anew: that a loaded package goes away does not move a session. Inferred.
    """
    own = stamps(rules, unit.loaded)
    for token, ticket in unit.tickets.items():
        if ticket.home is Home.PEER and ticket.admitted in own:
            unit.tickets[token] = replace(ticket, home=Home.OWN)
