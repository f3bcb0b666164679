"""The plan: what will be done, in the official order, drawn from what was seen.

`plan` finishes what somebody else left half-way, too: a standby that runs the target version
already is not reloaded, and roles that have moved are not moved again.
"""

from dataclasses import dataclass

from upgrader.judgement import draining
from upgrader.judgement.aim import Aim, files_to_verify
from upgrader.judgement.fingerprint import fingerprint
from upgrader.judgement.planned import boot_order, planned
from upgrader.judgement.predict import predict
from upgrader.model.drain import Drain
from upgrader.model.finding import Finding, Waiver
from upgrader.model.names import Digest, Seat
from upgrader.model.plan import (
    Backup,
    ConfigurationSeen,
    FailBack,
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
)
from upgrader.model.selection import ALL, Selection
from upgrader.model.unit import Configuration, Snapshot, Unit


@dataclass(frozen=True, slots=True)
class PairName:
    """Where the plan's pair was described."""

    name: str
    path: str
    digest: Digest
    seats: tuple[Seat, Seat]


def draw(
    pair: PairName,
    seen: Snapshot,
    aim: Aim,
    findings: tuple[Finding, ...],
    waivers: tuple[Waiver, ...],
    failback: Failback,
    selection: Selection = ALL,
    drain: Drain | None = None,
) -> Plan | None:
    """The plan of an upgrade; None: not both units answered with one active, so none can be drawn.

    A plan that findings refuse is drawn all the same: it says what would be done, and why not.
    """
    active, standby = seen.active, seen.standby
    if active is None or not isinstance(standby, Unit):
        return None
    steps = () if aim.image is None else _steps(active, standby, aim, failback, pair, drain)
    files = {
        path
        for unit in (active, standby)
        for path in files_to_verify(
            None if unit.full is None else unit.full.running,
            None if unit.full is None else unit.full.flash,
            aim,
        )
    }
    primary, secondary = seen.primary, seen.secondary
    assert isinstance(primary, Unit), "both units answered"
    assert isinstance(secondary, Unit), "both units answered"
    running = None if active.full is None else active.full.running
    return Plan(
        purpose=Purpose.UPGRADE,
        pair=pair.name,
        pair_path=pair.path,
        pair_digest=pair.digest,
        seats=pair.seats,
        target=aim.target,
        image=aim.image,
        asdm=aim.asdm,
        serials=(primary.serial, secondary.serial),
        first_active=active.serial,
        failback=failback,
        drawn_from=fingerprint(seen, tuple(sorted(files))),
        sessions=None if active.summary is None else active.summary.total,
        findings=findings,
        waivers=waivers,
        steps=steps,
        prediction=predict(seen, aim, failback, drain=drain),
        reuse_delay_minutes=0 if running is None else running.reuse_delay_minutes,
        configurations=_configurations(seen),
        selection=selection,
        drain=drain,
    )


def _configurations(seen: Snapshot) -> tuple[ConfigurationSeen, ...]:
    return tuple(
        ConfigurationSeen(unit.serial, unit.running, unit.full.running.rest)
        for unit in seen.units
        if unit.full is not None and unit.full.running is not None
    )


def _steps(
    active: Unit,
    standby: Unit,
    aim: Aim,
    failback: Failback,
    pair: PairName,
    drain: Drain | None,
) -> tuple[PlannedStep, ...]:
    target = aim.target.version
    assert aim.image is not None, "steps want an image"
    old = tuple(unit for unit in (standby, active) if unit.running != target)
    if not old:
        return ()
    running = None if active.full is None else active.full.running
    steps = list(_preparation(active, running, aim, pair))
    on_active = f"active {active.name}"
    on_upgraded = f"new active {standby.name}"
    if standby in old:
        steps.append(
            planned(
                ReloadStandby(standby.serial, final=False),
                on_active,
                f"{standby.name} boots {target}; nobody is served by it",
            )
        )
    if active in old:
        steps += [
            planned(
                SwitchOver(standby.serial, active.serial),
                on_active,
                f"{standby.name} takes over; {active.name} still runs {active.running} and "
                "could take back",
            ),
            *(
                ()
                if drain is None
                else draining.before_the_reload(drain, active, standby, on_upgraded)
            ),
            *_last_part(active, running, on_upgraded, f"boots {target} as the last"),
            *(
                ()
                if drain is None
                else draining.after_the_reload(drain, active, standby, on_upgraded)
            ),
        ]
        final_active = standby
    else:
        final_active = active
        steps = [
            p if not isinstance(p.step, ReloadStandby) else _final(p, on_active) for p in steps
        ]
    steps.append(
        planned(
            SaveConfiguration(final_active.serial),
            f"active {final_active.name}",
            "after a sync the standby's configuration is only in RAM",
        )
    )
    if failback is Failback.ALWAYS and active in old:
        steps.append(
            planned(
                FailBack(active.serial, standby.serial),
                on_upgraded,
                f"{active.name} was active at the start, and you want it so at the end",
            )
        )
    return tuple(steps)


def _final(reload: PlannedStep, where: str) -> PlannedStep:
    """With the upgraded unit active already, the standby's reload is the final one."""
    step = reload.step
    assert isinstance(step, ReloadStandby), "only reloads are final"
    return planned(ReloadStandby(step.serial, final=True), where, reload.why)


def _preparation(
    active: Unit, running: Configuration | None, aim: Aim, pair: PairName
) -> list[PlannedStep]:
    where = f"active {active.name}"
    assert aim.image is not None, "steps want an image"
    seen = () if running is None else running.boot
    steps = [
        planned(
            Backup(active.serial, _backup_path(active, aim, pair)),
            where,
            "the running-config as it was, on both flashes",
        ),
        planned(
            SetBootOrder(active.serial, _boot_order(active, seen, aim.image), seen),
            where,
            "the new image first, what runs now behind it; the lines replicate to the mate",
        ),
    ]
    if aim.asdm is not None and (running is None or running.asdm_image != aim.asdm):
        steps.append(planned(SetAsdm(active.serial, aim.asdm), where, aim.asdm_why))
    steps.append(
        planned(
            SaveConfiguration(active.serial),
            where,
            "an unsaved boot order is not booted; the standby saves too",
        )
    )
    return steps


def _last_part(
    active: Unit, running: Configuration | None, where: str, what: str
) -> list[PlannedStep]:
    pools = () if running is None else tuple(pool.name for pool in running.pools)
    return [
        planned(
            Harvest(active.serial, pools),
            f"former active {active.name}",
            "its reload erases log buffer, history and tables",
        ),
        planned(ReloadStandby(active.serial, final=True), where, f"{active.name} {what}"),
    ]


def _boot_order(unit: Unit, seen: tuple[str, ...], image: str) -> tuple[str, ...]:
    """The new image, then what was there; where nothing was, what the unit runs."""
    order = boot_order(unit.version.hardware, image, seen)
    runs = unit.version.image
    if len(order) > 1 or runs is None or not runs.startswith("disk"):
        return order
    return boot_order(unit.version.hardware, image, (runs,))


def _backup_path(active: Unit, aim: Aim, pair: PairName) -> str:
    """A name that tells what it was before; a second plan of the same pair writes the same file."""
    release = str(aim.target.version).replace("(", ".").replace(")", "-").rstrip("-")
    old = str(active.running).replace("(", ".").replace(")", "-").rstrip("-")
    return f"disk0:/before-{release}-from-{old}-{pair.digest.rpartition(':')[2][:8]}.cfg"
