"""The hops as people read them: which files each wants, and what each changes for this pair."""

from upgrader.dialect.versions import asdm_version_in_file_name, family_of_hardware
from upgrader.judgement.path.concerns import Concern, concerns, meets
from upgrader.judgement.path.files import images_on, minimum_asdm, spelt_asdm
from upgrader.model.journey import Hop, Path
from upgrader.model.plan import Target
from upgrader.model.releases import Releases
from upgrader.model.report import HopCaution, HopFile, HopLine
from upgrader.model.unit import Flash, Snapshot, Unit, path_key


def told_of(
    known: Releases, hardware: str, found: Path, target: Target, seen: Snapshot | None
) -> tuple[HopLine, ...]:
    """Each hop with its files and cautions; `seen` None: there is no pair to look at."""
    return tuple(
        HopLine(
            number=number,
            start=str(hop.start),
            end=str(hop.end),
            why=hop.why,
            image=_image(hardware, hop, target, seen),
            asdm=_asdm(known, hop, seen),
            cautions=_cautions(known, hardware, hop, seen),
        )
        for number, hop in enumerate(found.hops, start=1)
    )


def _flashes(seen: Snapshot | None) -> tuple[tuple[Unit, Flash], ...]:
    if seen is None:
        return ()
    return tuple(
        (unit, unit.full.flash)
        for unit in seen.units
        if unit.full is not None and unit.full.flash is not None
    )


def _image(hardware: str, hop: Hop, target: Target, seen: Snapshot | None) -> HopFile:
    family = family_of_hardware(hardware)
    spelt = "" if family is None else f" (-{family}-)"
    wanted = f"an image of {hop.end} for {hardware}{spelt}"
    flashes = _flashes(seen)
    if not flashes:
        return HopFile(wanted, None, seen=False)
    named = target.image if hop.end == target.version else None
    by_unit = [(unit, _fitting(flash, hardware, hop, named)) for unit, flash in flashes]
    paths = {path_key(path): path for _, found in by_unit for path in found}
    missing = tuple(unit.name for unit, found in by_unit if not found)
    path = next(iter(paths.values())) if len(paths) == 1 else named
    return HopFile(wanted, path, missing)


def _fitting(flash: Flash, hardware: str, hop: Hop, named: str | None) -> tuple[str, ...]:
    if named is None:
        return tuple(file.path for file in images_on(flash, hardware, hop.end))
    wanted = path_key(named)
    return tuple(file.path for file in flash.files if path_key(file.path) == wanted)


def _asdm(known: Releases, hop: Hop, seen: Snapshot | None) -> HopFile | None:
    oldest = minimum_asdm(known, hop.end)
    if oldest is None:
        return None
    wanted = f"ASDM {spelt_asdm(oldest)} or later"
    active = None if seen is None else seen.active
    running = None if active is None or active.full is None else active.full.running
    if running is None:
        return HopFile(wanted, None, seen=False)
    configured = running.asdm_image
    version = None if configured is None else asdm_version_in_file_name(configured)
    if configured is None or version is None or version >= oldest:
        return None
    enough = [
        {
            file.path
            for file in flash.files
            if (v := asdm_version_in_file_name(file.path)) is not None and v >= oldest
        }
        for _, flash in _flashes(seen)
    ]
    both = sorted(set.intersection(*enough)) if enough else []
    if both:
        return HopFile(wanted, both[-1])
    lacking = tuple(
        unit.name for (unit, _), there in zip(_flashes(seen), enough, strict=True) if not there
    )
    return HopFile(wanted, None, lacking or tuple(unit.name for unit, _ in _flashes(seen)))


def _cautions(
    known: Releases, hardware: str, hop: Hop, seen: Snapshot | None
) -> tuple[HopCaution, ...]:
    active = None if seen is None else seen.active or next(iter(seen.units), None)
    wide = None if active is None or active.full is None else active.full.wide
    if wide is None:
        met = (c for c in known.cautions if meets(c, hardware, hop.start, hop.end))
        return tuple(_told(Concern(c, None if c.uses else ())) for c in met)
    found = concerns(known, hardware, hop.start, hop.end, wide.text, wide.kinds)
    return tuple(_told(concern) for concern in found)


def _told(concern: Concern) -> HopCaution:
    caution = concern.caution
    return HopCaution(
        caution.name,
        caution.severity.value,
        caution.says,
        caution.remedy,
        caution.source,
        concern.lines,
        concern.sessions,
    )
