"""Rules for people: what `explain` prints, and the reference page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TextIO

from upgrader.model.finding import RuleText
from upgrader.model.words import many
from upgrader.views.json_values import Json
from upgrader.views.text.page import Page


@dataclass(frozen=True, slots=True)
class Shelf:
    """A family of rules, as it is shown."""

    name: str
    about: str
    rules: tuple[RuleText, ...]


def write_rule(rule: RuleText, family: str, stream: TextIO) -> None:
    """One rule: what it asks, why, what helps, when, and which page says so."""
    page = Page(stream)
    page.line(rule.rule, style="bold")
    moments = ", ".join(f"{m.value} ({s.value})" for m, s in rule.moments.items())
    rows = [
        ("asks", rule.asks),
        ("expects", rule.expects),
        ("why", rule.why),
        ("remedy", rule.remedy),
        ("asked", moments or "never by itself"),
        ("family", family),
        ("core", _core(rule)),
        *((p.name, f"{p.means}; default {p.default}") for p in rule.parameters),
        ("source", rule.source),
    ]
    page.values([row for row in rows if row[1]])


def write_rules(shelves: Sequence[Shelf], stream: TextIO) -> None:
    """All rules by families, a sentence each, and how many there are."""
    page = Page(stream)
    for shelf in shelves:
        page.line(f"{shelf.name}: {shelf.about}", style="bold")
        page.values([(rule.rule, rule.asks) for rule in shelf.rules])
        page.gap()
    count = sum(len(shelf.rules) for shelf in shelves)
    page.line(f"{many(count, 'rule')} in {many(len(shelves), 'family', 'families')}")
    page.line("`upgrader explain RULE` tells more.", style="dim")


def rule_object(rule: RuleText, family: str) -> Json:
    """A rule as plain JSON values."""
    return {
        "rule": rule.rule,
        "family": family,
        "asks": rule.asks,
        "expects": rule.expects,
        "why": rule.why,
        "remedy": rule.remedy,
        "source": rule.source,
        "moments": {moment.value: severity.value for moment, severity in rule.moments.items()},
        "core": rule.core,
        "parameters": [
            {"name": p.name, "default": p.default, "means": p.means} for p in rule.parameters
        ],
    }


def rules_page(shelves: Sequence[Shelf]) -> str:
    """The reference page, Markdown."""
    count = sum(len(shelf.rules) for shelf in shelves)
    parts = [
        "# Rules",
        "",
        "Generated from the rules themselves; `upgrader explain RULE` prints the same.",
        f"{many(count, 'rule')} in {many(len(shelves), 'family', 'families')}.",
        "A rule comes out as ready, warning, blocker, unknown (could not look: it blocks) or",
        "not applicable. `[checks]` of a pair or its site selects rules and sets parameters;",
        "a rule of the core is always asked.",
    ]
    for shelf in shelves:
        parts += ["", f"**{shelf.name}**: {shelf.about}", "", "| rule | asks |", "|---|---|"]
        parts += [f"| [`{r.rule}`](#{r.rule}) | {_cell(r.asks)} |" for r in shelf.rules]
    for shelf in shelves:
        for rule in shelf.rules:
            parts += _entry(rule, shelf.name)
    return "\n".join(parts) + "\n"


def _entry(rule: RuleText, family: str) -> list[str]:
    parts = ["", f"## {rule.rule}", "", rule.asks, ""]
    if rule.expects:
        parts += [f"**Expects.** {rule.expects}.", ""]
    parts += [f"**Why.** {rule.why}", "", f"**Remedy.** {rule.remedy}", ""]
    parts += ["| asked | severity |", "|---|---|"]
    parts += [f"| {m.value} | {s.value} |" for m, s in rule.moments.items()]
    if rule.parameters:
        parts += ["", "| parameter | default | means |", "|---|---|---|"]
        parts += [f"| `{p.name}` | {p.default} | {_cell(p.means)} |" for p in rule.parameters]
    parts += ["", f"Family: {family}."]
    if rule.core:
        parts[-1] += f" Core: {_core(rule)}."
    return [*parts, f"Source: {rule.source}"]


def _core(rule: RuleText) -> str:
    return "the pair's life hangs on it: it cannot be left out or only recorded" * rule.core


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
