"""Whether a drain cures what stands in the way, and the steps that it adds to a plan.

A drain sends people to log in anew on the upgraded unit. So it cures a mismatch only where that
unit serves each platform itself: to people whose package is missing there it would close the door.
"""

from dataclasses import dataclass

from upgrader.judgement.aim import Aim
from upgrader.judgement.people.doomed import may_lean
from upgrader.judgement.people.leaning import Leaning, leaning_of, why_not_replicated
from upgrader.judgement.planned import planned
from upgrader.judgement.ways import MOST_MINUTES, drain_minutes
from upgrader.model.drain import HEEDED, Drain, HoldLogins, LoginLimit, LogOffBatch, ReleaseLogins
from upgrader.model.finding import Finding, Severity
from upgrader.model.names import RuleName
from upgrader.model.plan import PlannedStep
from upgrader.model.unit import FullLook, Snapshot, Unit, path_key
from upgrader.model.wide import ConfigText

CURED = RuleName("anyconnect-images-match")
"""The rule whose findings a drain heeds: no other is cured by it."""
_MANIFEST = "manifest"
"""A fact of a file that is not the one that a list names: another matter, and not cured."""
_DEFAULT_POLICY = "DfltGrpPolicy"


@dataclass(frozen=True, slots=True)
class NoDrain:
    """Why there is no drain, though a person wants one."""

    why: str


def curable(seen: Snapshot, aim: Aim, drain: Drain) -> Drain | NoDrain:
    """The drain, if people lean on the unit that goes, and can log in on the other one."""
    active, standby = seen.active, seen.standby
    if active is None or active.full is None or not isinstance(standby, Unit):
        return NoDrain("not both units were seen, with one of them active")
    if standby.full is None:
        return NoDrain(f"{standby.name} was not looked at fully")
    if active.running == aim.target.version:
        return NoDrain(
            "the roles have moved already: who logged in before they did is not known any more"
        )
    leaning = leaning_of(active, standby, aim)
    if leaning is None:
        return NoDrain("which AnyConnect images both units have is not known")
    if not leaning.leaning:
        return NoDrain("nobody leans on the unit that goes: there is nothing to drain")
    broken = why_not_replicated(active, standby)
    if broken:
        return NoDrain(f"{broken}: all sessions end at the switchover, and nobody is left to drain")
    rows = sum(map(may_lean, active.full.sessions or ()))
    if drain_minutes(drain, rows) > MOST_MINUTES:
        fewest = -(-rows // (MOST_MINUTES - 2))
        return NoDrain(
            f"{rows:,} sessions, {drain.batch} at a time and a minute apart, take longer than the "
            f"{MOST_MINUTES // 60} hours of a drain: say --drain-batch {fewest} or more"
        )
    if drain.hold_logins and not policies_in_use(active):
        return NoDrain("no group policy is in use whose logins could be held")
    path = shut_out(active, standby, aim, leaning)
    if path is not None:
        return NoDrain(
            f"{standby.name} has nothing in the place of {path}: whoever is logged off could not "
            "log in there. Stage the package first"
        )
    return drain


def shut_out(active: Unit, standby: Unit, aim: Aim, leaning: Leaning) -> str | None:
    """An image whose clients could not log in on the unit that stays; None: all of them can."""
    assert active.full is not None, "looked at fully"
    assert standby.full is not None, "looked at fully"
    reloads = standby.running != aim.target.version
    return next(
        (
            path
            for path in leaning.leaning
            if not _serves(path, active.full, standby.full, reloads=reloads)
        ),
        None,
    )


def is_cured(finding: Finding) -> bool:
    """Whether a drain heeds this finding."""
    return (
        finding.rule == CURED
        and finding.severity is Severity.BLOCKER
        and all(fact.name != _MANIFEST for fact in finding.facts)
    )


def heeded(drain: Drain) -> str:
    """How a finding is heeded that a drain cures: stands where a waiver's reason does."""
    if drain.below is not None:
        return f"{HEEDED}: until fewer than {drain.below} lean"
    held = "; logins stay closed until the former active is back" if drain.hold_logins else ""
    return f"{HEEDED}: {drain.batch} at a time, each by its index{held}"


def _serves(path: str, ours: FullLook, theirs: FullLook, *, reloads: bool) -> bool:
    """Whether clients of that image find one of their platform on the other unit."""
    configured = () if theirs.running is None else theirs.running.packages
    if reloads:
        future = {path_key(p.path) for p in configured if not theirs.is_without(p.path)}
    else:
        future = {path_key(p.path) for p in theirs.loaded or ()}
    if path_key(path) in future:
        return True
    platforms = {p.platform for p in ours.loaded or () if path_key(p.path) == path_key(path)}
    return any(
        package.platform in platforms and path_key(package.path) in future
        for package in theirs.loaded or ()
    )


# ── steps ──────────────────────────────────────────────────────────────────────────────


def before_the_reload(
    drain: Drain, active: Unit, standby: Unit, where: str
) -> tuple[PlannedStep, ...]:
    """What the drain types before the final reload, on the unit that has just taken over."""
    steps = []
    if drain.hold_logins:
        steps.append(
            planned(
                HoldLogins(standby.serial, policies_in_use(active)),
                where,
                f"nobody logs in until {active.name} is back; sessions go on, and nothing is saved"
                f"{_beyond(active)}",
            )
        )
    if drain.below is None:
        steps.append(
            planned(
                LogOffBatch(standby.serial, ()),
                where,
                f"each session of before the switchover ends cleanly, {drain.batch} at a time, "
                "read again directly before; who logged in later is let alone",
            )
        )
    return tuple(steps)


def after_the_reload(
    drain: Drain, active: Unit, standby: Unit, where: str
) -> tuple[PlannedStep, ...]:
    """What the drain types once the former active is back."""
    if not drain.hold_logins:
        return ()
    step = ReleaseLogins(standby.serial, policies_in_use(active))
    return (planned(step, where, "people may log in again: each group policy as it stood"),)


def policies_in_use(active: Unit) -> tuple[LoginLimit, ...]:
    """The group policies that sessions have now, or that a remote-access group leads to; sorted.

    A policy that only an AAA server names is known by the sessions under it alone. DfltGrpPolicy
    counts only where it is named: others inherit from it, site-to-site tunnels among them.
    """
    full = active.full
    if full is None or full.running is None:
        return ()
    names = {row.group_policy for row in full.sessions or ()} | _of_groups(full)
    own = dict(full.running.simultaneous_logins)
    known = _configured(full)
    return tuple(
        LoginLimit(name, own.get(name))
        for name in sorted(names)
        if known is None or name in known or name == _DEFAULT_POLICY
        if name and not any(letter.isspace() for letter in name) and own.get(name) != 0
    )


def _text(full: FullLook) -> ConfigText | None:
    return None if full.wide is None else full.wide.text


def _of_groups(full: FullLook) -> set[str]:
    """The policies to which tunnel groups for remote access lead."""
    text = _text(full)
    if text is None:
        return set()
    remote = {
        words[1]
        for line in text.starting("tunnel-group ")
        if (words := line.split())[2:3] == ["type"]
        and words[3:] in (["remote-access"], ["webvpn"], ["ipsec-ra"])
    }
    return {
        line.split()[1]
        for header, lines in text.under("tunnel-group ")
        if header.split()[1] in remote or header.split()[1].startswith("Default")
        for line in lines
        if line.startswith("default-group-policy ")
    }


def _configured(full: FullLook) -> set[str] | None:
    """The policies that are kept on the unit itself; None: not known."""
    text = _text(full)
    if text is None:
        return None
    headers = (line.split() for line in text.starting("group-policy "))
    return {words[1] for words in headers if words[2:3] in (["internal"], ["attributes"])}


def _beyond(active: Unit) -> str:
    """Who can log in all the same: under a policy whose name nobody types, by a limit of his own.

    A policy's name with a blank is typed in quotes, which no line of ours has.
    """
    full = active.full
    if full is None:
        return ""
    quoted = {r.group_policy for r in full.sessions or () if " " in (r.group_policy or "")}
    text = _text(full)
    own = (
        []
        if text is None
        else [
            header.split()[1]
            for header, lines in text.under("username ")
            if any(line.startswith("vpn-simultaneous-logins ") for line in lines)
        ]
    )
    open_still = ""
    if quoted:
        open_still = f"; but whoever is under {', '.join(sorted(quoted))} can: the name has a blank"
    if own:
        listed = ", ".join(sorted(own))
        open_still = f"{open_still}; but {listed} have limits of their own, and can"
    return open_still
