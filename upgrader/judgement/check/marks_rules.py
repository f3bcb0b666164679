"""What a boot, a crash or a failover has left behind on a unit: errors, files, history."""

from datetime import datetime, timedelta

from upgrader.dialect.replies.screen import device_time
from upgrader.judgement.check.rule import (
    Rule,
    Scene,
    about,
    found,
    unread,
    wide_looks,
)
from upgrader.model.failover import FailoverState, HistoryRow
from upgrader.model.finding import Fact, Finding, Moment, Parameter, RuleText, Severity
from upgrader.model.names import RuleName, Serial
from upgrader.model.unit import Flash, FlashFile, FullLook, Unit
from upgrader.model.wide import WideLook
from upgrader.model.words import many

# ── no-startup-errors ──────────────────────────────────────────────────────────────────

_ERRORS = RuleText(
    rule=RuleName("no-startup-errors"),
    asks="Did the unit that came back understand every line of its configuration?",
    why=(
        "What the new release did not understand is not there any more: an access list, a rule, "
        "a tunnel. Once that unit serves, its people meet the gap, and its mate gets it synced."
    ),
    remedy=(
        "Read `show startup-config errors` on the unit named, and look each line up in the "
        "release notes; type what is to stand in its place, or go back while the other unit "
        "serves."
    ),
    source="ASA command reference, show startup-config errors; ASA upgrade guide, guidelines",
    moments={
        Moment.PLAN: Severity.NOTE,
        Moment.BEFORE_SWITCHOVER: Severity.WARNING,
        Moment.AFTER: Severity.WARNING,
    },
    expects="no configuration errors",
)

_FOR_PEOPLE = (
    *("webvpn", "anyconnect", "group-policy", "tunnel-group", "ip local pool", "crypto "),
    *("aaa-server", "ssl ", "access-list", "nat (", "route ", "failover"),
)
"""Words of lines without which people would be cut off, or let through; our choice."""


def _ask_errors(scene: Scene) -> tuple[Finding, ...]:
    looked, findings = wide_looks(_ERRORS, scene)
    active = scene.seen.active
    told: list[Finding] = []
    for unit, _, wide in looked:
        is_active = active is not None and unit.serial == active.serial
        if scene.moment is Moment.BEFORE_SWITCHOVER and is_active:
            continue
        told += _errors_of(scene, unit, wide)
    return (*findings, *told)


def _errors_of(scene: Scene, unit: Unit, wide: WideLook) -> list[Finding]:
    if wide.startup_errors is None:
        return [unread(_ERRORS, unit, "show startup-config errors")]
    known = {_bare(line) for line in _errors_before(scene, unit)}
    new = [line for line in wide.startup_errors if _bare(line) not in known]
    if not new:
        return []
    stops = scene.moment is Moment.BEFORE_SWITCHOVER and any(
        word in line for line in new for word in _FOR_PEOPLE
    )
    shown = " / ".join(new[:2])
    return [
        found(
            _ERRORS,
            scene,
            f"{unit.name}: {many(len(new), 'line')} of errors since its boot: {shown}",
            facts=(*about(unit), *(Fact("error", _bare(line)) for line in new)),
            severity=Severity.BLOCKER if stops else None,
            observed=many(len(new), "line"),
            unit=unit,
        )
    ]


def _errors_before(scene: Scene, unit: Unit) -> tuple[str, ...]:
    """What the unit complained of before the night already."""
    then = None if scene.before is None else scene.before.unit(unit.serial)
    wide = None if then is None or then.full is None else then.full.wide
    return () if wide is None or wide.startup_errors is None else wide.startup_errors


def _bare(line: str) -> str:
    """A line without its numbers: the new boot order moves every line behind it."""
    return "".join(letter for letter in line if not letter.isdigit())


NO_STARTUP_ERRORS = Rule(_ERRORS, _ask_errors)

# ── no-new-crash ───────────────────────────────────────────────────────────────────────

_CRASH = RuleText(
    rule=RuleName("no-new-crash"),
    asks="Has neither unit crashed lately, and none on the new release?",
    why=(
        "A unit that crashed will crash again: under the load of the switchover, or in the very "
        "minutes in which the other one reloads and nobody can take over."
    ),
    remedy=(
        "Look with `show crashinfo` and `dir disk0:`, and ask Cisco about it before the window; "
        "on the new release: go back while the other unit serves."
    ),
    source="ASA command reference, show crashinfo; ASA syslog guide, 199010, 199012",
    moments={
        Moment.PLAN: Severity.WARNING,
        Moment.BEFORE_SWITCHOVER: Severity.BLOCKER,
        Moment.BEFORE_FINAL_RELOAD: Severity.BLOCKER,
        Moment.AFTER: Severity.WARNING,
    },
    expects="no crash file that is new",
    parameters=(Parameter("days", 30, "how long a crash is worth a word when a plan is drawn"),),
)


def _ask_crash(scene: Scene) -> tuple[Finding, ...]:
    looked, findings = wide_looks(_CRASH, scene)
    told: list[Finding] = []
    for unit, full, wide in looked:
        if full.flash is None:
            told.append(unread(_CRASH, unit, "dir"))
            continue
        files = [file for file in full.flash.files if _is_crash(file)]
        if scene.moment is not Moment.PLAN:
            told += _crashes(scene, unit, _new(scene, unit, files), "since the plan was drawn")
        elif files and wide.clock is None:
            told.append(unread(_CRASH, unit, "show clock"))
        elif wide.clock is not None:
            told += _crashes(scene, unit, _recent(scene, files, wide.clock.at.at), "lately")
    return (*findings, *told)


def _crashes(scene: Scene, unit: Unit, files: list[FlashFile], when: str) -> list[Finding]:
    if not files:
        return []
    named = ", ".join(f"{file.path} ({file.written or 'no time'})" for file in files)
    return [
        found(
            _CRASH,
            scene,
            f"{unit.name} has crashed {when}: {named}",
            facts=(*about(unit), *(Fact("crash file", file.path) for file in files)),
            observed=many(len(files), "crash file"),
            unit=unit,
        )
    ]


def _is_crash(file: FlashFile) -> bool:
    """`disk0:/crashinfo_20230413_072513_UTC`; an empty one is only a place that was kept."""
    return file.bytes > 0 and file.path.rpartition("/")[2].lower().startswith("crashinfo")


def _new(scene: Scene, unit: Unit, files: list[FlashFile]) -> list[FlashFile]:
    flash = _flash_before(scene, unit.serial)
    return [] if flash is None else [file for file in files if file not in flash.files]


def _flash_before(scene: Scene, serial: Serial) -> Flash | None:
    then = None if scene.before is None else scene.before.unit(serial)
    return None if then is None or then.full is None else then.full.flash


def _recent(scene: Scene, files: list[FlashFile], now: datetime) -> list[FlashFile]:
    since = now - timedelta(days=int(scene.set_to(_CRASH, "days")))
    return [file for file in files if (at := _written(file)) is not None and at >= since]


def _written(file: FlashFile) -> datetime | None:
    """`06:43:00 Jun 30 2018`; a listing prints no zone."""
    clock, _, day = (file.written or "").partition(" ")
    time = device_time(f"{clock} LOCAL {day}")
    return None if time is None else time.at


NO_NEW_CRASH = Rule(_CRASH, _ask_crash)

# ── failover-quiet ─────────────────────────────────────────────────────────────────────

_QUIET = RuleText(
    rule=RuleName("failover-quiet"),
    asks="Have the roles stood still lately, but for what somebody ordered?",
    why=(
        "A pair whose roles move by themselves moves them in the middle of the night, too: a "
        "flapping interface or link takes the unit that serves while the other one is booting."
    ),
    remedy=(
        "Find the cause first: `show failover history` and `show logging` on both units, the "
        "counters of `show interface`."
    ),
    source="ASA failover guide, failover triggers; `show failover history`, reasons as printed",
    moments={Moment.PLAN: Severity.WARNING},
    expects="no role that moved unasked within 24 hours",
    parameters=(Parameter("hours", 24, "how far back to look"),),
)

_ASKED_FOR = (
    *("Set by the config", "Other unit wants", "mate want"),
    *("No Active unit found", "Detected an Active mate", "Configuration mismatch"),
    *("No Error", "Failover state check"),
)
"""Reasons that are orders, boots and syncs; all others are failures."""


def _ask_quiet(scene: Scene) -> tuple[Finding, ...]:
    looked, findings = wide_looks(_QUIET, scene)
    told = [f for unit, full, wide in looked for f in _quiet_of(scene, unit, full, wide)]
    return (*findings, *told)


def _quiet_of(scene: Scene, unit: Unit, full: FullLook, wide: WideLook) -> list[Finding]:
    if full.history is None:
        return [unread(_QUIET, unit, "show failover history")]
    if wide.clock is None:
        return [unread(_QUIET, unit, "show clock")]
    hours = int(scene.set_to(_QUIET, "hours"))
    since = wide.clock.at.at - timedelta(hours=hours)
    rows = [row for row in full.history if row.at.at >= since and _moved_unasked(row)]
    if not rows:
        return []
    last = rows[-1]
    return [
        found(
            _QUIET,
            scene,
            f"{unit.name}: {many(len(rows), 'time')} within {hours} hours, last at {last.at}: "
            f"{last.before.value} to {last.after.value}, {last.reason}",
            facts=(*about(unit), Fact("last moved", str(last.at))),
            observed=many(len(rows), "time"),
            expected=f"none within {hours} hours",
            unit=unit,
        )
    ]


def _moved_unasked(row: HistoryRow) -> bool:
    """A unit that became active, or failed, and nobody had ordered it."""
    moves = row.after in {FailoverState.ACTIVE, FailoverState.FAILED}
    return moves and not row.reason.startswith(_ASKED_FOR)


FAILOVER_QUIET = Rule(_QUIET, _ask_quiet)

RULES = (NO_STARTUP_ERRORS, NO_NEW_CRASH, FAILOVER_QUIET)
