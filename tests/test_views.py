"""Reports: what scripts rely on, what people read, and device text that may hold anything."""

import io
import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reports import EVIL, ONE, TWO, finding, night

from upgrader.model.aftermath import Grade
from upgrader.model.failover import Role
from upgrader.model.finding import Severity
from upgrader.model.law import Phase
from upgrader.model.names import Instant, Seat
from upgrader.model.outcome import Next
from upgrader.model.plan import (
    STEP_NAMES,
    Drift,
    ReloadStandby,
)
from upgrader.model.report import (
    PoolUse,
    Report,
    RunLine,
    SessionLine,
    SessionTable,
    StatusReport,
    UnitPoint,
)
from upgrader.model.unit import Dark, Depth, Snapshot
from upgrader.model.watch import Watcher
from upgrader.views import junit, markdown, report_json
from upgrader.views.escape import block, html, plain
from upgrader.views.live import progress_on
from upgrader.views.text.page import console_on
from upgrader.views.text.report import write_report, write_runs
from upgrader.views.web import report as report_html


def text_of(report: Report, *, every: bool = False) -> str:
    stream = io.StringIO()
    write_report(report, stream, every=every)
    return stream.getvalue()


# ── JSON ───────────────────────────────────────────────────────────────────────────────


def test_scripts_find_every_key_that_they_were_promised() -> None:
    shown = json.loads(report_json.render(night()))
    assert shown["schema"] == 1
    assert (shown["command"], shown["outcome"], shown["exit_code"]) == ("run", "upgraded", 5)
    assert (shown["run"], shown["pair"]) == ("2026-11-22T2104-edge-k3f9", "edge")
    assert shown["units"][0] == {
        "serial": "JAD1",
        "role": "Primary",
        "state": "Standby Ready",
        "version": "9.16(4)",
        "reloads": 1,
        "sessions": 41,
    }
    counts = shown["sessions"]
    assert counts["before"] == sum(counts[k] for k in ("kept", "reconnected", "ended", "lost"))
    assert counts["orphaned"] == 1
    orphan, lease = shown["residue"]
    assert (orphan["kind"], orphan["unit"], orphan["index"]) == ("orphaned-session", "JAD2", 57)
    assert (orphan["user"], orphan["address"]) == ("alice", "10.1.8.12")
    assert lease["kind"] == "stuck-lease"
    assert (lease["unit"], lease["pool"], lease["address"]) == ("JAD2", "VPN", "10.1.8.12")
    assert [f["waived"] for f in shown["findings"]] == [None, "lab"]
    for key in ("rule", "severity", "evidence", "consequence", "remedy"):
        assert all(f[key] for f in shown["findings"])
    assert (shown["outage_seconds"], shown["device_seconds"], shown["wall_seconds"]) == (
        0.8,
        694.0,
        0.4,
    )
    assert shown["next"]["lines"] == ["vpn-sessiondb logoff index 57 noconfirm"]
    assert shown["plan"]["steps"][1]["step"] in STEP_NAMES


def test_what_is_not_known_is_null_and_never_zero() -> None:
    shown = json.loads(
        report_json.render(night(outage_seconds=None, sessions=None, plan=None, story=None))
    )
    assert shown["outage_seconds"] is None
    assert shown["sessions"] is None


def test_drift_names_field_unit_planned_and_seen() -> None:
    drift = (Drift("running version", "Primary", "9.12(4)", "9.14(1)"),)
    (shown,) = json.loads(report_json.render(night(drift=drift)))["drift"]
    assert shown == {
        "field": "running version",
        "unit": "Primary",
        "planned": "9.12(4)",
        "seen": "9.14(1)",
    }


# ── text ───────────────────────────────────────────────────────────────────────────────


def test_a_person_reads_the_verdict_first_and_what_to_type_last() -> None:
    lines = [line for line in text_of(night()).splitlines() if line]
    assert lines[0] == "edge: upgraded (exit 5)"
    assert lines[-1] == "    vpn-sessiondb logoff index 57 noconfirm"


def test_lines_to_type_are_never_wrapped_and_prose_is() -> None:
    long = "boot system disk0:/" + "a-very-long-folder-name/" * 6 + "asa9-16-4-lfbff-k8.SPA"
    report = night(next=Next(lines=(long,)), verdict="word " * 60)
    lines = text_of(report).splitlines()
    assert f"    {long}" in lines
    assert all(len(line) <= 80 for line in lines if long not in line)
    assert all(line == line.rstrip() for line in lines)


@pytest.mark.parametrize(
    ("columns", "width"),
    [("", 80), ("100", 100), ("60", 60), ("3", 80), ("wide", 80), ("999", 110)],
)
def test_who_says_columns_gets_them_in_a_pipe_too(columns: str, width: int) -> None:
    assert console_on(io.StringIO(), {"COLUMNS": columns}).width == width


def test_the_lines_of_a_remedy_stand_one_a_line_to_be_copied() -> None:
    long = (
        "failover exec mate copy /noconfirm URL disk0:/anyconnect-win-4.10.07061-webdeploy-k9.pkg"
    )
    remedy = f"On the active unit:\nwebvpn\n{long}"
    mended = replace(finding("x", Severity.BLOCKER), remedy=remedy)
    lines = [line.strip() for line in text_of(night(findings=(mended,))).splitlines()]
    at = lines.index("remedy       On the active unit:")
    assert lines[at + 1 : at + 3] == ["webvpn", long]
    assert f"<pre>webvpn\n{long}</pre>" in report_html.render(night(findings=(mended,)))


def test_a_value_that_the_evidence_names_is_not_told_twice() -> None:
    seen = replace(finding("x", Severity.BLOCKER), observed="off", expected="http on")
    named = night(findings=(replace(seen, evidence="http replication is off"),))
    apart = night(findings=(replace(seen, evidence="the mate says otherwise"),))
    assert "observed     off" not in text_of(named)
    assert "expected     http on" in text_of(named)
    assert "observed     off" in text_of(apart)
    assert "<dt>Observed</dt>" not in report_html.render(named)
    assert "<dt>Observed</dt><dd>off</dd>" in report_html.render(apart)


def test_a_plan_shows_the_exact_lines_and_where_they_are_typed() -> None:
    text = text_of(night(command="plan", story=None, next=Next()))
    assert "on active Primary JAD1:\n       configure terminal\n       boot system" in text
    assert "29 reconnect, 12 kept, 0 lost" in text


def test_no_colour_and_no_control_character_reaches_what_is_no_terminal() -> None:
    text = text_of(night(verdict=EVIL, pair="edge\r\nnew"))
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "\u202e" not in text
    assert "\\x1b[2Jrm -rf\\x07" in text


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_colour_unless_the_person_wants_none() -> None:
    coloured, quiet, dumb = Terminal(), Terminal(), Terminal()
    write_report(night(), coloured, {"TERM": "xterm-256color"})
    write_report(night(), quiet, {"TERM": "xterm-256color", "NO_COLOR": "1"})
    write_report(night(), dumb, {"TERM": "dumb"})
    assert "\x1b[" in coloured.getvalue()
    assert "\x1b" not in quiet.getvalue()
    assert "\x1b" not in dumb.getvalue()


def row(number: int, grade: Grade = Grade.HEALTHY) -> SessionLine:
    return SessionLine(
        number,
        f"user{number}",
        "10.1.8.1",
        ("Primary JAD1",),
        ("AnyConnect-Parent", "DTLS-Tunnel", "SSL-Tunnel"),
        "t",
        0,
        grade,
        "",
    )


@pytest.mark.slow
def test_a_session_table_shows_25_rows_worst_first_and_counts_the_rest() -> None:
    rows = (*(row(n) for n in range(1, 10_000)), row(10_000, Grade.ORPHAN))
    table = SessionTable(rows, (PoolUse("Primary JAD1", "VPN", 254, 200, 4, 50, 1),))
    report = night(table=table, story=None, plan=None, residue=(), suspects=())
    text = text_of(report)
    listed = [line for line in text.splitlines() if "user" in line and "Primary" in line]
    assert len(listed) == 25
    assert listed[0].split()[1] == "user10000"
    assert listed[0].split()[3:] == ["Primary", "DTLS,", "SSL", "-", "orphan"]
    assert "… and 9,975 more (--all)" in text
    assert "more (--all)" not in text_of(report, every=True)


def test_status_shows_one_run_with_its_units_and_what_goes_on() -> None:
    run = RunLine(
        "2026-run",
        "edge",
        "switched",
        "stopped",
        None,
        4,
        12.0,
        "stopped at your word",
        Next(("upgrader resume 2026-run",)),
    )
    stream = io.StringIO()
    write_runs(StatusReport((run,), (UnitPoint(Role.PRIMARY, ONE, "dark", None, None),)), stream)
    assert "Primary JAD1  dark   not known  not known" in stream.getvalue()
    assert "upgrader resume 2026-run" in stream.getvalue()
    stream = io.StringIO()
    write_runs(StatusReport(()), stream)
    assert "No runs yet" in stream.getvalue()


# ── HTML and JUnit ─────────────────────────────────────────────────────────────────────


class Reader(HTMLParser):
    """Collects tags, attributes and text; and whether what was opened was closed."""

    VOID = frozenset({"meta", "line", "rect"})

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self.stack: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [v or "" for k, v in attrs if k in {"src", "href", "xlink:href"}]
        if tag not in {"meta", "link"}:
            self.stack.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def read_html(report: Report) -> Reader:
    reader = Reader()
    reader.feed(report_html.render(report))
    reader.close()
    assert reader.stack == []
    return reader


def test_the_html_report_is_one_file_that_asks_the_network_for_nothing() -> None:
    page = report_html.render(night())
    reader = read_html(night())
    assert all(link == "data:," or link.startswith("#") for link in reader.links)
    assert reader.tags.count("script") == 1
    assert "default-src 'none'" in page.replace("&#x27;", "'")
    assert "url(" not in page
    assert "@import" not in page
    assert "prefers-color-scheme:dark" in page
    assert "@media print" in page


def test_the_html_report_tells_verdict_outage_people_and_draws_the_night() -> None:
    reader = read_html(night())
    for words in (
        "one orphan is left",
        "0.8 s",
        "41sessions before",
        "12kept",
        "28reconnected",
        "JAD2 · Active · 9.16(4) · 1 reload",
        "anyconnect-images-match would have stopped it",
        "failover reload-standby",
        "index 57, alice",
    ):
        assert words in reader.text
    assert "svg" in reader.tags
    assert "standby-reloading, 0:01:00 to 0:06:40" in reader.text


def test_device_text_cannot_become_html() -> None:
    evil = (replace(finding("x", Severity.BLOCKER), evidence=EVIL),)
    reader = read_html(night(verdict=EVIL, findings=evil, pair=EVIL))
    assert reader.tags.count("script") == 1, "ours"
    assert "<script>alert(1)</script>" in reader.text
    assert "\x1b" not in reader.text


def test_junit_has_a_case_a_check_and_fails_only_what_stops() -> None:
    findings = (
        finding("image-present", Severity.BLOCKER),
        finding("same-model", Severity.UNKNOWN),
        finding("http-replication", Severity.WARNING),
        finding("anyconnect-images-match", Severity.BLOCKER, "lab"),
    )
    checked = (*(f.rule for f in findings), "pair-healthy")
    suite = ET.fromstring(junit.render(night(findings=findings, checked=checked)))[0]
    assert {k: suite.get(k) for k in ("name", "tests", "failures", "errors", "skipped")} == {
        "name": "edge",
        "tests": "5",
        "failures": "1",
        "errors": "1",
        "skipped": "1",
    }
    kinds = {case.get("name"): [part.tag for part in case] for case in suite}
    assert kinds == {
        "image-present": ["failure"],
        "same-model": ["error"],
        "http-replication": ["system-out"],
        "anyconnect-images-match": ["skipped"],
        "pair-healthy": [],
    }


@pytest.mark.slow
@given(st.text())
def test_any_text_whatever_gives_well_formed_views(text: str) -> None:
    evil = (replace(finding("x", Severity.BLOCKER), evidence=text, remedy=text),)
    report = night(verdict=text, pair=text, findings=evil, next=Next(lines=(text,)))
    ET.fromstring(junit.render(report))
    read_html(report)
    json.loads(report_json.render(report))
    shown = text_of(report)
    assert all(c == "\n" or c == "\u00a0" or c.isprintable() for c in shown)


@given(st.text())
def test_what_is_escaped_is_one_printable_line(text: str) -> None:
    assert all(c == "\u00a0" or c.isprintable() for c in plain(text))
    assert all("\n" not in line for line in block(text))
    assert not set("<>\"'") & set(html(text))


# ── progress ───────────────────────────────────────────────────────────────────────────


def dark_pair(at: int) -> Snapshot:
    gone = Dark(Role.SECONDARY, TWO, Seat("10.0.0.2"), "no answer")
    return Snapshot(Instant(at), Dark(Role.PRIMARY, ONE, Seat("10.0.0.1"), ""), gone, Depth.GLANCE)


def saw(watcher: Watcher, at: int) -> None:
    """The beat tells the time before what was seen."""
    watcher.clock(Instant(at))
    watcher.seen(dark_pair(at))


def test_without_a_terminal_progress_is_plain_lines_and_says_a_thing_once() -> None:
    stream = io.StringIO()
    with progress_on(stream) as watcher:
        saw(watcher, 5_000)
        watcher.phase(Phase.STANDBY_RELOADING, "the line was answered")
        for at in (15_000, 25_000):
            saw(watcher, at)
            watcher.waiting("it is dark", Instant(1_805_000))
        watcher.clock(Instant(47_000))
        watcher.acting(ReloadStandby(TWO, final=True), ("failover reload-standby",), "active JAD1")
        watcher.acted("done", "")
        watcher.acted("never-arrived", "both answer")
        watcher.finished(night())
    assert stream.getvalue().splitlines() == [
        "[0:00:00] Primary JAD1 dark",
        "[0:00:00] Secondary JAD2 dark",
        "[0:00:00] standby-reloading: the line was answered",
        "[0:00:10] waiting: it is dark (until 0:30:00 at most)",
        "[0:00:42] Reload the former active unit JAD2, on active JAD1:",
        "[0:00:42]     failover reload-standby",
        "[0:00:42] never-arrived: both answer",
    ]


def test_elapsed_time_never_runs_backwards_when_a_run_begins_its_own_axis() -> None:
    stream = io.StringIO()
    with progress_on(stream) as watcher:
        saw(watcher, 9_000_000)
        saw(watcher, 9_065_000)
        saw(watcher, 0)
        watcher.phase(Phase.EVICTED, "done")
        saw(watcher, 10_000)
        watcher.phase(Phase.CLEANED, "looked twice")
    assert stream.getvalue().splitlines()[-2:] == [
        "[0:01:05] evicted: done",
        "[0:01:15] cleaned: looked twice",
    ]


def test_on_a_terminal_progress_is_drawn_and_taken_away() -> None:
    stream = Terminal()
    with progress_on(stream, {"TERM": "xterm"}) as watcher:
        saw(watcher, 0)
        watcher.looking(Depth.FULL)
        watcher.waiting("it is dark", None)
        watcher.finished(night())
    drawn = stream.getvalue()
    assert "waiting: it is dark" in drawn
    assert drawn.count("\x1b[?25l") == drawn.count("\x1b[?25h") == 1  # the cursor is given back


# ── Markdown, for a ticket ─────────────────────────────────────────────────────────────


def test_a_ticket_gets_verdict_people_findings_and_what_to_do_next() -> None:
    told = markdown.render(night())
    for words in (
        "## edge: upgraded",
        "| Outage | 0.8 s |",
        "41 sessions before: 12 kept, 28 reconnected",
        "**http-replication** (WARNING)",
        "waived: lab",
        "reload-standby",
        "upgrader cleanup edge.toml",
    ):
        assert words in told
    assert len(told.splitlines()) < 60, "it is for a ticket, not the report"


def test_device_text_cannot_become_markdown_or_html() -> None:
    evil = "| a | b |\n# title [x](http://x) <b>bold</b> `code`"
    told = markdown.render(night(verdict=evil, findings=(), pair=evil, next=Next()))
    assert "<b>" not in told.replace("\\<b\\>", "")
    assert "](http" not in told.replace("\\]", "")
    assert "\n# title" not in told


def test_what_one_silent_unit_leaves_unknown_to_all_rules_is_told_once() -> None:
    unseen = [
        replace(finding(f"rule-{n:02}", Severity.UNKNOWN), evidence=f"{who} does not answer")
        for n in range(60)
        for who in ("Primary", "Secondary")
    ]
    told = text_of(night(findings=(*unseen, finding("standby-ready", Severity.BLOCKER))))
    for words in ("UNKNOWN  60 rules", "Primary does not answer", "Secondary does not answer"):
        assert told.count(words) == 1
    assert all(f"rule-{n:02}" in told for n in range(60))
    assert "BLOCKER  standby-ready" in told


def test_a_blocker_is_told_even_if_it_has_the_words_of_what_was_folded() -> None:
    blocker = finding("standby-ready", Severity.BLOCKER)
    unseen = [
        replace(finding(f"rule-{n}", Severity.UNKNOWN), evidence=blocker.evidence) for n in range(9)
    ]
    told = text_of(night(findings=(*unseen, blocker)))
    assert "UNKNOWN  9 rules" in told
    assert "BLOCKER  standby-ready" in told


def test_fifty_log_offs_in_a_row_are_one_row_of_a_ticket() -> None:
    told = night()
    assert told.story is not None
    reload = told.story.steps[0]
    off = replace(reload, name="evict-session", where="Secondary JAD2", outcome="done")
    steps = (*(replace(off, number=n) for n in range(1, 51)), replace(reload, number=51))
    lines = markdown.render(night(story=replace(told.story, steps=steps))).splitlines()
    assert [line.split(" | ")[1] for line in lines if "JAD2 |" in line] == [
        "evict-session, 50 times"
    ]
    assert sum("reload-standby" in line for line in lines) == 1


def test_many_findings_are_counted_in_a_ticket_and_not_listed() -> None:
    many = tuple(finding(f"rule-{n}", Severity.WARNING) for n in range(30))
    told = markdown.render(night(findings=many))
    assert "and 20 more in the report" in told
