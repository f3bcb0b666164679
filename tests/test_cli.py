"""The command line: good, bad and missing input, exit codes, and what goes to which stream."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from shells import Shell

from upgrader.cli.deeds.wanted import target_of
from upgrader.cli.pairfile.pair import read_pair
from upgrader.cli.reference import pages
from upgrader.cli.runs.home import Home
from upgrader.cli.speaking import code_of
from upgrader.cli.worlds.entering import enter
from upgrader.model.names import Seat
from upgrader.model.outcome import ExitCode
from upgrader.model.version import Version
from upgrader.ports import (
    BrokenChain,
    Dropped,
    Refused,
    StalePlan,
    Unlawful,
    Unparsed,
    UpgraderError,
    UsageFault,
    WorldHeld,
)

FIXTURES = Path(__file__).parent.parent / "fixtures"
WAIVED = "anyconnect-images-match=lab test"


# ── --help and wrong usage ─────────────────────────────────────────────────────────────


@pytest.mark.slow
def test_help_imports_no_adapter_no_emulator_and_no_rich() -> None:
    program = (
        "import sys; from upgrader.cli.main import run; run(['--help']);"
        "print(*sorted(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    loaded = set(done.stderr.split())
    assert "upgrader.cli.main" in loaded
    heavy = {"rich", "cattrs", "msgspec", "cryptography", "transitions", "tenacity", "asyncio"}
    assert not loaded & heavy
    ours = {name.split(".")[1] for name in loaded if name.startswith("upgrader.")}
    assert ours <= {"cli", "model", "ports"}
    for command in ("check", "plan", "show", "rehearse", "run", "resume", "status"):
        assert f"  {command} " in done.stdout
    for command in ("sessions", "cleanup", "replay", "explain"):
        assert f"  {command} " in done.stdout


def test_every_command_explains_itself(upgrader: Shell) -> None:
    for command in ("check", "run", "cleanup"):
        said = upgrader(command, "--help")
        assert said.code == 0
        assert "--json" in said.out


@pytest.mark.parametrize(
    ("arguments", "onward"),
    [
        (
            ("path", "example:matched", "--to", "9.8.4"),
            "upgrader path example:matched --to RELEASE",
        ),
        (
            ("path", "--from", "9.16.4", "--model", "ASAv", "--to", "9.12.4"),
            "upgrader path --from '9.16(4)' --model ASAv --to RELEASE",
        ),
        (
            ("path", "--from", "9.12.4", "--model", "my box", "--to", "9.16.4"),
            "upgrader path --from '9.12(4)' --model my-box --to '9.16(4)'",
        ),
        (
            ("rehearse", "example:mismatched", "--waive", WAIVED),
            "upgrader plan example:mismatched --to '9.16(4)'",
        ),
    ],
)
def test_no_bad_end_leaves_a_person_without_a_next_step(
    upgrader: Shell, arguments: tuple[str, ...], onward: str
) -> None:
    said = upgrader(*arguments, "--json")
    assert said.code in {ExitCode.REFUSED, ExitCode.NEEDS_PERSON}
    assert onward in said.json["next"]["commands"]


def test_what_goes_on_from_a_run_can_be_typed_as_it_stands_whatever_the_file_is_called(
    upgrader: Shell,
) -> None:
    (upgrader.home / "our pairs").mkdir()
    file = upgrader.home / "our pairs" / "bad night.toml"
    pair = (FIXTURES / "pairs" / "mismatched.toml").read_text()
    few = pair.replace("count = 50", "count = 2").replace("sleeping = 5", "sleeping = 0")
    file.write_text(few.replace("../configs", str(FIXTURES / "configs")))
    ended = upgrader("run", str(file), "--waive", WAIVED, "--json")
    assert ended.code == ExitCode.NEEDS_PERSON
    onward = ended.json["next"]
    assert isinstance(onward, dict)
    command, *words = shlex.split(onward["commands"][0])
    assert (command, words) == ("upgrader", ["cleanup", str(file)])


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        ((), "Usage"),
        (("dance",), "No such command"),
        (("check",), "Missing argument"),
        (("check", "nowhere.toml"), "there is no pair file"),
        (("check", "example:mached"), "example:matched"),
        (("check", "example:matched", "--to", "nine"), "is not a version"),
        (("check", "example:matched", "--waive", "image-present"), "RULE=REASON"),
        (("check", "example:matched", "--waive", "image-present= "), "RULE=REASON"),
        (("check", "example:matched", "--waive", "no-such=x"), "there is no rule"),
        (
            ("check", "example:matched", "--waive", "anyconnect-image-match=x"),
            "did you mean 'anyconnect-images-match'?",
        ),
        (("explain", "PAIR-HEALTHY"), "did you mean 'pair-healthy'?"),
        (("rehearse", "example:matched", "--pace", "0"), "above 0"),
        (("rehearse", "example:matched", "--pace", "-3"), "above 0"),
        (("run", "example:matched", "--stop-before", "lunch"), "lunch"),
        (("run", "example:matched", "--stop-before", "fail-back"), "the plan has no such step"),
        (("run", "example:matched", "--failback", "maybe"), "maybe"),
        (("show", "nowhere.json"), "upgrader plan PAIR"),
        (("run", "nowhere.json", "--to", "9.16.4"), "belongs to drawing a plan"),
        (("rehearse", "nowhere.json", "--waive", WAIVED), "belongs to drawing a plan"),
        (("resume", "2026-nothing"), "is no run"),
        (("replay", "2026-nothing"), "no such file, folder or run"),
        (("status", "2026-nothing"), "is no run"),
        (("explain", "anyconnect-images-mach"), "did you mean 'anyconnect-images-match'"),
    ],
)
def test_wrong_usage_is_exit_2_with_one_clear_message(
    upgrader: Shell, arguments: tuple[str, ...], wanted: str
) -> None:
    said = upgrader(*arguments)
    assert said.code == 2
    assert wanted in said.err
    assert said.out == ""
    assert "Traceback" not in said.err
    assert "Value error" not in said.err


def test_wrong_usage_is_an_object_for_scripts(upgrader: Shell) -> None:
    for arguments in (("check", "--json"), ("check", "nowhere.toml", "--json")):
        said = upgrader(*arguments)
        assert said.code == 2
        assert said.json["outcome"] == "failed"
        assert said.json["command"] == "check"
        assert said.err == ""


def test_a_file_that_is_no_plan_is_refused_by_name(upgrader: Shell) -> None:
    (upgrader.home / "plan.json").write_text('{"steps": 3}')
    said = upgrader("run", "plan.json")
    assert said.code == 2
    assert "plan.json is no plan file" in said.err


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (UsageFault("x"), ExitCode.USAGE),
        (WorldHeld("x"), ExitCode.REFUSED),
        (StalePlan("x"), ExitCode.REFUSED),
        (BrokenChain("x"), ExitCode.REFUSED),
        (Unlawful("x"), ExitCode.STOPPED),
        (Refused(Seat("a"), "x", "y"), ExitCode.STOPPED),
        (Dropped(Seat("a"), "x", "y"), ExitCode.OUTAGE),
        (Unparsed("x", "y", "z"), ExitCode.FAULT),
        (UpgraderError("x"), ExitCode.FAULT),
    ],
)
def test_a_fault_has_its_exit_code_by_whose_fault_it_is(
    fault: UpgraderError, code: ExitCode
) -> None:
    assert code_of(fault) is code


@pytest.mark.slow
def test_a_fault_of_ours_is_one_sentence_and_a_file_without_secrets(tmp_path: Path) -> None:
    program = (
        "from upgrader.cli import speaking\n"
        "try:\n    raise RuntimeError('failover key s3cret-of-ours')\n"
        "except RuntimeError as fault:\n    print(speaking.own_fault(fault))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "UPGRADER_HOME": str(tmp_path)},
    )
    (file,) = (tmp_path / "faults").iterdir()
    assert done.stdout.count("\n") == 1
    assert str(file) in done.stdout
    assert "RuntimeError" in file.read_text()
    assert "s3cret" not in file.read_text() + done.stdout


# ── looking and planning ───────────────────────────────────────────────────────────────


def test_check_says_ready_and_leaves_nothing_behind(upgrader: Shell) -> None:
    said = upgrader("check", "example:matched", "--to", "9-16-4", "--json")
    assert said.code == 0
    assert said.json["outcome"] == "ready"
    assert said.err == ""
    assert not (upgrader.home / "state").exists()


def test_check_of_a_mismatched_pair_names_the_rule_and_refuses(upgrader: Shell) -> None:
    said = upgrader("check", "example:mismatched", "--json")
    assert said.code == 3
    assert said.json["outcome"] == "not-ready"
    stopping = [f for f in said.json["findings"] if f["severity"] == "blocker"]
    assert [f["rule"] for f in stopping] == ["anyconnect-images-match"]


def test_a_refused_plan_is_not_written(upgrader: Shell) -> None:
    said = upgrader("plan", "example:mismatched", "-o", "plan.json")
    assert said.code == 3
    assert "anyconnect-images-match" in said.out
    assert not (upgrader.home / "plan.json").exists()


@pytest.mark.slow
def test_a_plan_is_written_shown_and_rehearsed(upgrader: Shell) -> None:
    drawn = upgrader("plan", "example:matched", "-o", "plan.json")
    assert drawn.code == 0
    shown = upgrader("show", "plan.json")
    assert shown.code == 0
    for said in (drawn, shown):
        assert "no failover active" in said.out
        assert "failover reload-standby" in said.out
        prose = [line for line in said.out.splitlines() if " disk0:/" not in line]
        assert max(map(len, prose)) <= 80
        assert "\x1b" not in said.out
    rehearsed = upgrader("rehearse", "plan.json", "--json")
    assert rehearsed.json["outcome"] == "upgraded"
    assert not (upgrader.home / "state" / "worlds").exists()


def test_a_waiver_that_covers_nothing_is_said_so(upgrader: Shell) -> None:
    said = upgrader("plan", "example:matched", "--waive", WAIVED)
    assert said.code == 0
    assert "--waive anyconnect-images-match covers nothing" in said.out


def test_a_plan_of_a_changed_pair_file_is_refused_as_drift(upgrader: Shell) -> None:
    fixtures = Path(__file__).parents[1] / "fixtures"
    for folder in ("pairs", "configs"):
        (upgrader.home / folder).mkdir()
        for file in (fixtures / folder).iterdir():
            (upgrader.home / folder / file.name).write_bytes(file.read_bytes())
    pair = upgrader.home / "pairs" / "matched.toml"
    assert upgrader("plan", str(pair), "-o", "plan.json").code == 0
    pair.write_text(pair.read_text() + "\n# another night\n")
    said = upgrader("run", "plan.json", "--json")
    assert said.code == 3
    assert said.json["drift"][0]["field"] == "pair file"  # type: ignore[index]
    assert said.err == ""


def test_explain_tells_one_rule_or_all(upgrader: Shell) -> None:
    one = upgrader("explain", "anyconnect-images-match")
    assert one.code == 0
    assert "p. 66-7" in one.out
    every = json.loads(upgrader("explain", "--json").out)
    assert len(every["rules"]) >= 18


def test_target_hints_belong_to_the_version_that_they_name() -> None:
    pair = read_pair("example:matched")
    assert target_of(pair, None).version == Version(9, 16, 4)
    other = target_of(pair, "9.14.1")
    assert (other.image, other.asdm, other.sha512) == (None, None, None)


# ── running ────────────────────────────────────────────────────────────────────────────


@pytest.mark.slow
def test_a_night_from_the_shell_run_sessions_cleanup_replay_status(upgrader: Shell) -> None:
    ran = upgrader.process("run", "example:mismatched", "--waive", WAIVED, "--json")
    assert ran.code == 5
    assert ran.json["sessions"]["orphaned"] == 50  # type: ignore[index]
    assert "[0:0" in ran.err  # progress, and none of it on standard output
    run = str(ran.json["run"])
    folder = upgrader.home / "state" / "runs" / run
    for name in (
        "plan.json", "journal.jsonl", "before.json", "after.json", "report.json", "report.html",
        "junit.xml",
    ):  # fmt: skip
        assert (folder / name).stat().st_size > 100
    assert json.loads((folder / "report.json").read_text())["run"] == run

    seen = upgrader.process("sessions", "example:mismatched", "--json")
    assert seen.code == 5
    assert len(seen.json["residue"]) == 100  # type: ignore[arg-type]

    cleaned = upgrader("cleanup", "example:mismatched", "--json")
    assert (cleaned.code, cleaned.json["outcome"]) == (0, "cleaned")
    assert upgrader("sessions", "example:mismatched").code == 0
    again = upgrader("cleanup", "example:mismatched", "--json")
    assert (again.code, again.json["outcome"]) == (0, "clean")

    played = upgrader("replay", run, "--strict", "--json")
    assert (played.code, played.json["outcome"]) == (0, "replayed")
    assert played.json["prevented_by"] == "anyconnect-images-match"

    told = json.loads(upgrader("status", "--json").out)
    assert {line["state"] for line in told["runs"]} == {"finished"}
    assert len(told["runs"]) == 2
    assert upgrader("status", run).code == 0

    there = upgrader("run", "example:mismatched", "--json")
    assert (there.code, there.json["outcome"]) == (0, "already-there")
    assert upgrader("check", "example:mismatched", "--fresh").code == 3
    assert upgrader("run", "example:mismatched", "--fresh").code == 3


@pytest.mark.slow
def test_a_refused_rehearsal_says_how_to_see_the_harm(upgrader: Shell) -> None:
    refused = upgrader("rehearse", "example:mismatched", "--json")
    assert refused.code == 3
    commands = refused.json["next"]["commands"]  # type: ignore[index]
    assert any("--waive 'anyconnect-images-match=" in line for line in commands)
    planned = upgrader("plan", "example:mismatched", "--json")
    assert "--waive" not in str(planned.json["next"])
    back = upgrader("rehearse", "example:mismatched", "--failback", "always", "--json")
    commands = back.json["next"]["commands"]  # type: ignore[index]
    assert any("--failback always --waive" in line for line in commands)


@pytest.mark.slow
def test_the_exit_code_is_the_outcome_s_where_nobody_reads_to_the_end(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as gone:
        for words in (["explain"], ["status"], ["check", "example:mismatched"]):
            command = [sys.executable, "-m", "upgrader.cli.main", *words]
            env = {**os.environ, "UPGRADER_HOME": str(tmp_path)}
            done = subprocess.run(
                command, stdout=gone, stderr=subprocess.PIPE, env=env, check=False
            )
            assert done.returncode == (3 if words[0] == "check" else 0)
            assert done.stderr == b""


@pytest.mark.slow
def test_a_run_that_was_left_ends_when_its_emulated_pair_is_started_anew(upgrader: Shell) -> None:
    left = upgrader("run", "example:matched", "--stop-before", "backup", "--json").json["run"]
    assert f"upgrader resume {left}" in upgrader("status", str(left)).out
    refused = upgrader("run", "example:mismatched", "--json")
    assert refused.code == 3
    next_one = upgrader("run", "example:matched", "--fresh", "--stop-before", "backup", "--json")
    status = upgrader("status", str(left))
    assert "aborted" in status.out
    assert "upgrader resume" not in status.out
    assert "stopped" in upgrader("status", str(next_one.json["run"])).out


@pytest.mark.slow
def test_a_run_stops_before_a_step_and_resume_goes_on(upgrader: Shell) -> None:
    assert upgrader("plan", "example:matched", "-o", "plan.json").code == 0
    stopped = upgrader("run", "plan.json", "--stop-before", "switch-over", "--json")
    assert (stopped.code, stopped.json["outcome"]) == (4, "stopped")
    run = str(stopped.json["run"])
    assert stopped.json["next"]["commands"]  # type: ignore[index]
    status = upgrader("status", run)
    assert "stopped" in status.out
    assert f"upgrader resume {run}" in status.out

    anew = upgrader("run", "plan.json", "--json")
    assert (anew.code, anew.json["outcome"]) == (3, "refused")
    assert f"upgrader resume {run}" in anew.json["next"]["commands"]  # type: ignore[index]

    resumed = upgrader("resume", run, "--json")
    assert (resumed.code, resumed.json["outcome"]) == (0, "upgraded")
    assert resumed.json["sessions"]["lost"] == 0  # type: ignore[index]
    again = upgrader("resume", run, "--json")
    assert (again.code, again.json["outcome"]) == (0, "upgraded")


def test_a_held_pair_is_refused_and_its_holder_named(upgrader: Shell) -> None:
    place = Home(upgrader.home / "state")
    world = enter(read_pair("example:matched"), place.worlds, command="upgrader run")
    try:
        said = upgrader("run", "example:matched", "--json")
        assert said.code == 3
        assert f"process {os.getpid()}" in str(said.json["verdict"])
        assert upgrader("cleanup", "example:matched").code == 3
        assert upgrader("check", "example:matched").code == 0  # looking is always allowed
    finally:
        world.close()


@pytest.mark.slow
def test_whoever_closes_the_pipe_early_gets_no_traceback(upgrader: Shell) -> None:
    done = subprocess.run(
        f"{sys.executable} -m upgrader explain --json | head -c 10",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "UPGRADER_HOME": str(upgrader.home)},
        cwd=Path(__file__).parents[1],
    )
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr


# ── the reference pages ────────────────────────────────────────────────────────────────


def test_reference_pages_are_made_from_the_code(upgrader: Shell) -> None:
    said = upgrader("reference", "-o", "reference")
    assert said.code == 0
    made = {page.name: page.read_text() for page in (upgrader.home / "reference").iterdir()}
    assert set(made) == {
        "causes.md",
        "commands.md",
        "control.md",
        "emulated-commands.md",
        "exit-codes.md",
        "pair-file.md",
        "phases.md",
        "recognised-messages.md",
        "rules.md",
        "syslog.md",
    }
    assert "--stop-before" in made["commands.md"]
    assert "stateDiagram-v2" in made["phases.md"]
    assert "anyconnect-images-match" in made["rules.md"]
    assert str(Path.home()) not in "".join(made.values())
    assert upgrader("reference", "nothing").code == 2


@pytest.mark.parametrize(
    "name",
    [
        "commands",
        "control",
        "emulated-commands",
        "exit-codes",
        "pair-file",
        "phases",
        "rules",
        "syslog",
    ],
)
def test_the_pages_in_the_docs_say_what_the_code_says(name: str) -> None:
    page = Path(__file__).parents[1] / "docs" / "reference" / f"{name}.md"
    again = "run `python -m upgrader.cli.reference -o docs/reference`"
    assert page.read_text() == pages()[name], again


def test_who_could_not_get_in_is_told_to_type_the_same_line_again(
    upgrader: Shell, tmp_path: Path
) -> None:
    pair = tmp_path / "edge.toml"
    pair.write_text(
        'name = "edge"\n[target]\nversion = "9.16(4)"\n[ssh]\nactive = "127.0.0.1:9"\n'
        'user = "admin"\npassword = "env:NOBODY_SET_THIS"\nhost_keys = "first-use"\n'
    )
    refused = upgrader("plan", str(pair), "--to", "9.16(4)", "--json")
    assert refused.code == 3
    assert f"upgrader plan {pair} --to '9.16(4)' --json" in refused.json["next"]["commands"]


def test_a_twin_that_knows_the_release_is_rehearsed_without_naming_it(
    upgrader: Shell, tmp_path: Path
) -> None:
    made = upgrader("twin", "example:matched", "-o", str(tmp_path / "twin"), "--json").json
    assert made["next"]["commands"] == [f"upgrader rehearse {tmp_path / 'twin'}/pair.toml"]
