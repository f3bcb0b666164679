"""Two pictures compared: what counts as the same, what a tolerance lets pass, what is learnt."""

import random
import tomllib
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from looks import NEW, PRI, dark, full, pair, secondary, session, snapshot, unit, wide

from upgrader.cli.pairfile.site import Named
from upgrader.cli.pairfile.tolerances import read_tolerances, tolerances_in
from upgrader.judgement.pictures.comparing import diff
from upgrader.judgement.pictures.learning import learn
from upgrader.judgement.pictures.taking import picture_of
from upgrader.judgement.pictures.tolerances import DEFAULTS, Tolerances, pattern_of
from upgrader.model.difference import Bounds, Diff, Difference, How
from upgrader.model.failover import FailoverState
from upgrader.model.names import Instant, Serial
from upgrader.model.picture import Area, AreaSeen, Item, Picture, Tolerance, Whose
from upgrader.model.unit import Snapshot
from upgrader.model.wide import InterfaceLine, LicensedFeature, RouteLine
from upgrader.ports import UsageFault
from upgrader.views.learned import as_toml


def picture(seen: Snapshot, *tolerances: Tolerance) -> Picture:
    return picture_of("edge", seen, tolerances=tolerances)


def compared(before: Snapshot, after: Snapshot, *tolerances: Tolerance) -> Diff:
    return diff(picture(before), picture(after), tolerances)


def the(found: Diff, area: Area, key: str, whose: Whose) -> Difference:
    """The one difference there; a diff without it fails the test."""
    differences = next(a for a in found.areas if a.area is area).differences
    return next(d for d in differences if (d.key, d.whose) == (key, whose))


def grave(found: Diff) -> set[str]:
    return {
        f"{d.area.value}/{d.key}@{d.whose.value}"
        for area in found.areas
        for d in area.differences
        if d.bounds.wants_a_person
    }


def people(number: int) -> Snapshot:
    return pair([session(n) for n in range(number)])


def carrying(number: int) -> Snapshot:
    seen = pair()
    assert seen.active is not None
    return snapshot(full(seen.active, connections=number), secondary())


# ── the night that an upgrade is ───────────────────────────────────────────────────────


def test_an_upgrade_with_a_switchover_is_within_tolerance():
    rows = [session(n) for n in range(20)]
    before = pair(rows)
    after = snapshot(
        unit(state=FailoverState.STANDBY_READY, runs=NEW, sessions=before.units[1].full.sessions),
        secondary(FailoverState.ACTIVE, runs=NEW, sessions=rows),
    )
    found = compared(before, after)
    assert grave(found) == set()
    assert the(found, Area.UNITS, "version", Whose.PRIMARY).bounds is Bounds.IGNORED
    assert the(found, Area.FAILOVER, "active unit", Whose.PAIR).after == "Secondary"


def test_a_route_that_is_gone_is_beyond_tolerance_and_a_new_one_is_not():
    default = RouteLine("S*", "0.0.0.0 0.0.0.0", "192.0.2.254", "outside")
    other = RouteLine("S", "10.2.0.0 255.255.0.0", "10.1.1.2", "inside")
    one = pair(around=wide(routes=(default,)))
    two = pair(around=wide(routes=(default, other)))
    key = "S 10.2.0.0 255.255.0.0"
    assert the(compared(one, two), Area.ROUTES, key, Whose.ACTIVE).bounds is Bounds.WITHIN
    lost = the(compared(two, one), Area.ROUTES, key, Whose.ACTIVE)
    assert (lost.how, lost.bounds) == (How.GONE, Bounds.BEYOND)


def test_a_licence_that_is_gone_or_smaller_is_beyond_tolerance():
    def licensed(*values: str) -> Snapshot:
        rows = tuple(LicensedFeature("platform", f"L{n}", v, "") for n, v in enumerate(values))
        return pair(around=wide(licences=rows))

    both = {"licences/platform: L1@Primary", "licences/platform: L1@Secondary"}
    assert grave(compared(licensed("100", "5"), licensed("100"))) == both
    assert grave(compared(licensed("100", "5"), licensed("100", "2"))) == both
    assert grave(compared(licensed("100"), licensed("100", "5"))) == set()


def test_an_interface_that_went_down_is_beyond_tolerance():
    down = InterfaceLine("GigabitEthernet1/1", "10.1.1.1", "CONFIG", "down", "down")
    found = compared(pair(), snapshot(unit(around=wide(interfaces=(down,))), secondary()))
    assert "interfaces/GigabitEthernet1/1@active" in grave(found)


@pytest.mark.parametrize(
    ("before", "after", "is_fine"),
    [
        (40, 42, True),
        (40, 37, False),
        (400, 381, True),
        (400, 379, False),
        (0, 2, True),
        (0, 3, False),
    ],
)
def test_people_may_differ_by_five_per_cent_or_two(before: int, after: int, is_fine: bool):
    found = compared(people(before), people(after))
    assert ("sessions/all@active" not in grave(found)) is is_fine


@pytest.mark.parametrize(("after", "is_fine"), [(5_999, True), (4_000, True), (3_999, False)])
def test_connections_may_differ_by_a_fifth_of_the_former_number(after: int, is_fine: bool):
    assert (
        "connections/in use@active" not in grave(compared(carrying(5_000), carrying(after)))
    ) is is_fine


def test_the_last_session_of_a_kind_that_ends_is_a_number_and_no_loss():
    found = compared(people(1), people(0))
    gone = the(found, Area.SESSIONS, "group policy GP", Whose.ACTIVE)
    assert (gone.how, gone.after, gone.bounds) == (How.GONE, None, Bounds.WITHIN)


# ── what nobody saw ────────────────────────────────────────────────────────────────────


def test_what_nobody_saw_is_never_fine():
    found = compared(pair(), pair(around=wide(routes=None)))
    unseen = the(found, Area.ROUTES, "*", Whose.ACTIVE)
    assert (unseen.how, unseen.bounds) == (How.UNSEEN, Bounds.UNKNOWN)
    assert found.wants_a_person


def test_what_nobody_saw_twice_is_not_fine_either():
    blind = pair(around=wide(modules=None))
    assert grave(compared(blind, blind)) == {"modules/*@Primary", "modules/*@Secondary"}


def test_routes_that_could_not_be_seen_are_not_told_as_gone():
    found = compared(pair(), pair(around=wide(routes=None)))
    keys = {d.key for area in found.areas for d in area.differences if d.area is Area.ROUTES}
    assert keys == {"*"}


def test_who_says_that_an_area_does_not_matter_is_not_told_that_nobody_saw_it():
    blind = pair(around=wide(modules=None))
    assert grave(compared(blind, blind, Tolerance("modules", ignore=True))) == set()
    must = Tolerance("modules", ignore=True, must_exist=True)
    assert grave(compared(blind, blind, must)) != set()


def test_a_standby_that_went_dark_wants_a_person():
    found = compared(pair(), snapshot(unit(), dark()))
    assert the(found, Area.FAILOVER, "state", Whose.STANDBY).after == "dark"
    assert found.wants_a_person


# ── configurations ─────────────────────────────────────────────────────────────────────


def test_a_changed_configuration_is_shown_line_by_line():
    one = pair(around=wide(("hostname asa", "mtu inside 1500", "logging on")))
    two = pair(around=wide(("hostname asa", "mtu inside 1400", "logging on")))
    found = compared(one, two)
    assert grave(found) == {"configuration/lines@pair"}
    (lines,) = found.configuration
    assert lines.lines == (
        "@@ -1,3 +1,3 @@",
        " hostname asa",
        "-mtu inside 1500",
        "+mtu inside 1400",
        " logging on",
    )


def test_another_release_at_the_head_is_no_changed_configuration():
    one = pair(around=wide(("ASA Version 9.12(4)", "hostname asa")))
    two = pair(around=wide(("ASA Version 9.16(4)", "hostname asa")))
    assert compared(one, two).configuration == ()


# ── cautions ───────────────────────────────────────────────────────────────────────────


def test_pictures_of_other_chassis_or_pairs_are_compared_with_a_caution():
    one = picture(pair())
    primary, other = one.units
    exchanged = replace(one, units=(replace(primary, serial=Serial("JAD9")), other))
    (caution,) = diff(one, exchanged).cautions
    assert PRI in caution
    assert "JAD9" in caution
    assert "two pairs" in diff(one, replace(one, pair="core")).cautions[0]
    assert diff(replace(one, at=Instant(9)), one).cautions != ()
    assert diff(one, one).cautions == ()


# ── which tolerance counts ─────────────────────────────────────────────────────────────


def test_a_person_stands_over_the_defaults_and_the_pair_over_the_site():
    site = Tolerance("connections", percent=1, source="site.toml")
    own = Tolerance("connections", percent=90, source="edge.toml")
    before, after = carrying(5_000), carrying(1_000)
    assert "connections/in use@active" in grave(compared(before, after, site))
    assert "connections/in use@active" not in grave(compared(before, after, site, own))
    assert "connections/in use@active" in grave(compared(before, after, own, site))


def test_what_pair_and_site_said_travels_with_the_picture():
    own = Tolerance("connections", percent=90, source="edge.toml")
    found = diff(picture(carrying(5_000)), picture(carrying(1_000), own))
    assert grave(found) == set()
    assert the(found, Area.CONNECTIONS, "in use", Whose.ACTIVE).source == "edge.toml"


def test_of_one_file_the_most_exact_pattern_counts_whatever_the_order():
    said = [
        Tolerance("routes", ignore=True, source="f"),
        Tolerance("routes/S*", must_exist=True, source="f"),
        Tolerance("routes/S* 10.*", absolute=1, source="f"),
        Tolerance("routes/S* 10.*@active", absolute=2, source="f"),
    ]
    for _ in range(10):
        random.Random(7).shuffle(said)
        known = Tolerances((*DEFAULTS, *said))
        assert known.of(Area.ROUTES, "S 10.0.0.0 255.0.0.0", Whose.ACTIVE).absolute == 2
        assert known.of(Area.ROUTES, "S 10.0.0.0 255.0.0.0", Whose.STANDBY).absolute == 1
        assert known.of(Area.ROUTES, "S 11.0.0.0 255.0.0.0", Whose.ACTIVE).must_exist
        assert known.of(Area.ROUTES, "O 11.0.0.0 255.0.0.0", Whose.ACTIVE).ignore


def test_a_pattern_of_no_area_says_nothing():
    """A plan that somebody edited must not stop a night."""
    assert Tolerances((Tolerance("cats/x", ignore=True),)).of(Area.NAT, "x", Whose.PAIR) is not None


# ── properties ─────────────────────────────────────────────────────────────────────────

KEYS = st.sampled_from(
    [
        "in use",
        "S* 0.0.0.0",
        "a[b]c",
        'q"uote',
        "back\\slash",
        "é?\x7f\x9b😀",
        "counted V",
        "kind *",
        "x@y",
    ]
)
VALUES = st.one_of(
    st.none(), st.integers(0, 9), st.integers(0, 10_000), st.sampled_from(["up", "down", "", "ü"])
)
ITEMS = st.dictionaries(st.tuples(KEYS, st.sampled_from(Whose)), VALUES, max_size=6)


@st.composite
def pictures(draw: st.DrawFn) -> Picture:
    base = picture(pair())
    areas = []
    for area in Area:
        found = draw(ITEMS)
        # A number stays a number wherever it is told, and a blank is never a value.
        items = [
            Item(key, whose, None if key.endswith("*") else value)
            for (key, whose), value in found.items()
        ]
        areas.append(AreaSeen(area, tuple(sorted(items, key=lambda i: (i.key, i.whose.value)))))
    return replace(base, areas=tuple(areas))


FEW = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.slow
@given(pictures())
@FEW
def test_a_picture_is_the_same_as_itself_but_for_what_nobody_saw(one: Picture):
    found = diff(one, one)
    for area in found.areas:
        assert all(d.how is How.UNSEEN for d in area.differences)
    unseen = sum(1 for _ in one.unseen)
    assert sum(len(area.differences) for area in found.areas) == unseen


@pytest.mark.slow
@given(pictures(), pictures())
@FEW
def test_each_item_is_the_same_or_different_and_never_both(one: Picture, other: Picture):
    found = diff(one, other)
    for area in found.areas:
        places = {(i.key, i.whose) for p in (one, other) for i in p.area(area.area).items}
        told = [(d.key, d.whose) for d in area.differences]
        assert len(set(told)) == len(told)
        assert set(told) <= places
        assert area.equal + len(told) <= len(places)


@pytest.mark.slow
@given(pictures(), st.randoms(use_true_random=False))
@FEW
def test_the_order_of_items_and_of_patterns_never_matters(one: Picture, rng: random.Random):
    other = replace(
        one,
        areas=tuple(replace(a, items=tuple(rng.sample(a.items, len(a.items)))) for a in one.areas),
    )
    said = [Tolerance("nat", absolute=3, source="f"), Tolerance("nat/in*", percent=9, source="f")]
    assert diff(one, other, said).areas == diff(one, one, said[::-1]).areas


@pytest.mark.slow
@given(st.lists(pictures(), min_size=2, max_size=4))
@FEW
def test_what_is_learnt_lets_pass_what_it_was_learnt_from(found: list[Picture]):
    named = [(f"{n}.json", one) for n, one in enumerate(found)]
    learned = learn(named)
    said = [one.tolerance for one in learned]
    for one, other in permutations(found, 2):
        assert not diff(one, other, said).wants_a_person
    assert learn(named[::-1]) == learn(named[::-1])
    assert [o.tolerance for o in learn(named[::-1])] == said


@pytest.mark.slow
@given(st.lists(pictures(), min_size=2, max_size=3))
@FEW
def test_what_is_learnt_is_the_least_that_does(found: list[Picture]):
    named = [(f"{n}.json", one) for n, one in enumerate(found)]
    learned = [one.tolerance for one in learn(named)]

    def passes(said: list[Tolerance]) -> bool:
        pairs = permutations(found, 2)
        return not any(diff(one, other, said).wants_a_person for one, other in pairs)

    for at, tolerance in enumerate(learned[:6]):
        rest = [*learned[:at], *learned[at + 1 :]]
        assert not passes(rest)
        if tolerance.absolute:
            assert not passes([*rest, replace(tolerance, absolute=tolerance.absolute - 1)])


@pytest.mark.slow
@given(st.lists(pictures(), min_size=2, max_size=3))
@FEW
def test_what_is_learnt_is_printed_so_that_a_file_says_the_same(found: list[Picture]):
    learned = learn([(f"{n}.json", one) for n, one in enumerate(found)])
    table = tomllib.loads(as_toml(learned, "learnt"))["tolerances"]
    read = read_tolerances("edge.toml", (Named("edge.toml", Path(), table),))
    assert {replace(t, source="") for t in read} == {
        replace(one.tolerance, source="") for one in learned
    }


@given(KEYS, st.sampled_from(Whose), KEYS)
def test_a_pattern_for_one_item_means_that_item_alone(key: str, whose: Whose, other: str):
    known = Tolerances((Tolerance(pattern_of(Area.NAT, key, whose), ignore=True, source="f"),))
    assert known.of(Area.NAT, key, whose).ignore
    assert known.of(Area.NAT, other, whose).ignore is (other == key)


# ── the table in a file ────────────────────────────────────────────────────────────────


def read(text: str) -> tuple[Tolerance, ...]:
    table = tomllib.loads(text)["tolerances"]
    return read_tolerances("edge.toml", (Named("edge.toml", Path(), table),))


def test_a_file_says_numbers_flags_and_words():
    found = read(
        '[tolerances]\nconnections = {percent = 30}\n"routes/S*" = {must_exist = true}\n'
        'licences = "ignore"\n"nat/rules@pair" = "equal"\n'
    )
    assert found == (
        Tolerance("connections", percent=30, source="edge.toml"),
        Tolerance("licences", ignore=True, source="edge.toml"),
        Tolerance("nat/rules@pair", source="edge.toml"),
        Tolerance("routes/S*", must_exist=True, source="edge.toml"),
    )


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('licenses = "ignore"', "did you mean `licences`"),
        ('cats = "ignore"', "no such area"),
        ('nat = "never"', "is neither"),
        ("nat = 5", "is neither"),
        ("nat = {percents = 5}", "did you mean `percent`"),
        ("nat = {percent = -1}", "whole number"),
        ("nat = {percent = 1.5}", "whole number"),
        ("nat = {absolute = true}", "whole number"),
        ("nat = {absolute = 99999999999}", "whole number"),
        ("nat = {ignore = 1}", "true or false"),
        ("nat = {ignore = true, percent = 3}", "has no measure"),
        ('"nat/rules@Pair" = "ignore"', "spelled `@pair`"),
    ],
)
def test_a_mistake_is_told_with_file_key_and_what_is_allowed(line: str, told: str):
    with pytest.raises(UsageFault) as fault:
        read(f"[tolerances]\n{line}\n")
    message = str(fault.value)
    assert told in message
    assert message.startswith("edge.toml: `tolerances.")
    assert "upgrader check edge.toml" in message


def test_a_tolerances_file_may_be_a_pairs_with_its_site(tmp_path: Path):
    (tmp_path / "site.toml").write_text('[tolerances]\nnat = "ignore"\n')
    own = tmp_path / "edge.toml"
    own.write_text('site = "site.toml"\n[ssh]\n[tolerances]\nroutes = "ignore"\n')
    assert [t.pattern for t in tolerances_in(own)] == ["nat", "routes"]


@pytest.mark.parametrize(
    ("text", "told"), [(None, "No such file"), ("x = [", "no TOML"), ("x = 1", "--learn")]
)
def test_a_tolerances_file_that_says_nothing_is_refused(tmp_path: Path, text, told: str):
    path = tmp_path / "t.toml"
    if text is not None:
        path.write_text(text)
    with pytest.raises(UsageFault, match=told):
        tolerances_in(path)
