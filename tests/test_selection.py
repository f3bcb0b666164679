"""Which rules are asked: what a site chooses, what it may not, and what stays on record."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from looks import PRI, aim, full, pair, pool, secondary, session, snapshot, standby_rows, unit
from nights_on_disk import TO, pair_text
from shells import Shell

from upgrader.cli.pairfile.checks import read_checks
from upgrader.cli.pairfile.site import Named
from upgrader.journal.codec import decode, encode
from upgrader.journal.entry import Judged
from upgrader.judgement.check.rule import Scene
from upgrader.judgement.check.rules import (
    RULES,
    check,
    examine,
    facts_digest,
    findings_of,
    rule_texts,
)
from upgrader.model.finding import (
    CheckLine,
    Moment,
    RuleOutcome,
    Severity,
    Waiver,
)
from upgrader.model.names import RuleName
from upgrader.model.selection import ALL, Selection, SetParameter
from upgrader.model.unit import Snapshot
from upgrader.ports import UsageFault

CORE = {name for name, text in rule_texts().items() if text.core}
SELECTABLE = sorted(set(rule_texts()) - CORE)
WELL = pair([session(n) for n in range(1, 6)])
PLAIN = pair([session(n) for n in range(1, 6)], http=False)
"""A pair that does not replicate HTTP connections: a warning."""


def chosen(*select: object, record_only: tuple[str, ...] = ()) -> Selection:
    table = {"select": list(select), "record_only": list(record_only)}
    return read_checks("edge.toml", (Named("edge.toml", Path(), table),))


def lines(seen: Snapshot, selection: Selection = ALL) -> dict[str, CheckLine]:
    scene = Scene(seen, aim(seen), Moment.PLAN, selection=selection)
    return {line.rule: line for line in examine(scene)}


def refused(*select: object, record_only: tuple[str, ...] = ()) -> str:
    with pytest.raises(UsageFault) as fault:
        chosen(*select, record_only=record_only)
    return str(fault.value)


# ── how a rule comes out ───────────────────────────────────────────────────────────────


def test_every_rule_of_the_moment_comes_out_once() -> None:
    asked = [rule.text.rule for rule in RULES if Moment.PLAN in rule.text.moments]
    assert [*lines(WELL)] == asked


def test_what_a_check_says_is_what_its_lines_say() -> None:
    scene = Scene(PLAIN, aim(PLAIN), Moment.PLAN)
    assert check(scene) == findings_of(examine(scene)) != ()


def test_a_rule_is_as_bad_as_the_gravest_of_its_findings() -> None:
    assert lines(WELL)["http-replication"].outcome is RuleOutcome.READY
    found = lines(PLAIN)["http-replication"]
    assert found.outcome is RuleOutcome.WARNING
    assert found.why == found.findings[0].evidence
    assert found.expected == "failover replication http"


def test_a_waived_finding_leaves_its_rule_ready_and_says_by_which_word() -> None:
    scene = Scene(PLAIN, aim(PLAIN), Moment.PLAN)
    (found,) = (f for f in check(scene) if f.rule == "http-replication")
    waiver = Waiver(found.rule, facts_digest(found.facts), "browsers try again")
    (line,) = (n for n in examine(scene, [waiver]) if n.rule == "http-replication")
    assert (line.outcome, line.why) == (RuleOutcome.READY, "waived: browsers try again")


def test_where_nothing_of_the_kind_is_there_a_rule_does_not_apply_and_says_why() -> None:
    found = lines(WELL)
    assert found["configuration-unchanged"].why == "there is no plan yet to compare with"
    for line in found.values():
        if line.outcome is RuleOutcome.NOT_APPLICABLE:
            assert line.why
            assert line.findings == ()


def test_a_finding_says_what_was_seen_and_what_should_have_been() -> None:
    (found,) = lines(PLAIN)["http-replication"].findings
    assert (found.observed, found.expected) == ("not set", "failover replication http")
    assert PRI in found.unit


# ── the dialect ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("select", [(), ("all",)])
def test_an_empty_list_and_all_ask_every_rule(select: tuple[str, ...]) -> None:
    assert chosen(*select) == ALL


def test_without_any_table_every_rule_is_asked() -> None:
    assert read_checks("edge.toml", ()) == ALL


@pytest.mark.parametrize("select", [("!http-replication",), ("all", "!http-replication")])
def test_an_exclamation_mark_leaves_a_rule_out(select: tuple[str, ...]) -> None:
    selection = chosen(*select)
    assert selection.left_out == ("http-replication",)
    found = lines(PLAIN, selection)["http-replication"]
    assert (found.outcome, found.findings) == (RuleOutcome.NOT_APPLICABLE, ())
    assert found.why == "left out by [checks]"


def test_the_order_of_the_list_is_of_no_consequence() -> None:
    assert chosen("!pools-have-room", "all") == chosen("all", "!pools-have-room")


def test_a_list_of_names_asks_these_and_the_core() -> None:
    selection = chosen("http-replication")
    assert set(selection.left_out) == set(SELECTABLE) - {"http-replication"}
    assert not CORE & set(selection.left_out)


def test_a_table_sets_parameters_and_names_its_rule() -> None:
    selection = chosen("all", {"flash-space": {"margin_percent": 20}})
    assert selection == Selection(
        parameters=(SetParameter(RuleName("flash-space"), "margin_percent", 20),)
    )
    only = chosen({"flash-space": {"margin_percent": 20}})
    assert "flash-space" not in only.left_out
    assert "http-replication" in only.left_out


def test_a_parameter_moves_what_a_rule_expects() -> None:
    rows = [session(n) for n in range(1, 9)]
    tight = (pool([r.address for r in rows if r.address is not None], size=10),)
    one, other = unit(sessions=rows), secondary(sessions=standby_rows(rows))
    seen = snapshot(full(one, pools=tight), full(other, pools=tight))
    strict = chosen("all", {"pools-have-room": {"free_percent": 50}})
    assert lines(seen)["pools-have-room"].outcome is RuleOutcome.READY
    assert lines(seen, strict)["pools-have-room"].outcome is RuleOutcome.WARNING


@pytest.mark.parametrize("rule", sorted(CORE))
def test_nobody_leaves_out_what_the_life_of_the_pair_hangs_on(rule: str) -> None:
    told = refused("all", f"!{rule}")
    assert "cannot be left out" in told
    assert f"--waive '{rule}=REASON'" in told
    assert "cannot be left out" in refused(record_only=(rule,))


@pytest.mark.parametrize("rule", sorted(CORE))
def test_a_plan_that_leaves_out_the_core_is_not_believed(rule: str) -> None:
    dead = snapshot(unit(), replace(secondary(), full=None))
    forged = Selection(left_out=(RuleName(rule),), record_only=(RuleName(rule),))
    assert lines(dead, forged)[rule] == lines(dead)[rule]


@pytest.mark.parametrize(
    ("select", "words"),
    [
        (("http-replicaton",), "did you mean `http-replication`?"),
        (("all", "!flash-spaec"), "did you mean `flash-space`?"),
        (("all", {"flash-space": {"margin_percnt": 3}}), "did you mean `margin_percent`?"),
        (("all", {"http-replication": {"x": 3}}), "it has none"),
        (("all", {"flash-space": {"margin_percent": "much"}}), "whole number"),
        (("all", {"flash-space": {"margin_percent": -1}}), "0 or more"),
        (("all", {"flash-space": {"margin_percent": True}}), "whole number"),
        (("all", {"flash-space": 3}), "parameters are a table"),
        (("all", {"flash-space": {}, "same-model": {}}), "a table with one name"),
        (("all", 3), "neither a name nor a table"),
    ],
)
def test_a_mistake_in_the_list_names_file_key_and_what_is_allowed(
    select: tuple[object, ...], words: str
) -> None:
    told = refused(*select)
    assert told.startswith("edge.toml: `checks.select")
    assert words in told
    assert "allowed: a list of rules" in told
    assert "upgrader check edge.toml" in told


def test_an_unknown_key_of_the_table_is_refused() -> None:
    named = Named("site.toml", Path(), {"selct": ["all"]})
    with pytest.raises(UsageFault, match="did you mean `select`"):
        read_checks("edge.toml", (named,))


def test_a_list_is_wanted_and_no_text() -> None:
    with pytest.raises(UsageFault, match="must be a list"):
        read_checks("edge.toml", (Named("edge.toml", Path(), {"select": "all"}),))


def test_the_pair_stands_over_its_site_key_by_key() -> None:
    site = Named("site.toml", Path(), {"select": ["!same-model"], "record_only": ["flash-space"]})
    own = Named("edge.toml", Path(), {"select": ["!http-replication"]})
    assert read_checks("edge.toml", (site, own)) == Selection(
        (RuleName("http-replication"),), (RuleName("flash-space"),)
    )


def test_a_parameter_of_another_kind_in_a_plan_is_not_believed() -> None:
    odd = Selection(parameters=(SetParameter(RuleName("flash-space"), "margin_percent", "much"),))
    assert lines(WELL, odd) == lines(WELL)


# ── record only ────────────────────────────────────────────────────────────────────────


def test_what_is_only_recorded_stops_nothing_and_stays_in_the_record() -> None:
    (found,) = lines(PLAIN, chosen(record_only=("http-replication",)))["http-replication"].findings
    assert found.severity is Severity.NOTE
    assert not found.stops
    assert found.evidence.endswith("(recorded only; it would be: warning)")


def test_also_what_could_not_be_seen_is_only_recorded() -> None:
    blind = snapshot(unit(), full(secondary(), flash=None))
    selection = chosen(record_only=("flash-space",))
    assert lines(blind)["flash-space"].outcome is RuleOutcome.UNKNOWN
    found = lines(blind, selection)["flash-space"]
    assert found.outcome is RuleOutcome.READY
    assert "it would be: unknown" in found.why


# ── on the command line ────────────────────────────────────────────────────────────────

PAIR = pair_text(timings="boot = 40\nsync_config = 10\nbulk_sync = 5").replace(
    "failover replication http\n", ""
)


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    (tmp_path / "edge.toml").write_text(PAIR)
    return Shell(tmp_path, monkeypatch)


def outcomes(shown: dict[str, Any]) -> dict[str, str]:
    return {line["rule"]: line["outcome"] for line in shown["checks"]}


def asked(shell: Shell, *words: str) -> dict[str, Any]:
    return shell("check", str(shell.home / "edge.toml"), "--to", TO, *words, "--json").json


def test_a_pair_file_says_which_rules_are_asked(shell: Shell) -> None:
    assert outcomes(asked(shell))["http-replication"] == "warning"
    with (shell.home / "edge.toml").open("a") as file:
        file.write('\n[checks]\nselect = ["all", "!http-replication"]\n')
    assert outcomes(asked(shell))["http-replication"] == "not-applicable"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("mine.toml", '[checks]\nselect = ["!http-replication"]\n'),
        ("mine.toml", 'select = ["!http-replication"]\n'),
        ("mine.json", '["!http-replication"]'),
        ("mine", '["all", "!http-replication"]'),
        ("mine.json", '{"select": ["!http-replication"]}'),
        ("mine.json", '{"checks": {"record_only": ["http-replication"]}}'),
    ],
)
def test_checks_of_a_file_stand_over_those_of_the_pair(shell: Shell, name: str, text: str) -> None:
    (shell.home / name).write_text(text)
    shown = asked(shell, "--checks", str(shell.home / name))
    assert outcomes(shown)["http-replication"] in {"not-applicable", "ready"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "No such file"),
        ("= what", "neither TOML nor JSON"),
        ("[chekcs]\n", "did you mean `checks`"),
        ('["no-such-rule"]', "there is no such rule"),
        ('["no-such-rule"]', "type the same again"),
        ('["!pair-healthy"]', "--waive"),
    ],
)
def test_a_wrong_file_of_checks_is_wrong_usage(shell: Shell, text: str | None, words: str) -> None:
    path = shell.home / "mine.toml"
    if text is not None:
        path.write_text(text)
    pair_file = str(shell.home / "edge.toml")
    said = shell("check", pair_file, "--to", TO, "--checks", str(path))
    assert said.code == 2
    assert words in said.err


def test_a_plan_keeps_what_was_chosen_and_takes_nothing_else(shell: Shell) -> None:
    folder = shell.home
    (folder / "mine.json").write_text('["!http-replication"]')
    pair_file, plan = str(folder / "edge.toml"), str(folder / "plan.json")
    words = ("--checks", str(folder / "mine.json"))
    assert shell("plan", pair_file, "--to", TO, *words, "-o", plan).code == 0
    kept = json.loads(Path(plan).read_text())["selection"]
    assert kept["left_out"] == ["http-replication"]
    shown: dict[str, Any] = shell("rehearse", plan, "--json").json
    assert outcomes(shown)["http-replication"] == "not-applicable"
    again = shell("rehearse", plan, *words)
    assert again.code == 2
    assert "--checks belongs to drawing a plan" in again.err


def test_the_next_command_names_the_checks_again(shell: Shell) -> None:
    path = shell.home / "mine.json"
    path.write_text('["!http-replication"]')
    pair_file = str(shell.home / "edge.toml")
    shown: dict[str, Any] = shell(
        "plan", pair_file, "--to", TO, "--checks", str(path), "--json"
    ).json
    assert all(f"--checks {path}" in command for command in shown["next"]["commands"])


@pytest.mark.slow
def test_a_run_tells_of_each_rule_how_it_came_out_last(shell: Shell) -> None:
    shown: dict[str, Any] = shell("run", str(shell.home / "edge.toml"), "--to", TO, "--json").json
    last = {line["rule"]: line["moment"] for line in shown["checks"]}
    assert last["pair-healthy"] == "after"
    assert last["same-model"] == "plan"
    assert {line["family"] for line in shown["checks"]} >= {"failover", "anyconnect"}
    assert {line["outcome"] for line in shown["checks"]} <= {"ready", "warning", "not-applicable"}


def test_a_check_counts_how_rules_came_out_and_lists_them_on_request(shell: Shell) -> None:
    words = ("check", str(shell.home / "edge.toml"), "--to", TO)
    short = shell(*words).out
    assert "1 warning" in short
    assert "not applicable" in short
    assert "same-model" not in short
    full = shell(*words, "--all").out
    assert all(name in full for name, text in rule_texts().items() if Moment.PLAN in text.moments)
    assert max(map(len, full.splitlines())) <= 80


def test_what_is_left_out_is_named_wherever_checks_are_counted(shell: Shell) -> None:
    (shell.home / "mine.json").write_text('["!http-replication"]')
    words = ("check", str(shell.home / "edge.toml"), "--to", TO)
    said = shell(*words, "--checks", str(shell.home / "mine.json")).out
    assert "left out by [checks]: http-replication" in said


def test_a_selection_is_read_as_it_was_written() -> None:
    selection = Selection(
        (RuleName("same-model"),),
        (RuleName("flash-space"),),
        (
            SetParameter(RuleName("a"), "b", 3),
            SetParameter(RuleName("a"), "c", "word"),
        ),
    )
    assert decode(Selection, encode(selection)) == selection


@pytest.mark.slow
def test_junit_has_a_case_a_rule_and_skips_what_does_not_apply(shell: Shell) -> None:
    shown: dict[str, Any] = shell("run", str(shell.home / "edge.toml"), "--to", TO, "--json").json
    (path,) = (shell.home / "state").rglob("junit.xml")
    cases = {case.attrib["name"]: case for case in ET.parse(path).iter("testcase")}
    came = outcomes(shown)
    assert set(cases) == set(rule_texts())
    apart = {rule for rule, outcome in came.items() if outcome == "not-applicable"}
    assert {rule for rule, case in cases.items() if case.find("skipped") is not None} == apart
    skipped = cases["local-ca-absent"].find("skipped")
    assert skipped is not None
    assert skipped.attrib["message"] == "not applicable: no Local CA is configured"


def test_a_journal_from_before_outcomes_were_kept_tells_findings_only() -> None:
    old = encode(Judged(Moment.PLAN, ())).replace(b'"checks":[],', b"")
    assert decode(Judged, old) == Judged(Moment.PLAN, ())


# ── explain ────────────────────────────────────────────────────────────────────────────


def test_explain_lists_the_families_and_counts_the_rules(shell: Shell) -> None:
    told = shell("explain").out
    assert f"{len(RULES)} rules in " in told
    assert "failover: is the pair a pair" in told
    shown = json.loads(shell("explain", "--json").out)
    assert shown["count"] == len(shown["rules"]) == len(RULES)


def test_explain_tells_what_a_rule_expects_and_what_may_be_set(shell: Shell) -> None:
    told = " ".join(shell("explain", "flash-space").out.split())
    assert "margin_percent" in told
    assert "default 10" in told
    assert "core" not in told
    assert "cannot be left out" in " ".join(shell("explain", "pair-healthy").out.split())
    (shown,) = json.loads(shell("explain", "flash-space", "--json").out)["rules"]
    assert shown["parameters"][0]["default"] == 10
    assert shown["core"] is False


def test_a_rule_that_does_not_exist_has_a_near_one(shell: Shell) -> None:
    said = shell("explain", "flashspace")
    assert said.code == 2
    assert "did you mean 'flash-space'?" in said.err


# ── a site's file ──────────────────────────────────────────────────────────────────────


def test_a_site_chooses_for_all_its_pairs_and_a_pair_stands_over_it(shell: Shell) -> None:
    path = shell.home / "edge.toml"
    (shell.home / "site.toml").write_text('[checks]\nselect = ["!http-replication"]\n')
    path.write_text(f'site = "site.toml"\n{PAIR}')
    assert outcomes(asked(shell))["http-replication"] == "not-applicable"
    with path.open("a") as file:
        file.write('\n[checks]\nselect = ["all"]\n')
    assert outcomes(asked(shell))["http-replication"] == "warning"


def test_a_mistake_in_the_site_s_file_is_told_of_that_file(shell: Shell) -> None:
    (shell.home / "site.toml").write_text('[checks]\nselect = ["!http-replicaton"]\n')
    path = shell.home / "edge.toml"
    path.write_text(f'site = "site.toml"\n{PAIR}')
    said = shell("check", str(path), "--to", TO)
    assert said.code == 2
    assert "site.toml: `checks.select" in said.err
    assert "did you mean `http-replication`?" in said.err
