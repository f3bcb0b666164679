"""A drain among people who do not know of it, and some who mean ill: nobody is kept out by them."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from msgspec.structs import replace as altered
from nights import Firewall
from test_drain import CLOSED, HELD, INHERITED, OPEN, RELOAD, logged_off, order, orphans
from worlds import MINUTE, PRIMARY, SECONDARY, config, mismatched

from upgrader.dialect.commands import SHOW_SESSIONS, show_sessions_of
from upgrader.dialect.looking import only_looks
from upgrader.emulator.surface import faults
from upgrader.judgement.planned import belied, planned
from upgrader.model.drain import DoomedRow, LogOffBatch, ReleaseLogins
from upgrader.model.names import Serial
from upgrader.model.outcome import ExitCode, Outcome
from upgrader.model.plan import Plan, PlannedStep

TWO_POLICIES = (
    *config(logins=4),
    "group-policy GUESTS internal",
    "tunnel-group GUESTS type remote-access",
    "tunnel-group GUESTS general-attributes",
    " default-group-policy GUESTS",
)
HARVEST = "show logging"


def closed(firewall: Firewall) -> list[str]:
    """The lines that keep people out, on the unit that serves."""
    active = firewall.pair.active_unit()
    assert active is not None
    return [line for line in active.running if line.strip() == CLOSED]


def renamed(firewall: Firewall, name: str) -> None:
    """One person logs in under another name."""
    for unit in firewall.pair.units:
        for index, row in list(unit.rows.items()):
            if row.client == 1:
                unit.rows[index] = altered(row, user=name)
    firewall.pair.clients[1] = altered(firewall.pair.clients[1], user=name)


# ── names ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["x|y", "a|redirect disk0:/x", "why?", "kim lee", 'say "hi"'])
def test_no_name_that_somebody_logs_in_with_stops_a_drain(name: str) -> None:
    firewall = Firewall.of(mismatched(sessions=3))
    renamed(firewall, name)
    night = firewall.conducted(firewall.planned(drain=OPEN))
    assert (night.outcome, night.exit_code) == (Outcome.UPGRADED, ExitCode.DONE), night.verdict
    assert logged_off(firewall) == [1, 2, 3]
    assert orphans(firewall) == 0
    assert not any("|" in line for line in firewall.world.changing)


@pytest.mark.parametrize(
    "name", ["x|y", "why?", "kim lee", "a\nreload", "a\tb", '"', "", "\x1b[2J"]
)
def test_a_name_that_cannot_be_typed_as_one_word_is_looked_for_among_all(name: str) -> None:
    assert show_sessions_of(name) == SHOW_SESSIONS


@pytest.mark.parametrize("name", ["kim", "corp\\kim", "kim@corp.example", "o'brien", "é", "#1"])
def test_any_other_name_is_asked_for_alone(name: str) -> None:
    assert show_sessions_of(name) == f"{SHOW_SESSIONS} filter name {name}"
    assert only_looks(show_sessions_of(name))


# ── logins held closed ─────────────────────────────────────────────────────────────────


def test_a_policy_that_somebody_takes_away_meanwhile_keeps_no_other_one_closed() -> None:
    firewall = Firewall.of(mismatched(sessions=3, lines=TWO_POLICIES))
    plan = firewall.planned(drain=HELD)
    assert [limit.policy for limit in plan.held_policies] == ["GUESTS", "STAFF"]

    def before(line: str) -> None:
        if line == RELOAD and closed(firewall):
            for unit in firewall.pair.units:
                lines = unit.running
                at = lines.index("group-policy GUESTS attributes")
                assert lines[at + 1] == f" {CLOSED}"
                kept = lines[:at] + lines[at + 2 :]
                unit.running = type(lines)(x for x in kept if "GUESTS" not in x)

    firewall.world.before = before
    night = firewall.conducted(plan)
    assert (night.outcome, night.exit_code) == (Outcome.UPGRADED, ExitCode.DONE), night.verdict
    assert closed(firewall) == []
    opened = firewall.world.changing.index("vpn-simultaneous-logins 4")
    assert "group-policy GUESTS attributes" not in firewall.world.changing[opened - 2 :]


def test_a_limit_that_a_second_person_sets_meanwhile_stands() -> None:
    firewall = Firewall.of(mismatched(sessions=3))

    def before(line: str) -> None:
        if line == RELOAD and closed(firewall):
            for unit in firewall.pair.units:
                new = (x.replace(CLOSED, "vpn-simultaneous-logins 7") for x in unit.running)
                unit.running = tuple(new)

    firewall.world.before = before
    night = firewall.conducted(firewall.planned(drain=HELD))
    assert night.outcome is Outcome.UPGRADED
    assert order(firewall, CLOSED, INHERITED) == [CLOSED]
    assert "  vpn-simultaneous-logins 7".strip() in {
        line.strip() for line in firewall.pair.units[SECONDARY].running
    }


def test_a_harvest_that_is_refused_keeps_nobody_out() -> None:
    firewall = Firewall.of(mismatched(sessions=3))
    plan = firewall.planned(drain=HELD)
    refused = firewall.world.passed

    def passed(line: str, reply: str) -> str:
        if line == HARVEST:
            return "ERROR: % Invalid input detected at '^' marker.\n"
        return refused(line, reply)

    firewall.world.passed = passed  # type: ignore[method-assign]
    night = firewall.conducted(plan)
    assert night.exit_code is ExitCode.STOPPED
    assert "refused" in night.verdict
    assert closed(firewall) == []


def test_where_the_guard_refuses_the_final_reload_nobody_is_kept_out() -> None:
    firewall = Firewall.of(mismatched(sessions=3))
    world = firewall.world

    def passed(line: str, reply: str) -> str:
        # The guard looks right after the hands have asked whose console it is.
        last = [seen for _, seen in world.typed[-2:]]
        harvested = any(seen == HARVEST for _, seen in world.typed)
        return "" if harvested and last == ["show version"] * 2 else reply

    world.passed = passed  # type: ignore[method-assign]
    night = firewall.conducted(firewall.planned(drain=HELD))
    assert night.exit_code is ExitCode.STOPPED
    assert f"not typed at {world.seats.active}: {RELOAD!r}" in night.verdict
    assert order(firewall, RELOAD) == [RELOAD]
    assert closed(firewall) == []


def test_a_standby_that_fails_while_logins_are_held_does_not_keep_people_out_for_hours() -> None:
    firewall = Firewall.of(mismatched(sessions=5))
    plan = firewall.planned(drain=HELD)
    began: list[int] = []

    def before(line: str) -> None:
        if line.startswith("vpn-sessiondb logoff") and not began:
            began.append(firewall.pair.now)
            faults.pull_power(firewall.pair, PRIMARY)

    firewall.world.before = before
    night = firewall.conducted(plan)
    assert night.exit_code is ExitCode.STOPPED, night.verdict
    assert "not Standby Ready" in night.verdict
    assert closed(firewall) == []
    assert firewall.pair.now - began[0] < 20 * MINUTE


# ── a plan with a drain that was altered ───────────────────────────────────────────────


def _stranger() -> LogOffBatch:
    return LogOffBatch(Serial("JAD22222222"), (DoomedRow(9, "kim", None, "now", "a1", "p"),))


@pytest.mark.parametrize(
    ("altered_by", "told"),
    [
        (lambda plan: {"drain": replace(plan.drain, batch=0)}, "never end"),
        (lambda plan: {"drain": replace(plan.drain, batch=-1)}, "never end"),
        (lambda plan: {"drain": replace(plan.drain, below=0)}, "never end"),
        (lambda plan: {"drain": replace(plan.drain, below=9)}, "not those of its drain"),
        (lambda plan: {"drain": replace(plan.drain, hold_logins=False)}, "not those of its drain"),
        (lambda plan: {"drain": None}, "heeded by a drain"),
        (lambda plan: {"steps": _without(plan, ReleaseLogins)}, "not those that it opens again"),
        (lambda plan: {"steps": _without(plan, LogOffBatch)}, "not those of its drain"),
        (
            lambda plan: {"steps": (*plan.steps, planned(_stranger(), "there", "why not"))},
            "names sessions",
        ),
    ],
    ids=["0", "-1", "below 0", "below", "open", "none", "closed for ever", "nobody", "somebody"],
)
def test_a_plan_whose_drain_was_altered_is_seen_through(
    altered_by: Callable[[Plan], dict[str, object]], told: str
) -> None:
    plan = Firewall.of(mismatched(sessions=3)).planned(drain=HELD)
    assert belied(plan) is None
    why = belied(replace(plan, **altered_by(plan)))  # type: ignore[arg-type]
    assert why is not None
    assert told in why


def _without(plan: Plan, kind: type) -> tuple[PlannedStep, ...]:
    return tuple(one for one in plan.steps if not isinstance(one.step, kind))
