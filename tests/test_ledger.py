"""The ledger of a run: who was followed, by what evidence, between which instants; and as shown."""

import io
import json
from dataclasses import replace

import pytest
from looks import (
    ACTIVE,
    MINUTE,
    NEW,
    OLD,
    STANDBY,
    aim,
    full,
    pair,
    secondary,
    session,
    sleeper,
    snapshot,
    standby_rows,
    unit,
    wide,
)
from nights import Firewall
from worlds import mismatched
from worlds import pair as emulated

from upgrader.judgement.people.residue import Events
from upgrader.judgement.people.verify import verify
from upgrader.judgement.predict import predict
from upgrader.model.aftermath import Fate, LedgerLine, Means, Span, Trace
from upgrader.model.failover import Role
from upgrader.model.names import Instant
from upgrader.model.plan import Failback, Target
from upgrader.model.report import Report
from upgrader.model.unit import Snapshot
from upgrader.model.version import Version
from upgrader.model.vpn import Session, Tunnel
from upgrader.model.wide import SessionKind
from upgrader.views import report_json
from upgrader.views.ledgering import groups_of, when
from upgrader.views.text.report import write_report

SWITCHED, RELOADED, BACK, END = 8 * MINUTE, 10 * MINUTE, 16 * MINUTE, 20 * MINUTE
NIGHT = Events((Instant(RELOADED),), (Instant(BACK),))


def after_the_switchover(
    at: int, rows: list[Session], *, standby: list[Session] | None = None, runs: object = OLD
) -> Snapshot:
    """The secondary serves; `standby` is what the former active lists."""
    theirs = standby_rows(rows if standby is None else standby)
    return snapshot(
        unit(Role.PRIMARY, STANDBY, runs=runs, sessions=theirs),  # type: ignore[arg-type]
        secondary(ACTIVE, runs=NEW, sessions=rows),
        at,
    )


def listed(look: Snapshot, asked: int, read: int) -> Snapshot:
    """The same look, with the instants between which its tables were read."""
    one, two = look.units
    span = (Instant(asked), Instant(read))
    return replace(look, primary=full(one, listed=span), secondary=full(two, listed=span))


def line_of(before: Snapshot, *looks: Snapshot) -> LedgerLine:
    (line,) = verify(before, looks, NIGHT).ledger
    return line


# ── when ───────────────────────────────────────────────────────────────────────────────


def test_what_happened_between_two_looks_is_told_as_having_happened_between_them() -> None:
    row = [session(1)]
    line = line_of(pair(row), after_the_switchover(SWITCHED, row))
    assert (line.fate, line.at) == (Fate.RECONNECTED, Span(Instant(0), Instant(SWITCHED)))


def test_a_slow_listing_bounds_from_when_it_was_asked_for_until_it_had_come() -> None:
    row = [session(1)]
    before = listed(pair(row), 2_000, 9_000)
    line = line_of(before, listed(after_the_switchover(SWITCHED, row), SWITCHED, SWITCHED + 7_000))
    assert line.at == Span(Instant(2_000), Instant(SWITCHED + 7_000))


def test_times_count_from_the_beginning_of_the_run() -> None:
    row = [session(1)]
    before = pair(row, at=5 * MINUTE)
    told = verify(before, [after_the_switchover(SWITCHED, row)], NIGHT, Instant(4 * MINUTE))
    assert told.ledger[0].at == Span(Instant(MINUTE), Instant(4 * MINUTE))
    assert told.stages[0].at == MINUTE


def test_nothing_befell_who_was_kept() -> None:
    asleep = [sleeper(1)]
    line = line_of(pair(asleep), after_the_switchover(SWITCHED, asleep))
    assert (line.fate, line.at) == (Fate.KEPT, None)
    assert "last look" in line.evidence


def test_looks_of_before_the_baseline_tell_nothing() -> None:
    """A run that was refused and begun anew has looked twice before its first act."""
    row = [session(1)]
    told = verify(pair(row, at=MINUTE), [pair([session(9)]), after_the_switchover(END, row)], NIGHT)
    assert [line.index for line in told.ledger] == [1]
    assert told.newcomers == ()


# ── who came again, and who came anew ──────────────────────────────────────────────────


def test_whoever_was_lost_and_logs_in_again_is_told_with_the_new_index_and_the_hour() -> None:
    again = session(7, user="user1", public=session(1).public, age=30)
    never_replicated = snapshot(unit(sessions=[session(1)]), secondary(sessions=()))
    line = line_of(never_replicated, after_the_switchover(SWITCHED, [again], standby=[]))
    assert line.fate is Fate.LOST
    assert line.again is not None
    assert line.again.index == 7
    assert line.again.began == Span(Instant(0), Instant(SWITCHED))


def test_a_row_that_the_other_chassis_still_holds_has_not_ended_by_its_idle_time() -> None:
    """Left behind by a fail-back: however long it was silent, nothing has ended it there."""
    row = replace(sleeper(1, silent=29 * 60), index=1)
    served = after_the_switchover(SWITCHED, [row], standby=[])
    back = snapshot(
        unit(Role.PRIMARY, ACTIVE, runs=NEW, sessions=[]),
        secondary(STANDBY, runs=NEW, sessions=[row]),
        END,
    )
    line = line_of(pair([row]), served, back)
    assert line.fate is Fate.LOST
    assert "not after" in line.why
    released = replace(back, secondary=secondary(STANDBY, runs=NEW, sessions=[]))
    assert line_of(pair([row]), served, released).fate is Fate.ENDED


def test_another_computer_of_the_same_person_is_no_return() -> None:
    phone = session(7, user="user1", public="192.0.2.9:7", age=30)
    line = line_of(pair([session(1)]), after_the_switchover(SWITCHED, [phone], standby=[]))
    assert line.again is None


def test_a_login_of_the_night_is_followed_beside_the_sum() -> None:
    rows = [session(1)]
    late = session(2, age=60)
    looks = (
        after_the_switchover(SWITCHED, [*rows, late]),
        after_the_switchover(END, rows, runs=NEW),
    )
    told = verify(pair(rows), looks, NIGHT)
    assert (told.before, len(told.newcomers)) == (1, 1)
    (newcomer,) = told.newcomers
    assert (newcomer.index, newcomer.fate) == (2, Fate.ENDED)
    assert newcomer.at == Span(Instant(SWITCHED), Instant(END))


def test_a_login_while_one_unit_serves_is_timed_by_its_own_duration() -> None:
    rows = [session(1)]
    looks = (
        after_the_switchover(SWITCHED, rows),
        after_the_switchover(END, [*rows, session(2, age=60)], runs=NEW),
    )
    (newcomer,) = verify(pair(rows), looks, NIGHT).newcomers
    assert newcomer.began == Span(Instant(END - 61_000), Instant(END - 60_000))


# ── the turning points ─────────────────────────────────────────────────────────────────


def test_the_stages_are_those_at_which_a_unit_came_back_or_the_roles_moved() -> None:
    rows = [session(1)]
    looks = (
        snapshot(unit(sessions=rows), secondary(runs=NEW, sessions=standby_rows(rows)), 6 * MINUTE),
        after_the_switchover(SWITCHED, rows),
        after_the_switchover(17 * MINUTE, rows, runs=NEW),
        after_the_switchover(END, rows, runs=NEW),
    )
    told = verify(pair(rows), looks, NIGHT)
    assert [stage.name for stage in told.stages] == [
        "before",
        "standby reloaded",
        "switched over",
        "former active reloaded",
        "end",
    ]
    assert [stage.active for stage in told.stages] == [Role.PRIMARY] * 2 + [Role.SECONDARY] * 3
    tunnel, row = Trace.TUNNEL, Trace.ROW
    assert told.ledger[0].stages == (
        (tunnel, row),
        (tunnel, row),
        (row, tunnel),
        (row, tunnel),
        (row, tunnel),
    )


# ── IKEv2, and the portal ──────────────────────────────────────────────────────────────

IKE = frozenset({Tunnel.PARENT, Tunnel.IKEV2})


def test_an_ikev2_session_that_was_never_seen_broken_was_kept_on_the_other_chassis() -> None:
    row = replace(session(1), tunnels=IKE)
    line = line_of(pair([row]), after_the_switchover(SWITCHED, [row]))
    assert (line.means, line.fate) == (Means.IKEV2, Fate.KEPT)


def test_an_ikev2_session_that_was_seen_broken_reconnected() -> None:
    row = replace(session(1), tunnels=IKE)
    broken = replace(row, tunnels=frozenset({Tunnel.PARENT}))
    looks = (after_the_switchover(SWITCHED, [broken]), after_the_switchover(END, [row], runs=NEW))
    assert line_of(pair([row]), *looks).fate is Fate.RECONNECTED


def visitor(number: int) -> Session:
    row = session(number, user=f"visitor{number}")
    return replace(row, address=None, tunnels=frozenset({Tunnel.CLIENTLESS}))


def with_portal(look: Snapshot, rows: list[Session]) -> Snapshot:
    """Both units list these people at the portal."""
    kinds = (SessionKind("Clientless VPN", len(rows), 0),)

    def seen(one: object) -> object:
        around = wide(portal=tuple(rows) if rows else None, kinds=kinds if rows else ())
        return full(one, wide=around)  # type: ignore[arg-type]

    return replace(look, primary=seen(look.primary), secondary=seen(look.secondary))


def test_people_at_the_portal_are_followed_beside_those_with_a_tunnel() -> None:
    rows = [session(1)]
    before = with_portal(pair(rows), [visitor(5)])
    later = with_portal(after_the_switchover(SWITCHED, rows), [visitor(5)])
    told = verify(before, [later], NIGHT)
    assert told.before == 2
    assert {(line.means, line.fate) for line in told.ledger} == {
        (Means.ANYCONNECT, Fate.RECONNECTED),
        (Means.CLIENTLESS, Fate.KEPT),
    }


def test_a_look_that_did_not_ask_for_the_portal_loses_nobody_there() -> None:
    rows = [session(1)]
    before = with_portal(pair(rows), [visitor(5)])
    look = after_the_switchover(SWITCHED, rows)
    one, two = look.units
    looks = (
        replace(look, primary=full(one, wide=None), secondary=full(two, wide=None)),
        with_portal(after_the_switchover(END, rows, runs=NEW), [visitor(5)]),
    )
    (line,) = [one for one in verify(before, looks, NIGHT).ledger if one.user == "visitor5"]
    assert line.fate is Fate.KEPT
    assert (Trace.UNSEEN, Trace.UNSEEN) in line.stages


def test_a_release_without_the_portal_ends_its_people_at_the_switchover() -> None:
    rows = [session(1)]
    new = Version(9, 18, 4)
    before = with_portal(pair(rows), [visitor(5)])
    switched = snapshot(
        unit(Role.PRIMARY, STANDBY, sessions=standby_rows(rows)),
        secondary(ACTIVE, runs=new, sessions=rows),
        SWITCHED,
    )
    told = verify(before, [with_portal(switched, [])], NIGHT)
    (line,) = [one for one in told.ledger if one.means is Means.CLIENTLESS]
    assert (line.fate, line.why) == (Fate.LOST, "9.18(4) has no clientless SSL VPN")


@pytest.mark.parametrize(
    ("target", "fate", "exact"),
    [(NEW, "kept", True), (Version(9, 18, 4), "lost", True)],
)
def test_what_is_foretold_of_the_portal_s_people_depends_on_the_release(
    target: Version, fate: str, exact: bool
) -> None:
    seen = with_portal(pair([session(1)]), [visitor(5), visitor(6)])
    meant = replace(aim(seen), target=Target(target))
    told = predict(seen, meant, Failback.NEVER)
    assert told is not None
    assert told.before == 3 == told.kept + told.lost + told.reconnected
    (group,) = [one for one in told.reasons if "portal" in one.why]
    assert (group.fate, group.count, told.exact) == (fate, 2, exact)


# ── as it is shown ─────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def bad_night():
    """A night that cost everybody their session, told whole."""
    report = Firewall.of(mismatched(sessions=5)).upgraded(in_spite_of="anyconnect-images-match")
    lines = (*report.aftermath.ledger, *report.aftermath.newcomers)
    return Report(
        command="sessions",
        outcome=report.outcome,
        exit_code=report.exit_code,
        pair=report.pair,
        verdict=report.verdict,
        units=report.units,
        sessions=report.sessions,
        aftermath=report.aftermath,
        ledger=lines,
    )


def text_of(report, **more) -> str:
    stream = io.StringIO()
    write_report(report, stream, {}, **more)
    return stream.getvalue()


def test_the_totals_stand_above_the_sessions(bad_night) -> None:
    told = text_of(bad_night)
    assert " ".join(told.split()).index("5 lost; 5 orphaned") < told.index("What became of them")
    assert told.index("What became of them") < told.index("One by one, worst first")


def test_a_page_of_the_ledger_fits_eighty_columns(bad_night) -> None:
    assert max(map(len, text_of(bad_night, every=True).splitlines())) <= 80


def test_one_session_is_told_whole_with_its_turning_points(bad_night) -> None:
    told = text_of(replace(bad_night, ledger=bad_night.ledger[:1]))
    for words in ("again", "audit id", "orphaned row, stuck lease", "former active reloaded"):
        assert words in told


def test_the_json_has_every_session_on_a_line_of_its_own(bad_night) -> None:
    text = report_json.render(bad_night)
    shown = json.loads(text)
    assert [line["fate"] for line in shown["lines"]] == ["lost"] * 5 + ["kept"] * 5
    assert sum(line.lstrip().startswith('{"index"') for line in text.splitlines()) == 10
    assert shown["ledger"]["fates"][0] | {"at_ms": 0} == {
        "fate": "lost",
        "sessions": 5,
        "at_ms": 0,
        "again": 5,
        "orphaned_rows": 5,
        "stuck_leases": 5,
    }
    assert set("".join(line["stages"].replace(" ", "") for line in shown["lines"])) <= set(
        shown["ledger"]["letters"]
    )


def test_groups_add_up_to_the_ledger(bad_night) -> None:
    assert sum(group.count for group in groups_of(bad_night.aftermath.ledger)) == 5


def test_a_span_of_two_seconds_is_shown_as_an_instant() -> None:
    assert when(Span(Instant(1_000), Instant(2_000))) == "0:00:02"
    assert when(Span(Instant(0), Instant(90_000))) == "0:00:00-0:01:30"
    assert when(None) == "-"


# ── the survey ─────────────────────────────────────────────────────────────────────────


def test_a_survey_reads_the_sessions_of_each_unit_once() -> None:
    """Ten thousand rows are most of the work: the look that finds the files reads none."""
    firewall = Firewall.of(emulated(sessions=3))
    firewall.surveyed()
    lines = [line for _, line in firewall.world.typed]
    assert lines.count("show vpn-sessiondb anyconnect") == 2
    assert lines.count("show running-config") == 4
