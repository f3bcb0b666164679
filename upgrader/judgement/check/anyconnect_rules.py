"""The AnyConnect images of both units: there, loaded, and the same.

What replicates is the line `anyconnect image …`; the file does not. And what a unit serves is
what it loaded when that line was executed, whatever lies on its flash now. So three things are
compared: the configured list, the files by digest, and what each unit has loaded.
"""

from collections.abc import Iterable

from upgrader.judgement.check.rule import Rule, Scene, found, full_looks, short, unread
from upgrader.judgement.check.served import no_packages
from upgrader.model.finding import Fact, Finding, Moment, RuleText, Severity
from upgrader.model.names import RuleName
from upgrader.model.unit import FullLook, Unit, path_key
from upgrader.model.vpn import ConfiguredPackage, LoadedPackage

_MOMENTS = {
    Moment.PLAN: Severity.BLOCKER,
    Moment.BEFORE_STANDBY_RELOAD: Severity.BLOCKER,
    Moment.BEFORE_SWITCHOVER: Severity.BLOCKER,
    Moment.BEFORE_FINAL_RELOAD: Severity.BLOCKER,
    Moment.AFTER: Severity.WARNING,
}

_GUIDE = "ASA 5500 ASDM guide, p. 66-7"
_SHOW_LOADED = "show webvpn anyconnect"

# ── anyconnect-image-present ───────────────────────────────────────────────────────────

_PRESENT = RuleText(
    rule=RuleName("anyconnect-image-present"),
    asks="Does each unit hold, and has it loaded, every AnyConnect image that is configured?",
    why=(
        "A unit without the image cannot serve its clients: logins fail there, and sessions that "
        "were admitted under it end in the final reload, with orphaned rows and addresses in use."
    ),
    remedy=(
        "Copy the file to the unit that lacks it, then type its line again on the active unit, "
        "for a file is loaded only when its line is executed."
    ),
    source=f"{_GUIDE}; ASA failover guide: images are not replicated; ASA syslog guide, 722047",
    moments=_MOMENTS,
    expects="each configured image on flash, and loaded",
    core=True,
)


def _ask_present(scene: Scene) -> tuple[Finding, ...]:
    looked, findings = full_looks(_PRESENT, scene)
    return (*findings, *(f for unit, full in looked for f in _present(scene, unit, full)))


def _present(scene: Scene, unit: Unit, full: FullLook) -> list[Finding]:
    if full.running is None:
        return [unread(_PRESENT, unit, "show running-config")]
    if not full.running.packages:
        return []
    if full.flash is None:
        return [unread(_PRESENT, unit, "dir")]
    if full.loaded is None:
        return [unread(_PRESENT, unit, _SHOW_LOADED)]
    loaded = _by_path(full.loaded)
    findings = []
    for package in full.running.packages:
        if full.is_without(package.path):
            evidence = f"{package.path} is configured, but {unit.name} has no such file"
            if path_key(package.path) not in loaded:
                evidence += " and has not loaded it"
            findings.append(_absent(scene, unit, package, evidence, "no file", copy=True))
        elif path_key(package.path) not in loaded and _loads_tonight(scene, unit, package.path):
            findings.append(_pending(_PRESENT, scene, unit, package.path))
        elif path_key(package.path) not in loaded:
            evidence = f"{package.path} lies on the flash of {unit.name}, which has not loaded it"
            findings.append(_absent(scene, unit, package, evidence, "not loaded", copy=False))
    return findings


def _absent(
    scene: Scene, unit: Unit, package: ConfiguredPackage, evidence: str, what: str, *, copy: bool
) -> Finding:
    lines = [*_copy_to(scene, unit, package.path)] if copy else []
    lines += ["configure terminal", "webvpn", f"no {_line(package)}", _line(package), "end"]
    return found(
        _PRESENT,
        scene,
        evidence,
        facts=(Fact(f"{package.path} on {unit.serial}", what),),
        observed=what,
        expected="on flash, and loaded",
        unit=unit,
        remedy=f"On the active unit, then look with `{_SHOW_LOADED}` on both:\n" + "\n".join(lines),
    )


def _loads_tonight(scene: Scene, unit: Unit, path: str) -> bool:
    """Whether the unit's first reload of the night makes it load a package that was staged.

    Proof comes after it: before the switchover both units' loaded packages are compared.
    """
    standby = scene.seen.standby
    full = unit.full
    asked = None if full is None else full.digest_of(path)
    return (
        scene.moment in {Moment.PLAN, Moment.BEFORE_STANDBY_RELOAD}
        and standby is not None
        and standby.serial == unit.serial
        and unit.running != scene.aim.target.version
        and asked is not None
        and scene.aim.target.was_staged(unit.serial, path, asked.digest)
    )


def _pending(text: RuleText, scene: Scene, unit: Unit, path: str) -> Finding:
    return found(
        text,
        scene,
        f"{path} was staged on {unit.name}, which has not loaded it yet",
        facts=(Fact(f"{path} on {unit.serial}", "staged"),),
        severity=Severity.NOTE,
        consequence=(
            "Nobody is served by that unit. Its reload loads the file; before the roles move, "
            "what both units have loaded is compared."
        ),
        remedy="Nothing: the night proves it.",
    )


IMAGE_PRESENT = Rule(_PRESENT, _ask_present, no_packages)

# ── anyconnect-images-match ────────────────────────────────────────────────────────────

_MATCH = RuleText(
    rule=RuleName("anyconnect-images-match"),
    asks="Do both units have the same AnyConnect images: as configured, on flash, and as loaded?",
    why=(
        "AnyConnect sessions survive the switchover and terminate in the final reload: people "
        "must log in again, their old rows stay orphaned and their addresses stay in use."
    ),
    remedy=(
        "Put the same files on both flashes and type the `anyconnect image` lines again on the "
        "active unit, before the first reload."
    ),
    source=f"{_GUIDE}; that the loaded image counts and not the file is inferred",
    moments=_MOMENTS,
    expects="one list, one SHA-512 a file, and the same loaded",
    core=True,
)


def _ask_match(scene: Scene) -> tuple[Finding, ...]:
    looked, findings = full_looks(_MATCH, scene)
    unseen = [f for unit, full in looked for f in _not_seen(unit, full)]
    if len(looked) < 2:
        return (*findings, *unseen)
    return (*findings, *unseen, *_lists(scene, looked), *_files(scene, looked))


_Looked = tuple[tuple[Unit, FullLook], ...]


def _not_seen(unit: Unit, full: FullLook) -> list[Finding]:
    if full.running is None:
        return [unread(_MATCH, unit, "show running-config")]
    if not full.running.packages and full.loaded == ():
        return []
    findings = [unread(_MATCH, unit, _SHOW_LOADED)] if full.loaded is None else []
    for package in full.running.packages:
        if full.is_without(package.path):
            continue  # `anyconnect-image-present` names it.
        digest = full.digest_of(package.path)
        if digest is None or digest.digest is None:
            findings.append(unread(_MATCH, unit, f"verify /sha-512 {package.path}"))
    return findings


def _lists(scene: Scene, looked: _Looked) -> list[Finding]:
    """The configured list, whose order decides which image a client is offered."""
    lists = [
        (unit, tuple(sorted(full.running.packages, key=lambda p: (p.order, path_key(p.path)))))
        for unit, full in looked
        if full.running is not None
    ]
    if len(lists) < 2 or _spell(lists[0][1]).lower() == _spell(lists[1][1]).lower():
        return []
    told = "; ".join(f"{unit.name}: {_spell(packages) or 'none'}" for unit, packages in lists)
    facts = [Fact(f"anyconnect images of {u.serial}", _spell(packages)) for u, packages in lists]
    evidence = f"the configured images differ: {told}"
    return [found(_MATCH, scene, evidence, facts=facts, observed=told, expected="one list")]


def _files(scene: Scene, looked: _Looked) -> list[Finding]:
    paths = dict.fromkeys(
        path_key(package.path)
        for _, full in looked
        for package in (() if full.running is None else full.running.packages)
    )
    findings = []
    for path in paths:
        findings += _listed(scene, looked, path)
        findings += (
            _contents(scene, looked, path)
            or _loads(scene, looked, path)
            or _replaced(scene, looked, path)
        )
    loaded_only = sorted(
        {p for _, full in looked for p in _by_path(full.loaded or ())} - set(paths)
    )
    for path in loaded_only:
        findings += _stale(scene, looked, path)
    return findings


def _listed(scene: Scene, looked: _Looked, path: str) -> list[Finding]:
    """A content that is not the one a manifest lists."""
    wanted = scene.aim.target.published_of(path)
    if wanted is None:
        return []
    return [
        found(
            _MATCH,
            scene,
            f"{asked.path} on {unit.name} has SHA-512 {short(asked.digest)}, and the manifest "
            f"lists {short(wanted)}",
            facts=(Fact(f"{path} on {unit.serial}", asked.digest), Fact("manifest", wanted)),
            observed=asked.digest,
            expected=wanted,
            unit=unit,
            remedy="Stage the file again: upgrader stage PAIR.",
        )
        for unit, full in looked
        if (asked := full.digest_of(path)) is not None
        and asked.digest is not None
        and asked.digest.lower() != wanted
    ]


def _replaced(scene: Scene, looked: _Looked, path: str) -> list[Finding]:
    """Replaced by `stage` under the active unit, which serves what it loaded before."""
    active = scene.seen.active
    if scene.moment not in {Moment.PLAN, Moment.BEFORE_STANDBY_RELOAD}:
        return []
    return [
        found(
            _MATCH,
            scene,
            f"{asked.path} was staged on {unit.name}, which serves what it loaded before",
            facts=(Fact(f"{path} on {unit.serial}", "staged, not loaded"),),
            unit=unit,
            remedy=_type_again((), path, looked),
        )
        for unit, full in looked
        if active is not None and unit.serial == active.serial
        if (asked := full.digest_of(path)) is not None
        if scene.aim.target.was_staged(unit.serial, path, asked.digest)
    ]


def _contents(scene: Scene, looked: _Looked, path: str) -> list[Finding]:
    """One name, two contents."""
    seen = [
        (unit, asked.path, asked.digest, full.loaded or ())
        for unit, full in looked
        if full.flash is None or not full.flash.lacks(path)
        if (asked := full.digest_of(path)) is not None and asked.digest is not None
    ]
    if len(seen) < 2 or seen[0][2] == seen[1][2]:
        return []
    told = " and ".join(
        f"{short(digest)} on {unit.name}{_stamped(loaded, path)}"
        for unit, _, digest, loaded in seen
    )
    shown = seen[0][1]
    active = scene.seen.active
    other = next(unit for unit, *_ in seen if unit is not active)
    return [
        found(
            _MATCH,
            scene,
            f"{shown} differs: SHA-512 {told}",
            facts=[Fact(f"{shown} on {unit.serial}", digest) for unit, _, digest, _ in seen],
            observed=told,
            expected="one SHA-512 on both units",
            remedy=(
                "Which of the two is wanted is for a person to say. "
                f"{_type_again(_copy_to(scene, other, shown), shown, looked)}"
            ),
        )
    ]


def _loads(scene: Scene, looked: _Looked, path: str) -> list[Finding]:
    """Equal files, but not equally loaded: overwritten since, or typed otherwise."""
    seen = [
        (unit, package)
        for unit, full in looked
        if (package := _by_path(full.loaded or ()).get(path)) is not None
    ]
    if len(seen) < 2 or _identity(seen[0][1]) == _identity(seen[1][1]):
        return []
    pending = [unit for unit, _ in seen if _loads_tonight(scene, unit, path)]
    if pending and not _replaced(scene, looked, path):
        return [_pending(_MATCH, scene, unit, seen[0][1].path) for unit in pending]
    told = "; ".join(f"{unit.name} has loaded {_told(package)}" for unit, package in seen)
    shown = seen[0][1].path
    return [
        found(
            _MATCH,
            scene,
            f"{shown} is not equally loaded: {told}",
            facts=[
                Fact(f"{shown} loaded on {unit.serial}", _told(package)) for unit, package in seen
            ],
            observed=told,
            expected="loaded alike",
            remedy=(
                "Whoever logged in before the lines are typed came in under the older image: let "
                f"them log in again before the window. {_type_again((), shown, looked)}"
            ),
        )
    ]


def _stale(scene: Scene, looked: _Looked, path: str) -> list[Finding]:
    """Loaded, but no longer configured."""
    return [
        found(
            _MATCH,
            scene,
            f"{unit.name} has loaded {package.path} ({package.stamp}), which is not configured",
            facts=(Fact(f"{package.path} loaded on {unit.serial}", _told(package)),),
            observed=f"loaded: {package.stamp}",
            expected="not loaded",
            unit=unit,
        )
        for unit, full in looked
        if (package := _by_path(full.loaded or ()).get(path)) is not None
    ]


def _type_again(copy: Iterable[str], path: str, looked: _Looked) -> str:
    """The lines that make both units load what lies on their flash; each on a line of its own."""
    line = next(
        _line(package)
        for _, full in looked
        if full.running is not None
        for package in full.running.packages
        if path_key(package.path) == path_key(path)
    )
    typed = (*copy, "configure terminal", "webvpn", f"no {line}", line, "end", "write memory")
    return (
        "Type this before the first reload, on the active unit, then look with "
        f"`{_SHOW_LOADED}` on both units:\n" + "\n".join(typed)
    )


def _copy_to(scene: Scene, unit: Unit, path: str) -> tuple[str, ...]:
    active = scene.seen.active
    copy = f"copy /noconfirm URL {path}"
    at_active = active is not None and unit.serial == active.serial
    return (copy,) if at_active else (f"failover exec mate {copy}",)


def _stamped(loaded: Iterable[LoadedPackage], path: str) -> str:
    package = _by_path(loaded).get(path)
    return "" if package is None else f" (loaded: {package.stamp})"


def _by_path(loaded: Iterable[LoadedPackage]) -> dict[str, LoadedPackage]:
    return {path_key(package.path): package for package in loaded}


def _identity(package: LoadedPackage) -> tuple[int, str | None, str, str, str]:
    return (package.order, package.regex, package.platform, package.version, package.built)


def _told(package: LoadedPackage) -> str:
    regex = "" if package.regex is None else f" regex {package.regex}"
    return f"{package.stamp}, order {package.order}{regex}"


def _line(package: ConfiguredPackage) -> str:
    regex = "" if package.regex is None else f' regex "{package.regex}"'
    return f"anyconnect image {package.path} {package.order}{regex}"


def _spell(packages: Iterable[ConfiguredPackage]) -> str:
    return "; ".join(_line(package).removeprefix("anyconnect image ") for package in packages)


IMAGES_MATCH = Rule(_MATCH, _ask_match, no_packages)

RULES = (IMAGE_PRESENT, IMAGES_MATCH)
