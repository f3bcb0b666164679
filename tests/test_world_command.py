"""`upgrader world`: a saved pair is changed and looked at from the command line."""

import io
import json
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

from upgrader.cli.main import run
from upgrader.cli.pairfile.pair import read_pair
from upgrader.cli.runs.home import Home
from upgrader.cli.worlds.entering import enter

PAIR = "example:matched"


@dataclass(frozen=True)
class Said:
    """What a command said, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict:
        return json.loads(self.out)


class Desk:
    """A person's shell, with a home of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def __call__(self, *arguments: str) -> Said:
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = run(["world", PAIR, *arguments])
        return Said(code, out.getvalue(), err.getvalue())

    def truth(self, part: str) -> dict:
        return self("--truth", part).json["truth"][part]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("UPGRADER_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "80")
    return Desk(tmp_path)


def test_what_is_let_happen_is_so_for_the_next_command(world: Desk) -> None:
    said = world("cut-link", "link=failover")
    assert (said.code, said.out, said.err) == (0, "matched: cut-link\n", "")
    said = world("advance", "seconds=20")
    assert said.out == "matched: advance\n  now_ms  20,000\n"
    links = world.truth("links")
    assert links["failover_whole"] is False
    assert world.truth("time")["now_ms"] == 20_000
    assert world.truth("units")["secondary"]["hears_mate"] is False


def test_fresh_forgets_it(world: Desk) -> None:
    world("cut-link")
    assert world("--truth", "links", "--fresh").json["truth"]["links"]["failover_whole"] is True
    assert world.truth("links")["failover_whole"] is False
    world("join-link", "--fresh")
    assert world.truth("links")["failover_whole"] is True


def test_looking_makes_no_world(world: Desk) -> None:
    assert world().code == 0
    assert world("--truth", "all").code == 0
    assert world("events").code == 0
    assert not (world.home / "worlds").exists()


def test_the_summary_fits_on_a_screen_of_80_columns(world: Desk) -> None:
    world("connect-clients", "count=7")
    world("sleep", "user=user01")
    lines = world().out.splitlines()
    assert lines[0].startswith("matched: 22:00:00 ")
    assert len(lines) <= 24
    assert max(map(len, lines)) <= 80
    assert "6 asleep, 51 connected" in "\n".join(lines)


def test_all_that_may_happen_is_listed_for_people_and_for_scripts(world: Desk) -> None:
    said = world("events")
    assert said.code == 0
    assert max(map(len, said.out.splitlines())) <= 80
    assert "pull-power: A unit loses power at once." in said.out
    listed = world("events", "--json").json
    assert (listed["command"], listed["exit_code"]) == ("world", 0)
    assert "fill-flash" in [one["do"] for one in listed["events"]]


def test_a_script_gets_one_object(world: Desk) -> None:
    said = world("connect-clients", "count=3", "--json").json
    assert (said["command"], said["exit_code"], said["connected"]) == ("world", 0, 3)
    assert set(world("--json").json["truth"]) >= {"units", "sessions", "pools"}


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["cutlink"], "did you mean 'cut-link'?"),
        (["pull-power"], "pull-power unit: is missing; expected: primary | secondary"),
        (["pull-power", "unit"], "'unit' is no argument of pull-power: it is KEY=VALUE"),
        (["pull-power", "unit=left"], "'left' is not allowed"),
        (["pull-power", "unit=primary", "unit=primary"], "unit is given twice"),
        (["cut-link", "--truth", "links"], "one of them at a time"),
        (["--truth", "gossip"], "there is no part 'gossip'"),
    ],
)
def test_a_wrong_request_is_wrong_usage_and_says_what_is_allowed(
    world: Desk, arguments: list[str], why: str
) -> None:
    said = world(*arguments)
    assert (said.code, said.out) == (2, "")
    assert why in " ".join(said.err.split())
    as_json = world(*arguments, "--json")
    assert as_json.json["exit_code"] == as_json.code == 2


@pytest.mark.slow
def test_lines_of_json_are_answered_one_by_one(world: Desk, tmp_path: Path) -> None:
    requests = [
        '{"do": "fill-flash", "unit": "primary", "free": 1000}',
        "",
        '{"do": "fly"}',
        '{"do": "truth", "of": ["flash"]}',
    ]
    done = subprocess.run(
        [sys.executable, "-m", "upgrader", "world", PAIR, "-"],
        input="\n".join(requests) + "\n",
        capture_output=True,
        text=True,
        check=False,
        env={"UPGRADER_HOME": str(tmp_path), "PYTHONPATH": str(Path(__file__).parents[1])},
    )
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["ok"] for one in said] == [True, False, True]
    assert said[2]["truth"]["flash"]["primary"]["free"] == 1000
    assert (done.returncode, done.stderr) == (2, "")
    assert world.truth("flash")["primary"]["free"] == 1000


@pytest.mark.parametrize(
    ("command", "advice"),
    [
        ("upgrader emulate", "control socket"),
        ("upgrader run", "upgrader resume"),
    ],
)
def test_a_pair_that_is_held_may_be_looked_at_and_names_its_holder(
    world: Desk, command: str, advice: str
) -> None:
    held = enter(read_pair(PAIR), Home(world.home).worlds, command=command)
    said = world("cut-link")
    assert said.code == 3
    assert f"`{command}` (process " in said.err
    assert advice in " ".join(said.err.split())
    assert world("--truth", "links").json["truth"]["links"]["failover_whole"] is True
    held.close()


def test_the_tool_meets_what_was_let_happen(world: Desk) -> None:
    world("pull-power", "unit=secondary")
    world("advance", "seconds=30")
    out = io.StringIO()
    with redirect_stdout(out):
        code = run(["check", PAIR, "--json"])
    assert code == 3
    assert "standby" in out.getvalue()
