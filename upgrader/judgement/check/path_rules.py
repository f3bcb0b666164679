"""The way to the target: what it takes away from this pair, and whether all of it can be gone."""

from itertools import pairwise

from upgrader.judgement.check.rule import (
    Rule,
    Scene,
    about,
    found,
    full_looks,
    unread,
    wide_looks,
)
from upgrader.judgement.path.concerns import Concern, concerns, meets
from upgrader.judgement.path.files import images_on
from upgrader.judgement.room import room_wanted
from upgrader.model.finding import Fact, Finding, Moment, RuleText, Severity
from upgrader.model.names import RuleName
from upgrader.model.unit import Flash, FullLook, Unit, path_key
from upgrader.model.version import Version
from upgrader.model.wide import WideLook
from upgrader.model.words import many

LINES_SHOWN = 4
"""Lines of the configuration that a finding names; the others are counted."""

# ── removed-features ───────────────────────────────────────────────────────────────────

_REMOVED = RuleText(
    rule=RuleName("removed-features"),
    asks="Does the configuration use what a release on the way changes or takes away?",
    why="A part of what runs today does not run after the upgrade.",
    remedy="Read the release notes of the target on this before the window.",
    source="ASA upgrade guide, version-specific guidelines; ASA release notes",
    moments={Moment.PLAN: Severity.WARNING},
    expects="no line that a release on the way takes away",
)


def _bound_for(scene: Scene) -> Version:
    return scene.journey[-1] if scene.journey else scene.aim.target.version


def _hops(scene: Scene, unit: Unit) -> tuple[tuple[Version, Version], ...]:
    """From release to release, as far as the journey goes."""
    return tuple(pairwise((unit.running, scene.aim.target.version, *scene.journey)))


def _nothing_changes(scene: Scene) -> str | None:
    units = scene.seen.units
    met = any(
        meets(caution, unit.version.hardware, start, end)
        for unit in units
        for start, end in _hops(scene, unit)
        for caution in scene.releases.cautions
    )
    if met or not units:
        return None
    return f"nothing is known that changes on the way to {_bound_for(scene)}"


def _ask_removed(scene: Scene) -> tuple[Finding, ...]:
    looked, unknowns = wide_looks(_REMOVED, scene)
    told: dict[str, Finding] = {}
    for unit, _, wide in _active_first(scene, looked):
        for concern in _concerns(scene, unit, wide):
            told.setdefault(concern.caution.name, _told(scene, unit, concern))
    return (*unknowns, *told.values())


def _active_first(
    scene: Scene, looked: tuple[tuple[Unit, FullLook, WideLook], ...]
) -> list[tuple[Unit, FullLook, WideLook]]:
    return sorted(looked, key=lambda known: known[0] is not scene.seen.active)


def _concerns(scene: Scene, unit: Unit, wide: WideLook) -> tuple[Concern, ...]:
    known, hardware = scene.releases, unit.version.hardware
    return tuple(
        concern
        for start, end in _hops(scene, unit)
        for concern in concerns(known, hardware, start, end, wide.text, wide.kinds)
    )


def _told(scene: Scene, unit: Unit, concern: Concern) -> Finding:
    caution, people = concern.caution, concern.sessions or 0
    if concern.lines is None:
        return unread(_REMOVED, unit, "show running-config")
    evidence = f"{caution.says}{_in_use(unit, concern.lines)}"
    consequence = _REMOVED.why
    severity = caution.severity
    if people:
        severity = Severity.BLOCKER
        evidence = f"{evidence}; {many(people, 'person is', 'people are')} connected so now"
        consequence = "They are cut off at the switchover, and cannot come back."
    facts = [Fact("caution", caution.name), Fact("bound for", str(_bound_for(scene)))]
    facts += [Fact(f"line {n:03}", line) for n, line in enumerate(concern.lines, start=1)]
    return found(
        _REMOVED,
        scene,
        evidence,
        facts=facts,
        severity=severity,
        consequence=consequence,
        remedy=caution.remedy,
        observed=many(len(concern.lines), "line"),
    )


def _in_use(unit: Unit, lines: tuple[str, ...]) -> str:
    if not lines:
        return ""
    shown = ", ".join(f"`{line}`" for line in lines[:LINES_SHOWN])
    more = f" and {len(lines) - LINES_SHOWN} more" if len(lines) > LINES_SHOWN else ""
    return f". In the configuration of {unit.name}: {shown}{more}"


REMOVED_FEATURES = Rule(_REMOVED, _ask_removed, _nothing_changes)

# ── later-hops ─────────────────────────────────────────────────────────────────────────

_LATER = RuleText(
    rule=RuleName("later-hops"),
    asks="Lie the images of the later hops on both flashes, or is there room for them?",
    why="The journey stops after this hop, on a release that nobody wanted to stay on.",
    remedy="`upgrader path PAIR` names the files; bring them to both flashes before the night.",
    source="Practice",
    moments={Moment.PLAN: Severity.WARNING},
    expects="an image of each later release on both flashes",
)


def _one_hop(scene: Scene) -> str | None:
    if scene.journey or scene.seen.dark:
        return None
    return "the target is one hop away"


def _ask_later(scene: Scene) -> tuple[Finding, ...]:
    looked, findings = full_looks(_LATER, scene)
    return (
        *findings,
        *(f for unit, full in looked for f in _missing_on(scene, unit, full, looked)),
    )


def _missing_on(
    scene: Scene,
    unit: Unit,
    full: FullLook,
    looked: tuple[tuple[Unit, FullLook], ...],
) -> list[Finding]:
    flash = full.flash
    if flash is None:
        return [unread(_LATER, unit, "dir")]
    missing = [release for release in scene.journey if not _is_there(scene, unit, flash, release)]
    if not missing:
        return []
    told = ", ".join(str(release) for release in missing)
    facts = (*about(unit), *(Fact("later hop", str(release)) for release in missing))
    evidence = f"{unit.name} has no image of {told}"
    findings = [found(_LATER, scene, evidence, facts=facts, unit=unit)]
    wanted = room_wanted(sum(_size(unit, release, looked) for release in missing))
    if flash.free_bytes < wanted:
        findings.append(
            found(
                _LATER,
                scene,
                f"{unit.name}: {flash.free_bytes} bytes are free, and {wanted} are wanted for the "
                f"images of {told} beside what lies there",
                facts=facts,
                consequence="A later hop cannot be staged while the images of all hops lie there.",
                remedy="Make room now, or stage again between two hops.",
                observed=f"{flash.free_bytes} bytes",
                expected=f"at least {wanted} bytes",
                unit=unit,
            )
        )
    return findings


def _is_there(scene: Scene, unit: Unit, flash: Flash, release: Version) -> bool:
    named = None if scene.bound_for is None else scene.bound_for.image
    if named is not None and release == _bound_for(scene):
        return any(path_key(file.path) == path_key(named) for file in flash.files)
    return bool(images_on(flash, unit.version.hardware, release))


def _size(unit: Unit, release: Version, looked: tuple[tuple[Unit, FullLook], ...]) -> int:
    """As large as on the mate; 0 where nobody knows."""
    found_there = [
        file.bytes
        for _, full in looked
        if full.flash is not None
        for file in images_on(full.flash, unit.version.hardware, release)
    ]
    return max(found_there, default=0)


LATER_HOPS = Rule(_LATER, _ask_later, _one_hop)

RULES = (REMOVED_FEATURES, LATER_HOPS)
