"""`--drain` as a person types it: what it takes, what it refuses, what it says."""

import pytest

PAIR = "example:mismatched"
TO = ("--to", "9.16(4)")


@pytest.mark.parametrize("command", ["plan", "rehearse", "run"])
@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--drain-below", "5"), "--drain-below belongs to a drain: add --drain anyconnect"),
        (("--drain-batch", "5"), "--drain-batch belongs to a drain"),
        (("--hold-logins",), "--hold-logins belongs to a drain"),
        (("--drain", "anyconnect", "--drain-below", "5", "--drain-batch", "9"), "say one"),
        (("--drain", "everybody"), "anyconnect"),
        (("--drain", "anyconnect", "--drain-batch", "0"), "--drain-batch"),
        (("--drain", "anyconnect", "--drain-below", "some"), "--drain-below"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_looked_at(
    upgrader, command, options, said
) -> None:
    ended = upgrader(command, PAIR, *TO, *options)
    assert ended.code == 2
    assert said in ended.err


def test_a_plan_file_has_its_drain_already(upgrader) -> None:
    drain = ("--drain", "anyconnect", "--hold-logins")
    assert upgrader("plan", PAIR, *TO, *drain, "-o", "plan.json").code == 0
    ended = upgrader("rehearse", "plan.json", *drain)
    assert ended.code == 2
    assert "--drain belongs to drawing a plan" in ended.err
    assert "nobody logs in until the former" in upgrader("show", "plan.json").out


def test_a_plan_shows_the_lines_the_ways_and_what_they_cost_in_eighty_columns(upgrader) -> None:
    ended = upgrader("plan", PAIR, *TO, "--drain", "anyconnect", "--hold-logins")
    assert ended.code == 0
    assert "BLOCKER, drained  anyconnect-images-match" in ended.out
    assert "vpn-simultaneous-logins 0" in ended.out
    assert "vpn-sessiondb logoff index N noconfirm" in ended.out
    ways = ended.out[ended.out.index("Ways with the mismatch") :].split("\n\n")[0]
    assert "Probable" in ways
    assert max(map(len, ways.splitlines())) <= 80
    assert "--drain anyconnect --hold-logins" in ended.out[ended.out.index("Next") :]


def test_json_tells_the_drain_and_each_way(upgrader) -> None:
    ended = upgrader("plan", PAIR, *TO, "--drain", "anyconnect", "--drain-below", "4", "--json")
    assert ended.json["plan"]["drain"] == {"below": 4, "batch": 20, "hold_logins": False}
    ways = {way["way"]: way for way in ended.json["prediction"]["ways"]}
    assert ways["drain-below"]["interrupted"] == 3
    assert ways["drain-hold"]["closed_minutes"] > 0
    assert (ways["stage"]["interrupted"], ways["drain"]["sure"]) == (0, False)


def test_a_refused_plan_without_a_drain_says_that_there_is_one(upgrader) -> None:
    ended = upgrader("plan", PAIR, *TO)
    assert ended.code == 3
    assert "--drain anyconnect" in ended.out


@pytest.mark.slow
def test_a_rehearsal_of_a_drain_comes_out_as_foretold(upgrader) -> None:
    ended = upgrader("rehearse", PAIR, *TO, "--drain", "anyconnect", "--json")
    assert ended.code == 0
    assert ended.json["surprises"] == []
    assert ended.json["sessions"]["lost"] == ended.json["prediction"]["lost"] == 50


def test_where_a_drain_cures_nothing_the_command_says_why(upgrader) -> None:
    missing = upgrader("plan", "example:missing-package", *TO, "--drain", "anyconnect")
    assert missing.code == 3
    assert "could not log in there" in " ".join(missing.out.split())
    matched = upgrader("plan", "example:matched", *TO, "--drain", "anyconnect")
    assert matched.code == 0
    assert "there is nothing to drain" in " ".join(matched.out.split())


@pytest.mark.slow
def test_a_run_stops_before_a_batch_where_it_is_told_to(upgrader) -> None:
    drain = ("--drain", "anyconnect", "--hold-logins")
    ended = upgrader("run", PAIR, *TO, *drain, "--stop-before", "log-off-batch", "--json")
    assert ended.code == 4
    assert ended.json["steps"][-1]["step"] == "release-logins"
    run = ended.json["run"]
    assert "draining" in upgrader("status", run).out
    assert upgrader("resume", run).code == 0
