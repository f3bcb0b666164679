"""Which sessions lean on the unit that goes: those admitted under an image that the survivor lacks.

What can be seen of a load is its version and build time, never its digest. So:

- The standby reloads in the night and loads what lies on its flash: its digest is known.
- The active's load is taken for what lies on its own flash, as long as nothing speaks against it:
  other files and other loads on both units agree with that, equal files and equal loads too.
- Equal files but different loads: one of the two loaded an older file of the same name, and
  nothing tells which. If it is the active, its sessions lean; if it is the standby, its own reload
  cures it. Likewise different files but equal loads. Then the worse is foretold, as a bound.

Source: ASA 5500 ASDM guide, p. 66-7; that the bytes of the loaded image decide is inferred.
"""

from dataclasses import dataclass
from enum import Enum

from upgrader.judgement.aim import Aim
from upgrader.model.unit import FullLook, Unit, path_key


class Lean(Enum):
    """Whether sessions that were admitted under an image end with the unit that goes."""

    NO = "no"
    YES = "yes"
    PERHAPS = "perhaps"


@dataclass(frozen=True, slots=True)
class Leaning:
    """Of the images under which the active admits clients: (path, whether its sessions lean)."""

    images: tuple[tuple[str, Lean], ...]

    @property
    def leaning(self) -> tuple[str, ...]:
        """The paths of those whose sessions lean, or may."""
        return tuple(path for path, lean in self.images if lean is not Lean.NO)

    @property
    def is_certain(self) -> bool:
        """Whether all images are alike, so that it does not matter who came in under which."""
        return len({lean for _, lean in self.images}) <= 1 and not any(
            lean is Lean.PERHAPS for _, lean in self.images
        )


def leaning_of(active: Unit, standby: Unit, aim: Aim) -> Leaning | None:
    """Image by image, as the active has them; None: a flash, digest or load was not seen."""
    ours, theirs = active.full, standby.full
    assert ours is not None, "looked at fully"
    assert theirs is not None, "looked at fully"
    if ours.loaded is None or theirs.loaded is None:
        return None
    reloads = standby.running != aim.target.version
    images = []
    for package in ours.loaded:
        lean = _lean(package.path, ours, theirs, reloads=reloads)
        if lean is None:
            return None
        images.append((package.path, lean))
    return Leaning(tuple(images))


def _lean(path: str, ours: FullLook, theirs: FullLook, *, reloads: bool) -> Lean | None:
    """Whether sessions admitted under that image lean on this unit at the final reload."""
    alike = _stamp(ours, path) == _stamp(theirs, path)
    if not reloads:
        # The standby goes on with what it has loaded now.
        return Lean.NO if alike else Lean.YES
    if theirs.running is None or ours.flash is None or theirs.flash is None:
        return None
    configured = [package.path for package in theirs.running.packages]
    future = [path_key(p) for p in configured if not theirs.is_without(p)]
    digests = {_digest(theirs, p) for p in future}
    if None in digests:
        return None
    here = path_key(path) in future
    if ours.is_without(path):
        # Deleted since it was loaded: its content is known by its load alone.
        return Lean.PERHAPS if here and alike else Lean.YES
    own = _digest(ours, path)
    if own is None:
        return None
    if own in digests:
        loaded_there = _stamp(theirs, path) is not None
        return Lean.PERHAPS if loaded_there and not alike else Lean.NO
    return Lean.PERHAPS if here and alike else Lean.YES


def _stamp(full: FullLook, path: str) -> str | None:
    wanted = path_key(path)
    return next((p.stamp for p in full.loaded or () if path_key(p.path) == wanted), None)


def _digest(full: FullLook, path: str) -> str | None:
    asked = full.digest_of(path)
    return None if asked is None else asked.digest


def why_not_replicated(active: Unit, standby: Unit) -> str:
    """Why no VPN session will stand on the standby; empty: they will."""
    for unit in (active, standby):
        running = None if unit.full is None else unit.full.running
        assert running is not None, "what was not seen is not foretold"
        if not running.failover.keyed:
            return f"{unit.name} has no failover key, so that VPN sessions are not replicated"
        link = unit.failover.state_link
        if running.failover.link_interface is None:
            return f"{unit.name} has no state link, so that nothing is replicated"
        if link is not None and not link.is_up:
            return f"the state link of {unit.name} is {link.condition}: nothing is replicated"
    return ""
