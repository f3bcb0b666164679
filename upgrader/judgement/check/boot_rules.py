"""What a reload will do: which image boots, with which configuration, and who else reloads."""

from upgrader.judgement.check.rule import (
    Rule,
    Scene,
    about,
    found,
    full_looks,
    in_the_dark,
    unknown,
    unread,
    unseen,
)
from upgrader.model.finding import Fact, Finding, Moment, RuleText, Severity
from upgrader.model.names import RuleName
from upgrader.model.unit import Configuration, Dark, FullLook, Unit, path_key

# ── boot-order-effective ───────────────────────────────────────────────────────────────

_BOOT = RuleText(
    rule=RuleName("boot-order-effective"),
    asks="Will the unit that is about to reload boot the new image, with its configuration?",
    why="The unit comes back on the old version, and the night has to be begun again.",
    remedy=(
        "On the active unit: configure terminal, no boot system OLD (each), boot system NEW, "
        "boot system OLD, end, write memory. A line that is only added stands behind the old one."
    ),
    source="ASA upgrade guide, boot order; ASA command reference, config-register",
    moments={
        Moment.PLAN: Severity.BLOCKER,
        Moment.BEFORE_STANDBY_RELOAD: Severity.BLOCKER,
        Moment.BEFORE_FINAL_RELOAD: Severity.BLOCKER,
    },
    expects="the new image first, running and saved; register 0x1",
    core=True,
)

_IGNORES_CONFIGURATION = 0x40


def _ask_boot(scene: Scene) -> tuple[Finding, ...]:
    if scene.moment is Moment.PLAN:
        looked, findings = full_looks(_BOOT, scene)
        told = [f for unit, full in looked for f in _register(scene, unit, full)]
        return (*findings, *told)
    standby = scene.seen.standby
    if standby is None:
        return (unknown(_BOOT, "without one active unit it is not clear which unit reloads"),)
    if isinstance(standby, Dark):
        return (unseen(_BOOT, standby),)
    if standby.full is None:
        return (unknown(_BOOT, f"{standby.name} was only glanced at"),)
    return (
        *_register(scene, standby, standby.full),
        *_first(scene, standby, "running", "show running-config", standby.full.running),
        *_first(scene, standby, "saved", "show startup-config", standby.full.saved),
    )


def _first(
    scene: Scene, unit: Unit, which: str, line: str, configuration: Configuration | None
) -> list[Finding]:
    if configuration is None:
        return [unread(_BOOT, unit, line)]
    image = scene.aim.image
    if image is None:
        return [unknown(_BOOT, scene.aim.image_why)]
    first = configuration.boot[0] if configuration.boot else None
    if first is not None and path_key(first) == path_key(image):
        return []
    told = "no `boot system` line" if first is None else f"{first} first"
    evidence = f"{unit.name}: the {which} configuration boots {told}, not {image}"
    facts = (Fact(f"{which} boot image of {unit.serial}", first or "none"), Fact("image", image))
    return [
        found(
            _BOOT,
            scene,
            evidence,
            facts=facts,
            observed=first or "no boot system line",
            expected=f"boot system {image} first",
            unit=unit,
        )
    ]


def _register(scene: Scene, unit: Unit, full: FullLook) -> list[Finding]:
    """0x41 boots without the configuration, 0x0 stops at the ROM monitor."""
    register = None if full.running is None else full.running.config_register
    if register is None:
        return []
    try:
        value = int(register, 16)
    except ValueError:
        return [unknown(_BOOT, f"{unit.name}: the configuration register reads {register!r}")]
    if value & _IGNORES_CONFIGURATION:
        told = "its configuration is ignored at boot"
    elif value & 0xF == 0:
        told = "it stops at the ROM monitor"
    else:
        return []
    return [
        found(
            _BOOT,
            scene,
            f"{unit.name}: configuration register {register}: {told}",
            facts=(*about(unit), Fact("register", register)),
            observed=register,
            expected="0x1",
            unit=unit,
            consequence="The unit comes back without failover, or not at all.",
            remedy=f"On {unit.name}: configure terminal, config-register 0x1, end, write memory.",
        )
    ]


BOOT_ORDER_EFFECTIVE = Rule(_BOOT, _ask_boot)

# ── configuration-saved ────────────────────────────────────────────────────────────────

_SAVED = RuleText(
    rule=RuleName("configuration-saved"),
    asks="Is what both units run also what they have saved?",
    why=(
        "A change that was never saved is saved by the run, with the new boot order; if a unit "
        "loses power before that, the change is gone."
    ),
    remedy="Look at `show startup-config` against `show running-config`; save or undo the change.",
    source="ASA upgrade guide: write memory before the reload",
    moments={
        Moment.PLAN: Severity.WARNING,
        Moment.BEFORE_STANDBY_RELOAD: Severity.WARNING,
        Moment.BEFORE_FINAL_RELOAD: Severity.WARNING,
    },
    expects="startup-config equal to running-config",
)


def _ask_saved(scene: Scene) -> tuple[Finding, ...]:
    looked, findings = full_looks(_SAVED, scene)
    return (*findings, *(f for unit, full in looked for f in _saved(scene, unit, full)))


def _saved(scene: Scene, unit: Unit, full: FullLook) -> list[Finding]:
    """A unit that was reloaded holds a synced configuration in RAM; the run saves it at its end."""
    if full.running is None:
        return [unread(_SAVED, unit, "show running-config")]
    if full.saved is None:
        return [unread(_SAVED, unit, "show startup-config")]
    boots_alike = full.running.boot == full.saved.boot
    if full.running.digest == full.saved.digest and boots_alike:
        return []
    if scene.moment is Moment.BEFORE_FINAL_RELOAD:
        # What the run itself has set since, it saves or takes back at its end.
        is_ours = boots_alike and full.running.rest == full.saved.rest
        if is_ours or unit.running == scene.aim.target.version:
            return []
    what = "running configuration" if boots_alike else "boot order"
    facts = (
        Fact(f"running configuration of {unit.serial}", full.running.digest),
        Fact(f"saved configuration of {unit.serial}", full.saved.digest),
    )
    return [
        found(
            _SAVED,
            scene,
            f"{unit.name}: the {what} is not what is saved",
            facts=facts,
            observed=f"{what} not saved",
            unit=unit,
        )
    ]


CONFIGURATION_SAVED = Rule(_SAVED, _ask_saved)

# ── no-reload-scheduled ────────────────────────────────────────────────────────────────

_RELOAD = RuleText(
    rule=RuleName("no-reload-scheduled"),
    asks="Is no reload scheduled on either unit?",
    why=(
        "A unit reloads by itself in the middle of the night, perhaps the one that serves; while "
        "a reload is pending, new logins may be denied."
    ),
    remedy="On the unit named: reload cancel.",
    source="ASA command reference, show reload; ASA syslog guide, 113037",
    moments={
        Moment.PLAN: Severity.BLOCKER,
        Moment.BEFORE_STANDBY_RELOAD: Severity.BLOCKER,
        Moment.BEFORE_SWITCHOVER: Severity.BLOCKER,
        Moment.BEFORE_FINAL_RELOAD: Severity.BLOCKER,
    },
    expects="No reload is scheduled",
    core=True,
)

_SHOW_RELOAD = "show reload"


def _ask_reload(scene: Scene) -> tuple[Finding, ...]:
    looked, _ = full_looks(_RELOAD, scene)
    findings = list(in_the_dark(_RELOAD, scene))
    findings += [
        unknown(_RELOAD, f"{unit.name} was only glanced at")
        for unit in scene.seen.units
        if unit.full is None
    ]
    for unit, full in looked:
        if any(_SHOW_RELOAD in reply.line for reply in unit.unread):
            findings.append(unread(_RELOAD, unit, _SHOW_RELOAD))
        elif full.reload_scheduled is not None:
            evidence = f"{unit.name}: {full.reload_scheduled}"
            findings.append(
                found(
                    _RELOAD,
                    scene,
                    evidence,
                    facts=about(unit),
                    observed=full.reload_scheduled,
                    unit=unit,
                )
            )
    return tuple(findings)


NO_RELOAD_SCHEDULED = Rule(_RELOAD, _ask_reload)

RULES = (BOOT_ORDER_EFFECTIVE, CONFIGURATION_SAVED, NO_RELOAD_SCHEDULED)
