"""The models that a pair may be, from `data/platforms.toml`: what they print and can hold."""

import tomllib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from upgrader.emulator.machine.releases import train_of

_DATA = Path(__file__).parents[1] / "data" / "platforms.toml"


@dataclass(frozen=True, slots=True)
class Hardware:
    """A model's figures."""

    model: str
    """How a pair file calls it."""
    name: str
    """As `Hardware:` in `show version` prints it."""
    cpu: str
    """As the `Hardware:` line ends."""
    ram_mb: int
    flash_mb: int
    ports: tuple[str, ...]
    description: str
    """In `show inventory`."""
    slot: int = 0
    """The slot that the main board counts as in `show failover`."""
    revision: str = "1.0"
    """`hw rev`; empty on a virtual unit."""
    empty_slots: tuple[int, ...] = ()
    """Slots for a service card, printed as empty where there is none."""
    monitored: int = 250
    """The most interfaces that can be monitored."""
    sessions: int = 250
    """`Device Total VPN Capacity`."""
    limit: int | None = None
    """How many sessions it admits; None: not known, and never reached."""
    vlans: int = 50
    images: tuple[str, ...] = ()
    """Patterns of its images' names; empty: not known."""
    last: tuple[int, int] | None = None
    """The last release train that it runs; None: current ones."""
    boot_ms: int = 300_000
    boot_limit: int = 4
    """How many `boot system` lines it takes."""
    is_smart: bool = False
    """Whether its licences are smart licences."""
    names: tuple[str, ...] = ()
    """Other names of the same model."""
    source: str = ""
    """Where the figures come from."""
    inferred: tuple[str, ...] = ()
    """Keys of its row that no document or capture at hand shows."""

    @property
    def is_virtual(self) -> bool:
        """Whether it is an ASAv: no slot line for the other host, other paths."""
        return not self.revision

    def takes(self, path: str) -> bool:
        """Whether an image of that name is one of its family; what is not known is."""
        name = path.rpartition("/")[2].casefold()
        return not self.images or any(fnmatchcase(name, p.casefold()) for p in self.images)


@lru_cache(maxsize=1)
def all_hardware() -> tuple[Hardware, ...]:
    """Every model, in the order of the data file."""
    rows = tomllib.loads(_DATA.read_text(encoding="utf-8"))["platform"]
    return tuple(_read(row) for row in rows)


def _read(row: dict[str, Any]) -> Hardware:
    values = dict(row)
    values.setdefault("name", values["model"])
    values["ports"] = tuple(port for span in values["ports"] for port in _ports(span))
    for key in ("names", "images", "empty_slots", "inferred"):
        values[key] = tuple(values.get(key, ()))
    values["last"] = _train(values.pop("last"))
    values["boot_ms"] = values.pop("boot_s") * 1_000
    values["boot_limit"] = values.pop("boot_lines", 4)
    values["is_smart"] = values.pop("smart", False)
    return Hardware(**values)


def _ports(span: str) -> tuple[str, ...]:
    """`GigabitEthernet0/0-7`: eight ports."""
    one, dash, last = span.rpartition("-")
    if not dash or not last.isdigit():
        return (span,)
    kind = one.rstrip("0123456789")
    return tuple(f"{kind}{n}" for n in range(int(one.removeprefix(kind)), int(last) + 1))


def _train(text: str) -> tuple[int, int] | None:
    major, _, minor = text.partition(".")
    return (int(major), int(minor)) if text else None


@lru_cache(maxsize=64)
def hardware_of(model: str) -> Hardware:
    """The figures of a model, by its name or its longest known beginning.

    One that is not known at all gets a generic row.
    """
    found = find_hardware(model)
    if found is not None:
        return found
    alike = [known for known in all_hardware() if model.startswith(known.model)]
    if alike:
        return max(alike, key=lambda known: len(known.model))
    ports = (*_ports("GigabitEthernet0/0-7"), "Management0/0")
    return Hardware(model, model, "Xeon 2000 MHz, 1 CPU (4 cores)", 8_192, 8_192, ports, model)


@lru_cache(maxsize=64)
def find_hardware(name: str) -> Hardware | None:
    """The model of that name, also as data sheets spell it; None: not known.

    `ASA5516-X` is `ASA5516`, `Firepower 2110` is `FPR-2110`, `ASA5585` has an SSP-10.
    """
    wanted = _plain(name)
    for model in all_hardware():
        if wanted in {_plain(known) for known in (model.model, *model.names)}:
            return model
    return None


def _plain(name: str) -> str:
    plain = name.casefold().removesuffix("-x").replace("firepower", "fpr")
    return plain.replace("-", "").replace(" ", "")


def boots_there(version: str | None, model: str, path: str | None = None) -> bool:
    """Whether such a file boots on such hardware.

    `path`: the name of a file from outside, where that is all that says which release it holds;
    it must then be of the model's family of images.
    """
    hardware = find_hardware(model)
    if hardware is not None and path is not None and not hardware.takes(path):
        return False
    train = None if version is None else train_of(version)
    last = None if hardware is None else hardware.last
    too_new = train is not None and last is not None and train > last
    return version != "unbootable" and not too_new


def burned_in(serial: str, place: int) -> str:
    """The MAC address of a chassis' n-th port. Invented, but the same at each look."""
    number = int.from_bytes(sha256(serial.encode()).digest()[:6], "big")
    digits = f"{(number & 0xFCFFFFFFFF00) + place:012x}"
    return f"{digits[:4]}.{digits[4:8]}.{digits[8:]}"
