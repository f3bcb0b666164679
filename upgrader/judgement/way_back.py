"""The way back: whether a run can be undone cheaply, and the plan that does so.

Two states of the night are cheap to leave: the old code still serves, or it has handed over and
stands ready to take over again at once. Everywhere else both units have left the old code, or it
is not clear who has: then a way back is a night of its own, and `NoWay` says why.

The pair is judged as it is now, against the pair as the run found it. The run's journal says only
what it found, and what it may have ordered last.

Source: the abort table of the procedure; ASA upgrade guide, Active/Standby.
"""

from dataclasses import dataclass, replace

from upgrader.judgement.aim import Aim
from upgrader.judgement.check.backwards import examine_back
from upgrader.judgement.check.rule import Scene
from upgrader.judgement.check.rules import findings_of
from upgrader.judgement.fingerprint import fingerprint
from upgrader.judgement.people.logins import login_key
from upgrader.judgement.plan import PairName
from upgrader.judgement.planned import boot_order, planned
from upgrader.judgement.predict import predict
from upgrader.model.drain import LoginLimit, ReleaseLogins
from upgrader.model.failover import FailoverState
from upgrader.model.finding import Moment
from upgrader.model.outcome import Next
from upgrader.model.plan import (
    Failback,
    Harvest,
    Plan,
    PlannedStep,
    Purpose,
    ReloadStandby,
    SaveConfiguration,
    SetAsdm,
    SetBootOrder,
    SwitchOver,
    Target,
)
from upgrader.model.unit import Configuration, Dark, Snapshot, Unit, path_key
from upgrader.model.version import Version

_RELOADABLE = frozenset(
    {FailoverState.STANDBY_READY, FailoverState.COLD_STANDBY, FailoverState.FAILED}
)
"""A unit in any other state is coming up, and is not reloaded."""


@dataclass(frozen=True, slots=True)
class Undone:
    """The run that is taken back, as far as a way back depends on it."""

    run: str
    plan: Plan
    found: Snapshot
    """The pair as the run found it."""


@dataclass(frozen=True, slots=True)
class NoWay:
    """There is no cheap way back from here."""

    why: str
    next: Next


@dataclass(frozen=True, slots=True)
class AsFound:
    """Nothing is to be undone: the pair is as the run found it."""

    why: str


@dataclass(frozen=True, slots=True)
class _Pair:
    """Who is who now, and what the two were when the run found them."""

    active: Unit
    standby: Unit
    found_active: Unit
    """The active unit, as the run found it."""
    found_standby: Unit
    found_running: Configuration
    """What the run found configured on the unit that was active then."""
    running: Configuration
    """What the active unit has configured now."""


def way_back(undone: Undone, seen: Snapshot, pair: PairName) -> Plan | NoWay | AsFound:
    """The plan that takes a run back from where the pair stands now, if it is cheap."""
    who = _who(undone, seen)
    if isinstance(who, NoWay):
        return who
    first, target = undone.plan.first_active, undone.plan.target.version
    active_as_found = who.active.running == who.found_active.running
    standby_as_found = who.standby.running == who.found_standby.running
    serves_old = who.active.serial == first and active_as_found
    if serves_old and standby_as_found:
        return _drawn(undone, seen, who, pair, switch=False, reload=None)
    if who.standby.state not in _RELOADABLE:
        return _no_way_yet(
            f"{who.standby.name} is {who.standby.state.value}: it is coming up, and is not reloaded"
        )
    alike = who.found_active.running == who.found_standby.running
    if serves_old and who.standby.running == target and alike:
        return _drawn(undone, seen, who, pair, switch=False, reload=who.standby)
    handed_over = who.standby.serial == first and who.active.running == target
    if handed_over and standby_as_found:
        if who.standby.state is not FailoverState.STANDBY_READY:
            return _no_way_yet(
                f"{who.standby.name} runs the old code but is {who.standby.state.value}, not "
                "Standby Ready: it cannot take over"
            )
        reload = None if active_as_found else who.active
        return _drawn(undone, seen, who, pair, switch=True, reload=reload)
    return _expensive(undone, who)


# ── may it be judged at all ────────────────────────────────────────────────────────────


def _who(undone: Undone, seen: Snapshot) -> _Pair | NoWay:
    strangers = [unit for unit in seen.units if unit.serial not in undone.plan.serials]
    if strangers:
        return _no_way_yet(
            f"{strangers[0].name} answers, and the run knows only "
            f"{' and '.join(undone.plan.serials)}: this is another chassis"
        )
    if len(seen.actives) > 1:
        both = " and ".join(unit.name for unit in seen.actives)
        return _no_way_yet(
            f"{both} both say that they are active: the units do not hear each other",
            "on both units: show failover state",
            "on the unit that carries no traffic: no failover",
            "mend the failover link, then on that unit: failover",
        )
    dark = [unit.sight for unit in (seen.primary, seen.secondary) if isinstance(unit, Dark)]
    if dark:
        return _no_way_yet(
            f"{'; '.join(dark)}: a unit that is reloading or dead is not turned round; it may "
            "be back in some minutes"
        )
    active = seen.active
    if active is None:
        return _no_way_yet("no unit says that it is active", "on each unit: show failover state")
    standby = seen.standby
    assert isinstance(standby, Unit), "both units answered, and one of them is active"
    found_active = undone.found.unit(active.serial)
    found_standby = undone.found.unit(standby.serial)
    found_first = undone.found.unit(undone.plan.first_active)
    found = None if found_first is None or found_first.full is None else found_first.full.running
    running = None if active.full is None else active.full.running
    if found_active is None or found_standby is None or found is None:
        return _no_way_yet("the run did not see both units whole: what it found is not known")
    if running is None:
        return _no_way_yet(f"the running configuration of {active.name} is not understood")
    return _Pair(active, standby, found_active, found_standby, found, running)


def _no_way_yet(why: str, *lines: str) -> NoWay:
    """From this sight nothing is concluded; a later one may show a way."""
    return NoWay(
        why, Next(commands=("upgrader status {run}", "upgrader rollback {run}"), lines=lines)
    )


def _expensive(undone: Undone, who: _Pair) -> NoWay:
    """Why this is no cheap case; and the way back as a night of its own."""
    target, first = undone.plan.target.version, undone.plan.first_active
    old = _old_version(undone)
    runs = " and ".join(f"{unit.name} {unit.running}" for unit in (who.active, who.standby))
    if who.active.running == who.standby.running == target:
        why = f"both units run {target}: the old code is on no unit any more"
    elif who.found_active.running != who.found_standby.running:
        why = (
            f"the run found the units on different versions ({who.found_active.name} on "
            f"{who.found_active.running}, {who.found_standby.name} on "
            f"{who.found_standby.running}), and now they run {runs}: there is no one version to "
            "go back to"
        )
    elif who.active.serial != first:
        why = (
            f"{who.active.name} is active on {who.active.running}, and {who.standby.name} runs "
            f"{who.standby.running}: somebody else has changed roles or versions since"
        )
    else:
        why = f"{runs}: neither what the run found nor what it left; somebody else was here"
    return NoWay(why, _reverse_night(undone, old))


def _reverse_night(undone: Undone, old: Version) -> Next:
    """A reverse hitless upgrade: an upgrade like any other, but downwards."""
    found = undone.found.unit(undone.plan.first_active)
    full = None if found is None else found.full
    boot = () if full is None or full.running is None else full.running.boot
    new = undone.plan.image or "disk0:/NEW"
    waiver = f"--waive 'version-compatible=going back after {undone.run}'"
    return Next(
        commands=(f"upgrader plan {{pair}} --to '{old}' {waiver}",),
        lines=(
            "a reverse hitless upgrade, as `upgrader plan` draws it; by hand, on the active unit:",
            "configure terminal",
            f"no boot system {new}",
            *(f"boot system {path}" for path in boot if path_key(path) != path_key(new)),
            "end",
            "write memory",
            "failover reload-standby  (wait for Standby Ready)",
            "no failover active",
            "on the new active unit: failover reload-standby  (wait for Standby Ready)",
            "write memory",
        ),
    )


def _old_version(undone: Undone) -> Version:
    """What the unit ran that served when the run began."""
    found = undone.found.unit(undone.plan.first_active)
    assert found is not None, "the run saw its active unit"
    return found.running


# ── the plan ───────────────────────────────────────────────────────────────────────────


def _drawn(
    undone: Undone,
    seen: Snapshot,
    who: _Pair,
    pair: PairName,
    *,
    switch: bool,
    reload: Unit | None,
) -> Plan | NoWay | AsFound:
    wanted = _wanted_boot(undone, who, reload)
    if wanted is None:
        return NoWay(
            "which image is the old one is not known: the run found a boot order that begins "
            f"with {undone.plan.image or 'no image'}",
            _reverse_night(undone, _old_version(undone)),
        )
    steps = _steps(who, wanted, _held(undone, who), switch=switch, reload=reload)
    if not steps:
        return AsFound(f"the pair is as run {undone.run} found it: there is nothing to take back")
    old = _old_version(undone)
    image = wanted[0] if wanted else None
    aim = Aim(Target(old), image, "as the run found it", None, "as the run found it")
    at_home = _logins(undone.found)
    foretold = predict(seen, aim, Failback.NEVER, at_home)
    scene = Scene(seen, aim, Moment.PLAN, selection=undone.plan.selection)
    return Plan(
        purpose=Purpose.ROLLBACK,
        pair=pair.name,
        pair_path=pair.path,
        pair_digest=pair.digest,
        seats=pair.seats,
        target=aim.target,
        image=image,
        asdm=next((s.step.image for s in steps if isinstance(s.step, SetAsdm)), None),
        serials=undone.plan.serials,
        first_active=who.active.serial,
        failback=Failback.NEVER,
        drawn_from=fingerprint(seen, ()),
        sessions=None if who.active.summary is None else who.active.summary.total,
        findings=findings_of(examine_back(scene, undone.plan.waivers)),
        waivers=undone.plan.waivers,
        steps=steps,
        prediction=None if foretold is None else replace(foretold, ways=()),
        reuse_delay_minutes=who.running.reuse_delay_minutes,
        undoes=undone.run,
        selection=undone.plan.selection,
        tolerances=undone.plan.tolerances,
    )


def _held(undone: Undone, who: _Pair) -> tuple[LoginLimit, ...]:
    """The group policies that the run closed for logins, and that are closed still."""
    now = dict(who.running.simultaneous_logins)
    return tuple(one for one in undone.plan.held_policies if now.get(one.policy) == 0)


def _logins(found: Snapshot) -> frozenset[str]:
    """Who was logged in when the run began: the unit that served then let them in."""
    active = found.active
    rows = () if active is None or active.full is None else active.full.sessions or ()
    return frozenset(login_key(row) for row in rows)


def _wanted_boot(undone: Undone, who: _Pair, reload: Unit | None) -> tuple[str, ...] | None:
    """The boot order as the run found it, if the unit that reloads boots the old code with it.

    Where the run found the new image first already, or no order at all, the image that the unit
    ran then is put first. None: which image that is is not known.
    """
    found = who.found_running.boot
    new = undone.plan.image
    if reload is None or (found and (new is None or path_key(found[0]) != path_key(new))):
        return found
    then = who.found_active if reload is who.active else who.found_standby
    ran = then.version.image
    if ran is None or not ran.startswith("disk"):
        return None
    return boot_order(reload.version.hardware, ran, found)


def _steps(
    who: _Pair,
    wanted: tuple[str, ...],
    held: tuple[LoginLimit, ...],
    *,
    switch: bool,
    reload: Unit | None,
) -> tuple[PlannedStep, ...]:
    serves = who.standby if switch else who.active
    where = f"active {serves.name}"
    steps: list[PlannedStep] = []
    if switch:
        steps.append(
            planned(
                SwitchOver(serves.serial, who.active.serial),
                f"active {who.active.name}",
                f"{serves.name} still runs {serves.running}: it takes over again, with the "
                "sessions",
            )
        )
    if held:
        steps.append(
            planned(
                ReleaseLogins(serves.serial, held),
                where,
                "people may log in again: each group policy as the run found it",
            )
        )
    steps += _restoring(who, wanted, serves, where)
    if reload is not None:
        pools = tuple(pool.name for pool in who.running.pools)
        steps += [
            planned(
                Harvest(reload.serial, pools),
                reload.name,
                "its reload erases log buffer, history and tables",
            ),
            planned(
                ReloadStandby(reload.serial, final=switch),
                where,
                f"{reload.name} goes back from {reload.running} to {serves.running}",
            ),
            planned(
                SaveConfiguration(serves.serial),
                where,
                "after a sync the standby's configuration is only in RAM",
            ),
        ]
    return tuple(steps)


def _restoring(who: _Pair, wanted: tuple[str, ...], serves: Unit, where: str) -> list[PlannedStep]:
    """Boot order and ASDM as they were; nothing where they are so, and saved so."""
    steps = []
    if who.running.boot != wanted:
        steps.append(
            planned(
                SetBootOrder(serves.serial, wanted, who.running.boot),
                where,
                "the boot order as the run found it; the lines replicate to the mate",
            )
        )
    asdm = who.found_running.asdm_image
    if asdm is not None and who.running.asdm_image != asdm:
        steps.append(planned(SetAsdm(serves.serial, asdm), where, "ASDM as the run found it"))
    saved = all(_has_saved(unit, wanted) for unit in (who.active, who.standby))
    if steps or not saved:
        steps.append(
            planned(
                SaveConfiguration(serves.serial),
                where,
                "an unsaved boot order is not booted; the standby saves too",
            )
        )
    return steps


def _has_saved(unit: Unit, wanted: tuple[str, ...]) -> bool:
    saved = None if unit.full is None else unit.full.saved
    return saved is not None and saved.boot == wanted
