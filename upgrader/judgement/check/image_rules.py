"""The files of the target: there, whole, and with room beside them."""

from upgrader.dialect.versions import family_of_hardware, image_family, version_in_file_name
from upgrader.judgement.check.rule import (
    Rule,
    Scene,
    about,
    found,
    full_looks,
    short,
    unknown,
    unread,
)
from upgrader.judgement.path.files import minimum_asdm, spelt_asdm
from upgrader.judgement.room import MARGIN_PERCENT, room_wanted
from upgrader.model.finding import Fact, Finding, Moment, Parameter, RuleText, Severity
from upgrader.model.names import RuleName
from upgrader.model.unit import FullLook, Unit

_BEFORE_RELOADS = {
    Moment.PLAN: Severity.BLOCKER,
    Moment.BEFORE_STANDBY_RELOAD: Severity.BLOCKER,
    Moment.BEFORE_FINAL_RELOAD: Severity.BLOCKER,
}

# ── image-present ──────────────────────────────────────────────────────────────────────

_PRESENT = RuleText(
    rule=RuleName("image-present"),
    asks="Does the image of the target, and no other, lie on both flashes and fit the hardware?",
    why="A unit without the image boots the old one, or nothing; files are not replicated.",
    remedy=(
        "`upgrader stage PAIR` brings it to both units. By hand: copy /noconfirm URL "
        "disk0:/IMAGE, and on the active unit failover exec mate copy /noconfirm URL "
        "disk0:/IMAGE; or name it under [target]."
    ),
    source="ASA upgrade guide, Active/Standby; ASA failover guide: images are not replicated",
    moments=_BEFORE_RELOADS,
    expects="the target's image, and its ASDM, on both flashes",
    core=True,
)


def _is_there(scene: Scene) -> str | None:
    """Nothing of the target is copied or booted any more."""
    return "both units run the target already" if scene.is_there else None


def _ask_present(scene: Scene) -> tuple[Finding, ...]:
    image = scene.aim.image
    if image is None:
        return (unknown(_PRESENT, scene.aim.image_why),)
    looked, findings = full_looks(_PRESENT, scene)
    absent = tuple(f for unit, full in looked for f in _absence(scene, unit, full, image))
    no_asdm = tuple(f for unit, full in looked for f in _absent_asdm(scene, unit, full))
    return (*findings, *absent, *_misfit(scene, image), *_old_asdm(scene), *no_asdm)


def _absence(scene: Scene, unit: Unit, full: FullLook, image: str) -> tuple[Finding, ...]:
    if full.flash is None:
        return (unread(_PRESENT, unit, "dir"),)
    if not full.is_without(image):
        return ()
    facts = (Fact(f"{image} on {unit.serial}", "no file"),)
    evidence = f"{unit.name} has no {image}"
    return (
        found(
            _PRESENT,
            scene,
            evidence,
            facts=facts,
            observed="no such file",
            expected=image,
            unit=unit,
        ),
    )


def _misfit(scene: Scene, image: str) -> list[Finding]:
    """A file that a person named may still be the wrong one; its name tells."""
    findings = []
    for unit in scene.seen.units:
        spoken, wanted = image_family(image), family_of_hardware(unit.version.hardware)
        if spoken is not None and wanted is not None and spoken != wanted:
            evidence = (
                f"{image} is named like an image for {spoken}; "
                f"{unit.name} is {unit.version.hardware} ({wanted})"
            )
            facts = (*about(unit), Fact("image", image))
            findings.append(
                found(
                    _PRESENT,
                    scene,
                    evidence,
                    facts=facts,
                    observed=f"an image for {spoken}",
                    expected=f"an image for {wanted}",
                    unit=unit,
                )
            )
    named = version_in_file_name(image)
    if named is not None and named != scene.aim.target.version:
        evidence = f"{image} is named like {named}, not like {scene.aim.target.version}"
        findings.append(
            found(
                _PRESENT,
                scene,
                evidence,
                facts=(Fact("image", image),),
                observed=str(named),
                expected=str(scene.aim.target.version),
            )
        )
    return findings


def _old_asdm(scene: Scene) -> list[Finding]:
    """ASDM is for administrators: too old is a warning, and no reason to stop."""
    active = scene.seen.active
    running = None if active is None or active.full is None else active.full.running
    if scene.moment is not Moment.PLAN or scene.aim.asdm is not None or running is None:
        return []
    if "too old" not in scene.aim.asdm_why:
        return []
    minimum = minimum_asdm(scene.releases, scene.aim.target.version)
    assert minimum is not None, "too old for something that is known"
    return [
        found(
            _PRESENT,
            scene,
            scene.aim.asdm_why,
            facts=(Fact("asdm image", running.asdm_image or "none"),),
            severity=Severity.WARNING,
            observed=running.asdm_image or "none",
            expected=f"ASDM {spelt_asdm(minimum)} or later",
            consequence="ASDM will not start after the upgrade; traffic is not affected.",
            remedy=(
                f"Copy an ASDM {spelt_asdm(minimum)} or later to both units, or name one "
                "under [target]."
            ),
        )
    ]


def _absent_asdm(scene: Scene, unit: Unit, full: FullLook) -> list[Finding]:
    """An ASDM image that a person named, and that is not there."""
    asdm = scene.aim.asdm
    if scene.moment is not Moment.PLAN or asdm is None or not full.is_without(asdm):
        return []
    return [
        found(
            _PRESENT,
            scene,
            f"{unit.name} has no {asdm}",
            facts=(Fact(f"{asdm} on {unit.serial}", "no file"),),
            severity=Severity.WARNING,
            observed="no such file",
            expected=asdm,
            unit=unit,
            consequence="ASDM will not start on that unit; traffic is not affected.",
            remedy=f"Copy {asdm} to both units, or name another one under [target].",
        )
    ]


IMAGE_PRESENT = Rule(_PRESENT, _ask_present, _is_there)

# ── image-digest-match ─────────────────────────────────────────────────────────────────

_DIGEST = RuleText(
    rule=RuleName("image-digest-match"),
    asks="Is the image whole: one SHA-512 on both units, and the one that Cisco publishes?",
    why="A damaged image does not boot; a wrong one leaves two units that differ.",
    remedy=(
        "Copy the image again to the unit that differs and compare with "
        "verify /sha-512 disk0:/IMAGE on both units and with the published digest."
    ),
    source="ASA upgrade guide; ASA command reference, verify",
    moments=_BEFORE_RELOADS,
    expects="one SHA-512 on both units, and the published one",
    core=True,
)


def _ask_digest(scene: Scene) -> tuple[Finding, ...]:
    image = scene.aim.image
    if image is None:
        return ()  # `image-present` has said that there is no image to compare.
    looked, findings = full_looks(_DIGEST, scene)
    seen: list[tuple[Unit, str]] = []
    for unit, full in looked:
        if full.is_without(image):
            continue  # `image-present` names it.
        asked = full.digest_of(image)
        if asked is None or asked.digest is None:
            findings = (*findings, unread(_DIGEST, unit, f"verify /sha-512 {image}"))
        else:
            seen.append((unit, asked.digest))
    return (
        *findings,
        *_published(scene, image, seen),
        *_listed(scene, image, seen),
        *_equal(scene, image, seen),
        *_as_before(scene, image, seen),
        *_listed_asdm(scene, looked),
    )


def _published(scene: Scene, image: str, seen: list[tuple[Unit, str]]) -> list[Finding]:
    wanted = scene.aim.target.sha512
    if wanted is None:
        return []
    return [
        found(
            _DIGEST,
            scene,
            f"{image} on {unit.name} has SHA-512 {short(digest)}, "
            f"and [target] wants {wanted[:12]}…",
            facts=(Fact(f"{image} on {unit.serial}", digest), Fact("target", wanted.lower())),
            observed=digest,
            expected=f"sha512:{wanted.lower()}",
            unit=unit,
        )
        for unit, digest in seen
        if digest.partition(":")[2].lower() != wanted.lower()
    ]


def _listed(scene: Scene, image: str, seen: list[tuple[Unit, str]]) -> list[Finding]:
    """Held against a manifest, which may say more than [target] does."""
    wanted = scene.aim.target.published_of(image)
    if wanted is None:
        return []
    return [
        found(
            _DIGEST,
            scene,
            f"{image} on {unit.name} has SHA-512 {short(digest)}, and the manifest lists "
            f"{short(wanted)}",
            facts=(Fact(f"{image} on {unit.serial}", digest), Fact("manifest", wanted)),
            observed=digest,
            expected=wanted,
            unit=unit,
            remedy="Stage the image again: upgrader stage PAIR.",
        )
        for unit, digest in seen
        if digest.lower() != wanted
    ]


def _as_before(scene: Scene, image: str, seen: list[tuple[Unit, str]]) -> list[Finding]:
    """Another image on both units than when the night began: nobody has planned that one."""
    digests = {digest for _, digest in seen}
    before = () if scene.before is None else scene.before.units
    fulls = (unit.full for unit in before if unit.full is not None)
    asked = [full.digest_of(image) for full in fulls]
    then = sorted({one.digest for one in asked if one is not None and one.digest is not None})
    if len(digests) != 1 or not then or digests & set(then):
        return []
    (now,) = digests
    return [
        found(
            _DIGEST,
            scene,
            f"{image} has SHA-512 {short(now)} on both units, and had {short(then[0])} when the "
            "night began: somebody has replaced it",
            facts=(Fact(image, now), Fact("when the night began", then[0])),
            observed=now,
            expected=then[0],
        )
    ]


def _listed_asdm(scene: Scene, looked: tuple[tuple[Unit, FullLook], ...]) -> list[Finding]:
    """ASDM is for administrators: another content than the manifest's is a warning."""
    asdm = scene.aim.asdm
    wanted = None if asdm is None else scene.aim.target.published_of(asdm)
    if asdm is None or wanted is None or scene.moment is not Moment.PLAN:
        return []
    return [
        found(
            _DIGEST,
            scene,
            f"{asdm} on {unit.name} has SHA-512 {short(asked.digest)}, and the manifest lists "
            f"{short(wanted)}",
            facts=(Fact(f"{asdm} on {unit.serial}", asked.digest), Fact("manifest", wanted)),
            observed=asked.digest,
            expected=wanted,
            unit=unit,
            severity=Severity.WARNING,
            consequence="ASDM may not start on that unit; traffic is not affected.",
            remedy="Stage it again: upgrader stage PAIR.",
        )
        for unit, full in looked
        if (asked := full.digest_of(asdm)) is not None
        and asked.digest is not None
        and asked.digest.lower() != wanted
    ]


def _equal(scene: Scene, image: str, seen: list[tuple[Unit, str]]) -> list[Finding]:
    if len({digest for _, digest in seen}) < 2:
        return []
    told = ", ".join(f"{short(digest)} on {unit.name}" for unit, digest in seen)
    facts = tuple(Fact(f"{image} on {unit.serial}", digest) for unit, digest in seen)
    evidence = f"{image} differs: SHA-512 {told}"
    return [found(_DIGEST, scene, evidence, facts=facts, observed=told, expected="one SHA-512")]


IMAGE_DIGEST_MATCH = Rule(_DIGEST, _ask_digest, _is_there)

# ── flash-space ────────────────────────────────────────────────────────────────────────

_SPACE = RuleText(
    rule=RuleName("flash-space"),
    asks="Is there room on both flashes for what the night writes?",
    why="A full flash cuts a file off in the middle: the backup, the configuration or the image.",
    remedy="Delete what is not needed, after `dir disk0:` and `show running-config boot system`.",
    source="Practice; sizes from `dir`",
    moments={Moment.PLAN: Severity.BLOCKER, Moment.BEFORE_STANDBY_RELOAD: Severity.BLOCKER},
    expects="room for the backup, and for what is still to be copied",
    parameters=(
        Parameter(
            "margin_percent", MARGIN_PERCENT, "how much more than a file's size must be free for it"
        ),
    ),
)


def _ask_space(scene: Scene) -> tuple[Finding, ...]:
    looked, findings = full_looks(_SPACE, scene)
    image = scene.aim.image
    margin = int(scene.set_to(_SPACE, "margin_percent"))
    sizes = [
        file.bytes
        for _, full in looked
        if full.flash is not None and image is not None
        if (file := full.flash.find(image)) is not None
    ]
    short_of = []
    for unit, full in looked:
        if full.flash is None:
            short_of.append(unread(_SPACE, unit, "dir"))
            continue
        needed, what = room_wanted(0), "a backup of the configuration"
        if image is not None and sizes and full.flash.lacks(image):
            needed, what = room_wanted(max(sizes), margin), f"{what} and {image}"
        if full.flash.free_bytes < needed:
            free = full.flash.free_bytes
            evidence = f"{unit.name}: {free} bytes are free; {needed} are wanted for {what}"
            short_of.append(
                found(
                    _SPACE,
                    scene,
                    evidence,
                    facts=about(unit),
                    observed=f"{free:,} bytes free",
                    expected=f"at least {needed:,} bytes free",
                    unit=unit,
                )
            )
    return (*findings, *short_of)


FLASH_SPACE = Rule(_SPACE, _ask_space)

RULES = (IMAGE_PRESENT, IMAGE_DIGEST_MATCH, FLASH_SPACE)
