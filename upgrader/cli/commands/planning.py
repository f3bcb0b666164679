"""`check`, `plan`, `show`, `explain`: what only looks and thinks."""

import sys
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from upgrader.cli.commands.options import (
    AsJson,
    FailbackOption,
    FreshLook,
    PairArgument,
    To,
    Waive,
)

# Adapters, views and whatever they bring are imported inside the commands: `--help` needs none.
# ruff: noqa: PLC0415


def check(
    pair: PairArgument,
    to: To = None,
    waive: Waive = None,
    fresh: FreshLook = False,
    as_json: AsJson = False,
) -> int:
    """Say whether the pair is ready to be upgraded, and what stands in the way."""
    from upgrader.cli.deeds import looking
    from upgrader.cli.deeds.wanted import read_upgrade
    from upgrader.cli.runs.home import home
    from upgrader.cli.speaking import say
    from upgrader.cli.worlds.entering import look_at

    wanted = read_upgrade(pair, to, waive)
    with closing(look_at(wanted.pair, home().worlds, fresh=fresh)) as world:
        report = looking.check(wanted, world)
    return say(report, as_json=as_json)


def plan(
    pair: PairArgument,
    to: To = None,
    waive: Waive = None,
    failback: FailbackOption = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write the plan there.")
    ] = None,
    fresh: FreshLook = False,
    as_json: AsJson = False,
) -> int:
    """Draw a plan: findings, steps with their exact lines, and what will become of people."""
    from upgrader.cli.deeds import looking
    from upgrader.cli.deeds.wanted import read_upgrade
    from upgrader.cli.runs.home import home
    from upgrader.cli.speaking import say
    from upgrader.cli.worlds.entering import look_at

    wanted = read_upgrade(pair, to, waive, failback)
    with closing(look_at(wanted.pair, home().worlds, fresh=fresh)) as world:
        report = looking.plan(wanted, world, output)
    return say(report, as_json=as_json)


def show(
    plan_file: Annotated[Path, typer.Argument(metavar="PLAN", help="A plan file (JSON).")],
    as_json: AsJson = False,
) -> int:
    """Show a plan file."""
    from upgrader.cli.deeds import looking
    from upgrader.cli.planfile import decode_plan
    from upgrader.cli.speaking import say

    return say(looking.show(decode_plan(plan_file), plan_file), as_json=as_json)


def explain(
    rule: Annotated[
        str | None, typer.Argument(metavar="RULE", help="A rule's name; without it, all rules.")
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Explain a rule: what it asks, why, what helps, and which page says so."""
    from difflib import get_close_matches

    from upgrader.cli.speaking import to_a_reader
    from upgrader.judgement.check.rules import explain as text_of
    from upgrader.judgement.check.rules import rule_names
    from upgrader.model.finding import RuleText
    from upgrader.ports import UsageFault
    from upgrader.views import rules as view
    from upgrader.views.report_json import SCHEMA, dumps

    names = rule_names()
    wanted = names if rule is None else (rule,)
    found: list[RuleText] = []
    for name in wanted:
        text = text_of(name)
        if text is None:
            near = get_close_matches(name, names, n=1, cutoff=0.4)
            meant = f"did you mean {near[0]!r}? " if near else ""
            raise UsageFault(f"there is no rule {name!r}; {meant}`upgrader explain` lists all")
        found.append(text)
    with to_a_reader():
        if as_json:
            rules = [view.rule_object(text) for text in found]
            sys.stdout.write(dumps({"schema": SCHEMA, "command": "explain", "rules": [*rules]}))
        elif rule is None:
            view.write_rules(found, sys.stdout)
        else:
            view.write_rule(found[0], sys.stdout)
    return 0
