"""Certificates and keys: replicated in part, and on some releases only at the next boot."""

from collections.abc import Iterable
from datetime import timedelta

from upgrader.judgement.check.around import unless_configured
from upgrader.judgement.check.rule import Rule, Scene, found, unread, wide_looks
from upgrader.model.finding import Fact, Finding, Moment, Parameter, RuleText, Severity
from upgrader.model.names import RuleName
from upgrader.model.unit import Unit
from upgrader.model.wide import Certificate, ConfigText, MasterKey, WideLook

_TRUSTPOINT = "crypto ca trustpoint "
_SHOW_CERTIFICATES = "show crypto ca certificates"
_NO_TRUSTPOINT = "no trustpoint is configured"

Held = tuple[tuple[Unit, WideLook, tuple[Certificate, ...]], ...]


def _certificates(text: RuleText, scene: Scene) -> tuple[Held, tuple[Finding, ...]]:
    looked, findings = wide_looks(text, scene)
    held = []
    for unit, _, wide in looked:
        if wide.text is None:
            findings = (*findings, unread(text, unit, "show running-config"))
        elif wide.certificates is not None:
            held.append((unit, wide, wide.certificates))
        elif wide.text.has(_TRUSTPOINT):
            findings = (*findings, unread(text, unit, _SHOW_CERTIFICATES))
        else:
            held.append((unit, wide, ()))
    return tuple(held), findings


# ── certificates-alike ─────────────────────────────────────────────────────────────────

_ALIKE = RuleText(
    rule=RuleName("certificates-alike"),
    asks="Do both units hold the same certificates?",
    why=(
        "After the switchover clients meet another certificate, or none: they warn, or refuse to "
        "connect, and people cannot log in."
    ),
    remedy=(
        "On older releases an imported PKCS12 reaches the standby only when it boots: its reload "
        "brings it. If it still differs then, import it on the active unit again, and compare "
        "`show crypto ca certificates` on both units."
    ),
    source="ASA failover guide: certificates are replicated; field notes on PKCS12 imports",
    moments={
        Moment.PLAN: Severity.WARNING,
        Moment.BEFORE_SWITCHOVER: Severity.BLOCKER,
        Moment.AFTER: Severity.WARNING,
    },
    expects="equal serial numbers under each trustpoint",
)


def _ask_alike(scene: Scene) -> tuple[Finding, ...]:
    held, findings = _certificates(_ALIKE, scene)
    if len(held) < 2:
        return findings
    (one, wide, ours), (other, _, theirs) = held
    mine, yours = _by_trustpoint(ours), _by_trustpoint(theirs)
    serves = _serving_clients(wide.text)
    told = [
        _differs(scene, (one, mine.get(name, ())), (other, yours.get(name, ())), name, serves)
        for name in sorted({*mine, *yours})
        if mine.get(name, ()) != yours.get(name, ())
    ]
    return (*findings, *told)


def _differs(
    scene: Scene,
    one: tuple[Unit, tuple[str, ...]],
    other: tuple[Unit, tuple[str, ...]],
    trustpoint: str,
    serves: frozenset[str],
) -> Finding:
    told = ", ".join(f"{u.name} has {' and '.join(held) or 'none'}" for u, held in (one, other))
    is_for_clients = trustpoint in serves
    what = f"trustpoint {trustpoint}" if trustpoint else "certificates without a trustpoint"
    shown = f"{what}, which clients meet" if is_for_clients else what
    return found(
        _ALIKE,
        scene,
        f"{shown}: {told}",
        facts=[Fact(f"{what} of {u.serial}", " ".join(held)) for u, held in (one, other)],
        severity=None if is_for_clients else Severity.WARNING,
    )


def _by_trustpoint(held: Iterable[Certificate]) -> dict[str, tuple[str, ...]]:
    """The serial numbers under each trustpoint, sorted."""
    found_: dict[str, set[str]] = {}
    for certificate in held:
        for name in certificate.trustpoints or ("",):
            found_.setdefault(name, set()).add(certificate.serial.lower())
    return {name: tuple(sorted(serials)) for name, serials in found_.items()}


def _serving_clients(text: ConfigText | None) -> frozenset[str]:
    """The trustpoints whose certificate AnyConnect clients meet, over SSL or IKEv2."""
    if text is None:
        return frozenset()
    over_ssl = [line.split()[2] for line in text.starting("ssl trust-point ")]
    over_ikev2 = [
        line.split()[4] for line in text.starting("crypto ikev2 remote-access trustpoint ")
    ]
    return frozenset((*over_ssl, *over_ikev2))


CERTIFICATES_ALIKE = Rule(_ALIKE, _ask_alike, unless_configured(_NO_TRUSTPOINT, _TRUSTPOINT))

# ── certificates-valid ─────────────────────────────────────────────────────────────────

_VALID = RuleText(
    rule=RuleName("certificates-valid"),
    asks="Are the certificates valid, and will they be so for a while?",
    why=(
        "A certificate that ends in these days is blamed on the upgrade: clients warn or refuse "
        "to connect, and nobody knows whether to go back."
    ),
    remedy="Enrol or import a new certificate under the trustpoint named, before the window.",
    source="ASA command reference, show crypto ca certificates",
    moments={Moment.PLAN: Severity.WARNING},
    expects="valid for 14 days and more",
    parameters=(Parameter("days", 14, "for how long they must still be valid"),),
)


def _ask_valid(scene: Scene) -> tuple[Finding, ...]:
    held, findings = _certificates(_VALID, scene)
    days = int(scene.set_to(_VALID, "days"))
    seen: set[str] = set()
    told: list[Finding] = []
    for unit, wide, certificates in held:
        if certificates and wide.clock is None:
            told.append(unread(_VALID, unit, "show clock"))
            continue
        for certificate in certificates:
            if certificate.serial in seen or wide.clock is None or certificate.ends is None:
                continue
            if certificate.ends < wide.clock.at.at + timedelta(days=days):
                seen.add(certificate.serial)
                told.append(_ends(scene, unit, certificate, wide, days))
    return (*findings, *told)


def _ends(scene: Scene, unit: Unit, known: Certificate, wide: WideLook, days: int) -> Finding:
    assert known.ends is not None, "its end was read"
    assert wide.clock is not None, "there is a time to compare with"
    is_over = known.ends < wide.clock.at.at
    day = f"{known.ends:%Y-%m-%d}"
    under = ", ".join(known.trustpoints) or "no trustpoint"
    return found(
        _VALID,
        scene,
        f"{unit.name}: {known.subject} ({known.kind}, under {under}) "
        f"{'ended' if is_over else 'ends'} on {day}",
        facts=(Fact("certificate", known.serial),),
        observed=f"until {day}",
        expected=f"valid for {days} days and more",
        unit=unit,
    )


CERTIFICATES_VALID = Rule(_VALID, _ask_valid, unless_configured(_NO_TRUSTPOINT, _TRUSTPOINT))

# ── master-key-alike ───────────────────────────────────────────────────────────────────

_MASTER = RuleText(
    rule=RuleName("master-key-alike"),
    asks="Are passwords encrypted under the same master passphrase on both units?",
    why=(
        "A unit with another passphrase, or none, cannot read the secrets of its own "
        "configuration after a reload: keys, RADIUS secrets and tunnels fail on it (742004)."
    ),
    remedy=(
        "On the active unit, while both are up, then look with `show password encryption` on "
        "both:\nconfigure terminal\nkey config-key password-encryption\nend\nwrite memory"
    ),
    source="ASA syslog guide, 742004; ASA general configuration guide, master passphrase",
    moments={Moment.PLAN: Severity.BLOCKER, Moment.BEFORE_SWITCHOVER: Severity.BLOCKER},
    expects="one master key hash on both units",
)

_ENCRYPTED = "password encryption aes"


def _ask_master(scene: Scene) -> tuple[Finding, ...]:
    looked, findings = wide_looks(_MASTER, scene)
    keys: list[tuple[Unit, MasterKey]] = []
    for unit, _, wide in looked:
        if wide.text is None:
            findings = (*findings, unread(_MASTER, unit, "show running-config"))
        elif wide.master_key is not None:
            keys.append((unit, wide.master_key))
        elif wide.text.has(_ENCRYPTED):
            findings = (*findings, unread(_MASTER, unit, "show password encryption"))
        else:
            keys.append((unit, MasterKey(enabled=False, fingerprint=None)))
    if len(keys) < 2 or keys[0][1].fingerprint == keys[1][1].fingerprint:
        return findings
    missing = [unit for unit, key in keys if key.fingerprint is None]
    if missing:
        evidence = f"{missing[0].name} has no master key, and its mate has one"
    else:
        evidence = f"{keys[0][0].name} and {keys[1][0].name} print two master key hashes"
    return (
        *findings,
        found(
            _MASTER,
            scene,
            evidence,
            facts=[Fact(f"master key of {u.serial}", k.fingerprint or "none") for u, k in keys],
            # That equal passphrases print equal hashes is inferred; that there is none is not.
            severity=None if missing else Severity.WARNING,
            observed=" and ".join(key.fingerprint or "none" for _, key in keys),
        ),
    )


MASTER_KEY_ALIKE = Rule(
    _MASTER,
    _ask_master,
    unless_configured("passwords are not encrypted (no `password encryption aes`)", _ENCRYPTED),
)

RULES = (CERTIFICATES_ALIKE, CERTIFICATES_VALID, MASTER_KEY_ALIKE)
