"""What AnyConnect clients are served beside packages: profiles, HostScan, a Local CA.

The configuration's lines replicate, and the files behind them do not. None of this ends a session
in the night; it decides who can log in, and how, once the other unit serves.
"""

from upgrader.dialect.replies.hostscan import hostscan_line
from upgrader.dialect.replies.webvpn import named_files
from upgrader.judgement.check.rule import (
    Rule,
    Scene,
    about,
    found,
    full_looks,
    short,
    unread,
    wide_looks,
)
from upgrader.model.finding import Fact, Finding, Moment, RuleText, Severity
from upgrader.model.names import RuleName
from upgrader.model.staging import Kind
from upgrader.model.unit import FullLook, Unit, path_key
from upgrader.model.wide import WideLook

_NOT_COPIED = "ASA failover guide: images, CSD, profiles and the Local CA are not replicated"
_MOMENTS = {
    Moment.PLAN: Severity.WARNING,
    Moment.BEFORE_SWITCHOVER: Severity.WARNING,
    Moment.AFTER: Severity.WARNING,
}

_Looked = tuple[tuple[Unit, FullLook], ...]

# ── files that the configuration names ─────────────────────────────────────────────────


def _without(scene: Scene, kind: Kind, what: str) -> str | None:
    """Why there is nothing to ask: no line names such a file on either unit."""
    fulls = [unit.full for unit in scene.seen.units]
    seen = [full.running for full in fulls if full is not None and full.running is not None]
    if len(seen) < 2 or any(named is kind for one in seen for named, _ in named_files(one)):
        return None
    return f"no {what} is configured"


def _files(text: RuleText, scene: Scene, looked: _Looked, kind: Kind) -> list[Finding]:
    """Each file on both flashes, with one content."""
    findings: list[Finding] = []
    paths: dict[str, str] = {}
    for unit, full in looked:
        if full.running is None:
            findings.append(unread(text, unit, "show running-config"))
            continue
        paths |= {
            path_key(path): path for named, path in named_files(full.running) if named is kind
        }
    for path in paths.values():
        findings += _file(text, scene, looked, path)
    return findings


def _file(text: RuleText, scene: Scene, looked: _Looked, path: str) -> list[Finding]:
    findings: list[Finding] = []
    seen: list[tuple[Unit, str]] = []
    for unit, full in looked:
        asked = full.digest_of(path)
        if full.is_without(path):
            findings.append(
                found(
                    text,
                    scene,
                    f"{path} is configured, but {unit.name} has no such file",
                    facts=(Fact(f"{path} on {unit.serial}", "no file"),),
                    remedy=_bring(scene, unit, path, looked),
                    observed="no such file",
                    expected=path,
                    unit=unit,
                )
            )
        elif asked is None or asked.digest is None:
            findings.append(unread(text, unit, f"verify /sha-512 {path}"))
        else:
            seen.append((unit, asked.digest))
    if len({digest for _, digest in seen}) > 1:
        told = " and ".join(f"{short(digest)} on {unit.name}" for unit, digest in seen)
        active = scene.seen.active
        other = next(u for u, _ in seen if u is not active)
        bring = _bring(scene, other, path, looked)
        findings.append(
            found(
                text,
                scene,
                f"{path} differs: SHA-512 {told}",
                facts=[Fact(f"{path} on {unit.serial}", digest) for unit, digest in seen],
                remedy=f"Which of the two is wanted is for a person to say. {bring}",
                observed=told,
                expected="one SHA-512 on both units",
            )
        )
    return findings


def _bring(scene: Scene, unit: Unit, path: str, looked: _Looked) -> str:
    """The lines that put the file there and make both units read it."""
    active = scene.seen.active
    copy = f"copy /noconfirm URL {path}"
    if active is None or unit.serial != active.serial:
        copy = f"failover exec mate {copy}"
    naming = dict.fromkeys(
        line
        for _, full in looked
        if full.running is not None
        for line in full.running.webvpn_lines
        if any(path_key(word) == path_key(path) for word in line.split()[1:])
    )
    lines = (copy, "configure terminal", "webvpn", *naming, "end", "write memory")
    return "Type this on the active unit:\n" + "\n".join(lines)


# ── anyconnect-profiles-match ──────────────────────────────────────────────────────────

_PROFILES = RuleText(
    rule=RuleName("anyconnect-profiles-match"),
    asks="Does each unit hold every AnyConnect profile that is configured, with one content?",
    why=(
        "Who logs in at the unit without the profile gets none, or another one: servers, automatic "
        "reconnection and certificate choice may be other than they were."
    ),
    remedy="Copy the profile to the unit that lacks it, and type its line again.",
    source=f"{_NOT_COPIED}; ASA command reference, anyconnect profiles",
    moments=_MOMENTS,
    expects="each configured profile on both flashes, with one SHA-512",
)


def _ask_profiles(scene: Scene) -> tuple[Finding, ...]:
    looked, findings = full_looks(_PROFILES, scene)
    return (*findings, *_files(_PROFILES, scene, looked, Kind.PROFILE))


def _no_profile(scene: Scene) -> str | None:
    return _without(scene, Kind.PROFILE, "AnyConnect profile")


PROFILES_MATCH = Rule(_PROFILES, _ask_profiles, _no_profile)

# ── hostscan-matches ───────────────────────────────────────────────────────────────────

_HOSTSCAN = RuleText(
    rule=RuleName("hostscan-matches"),
    asks="Do both units have the same HostScan or CSD image: on flash, enabled, and as loaded?",
    why=(
        "Where posture is asked for, clients fail it at a unit whose HostScan is absent or another "
        "one: access policies that build on it admit nobody, or too many."
    ),
    remedy="Put the same image on both flashes, and type its line again on the active unit.",
    source=f"{_NOT_COPIED}; AnyConnect administrator guide, installing and enabling HostScan",
    moments=_MOMENTS,
    expects="one image on both flashes, enabled and loaded alike",
)


def _ask_hostscan(scene: Scene) -> tuple[Finding, ...]:
    looked, unknowns = wide_looks(_HOSTSCAN, scene)
    both = tuple((unit, full) for unit, full, _ in looked)
    files = _files(_HOSTSCAN, scene, both, Kind.HOSTSCAN)
    unseen = [
        unread(_HOSTSCAN, unit, line)
        for unit, _, wide in looked
        if (line := _unanswered(wide)) is not None
    ]
    told = [(unit, _hostscan(wide)) for unit, _, wide in looked if wide.hostscan is not None]
    if len({said for _, said in told}) < 2:
        return (*unknowns, *files, *unseen)
    shown = "; ".join(f"{unit.name}: {said}" for unit, said in told)
    differ = found(
        _HOSTSCAN,
        scene,
        f"HostScan differs: {shown}",
        facts=[Fact(f"hostscan of {unit.serial}", said) for unit, said in told],
        observed=shown,
    )
    return (*unknowns, *files, *unseen, differ)


def _unanswered(wide: WideLook) -> str | None:
    """The line whose reply was not understood; None: it was, or HostScan is not enabled."""
    enabled = wide.text is not None and wide.text.has("hostscan enable", "csd enable")
    if wide.hostscan is not None or wide.text is None or not enabled:
        return None
    return hostscan_line(wide.text)


def _hostscan(wide: WideLook) -> str:
    assert wide.hostscan is not None, "asked where it was read"
    enabled = "enabled" if wide.hostscan.enabled else "not enabled"
    return f"{wide.hostscan.version or 'no version'}, {enabled}"


def _no_hostscan(scene: Scene) -> str | None:
    return _without(scene, Kind.HOSTSCAN, "HostScan or CSD image")


HOSTSCAN_MATCHES = Rule(_HOSTSCAN, _ask_hostscan, _no_hostscan)

# ── local-ca-absent ────────────────────────────────────────────────────────────────────

_SHOW_CA = "show crypto ca server"
_LOCAL_CA = RuleText(
    rule=RuleName("local-ca-absent"),
    asks="Is the pair without a Local CA, which lives on one unit only?",
    why=(
        "A Local CA's key, users and revocations stay on the unit that issued them: while the "
        "other one serves, nobody enrols, renews or is revoked, and its users may be refused."
    ),
    remedy=(
        "Before the window, back up the folder of the Local CA (`show crypto ca server`), and tell "
        "its users; in the long run, let a certificate authority of its own issue certificates."
    ),
    source=f"{_NOT_COPIED}; ASA configuration guide, digital certificates, failover guidelines",
    moments={Moment.PLAN: Severity.WARNING, Moment.BEFORE_SWITCHOVER: Severity.WARNING},
    expects="no `crypto ca server`",
)


def _ask_local_ca(scene: Scene) -> tuple[Finding, ...]:
    looked, unknowns = wide_looks(_LOCAL_CA, scene)
    findings = list(unknowns)
    for unit, _, wide in looked:
        if wide.text is None:
            findings.append(unread(_LOCAL_CA, unit, "show running-config"))
        elif not wide.text.has("crypto ca server"):
            continue
        elif wide.local_ca is None:
            findings.append(unread(_LOCAL_CA, unit, _SHOW_CA))
        else:
            state = "enabled" if wide.local_ca.enabled else "configured, and shut down"
            findings.append(
                found(
                    _LOCAL_CA,
                    scene,
                    f"{unit.name}: its Local CA is {state}",
                    facts=(*about(unit), Fact("local ca", state)),
                    severity=None if wide.local_ca.enabled else Severity.NOTE,
                    observed=state,
                    unit=unit,
                )
            )
    return tuple(findings)


def _no_local_ca(scene: Scene) -> str | None:
    fulls = [unit.full for unit in scene.seen.units]
    wides = [full.wide for full in fulls if full is not None and full.wide is not None]
    texts = [wide.text for wide in wides if wide.text is not None]
    if len(texts) < 2 or any(text.has("crypto ca server") for text in texts):
        return None
    return "no Local CA is configured"


LOCAL_CA_ABSENT = Rule(_LOCAL_CA, _ask_local_ca, _no_local_ca)

RULES = (PROFILES_MATCH, HOSTSCAN_MATCHES, LOCAL_CA_ABSENT)
