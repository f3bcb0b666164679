"""The models that a pair may be: their last release, memory and time to boot.

Last releases: ASA compatibility guide. Memory: data sheets, and `show version` in real
captures. Boot times are assumptions (hardware 300 s, ASAv 120 s, Firepower 1000/2100 480 s).
"""

from dataclasses import dataclass

_HARDWARE_BOOT_MS = 300_000
_VIRTUAL_BOOT_MS = 120_000
_FIREPOWER_BOOT_MS = 480_000


@dataclass(frozen=True, slots=True)
class Hardware:
    """A model."""

    name: str
    """As `Hardware:` in `show version` prints it."""
    last: tuple[int, int] | None
    """The last release train that it runs; None: current ones."""
    ram_mb: int
    boot_ms: int = _HARDWARE_BOOT_MS
    boot_limit: int = 4
    """How many `boot system` lines it takes."""


def _family(
    names: str,
    last: tuple[int, int] | None,
    ram_mb: int,
    boot_ms: int = _HARDWARE_BOOT_MS,
    boot_limit: int = 4,
) -> tuple[Hardware, ...]:
    return tuple(Hardware(n, last, ram_mb, boot_ms, boot_limit) for n in names.split())


HARDWARE = (
    *_family("ASA5505", (9, 2), 512),
    *_family("ASA5510 ASA5520", (9, 1), 1_024),
    *_family("ASA5540 ASA5550", (9, 1), 4_096),
    *_family("ASA5580", (9, 1), 8_192),
    *_family("ASA5512", (9, 12), 4_096),
    *_family("ASA5515", (9, 12), 8_192),
    *_family("ASA5585 ASA5585-SSP-10 ASA5585-SSP-20", (9, 12), 12_288),
    *_family("ASA5585-SSP-40 ASA5585-SSP-60", (9, 12), 12_288),
    *_family("ASASM", (9, 12), 24_576),
    *_family("ASA5525", (9, 14), 8_192),
    *_family("ASA5545", (9, 14), 12_288),
    *_family("ASA5555", (9, 14), 16_384),
    *_family("ASA5506", (9, 16), 4_096),
    *_family("ASA5508 ASA5516", (9, 16), 8_192),
    *_family("FPR-1010 FPR-1120 FPR-1140 FPR-1150", None, 8_192, _FIREPOWER_BOOT_MS, 1),
    *_family("FPR-2110 FPR-2120 FPR-2130 FPR-2140", (9, 20), 16_384, _FIREPOWER_BOOT_MS, 1),
    *_family("FPR-3105 FPR-3110 FPR-3120 FPR-3130 FPR-3140", None, 65_536),
    *_family("FPR-4110 FPR-4120 FPR-4140 FPR-4150", (9, 18), 65_536),
    *_family("FPR-4112 FPR-4115 FPR-4125 FPR-4145", None, 131_072),
    *_family("FPR-4215 FPR-4225 FPR-4245", None, 262_144),
    *_family("FPR9K-SM-24 FPR9K-SM-36 FPR9K-SM-44", (9, 18), 262_144),
    *_family("FPR9K-SM-40 FPR9K-SM-48 FPR9K-SM-56", None, 393_216),
    *_family("ASAv", None, 8_192, _VIRTUAL_BOOT_MS),
)


def find_hardware(name: str) -> Hardware | None:
    """The model of that name, also as data sheets spell it; None: not known.

    `ASA5516-X` is `ASA5516`, `ASAv50` is `ASAv`, `Firepower 2110` is `FPR-2110`.
    """
    wanted = _plain(name)
    if wanted.startswith("asav") and wanted.removeprefix("asav").isdecimal():
        wanted = "asav"
    return next((model for model in HARDWARE if _plain(model.name) == wanted), None)


def _plain(name: str) -> str:
    plain = name.casefold().removesuffix("-x").replace("firepower", "fpr")
    return plain.replace("-", "").replace(" ", "")


def train_of(version: str) -> tuple[int, int] | None:
    """Major and minor of `9.16(4)`; None: it is not written so."""
    major, _, rest = version.partition(".")
    minor, parenthesis, _ = rest.partition("(")
    if not (parenthesis and major.isdecimal() and minor.isdecimal()):
        return None
    return int(major), int(minor)
