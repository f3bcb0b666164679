"""The ways to a unit over SSH: few log-ins, no lock-out, and a session that died is no unit."""

import itertools
from dataclasses import replace

import pytest
from reached import (
    ACTIVE,
    FOUR,
    NAMES,
    ONE,
    OWN_ONLY,
    PRIMARY,
    SECONDARY,
    STANDBY,
    TWO,
    Reached,
)
from worlds import MINUTE, World, mismatched, pair, scenario

from upgrader.access.guard.guarded import Charter, GuardedWorld
from upgrader.conduct.eyes import NOT_THERE, Eyes
from upgrader.dialect.mate import is_passed_on
from upgrader.dialect.replies.version import read_show_version
from upgrader.emulator.pair import EmulatedPair
from upgrader.judgement.moves.upgrade import RETURN_MS
from upgrader.model.names import Seat, Serial
from upgrader.model.outcome import ExitCode, Outcome
from upgrader.model.plan import Failback
from upgrader.model.reach import Reach
from upgrader.model.unit import Dark, Depth, Snapshot, Unit
from upgrader.model.version import Version
from upgrader.ports import Console, Dropped, NoAnswer, NoEntry, Unlawful, foretell

BOTH = (Serial("JAD11111111"), Serial("JAD22222222"))


def serial_at(console: Console) -> str | None:
    return read_show_version(console.ask("show version")).serial


def eyes_of(firewall: Reached) -> Eyes:
    return Eyes(firewall.world.access, firewall.world.seats, firewall.world.clock)


def fated(fate: str, **words: object) -> World:
    """A pair on which a session to an address that changes hands hangs, or is reset."""
    told = scenario(**words)
    return World(
        EmulatedPair.from_scenario(replace(told, ssh=replace(told.ssh, session_fate=fate)))
    )


# ── which way ──────────────────────────────────────────────────────────────────────────


def test_each_seat_is_asked_at_its_own_address_first():
    firewall = Reached.of(pair(), FOUR)
    seats = firewall.world.seats
    assert serial_at(firewall.access.open(seats.active)) == BOTH[0]
    assert serial_at(firewall.access.open(seats.standby)) == BOTH[1]
    assert [address for _, address in firewall.dialler.dialled] == [ACTIVE, STANDBY]


def test_a_standby_whose_address_is_silent_is_asked_at_its_own():
    firewall = Reached.of(pair(), FOUR)
    firewall.dialler.shut.add(STANDBY)
    firewall.access.open(firewall.world.seats.active)
    console = firewall.access.open(firewall.world.seats.standby)
    assert serial_at(console) == BOTH[1]
    assert console.seat == "10.1.1.2"
    assert not firewall.dials(PRIMARY), "who is at the active seat is not at the other"


def test_an_address_that_did_not_answer_is_remembered_until_it_does():
    firewall = Reached.of(pair(), FOUR)
    firewall.dialler.shut.add(STANDBY)
    seats = firewall.world.seats
    firewall.access.open(seats.active)
    firewall.access.open(seats.standby).close()
    assert list(firewall.access.missed) == [seats.standby]
    firewall.dialler.shut.clear()
    firewall.access.open(seats.standby)
    assert firewall.access.missed == {}


def test_own_addresses_are_told_apart_by_what_their_units_say():
    """With nobody to ask who is active, each is asked himself."""
    firewall = Reached.of(pair(), OWN_ONLY)
    firewall.dialler.shut.add(ACTIVE)
    assert serial_at(firewall.access.open(firewall.world.seats.active)) == BOTH[0]
    assert serial_at(firewall.access.open(firewall.world.seats.standby)) == BOTH[1]


def test_the_standby_is_asked_through_its_mate_where_no_address_of_its_answers():
    firewall = Reached.of(pair(), FOUR)
    firewall.dialler.shut |= {STANDBY, SECONDARY}
    console = firewall.access.open(firewall.world.seats.standby)
    assert serial_at(console) == BOTH[1]
    assert console.prompt.endswith("failover exec mate")


def test_an_own_address_that_lets_us_in_and_is_silent_then_is_one_reason_more_to_ask_the_mate():
    firewall = Reached.of(pair(), FOUR)
    firewall.dialler.shut.add(ACTIVE)
    firewall.dialler.mute.add(PRIMARY)
    seat = firewall.world.seats.active
    console = firewall.access.open(seat)
    assert is_passed_on(console.prompt)
    assert serial_at(console) == BOTH[0]
    assert len(firewall.dials(PRIMARY)) == 2, "a session may have died: asked once more by another"
    assert len(firewall.pair.conversations) == 1, "the silent ones are hung up"


def test_where_an_own_address_is_silent_and_no_way_is_left_both_are_named():
    firewall = Reached.of(pair(), FOUR)
    firewall.dialler.shut |= {ACTIVE, STANDBY}
    firewall.dialler.mute.add(PRIMARY)
    with pytest.raises(
        NoAnswer, match=r"10\.1\.1\.3 lets us in and does not answer: no answer"
    ) as told:
        firewall.access.open(firewall.world.seats.active)
    assert "nobody answers at 10.1.1.2" in told.value.why
    assert not firewall.pair.conversations


def test_an_active_unit_that_no_address_leads_to_is_read_through_its_standby_and_not_changed():
    firewall = Reached.of(pair(), TWO)
    firewall.dialler.shut.add(ACTIVE)
    console = firewall.access.open(firewall.world.seats.active)
    assert serial_at(console) == BOTH[0]
    with pytest.raises(Unlawful):
        console.ask("failover reload-standby")


def test_a_line_that_is_asked_next_waits_where_both_units_are_asked_through_one_conversation():
    firewall = Reached.of(pair(), TWO)
    firewall.dialler.shut.add(ACTIVE)
    active = firewall.access.open(firewall.world.seats.active)
    standby = firewall.access.open(firewall.world.seats.standby)
    foretell(standby, "show clock")
    assert serial_at(active) == BOTH[0]
    assert "UTC" in standby.ask("show clock")
    assert firewall.heard("show clock") == 1
    seen = eyes_of(firewall).look(Depth.FULL)
    assert [unit.serial for unit in seen.units] == list(BOTH)


def test_where_nobody_answers_each_way_is_named():
    world = pair()
    firewall = Reached.of(world, FOUR)
    firewall.dialler.shut |= set(NAMES)
    with pytest.raises(NoAnswer) as fault:
        firewall.access.open(firewall.world.seats.active)
    assert "10.1.1.1" in fault.value.why
    assert "10.1.1.3" in fault.value.why
    assert not isinstance(fault.value, NoEntry)


def test_a_strange_seat_is_nobodys():
    with pytest.raises(NoAnswer, match="no seat of this pair"):
        Reached.of(pair(), TWO).access.open(Seat("192.0.2.99"))


def test_two_actives_are_seen_at_their_own_addresses():
    """A unit that boots behind a cut failover link serves, too; the active address shows one."""
    world = pair()
    firewall = Reached.of(world, FOUR)
    world.cut()
    world.pull_power(world.secondary)
    world.give_power(world.secondary)
    world.until(lambda: world.secondary.active_since is not None)
    assert len(eyes_of(firewall).look(Depth.GLANCE).actives) == 2
    assert not firewall.dials(PRIMARY)


# ── few log-ins ────────────────────────────────────────────────────────────────────────


def test_many_looks_take_one_login_a_unit():
    firewall = Reached.of(pair(), TWO)
    eyes = eyes_of(firewall)
    for _ in range(5):
        eyes.look(Depth.GLANCE)
        firewall.wait(0.1)
    assert firewall.tally.logins == 2


def test_a_look_that_follows_soon_takes_up_the_conversation():
    firewall = Reached.of(pair(), TWO)
    for _ in range(3):
        eyes = eyes_of(firewall)
        eyes.look(Depth.GLANCE)
        eyes.close()
    assert firewall.tally.logins == 2
    firewall.wait(2)
    eyes_of(firewall).look(Depth.GLANCE)
    assert firewall.tally.logins == 4


def test_the_guards_look_shares_the_conversation_that_is_open():
    firewall = Reached.of(pair(), TWO)
    world = GuardedWorld(firewall.world, Charter(BOTH, Version(9, 16, 4)))
    eyes = Eyes(world.access, world.seats, world.clock)
    eyes.look(Depth.GLANCE)
    eyes.console(world.seats.active).ask("failover reload-standby")
    assert firewall.tally.logins == 2


def test_a_conversation_that_was_left_in_configuration_mode_is_not_taken_up():
    firewall = Reached.of(pair(), TWO)
    console = firewall.access.open(firewall.world.seats.active)
    console.ask("configure terminal")
    console.close()
    assert "(config)" not in firewall.access.open(firewall.world.seats.active).prompt
    assert firewall.tally.logins == 2


def test_a_conversation_is_not_taken_up_across_a_switchover():
    """A session to an address that changed hands hangs: whoever asks it waits for nothing."""
    firewall = Reached.of(fated("hang"), TWO)
    eyes = eyes_of(firewall)
    eyes.look(Depth.GLANCE)
    eyes.console(firewall.world.seats.active).ask("no failover active")
    eyes.close()
    typed = firewall.pair.now
    assert serial_at(firewall.access.open(firewall.world.seats.active)) == BOTH[1]
    assert firewall.pair.now - typed < 3_000
    assert firewall.tally.logins == 3


def reloaded(reach: Reach = TWO) -> tuple[World, Reached]:
    """A pair whose standby was told to reload by us, and is back."""
    world = pair()
    firewall = Reached.of(world, reach)
    eyes = eyes_of(firewall)
    eyes.look(Depth.GLANCE)
    serves = eyes.console(firewall.world.seats.active)
    serves.ask("failover reload-standby")
    eyes.forget(firewall.world.seats.standby)
    world.wait(MINUTE)
    while world.states[1] != "Standby Ready":
        world.wait(MINUTE)
        serves.ask("show failover")
    return world, firewall


def cut_off(world: World) -> None:
    """Neither unit hears the other, and one boots meanwhile: both serve."""
    world.cut()
    world.pull_power(world.secondary)
    world.give_power(world.secondary)
    world.until(lambda: world.secondary.active_since is not None)


def test_a_standby_that_was_reloaded_is_asked_through_its_mate_and_not_logged_in_to_anew():
    _, firewall = reloaded()
    logins, dials = firewall.tally.logins, len(firewall.dials(STANDBY))
    console = firewall.access.open(firewall.world.seats.standby)
    assert serial_at(console) == BOTH[1]
    assert is_passed_on(console.prompt)
    assert (firewall.tally.logins, len(firewall.dials(STANDBY))) == (logins, dials)
    assert firewall.access.missed == {}


def test_where_the_mate_passes_nothing_on_its_own_address_is_asked_with_the_very_first_line():
    """Two units that do not hear each other: that both are active must be seen."""
    world, firewall = reloaded(FOUR)
    cut_off(world)
    console = firewall.access.open(firewall.world.seats.standby)
    assert is_passed_on(console.prompt)
    assert serial_at(console) == BOTH[1]
    assert not is_passed_on(console.prompt)
    assert len(eyes_of(firewall).look(Depth.GLANCE).actives) == 2


def test_where_no_way_is_left_it_is_the_line_that_was_not_answered():
    """A console that is open fails by its line: so it stands on the tape, and is replayed."""
    world, firewall = reloaded()
    world.pull_power(world.secondary)
    world.wait(30_000)
    console = firewall.access.open(firewall.world.seats.standby)
    with pytest.raises(NoAnswer) as fault:
        console.ask("show version")
    assert fault.value.line == "show version"
    assert "nobody answers at 10.1.1.2" in fault.value.why
    assert "asked through 10.1.1.1" in fault.value.why


def test_once_the_mate_has_answered_nobody_else_is_asked_for_it():
    """Half of a unit from one console and half from another would be nobody's."""
    world, firewall = reloaded()
    console = firewall.access.open(firewall.world.seats.standby)
    console.ask("show version")
    world.cut()
    world.wait(30_000)
    with pytest.raises(NoAnswer):
        console.ask("show failover")


def test_a_line_that_may_have_changed_something_is_not_typed_by_another_way():
    world, firewall = reloaded()
    console = firewall.access.open(firewall.world.seats.standby)
    world.cut()
    world.wait(30_000)
    before = firewall.heard("vpn-sessiondb logoff index 7 noconfirm")
    with pytest.raises(NoAnswer):
        console.ask("vpn-sessiondb logoff index 7 noconfirm")
    assert firewall.heard("vpn-sessiondb logoff index 7 noconfirm") == before


def test_a_closed_console_is_not_asked_again():
    firewall = Reached.of(pair(), TWO)
    console = firewall.access.open(firewall.world.seats.active)
    prompt = console.prompt
    console.close()
    console.close()
    assert console.prompt == prompt
    with pytest.raises(Dropped):
        console.ask("show version")


def test_closing_the_access_leaves_no_session_on_either_unit():
    firewall = Reached.of(pair(), FOUR)
    eyes = eyes_of(firewall)
    eyes.look(Depth.FULL)
    firewall.world.close()
    assert firewall.pair.conversations == {}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fate", "reach"),
    [
        pytest.param("hang", ONE, id="hang-one"),
        pytest.param("hang", TWO, id="hang-two", marks=pytest.mark.slow),
        pytest.param("hang", FOUR, id="hang-four", marks=pytest.mark.slow),
        pytest.param("hang", OWN_ONLY, id="hang-own", marks=pytest.mark.slow),
        pytest.param("reset", ONE, id="reset-one", marks=pytest.mark.slow),
        pytest.param("reset", TWO, id="reset-two"),
        pytest.param("reset", FOUR, id="reset-four", marks=pytest.mark.slow),
        pytest.param("reset", OWN_ONLY, id="reset-own"),
    ],
)
def test_a_night_takes_three_logins_however_sessions_die_and_two_by_one_address(reach, fate):
    """Both units, and whoever is active after the switchover; all else is asked through him."""
    firewall = Reached.of(fated(fate, sessions=2), reach)
    report = firewall.upgraded()
    assert report.outcome is Outcome.UPGRADED
    assert firewall.heard("failover reload-standby") == 2
    assert firewall.heard("no failover active") == 1
    assert firewall.tally.logins == (2 if reach is ONE else 3)
    assert firewall.tally.refusals == 0
    assert firewall.tally.commands > 100
    assert firewall.tally.bytes_received > firewall.tally.bytes_sent > 0


@pytest.mark.slow
@pytest.mark.parametrize("fate", ["hang", "reset"])
def test_a_fail_back_is_seen_at_once_too(fate):
    firewall = Reached.of(fated(fate, sessions=1), TWO)
    watch = Phases()
    firewall.watch = watch
    report = firewall.conducted(firewall.planned(failback=Failback.ALWAYS))
    assert report.outcome is Outcome.UPGRADED
    assert watch.lasted("switching", "switched") < 5_000
    # And then it waits for the people to come back.
    assert watch.lasted("failing-back", "upgraded") < RETURN_MS + 5_000


class Phases:
    """An observer that notes when each phase was entered."""

    def __init__(self) -> None:
        self.now = 0
        self.entered: dict[str, int] = {}

    def __getattr__(self, name: str):
        return lambda *_: None

    def clock(self, now: int) -> None:
        self.now = now

    def phase(self, phase: object, why: str) -> None:
        self.entered[phase.value] = self.now

    def lasted(self, phase: str, until: str) -> int:
        return self.entered[until] - self.entered[phase]


# ── never a lock-out ───────────────────────────────────────────────────────────────────


def opened(firewall: Reached, seat: Seat) -> str:
    try:
        firewall.access.open(seat).close()
    except NoEntry as fault:
        return f"barred: {fault.why}"
    except NoAnswer as fault:
        return f"silent: {fault.why}"
    return "in"


def test_a_refused_password_is_not_tried_at_the_next_address_too():
    firewall = Reached.of(pair(), FOUR)
    firewall.dialler.barring |= set(NAMES)
    told = opened(firewall, firewall.world.seats.active)
    assert told.startswith("barred")
    assert "refuses the password" in told
    assert len(firewall.dialler.dialled) == 1
    assert firewall.tally.refusals == 1


def test_at_most_two_are_refused_in_a_quarter_of_an_hour():
    firewall = Reached.of(pair(), TWO)
    firewall.dialler.barring |= set(NAMES)
    for _ in range(60):
        told = opened(firewall, firewall.world.seats.active)
        assert "refuses the password" in told, "the reason is remembered"
        firewall.wait(0.2)
    assert len(firewall.dialler.dialled) == 2
    assert firewall.dialler.dialled[1][0] - firewall.dialler.dialled[0][0] >= MINUTE
    assert [refusal.address for refusal in firewall.access.refusals] == [ACTIVE, ACTIVE]
    firewall.wait(15)
    opened(firewall, firewall.world.seats.active)
    assert len(firewall.dialler.dialled) == 3


def test_a_standby_that_lets_nobody_in_is_read_through_its_mate():
    """A standby often has no way to the AAA server; the active unit let us in, and passes on."""
    firewall = Reached.of(pair(), TWO)
    firewall.dialler.barring.add(STANDBY)
    seen = eyes_of(firewall).look(Depth.GLANCE)
    assert len(seen.units) == 2
    assert [str(refusal.address) for refusal in firewall.access.refusals] == ["10.1.1.2"]


@pytest.mark.slow
def test_a_night_with_a_standby_that_lets_nobody_in_does_not_knock_all_night():
    firewall = Reached.of(pair(sessions=2), TWO)
    firewall.dialler.barring.add(STANDBY)
    report = firewall.upgraded()
    assert report.outcome is Outcome.UPGRADED
    assert firewall.tally.refusals <= 4
    for at in (0, 300_000, 600_000):
        assert sum(at <= dial < at + 900_000 for dial in firewall.dials(STANDBY)) <= 60
        refused = [r.at for r in firewall.access.refusals]
        assert sum(at <= moment < at + 900_000 for moment in refused) <= 2


def test_the_first_contact_that_is_barred_ends_a_look():
    firewall = Reached.of(pair(), TWO)
    firewall.dialler.barring |= set(NAMES)
    with pytest.raises(NoEntry):
        eyes_of(firewall).look(Depth.FULL)


def test_a_unit_that_bars_us_later_is_dark_and_not_the_end():
    firewall = Reached.of(pair(), TWO)
    eyes = eyes_of(firewall)
    eyes.look(Depth.GLANCE)
    eyes.close()
    firewall.wait(2)
    firewall.dialler.barring |= set(NAMES)
    assert len(eyes.look(Depth.GLANCE).dark) == 2


def test_a_blip_is_tried_again_at_once_with_pauses_that_differ():
    firewall = Reached.of(pair(), TWO)
    firewall.dialler.shut.add(ACTIVE)
    opened(firewall, firewall.world.seats.active)
    dials = firewall.dials(ACTIVE)
    assert len(dials) == 3
    gaps = [after - before for before, after in itertools.pairwise(dials)]
    assert gaps[0] != gaps[1]
    assert all(500 <= gap <= 2_000 for gap in gaps)


def test_an_address_that_was_silent_is_dialled_once_the_next_time():
    firewall = Reached.of(pair(), TWO)
    firewall.dialler.shut.add(ACTIVE)
    opened(firewall, firewall.world.seats.active)
    opened(firewall, firewall.world.seats.active)
    assert len(firewall.dials(ACTIVE)) == 4


# ── watching through the peer ──────────────────────────────────────────────────────────


def states(seen: Snapshot) -> tuple[str, ...]:
    return tuple(
        "dark" if isinstance(unit, Dark) else unit.state.value
        for unit in (seen.primary, seen.secondary)
    )


def test_a_unit_that_boots_is_watched_through_its_mate_and_knocked_at_once_a_minute():
    world = pair()
    firewall = Reached.of(world, TWO)
    eyes = eyes_of(firewall)
    eyes.look(Depth.GLANCE)
    world.reload_standby()
    world.wait(30_000)
    begun = firewall.pair.now
    while firewall.pair.now - begun < 4 * MINUTE:
        seen = eyes.look(Depth.GLANCE)
        assert states(seen) == ("Active", "dark")
        firewall.wait(1 / 60)
    # The blip at first, and once a minute after it.
    assert len(firewall.dials(STANDBY)) <= 1 + 3 + 4
    assert seen.dark[0].why == "its mate sees it Failed; it is asked once a minute"
    assert not seen.dark[0].answered
    assert seen.dark[0].serial == BOTH[1]


@pytest.mark.slow
def test_it_is_asked_at_once_when_its_mate_sees_it_ready():
    world = pair()
    firewall = Reached.of(world, TWO)
    eyes = eyes_of(firewall)
    eyes.look(Depth.GLANCE)
    world.reload_standby()
    world.wait(30_000)
    coming = None
    while coming is None or firewall.pair.now < coming:
        seen = eyes.look(Depth.GLANCE)
        if coming is None and seen.active.peer_state not in NOT_THERE:
            coming = firewall.pair.now
        firewall.wait(1 / 60)
    assert states(seen)[1] == "Standby Ready"


def test_what_a_dark_pair_is_asked_is_two_short_questions():
    world = pair()
    firewall = Reached.of(world, TWO)
    eyes = eyes_of(firewall)
    eyes.look(Depth.GLANCE)
    world.reload_standby()
    world.wait(30_000)
    for _ in range(3):
        eyes.look(Depth.GLANCE)
        firewall.wait(1 / 60)
    before = len(firewall.world.typed)
    eyes.look(Depth.GLANCE)
    lines = [line for _, line in firewall.world.typed[before:]]
    assert lines == ["show failover", "show vpn-sessiondb"]


def test_an_active_unit_that_is_another_by_now_is_read_whole():
    """Who answers at a seat is never taken from the last look."""
    world = pair()
    firewall = Reached.of(world, TWO)
    eyes = eyes_of(firewall)
    eyes.look(Depth.GLANCE)
    world.pull_power(world.primary)
    world.wait(MINUTE)
    seen = eyes.look(Depth.GLANCE)
    assert isinstance(seen.secondary, Unit)
    assert seen.active.serial == BOTH[1]
    assert seen.secondary.version.serial == BOTH[1]


def test_two_actives_are_found_within_the_minute_though_each_calls_the_other_failed():
    """Somebody must look: each half of a split pair says that the other is Failed."""
    world = pair()
    firewall = Reached.of(world, FOUR)
    eyes = eyes_of(firewall)
    eyes.look(Depth.GLANCE)
    world.reload_standby()
    world.wait(30_000)
    assert states(eyes.look(Depth.GLANCE)) == ("Active", "dark")
    world.cut()
    world.until(lambda: world.secondary.active_since is not None)
    begun = firewall.pair.now
    while len(eyes.look(Depth.GLANCE).actives) != 2:
        firewall.wait(1 / 12)
        assert firewall.pair.now - begun < MINUTE + 10_000


def test_a_pair_that_splits_while_its_standby_boots_ends_the_night_as_an_outage():
    world = pair(sessions=1)
    firewall = Reached.of(world, FOUR)
    plan = firewall.planned()

    def cut(line: str) -> None:
        if firewall.heard("failover reload-standby") and world.pair.link.lan_up:
            world.cut()

    firewall.world.before = cut
    report = firewall.conducted(plan)
    assert report.exit_code is ExitCode.OUTAGE
    assert "both say that they are active" in report.verdict
    assert firewall.heard("no failover active") == 0


@pytest.mark.slow
def test_the_bad_night_is_told_the_same():
    rule = "anyconnect-images-match"
    firewall = Reached.of(mismatched(sessions=3), FOUR)
    report = firewall.upgraded(in_spite_of=rule)
    assert report.sessions.lost == 3
