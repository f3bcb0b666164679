"""Where a night left the procedure, and which invariants it broke."""

from dataclasses import replace

import pytest
from causes import NEW, OLD, ONE, TWO, Told, minutes, row

from upgrader.judgement.postmortem.lessons.deviations import DEVIATIONS
from upgrader.judgement.postmortem.lessons.procedure import breaches
from upgrader.judgement.postmortem.lessons.remedies import AFTER_A_BREACH, AFTER_A_CAUSE
from upgrader.model.cause import Breach, CauseName
from upgrader.model.evidence import What


def found(told: Told) -> tuple[Breach, ...]:
    return breaches(told.night())


def names(told: Told) -> list[str]:
    return [breach.name for breach in found(told)]


def careful() -> Told:
    """A night by the book, as a terminal shows it."""
    told = Told(plain=False)
    told.lists(ONE, 1, row("alice", 1)).loaded(ONE, 1.1, "4,10").loaded(TWO, 1.2, "4,10")
    told.types("verify /sha-512 disk0:/new.SPA", 1.5)
    for line in ("no boot system disk0:/old.SPA", "boot system disk0:/new.SPA", "write memory"):
        told.types(line, 2)
    told.reloads(TWO, 5, 10, version=(OLD, NEW)).types("show failover", 12)
    told.switches(TWO, 15).keeps("alice").types("show failover", 17)
    told.reloads(ONE, 20, 25, version=(OLD, NEW)).types("write memory", 30)
    return told.serves(ONE, None, 15).serves(TWO, 15, None)


def without(line: str) -> Told:
    """The same night, and one line was not typed."""
    told = careful()
    told._events = [e for e in told._events if not e.text.startswith(line)]
    return told


def test_a_night_by_the_book_breaks_nothing():
    assert names(careful()) == []


def test_every_deviation_has_a_remedy_and_every_cause_too():
    assert set(AFTER_A_BREACH) == set(DEVIATIONS)
    assert set(AFTER_A_CAUSE) == set(CauseName)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("verify", "files-not-verified"),
        ("boot system", "boot-order-not-set"),
        ("show failover", "no-look-before-the-switchover"),
        ("show failover", "no-look-before-the-last-reload"),
    ],
)
def test_a_step_that_is_left_out_is_told(line: str, name: str):
    told = without(line)
    if line == "boot system":
        told._events = [e for e in told._events if "boot system" not in e.text]
    assert name in names(told)


def test_what_was_not_typed_is_not_told_from_a_syslog_alone():
    told = Told().keeps("alice")
    assert not {"files-not-verified", "sessions-not-counted"} & set(names(told))


def test_a_night_that_was_not_saved_names_both_times():
    assert {"not-saved-before-the-reload", "not-saved-at-the-end"} <= set(names(without("write")))


def test_people_are_to_be_counted_and_packages_compared_before_the_first_act():
    told = careful()
    told._screens = []
    assert {"sessions-not-counted", "packages-not-compared"} <= set(names(told))


def test_a_switchover_before_ready_breaks_an_invariant_and_says_where():
    told = Told(plain=False).reloads(TWO, 5, 10, synced=16).switches(TWO, 15, ready=False)
    breach = next(b for b in found(told) if b.name == "switched-before-ready")
    assert breach.invariant
    assert breach.places


def test_a_reload_of_the_active_unit_breaks_an_invariant():
    told = Told(plain=False).reloads(ONE, 5, 10, active=True)
    assert names(told)[0] == "reloaded-the-active-unit"


def test_failover_reload_standby_never_reloads_the_unit_that_serves():
    told = Told(plain=False).reloads(ONE, 5, 10)
    told._absences = [replace(told._absences[0], was_active=True)]
    assert "reloaded-the-active-unit" not in names(told)


def test_a_second_reload_while_the_first_unit_is_away_breaks_an_invariant():
    told = Told(plain=False).reloads(TWO, 5, 10).reloads(ONE, 7, 12)
    assert "both-units-away" in names(told)


def test_a_reload_before_the_mate_is_synced_breaks_an_invariant():
    told = Told(plain=False).reloads(TWO, 5, 10, synced=12).reloads(ONE, 11, 16)
    assert "reloaded-before-the-mate-was-ready" in names(told)


def test_two_actives_and_none_break_the_same_rule_both_ways():
    both = Told(plain=False).serves(ONE, None, 40).serves(TWO, 10, 20)
    none = Told(plain=False).serves(ONE, None, 10).serves(TWO, 15, None)
    assert names(both) == ["two-active-units"]
    assert names(none) == ["nobody-active"]


def test_the_gap_of_a_switchover_is_no_outage():
    assert "nobody-active" not in names(
        Told(plain=False).serves(ONE, None, 15).serves(TWO, 15.02, None)
    )


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("delete disk0:/old.SPA", "deleted-on-both"),
        ("write standby", "wrote-to-the-standby"),
        ("vpn-sessiondb logoff all noconfirm", "logged-off-by-name"),
    ],
)
def test_a_line_that_does_more_than_it_seems_is_told(line: str, name: str):
    told = careful()
    told.types(line, 16)
    assert names(told) == [name]


@pytest.mark.parametrize(
    "line",
    ["failover exec mate delete /noconfirm disk0:/x", "vpn-sessiondb logoff index 4 noconfirm"],
)
def test_the_careful_form_of_it_is_not(line: str):
    told = careful()
    told.types(line, 16)
    assert names(told) == []


def test_a_configuration_in_mixed_releases_is_told():
    told = careful()
    told.types("access-list x permit ip any any", 13)
    assert names(told) == ["configured-in-mixed-releases"]


def test_a_unit_that_was_upgraded_before_the_records_runs_the_same_release_as_its_mate():
    told = Told(plain=False).reloads(TWO, 1, 2, version=(NEW, NEW))
    told.reloads(ONE, 5, 10, version=(OLD, NEW))
    told.types("boot system disk0:/next.SPA", 12)
    assert "configured-in-mixed-releases" not in names(told)


def test_a_line_typed_on_the_standby_is_told():
    told = careful()
    told.sees(What.COMMAND, 3, unit=TWO, command="route outside 0 0 192.0.2.1", mode="config")
    assert names(told) == ["configured-the-standby"]


def test_a_unit_back_on_its_old_release_names_the_boot_order_and_the_switchover_to_it():
    told = Told(plain=False)
    told.types("boot system disk0:/new.SPA", 2)
    told.types("write memory", 3)
    told.reloads(TWO, 5, 10, version=(OLD, OLD)).switches(TWO, 15)
    assert {"boot-order-without-effect", "switched-to-the-old-release"} <= set(names(told))


def test_a_reload_with_failover_off_breaks_an_invariant_and_turning_it_on_mends_it():
    off = Told(plain=False)
    off.types("no failover", 3)
    assert "reloaded-with-failover-off" in names(off.reloads(TWO, 5, 10))
    mended = Told(plain=False)
    mended.types("no failover", 3)
    mended.types("failover", 4)
    assert "reloaded-with-failover-off" not in names(mended.reloads(TWO, 5, 10))


def soon_reloaded() -> Told:
    """The former active is reloaded half a minute after the switchover."""
    return Told(plain=False).reloads(TWO, 5, 10).switches(TWO, 15).reloads(ONE, 15.5, 20)


def test_a_reload_while_people_come_back_is_told_with_how_many_and_how_late():
    told = soon_reloaded().keeps("alice", came_back=15.8).keeps("bob", "carl", came_back=15.2)
    (breach,) = [b for b in found(told) if b.name == "reloaded-while-people-came-back"]
    assert breach.says.startswith(
        "the Primary was reloaded 30 s after the switchover, when 2 of 3 people were back; the last"
        " of them came after 48 s"
    )
    assert len(breach.places) > 2


@pytest.mark.parametrize("night", [soon_reloaded(), soon_reloaded().keeps("bob", came_back=15.2)])
def test_a_reload_soon_after_the_switchover_is_no_deviation_where_everybody_was_back(night: Told):
    assert "reloaded-while-people-came-back" not in names(night)


def test_a_laptop_that_slept_through_the_switchover_is_not_waited_for():
    told = soon_reloaded().sleeps("dora", 14, ended=None)
    told._lives[-1] = replace(told._lives[-1], resumed=(minutes(18),))
    assert "reloaded-while-people-came-back" not in names(told)


def test_who_comes_back_an_hour_later_was_not_coming_back():
    told = soon_reloaded().keeps("alice", came_back=35)
    assert "reloaded-while-people-came-back" not in names(told)


def test_a_unit_that_stays_away_is_told_last():
    told = Told(plain=False).reloads(TWO, 5, None)
    assert names(told)[-1] == "a-unit-stayed-away"


def test_deviations_stand_in_the_order_of_the_night():
    told = Told(plain=False).reloads(TWO, 5, 10).reloads(ONE, 7, 12)
    told.switches(TWO, 15, ready=False)
    instants = [breach.at for breach in found(told) if breach.at is not None]
    assert instants == sorted(instants)
