"""The session database in all its forms: rows, details, summary, licences, pools agree."""

import re

import pytest
from instants import Desk, instants, units_that_answer
from worlds import HOUR, MINUTE, mismatched, pair

INSTANTS = instants()
CASES = [
    pytest.param(name, u, id=f"{name}: {unit.role.value}")
    for name, pair in INSTANTS.items()
    for u, unit in units_that_answer(pair)
]


def indices(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"Index        : (\d+)", text)]


@pytest.mark.parametrize(("name", "u"), CASES)
def test_rows_summary_licences_ratio_and_pools_agree(name: str, u: int):
    unit = INSTANTS[name].units[u]
    desk = Desk(INSTANTS[name], u)
    rows = indices(desk.ask("show vpn-sessiondb anyconnect"))

    assert rows == sorted(unit.rows)
    assert indices(desk.ask("show vpn-sessiondb detail anyconnect")) == rows
    assert sorted(indices(desk.ask("show vpn-sessiondb anyconnect sort inactivity"))) == rows
    licences = re.search(
        r"AnyConnect Client +: +: +(\d+)", desk.ask("show vpn-sessiondb license-summary")
    )
    assert int(licences[1]) == len(rows)
    ratio = desk.ask("show vpn-sessiondb ratio protocol")
    assert f"Total Active Sessions: {len(rows)}\n" in ratio
    summary = desk.ask("show vpn-sessiondb")
    if rows:
        assert f"Total Active and Inactive    :{len(rows):7d} " in summary
    inactive = indices(desk.ask("show vpn-sessiondb anyconnect filter inactive"))
    told = re.search(r"^AnyConnect Client.*: +(\d+)$", summary, re.MULTILINE)
    assert len(inactive) == (int(told[1]) if told else 0)
    tunnels = re.search(r"SSL-Tunnel +(\d+)", ratio)
    assert int(tunnels[1]) == len(rows) - len(inactive)


@pytest.mark.parametrize(("name", "u"), CASES)
def test_filters_divide_the_rows_among_them(name: str, u: int):
    unit = INSTANTS[name].units[u]
    desk = Desk(INSTANTS[name], u)
    users = sorted({row.user for row in unit.rows.values()})

    found = []
    for user in users:
        found += indices(desk.ask(f"show vpn-sessiondb anyconnect filter name {user}"))
    assert sorted(found) == sorted(unit.rows)
    for index in unit.rows:
        assert indices(desk.ask(f"show vpn-sessiondb index {index}")) == [index]
        assert indices(desk.ask(f"show vpn-sessiondb detail index {index}")) == [index]


def test_a_detailed_row_lists_the_tunnels_of_which_it_tells():
    world = pair(sessions=2, sleeping=1)
    text = Desk(world.pair, 0).ask("show vpn-sessiondb detail anyconnect")

    rows = text.split("Username     : ")[1:]
    assert len(rows) == 2
    for row in rows:
        index = indices("Index        " + row.partition("Index        ")[2])[0]
        told = [
            line.removesuffix(" Tunnels: 1") for line in row.splitlines() if "Tunnels: 1" in line
        ]
        assert " ".join(told) == re.search(r"Protocol     : (.*)", row)[1]
        listed = [line[:-1] for line in row.splitlines() if line.endswith(":") and line[0] != " "]
        assert listed == told
        assert re.findall(r"Tunnel ID    : (\S+)", row) == [
            f"{index}.{n}" for n in range(1, len(told) + 1)
        ]


def test_who_has_been_inactive_for_longest_comes_first():
    world = pair(sessions=6, sleeping=4)
    text = Desk(world.pair, 0).ask("show vpn-sessiondb anyconnect sort inactivity")

    spans = re.findall(r"Inactivity   : (\d+)h:(\d+)m:(\d+)s", text)
    seconds = [int(h) * 3_600 + int(m) * 60 + int(s) for h, m, s in spans]
    assert seconds == sorted(seconds, reverse=True)
    assert seconds[0] > seconds[-1] == 0


def test_what_is_left_of_the_idle_time_shrinks_while_a_person_sleeps():
    world = pair(sessions=1, sleeping=1)

    def left() -> int:
        text = Desk(world.pair, 0).ask("show vpn-sessiondb detail anyconnect")
        return int(re.search(r"Idle TO Left : (\d+) Minutes", text)[1])

    before = left()
    world.wait(10 * MINUTE)
    assert before - left() == 10


def test_orphans_stand_in_every_form_of_the_list():
    world = mismatched(sessions=4)
    world.night()
    orphans = {row.index for row in world.orphans()}
    desk = Desk(world.pair, world.number(world.active))

    assert orphans
    assert orphans <= set(indices(desk.ask("show vpn-sessiondb detail anyconnect")))
    assert orphans <= set(indices(desk.ask("show vpn-sessiondb anyconnect filter inactive")))


@pytest.mark.parametrize("kind", ["webvpn", "l2l", "ra-ikev1-ipsec", "email-proxy"])
def test_of_kinds_that_nobody_uses_there_is_none(kind: str):
    desk = Desk(pair().pair, 0)
    none = "INFO: There are presently no active sessions of the type specified\n"

    assert desk.ask(f"show vpn-sessiondb {kind}") == none
    assert desk.ask(f"show vpn-sessiondb detail {kind}") == none


def test_abbreviations_are_understood_as_far_as_only_one_word_fits():
    desk = Desk(pair(sessions=1).pair, 0)

    whole = desk.ask("show vpn-sessiondb anyconnect")
    assert desk.ask("sh vpn-sess any") == whole
    assert desk.ask("show vpn-sessiondb lic") == desk.ask("show vpn-sessiondb license-summary")
    assert "Ambiguous" in desk.ask("show vpn-sessiondb ra")
    assert desk.ask("sh int ip br") == desk.ask("show interface ip brief")
    assert desk.ask("sh fail stat") != ""


def test_peaks_do_not_go_down():
    world = pair(sessions=5)
    world.wait(HOUR // 10)
    text = Desk(world.pair, 0).ask("show vpn-sessiondb license-summary")

    assert re.search(r"AnyConnect Premium     : +5 : +0 : +5 : +5 : ", text)
