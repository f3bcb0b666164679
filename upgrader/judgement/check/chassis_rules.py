"""The state of the two chassis: cards, memory, processor, configuration register."""

from upgrader.judgement.check.around import unless_seen
from upgrader.judgement.check.rule import Rule, Scene, about, found, unknown, unread, wide_looks
from upgrader.model.finding import Fact, Finding, Moment, Parameter, RuleText, Severity
from upgrader.model.names import RuleName
from upgrader.model.unit import Unit
from upgrader.model.wide import ModuleLine, WideLook

# ── modules-alike ──────────────────────────────────────────────────────────────────────

_MODULES = RuleText(
    rule=RuleName("modules-alike"),
    asks="Do both chassis hold the same cards, and are they up on both?",
    why=(
        "Traffic that a service card inspects is dropped, or passes unseen, on the unit whose "
        "card is another, or is not up."
    ),
    remedy=(
        "Wait until the card is up (minutes after the unit itself); look with `show module` on "
        "both units, and at the card's own console."
    ),
    source="ASA failover guide: the same modules; real 9.2(2)4 → 9.5(2) transcript, 2016",
    moments={
        Moment.PLAN: Severity.WARNING,
        Moment.BEFORE_SWITCHOVER: Severity.WARNING,
        Moment.AFTER: Severity.WARNING,
    },
    expects="the same cards, up on both units",
)

Cards = dict[str, ModuleLine]
"""The service cards of a chassis by their number; the chassis itself is not among them."""


def _ask_modules(scene: Scene) -> tuple[Finding, ...]:
    looked, findings = wide_looks(_MODULES, scene)
    cards: list[tuple[Unit, Cards]] = []
    for unit, _, wide in looked:
        if wide.modules is None:
            findings = (*findings, unread(_MODULES, unit, "show module"))
        else:
            cards.append((unit, {card.number: card for card in wide.modules}))
    if len(cards) < 2:
        return findings
    (one, ours), (other, theirs) = cards
    told = []
    for number in sorted({*ours, *theirs}):
        told += _slot(scene, (one, ours.get(number)), (other, theirs.get(number)))
    return (*findings, *told)


def _slot(
    scene: Scene, one: tuple[Unit, ModuleLine | None], other: tuple[Unit, ModuleLine | None]
) -> list[Finding]:
    (unit, card), (mate, twin) = one, other
    if card is None or twin is None:
        has, lacks = (unit, mate) if twin is None else (mate, unit)
        there = card or twin
        assert there is not None, "one of them has it"
        evidence = f"{has.name} has card {there.number} ({there.model}), {lacks.name} has none"
        return [_card(scene, evidence, there.number, lacks)]
    findings = []
    if card.model != twin.model:
        evidence = f"card {card.number}: {card.model} in {unit.name}, {twin.model} in {mate.name}"
        findings.append(_card(scene, evidence, card.number, unit))
    elif card.software != twin.software and unit.running == mate.running:
        evidence = (
            f"card {card.number} ({card.model}): {card.software} in {unit.name}, {twin.software} "
            f"in {mate.name}"
        )
        findings.append(_card(scene, evidence, card.number, unit))
    if _is_up(card) != _is_up(twin):
        where, down = (unit, card) if _is_up(twin) else (mate, twin)
        evidence = f"{where.name}: card {down.number} ({down.model}) is {down.status}"
        findings.append(_card(scene, evidence, down.number, where, down.status or "unknown"))
    return findings


def _card(scene: Scene, evidence: str, number: str, unit: Unit, observed: str = "") -> Finding:
    facts = (*about(unit), Fact("card", number))
    return found(_MODULES, scene, evidence, facts=facts, observed=observed, unit=unit)


def _is_up(card: ModuleLine) -> bool:
    return (card.status or "").startswith("Up")


MODULES_ALIKE = Rule(
    _MODULES,
    _ask_modules,
    unless_seen(
        "no cards are listed on this platform",
        lambda _, wide: wide.modules is None or bool(wide.modules),
    ),
)

# ── memory-free ────────────────────────────────────────────────────────────────────────

_MEMORY = RuleText(
    rule=RuleName("memory-free"),
    asks="Has each unit memory left for what it would carry?",
    why=(
        "A unit short of memory drops replicated connections and sessions (210005, 210007), or "
        "refuses logins once it serves."
    ),
    remedy=(
        "Look with `show memory detail`, `show conn count` and `show threat-detection memory`; a "
        "leak goes with a reload of the standby some nights before."
    ),
    source="ASA syslog guide, 210005, 210007, 211004; ASA command reference, show memory",
    moments={Moment.PLAN: Severity.WARNING, Moment.BEFORE_SWITCHOVER: Severity.WARNING},
    expects="at least 10 % free",
    parameters=(Parameter("least_free_percent", 10, "how much must be free"),),
)


def _ask_memory(scene: Scene) -> tuple[Finding, ...]:
    looked, findings = wide_looks(_MEMORY, scene)
    return (*findings, *(f for unit, _, wide in looked for f in _memory_of(scene, unit, wide)))


def _memory_of(scene: Scene, unit: Unit, wide: WideLook) -> list[Finding]:
    memory = wide.memory
    if memory is None:
        return [unread(_MEMORY, unit, "show memory")]
    least = int(scene.set_to(_MEMORY, "least_free_percent"))
    if memory.free * 100 >= least * memory.total:
        return []
    percent = memory.free * 100 // memory.total
    return [
        found(
            _MEMORY,
            scene,
            f"{unit.name}: {percent} % of {memory.total // 1_048_576} MB of memory are free",
            facts=about(unit),
            observed=f"{percent} % free",
            expected=f"at least {least} % free",
            unit=unit,
        )
    ]


MEMORY_FREE = Rule(_MEMORY, _ask_memory)

# ── cpu-calm ───────────────────────────────────────────────────────────────────────────

_CPU = RuleText(
    rule=RuleName("cpu-calm"),
    asks="Is the unit that serves quiet enough for a bulk sync and a wave of reconnects?",
    why=(
        "A busy unit is late with its hellos and with the sync: the standby comes up slowly, or "
        "takes its mate for dead; reconnecting clients time out."
    ),
    remedy="Choose a quieter hour; look with `show processes cpu-usage sorted non-zero`.",
    source="practice; Cisco technical note 113185, show cpu usage",
    moments={
        Moment.PLAN: Severity.WARNING,
        Moment.BEFORE_STANDBY_RELOAD: Severity.WARNING,
    },
    expects="at most 80 % over five minutes",
    parameters=(Parameter("most_percent", 80, "how busy it may be, over five minutes"),),
)


def _ask_cpu(scene: Scene) -> tuple[Finding, ...]:
    looked, findings = wide_looks(_CPU, scene)
    active = scene.seen.active
    most = int(scene.set_to(_CPU, "most_percent"))
    told: list[Finding] = []
    for unit, _, wide in looked:
        if active is not None and unit.serial != active.serial:
            continue
        if wide.cpu is None:
            told.append(unread(_CPU, unit, "show cpu usage"))
        elif wide.cpu.five_minutes > most:
            busy = f"{wide.cpu.five_minutes} %"
            told.append(
                found(
                    _CPU,
                    scene,
                    f"{unit.name}: the processor was busy for {busy} of the last five minutes",
                    facts=about(unit),
                    observed=busy,
                    expected=f"at most {most} %",
                    unit=unit,
                )
            )
    return (*findings, *told)


CPU_CALM = Rule(_CPU, _ask_cpu)

# ── register-boots-configuration ───────────────────────────────────────────────────────

_REGISTER = RuleText(
    rule=RuleName("register-boots-configuration"),
    asks="Does the configuration register let each unit boot its image with its configuration?",
    why=(
        "With 0x41 a unit boots and ignores its startup-config: it comes back without failover, "
        "without addresses, as a stranger. With 0x0 it stops at the ROM monitor."
    ),
    remedy="On the unit named:\nconfigure terminal\nconfig-register 0x1\nend\nwrite memory",
    source="ASA command reference, config-register; `show version`",
    moments={
        Moment.PLAN: Severity.BLOCKER,
        Moment.BEFORE_STANDBY_RELOAD: Severity.BLOCKER,
        Moment.BEFORE_FINAL_RELOAD: Severity.BLOCKER,
    },
    expects="0x1",
    core=True,
)

_IGNORES_CONFIGURATION = 0x40
_WHAT_BOOTS = 0xF


def _ask_register(scene: Scene) -> tuple[Finding, ...]:
    looked, findings = wide_looks(_REGISTER, scene)
    return (*findings, *(f for unit, _, wide in looked for f in _register_of(scene, unit, wide)))


def _register_of(scene: Scene, unit: Unit, wide: WideLook) -> list[Finding]:
    register = wide.register
    if register is None:
        return []
    try:
        value = int(register, 16)
    except ValueError:
        return [unknown(_REGISTER, f"{unit.name}: the register reads {register!r}")]
    if value & _IGNORES_CONFIGURATION:
        told = "its startup-config is ignored"
    elif value & _WHAT_BOOTS == 0:
        told = "it stops at the ROM monitor"
    else:
        return []
    return [
        found(
            _REGISTER,
            scene,
            f"{unit.name}: at the next boot the configuration register is {register}: {told}",
            facts=(*about(unit), Fact("register", register)),
            observed=register,
            unit=unit,
        )
    ]


REGISTER_BOOTS_CONFIGURATION = Rule(
    _REGISTER,
    _ask_register,
    unless_seen(
        "this platform has no configuration register", lambda _, wide: wide.register is not None
    ),
)

RULES = (MODULES_ALIKE, MEMORY_FREE, CPU_CALM, REGISTER_BOOTS_CONFIGURATION)
