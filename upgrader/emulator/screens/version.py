"""`show version`, `show inventory`, `show module`.

Layout: real screens of ASA 5516 (9.9), ISA-3000 (9.16), ASAv (9.5, 9.16). The licence block is
short and the same for every model.
"""

from functools import lru_cache
from hashlib import sha256

from upgrader.emulator.machine.hardware import Hardware, burned_in, hardware_of
from upgrader.emulator.machine.releases import has, release_of
from upgrader.emulator.remembered import of_the_same
from upgrader.emulator.scenario import Module, Scenario
from upgrader.emulator.state import Power
from upgrader.emulator.tables import Pair
from upgrader.emulator.wall import date_of, wall_of

_DAY_MS = 86_400_000
_HOUR = 60
"""In minutes; from then on no seconds are told."""


def uptime(ms: int) -> str:
    """`1 year 97 days`, `41 days 19 hours`, `2 hours 12 mins`, `5 mins 20 secs`."""
    minutes, second = divmod(max(0, ms) // 1_000, 60)
    return _uptime(minutes, second if minutes < _HOUR else 0)


@lru_cache(maxsize=64)  # From an hour on it stays for a minute.
def _uptime(minutes: int, second: int) -> str:
    hours, minute = divmod(minutes, _HOUR)
    days, hour = divmod(hours, 24)
    years, day = divmod(days, 365)
    if years:
        return f"{years} year{'' if years == 1 else 's'} {day} day{'' if day == 1 else 's'}"
    if day:
        return f"{day} day{'' if day == 1 else 's'} {hour} hour{'' if hour == 1 else 's'}"
    if hour:
        return f"{hour} hour{'' if hour == 1 else 's'} {minute} min{'' if minute == 1 else 's'}"
    return f"{minute} min{'' if minute == 1 else 's'} {second} sec{'' if second == 1 else 's'}"


def hardware_line(pair: Pair) -> str:
    """`ASA5516, 8192 MB RAM, CPU Atom C2000 series 2416 MHz, 1 CPU (8 cores)`."""
    return _hardware_line(pair.scenario.model, pair.scenario.ram_mb)


@lru_cache(maxsize=64)
def _hardware_line(model: str, ram_mb: int) -> str:
    board = hardware_of(model)
    return f"{board.name}, {ram_mb} MB RAM, CPU {board.cpu}"


def show_version(pair: Pair, u: int) -> str:
    """The whole screen."""
    unit = pair.units[u]
    above, below = _still(
        pair.scenario.model,
        pair.scenario.ram_mb,
        unit.version or "",
        unit.image or "",
        unit.serial,
        unit.settings.asdm,
        unit.settings.config_register,
        pair.scenario.units[u].health.licences,
    )
    told = "Configuration has not been modified since last system restart.\n"
    if unit.changed is not None:
        user, at = unit.changed
        told = f"Configuration last modified by {user} at {wall_of(pair, u).clock(at)}\n"
    up = f"{unit.settings.hostname} up {uptime(pair.now - unit.booted_ms)}\n"
    release = release_of(unit.version)
    if unit.settings.failover.enabled and has(release, "failover-cluster-up"):
        up += f"failover cluster up {uptime(pair.now - _cluster_since(pair))}\n"
    return above + up + below + told


@lru_cache(maxsize=64)
def _still(
    model: str,
    ram_mb: int,
    version: str,
    image: str,
    serial: str,
    asdm: str | None,
    config_register: str,
    licences: tuple[str, ...],
) -> tuple[str, str]:
    """What stands above and below the uptime: it stays from look to look."""
    board = hardware_of(model)
    lines = [f"Cisco Adaptive Security Appliance Software Version {version} "]
    release = release_of(version)
    if has(release, "ssp-line"):
        lines.append(f"SSP Operating System Version {_platform(version)}")
    elif has(release, "fxos-line"):
        lines.append(f"Firepower Extensible Operating System Version {_platform(version)}")
    manager = asdm_version(asdm)
    if manager is not None:
        lines.append(f"Device Manager Version {manager}")
    lines += [
        "",
        f"Compiled on {_compiled(version)} by builders",
        f'System image file is "{image_name(board, image)}"',
        'Config file at boot was "startup-config"',
        "",
    ]
    below = [
        "",
        f"Hardware:   {_hardware_line(model, ram_mb)}",
        f"Internal ATA Compact Flash, {board.flash_mb}MB",
        "BIOS Flash M25P64 @ 0xfed01000, 16384KB",
        "",
        _ports(model, serial),
        "",
        licence(model, licences),
        "",
        f"Serial Number: {serial}",
        f"Configuration register is {config_register}",
        "Image type                : Release",
        "Key Version               : A",
    ]
    return "".join(f"{line}\n" for line in lines), "".join(f"{line}\n" for line in below)


def image_name(board: Hardware, path: str) -> str:
    """The image as this screen names it: a virtual unit boots from `boot:/`."""
    if board.is_virtual and path.startswith("disk0:/"):
        return f"boot:/{path.removeprefix('disk0:/')}"
    return path


@lru_cache(maxsize=64)
def asdm_version(path: str | None) -> str | None:
    """`7.16(1)` from `disk0:/asdm-7161.bin`, `7.9(1)151` from `asdm-791-151.bin`.

    None: no ASDM image is set, or its name says nothing certain.
    """
    name = (path or "").rpartition("/")[2]
    if not (name.startswith("asdm-") and name.endswith(".bin")):
        return None
    digits, _, build = name.removeprefix("asdm-").removesuffix(".bin").partition("-")
    if not digits.isdigit() or not 3 <= len(digits) <= 4 or not (build.isdigit() or not build):
        return None
    return f"{digits[0]}.{digits[1:-1]}({digits[-1]}){build}"


def _cluster_since(pair: Pair) -> int:
    # Pair-level: it outlives the reload of either unit. That both were never down at once is
    # assumed; the tables do not tell.
    one, other = pair.units
    return min(_first_start(pair.scenario), one.booted_ms, other.booted_ms)


@of_the_same
def _first_start(scenario: Scenario) -> int:
    return -round(max(unit.up_days for unit in scenario.units) * _DAY_MS)


def _number(text: str) -> int:
    return int.from_bytes(sha256(text.encode()).digest()[:6], "big")


@lru_cache(maxsize=64)
def _compiled(version: str) -> str:
    # Invented, but the same for every unit that runs the release.
    number = _number(version)
    weekday, month, date, year = date_of(16_436 + number % 2_557)
    return f"{weekday} {date:02d}-{month}-{year % 100:02d} {number % 24:02d}:{number % 60:02d} GMT"


@lru_cache(maxsize=64)
def _platform(version: str) -> str:
    _, minor = release_of(version)
    return f"2.{max(6, minor - 6)}(1.{_number(version) % 300})"


@lru_cache(maxsize=64)
def _ports(model: str, serial: str) -> str:
    lines = []
    for n, port in enumerate(hardware_of(model).ports):
        mac = burned_in(serial, n)
        lines.append(f"{n:2d}: Ext: {port:20}: address is {mac}, irq 255")
    return "\n".join(lines)


@lru_cache(maxsize=64)
def licence(model: str, other: tuple[str, ...] = ()) -> str:
    """What the unit may do, and the pair together; `other`: the unit's rows that differ."""
    board = hardware_of(model)
    terms = "" if board.is_smart else "perpetual"
    features = (
        ("Maximum Physical Interfaces", "Unlimited"),
        ("Maximum VLANs", str(board.vlans)),
        ("Inside Hosts", "Unlimited"),
        ("Failover", "Active/Active"),
        ("Encryption-DES", "Enabled"),
        ("Encryption-3DES-AES", "Enabled"),
        ("Security Contexts", "2"),
        ("Carrier", "Disabled"),
        ("AnyConnect Premium Peers", str(board.sessions)),
        ("AnyConnect Essentials", "Disabled"),
        ("Other VPN Peers", str(board.sessions)),
        ("Total VPN Peers", str(board.sessions)),
        ("AnyConnect for Mobile", "Enabled"),
        ("Advanced Endpoint Assessment", "Enabled"),
        ("Shared License", "Disabled"),
        ("Total TLS Proxy Sessions", "1000"),
        ("Cluster", "Disabled"),
    )
    own = dict(features)
    for row in other:
        name, _, value = row.partition(":")
        own[name.strip()] = value.strip()
    head = ["License mode: Smart Licensing", ""] if board.is_smart else []
    lines = (
        *head,
        "Licensed features for this platform:",
        *_features(own, terms),
        "",
        "",
        "Failover cluster licensed features for this platform:",
        *_features(dict(features), terms),
    )
    return "\n".join(lines)


def _features(table: dict[str, str], terms: str) -> list[str]:
    return [f"{name:34}: {value:15}{terms}".rstrip() for name, value in table.items()]


def show_inventory(pair: Pair, u: int) -> str:
    """The chassis and its cards."""
    board = hardware_of(pair.scenario.model)
    unit = pair.units[u]
    entries = [("Chassis", board.description, board.name, unit.serial)]
    entries += [
        (f"module {card.slot}", card.service, card.card, unit.serial)
        for card in pair.scenario.units[u].modules
    ]
    return "\n".join(
        f'Name: "{name}", DESCR: "{text}"\nPID: {pid:18}, VID: V01     , SN: {serial}\n'
        for name, text, pid, serial in entries
    )


def show_module(pair: Pair, u: int) -> str:
    """Cards: models, versions, states."""
    unit = pair.units[u]
    cards = tuple((card, _state(pair, u, card)) for card in pair.scenario.units[u].modules)
    return _cards(pair.scenario.model, unit.serial, unit.version or "", cards)


@lru_cache(maxsize=64)
def _cards(model: str, serial: str, version: str, cards: tuple[tuple[Module, str], ...]) -> str:
    """The screen: it stays from look to look. Each card with its state."""
    board, mac = hardware_of(model), burned_in(serial, 0)
    lines = [
        "Mod  Card Type                                    Model              Serial No. ",
        "---- -------------------------------------------- ------------------ -----------",
        f"{board.slot:4d} {board.description:44.44} {board.name:18} {serial:11}",
    ]
    lines += [f"{c.slot:4d} {c.service:44} {c.card:18} {serial:11}" for c, _ in cards]
    lines += [
        "",
        "Mod  MAC Address Range                 Hw Version   Fw Version   Sw Version     ",
        "---- --------------------------------- ------------ ------------ ---------------",
        f"{board.slot:4d} {mac} to {mac:15} {board.revision:12} {'1.0':12} {version}",
    ]
    lines += [
        f"{c.slot:4d} {f'{mac} to {mac}':33} {'N/A':12} {'N/A':12} {c.version}" for c, _ in cards
    ]
    lines += [
        "",
        "Mod  SSM Application Name           Status           SSM Application Version",
        "---- ------------------------------ ---------------- --------------------------",
    ]
    lines += [f"{c.slot:4d} {c.service:30} {state:16} {c.version}".rstrip() for c, state in cards]
    lines += [
        "",
        "Mod  Status             Data Plane Status     Compatibility",
        "---- ------------------ --------------------- -------------",
        f"{board.slot:4d} {'Up Sys':18} Not Applicable       ",
    ]
    lines += [f"{c.slot:4d} {state:18} {'Up':21}" for c, state in cards]
    return "".join(f"{line}\n" for line in [*lines, ""])


def _state(pair: Pair, u: int, card: Module) -> str:
    unit = pair.units[u]
    if card.slot in unit.failed_modules:
        return "Unresponsive"
    ready = unit.power is Power.UP and pair.now >= unit.booted_ms + card.up_after_ms
    return "Up" if ready else "Init"
