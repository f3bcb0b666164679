"""The guard: it refuses before a byte is sent, whatever the rest of the tool believes."""

import pytest
from nights import Firewall
from worlds import MINUTE, World, pair

from upgrader.access.guard.guarded import Charter, GuardedWorld
from upgrader.emulator.state import State
from upgrader.model.names import Serial
from upgrader.model.version import Version
from upgrader.ports import LineFault, Unlawful

NEW, OLD = Version(9, 16, 4), Version(9, 12, 4)
BOTH = (Serial("JAD11111111"), Serial("JAD22222222"))
RELOAD, SWITCH, LOGOFF = (
    "failover reload-standby",
    "no failover active",
    "vpn-sessiondb logoff index 1 noconfirm",
)


def typed_at(firewall: Firewall, line: str, charter: Charter, *, seat: str = "active") -> str:
    world = GuardedWorld(firewall.world, charter)
    seats = world.seats
    return world.access.open(seats.active if seat == "active" else seats.standby).ask(line)


def refused(firewall: Firewall, line: str, charter: Charter, *, seat: str = "active") -> str:
    """The guard's reason; nothing that changes anything was sent."""
    changes = firewall.pair.changes
    with pytest.raises(Unlawful) as refusal:
        typed_at(firewall, line, charter, seat=seat)
    assert firewall.pair.changes == changes
    assert line not in [typed for _, typed in firewall.world.typed]
    return str(refusal.value)


def at_the_switchover(world: World) -> Firewall:
    world.boots_next("disk0:/asa9-16-4-lfbff-k8.SPA")
    world.reload_standby()
    world.standby_comes_back()
    world.wait(MINUTE)
    return Firewall.of(world)


def test_a_well_pair_may_reload_its_standby():
    firewall = Firewall.of(pair())
    typed_at(firewall, RELOAD, Charter(BOTH, NEW))
    firewall.wait(1)
    assert firewall.pair.units[1].state is not State.STANDBY_READY


def test_a_standby_that_is_coming_up_is_not_reloaded_again():
    """Two reloads in a row, and the second hits a unit whose config is half there."""
    world = pair()
    world.reload_standby()
    world.until(lambda: world.secondary.state is State.SYNC_CONFIG)
    why = refused(Firewall.of(world), RELOAD, Charter(BOTH, NEW))
    assert "Sync Config" in why


def test_the_standby_cannot_be_told_to_reload_its_mate():
    why = refused(Firewall.of(pair()), RELOAD, Charter(BOTH, NEW), seat="standby")
    assert "nobody would serve" in why


def test_roles_move_only_to_the_version_that_the_plan_wants_active():
    why = refused(Firewall.of(pair()), SWITCH, Charter(BOTH, NEW))
    assert "runs 9.12(4), and not 9.16(4)" in why


def test_roles_move_to_a_ready_standby_at_that_version():
    firewall = at_the_switchover(pair())
    typed_at(firewall, SWITCH, Charter(BOTH, NEW))
    firewall.wait(1)
    assert firewall.pair.units[1].state is State.ACTIVE


def test_roles_do_not_move_while_the_mate_is_away():
    """An ASA may accept it and go dark."""
    world = pair()
    world.reload_standby()
    world.wait(MINUTE)
    why = refused(Firewall.of(world), SWITCH, Charter(BOTH, OLD))
    assert "not Standby Ready" in why


def test_nothing_is_typed_on_a_chassis_that_the_plan_does_not_name():
    strangers = (Serial("FCH00000001"), Serial("FCH00000002"))
    assert "JAD11111111 is not one of" in refused(
        Firewall.of(pair()), RELOAD, Charter(strangers, NEW)
    )


def split_in_two() -> World:
    """The failover link was cut, and the secondary has booted without hearing anybody."""
    world = pair()
    world.cut(lan=True, state=True)
    world.pull_power(world.secondary)
    world.give_power(world.secondary)
    world.pair.advance(world.pair.now + 10 * MINUTE)
    assert world.states == ("Active", "Active")
    return world


@pytest.mark.parametrize("line", [RELOAD, SWITCH, "write memory", LOGOFF])
def test_nothing_is_typed_with_two_actives(line: str):
    """Each of them sees the other as failed; only the dead failover link gives it away."""
    why = refused(Firewall.of(split_in_two()), line, Charter(BOTH, NEW, may_log_off=True))
    assert "the failover link is down" in why


def test_nobody_is_logged_off_unless_the_run_is_a_clean_up():
    assert "may not log anybody off" in refused(Firewall.of(pair()), LOGOFF, Charter(BOTH, NEW))


def test_nobody_is_logged_off_while_the_versions_differ():
    firewall = at_the_switchover(pair())
    why = refused(firewall, LOGOFF, Charter(BOTH, None, may_log_off=True))
    assert "the versions differ" in why


@pytest.mark.parametrize(
    "line",
    [
        "reload noconfirm",
        "failover active",
        "no failover",
        "write standby",
        "write erase",
        "delete /noconfirm disk0:/asa9-12-4-lfbff-k8.SPA",
        "vpn-sessiondb logoff all noconfirm",
        "vpn-sessiondb logoff name user1 noconfirm",
        "vpn-sessiondb logoff ipaddress 10.1.8.1 noconfirm",
        "failover exec mate reload noconfirm",
        "failover exec mate no failover active",
        "failover exec standby write memory",
        "clear configure all",
        "",
        "something that no ASA knows",
    ],
)
def test_what_no_run_has_a_use_for_is_never_typed(line: str):
    charter = Charter(BOTH, NEW, may_log_off=True)
    assert "none of the lines that a run may type" in refused(Firewall.of(pair()), line, charter)


def test_an_unread_screen_is_no_reason_to_go_on():
    """What we cannot read, we do not act on."""
    firewall = Firewall.of(pair())
    world = GuardedWorld(_Mumbling(firewall.world), Charter(BOTH, NEW))
    console = world.access.open(world.seats.active)
    with pytest.raises(Unlawful, match="not understood"):
        console.ask(RELOAD)


class _Mumbling:
    """A world whose `show failover` is a language that nobody knows."""

    def __init__(self, inner):
        self._inner = inner
        self.clock, self.seats = inner.clock, inner.seats
        self.access = self

    def open(self, seat):
        console = self._inner.access.open(seat)
        ask = console.ask

        class Console:
            prompt = console.prompt

            def __init__(self):
                self.seat = seat

            def ask(self, line):
                return "Sicherung ein\n" if line == "show failover" else ask(line)

            def close(self):
                console.close()

        return Console()


def test_a_dead_seat_is_the_line_s_fault_and_nothing_is_typed():
    world = pair()
    world.pull_power(world.secondary)
    firewall = Firewall.of(world)
    with pytest.raises(LineFault):
        typed_at(firewall, RELOAD, Charter(BOTH, NEW), seat="standby")
