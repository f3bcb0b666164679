"""`check`, `plan`, `show`, `explain`: what only looks and thinks."""

import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from upgrader.cli.commands.draining import (
    DrainBatch,
    DrainBelow,
    DrainOption,
    HoldLogins,
    drain_of,
)
from upgrader.cli.commands.options import (
    AllChecks,
    AsJson,
    Checks,
    FailbackOption,
    FreshLook,
    PairArgument,
    To,
    Waive,
    WindowOption,
)

# Adapters, views and whatever they bring are imported inside the commands: `--help` needs none.
# ruff: noqa: PLC0415


def check(
    pair: PairArgument,
    to: To = None,
    waive: Waive = None,
    checks: Checks = None,
    every: AllChecks = False,
    fresh: FreshLook = False,
    as_json: AsJson = False,
) -> int:
    """Say whether the pair is ready to be upgraded, and what stands in the way."""
    from upgrader.cli.deeds import looking
    from upgrader.cli.deeds.wanted import read_upgrade
    from upgrader.cli.runs.home import home
    from upgrader.cli.speaking import say
    from upgrader.cli.worlds.entering import look_at

    wanted = read_upgrade(pair, to, waive, checks=checks)
    with closing(look_at(wanted.pair, home().worlds, fresh=fresh)) as world:
        report = looking.check(wanted, world)
    return say(report, as_json=as_json, every=every)


def plan(
    pair: PairArgument,
    to: To = None,
    waive: Waive = None,
    failback: FailbackOption = None,
    checks: Checks = None,
    drain: DrainOption = None,
    drain_below: DrainBelow = None,
    drain_batch: DrainBatch = None,
    hold_logins: HoldLogins = False,
    window: WindowOption = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write the plan there.")
    ] = None,
    fresh: FreshLook = False,
    as_json: AsJson = False,
) -> int:
    """Draw a plan: findings, steps with their exact lines, and what will become of people."""
    from upgrader.cli.commands.hours import hours_of
    from upgrader.cli.deeds import looking
    from upgrader.cli.deeds.wanted import read_upgrade
    from upgrader.cli.runs.home import home
    from upgrader.cli.speaking import say
    from upgrader.cli.worlds.entering import look_at

    windows = hours_of(window or ()).said
    drained = drain_of(drain, drain_below, drain_batch, hold=hold_logins)
    asked = read_upgrade(pair, to, waive, failback, checks, drained)
    wanted = replace(asked, windows=windows)
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

    from upgrader.cli.deeds.explaining import shelves
    from upgrader.cli.speaking import to_a_reader
    from upgrader.judgement.check.rules import family_of, rule_texts
    from upgrader.ports import UsageFault
    from upgrader.views import rules as view
    from upgrader.views.json_values import SCHEMA, Json, dumps

    texts = rule_texts()
    if rule is not None and rule not in texts:
        near = get_close_matches(rule.lower(), texts, n=1, cutoff=0.4)
        meant = f"did you mean {near[0]!r}? " if near else ""
        raise UsageFault(f"there is no rule {rule!r}; {meant}`upgrader explain` lists all")
    wanted = [text for name, text in texts.items() if rule in (None, name)]
    with to_a_reader():
        if as_json:
            rules: list[Json] = [view.rule_object(t, family_of(t.rule)) for t in wanted]
            told: Json = {
                "schema": SCHEMA,
                "command": "explain",
                "count": len(rules),
                "rules": rules,
            }
            sys.stdout.write(dumps(told))
        elif rule is None:
            view.write_rules(shelves(), sys.stdout)
        else:
            view.write_rule(wanted[0], family_of(rule), sys.stdout)
    return 0
