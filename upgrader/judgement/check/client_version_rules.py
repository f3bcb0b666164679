"""Which versions AnyConnect clients are given: by a package's name, as loaded, by each unit."""

from collections.abc import Iterable

from upgrader.dialect.client_versions import (
    ClientVersion,
    spelled,
    version_as_loaded,
    version_in_package_name,
)
from upgrader.judgement.check.rule import Rule, Scene, found, full_looks, unread
from upgrader.judgement.check.served import no_packages
from upgrader.model.finding import Fact, Finding, Moment, RuleText, Severity
from upgrader.model.names import RuleName
from upgrader.model.unit import FullLook, Unit

_Looked = tuple[tuple[Unit, FullLook], ...]

_VERSIONS = RuleText(
    rule=RuleName("anyconnect-versions-compared"),
    asks="Is each AnyConnect package of one version: by its name, as loaded, and on both units?",
    why=(
        "A package under a name that is not its own hides which clients people are given; "
        "platforms of several versions behave differently in one night."
    ),
    remedy="Look with `show webvpn anyconnect`, and give each package the name that it came with.",
    source="ASA command reference, show webvpn anyconnect; names of Cisco's packages",
    moments={Moment.PLAN: Severity.WARNING},
    expects="as loaded what the name says, one version for all platforms and both units",
)


def _ask_versions(scene: Scene) -> tuple[Finding, ...]:
    looked, findings = full_looks(_VERSIONS, scene)
    unseen = [
        unread(_VERSIONS, unit, "show webvpn anyconnect")
        for unit, full in looked
        if full.loaded is None
    ]
    return (
        *findings,
        *unseen,
        *_misnamed(scene, looked),
        *_platforms(scene, looked),
        *_apart(scene, looked),
    )


def _misnamed(scene: Scene, looked: _Looked) -> Iterable[Finding]:
    for unit, full in looked:
        for package in full.loaded or ():
            named = version_in_package_name(package.path)
            loaded = version_as_loaded(package.version)
            if named is None or loaded is None or _agree(named, loaded):
                continue
            yield found(
                _VERSIONS,
                scene,
                f"{package.path} on {unit.name} is named like {spelled(named)}, and what it has "
                f"loaded is {spelled(loaded)}",
                facts=(Fact(f"{package.path} loaded on {unit.serial}", package.version),),
                observed=spelled(loaded),
                expected=spelled(named),
                unit=unit,
            )


def _agree(one: ClientVersion, other: ClientVersion) -> bool:
    """As far as both are told: a name may have a number more than the screen."""
    return all(mine == its for mine, its in zip(one, other, strict=False))


def _platforms(scene: Scene, looked: _Looked) -> list[Finding]:
    """Of the unit that serves: what the other has loaded is compared with it elsewhere."""
    active = scene.seen.active
    for unit, full in looked:
        if active is None or unit.serial != active.serial:
            continue
        loaded = full.loaded or ()
        versions = {package.path: version_as_loaded(package.version) for package in loaded}
        if None in versions.values() or len(set(versions.values())) < 2:
            return []
        told = ", ".join(f"{package.platform} {package.version}" for package in loaded)
        return [
            found(
                _VERSIONS,
                scene,
                f"{unit.name} serves clients of several versions: {told}",
                facts=[Fact(f"{p.path} loaded on {unit.serial}", p.version) for p in loaded],
                severity=Severity.NOTE,
                observed=told,
                unit=unit,
            )
        ]
    return []


def _apart(scene: Scene, looked: _Looked) -> Iterable[Finding]:
    """What a platform is given by one unit, and by the other."""
    if len(looked) < 2:
        return
    (one, ours), (other, theirs) = (
        (unit, {package.platform: package.version for package in full.loaded or ()})
        for unit, full in looked
    )
    for platform in sorted(ours.keys() & theirs.keys()):
        mine, its = version_as_loaded(ours[platform]), version_as_loaded(theirs[platform])
        if mine is None or its is None or _agree(mine, its):
            continue
        told = f"{spelled(mine)} by {one.name}, {spelled(its)} by {other.name}"
        yield found(
            _VERSIONS,
            scene,
            f"clients of {platform} are given {told}",
            facts=(
                Fact(f"{platform} of {one.serial}", ours[platform]),
                Fact(f"{platform} of {other.serial}", theirs[platform]),
            ),
            consequence=(
                "Whoever connects after the switchover is offered the other version, and waits "
                "for an update; who is connected meets the incident of unequal images."
            ),
            remedy="Put the same packages on both flashes: `upgrader stage PAIR`.",
            observed=told,
            expected="one version by both units",
        )


VERSIONS_COMPARED = Rule(_VERSIONS, _ask_versions, no_packages)

RULES = (VERSIONS_COMPARED,)
