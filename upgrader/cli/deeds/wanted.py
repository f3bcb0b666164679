"""What a person asked for: arguments and options, read and judged before any world is opened."""

from dataclasses import dataclass
from pathlib import Path

from upgrader.cli.deeds.published import published_of
from upgrader.cli.pairfile.pair import PairFile, read_pair
from upgrader.cli.planfile import decode_plan
from upgrader.cli.runs.home import home
from upgrader.dialect.versions import read_version, version_in_file_name
from upgrader.model.names import RuleName
from upgrader.model.plan import Failback, Plan, Target
from upgrader.model.staging import NOTHING_PUBLISHED, Published
from upgrader.ports import UsageFault

FOR_DRAWING = "belongs to drawing a plan; a plan file has it already. Draw a new one: "


@dataclass(frozen=True, slots=True)
class Upgrade:
    """An upgrade to be planned: a pair, where it shall be, and what is waived."""

    pair: PairFile
    target: Target
    waivers: tuple[tuple[RuleName, str], ...] = ()
    """(rule, reason): each covers the finding that stands when the plan is drawn."""
    failback: Failback = Failback.NEVER
    published: Published = NOTHING_PUBLISHED
    """What lists say of files, and what was staged."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A plan that was drawn before, and its pair as its file describes it now."""

    pair: PairFile
    plan: Plan
    path: Path


def read_wanted(
    argument: str, to: str | None, waive: list[str] | None, failback: Failback | None
) -> Upgrade | Drawn:
    """A pair to plan for, or a plan file.

    Raises:
        UsageFault: neither; or options that a plan file does not take.
    """
    if not _is_plan(argument):
        return read_upgrade(argument, to, waive, failback)
    for option, value in (("--to", to), ("--waive", waive), ("--failback", failback)):
        if value:
            raise UsageFault(f"{option} {FOR_DRAWING}`upgrader plan PAIR {option} … -o {argument}`")
    return read_plan(argument)


def read_upgrade(
    argument: str, to: str | None, waive: list[str] | None, failback: Failback | None = None
) -> Upgrade:
    """A pair file and where its pair shall be.

    Raises:
        UsageFault: no such pair, no such version, no such rule, no such manifest.
        NotBelieved: a manifest is not signed by whom it must be.
    """
    pair = read_pair(argument)
    return Upgrade(
        pair,
        target_of(pair, to),
        tuple(_waiver(text) for text in waive or ()),
        failback or Failback.NEVER,
        published_of(pair, home()),
    )


def read_plan(argument: str) -> Drawn:
    """A plan file, and the pair that it names.

    Raises:
        UsageFault: it cannot be read, is no plan, or its pair file cannot be read.
    """
    path = Path(argument)
    plan = decode_plan(path)
    return Drawn(read_pair(plan.pair_path), plan, path)


def target_of(pair: PairFile, to: str | None) -> Target:
    """Where the pair shall be: `--to`, else `[target]` of its file.

    What `[target]` says of files belongs to the version it names; with another `--to` it is
    left out.

    Raises:
        UsageFault: nobody said a version, or it is none.
    """
    hints = pair.target
    hinted = _hinted_version(pair)
    if to is None and hinted is None:
        raise UsageFault(
            f"to which version? Say --to, like --to '9.16(4)', or put `version` under [target] "
            f"in {pair.path}"
        )
    wanted = hinted if to is None else to
    assert wanted is not None  # one of the two is given
    try:
        version = read_version(wanted)
        same = hinted is None or read_version(hinted) == version
    except ValueError as fault:
        raise UsageFault(str(fault)) from fault
    if not same:
        return Target(version)
    return Target(version, hints.image, hints.asdm, hints.sha512)


def _hinted_version(pair: PairFile) -> str | None:
    """The version that `[target]` names, itself or by its image's file name."""
    if pair.target.version is not None:
        return pair.target.version
    found = None if pair.target.image is None else version_in_file_name(pair.target.image)
    return None if found is None else str(found)


def _waiver(text: str) -> tuple[RuleName, str]:
    """Read `RULE=REASON`."""
    from upgrader.judgement.check.rules import rule_names  # noqa: PLC0415  heavy; only where waived

    rule, equals, reason = text.partition("=")
    rule, reason = rule.strip(), reason.strip()
    if not equals or not reason:
        raise UsageFault(
            f"--waive {text!r}: say RULE=REASON, with a reason that a person can judge"
        )
    if rule not in rule_names():
        raise UsageFault(
            f"--waive {text!r}: there is no rule {rule!r}; `upgrader explain` lists all"
        )
    return RuleName(rule), reason


def _is_plan(argument: str) -> bool:
    """Whether the argument means a plan file: by its name, else by its first character."""
    if argument.startswith("example:"):
        return False
    path = Path(argument)
    if path.suffix in {".json", ".toml"}:
        return path.suffix == ".json"
    try:
        with path.open("rb") as file:
            return file.read(64).lstrip()[:1] == b"{"
    except OSError:
        return False
