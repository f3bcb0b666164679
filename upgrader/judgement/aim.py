"""Where to: which files on the flash the target version means. One match or none, never a guess."""

from collections.abc import Iterable
from dataclasses import dataclass

from upgrader.dialect.replies.webvpn import named_files
from upgrader.dialect.versions import asdm_version_in_file_name
from upgrader.judgement.path.builtin import built_in
from upgrader.judgement.path.files import images_on, minimum_asdm, spelt_asdm
from upgrader.model.plan import Target
from upgrader.model.releases import Releases
from upgrader.model.unit import Configuration, Flash, Snapshot, Unit


@dataclass(frozen=True, slots=True)
class Aim:
    """The target, and the files found for it."""

    target: Target
    image: str | None
    """None: no single file fits; `image_why` names what was found."""
    image_why: str
    asdm: str | None
    """None: ASDM stays as it is; `asdm_why` says whether that is well."""
    asdm_why: str


def aim_at(seen: Snapshot, target: Target, releases: Releases | None = None) -> Aim:
    """Find the files of the target on the units' flash.

    `releases`: what is known of them; None: what is built in.

    The image is looked for on the active unit, and on the standby if the active has none. ASDM
    is changed only when the configured one is too old for the target.
    """
    active = seen.active
    if active is None:
        why = "not exactly one unit is active, so that no flash was searched"
        return Aim(target, _named(target.image), why, _named(target.asdm), why)
    mate = seen.mate_of(active)
    flashes = [
        (unit, unit.full.flash)
        for unit in (active, mate)
        if isinstance(unit, Unit) and unit.full is not None and unit.full.flash is not None
    ]
    image, image_why = _image(flashes, active, target)
    asdm, asdm_why = _asdm(flashes, active, target, releases or built_in())
    return Aim(target, image, image_why, asdm, asdm_why)


def files_to_verify(
    configuration: Configuration | None, flash: Flash | None, aim: Aim
) -> tuple[str, ...]:
    """The files whose digests matter on a unit: image, ASDM, whatever AnyConnect is served from.

    That is packages, profiles and HostScan images, as far as the configuration names them.
    Files that the flash is known not to hold are left out: their absence is known already. Of
    another device or a folder the listing does not speak: their digest tells whether they exist.
    """
    named = () if configuration is None else named_files(configuration)
    wanted = [aim.image, aim.asdm, *(path for _, path in named)]
    paths = dict.fromkeys(path for path in wanted if path is not None)
    return tuple(path for path in paths if flash is None or not flash.lacks(path))


def _named(path: str | None) -> str | None:
    """A path as the device spells it: a bare file name lies on disk0."""
    return path if path is None or ":" in path else f"disk0:/{path.removeprefix('/')}"


def _image(
    flashes: Iterable[tuple[Unit, Flash]], active: Unit, target: Target
) -> tuple[str | None, str]:
    if target.image is not None:
        return _named(target.image), "named under [target]"
    searched = []
    for unit, flash in flashes:
        searched.append(unit.name)
        fits = [f.path for f in images_on(flash, active.version.hardware, target.version)]
        if len(fits) == 1:
            return fits[0], f"the one image of {target.version} on the flash of {unit.name}"
        if fits:
            listed = ", ".join(sorted(fits))
            return None, f"several files on {unit.name} may be {target.version}: {listed}"
    if not searched:
        return None, "no flash could be listed"
    where = " and ".join(searched)
    hardware = active.version.hardware
    return None, f"no file on {where} is named like an image of {target.version} for {hardware}"


def _asdm(
    flashes: list[tuple[Unit, Flash]], active: Unit, target: Target, known: Releases
) -> tuple[str | None, str]:
    if target.asdm is not None:
        return _named(target.asdm), "named under [target]"
    running = None if active.full is None else active.full.running
    if running is None:
        return None, "the running configuration was not seen, so that ASDM stays as it is"
    if running.asdm_image is None:
        return None, "no ASDM image is configured, so that there is none to change"
    minimum = minimum_asdm(known, target.version)
    configured = asdm_version_in_file_name(running.asdm_image)
    if minimum is None or configured is None:
        return None, f"{running.asdm_image} stays: whether it fits {target.version} is not known"
    wanted = spelt_asdm(minimum)
    if configured >= minimum:
        return None, f"{running.asdm_image} stays: {target.version} wants ASDM {wanted} or later"
    listings = [{file.path for file in flash.files} for _, flash in flashes]
    both = sorted(set.intersection(*listings)) if len(listings) == 2 else []
    versions = {path: asdm_version_in_file_name(path) for path in both}
    enough = {path: v for path, v in versions.items() if v is not None and v >= minimum}
    old = f"{running.asdm_image} is too old for {target.version} (ASDM {wanted} or later)"
    if not enough:
        return None, f"{old}, and no later one lies on both flashes"
    highest = max(enough.values())
    best = [path for path, v in enough.items() if v == highest]
    if len(best) > 1:
        return None, f"{old}, and several files are {highest}: {', '.join(best)}"
    return best[0], f"{old}; {best[0]} is the latest on both flashes"
