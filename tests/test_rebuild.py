"""A night is rebuilt from its records: what they say, what is assumed, what cannot be done."""

from dataclasses import replace
from itertools import pairwise

import pytest
from postmortems import causes as likely_mismatch
from postmortems import night as some_night
from reenactments import MINUTE, arrives, night_of, setting, told, upgrade

from upgrader.cli.pairfile.pair import pair_of, scenario_of
from upgrader.emulator.scenario import rows
from upgrader.judgement.postmortem.comparing.likeness import compare
from upgrader.judgement.postmortem.rebuilding import paper
from upgrader.judgement.postmortem.rebuilding.paper import PAIR_FILE, written
from upgrader.judgement.postmortem.rebuilding.rebuild import believed_causes, rebuild
from upgrader.judgement.postmortem.rebuilding.setting import NotRebuilt, Rebuilt
from upgrader.judgement.postmortem.rebuilding.typed_again import lines_again, plain
from upgrader.model.cause import Cause, CauseName, Likelihood
from upgrader.model.evidence import What
from upgrader.model.failover import Role
from upgrader.model.night import Event, Kind
from upgrader.model.script import Befalls, Typed


def rebuilt(night, causes=()) -> Rebuilt:
    made = rebuild(night, causes)
    assert isinstance(made, Rebuilt)
    return made


def cause(name: CauseName, likelihood: Likelihood = Likelihood.LIKELY, *people: str) -> Cause:
    return Cause(name, likelihood, "it is so", people=people)


def typed(line: str, at: int | None, **more: object) -> Event:
    return Event(at, Role.PRIMARY, Kind.COMMAND, What.COMMAND, line, (), {"command": line}, **more)


# ── what the records say ───────────────────────────────────────────────────────────────


def test_the_lines_of_the_night_are_typed_again_at_their_instants():
    night = night_of(setting(), upgrade())
    made = rebuilt(night)
    again = [act for act in made.script.acts if isinstance(act, Typed)]
    assert [act.line for act in again] == [
        "failover reload-standby",
        "no failover active",
        "failover reload-standby",
    ]
    apart = [after.at_ms - before.at_ms for before, after in pairwise(again)]
    assert apart == [9 * MINUTE, 5 * MINUTE]


def test_a_line_that_moved_the_roles_is_typed_where_it_did_so():
    night = night_of(setting(), upgrade())
    moving = next(
        act
        for act in rebuilt(night).script.acts
        if isinstance(act, Typed) and act.line == "no failover active"
    )
    assert moving.on == "primary"


def test_whoever_had_a_session_before_the_records_sits_there_at_the_start():
    night = night_of(setting(people=3), upgrade())
    seated = rebuilt(night).setting.seated
    assert sorted(one.user for one in seated) == ["person1", "person2", "person3"]
    assert len({one.address for one in seated}) == 3
    assert len({one.index for one in seated}) == 3


def test_somebody_new_comes_when_the_records_say_so():
    night = night_of(setting(), (*upgrade(), arrives(60_000, "newcomer")))
    arrivals = [act for act in rebuilt(night).script.acts if isinstance(act, Befalls)]
    assert [(act.event, act.arguments["user"]) for act in arrivals] == [
        ("connect-clients", "newcomer")
    ]


def test_a_boot_takes_as_long_as_it_took_on_the_night():
    from upgrader.judgement.postmortem.rebuilding.setting import Timings

    night = night_of(setting(timings=Timings(boot=200.0)), upgrade())
    assert rebuilt(night).setting.timings.boot == pytest.approx(200, abs=6)


def test_the_releases_are_those_that_the_units_named():
    made = rebuilt(night_of(setting(), upgrade()))
    assert {unit.version for unit in made.setting.units} == {"9.12(4)"}
    assert made.target == "9.16(4)"


def test_a_cut_cable_is_cut_again_and_joined_again():
    cuts = (
        Befalls(5 * MINUTE, "cut-link", {"link": "state"}),
        Befalls(8 * MINUTE, "join-link", {"link": "state"}),
    )
    made = rebuilt(night_of(setting(), cuts))
    links = [act for act in made.script.acts if isinstance(act, Befalls)]
    assert [(act.event, act.arguments["link"]) for act in links] == [
        ("cut-link", "state"),
        ("join-link", "state"),
    ]


# ── what a cause says ──────────────────────────────────────────────────────────────────


def test_a_cause_gives_what_no_record_holds():
    night = some_night()
    assert rebuilt(night).setting.packages[0].secondary == "package-win"
    made = rebuilt(night, likely_mismatch())
    assert made.setting.packages[0].primary != made.setting.packages[0].secondary
    assert any(text.endswith("which is likely and not certain") for text in made.assumed)
    keyless = rebuilt(night, [cause(CauseName.NO_FAILOVER_KEY)])
    assert not keyless.setting.failover_key
    assert "failover key" not in written(keyless.setting)["pair.cfg"]


def test_of_possible_causes_only_the_first_is_believed_and_only_if_none_is_likely():
    possible = cause(CauseName.POOL_FULL, Likelihood.POSSIBLE)
    other = cause(CauseName.CRASH, Likelihood.POSSIBLE)
    likely = cause(CauseName.NO_FAILOVER_KEY)
    assert believed_causes([possible, other]) == (possible,)
    assert believed_causes([possible, likely]) == (likely,)
    assert believed_causes([cause(CauseName.CRASH, Likelihood.UNKNOWN)]) == ()


@pytest.mark.parametrize("name", list(CauseName))
def test_whatever_the_cause_the_emulator_takes_the_pair(name):
    made = rebuilt(some_night(), [cause(name, Likelihood.LIKELY, "alice.1", "bob.1")])
    files = written(made.setting, made.script)
    pair = pair_of(files, PAIR_FILE, "rebuilt")
    assert scenario_of(pair).model == "ASA5516"
    assert pair.script is not None
    assert len(pair.script.acts) == len(made.script.acts)


def test_the_tables_of_people_have_the_columns_that_a_pair_file_names():
    """The one who writes them and the one who reads them know nothing of each other."""
    assert (paper.SESSIONS, paper.ADDRESSES) == (rows.SESSIONS, rows.ADDRESSES)


# ── what is assumed, and what cannot be done ───────────────────────────────────────────


def test_what_the_records_do_not_say_is_listed():
    night = replace(
        some_night(),
        units=tuple(
            replace(unit, model=None, version_first=None, version_last=None)
            for unit in some_night().units
        ),
    )
    told_of = " ".join(rebuilt(night).assumed)
    assert "the records name no model" in told_of
    assert "the records name no release" in told_of


def test_a_night_of_nothing_says_what_is_missing():
    empty = replace(
        some_night(), events=(), lives=(), switchovers=(), absences=(), bands=(), screens=()
    )
    made = rebuild(empty, ())
    assert isinstance(made, NotRebuilt)
    assert made.missing


def test_a_night_without_a_date_is_given_one():
    night = replace(some_night(), has_date=False, began=0, ended=24 * MINUTE)
    made = rebuilt(night)
    assert made.setting.starts_at_s > 1_000_000_000


def test_lines_without_a_time_wait_until_the_pair_was_ready():
    bare = some_night()
    events = tuple(
        typed(line, None)
        for line in ("failover reload-standby", "no failover active", "failover reload-standby")
    )
    night = replace(bare, events=events, lives=(), switchovers=(), absences=())
    made = rebuilt(night)
    instants = [act.at_ms for act in made.script.acts if isinstance(act, Typed)]
    assert instants[1] - instants[0] > 6 * MINUTE
    assert instants[2] - instants[1] > 30_000
    assert any("without a time" in text for text in made.assumed)


def test_addresses_and_names_of_any_kind_do_no_harm():
    odd = some_night()
    lives = tuple(
        replace(life, user=user, address=address, public="", index=None, began=None)
        for life, user, address in zip(
            odd.lives,
            ('"quoted", and a comma', "<script>", "ünïcode", "a b", "x" * 200),
            (None, "fe80::1", "999.1.1.1", "10.0.0.1", "10.0.0.1"),
            strict=False,
        )
    )
    made = rebuilt(replace(odd, lives=lives))
    scenario_of(pair_of(written(made.setting, made.script), PAIR_FILE, "odd"))


# ── lines ──────────────────────────────────────────────────────────────────────────────


def test_looks_are_not_typed_again_and_secrets_and_copies_are_left_out():
    lines, left = lines_again(
        [
            typed("show failover", 1),
            typed("failover key *****", 2_000),
            typed("copy tftp://10.1.1.1/x disk0:/x", 10_000),
            typed("write memory", 20_000),
        ]
    )
    assert [line.text for line in lines] == ["write memory"]
    assert left == ("failover key *****", "copy tftp://10.1.1.1/x disk0:/x")


def test_two_messages_of_one_line_are_one_line():
    lines, _ = lines_again([typed("write memory", 1_000), typed("write memory", 1_500)])
    assert len(lines) == 1
    lines, _ = lines_again([typed("write memory", 1_000), typed("write memory", 61_000)])
    assert len(lines) == 2


def test_a_line_that_asks_is_typed_so_that_it_does_not():
    lines, _ = lines_again([typed("reload", 1), typed("vpn-sessiondb logoff name x", 90_000)])
    assert [line.text for line in lines] == [
        "reload noconfirm",
        "vpn-sessiondb logoff name x noconfirm",
    ]
    assert plain("reload noconfirm") == plain("reload")


def test_a_line_of_the_configuration_goes_where_it_belongs():
    lines, _ = lines_again(
        [typed("webvpn", 1), typed("anyconnect image disk0:/a.pkg 1", 3_000), typed("reload", 9)]
    )
    assert [(line.in_configuration, line.section) for line in lines] == [
        (True, ""),
        (True, "webvpn"),
        (False, ""),
    ]


# ── likeness ───────────────────────────────────────────────────────────────────────────


def test_a_night_is_like_itself():
    for name in ("anyconnect-images-differ", "state-link-down", "crash-on-new-code"):
        night, _ = told(name)
        like = compare(night, night)
        assert like.same == like.of > 20
        assert like.unlike == ()


def test_what_is_missing_and_what_is_too_much_are_both_told():
    night, _ = told("anyconnect-images-differ")
    fewer = replace(night, events=tuple(e for e in night.events if e.what is not What.TO_ACTIVE))
    assert any("ACTIVE" in one.says for one in compare(night, fewer).unlike)
    beside = compare(fewer, night)
    assert beside.same == beside.of
    assert any("the records lack it" in one.why for one in beside.unlike)


def test_another_order_is_another_night():
    night, _ = told("anyconnect-images-differ")
    moved = tuple(
        replace(e, at=e.at + 10 * MINUTE) if e.what is What.TO_ACTIVE and e.at else e
        for e in night.events
    )
    like = compare(night, replace(night, events=moved))
    assert like.same < like.of
