"""What a picture tells of a chassis: it stays where it is when the roles move."""

from collections.abc import Iterator
from typing import TypeAlias

from upgrader.dialect import commands
from upgrader.model.failover import LinkPort
from upgrader.model.picture import ALL_OF_IT, Area
from upgrader.model.unit import Configuration, FullLook, Unit
from upgrader.model.wide import LicensedFeature, ModuleLine, WideLook

Told: TypeAlias = tuple[Area, str, int | str | None]
"""Area, key and value of an item."""

AREAS = (Area.UNITS, Area.FAILOVER, Area.LICENCES, Area.MODULES, Area.ANYCONNECT)
"""The areas in which a chassis is told of; FAILOVER tells of roles besides."""

NONE = "none"
NOT_PRINTED = "not printed"
"""The release or platform prints no such line."""
ABSENT = "absent"
OWN_SOFTWARE = "the unit's own"
"""A module that runs the unit's release: it changes with it, and not by itself."""


def told_of_chassis(unit: Unit) -> Iterator[Told]:
    """All that a picture says of that chassis."""
    full, wide = unit.full, None if unit.full is None else unit.full.wide
    yield from _identity(unit, full, wide)
    yield from _failover(unit)
    yield from _licences(wide)
    yield from _modules(unit, wide)
    yield from _anyconnect(full, wide)


def failover_ports(unit: Unit) -> frozenset[str]:
    """The ports whose addresses belong to the chassis: those of the failover and the state link."""
    links = (unit.failover.lan_interface, unit.failover.state_link)
    return frozenset(link.port for link in links if link is not None)


# ── who it is, and what it boots ───────────────────────────────────────────────────────


def _identity(unit: Unit, full: FullLook | None, wide: WideLook | None) -> Iterator[Told]:
    version = unit.version
    yield Area.UNITS, "serial", unit.serial
    yield Area.UNITS, "model", version.hardware
    yield Area.UNITS, "version", str(unit.running)
    yield Area.UNITS, "image", version.image or NOT_PRINTED
    yield Area.UNITS, "ASDM, loaded", version.asdm or NOT_PRINTED
    running = None if full is None else full.running
    saved = None if full is None else full.saved
    yield Area.UNITS, "boot order", _boot(running)
    yield Area.UNITS, "boot order, saved", _boot(saved)
    yield Area.UNITS, "ASDM image", None if running is None else running.asdm_image or NONE
    yield Area.UNITS, "reload scheduled", _reload(unit, full)
    errors = None if wide is None else wide.startup_errors
    yield Area.UNITS, "errors of the startup-config", None if errors is None else len(errors)
    yield Area.UNITS, "register", None if wide is None else wide.register or NOT_PRINTED


def _boot(configuration: Configuration | None) -> str | None:
    return None if configuration is None else ", ".join(configuration.boot) or NONE


def _reload(unit: Unit, full: FullLook | None) -> str | None:
    if full is None or any(reply.line == commands.SHOW_RELOAD for reply in unit.unread):
        return None
    return full.reload_scheduled or NONE


# ── failover, as the chassis has it ────────────────────────────────────────────────────


def _failover(unit: Unit) -> Iterator[Told]:
    failover = unit.failover
    yield Area.FAILOVER, "failover", "on" if failover.enabled else "off"
    yield Area.FAILOVER, "failover link", _link(failover.lan_interface)
    yield Area.FAILOVER, "state link", _link(failover.state_link)
    for row in failover.counters:
        errors = row.send_errors + row.receive_errors
        for what, number in (("sent", row.sent), ("received", row.received), ("errors", errors)):
            if number:  # Most of them stand at 0, and what is not there is compared as 0.
                yield Area.FAILOVER, f"{row.name} {what}", number


def _link(link: LinkPort | None) -> str:
    return NONE if link is None else f"{link.name} {link.port} {link.condition}"


# ── licences and modules ───────────────────────────────────────────────────────────────


def _licences(wide: WideLook | None) -> Iterator[Told]:
    if wide is None:
        yield Area.LICENCES, ALL_OF_IT, None
        return
    area = Area.LICENCES
    for row in wide.licences:
        yield area, f"{row.table}: {row.name}", _licence(row)
    if wide.smart is not None:
        yield Area.LICENCES, "smart: registration", wide.smart.registration
        yield Area.LICENCES, "smart: authorization", wide.smart.authorization or NOT_PRINTED


def _licence(row: LicensedFeature) -> str:
    """The days that a licence has left go down by themselves; that it ends is what matters."""
    limited = row.term[:1].isdecimal()
    return f"{row.value} {'for a time' if limited else row.term}".rstrip()


def _modules(unit: Unit, wide: WideLook | None) -> Iterator[Told]:
    if wide is None or wide.modules is None:
        yield Area.MODULES, ALL_OF_IT, None
        return
    for module in wide.modules:
        number = module.number
        yield Area.MODULES, f"{number} card", f"{module.card}, {module.model} {module.serial}"
        yield Area.MODULES, f"{number} software", _software(module, str(unit.running))
        yield Area.MODULES, f"{number} status", module.status or NOT_PRINTED


def _software(module: ModuleLine, running: str) -> str:
    return OWN_SOFTWARE if module.software == running else module.software or NOT_PRINTED


# ── AnyConnect: configured, on flash, loaded ───────────────────────────────────────────


def _anyconnect(full: FullLook | None, wide: WideLook | None) -> Iterator[Told]:
    if full is None or full.running is None:
        yield Area.ANYCONNECT, ALL_OF_IT, None
        return
    yield Area.ANYCONNECT, "enabled", "yes" if full.running.anyconnect_enabled else "no"
    for package in full.running.packages:
        regex = "" if package.regex is None else f", regex {package.regex}"
        yield Area.ANYCONNECT, f"configured {package.path}", f"order {package.order}{regex}"
        yield Area.ANYCONNECT, f"on flash {package.path}", _content(full, package.path)
    if full.loaded is None:
        yield Area.ANYCONNECT, f"loaded {ALL_OF_IT}", None
    for entry in full.loaded or ():
        yield Area.ANYCONNECT, f"loaded {entry.path}", entry.stamp
    if wide is None:
        return
    if wide.hostscan is not None:
        enabled = "enabled" if wide.hostscan.enabled else "disabled"
        version = wide.hostscan.version
        yield Area.ANYCONNECT, "HostScan", f"{enabled}, {version or 'none loaded'}"
    if wide.local_ca is not None:
        yield Area.ANYCONNECT, "local CA", "enabled" if wide.local_ca.enabled else "disabled"


def _content(full: FullLook, path: str) -> str | None:
    """A file's digest; None: it is there, or may be, and nobody asked what is in it."""
    if full.is_without(path):
        return ABSENT
    asked = full.digest_of(path)
    return None if asked is None else asked.digest
