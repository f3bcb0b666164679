"""A postmortem shown: cause, evidence and what to type, for scripts, terminals, tickets, people."""

import io
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from postmortems import (
    EVIL,
    MINUTE,
    ONE,
    TWO,
    at,
    causes,
    events,
    line,
    lives,
    night,
    of_person,
    postmortem,
)

from upgrader.model.cause import CauseName, Likelihood, Mark
from upgrader.model.evidence import Screen, What
from upgrader.model.failover import Role
from upgrader.model.night import (
    Absence,
    Band,
    Ending,
    Event,
    Kind,
    Leaving,
    Life,
    Night,
    Switchover,
    UnitKnown,
)
from upgrader.model.postmortem import Impact, LeftOver, Postmortem, TodaysChecks
from upgrader.views.postmortem import objects, page, ticket
from upgrader.views.postmortem.curves import counts_of
from upgrader.views.postmortem.folding import folded_lines
from upgrader.views.postmortem.instants import instants_of
from upgrader.views.postmortem.scale import Scale
from upgrader.views.postmortem.sheet import write_postmortem
from upgrader.views.postmortem.sourcing import citing
from upgrader.views.postmortem.story import NOT_STAMPED, story
from upgrader.views.web.script import policy


def text_of(told: Postmortem, *, every: bool = False) -> str:
    stream = io.StringIO()
    write_postmortem(told, stream, {"COLUMNS": "80"}, every=every)
    return stream.getvalue()


def json_of(told: Postmortem) -> str:
    return "".join(objects.pieces(told))


def nothing_known() -> Postmortem:
    """Of a file without a line that speaks to us."""
    empty = night(
        ended=at(0), has_date=False, zone="not known", events=(), bands=(), switchovers=(),
        absences=(), lives=(), silences=(), clocks=(), coverage=(), notes=(),
    )  # fmt: skip
    return postmortem(
        night=empty, impact=Impact(0, 0, 0, 0, 0, 0, 0, (), None, None), causes=(), breaches=(),
        left_over=(), what_ifs=(), reenactment=None, summary=(), went_well=(), to_change=(),
        todays_checks=TodaysChecks("not known: there is nothing to rebuild", known=False),
    )  # fmt: skip


# ── JSON ───────────────────────────────────────────────────────────────────────────────


def test_scripts_find_every_key_that_they_were_promised() -> None:
    shown = json.loads(json_of(postmortem()))
    assert (shown["schema"], shown["command"], shown["outcome"]) == (1, "replay", "replayed")
    assert (shown["exit_code"], shown["outage_seconds"], shown["wall_seconds"]) == (0, 0.8, 0.4)
    primary, secondary = shown["units"]
    assert (primary["role"], primary["serial"], primary["state"], primary["reloads"]) == (
        "Primary",
        "JAD213100XA",
        "Standby Ready",
        1,
    )
    assert (secondary["state"], secondary["version"]) == ("Active", "9.16(4)")
    assert shown["next"]["commands"] == ["upgrader sessions edge.toml"]
    assert [f["rule"] for f in shown["findings"]] == [b["name"] for b in shown["breaches"]]
    assert [f["severity"] for f in shown["findings"]] == ["warning", "blocker"]
    for name in ("clocks", "coverage", "unread", "reenactment", "what_ifs", "impact", "sources",
                 "went_well", "to_change", "anonymised", "todays_checks", "notes"):  # fmt: skip
        assert name in shown


def test_each_event_says_when_who_what_and_where_it_is_written() -> None:
    timeline = json.loads(json_of(postmortem()))["timeline"]
    assert timeline[0] == {
        "at": "2026-11-22T02:02:00Z",
        "at_ms": 120_000,
        "exact": True,
        "between": None,
        "between_ms": None,
        "slack_ms": 0,
        "unit": "Primary",
        "kind": "command",
        "what": "command",
        "text": "failover reload-standby",
        "says": "failover reload-standby",
        "source": [{"file": "fw2.log", "line": 10}],
        "inferred": False,
        "number": None,
        "fields": {},
    }
    assert (timeline[-1]["at"], timeline[-1]["at_ms"]) == (None, None), "only its order is known"
    assert len(timeline) == len(events())


def test_a_cause_carries_what_speaks_for_and_against_it_and_what_would_settle_it() -> None:
    first = json.loads(json_of(postmortem()))["causes"][0]
    assert (first["cause"], first["likelihood"]) == ("anyconnect-images-differ", "likely")
    assert first["for"][0]["source"][0] == {"file": "fw2.log", "line": 60}
    assert first["against"][0]["source"] == []
    assert "show webvpn anyconnect" in first["settled_by"][0]
    assert first["harm_at_ms"] == round(15.2 * MINUTE)


def test_the_fates_of_all_sessions_add_up() -> None:
    counts = json.loads(json_of(postmortem()))["sessions"]
    fates = ("kept", "reconnected", "ended", "lost", "unknown")
    assert counts["before"] == sum(counts[fate] for fate in fates)


def test_what_is_left_over_names_its_lines() -> None:
    first, *_ = json.loads(json_of(postmortem()))["residue"]
    assert (first["kind"], first["index"], first["sure"]) == ("orphaned-session", 50, True)
    assert first["source"] == [{"file": "fw2.log", "line": 60}]


def test_an_instant_of_an_unknown_day_is_null_and_its_place_in_the_night_is_not() -> None:
    shown = json.loads(json_of(postmortem(night=night(has_date=False))))
    assert shown["timeline"][0]["at"] is None
    assert shown["timeline"][0]["at_ms"] == 120_000


def test_a_zone_that_is_not_known_is_not_claimed() -> None:
    shown = json.loads(json_of(postmortem(night=night(zone="as fw1 printed it"))))
    assert shown["timeline"][0]["at"] == "2026-11-22T02:02:00"


def test_the_text_is_what_the_object_says() -> None:
    told = postmortem()
    assert json.loads(json_of(told)) == json.loads(json.dumps(objects.as_object(told)))
    assert json_of(told).isascii()


# ── text ───────────────────────────────────────────────────────────────────────────────


def test_who_wakes_up_at_three_finds_cause_and_evidence_on_the_first_screen() -> None:
    told = text_of(postmortem(what_ifs=()))
    lines = told.splitlines()
    assert len(lines) <= 80
    assert any(one == "Impact" for one in lines[:30])
    assert all(len(one) <= 80 for one in lines)
    places = [
        next(n for n, one in enumerate(lines) if mark in one)
        for mark in ("12 sessions died", "LIKELY  anyconnect-images-differ", "fw2.log:60",
                     "settled by", "Impact", "reloaded-without-compare", "Timeline", "Next")
    ]  # fmt: skip
    assert places == sorted(places)
    assert lines[-1].strip() == "show vpn-sessiondb"


def test_what_befell_many_at_once_is_one_line_and_all_of_it_can_be_asked_for() -> None:
    short, whole = text_of(postmortem()), text_of(postmortem(), every=True)
    assert "12 sessions cut off, and no end is written, in 7 s" in short
    assert "User <carol.4> closing" not in short
    assert "User <carol.4> closing" in whole
    assert "the year was taken from the file's date" in whole
    assert "(--all)" not in whole


def test_the_same_night_with_one_thing_changed_stands_side_by_side() -> None:
    lines = text_of(postmortem()).splitlines()
    begin = next(n for n, one in enumerate(lines) if one.startswith("change "))
    assert [one.split()[0] for one in lines[begin + 1 : begin + 4]] == [
        "as",
        "anyconnect=matched",
        "checks=today",
    ]
    assert lines[begin + 3].endswith("anyconnect-images-match")


def test_clocks_tell_their_skew_and_by_how_much_it_may_be_wrong() -> None:
    assert "-42.3 s ± 0.7 s: by 12 events that both report" in text_of(postmortem())


def test_a_file_that_says_nothing_still_gives_a_postmortem() -> None:
    told = nothing_known()
    for shown in (text_of(told), text_of(told, every=True), ticket.render(told), page.render(told)):
        assert "nothing to rebuild" in shown
    assert json.loads(json_of(told))["timeline"] == []


def test_a_doubtful_event_is_marked_as_concluded() -> None:
    whole = text_of(postmortem(), every=True)
    assert "Secondary?  User <alice.1> reconnected" in whole
    assert "Primary     failover reload-standby" in whole


# ── whatever a device or a person wrote ────────────────────────────────────────────────


def with_evil() -> Postmortem:
    bad = Event(at(1), TWO, Kind.COMMAND, What.COMMAND, EVIL, (line(1, EVIL),), {"user": EVIL})
    first, *others = causes()
    marked = replace(first, says=EVIL, speaks_for=(Mark(EVIL, (line(1, EVIL),)),), people=(EVIL,))
    life = Life(EVIL, EVIL, EVIL, at(1), at(2), Ending.CUT, EVIL, (line(1, EVIL),), cut_at=at(2))
    return postmortem(
        verdict=EVIL,
        summary=(EVIL,),
        night=night(events=(bad, *events()), lives=(life, *lives()), notes=(EVIL,)),
        causes=(marked, *others),
        notes=(EVIL,),
        impact=replace(postmortem().impact, users=(EVIL,)),
    )


@pytest.mark.parametrize("every", [False, True])
def test_no_text_steers_the_terminal(every: bool) -> None:
    shown = text_of(with_evil(), every=every)
    assert "\\x1b[2J" in shown
    assert not {"\x1b", "\x07", "\u202e"} & set(shown)
    assert not {"\x1b", "\x07", "\u202e"} & set(ticket.render(with_evil()))
    assert json_of(with_evil()).isascii()


class _Elements(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        assert not [name for name, _ in attrs if name.startswith("on")], "nothing acts by itself"
        if tag not in {"meta", "link", "input", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_no_text_becomes_an_element_of_the_page() -> None:
    calm, evil = _Elements(page.render(postmortem())), _Elements(page.render(with_evil()))
    assert evil.names.count("script") == calm.names.count("script") == 1
    assert evil.open == calm.open == []
    shown = page.render(with_evil())
    assert not {"\x1b", "\x07", "\u202e"} & set(shown)
    assert "<script>alert" not in shown


def test_a_line_to_type_stands_as_code_in_a_ticket() -> None:
    shown = ticket.render(postmortem(to_change=("type `show failover` first",)))
    assert "- type `show failover` first" in shown
    torn = ticket.render(postmortem(to_change=("a ` alone, ``, and `a|b`",)))
    assert "- a \\` alone, \\`\\`, and \\`a\\|b\\`" in torn


def test_no_text_becomes_markup_of_a_ticket() -> None:
    shown = ticket.render(with_evil())
    assert "<script>" not in shown.replace("\\<script\\>", "")
    rows = [one for one in shown.splitlines() if one.startswith("| 02:01:00")]
    assert len(rows) == 1
    assert rows[0].replace("\\|", "").count("|") == 5, "a cell stays a cell"


# ── page and ticket ────────────────────────────────────────────────────────────────────


def test_the_page_tells_summary_impact_picture_cause_and_all_that_was_weighed() -> None:
    shown = page.render(postmortem())
    titles = ("Summary", "The night", "Root cause", "Deviations", "What if", "What went well",
              "What to change", "Other causes considered", "Run again", "Clocks and gaps",
              "All events", "Sources")  # fmt: skip
    places = [shown.index(f"<h2>{title}</h2>") for title in titles]
    assert places == sorted(places)
    for said in ("12 tunnels closed within 8 s", "fw2.log:60", "user minutes", "not modelled"):
        assert said in shown


def test_a_page_allows_its_own_script_and_no_other() -> None:
    shown = page.render(postmortem())
    script = shown.split("<script>")[1].split("</script>")[0]
    assert policy(script).split("sha256-")[1][:40] in shown
    assert "http://" not in shown.replace("http://www.w3.org/2000/svg", "")
    assert "https://" not in shown


def test_a_picture_has_bands_curves_marks_and_where_nothing_is_known() -> None:
    shown = page.render(postmortem())
    for kind in ('class="active"', 'class="dark"', 'class="hatch laid"', 'class="carried"',
                 'class="asleep"', "pin mark command", "pin turn", "pin breach",
                 "pin harmed"):  # fmt: skip
        assert kind in shown


@pytest.mark.slow
def test_a_page_of_a_hundred_thousand_events_can_still_be_sent() -> None:
    kinds = (What.TUNNEL_DOWN, What.LOGGED_IN, What.ENDED, What.ASSIGNED)
    crowd = tuple(
        of_person(n * 24 / 100_000, kinds[n % 4], f"user{n % 7_000}", "x" * 120, n)
        for n in range(100_000)
    )
    shown = page.render(postmortem(night=night(events=(*crowd, *events()))))
    assert len(shown) < 5_000_000
    assert "failover reload-standby" in shown


@pytest.mark.slow
def test_a_page_of_many_typed_lines_keeps_those_that_a_finding_cites() -> None:
    typed = tuple(
        Event(at(n / 500), TWO, Kind.COMMAND, What.COMMAND, f"show clock {n}", (line(n + 900),))
        for n in range(9_000)
    )
    shown = page.render(postmortem(night=night(events=(*typed, *events()))))
    assert len(shown) < 5_000_000
    assert "lines of less weight" in shown
    assert "fw2.log:10<" in shown


def test_a_ticket_has_the_cause_and_its_lines_in_a_table() -> None:
    shown = ticket.render(postmortem())
    assert shown.startswith("# Postmortem: edge-fw\n")
    assert "| for | 12 tunnels closed within 8 s of the mate's departure | fw2.log:60" in shown
    assert "| 20 | 0 | 0 | 0 | 0.8 s |" in shown
    assert len(shown.splitlines()) < 150


def test_causes_that_the_records_leave_open_are_named_and_the_excluded_too() -> None:
    shown = page.render(postmortem())
    for name in (CauseName.PACKAGE_MISSING, CauseName.STATE_LINK_DOWN):
        assert name.value in shown
    assert Likelihood.EXCLUDED.value in shown


# ── folding, curves, axes ──────────────────────────────────────────────────────────────


def _folds(told: Night) -> list[tuple[str, int]]:
    return [(x.what.value, x.count) for x in folded_lines(told) if x.count > 1]


def test_a_burst_is_told_by_kind_and_counts_everyone_once() -> None:
    told = folded_lines(night())
    assert _folds(night()) == [
        ("tunnel-again", 12),
        ("closing", 12),
        ("tunnel-down", 12),
        ("logged-in", 8),
        ("in-use-already", 8),
    ]
    counted = sum(x.count for x in told if x.kind is not Kind.GAP)
    assert counted == len(events())


def test_a_quiet_half_minute_ends_a_burst() -> None:
    two = [of_person(m, What.LOGGED_IN, "a", "in", n) for n, m in enumerate((1, 1.1, 2, 2.1))]
    assert _folds(night(events=tuple(two))) == [("logged-in", 2), ("logged-in", 2)]


def test_a_reload_between_two_bursts_stays_between_them() -> None:
    early = of_person(1, What.TUNNEL_DOWN, "a", "down", 1)
    late = of_person(1.02, What.TUNNEL_DOWN, "b", "down", 3)
    gone = Event(at(1.01), TWO, Kind.RELOAD, What.PEER_ABSENT, "gone", (line(2),))
    told = folded_lines(night(events=(early, gone, late), silences=()))
    assert [x.text for x in told] == ["down", "gone", "down"]


def test_a_curve_falls_where_tunnels_were_cut_and_the_rows_stay() -> None:
    counts = counts_of(night())
    last = counts[-1]
    assert (last.carried, last.bare) == (8, 12), "eight came back, twelve rows were never cleaned"
    low = min(counts, key=lambda count: count.carried + 100 * (count.at < at(12)))
    assert low.carried == 0
    assert at(15) < low.at < at(16)


def test_a_sleeper_is_drawn_as_a_row_without_a_tunnel() -> None:
    one = Life("a", "1.2.3.4", None, at(1), None, Ending.OPEN, "", (), suspended=(at(5),),
               resumed=(at(9),))  # fmt: skip
    counts = {c.at: (c.carried, c.bare) for c in counts_of(night(lives=(one,)))}
    assert (counts[at(1)], counts[at(5)], counts[at(9)]) == ((1, 0), (0, 1), (1, 0))


_Shape = tuple[int | None, int | None, Ending, list[int], list[int], bool | None]


@pytest.mark.slow
@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.one_of(st.none(), st.integers(-5, 30)),
            st.one_of(st.none(), st.integers(-5, 30)),
            st.sampled_from(Ending),
            st.lists(st.integers(0, 30), max_size=3),
            st.lists(st.integers(0, 30), max_size=3),
            st.sampled_from((None, True, False)),
        )
    )
)
def test_no_curve_ever_counts_less_than_nobody(shapes: list[_Shape]) -> None:
    told = tuple(
        Life(
            f"u{n}", "", None,
            None if began is None else at(began),
            None if ended is None else at(ended),
            ending, "", (),
            suspended=tuple(map(at, sleeps)), resumed=tuple(map(at, wakes)), freed=freed,
        )
        for n, (began, ended, ending, sleeps, wakes, freed) in enumerate(shapes)
    )  # fmt: skip
    counts = counts_of(night(lives=told))
    assert all(c.carried >= 0 and c.bare >= 0 for c in counts)
    assert all(c.carried + c.bare <= len(told) for c in counts)
    assert [c.at for c in counts] == sorted(c.at for c in counts)


@settings(deadline=None)
@given(st.integers(0, 2**45), st.integers(1, 400 * 86_400_000))
def test_an_axis_has_few_instants_and_all_lie_within_the_night(began: int, lasts: int) -> None:
    ticks = Scale(began, began + lasts).ticks()
    assert len(ticks) <= 9
    assert all(began <= tick <= began + lasts for tick in ticks)


@settings(deadline=None)
@given(st.integers(-(2**62), 2**62))
def test_a_stamp_that_no_calendar_has_is_told_all_the_same(instant: int) -> None:
    when = instants_of(night())
    assert when.told(instant)
    assert when.iso(instant) is None or "T" in str(when.iso(instant))


# ── places ─────────────────────────────────────────────────────────────────────────────


def test_files_are_cited_by_so_much_of_their_names_as_tells_them_apart() -> None:
    names = ("/logs/a/fw.log", "/logs/b/fw.log", "/logs/b/con.txt", "-")
    told = night(
        events=tuple(
            Event(at(n), TWO, Kind.OTHER, What.OPAQUE, "x", (line(n + 1, name),))
            for n, name in enumerate(names)
        ),
        sources=(), coverage=(), unread=(),
    )  # fmt: skip
    cite = citing(told)
    assert [cite.file(name) for name in names] == ["a/fw.log", "b/fw.log", "con.txt", "-"]
    assert cite.told((line(1, names[0]), line(2, names[2]), line(3))) == (
        "a/fw.log:1, con.txt:2 and 1 more"
    )
    assert cite.spelt("/logs/b/con.txt:7") == "con.txt:7"


def test_a_night_of_a_thousand_years_is_drawn_with_few_instants() -> None:
    told = page.render(postmortem(night=night(ended=at(0) + 10**15)))
    assert told.count('class="tick"') <= 9


# ── the story ──────────────────────────────────────────────────────────────────────────


def told_of(told: Postmortem) -> list[str]:
    return [f"{line.said}{line.who}" for line in story(told)]


def test_the_story_has_beginning_turns_harm_and_end_in_operators_words() -> None:
    told = told_of(postmortem())
    wanted = ("the records begin", "failover reload-standby", "goes down: its reload was ordered",
              "is back", "failover active", "becomes active: by command",
              "12 people back with the session they had", "harm begins", "12 sessions cut off",
              "8 people logged in anew", "the records end")  # fmt: skip
    places = [next(n for n, one in enumerate(told) if one.startswith(mark)) for mark in wanted]
    assert places == sorted(places)
    assert len(told) <= 25


def test_a_switchover_is_one_line_however_many_messages_tell_of_it() -> None:
    assert sum("becomes active" in one for one in told_of(postmortem())) == 1


def test_a_line_that_log_and_console_both_have_was_typed_once() -> None:
    console = Event(
        None, ONE, Kind.COMMAND, What.COMMAND, "failover active", (line(7, "con.txt"),),
        {"command": "failover active"},
    )  # fmt: skip
    told = told_of(postmortem(night=night(events=(*events(), console))))
    assert told.count("failover active") == 1


def test_a_line_typed_twice_on_one_console_is_told_twice() -> None:
    again = Event(at(13), TWO, Kind.COMMAND, What.COMMAND, "failover active", (line(33),))
    told = told_of(postmortem(night=night(events=(*events(), again))))
    assert told.count("failover active") == 2


def test_lines_that_only_show_something_are_not_told() -> None:
    shown = Event(at(1), ONE, Kind.COMMAND, What.COMMAND, "terminal pager 0", (line(3),))
    told = told_of(postmortem(night=night(events=(shown, *events()))))
    assert not [one for one in told if "pager" in one or one.startswith("show")]


def test_a_pair_that_flaps_all_night_still_has_its_end_told() -> None:
    flaps = tuple(
        Switchover(at(n / 50), ONE if n % 2 else TWO, None, "", (line(900 + n),), True, True)
        for n in range(1_000)
    )
    told = told_of(postmortem(night=night(switchovers=flaps)))
    assert len(told) == 25
    assert told[-1].startswith("the records end")


def test_every_event_is_said_in_words_and_keeps_its_message() -> None:
    timeline = json.loads(json_of(postmortem()))["timeline"]
    assert {(one["text"], one["says"]) for one in timeline} >= {
        ("peer not present", "its mate is gone"),
        ("peer present", "its mate is there"),
        ("Switching to ACTIVE", "becomes active"),
    }


def test_where_nobody_was_harmed_the_page_is_green_and_says_so() -> None:
    calm = postmortem(
        impact=Impact(9, 9, 0, 0, 0, 0, 0, (), 0.0, 0.0), causes=causes()[1:], left_over=(),
        verdict="Nobody was harmed.",
    )  # fmt: skip
    shown = page.render(calm)
    assert '<header class="good">' in shown
    assert "<h1>Nobody was harmed</h1>" in shown
    assert "there is nothing to explain" in shown


def test_where_the_records_do_not_reach_nobody_is_said_to_be_unharmed() -> None:
    dark = replace(nothing_known(), verdict="The records say nothing of a pair of firewalls.")
    shown = page.render(dark)
    assert '<header class="care">' in shown
    for said in (shown, text_of(dark), ticket.render(dark)):
        assert "Nobody was harmed" not in said
        assert "nobody was harmed" not in said


def test_a_unit_that_nothing_tells_of_is_not_seen() -> None:
    unseen = night(
        units=(UnitKnown(ONE), UnitKnown(TWO)), bands=(), absences=(), switchovers=(), events=()
    )
    assert "Primary    not seen\n" in text_of(postmortem(night=unseen))
    assert "no event is told of" in text_of(postmortem(night=unseen))


def test_where_it_was_written_stands_last() -> None:
    shown = text_of(postmortem(written=("pm/postmortem.html", "pm/postmortem.md")))
    assert shown.splitlines()[-4:] == [
        "Written", "  pm/postmortem.html", "    open it in a browser", "  pm/postmortem.md",
    ]  # fmt: skip


def test_an_object_in_pieces_is_the_object() -> None:
    told = postmortem()
    pieces = list(objects.pieces(told))
    assert len(pieces) > len(told.night.events)
    assert json.loads("".join(pieces)) == json.loads(json.dumps(objects.as_object(told)))


# ── what no line stamps ────────────────────────────────────────────────────────────────


def by_a_console() -> Night:
    """A terminal's log without stamps: two screens with a clock, and what was typed between."""

    def typed(number: int, text: str, unit: Role = ONE) -> Event:
        place = (line(number, "con.txt"),)
        return Event(None, unit, Kind.COMMAND, What.COMMAND, text, place, {"command": text},
                     between=(at(2), at(9)))  # fmt: skip

    back = Event(None, TWO, Kind.RELOAD, What.STARTUP_END, "has booted", (line(8, "con.txt"),), {},
                 between=(at(2), at(9)))  # fmt: skip
    order, moves = typed(5, "failover reload-standby"), typed(9, "no failover active")
    stamped = [
        Event(at(minute), ONE, Kind.ROLE, What.STATE, "Active", (line(number, "con.txt"),))
        for minute, number in ((2, 1), (9, 20))
    ]
    return night(
        began=at(2),
        ended=at(9),
        events=(stamped[0], order, back, moves, stamped[1]),
        bands=(
            Band(ONE, "Active", None, at(2), ()),
            Band(TWO, "Standby Ready", None, at(2), ()),
            Band(TWO, "away", at(2), at(2), order.places),
            Band(TWO, "Active", at(2), None, moves.places),
            Band(ONE, "Standby Ready", at(2), None, moves.places),
        ),
        absences=(
            Absence(TWO, at(2), at(2), None, Leaving.ORDERED, order, (*order.places, *back.places),
                    False, "9.12(4)", "9.16(4)", is_left_known=False, is_back_known=False),
        ),
        switchovers=(Switchover(at(2), TWO, moves, "", moves.places, None, None),),
        lives=(Life("ann", "1.2.3.4", None, None, at(2), Ending.OPEN, "", order.places),),
        silences=(),
    )  # fmt: skip


def test_what_no_line_stamps_is_given_to_scripts_as_a_bound() -> None:
    shown = json.loads(json_of(postmortem(night=by_a_console())))
    (away,), (move,), (life,) = shown["absences"], shown["switchovers"], shown["lives"]
    assert (away["left"], away["left_exact"]) == ("2026-11-22T02:02:00Z", False)
    assert (away["left_until"], away["back_exact"]) == ("2026-11-22T02:02:00Z", False)
    assert (move["exact"], move["between_ms"]) == (False, [0, 7 * MINUTE])
    assert life["exact"] is False
    assert [one["exact"] for one in shown["timeline"]] == [True, False, False, False, True]
    assert shown["timeline"][1]["between"] == ["2026-11-22T02:02:00Z", "2026-11-22T02:09:00Z"]


def test_harm_whose_instant_no_line_stamps_is_told_as_about() -> None:
    console = by_a_console()
    ann = replace(console.lives[0], ending=Ending.CUT, cut_at=at(3), ended=at(3))
    harm = Impact(1, 0, 1, 0, 0, 0, 0, ("ann",), 2.0, 0.0, at(3), at(4))
    told = postmortem(
        night=replace(console, lives=(ann,)), impact=harm, causes=causes()[1:], left_over=()
    )
    assert "| Harm | about 02:03:00" in ticket.render(told)
    assert "about 02:03:00 harm begins" in page.render(told)
    assert json.loads(json_of(told))["impact"]["harmed_exact"] is False
    assert json.loads(json_of(postmortem()))["impact"]["harmed_exact"] is True


def test_what_a_log_stamps_is_exact() -> None:
    shown = json.loads(json_of(postmortem()))
    exact = [one["exact"] for one in (*shown["switchovers"], *shown["lives"])]
    exact += [one[key] for one in shown["absences"] for key in ("left_exact", "back_exact")]
    assert exact
    assert all(exact)
    assert 'class="soft' not in page.render(postmortem())


def test_a_state_that_no_line_stamps_has_a_soft_edge_and_says_from_when_until_when() -> None:
    shown = page.render(postmortem(night=by_a_console()))
    assert 'class="soft laid"' in shown
    told = "Secondary Active from some time between 02:02:00 and 02:09:00"
    assert told in shown
    assert "Secondary Active from about 02:02:00 to the end" in shown
    assert "began some time in it" in shown


def test_a_line_without_a_stamp_is_drawn_hollow_where_its_order_puts_it() -> None:
    shown = page.render(postmortem(night=by_a_console()))
    hollow = re.findall(r'class="pin mark command loose" data-x="([0-9.]+)"', shown)
    assert len(hollow) == 2
    assert sorted(map(float, hollow)) == [*map(float, hollow)]
    assert "not stamped, somewhere in 02:02:00" in shown


def test_a_line_that_the_log_stamps_is_not_drawn_hollow_beside_it() -> None:
    again = Event(None, ONE, Kind.COMMAND, What.COMMAND, "failover active", (line(9, "con.txt"),),
                  {"command": "failover active"})  # fmt: skip
    typed = Event(at(10), TWO, Kind.COMMAND, What.COMMAND, "failover active", (line(20),),
                  {"command": "failover active"})  # fmt: skip
    assert "loose" not in _pins(page.render(postmortem(night=night(events=(typed, again)))))


def _pins(shown: str) -> list[str]:
    return [kind for kinds in re.findall(r'class="pin ([a-z ]+)"', shown) for kind in kinds.split()]


def test_where_nobodys_hours_are_stamped_no_curve_claims_to_know_them() -> None:
    shown = page.render(postmortem(night=by_a_console()))
    assert "<polygon" not in shown
    assert ">with a tunnel<" not in shown


def test_the_order_of_a_terminals_log_is_told_where_its_instants_are_not() -> None:
    told = postmortem(
        night=by_a_console(), impact=Impact(0, 0, 0, 0, 0, 0, 0, (), None, None), left_over=()
    )
    lines = [(line.at, line.said) for line in story(told)][1:-1]
    assert lines == [
        (None, "failover reload-standby"),
        (None, "goes down: its reload was ordered"),
        (None, "is back"),
        (None, "no failover active"),
        (None, "becomes active"),
    ]
    assert NOT_STAMPED in ticket.render(told)
    assert NOT_STAMPED in page.render(told)
    stamped = postmortem(night=night(events=events()[:-1]), left_over=())
    assert NOT_STAMPED not in ticket.render(stamped)


def test_a_night_of_one_instant_says_why_it_has_no_picture() -> None:
    shown = page.render(postmortem(night=replace(by_a_console(), ended=at(2))))
    assert "<svg" not in shown
    assert "The timeline below tells the order" in shown


def test_a_legend_explains_what_the_picture_has_and_no_more() -> None:
    whole, bare = page.render(postmortem()), page.render(postmortem(night=by_a_console()))
    assert '<span class="key hatched">' in whole
    assert '<span class="key asleep">' in whole
    for key in ("hatched", "asleep", "sync", "harm"):
        assert f'<span class="key {key}">' not in bare
    for key in ("active", "soft", "typed", "loose"):
        assert f'<span class="key {key}">' in bare


def test_a_column_in_which_nothing_stands_is_left_out() -> None:
    plain = [replace(one, note="", stopped_by=None) for one in postmortem().what_ifs]
    shown = ticket.render(postmortem(what_ifs=tuple(plain)))
    assert "| outage | who is spared |" in shown
    assert "stopped by" not in shown


def test_a_screen_that_shows_what_was_left_stands_where_it_was_asked_for() -> None:
    table = Screen(
        "show vpn-sessiondb anyconnect", None, "", line(802, "run.jsonl"), "", at(22), TWO
    )
    left = LeftOver("orphaned-session", "Secondary", "ann", None, 7, None, True, ("run.jsonl:802",))
    told = postmortem(night=night(screens=(table,)), left_over=(left,))
    shown = next(one for one in story(told) if "orphaned row" in one.said)
    assert shown.at == at(22)
    assert [one.said for one in story(told)].index(shown.said) > 10
