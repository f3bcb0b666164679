"""`snapshot`, `diff` and the snapshots of a run: good, bad, missing input, and exit codes."""

import json
import shlex
import time
import tomllib
from pathlib import Path
from typing import Any

import pytest
from nights import Firewall
from nights_on_disk import Night, pair_text
from shells import Said, Shell
from worlds import mismatched, pair

from upgrader.cli.picturefile import decode_picture
from upgrader.journal.codec import decode, encode
from upgrader.judgement.pictures.comparing import diff
from upgrader.judgement.pictures.taking import picture_of
from upgrader.model.difference import Bounds
from upgrader.model.outcome import ExitCode, Outcome
from upgrader.model.picture import Area, Picture, Whose
from upgrader.model.unit import Depth


@pytest.fixture
def upgrader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    (tmp_path / "edge.toml").write_text(pair_text())
    return Shell(tmp_path, monkeypatch)


@pytest.fixture
def taken(upgrader: Shell) -> Path:
    assert upgrader("snapshot", "edge.toml", "-o", "a.json").code == 0
    return upgrader.home / "a.json"


def edited(path: Path, target: str, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    (path.parent / target).write_text(text.replace(old, new))


def with_value(path: Path, target: str, area: str, key: str, value: int) -> None:
    """The snapshot, in which that item of the active unit has another value."""
    data = json.loads(path.read_text())
    seen = next(a for a in data["areas"] if a["area"] == area)
    item = next(i for i in seen["items"] if (i["key"], i["whose"]) == (key, "active"))
    item["value"] = value
    (path.parent / target).write_text(json.dumps(data))


def areas_of(said: Said) -> list[dict[str, Any]]:
    """The areas of a diff, as a script reads them."""
    found: Any = said.json["diff"]
    return found["areas"]


# ── snapshot ───────────────────────────────────────────────────────────────────────────


def test_a_snapshot_is_a_file_for_its_owner_and_leaves_the_pair_alone(
    upgrader: Shell, taken: Path
) -> None:
    picture = decode_picture(taken)
    assert picture.pair == "edge"
    assert list(picture.unseen) == []
    assert picture.value(Area.SESSIONS, "all", Whose.ACTIVE) == 3
    assert taken.stat().st_mode & 0o077 == 0
    assert not (upgrader.home / "state" / "worlds").exists()


def test_two_snapshots_of_a_pair_at_rest_are_the_same(upgrader: Shell, taken: Path) -> None:
    said = upgrader("snapshot", "edge.toml", "-o", "b.json", "--json")
    assert (said.json["outcome"], said.json["command"]) == ("pictured", "snapshot")
    found = upgrader("diff", "a.json", "b.json", "--json")
    assert (found.code, found.json["outcome"]) == (0, "within-tolerance")
    assert found.json["diff"]["verdict"] == "the same"  # type: ignore[index]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("snapshot edge.toml", "--output"),
        ("snapshot nowhere.toml -o a.json", "nowhere.toml"),
        ("snapshot edge.toml -o no/folder/a.json", "no folder"),
        ("diff", "A B"),
        ("diff a.json", "two snapshots"),
        ("diff a.json a.json a.json", "two snapshots"),
        ("diff a.json --learn", "two snapshots or more"),
        ("diff a.json gone.json", "no such file"),
        ("diff a.json gone", "gone: is no snapshot file, and 'gone' is no run"),
        ("diff a.json a.json --tolerances odd.toml", "type the same again"),
        ("diff a.json cut.json", "no snapshot, or is cut"),
        ("diff a.json edge.toml", "no snapshot"),
        ("diff a.json other.json", "schema 9"),
        ("diff a.json a.json --tolerances gone.toml", "No such file"),
        ("diff a.json a.json --tolerances edge.toml", "no table [tolerances]"),
    ],
)
def test_wrong_usage_is_exit_2_and_says_what_is_wrong(
    upgrader: Shell, taken: Path, line: str, told: str
) -> None:
    (upgrader.home / "cut.json").write_bytes(taken.read_bytes()[:900])
    edited(taken, "other.json", '"schema":1', '"schema":9')
    (upgrader.home / "odd.toml").write_text('[tolerances]\nsesions = "ignore"\n')
    words = line.split()
    plain, as_json = upgrader(*words), upgrader(*words, "--json")
    assert (plain.code, as_json.code) == (2, 2)
    assert told in " ".join((plain.err + plain.out).replace("│", " ").split())
    assert as_json.json["outcome"] == "failed"


def test_what_to_type_next_can_be_typed_where_names_have_blanks(upgrader: Shell) -> None:
    folder = upgrader.home / "our pairs"
    folder.mkdir()
    (upgrader.home / "edge.toml").rename(folder / "edge.toml")
    pair_file, picture = str(folder / "edge.toml"), str(folder / "monday.json")
    for words in (
        ("snapshot", pair_file, "-o", picture),
        ("diff", picture, str(folder / "gone")),
        ("path", pair_file, "--to", "9.16(4)"),
        ("plan", pair_file, "--to", "9.16(4)"),
        ("plan", pair_file, "--to", "9.16(4)", "-o", str(folder / "plan.json")),
        ("show", str(folder / "plan.json")),
        ("run", pair_file, "--to", "9.1(7)"),
    ):
        said = upgrader(*words, "--json")
        for command in said.json["next"]["commands"]:
            named = [word for word in shlex.split(command) if "our" in word]
            assert all(word.startswith(str(folder)) for word in named), command


def test_of_a_pair_without_its_standby_half_a_picture_is_written_and_a_person_called(
    upgrader: Shell, taken: Path
) -> None:
    assert upgrader("world", "edge.toml", "pull-power", "unit=secondary").code == 0
    assert upgrader("world", "edge.toml", "advance", "seconds=60").code == 0
    said = upgrader("snapshot", "edge.toml", "-o", "half.json", "--json")
    assert (said.code, said.json["outcome"]) == (5, "pictured")
    assert "Half a picture" in str(said.json["verdict"])
    assert "units/*@Secondary" in str(said.json["notes"])
    found = upgrader("diff", "a.json", "half.json", "--json")
    assert found.code == 5
    areas = {area["area"]: area["bounds"] for area in areas_of(found)}
    assert (areas["failover"], areas["licences"]) == ("beyond", "unknown")


# ── diff ───────────────────────────────────────────────────────────────────────────────


def test_beyond_tolerance_is_exit_5_with_observed_and_allowed(upgrader: Shell, taken: Path) -> None:
    with_value(taken, "b.json", "connections", "in use", 5_000)
    said = upgrader("diff", "a.json", "b.json")
    assert said.code == 5
    assert "edge: beyond-tolerance (exit 5)" in said.out
    shown = " ".join(said.out.split())
    assert "BEYOND in use (active): 700 → 5,000; allowed ±20 % or ±20" in shown
    assert "upgrader diff a.json b.json --learn" in said.out
    assert max(map(len, said.out.splitlines())) <= 80
    areas = areas_of(upgrader("diff", "a.json", "b.json", "--json"))
    (found,) = [d for area in areas for d in area["differences"]]
    assert (found["before"], found["after"], found["bounds"]) == (700, 5000, "beyond")


def test_a_tolerance_that_was_learnt_is_taken_from_the_file_that_it_is_put_into(
    upgrader: Shell, taken: Path
) -> None:
    with_value(taken, "b.json", "connections", "in use", 5_000)
    learnt = upgrader("diff", "a.json", "b.json", "--learn")
    assert learnt.code == 0
    table = tomllib.loads(learnt.out)["tolerances"]
    assert table == {"connections/in use@active": {"absolute": 4_300}}
    assert "# 700 in a.json, 5,000 in b.json" in learnt.out
    (upgrader.home / "site.toml").write_text(learnt.out)
    again = upgrader("diff", "b.json", "a.json", "--tolerances", "site.toml", "--all")
    assert again.code == 0
    assert "(says site.toml)" in " ".join(again.out.split())
    as_json = upgrader("diff", "a.json", "b.json", "--learn", "--json").json
    assert as_json["learned"][0]["absolute"] == 4_300  # type: ignore[index]


def test_what_pair_and_site_say_holds_without_being_named_again(upgrader: Shell) -> None:
    """The snapshot takes the tolerances of its pair along."""
    (upgrader.home / "site.toml").write_text("[tolerances]\nconnections = {percent = 99}\n")
    text = 'site = "site.toml"\n' + pair_text()
    (upgrader.home / "edge.toml").write_text(text)
    assert upgrader("snapshot", "edge.toml", "-o", "a.json").code == 0
    with_value(upgrader.home / "a.json", "b.json", "connections", "in use", 500)
    assert upgrader("diff", "a.json", "b.json").code == 0
    (upgrader.home / "site.toml").write_text("[tolerances]\nconnections = {percents = 9}\n")
    assert upgrader("snapshot", "edge.toml", "-o", "c.json").code == 2
    assert upgrader("check", "edge.toml", "--to", "9.16(4)").code == 2


def test_what_a_device_printed_cannot_steer_the_terminal(upgrader: Shell, taken: Path) -> None:
    edited(taken, "b.json", "up/up, ", "up/up, \\u001b[2J")
    said = upgrader("diff", "a.json", "b.json")
    assert said.code == 5
    assert "\x1b" not in said.out


# ── a run's own ────────────────────────────────────────────────────────────────────────


def test_a_matched_night_leaves_a_picture_of_each_phase_and_nothing_beyond_tolerance() -> None:
    night = Firewall.of(pair(sessions=5)).upgraded()
    moments = [picture.moment for picture in night.pictures]
    assert moments == ["before", "prepared", "standby-upgraded", "switched", "both-upgraded"]
    assert all(not list(picture.unseen) for picture in night.pictures)
    assert night.diff is not None
    assert not night.diff.wants_a_person
    for one, other in zip(night.pictures, night.pictures[1:], strict=False):
        assert not diff(one, other).wants_a_person, (one.moment, other.moment)


def test_a_mismatched_night_is_beyond_tolerance_and_its_outcome_is_its_own() -> None:
    """The orphans stand in the tables; the verdict on the night comes from the ledger."""
    firewall = Firewall.of(mismatched(sessions=50))
    night = firewall.upgraded(in_spite_of="anyconnect-images-match")
    assert night.outcome is Outcome.UPGRADED
    assert night.diff is not None
    beyond = {
        (d.area, d.key)
        for area in night.diff.areas
        for d in area.differences
        if d.bounds is Bounds.BEYOND
    }
    assert (Area.SESSIONS, "all") in beyond
    assert (Area.POOLS, "VPN in use") in beyond


def test_pictures_of_a_run_cost_no_question() -> None:
    """They are taken from looks that are there anyway: the same lines, as often as before."""
    firewall = Firewall.of(pair(sessions=2))
    night = firewall.upgraded()
    asked = [line for _, line in firewall.world.typed if line == "show module"]
    wide = 2 * (len(night.pictures) + 1)  # both units; after the night there are two looks
    assert len(asked) <= wide + 2  # and one to draw the plan from


@pytest.mark.slow
def test_a_run_s_folder_holds_its_snapshots_and_diff_finds_them_by_moment(
    upgrader: Shell,
) -> None:
    ran = upgrader("run", "edge.toml", "--to", "9.16(4)", "--json")
    assert ran.code == 0
    run = str(ran.json["run"])
    folder = upgrader.home / "state" / "runs" / run
    names = [path.name for path in sorted((folder / "snapshots").iterdir())]
    assert names == [
        "01-prepared.json", "02-standby-upgraded.json", "03-switched.json", "04-both-upgraded.json",
    ]  # fmt: skip
    before, after = (decode_picture(folder / f"{name}.json") for name in ("before", "after"))
    assert (before.moment, after.moment) == ("before", "both-upgraded")
    assert after == decode_picture(folder / "snapshots" / names[-1])

    found = upgrader("diff", run, "--json")
    assert found.code == 0
    assert areas_of(found) == areas_of(ran)
    files = upgrader("diff", str(folder / "before.json"), str(folder / "after.json"), "--json")
    assert areas_of(files) == areas_of(ran)
    assert upgrader("diff", f"{run}:before", f"{run}:switched").code == 0
    assert upgrader("diff", f"{folder}:prepared", str(folder / "after.json")).code == 0
    wrong = upgrader("diff", f"{run}:before", f"{run}:evicted")
    assert wrong.code == 2
    assert "it has: before, prepared, standby-upgraded" in wrong.err
    misspelt = upgrader("diff", f"{run}:before", f"{run}:swiched")
    assert (misspelt.code, "has no snapshot 'swiched'; it has: before" in misspelt.err) == (2, True)
    text = upgrader("replay", run).out
    assert "changes" in text
    page = (folder / "report.html").read_text()
    assert "Before and after" in page

    journal = folder / "journal.jsonl"
    journal.write_bytes(journal.read_bytes().replace(b'"prepared"', b'"switched"', 1))
    assert upgrader("diff", run).code == 3


@pytest.mark.slow
def test_a_run_is_compared_by_what_its_pair_s_file_said_when_it_was_planned(
    tmp_path: Path,
) -> None:
    text = pair_text(standby_package="package B", sessions=20)
    text += '[tolerances]\nsessions = "ignore"\n"pools/VPN*" = {absolute = 20}\n'
    night = Night(tmp_path / "night", text + 'routes = "ignore"\n', ("anyconnect-images-match",))
    ended = night.run()
    assert ended.exit_code is ExitCode.NEEDS_PERSON  # of the orphans, whatever the tolerances
    assert ended.diff is not None
    assert not ended.diff.wants_a_person
    assert ended.plan is not None
    assert {t.pattern for t in ended.plan.tolerances} == {"sessions", "pools/VPN*", "routes"}


@pytest.mark.slow
def test_a_run_that_stopped_has_the_pictures_that_it_came_to(tmp_path: Path) -> None:
    from upgrader.conduct.wishes import Wishes

    night = Night(tmp_path / "night")
    stopped = night.run(wishes=Wishes(stop_before="switch-over"))
    assert stopped.exit_code is ExitCode.STOPPED
    (run,) = night.home.all_runs()
    moments = [picture.moment for picture in stopped.pictures]
    assert moments == ["before", "prepared", "standby-upgraded"]
    assert decode_picture(run / "after.json").moment == "standby-upgraded"
    ended = night.resume()
    assert ended.outcome is Outcome.UPGRADED
    assert decode_picture(run / "before.json") == stopped.pictures[0]
    assert decode_picture(run / "after.json").moment == "both-upgraded"
    cleaned = night.cleanup()
    assert cleaned.diff is None


@pytest.mark.slow
def test_a_rollback_leaves_the_pair_as_the_run_found_it(upgrader: Shell) -> None:
    began = upgrader(
        "run", "edge.toml", "--to", "9.16(4)", "--stop-before", "final-reload", "--json"
    )
    back = upgrader("rollback", "--json")
    assert back.json["outcome"] == "rolled-back"
    before, after = f"{began.json['run']}:before", f"{back.json['run']}:after"
    found = upgrader("diff", before, after, "--json")
    assert found.code == 0
    changed = {area["area"] for area in areas_of(found) if area["differences"]}
    assert changed == {"failover"}  # counters only: they begin anew with a reload


# ── ten thousand people ────────────────────────────────────────────────────────────────


@pytest.mark.slow
def test_ten_thousand_people_make_a_small_picture_quickly() -> None:
    from test_fixtures import firewall_of

    from upgrader.conduct.picturing import look_widely

    seen = look_widely(firewall_of("ten-thousand").world)
    assert seen.depth is Depth.WIDE
    begun = time.process_time()
    picture = picture_of("ten-thousand", seen)
    data = encode(picture)
    again = decode(Picture, data)
    found = diff(picture, again)
    spent = time.process_time() - begun
    assert picture.value(Area.SESSIONS, "all", Whose.ACTIVE) == 10_000
    assert not found.wants_a_person
    assert len(data) < 100_000
    assert spent < 0.5
