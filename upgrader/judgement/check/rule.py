"""What a rule is, what it is asked about, and how it words what it found."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from upgrader.dialect.refusals import PERMITTING, is_unauthorized, unpermitted
from upgrader.judgement.aim import Aim
from upgrader.judgement.path.builtin import built_in
from upgrader.model.finding import Fact, Finding, Moment, RuleText, Severity
from upgrader.model.names import Serial
from upgrader.model.plan import ConfigurationSeen, Target
from upgrader.model.releases import Releases
from upgrader.model.selection import ALL, Selection
from upgrader.model.unit import Dark, FullLook, Snapshot, Unit
from upgrader.model.version import Version
from upgrader.model.wide import WideLook

NOT_SEEN = "was not seen"
EVIDENCE_TEXT = 200  # Characters of a device's reply that are shown as evidence; our choice.


@dataclass(frozen=True, slots=True)
class Scene:
    """What a rule is asked about: the pair as seen now, and where the night is."""

    seen: Snapshot
    aim: Aim
    moment: Moment
    before: Snapshot | None = None
    """The baseline of the run; None while a plan is drawn."""
    first_active: Serial | None = None
    """The unit that was active when the plan was drawn; None while it is drawn."""
    configurations: tuple[ConfigurationSeen, ...] = ()
    """As the plan saw them; () while it is drawn."""
    selection: Selection = ALL
    releases: Releases = field(default_factory=built_in)
    """What is known of releases."""
    journey: tuple[Version, ...] = ()
    """The releases that follow the target."""
    bound_for: Target | None = None
    """Where the journey ends, as a person said it; None: at the target."""

    def set_to(self, text: RuleText, name: str) -> int | str:
        """A parameter of a rule: as a person set it, else its default.

        A plan file may have been written by anybody: a value of another kind is not believed.
        """
        default = next(p.default for p in text.parameters if p.name == name)
        chosen = self.selection.parameter(text.rule, name)
        return chosen if chosen is not None and type(chosen) is type(default) else default

    @property
    def is_there(self) -> bool:
        """Whether both units answer and run the target version already."""
        units = self.seen.units
        return len(units) == 2 and all(u.running == self.aim.target.version for u in units)


def always(_scene: Scene) -> str | None:
    """The rule has something to ask of every pair."""
    return None


@dataclass(frozen=True, slots=True)
class Rule:
    """A question to the pair, and what is known about the question."""

    text: RuleText
    ask: Callable[[Scene], tuple[Finding, ...]]
    """() is fine; whatever could not be seen is an unknown, never ()."""
    spared: Callable[[Scene], str | None] = always
    """Why there is nothing to ask of this pair; None: there is. What could not be seen is asked."""


def found(
    text: RuleText,
    scene: Scene,
    evidence: str,
    *,
    facts: Iterable[Fact],
    severity: Severity | None = None,
    consequence: str | None = None,
    remedy: str | None = None,
    observed: str = "",
    expected: str = "",
    unit: Unit | None = None,
) -> Finding:
    """A finding in the rule's own words, where nothing more exact is said."""
    return Finding(
        rule=text.rule,
        severity=text.moments[scene.moment] if severity is None else severity,
        evidence=evidence,
        consequence=text.why if consequence is None else consequence,
        remedy=text.remedy if remedy is None else remedy,
        facts=tuple(sorted(facts, key=lambda fact: (fact.name, fact.value))),
        observed=observed,
        expected=expected or text.expects,
        unit="" if unit is None else unit.name,
    )


def unknown(text: RuleText, evidence: str) -> Finding:
    """Something that could not be seen. It blocks, and no waiver covers it."""
    return Finding(
        rule=text.rule,
        severity=Severity.UNKNOWN,
        evidence=evidence,
        consequence=f"It is not known whether this holds. {text.why}",
        remedy="Look again when the unit answers; what is not seen is not taken for fine.",
    )


def is_unseen(finding: Finding) -> bool:
    """Whether it only says that a reply was not seen: not that it could not be understood."""
    return finding.evidence.endswith(NOT_SEEN)


def unread(text: RuleText, unit: Unit, line: str) -> Finding:
    """An unknown, with the device's own text as evidence where there is one."""
    refused = any(line in reply.line and is_unauthorized(reply.text) for reply in unit.unread)
    finding = unknown(text, told_of_unread(unit, line))
    if not refused:
        return finding
    remedy = f"Permit the line to this account, on both units ({PERMITTING}), and look again."
    return replace(finding, remedy=remedy)


def told_of_unread(unit: Unit, line: str) -> str:
    """Why a reply is not there to be judged, with the device's own text where there is one."""
    for reply in unit.unread:
        if line in reply.line:
            if is_unauthorized(reply.text):
                return f"{unit.name}: {unpermitted(reply.line)}"
            shown = " ".join(reply.text.split())[:EVIDENCE_TEXT] or "(no text)"
            return (
                f"{unit.name}: the reply to {reply.line!r} is not understood ({reply.why}): {shown}"
            )
    return f"{unit.name}: the reply to {line!r} {NOT_SEEN}"


def in_the_dark(text: RuleText, scene: Scene) -> tuple[Finding, ...]:
    """An unknown for each unit that does not answer."""
    return tuple(unseen(text, unit) for unit in scene.seen.dark)


def unseen(text: RuleText, unit: Dark) -> Finding:
    """The unknown of one unit that does not answer."""
    return unknown(text, unit.sight)


def full_looks(
    text: RuleText, scene: Scene
) -> tuple[tuple[tuple[Unit, FullLook], ...], tuple[Finding, ...]]:
    """The units that were looked at fully, and the unknowns of those that were not."""
    units = scene.seen.units
    looked = tuple([(unit, unit.full) for unit in units if unit.full is not None])
    if len(looked) == 2:
        return looked, ()
    glanced = tuple(
        unknown(text, f"{unit.name} was only glanced at") for unit in units if unit.full is None
    )
    return looked, (*in_the_dark(text, scene), *glanced)


def wide_looks(
    text: RuleText, scene: Scene
) -> tuple[tuple[tuple[Unit, FullLook, WideLook], ...], tuple[Finding, ...]]:
    """The units that were looked at widely, and the unknowns of those that were not."""
    looked, unknowns = full_looks(text, scene)
    wide = tuple([(unit, full, full.wide) for unit, full in looked if full.wide is not None])
    if len(wide) == 2:
        return wide, ()
    narrow = tuple(
        unknown(text, f"{unit.name}: its surroundings were not looked at")
        for unit, full in looked
        if full.wide is None
    )
    return wide, (*unknowns, *narrow)


def about(*units: Unit) -> tuple[Fact, ...]:
    """The facts of a finding that is about chassis only."""
    return tuple(Fact("unit", unit.serial) for unit in units)


def short(digest: str) -> str:
    """A digest as people compare it: twelve digits."""
    return f"{digest.partition(':')[2][:12]}…"
