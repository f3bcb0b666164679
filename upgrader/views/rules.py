"""Rules for people: what `explain` prints, and the reference page."""

from collections.abc import Sequence
from typing import TextIO

from upgrader.model.finding import RuleText
from upgrader.views.report_json import Json
from upgrader.views.text.page import Page


def write_rule(rule: RuleText, stream: TextIO) -> None:
    """One rule: what it asks, why, what helps, when, and which page says so."""
    page = Page(stream)
    page.line(rule.rule, style="bold")
    moments = ", ".join(f"{m.value} ({s.value})" for m, s in rule.moments.items())
    page.values(
        [
            ("asks", rule.asks),
            ("why", rule.why),
            ("remedy", rule.remedy),
            ("asked", moments or "never by itself"),
            ("source", rule.source),
        ]
    )


def write_rules(rules: Sequence[RuleText], stream: TextIO) -> None:
    """All rules, a sentence each."""
    page = Page(stream)
    page.values([(rule.rule, rule.asks) for rule in rules], indent=0)
    page.line("`upgrader explain RULE` tells more.", style="dim")


def rule_object(rule: RuleText) -> Json:
    """A rule as plain JSON values."""
    return {
        "rule": rule.rule,
        "asks": rule.asks,
        "why": rule.why,
        "remedy": rule.remedy,
        "source": rule.source,
        "moments": {moment.value: severity.value for moment, severity in rule.moments.items()},
    }


def rules_page(rules: Sequence[RuleText]) -> str:
    """The reference page, Markdown."""
    parts = [
        "# Rules",
        "",
        "Generated from the rules themselves; `upgrader explain RULE` prints the same.",
        "",
        "| rule | asks |",
        "|---|---|",
    ]
    parts += [f"| [`{r.rule}`](#{r.rule}) | {_cell(r.asks)} |" for r in rules]
    for rule in rules:
        parts += [
            "",
            f"## {rule.rule}",
            "",
            rule.asks,
            "",
            f"**Why.** {rule.why}",
            "",
            f"**Remedy.** {rule.remedy}",
            "",
            "| asked | severity |",
            "|---|---|",
            *(f"| {m.value} | {s.value} |" for m, s in rule.moments.items()),
            "",
            f"Source: {rule.source}",
        ]
    return "\n".join(parts) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
