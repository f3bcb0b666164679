"""A package that one unit lacks: refused at every attempt, and nothing is left behind.

It is confused with packages that differ. There, people live on and are lost in the last reload;
here, whoever comes is refused from the moment when that unit serves, again and again.
"""

from upgrader.judgement.postmortem.causes.weighing import Scale
from upgrader.judgement.postmortem.facts.tables import ROLES, Tables
from upgrader.judgement.postmortem.facts.told import Told
from upgrader.model.cause import Cause, CauseName, Likelihood
from upgrader.model.evidence import Screen, What
from upgrader.model.failover import Role
from upgrader.model.unit import path_key


def package_missing(tables: Tables) -> Cause:
    """Judge cause 3."""
    told = tables.told
    scale = Scale(CauseName.PACKAGE_MISSING)
    lacks = _lacking(tables, scale)
    refused = told.of(What.IMAGE_REFUSED)
    if refused:
        return scale.closed(_by_refusals(told, scale, settled=bool(lacks)))
    if lacks:
        return scale.closed(_by_screens(told, scale, lacks))
    if told.has_log:
        scale.speaks_against("no client was refused for want of a package (113035, 722047, 722049)")
        return scale.closed(Likelihood.UNLIKELY)
    looked = any(tables.loaded.get(role) or tables.flash(role) for role in ROLES)
    if looked or tables.listings:
        scale.speaks_against("no unit is seen to lack a package")
        return scale.closed(Likelihood.UNLIKELY)
    return scale.closed(Likelihood.UNKNOWN)


def _by_refusals(told: Told, scale: Scale, *, settled: bool) -> Likelihood:
    refused = told.of(What.IMAGE_REFUSED)
    users = {event.fields.get("user", "") for event in refused}
    scale.speaks_for(f"{len(refused)} attempts were refused for want of a usable package", refused)
    scale.harmed(users, next((e.at for e in refused if e.at is not None), None))
    again = len(refused) > 1
    if again:
        scale.speaks_for("it repeats with every attempt")
    if told.switchovers:
        before = [e for e in refused if e.at is not None and e.at < told.switchovers[0].at]
        if before:
            scale.speaks_against("clients were refused before the roles moved, too", before)
        else:
            scale.speaks_for("none was refused before the roles moved", told.switchovers[0])
    grade = Likelihood.LIKELY if again else Likelihood.POSSIBLE
    cut = [burst for burst in told.bursts if len(burst) > 1]
    if cut:
        scale.speaks_against("people who had a session were cut in a burst, and not refused", cut)
        return grade
    return Likelihood.CERTAIN if settled else grade


def _by_screens(told: Told, scale: Scale, lacks: frozenset[Role]) -> Likelihood:
    """A unit lacks a package; whether that harmed anybody depends on whether it served."""
    served = {s.to for s in told.switchovers} | {told.last_active}
    if told.has_log and told.informs_at_all:
        scale.speaks_against("nobody is seen to have been refused")
        return Likelihood.POSSIBLE
    if not lacks & served:
        scale.speaks_against("that unit is not seen to have served")
        return Likelihood.POSSIBLE
    scale.speaks_for("that unit served on the night")
    return Likelihood.CERTAIN


def _lacking(tables: Tables, scale: Scale) -> frozenset[Role]:
    """The units that are seen to lack a package that their configuration or their mate has."""
    found: set[Role] = set()
    for screen, lines in tables.startup_errors:
        named = [n for n in lines if "anyconnect image" in n.casefold() or ".pkg" in n.casefold()]
        if named:
            scale.speaks_for(f"at its boot a unit refused {named[0]!r}", screen)
            if screen.unit is not None:
                found.add(screen.unit)
    configured = {
        path_key(package.path): package.path
        for _, configuration in tables.configurations
        for package in configuration.packages
    }
    for role in ROLES:
        for path, screen in _absent(tables, role, configured):
            scale.speaks_for(f"the {role.value} has no {path}", screen)
            found.add(role)
    found |= _fewer(tables, scale)
    return frozenset(found)


def _absent(tables: Tables, role: Role, configured: dict[str, str]) -> list[tuple[str, Screen]]:
    """The configured files that a unit is seen not to have."""
    absent: list[tuple[str, Screen]] = []
    listed = tables.flash(role)
    for key, path in sorted(configured.items()):
        asked = tables.digests.get(key, {}).get(role)
        if asked is not None and asked[1].digest is None:
            absent.append((path, asked[0]))
        elif listed is not None and listed[1].lacks(path):
            absent.append((path, listed[0]))
    return absent


def _fewer(tables: Tables, scale: Scale) -> set[Role]:
    """A unit that has loaded a part only of what its mate has."""
    if not all(tables.loaded.get(role) for role in ROLES):
        return set()
    for role in ROLES:
        screen, ours = tables.loaded[role][-1]
        mates, theirs = tables.loaded[role.other][-1]
        mine = {path_key(p.path) for p in ours}
        if mine < {path_key(p.path) for p in theirs}:
            scale.speaks_for(
                f"the {role.value} has {len(ours)} packages loaded, its mate {len(theirs)}",
                screen,
                mates,
            )
            return {role}
    return set()
