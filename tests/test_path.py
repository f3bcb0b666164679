"""The way between two releases: hops that the guides allow, or the reason why there are none."""

import json
import tomllib
from dataclasses import replace
from itertools import pairwise
from pathlib import Path as FilePath

import pytest
from hypothesis import given
from hypothesis import strategies as st
from looks import OLD, configuration, dark, pair, unit, wide
from looks import secondary as standby
from looks import snapshot as seen_as

from upgrader.cli.deeds.paths import spelt_model
from upgrader.cli.main import run
from upgrader.cli.pairfile.pair import read_pair
from upgrader.cli.pairfile.releases import read_own_releases
from upgrader.dialect.versions import read_version
from upgrader.emulator.machine.hardware import all_hardware
from upgrader.emulator.pairing.states import are_compatible
from upgrader.journal.codec import decode, encode
from upgrader.judgement.aim import aim_at
from upgrader.judgement.check.rule import Scene
from upgrader.judgement.check.rules import check
from upgrader.judgement.path.builtin import built_in, known_with
from upgrader.judgement.path.concerns import using
from upgrader.judgement.path.files import minimum_asdm, releases_on
from upgrader.judgement.path.hops import way, why_allowed
from upgrader.judgement.path.legs import next_leg
from upgrader.judgement.path.reading import ReleasesFault, read_releases
from upgrader.model.finding import Moment, Severity
from upgrader.model.journey import NoPath, Path, UnknownPath, Way
from upgrader.model.plan import Target
from upgrader.model.releases import Releases, merged
from upgrader.model.unit import Flash, FlashFile
from upgrader.model.version import Version
from upgrader.model.wide import ConfigText, SessionKind
from upgrader.ports import UsageFault

KNOWN = built_in()
V = read_version


def ways(hardware: str, running: str, to: str, there: tuple[str, ...] = ()) -> Way:
    return way(KNOWN, hardware, V(running), V(to), [V(release) for release in there])


def ends(found: Way) -> list[str]:
    assert isinstance(found, Path), found
    return [str(hop.end) for hop in found.hops]


# ── what the guides say, once more and by hand: the second witness ─────────────────────

CLASSIC = [(7, 0), (7, 1), (7, 2), (8, 0), (8, 1), (8, 2), (8, 3), (8, 4), (8, 5), (8, 6)]
ONLY = {(8, 1): ("ASA5580",), (8, 5): ("ASASM",), (8, 6): ("ASA5512", "ASA5515", "ASA5525")}
NEVER = {(8, 3): ("ASA5585",), (8, 4): ("ASA5512", "ASA5515", "ASA5525")}
LATER = [(9, n) for n in (*range(11), *range(12, 21), 22, 23, 24)]
LAST = {
    "ASA5505": (9, 2),
    "ASA5510": (9, 1),
    "ASA5580": (9, 1),
    "ASA5512": (9, 12),
    "ASA5585-SSP-10": (9, 12),
    "ASASM": (9, 12),
    "ASA5525": (9, 14),
    "ASA5516": (9, 16),
    "FPR-2110": (9, 20),
    "ASAv": (99, 0),
    "FPR-3110": (99, 0),
}
OUTAGES = {(8, 4, 6), (9, 0, 2), (9, 1, 2)}


def had(hardware: str, train: tuple[int, int]) -> bool:
    if hardware.startswith(NEVER.get(train, ("\0",))):
        return False
    return train not in ONLY or hardware.startswith(ONLY[train])


def may_follow(hardware: str, a: Version, b: Version) -> bool:
    """Domain knowledge as a person would look it up, row by row."""
    if b <= a or b.train > LAST[hardware] or not had(hardware, b.train):
        return False
    if (b.major, b.minor, b.maintenance) in OUTAGES:
        return False
    stones = {(9, 0): {3, 4}}
    if a.train == b.train:
        return not (a.train == (9, 1) and a.maintenance < 2 and b.maintenance > a.maintenance)
    if a < Version(8, 4, 5) or a.train in {(8, 5), (8, 6)}:
        if b.train in stones and b.maintenance in stones[b.train]:
            return True
        following = [t for t in CLASSIC if t > a.train and had(hardware, t)]
        return b.train in CLASSIC and bool(following) and b.train == following[0]
    if a < Version(9, 0, 2) and a.major == 9:
        return b.train in stones and b.maintenance in stones[b.train]
    return not (a.train == (9, 1) and a.maintenance < 2)


TRAINS = st.sampled_from([*CLASSIC, *LATER])
RELEASES = st.builds(
    lambda train, maintenance, interim: Version(*train, maintenance, interim),
    TRAINS,
    st.integers(1, 7),
    st.sampled_from([0, 0, 0, 4, 37]),
)
HARDWARE = st.sampled_from(sorted(LAST))


@pytest.mark.slow
@given(HARDWARE, RELEASES, RELEASES, st.lists(RELEASES, max_size=4))
def test_every_hop_is_allowed_goes_up_and_the_last_one_ends_at_the_target(
    hardware: str, running: Version, target: Version, there: list[Version]
) -> None:
    found = way(KNOWN, hardware, running, target, there)
    if not isinstance(found, Path):
        return
    stops = [running, *(hop.end for hop in found.hops)]
    assert stops[-1] == target
    assert [hop.start for hop in found.hops] == stops[:-1]
    for a, b in pairwise(stops):
        assert may_follow(hardware, a, b), (hardware, str(a), str(b))


@pytest.mark.slow
@given(HARDWARE, RELEASES, RELEASES, st.lists(RELEASES, max_size=4))
def test_no_shorter_way_exists_over_any_release_that_is_known_or_on_the_flash(
    hardware: str, running: Version, target: Version, there: list[Version]
) -> None:
    found = way(KNOWN, hardware, running, target, there)
    stops = {stone for row in KNOWN.stones for stone in row.stones} | set(there)
    stops |= {train.last for train in KNOWN.trains if train.last is not None} | {target}
    platform = KNOWN.platform_of(hardware)
    assert platform is not None
    if platform.first is not None and running.train < platform.first:
        assert isinstance(found, UnknownPath)
        return
    reached, steps = {running}, 0
    while target not in reached and steps <= 12:
        reached = reached | {b for a in reached for b in stops if may_follow(hardware, a, b)}
        steps += 1
    if target not in reached:
        assert isinstance(found, NoPath)
    else:
        assert isinstance(found, Path)
        assert len(found.hops) == steps


@given(HARDWARE, RELEASES, RELEASES)
def test_the_same_question_has_one_answer_in_whatever_order_the_flash_is_listed(
    hardware: str, running: Version, target: Version
) -> None:
    there = [Version(9, 0, 3), Version(9, 0, 4), Version(8, 4, 5)]
    first = way(KNOWN, hardware, running, target, there)
    assert way(KNOWN, hardware, running, target, reversed(there)) == first


@given(HARDWARE, RELEASES, RELEASES)
def test_whatever_hop_is_allowed_the_emulated_pair_stays_a_pair_on_it(
    hardware: str, running: Version, target: Version
) -> None:
    """Two tables, read by two programs, from one guide."""
    found = way(KNOWN, hardware, running, target)
    for hop in found.hops if isinstance(found, Path) else ():
        assert are_compatible(str(hop.start), str(hop.end)), hop


def test_the_emulated_hardware_ends_at_the_trains_that_the_data_says() -> None:
    for model in all_hardware():
        platform = KNOWN.platform_of(model.model)
        assert platform is not None, model.model
        assert platform.last == model.last, model.model


# ── single ways, as people know them ───────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("hardware", "running", "to", "there", "hops"),
    [
        ("ASA5516", "9.12(4)", "9.16(4)", (), ["9.16(4)"]),
        ("ASA5525", "9.2(2)4", "9.5(2)", (), ["9.5(2)"]),
        ("ASA5585-SSP-10", "8.4(2)", "9.12(4)", (), ["9.0(4)", "9.12(4)"]),
        ("ASA5585-SSP-10", "8.4(2)", "9.12(4)", ("9.0(3)",), ["9.0(3)", "9.12(4)"]),
        ("ASA5585-SSP-10", "8.2(5)", "8.4(5)", (), ["8.4(5)"]),
        ("ASA5520", "8.2(5)", "8.4(5)", (), ["8.3(2)", "8.4(5)"]),
        ("ASA5520", "8.4(1)", "8.4(7)", (), ["8.4(7)"]),
        ("ASA5512", "8.6(1)", "9.12(4)", (), ["9.0(4)", "9.12(4)"]),
        ("ASA5520", "7.0(1)", "7.2(5)", (), ["7.1(2)", "7.2(5)"]),
        ("ASA5580-20", "8.0(4)", "8.2(1)", (), ["8.1(2)", "8.2(1)"]),
        ("ASA5520", "8.0(4)", "8.2(1)", (), ["8.2(1)"]),
        ("ASAv", "9.16(4)", "9.24(1)", (), ["9.24(1)"]),
    ],
)
def test_the_way_from_one_release_to_another(
    hardware: str, running: str, to: str, there: tuple[str, ...], hops: list[str]
) -> None:
    assert ends(ways(hardware, running, to, there)) == hops


@pytest.mark.parametrize(
    ("hardware", "running", "to", "why"),
    [
        ("ASA5585-SSP-10", "8.4(2)", "9.16(4)", "last release train of ASA5585-SSP-10 is 9.12"),
        ("ASA5505", "9.1(5)", "9.3(1)", "is 9.2"),
        ("ASA5516", "9.16(4)", "9.12(4)", "downgrade"),
        ("ASA5520", "8.4(2)", "8.6(1)", "never had a release 8.6"),
        ("ASA5520", "8.4(7)", "9.1(2)", "CSCug88962"),
        ("ASA5520", "8.4(2)", "8.4(6)", "take 8.4(5)"),
        ("ASA5525", "9.1(1)", "9.12(4)", "CSCuh25271"),
    ],
)
def test_where_no_way_leads_the_reason_is_told(
    hardware: str, running: str, to: str, why: str
) -> None:
    found = ways(hardware, running, to)
    assert isinstance(found, NoPath)
    assert why in found.why


@pytest.mark.parametrize(
    ("hardware", "running", "to"),
    [
        ("ASAv", "9.12(4)", "10.1(1)"),
        ("ASAv", "9.12(4)", "9.21(1)"),
        ("ASAv", "98.1(1)", "98.1(2)"),
        ("PIX-525", "8.0(4)", "8.2(1)"),
        ("FPR-3110", "8.4(2)", "9.17(1)"),
    ],
)
def test_what_is_not_in_the_data_is_unknown_and_never_guessed(
    hardware: str, running: str, to: str
) -> None:
    assert isinstance(ways(hardware, running, to), UnknownPath)


def test_from_8_4_2_to_9_16_4_there_is_no_way_on_any_hardware() -> None:
    """8.4 ran on nothing that 9.16 runs on."""
    for platform in KNOWN.platforms:
        found = ways(platform.names[0], "8.4(2)", "9.16(4)")
        assert not isinstance(found, Path), platform.names


def test_every_entry_of_the_data_says_where_it_is_from() -> None:
    rows = (
        *KNOWN.trains,
        *KNOWN.stones,
        *KNOWN.outages,
        *KNOWN.platforms,
        *KNOWN.memory,
        *KNOWN.signed_asdm,
        *KNOWN.uptime,
        *KNOWN.cautions,
    )
    assert all(row.source for row in rows)
    assert len({caution.name for caution in KNOWN.cautions}) == len(KNOWN.cautions)


# ── ASDM ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("release", "asdm"),
    [
        ("8.4(2)", "6.4(0)"),
        ("9.12(4)", "7.12(0)"),
        ("9.12(4)67", "7.18(1)152"),
        ("9.16(3)18", "7.16(0)"),
        ("9.16(4)", "7.18(1)152"),
        ("9.18(1)", "7.18(0)"),
        ("9.20(2)", "7.20(0)"),
        ("10.1(1)", None),
    ],
)
def test_the_oldest_asdm_that_starts_with_a_release(release: str, asdm: str | None) -> None:
    found = minimum_asdm(KNOWN, V(release))
    assert (None if found is None else str(found)) == asdm


# ── what a release takes away, against the configuration ───────────────────────────────


def removed(lines: tuple[str, ...], to: str, running: str = "9.12(4)", **around: object):
    seen = pair(runs=V(running), hardware="ASAv", around=wide(lines, **around))
    scene = Scene(seen, aim_at(seen, Target(V(to))), Moment.PLAN)
    return [f for f in check(scene) if f.rule == "removed-features"]


@pytest.mark.parametrize(
    ("lines", "running", "to", "told"),
    [
        (("ssh version 1",), "9.8(4)", "9.12(4)", "`ssh version 1`"),
        (("crypto ca server", " no shutdown"), "9.12(4)", "9.13(1)", "`crypto ca server`"),
        (
            ("snmp-server user ops grp v3 engineID 80 encrypted auth md5 <secret> priv aes 128 x",),
            "9.14(4)",
            "9.16(1)",
            "auth md5",
        ),
        (("crypto ikev1 policy 10", " hash md5", " group 2"), "9.14(4)", "9.15(1)", "> group 2"),
        (
            ("ipv6 router ospf 1", " redistribute static route-map RM"),
            "9.16(4)",
            "9.20(2)",
            "redistribute static route-map RM",
        ),
        (("ssh key-exchange hostkey eddsa",), "9.22(1)", "9.23(1)", "hostkey eddsa"),
        (
            ("object network o", " fqdn www.example.com", "access-list a permit ip any object o"),
            "9.6(1)",
            "9.12(4)",
            "CSCuv02304",
        ),
    ],
)
def test_the_lines_that_use_what_goes_away_are_shown(
    lines: tuple[str, ...], running: str, to: str, told: str
) -> None:
    found = removed(lines, to, running)
    assert any(told in finding.evidence for finding in found), found


def test_what_the_configuration_does_not_use_is_not_told() -> None:
    found = removed(("hostname asa", "ssh version 2"), "9.23(1)", "9.17(1)")
    assert [f.evidence for f in found] == []


def test_a_release_that_is_fixed_is_not_told_of() -> None:
    lines = ("object network o", " fqdn www.example.com")
    assert not any("CSCuv02304" in f.evidence for f in removed(lines, "9.12(4)", "9.1(7)16"))
    (found,) = (f for f in removed(lines, "9.12(4)", "9.1(7)4") if "CSCuv02304" in f.evidence)
    assert found.severity is Severity.BLOCKER


def test_people_at_the_portal_block_the_way_to_9_17_until_somebody_waives_it() -> None:
    """They are cut off for good: that is more than a line that goes away."""
    kinds = (SessionKind("Clientless VPN", 2, 0), SessionKind("AnyConnect Client", 5, 0))
    (found,) = (
        f
        for f in removed(("hostname asa",), "9.18(1)", "9.16(4)", kinds=kinds)
        if "portal" in f.evidence
    )
    assert found.severity is Severity.BLOCKER
    assert "2 people" in found.evidence


@pytest.mark.parametrize(
    ("section", "line", "is_weak"),
    [
        ("crypto ikev2 policy 10", " group 2 14", True),
        ("crypto ikev2 policy 10", " group 14 5 2", True),
        ("crypto ikev2 policy 10", " group 21 24 20", True),
        ("crypto ikev2 policy 10", " group 21 20 19 15 14", False),
        ("crypto ikev2 policy 10", " encryption aes-256 3des", True),
        ("crypto ikev2 policy 10", " encryption aes-gcm-256", False),
        ("crypto ikev1 policy 10", " group 5", False),
        ("crypto isakmp policy 10", " hash md5", True),
        ("crypto ipsec transform-set A esp-3des esp-sha-hmac", "", True),
        ("crypto ipsec ikev1 transform-set ESP-3DES esp-aes esp-sha-hmac", "", False),
        ("crypto dynamic-map DYN 1 set pfs group2", "", True),
        ("crypto map OUT 1 set pfs group21", "", False),
        ("crypto ipsec ikev2 ipsec-proposal P", " protocol esp encryption aes-256 3des", True),
        ("crypto ipsec ikev2 ipsec-proposal P", " protocol esp integrity sha-256 sha-1", False),
    ],
)
def test_a_weak_algorithm_is_found_wherever_it_stands_in_its_line(
    section: str, line: str, is_weak: bool
) -> None:
    lines = (section, line) if line else (section,)
    told = [f.evidence for f in removed(lines, "9.16(4)", "9.12(4)")]
    assert any("algorithms of low security" in evidence for evidence in told) is is_weak


def test_a_configuration_that_was_not_seen_is_unknown_and_never_fine() -> None:
    found = removed((), "9.18(1)", text=None)
    assert Severity.UNKNOWN in {f.severity for f in found}


def test_a_pattern_of_a_section_fits_lines_below_it_only() -> None:
    text = ConfigText(("port-forward x", "webvpn", " port-forward list 1 host 2", "logging on"))
    assert using(text, ["webvpn > port-forward *"]) == ("webvpn > port-forward list 1 host 2",)


# ── the leg of a pair as it stands ─────────────────────────────────────────────────────

STONE, GOAL = Version(9, 0, 4), Version(9, 12, 4)
FILES = {
    "disk0:/asa842-smp-k8.bin": "old",
    "disk0:/asa904-smp-k8.bin": "stone",
    "disk0:/asa9-12-4-smp-k8.bin": "new",
}
OLDEST = Version(8, 4, 2)


def old_pair(one: Version = OLDEST, other: Version = OLDEST, files: dict[str, str] = FILES):
    words = {"hardware": "ASA5585-SSP-10", "files": files, "around": wide()}
    return seen_as(unit(runs=one, **words), standby(runs=other, **words))


def test_a_night_goes_to_the_first_stone_and_says_what_follows() -> None:
    leg = next_leg(KNOWN, old_pair(), Target(GOAL, image="disk0:/asa9-12-4-smp-k8.bin"))
    assert (leg.target, leg.journey) == (Target(STONE), (GOAL,))


def test_a_hop_that_somebody_has_begun_is_ended_first() -> None:
    """One unit runs 9.0(3) already: the other follows it there, not to 9.0(4)."""
    begun = old_pair(OLDEST, Version(9, 0, 3))
    leg = next_leg(KNOWN, begun, Target(GOAL))
    assert (leg.target.version, leg.journey) == (Version(9, 0, 3), (GOAL,))


def test_the_last_hop_takes_the_files_that_a_person_named() -> None:
    wanted = Target(GOAL, image="disk0:/mine.bin")
    assert next_leg(KNOWN, old_pair(STONE, STONE), wanted).target == wanted


def test_a_missing_image_of_a_later_hop_is_told_before_the_first_one() -> None:
    seen = old_pair(files={k: v for k, v in FILES.items() if "9-12-4" not in k})
    told = later_hops(seen)
    assert {f.severity for f in told} == {Severity.WARNING}
    assert all("no image of 9.12(4)" in f.evidence for f in told)
    assert len(told) == 2


def later_hops(seen):
    aimed = aim_at(seen, Target(STONE))
    scene = Scene(seen, aimed, Moment.PLAN, journey=(GOAL,), bound_for=Target(GOAL))
    return [f for f in check(scene) if f.rule == "later-hops"]


def test_a_flash_without_room_for_a_later_hop_is_told_before_the_first_one() -> None:
    """A hop that another one makes impossible: the images of both do not fit."""
    one, other = old_pair().units
    assert one.full is not None
    little = tuple(
        FlashFile(name, 100_000_000)
        for name in ("disk0:/asa842-smp-k8.bin", "disk0:/asa904-smp-k8.bin")
    )
    flash = replace(one.full.flash, files=little, free_bytes=50_000_000)
    assert isinstance(flash, Flash)
    full = replace(one.full, flash=flash)
    told = later_hops(seen_as(replace(one, full=full), other))
    assert any("bytes are free" in f.evidence for f in told)


def test_the_hops_of_a_plan_are_a_note_and_no_blocker() -> None:
    seen = old_pair()
    scene = Scene(seen, aim_at(seen, Target(STONE)), Moment.PLAN, journey=(GOAL,))
    (found,) = (f for f in check(scene) if f.rule == "version-compatible")
    assert found.severity is Severity.NOTE
    assert "9.0(4), 9.12(4)" in found.evidence


def test_a_plan_that_would_skip_a_stone_is_blocked() -> None:
    seen = old_pair()
    scene = Scene(seen, aim_at(seen, Target(GOAL)), Moment.PLAN)
    (found,) = (f for f in check(scene) if f.rule == "version-compatible")
    assert found.severity is Severity.BLOCKER
    assert "must first go to 9.0(4)" in found.evidence


def test_a_release_counts_as_there_only_where_both_flashes_have_it() -> None:
    both = Flash((FlashFile("disk0:/asa904-smp-k8.bin", 1),), 9, 5)
    none = replace(both, files=())
    assert releases_on([both, both], "ASA5585-SSP-10") == {STONE}
    assert releases_on([both, none], "ASA5585-SSP-10") == frozenset()
    assert releases_on([], "ASA5585-SSP-10") == frozenset()
    assert releases_on([both], "ASA5516") == frozenset()


# ── what users know themselves ─────────────────────────────────────────────────────────

OWN = """
[[train]]
train = "9.26"
asdm = "7.26"

[[outage]]
release = "9.26(1)"
bug = "INTERNAL-7"
instead = ["9.26(2)"]

[[caution]]
name = "clientless"
severity = "note"
since = "9.17(1)"
says = "we have no portal"
remedy = "nothing"
"""


def own(text: str = OWN) -> Releases:
    return read_releases(tomllib.loads(text), "own.toml")


def test_a_users_entries_add_and_stand_over_ours() -> None:
    known = known_with(own())
    assert isinstance(ways("ASAv", "9.16(4)", "9.26(2)"), UnknownPath)
    assert ends(way(known, "ASAv", V("9.16(4)"), V("9.26(2)"))) == ["9.26(2)"]
    refused = way(known, "ASAv", V("9.16(4)"), V("9.26(1)"))
    assert isinstance(refused, NoPath)
    assert refused.instead == (V("9.26(2)"),)
    (caution,) = (c for c in known.cautions if c.name == "clientless")
    assert (caution.says, caution.source) == ("we have no portal", "own.toml")
    assert merged(KNOWN, None) is KNOWN


def test_what_a_user_knows_goes_with_the_plan_letter_by_letter() -> None:
    assert decode(Releases, encode(own())) == own()
    assert decode(Releases, encode(KNOWN)) == KNOWN


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ('[[trian]]\ntrain = "9.26"', "`trian`", "did you mean `train`"),
        ('[[train]]\ntrain = "9"', "[[train]] 1, `train = '9'`", 'such as "9.16"'),
        ('[[train]]\nasdm = "7.2"', "[[train]] 1", "`train` is missing"),
        ('[[train]]\ntrain = "9.26"\nlsat = "9.26(1)"', "lsat", "did you mean `last`"),
        ('[[outage]]\nrelease = "new"', "release = 'new'", 'such as "9.16(4)"'),
        (
            '[[caution]]\nname = "x"\nseverity = "unknown"\nsays = "x"\nremedy = "x"',
            "severity",
            '"note", "warning", "blocker"',
        ),
        (
            '[[caution]]\nname = "x"\nseverity = "note"\nsays = "x"\nremedy = "x"',
            "[[caution]] 1",
            "`since`, `targets` or `running`",
        ),
        ('train = "9.26"', "`train`", "[[train]]"),
    ],
)
def test_a_mistake_in_the_data_is_named_with_its_place(text: str, place: str, said: str) -> None:
    with pytest.raises(ReleasesFault) as fault:
        own(text)
    assert place in fault.value.place
    assert said in fault.value.problem


def written(folder: FilePath, releases: str, text: str = OWN) -> str:
    (folder / "own.toml").write_text(text)
    file = folder / "edge.toml"
    file.write_text(f'[releases]\n{releases}\n[emulated]\nmodel = "ASAv"\n')
    return str(file)


def test_a_pair_file_names_what_its_people_know(tmp_path: FilePath) -> None:
    read = read_pair(written(tmp_path, 'file = "own.toml"'))
    assert read_own_releases(read.path, read.site.releases) == read_releases(
        tomllib.loads(OWN), str(tmp_path / "own.toml")
    )


@pytest.mark.parametrize(
    ("releases", "text", "said"),
    [
        ('file = "gone.toml"', OWN, "No such file"),
        ("file = 7", OWN, "the path of a TOML file"),
        ('flie = "own.toml"', OWN, "did you mean `file`"),
        ('file = "own.toml"', "[[train", "is no TOML"),
        ('file = "own.toml"', '[[train]]\ntrain = "x"', "own.toml: [[train]] 1"),
        (
            'file = "own.toml"',
            '[[stones]]\nsince = "9.12(1)"\nbelow = "9.16(1)"\nstones = []',
            "[[stones]] 1, `stones`: names no release",
        ),
        (
            'file = "own.toml"',
            '[[stones]]\nsince = "9.16(1)"\nbelow = "9.12(1)"\nstones = ["9.14(1)"]',
            "[[stones]] 1, `since`: holds for no release",
        ),
        (
            'file = "own.toml"',
            '[[train]]\ntrain = "9.25"\nlast = "9.24(1)"',
            "[[train]] 1, `last`: 9.24(1) is not of this train",
        ),
        (
            'file = "own.toml"',
            '[[platform]]\nnames = ["X"]\nfirst = "9.16"\nlast = "9.1"',
            "[[platform]] 1, `first`: is later than `last`",
        ),
    ],
)
def test_a_mistake_in_a_users_file_says_what_where_and_what_next(
    tmp_path: FilePath, releases: str, text: str, said: str
) -> None:
    read = read_pair(written(tmp_path, releases, text))
    with pytest.raises(UsageFault) as fault:
        read_own_releases(read.path, read.site.releases)
    assert said in str(fault.value)
    assert "upgrader check" in str(fault.value)


# ── the command ────────────────────────────────────────────────────────────────────────


def spoken(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = run(["path", *arguments])
    out, err = capsys.readouterr()
    return code, out, err


@pytest.mark.parametrize(
    ("arguments", "code", "kind", "hops"),
    [
        (("--from", "8.4.2", "--model", "5585-X", "--to", "9.12(4)"), 0, "path", 2),
        (("--from", "9-12-4", "--model", "Firepower 2110", "--to", "9.20(2)"), 0, "path", 1),
        (("--from", "9.16(4)", "--model", "ASAv", "--to", "9.16(4)"), 0, "path", 0),
        (("--from", "9.14(1)", "--model", "5525-X", "--to", "9.16(4)"), 3, "none", 0),
        (("--from", "9.14(1)", "--model", "ASAv", "--to", "10.1(1)"), 3, "unknown", 0),
        (("--from", "9.14(1)", "--model", "toaster", "--to", "9.16(4)"), 3, "unknown", 0),
    ],
)
def test_the_way_without_a_pair(
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    code: int,
    kind: str,
    hops: int,
) -> None:
    assert spoken(capsys, *arguments)[0] == code
    ended, out, _ = spoken(capsys, *arguments, "--json")
    told = json.loads(out)
    assert ended == told["exit_code"] == code
    assert (told["way"], len(told["hops"])) == (kind, hops)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Name a pair"),
        (("--from", "9.12(4)", "--to", "9.16(4)"), "--model"),
        (("--from", "new", "--model", "ASAv", "--to", "9.16(4)"), "is not a version"),
        (("example:two-hops", "--model", "ASAv"), "the pair says itself"),
        (("nowhere.toml", "--to", "9.16(4)"), "nowhere.toml"),
    ],
)
def test_a_way_that_nobody_can_look_up_is_wrong_usage(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    code, out, err = spoken(capsys, *arguments)
    assert (code, out) == (2, "")
    assert said in err


def test_the_page_of_a_way_fits_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = spoken(capsys, "--from", "8.4(2)", "--model", "5585-X", "--to", "9.12(4)")
    assert max(len(line) for line in out.splitlines()) <= 80
    assert "1. 8.4(2) to 9.0(4)" in out


@pytest.mark.parametrize(
    ("said", "spelt"),
    [
        ("5585-X", "ASA5585"),
        ("ASA5516-X", "ASA5516"),
        ("asa5525", "asa5525"),
        ("ASA5585-SSP-10", "ASA5585-SSP-10"),
        ("Firepower 2110", "FPR-2110"),
        ("ASAv", "ASAv"),
    ],
)
def test_a_model_is_understood_as_data_sheets_spell_it(said: str, spelt: str) -> None:
    assert spelt_model(said) == spelt


def test_one_hop_is_asked_of_one_table() -> None:
    assert why_allowed(KNOWN, "ASA5516", OLD, V("9.16(4)")) is not None
    assert why_allowed(KNOWN, "ASA5516", V("9.16(4)"), OLD) is None


def test_a_dark_unit_leaves_the_later_hops_unknown() -> None:
    one = old_pair().units[0]
    assert Severity.UNKNOWN in {f.severity for f in later_hops(seen_as(one, dark()))}


def test_the_configured_asdm_is_held_against_the_hop() -> None:
    seen = pair(running=configuration(asdm="disk0:/asdm-7161.bin"))
    assert "7.18(1)152" in aim_at(seen, Target(V("9.16(4)"))).asdm_why
