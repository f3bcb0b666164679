"""Hardware on which a night can be run again: ports, images, and what fits where.

Facts are of Cisco's compatibility guide and data sheets; a model that is not here is replaced.
"""

from dataclasses import dataclass

from upgrader.model.version import Version


@dataclass(frozen=True, slots=True)
class Hardware:
    """A model of the emulator, as far as a configuration needs it."""

    model: str
    ports: tuple[str, ...]
    management: str
    image: str
    """How its images are named, with `{}` for the release: `asa{}-lfbff-k8.SPA`."""
    first: tuple[int, int]
    """The first release train that it runs."""
    last: tuple[int, int] | None
    """The last one; None: none is the last."""
    sessions: int
    """How many it admits."""


def _numbered(kind: str, first: int, last: int) -> tuple[str, ...]:
    return tuple(f"{kind}{n}" for n in range(first, last + 1))


_SMALL = (_numbered("GigabitEthernet1/", 1, 8), "Management1/1", "asa{}-lfbff-k8.SPA")
_MIDDLE = (_numbered("GigabitEthernet0/", 0, 7), "Management0/0", "asa{}-smp-k8.bin")
_OLD = (_numbered("GigabitEthernet0/", 0, 3), "Management0/0", "asa{}-k8.bin")
_VIRTUAL = (_numbered("GigabitEthernet0/", 0, 8), "Management0/0", "asa{}-smp-k8.bin")

_ALL = (
    Hardware("ASA5516", *_SMALL, (9, 4), (9, 16), 300),
    Hardware("ASA5508", *_SMALL, (9, 4), (9, 16), 100),
    Hardware("ASA5506", *_SMALL, (9, 3), (9, 16), 50),
    Hardware("ASA5525", *_MIDDLE, (8, 6), (9, 14), 750),
    Hardware("ASA5545", *_MIDDLE, (8, 6), (9, 14), 2_500),
    Hardware("ASA5555", *_MIDDLE, (8, 6), (9, 14), 5_000),
    Hardware("ASA5520", *_OLD, (7, 0), (9, 1), 750),
    Hardware("ASAv30", *_VIRTUAL, (9, 2), None, 750),
    Hardware("ASAv50", *_VIRTUAL, (9, 2), None, 10_000),
    Hardware("ASAv100", *_VIRTUAL, (9, 2), None, 20_000),
)
MOST_SESSIONS = max(one.sessions for one in _ALL)
"""No model admits more."""
_BY_MODEL = {one.model: one for one in _ALL}
_STAND_INS = ("ASA5516", "ASA5525", "ASA5520", "ASAv30", "ASAv50", "ASAv100")


def ports_of(model: str) -> tuple[tuple[str, ...], str]:
    """The data ports of a model that `hardware_for` gave, and its management port."""
    one = _BY_MODEL[model]
    return one.ports, one.management


def hardware_for(
    seen: str | None, oldest: Version, newest: Version, sessions: int
) -> tuple[Hardware, str | None]:
    """The model that was seen, or another that runs both releases with so many people.

    Besides what was assumed; None: nothing.
    """
    wanted = None if seen is None else _BY_MODEL.get(seen.removesuffix("-X"))
    if wanted is not None and _fits(wanted, oldest, newest, sessions):
        return wanted, None
    other = next(
        (one for name in _STAND_INS if _fits(one := _BY_MODEL[name], oldest, newest, sessions)),
        _BY_MODEL[_STAND_INS[-1]],
    )
    why = "the records name no model" if seen is None else f"no {seen} is to be had for this"
    return other, f"the units are of model {other.model}: {why}"


def image_name(hardware: Hardware, version: Version) -> str:
    """Where an image of a release lies, by the vendor's naming."""
    parts = [version.major, version.minor, version.maintenance]
    spelt = "-".join(map(str, [*parts, version.interim] if version.interim else parts))
    return f"disk0:/{hardware.image.format(spelt)}"


def _fits(hardware: Hardware, oldest: Version, newest: Version, sessions: int) -> bool:
    runs = hardware.first <= oldest.train
    runs_on = hardware.last is None or newest.train <= hardware.last
    return runs and runs_on and sessions <= hardware.sessions
