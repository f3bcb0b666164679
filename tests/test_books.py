"""The ledger equals the emulator's books: on nights that nobody thought of, and some that we did.

The tool reads text; the books know. Where a fate cannot be known from text alone, the set of what
may be told stands in `admissible`, with the reason. Instants must lie in what the ledger bounds.
"""

from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, assume, given, note, settings
from hypothesis import strategies as st
from nights import Firewall
from worlds import config, mismatched, pair

from upgrader.conduct.wishes import Wishes
from upgrader.emulator.pair import EmulatedPair
from upgrader.emulator.scenario import ClientsSpec, Timings
from upgrader.emulator.sessions.books import NOT_CARRIED, Booked, booked
from upgrader.emulator.surface import faults
from upgrader.journal.memory import MemoryJournal
from upgrader.model.aftermath import Aftermath, Fate, LedgerLine, Span, Trace
from upgrader.model.finding import Severity
from upgrader.model.outcome import Outcome
from upgrader.model.plan import Failback

MINUTE = 60_000


# ── a night, as the tool tells it and as it was ────────────────────────────────────────


@dataclass
class Known:
    """What the books know of a login."""

    booked: Booked

    @property
    def client(self) -> int:
        return self.booked.login.client

    @property
    def index(self) -> int:
        return self.booked.login.index

    @property
    def audit(self) -> str:
        return self.booked.login.audit

    @property
    def began_ms(self) -> int:
        return self.booked.login.began_ms

    @property
    def ended_ms(self) -> int | None:
        return None if self.booked.ending is None else self.booked.ending.at_ms

    @property
    def why(self) -> str:
        return "" if self.booked.ending is None else self.booked.ending.why

    @property
    def orphaned(self) -> bool:
        return self.booked.ending is not None and self.booked.ending.orphaned


@dataclass
class Night:
    """A night that is over: what the tool tells, and what the books know."""

    told: Aftermath
    origin: int
    pair: EmulatedPair
    restless: bool
    """Whether people slept, woke, came and left while it lasted."""
    logins: dict[str, Known] = field(init=False)

    def __post_init__(self) -> None:
        self.logins = {one.login.audit: Known(one) for one in booked(self.pair)}

    def is_in(self, at: int, span: Span) -> bool:
        return span.after <= at - self.origin <= span.by

    @property
    def seen_from(self) -> int:
        return self.told.stages[0].at + self.origin

    @property
    def seen_until(self) -> int:
        """When the last look began."""
        return self.told.stages[-1].at + self.origin

    def returned(self, known: Known) -> list[int]:
        """When that session had a tunnel again, as far as a look could show it."""
        return [at for at in known.booked.returns if self.seen_from < at <= self.seen_until]


def admissible(night: Night, line: LedgerLine, login: Known) -> set[Fate]:
    """The fates that text may tell of a session that the books know."""
    rules = night.pair.scenario.incident
    if login.ended_ms is None or login.ended_ms > night.seen_until:
        if not night.returned(login):
            return {Fate.KEPT}
        # Asleep when first seen: kept, however often it wakes, but for a tunnel that was seen up
        # before it broke. Who sleeps and wakes between two looks is not seen to have come back,
        # nor is who has come back and sleeps again before the next look.
        had_tunnel = any(Trace.TUNNEL in both for both in line.stages[:1])
        return (
            {Fate.RECONNECTED}
            if had_tunnel and not night.restless
            else {
                Fate.KEPT,
                Fate.RECONNECTED,
            }
        )
    told = {Fate.LOST} if login.orphaned or login.why == NOT_CARRIED else {Fate.ENDED}
    if login.orphaned:
        if "not proven lost" in line.why:
            # Fewer than three went silent together, nobody has come again, none is over-age.
            told |= {Fate.KEPT, Fate.RECONNECTED}
        if rules.orphans_replicate or rules.orphan_unit == "both":
            # On both units: it looks like a sleeper, until its person has logged in anew.
            told |= {Fate.KEPT, Fate.RECONNECTED}
        evicted = rules.orphan_evicted_by_login or rules.orphan_timer == "idle"
        if evicted or rules.orphan_unit == "rejoined":
            # Row and address are released by the unit that serves, as at a logoff.
            told.add(Fate.ENDED)
    if login.why == NOT_CARRIED and not login.orphaned:
        # A sleeper whose idle time runs out before the next look would have ended anyway; and an
        # unheard mate may be thought to have released it.
        told.add(Fate.ENDED)
    if login.why != NOT_CARRIED and not login.orphaned:
        # The roles moved between the two looks and the mate's table was not read in the first; or
        # the same person logs in again within minutes of a reload: text shows no difference.
        told.add(Fate.LOST)
    return told


def agrees(night: Night, line: LedgerLine) -> None:
    """One line of the ledger is what the books say."""
    assert line.audit_id in night.logins, f"nobody has logged in as {line}"
    login = night.logins[line.audit_id]
    assert login.index == line.index or night.pair.scenario.incident.index_allocator != "shared"
    assert line.fate in admissible(night, line, login), (line, login)
    if line.began is not None:
        assert night.is_in(login.began_ms, line.began), (line, login)
    if line.fate is Fate.RECONNECTED:
        assert line.at is not None
        assert any(night.is_in(at, line.at) for at in night.returned(login)), (line, login)
    is_over = login.ended_ms is not None and login.ended_ms <= night.seen_until
    if line.fate in (Fate.LOST, Fate.ENDED) and line.at is not None:
        assert is_over
        if login.orphaned and line.fate is Fate.ENDED:
            # What ended then was its row: the session had, some time before.
            assert login.ended_ms - night.origin <= line.at.by
        else:
            assert night.is_in(login.ended_ms, line.at), (line, login, night.origin)
    if line.again is not None:
        assert any(
            one.client == login.client
            and one.index == line.again.index
            and night.is_in(one.began_ms, line.again.began)
            and one.began_ms >= login.ended_ms
            for one in night.logins.values()
        ), (line, login)


def equals_the_books(night: Night) -> None:
    """The ledger of a night, as a whole."""
    told = night.told
    alive = {
        login.audit
        for login in night.logins.values()
        if login.began_ms <= night.seen_from
        and (login.ended_ms is None or login.ended_ms > night.seen_from)
    }
    assert {line.audit_id for line in told.ledger} == alive
    assert sum(told.count(fate) for fate in Fate) == told.before == len(alive)
    for line in (*told.ledger, *told.newcomers):
        agrees(night, line)
    # Whoever logged in and was there at a look is followed.
    known = {line.audit_id for line in (*told.ledger, *told.newcomers)}
    assert {
        login.audit
        for login in night.logins.values()
        if night.seen_from < login.began_ms <= night.seen_until
        and (login.ended_ms is None or login.ended_ms > night.seen_until)
    } <= known


def night_of(
    firewall: Firewall, *, failback: Failback, restless: bool, wishes: tuple[Wishes, ...] = ()
) -> Night | None:
    """Conduct a night in spite of every blocker; None: what stops it is that nobody could look."""
    findings = firewall.surveyed().findings
    if any(f.severity is Severity.UNKNOWN for f in findings):
        return None
    blockers = tuple({f.rule for f in findings if f.severity is Severity.BLOCKER})
    plan = firewall.planned(failback=failback, in_spite_of=blockers)
    journal = MemoryJournal()
    for wish in (*wishes, Wishes()):
        report = firewall.conducted(plan, journal=journal, wishes=wish)
    if report.outcome is Outcome.REFUSED or report.aftermath is None:
        return None  # it never began
    return Night(report.aftermath, journal.entries()[0].at, firewall.pair, restless)


# ── nights that somebody thought of ────────────────────────────────────────────────────


def test_on_a_quiet_night_between_equal_units_everybody_reconnected_at_the_switchover() -> None:
    night = night_of(Firewall.of(pair(sessions=5)), failback=Failback.NEVER, restless=False)
    assert night is not None
    equals_the_books(night)
    assert {line.fate for line in night.told.ledger} == {Fate.RECONNECTED}
    assert [stage.name for stage in night.told.stages][:3] == [
        "before",
        "standby reloaded",
        "switched over",
    ]


def test_the_orphans_of_the_final_reload_are_timed_to_the_second() -> None:
    """They print since when they are silent, and they fell silent together."""
    night = night_of(Firewall.of(mismatched(sessions=5)), failback=Failback.NEVER, restless=False)
    assert night is not None
    equals_the_books(night)
    for line in night.told.ledger:
        assert (line.fate, line.residue) == (Fate.LOST, "orphaned row, stuck lease")
        assert line.at.by - line.at.after <= 5_000
        assert line.again is not None
    assert len(night.told.newcomers) == 5


def test_who_leaves_and_who_comes_while_a_unit_reloads_stands_in_the_ledger_with_the_hour() -> None:
    firewall = Firewall.of(pair(sessions=4))
    done: list[str] = []

    def meanwhile(line: str) -> None:
        if line.startswith("failover reload-standby") and not done:
            done.append(line)
            faults.disconnect(firewall.pair, 1)
            faults.connect_clients(firewall.pair, 2)

    firewall.world.before = meanwhile
    night = night_of(firewall, failback=Failback.NEVER, restless=False)
    assert done, "the standby was reloaded"
    assert night is not None
    equals_the_books(night)
    assert min(line.fate.value for line in night.told.ledger) == "ended"
    assert len(night.told.newcomers) == 2


# ── nights that nobody thought of ──────────────────────────────────────────────────────


@st.composite
def nights(draw):
    """A pair, its people and what nobody has documented; what befalls them in the night."""
    ours = draw(st.sampled_from(["A", "A", "B"]))
    theirs = draw(st.sampled_from(["A", "B", None]))
    count = draw(st.integers(1, 8))
    restless = draw(st.booleans())
    rate = st.sampled_from([0.0, 10.0, 40.0]) if restless else st.just(0.0)
    people = ClientsSpec(
        count=count,
        sleeping=draw(st.integers(0, count)),
        slept_min=draw(st.integers(0, 20)),
        returns=draw(st.booleans()),
        sleeps_per_hour=draw(rate),
        wakes_per_hour=draw(rate),
        logins_per_hour=draw(rate),
        logoffs_per_hour=draw(rate),
    )
    words = {
        "primary_has": {"win": f"package {ours}"},
        "standby_has": {} if theirs is None else {"win": f"package {theirs}"},
        "lines": config(
            key=draw(st.sampled_from(["between-us-two"] * 4 + [None])),
            idle_min=draw(st.sampled_from([10, 25, 240, 240])),
            logins=draw(st.sampled_from([None, None, 1])),
            session_min=draw(st.sampled_from([None, None, 15])),
        ),
        "clients": people,
        "timings": Timings(
            boot_ms=draw(st.sampled_from([90_000, 300_000])),
            bulk_sync_ms=draw(st.sampled_from([1_000, 16_000])),
            fast_share=draw(st.sampled_from([0.0, 0.8, 1.0])),
        ),
        "seed": draw(st.integers(0, 2**31)),
        "mechanism": draw(st.sampled_from(["anchor", "anchor", "verify-at-join"])),
        "kill_at": draw(st.sampled_from(["peer-departure", "peer-rejoin"])),
        "scope": draw(st.sampled_from(["leaning", "all-ssl"])),
        "orphan_unit": draw(st.sampled_from(["active", "active", "rejoined", "both"])),
        "orphans_replicate": draw(st.sampled_from([False, False, True])),
        "orphan_timer": draw(st.sampled_from(["never", "never", "idle"])),
        "orphan_evicted_by_login": draw(st.booleans()),
        "client_requests_old_address": draw(st.booleans()),
        "newer_to_older_state": draw(st.sampled_from(["full", "full", "none"])),
        "row_after_switch": draw(st.sampled_from(["kept", "kept", "restarted"])),
    }
    fault = draw(st.sampled_from([None, None, None, "link", "power", "sync"]))
    stops = draw(st.sampled_from([(), (), ("switch-over",), ("reload-standby", "switch-over")]))
    failback = draw(st.sampled_from([Failback.NEVER, Failback.NEVER, Failback.ALWAYS]))
    return words, restless, fault, stops, failback


def is_in_the_books(words, restless, fault, stops, failback) -> None:
    firewall = Firewall.of(pair(**words))
    done: list[str] = []

    def befalls(line: str) -> None:
        if fault is None or done or not line.startswith("no failover active"):
            return
        done.append(line)
        now = firewall.pair
        match fault:
            case "link":
                faults.cut_link(now, lan=True, state=True)
                now.advance(now.now + 5_000)
                faults.join_link(now)
            case "power":
                faults.pull_power(now, now.active)
            case "sync":
                faults.stall_sync(now)

    firewall.world.before = befalls
    wishes = tuple(Wishes(stop_before=name) for name in stops)
    night = night_of(firewall, failback=failback, restless=restless, wishes=wishes)
    assume(night is not None)
    note(f"{words} {fault} {stops} {failback}")
    equals_the_books(night)


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(nights())
def test_the_ledgers_of_many_random_nights_equal_the_books(drawn):
    is_in_the_books(*drawn)
