"""`upgrader stage` as a person or a script meets it."""

import io
import json
from pathlib import Path

import pytest
from yards import hexed

from upgrader.cli.pairfile.pair import read_pair
from upgrader.cli.pairfile.stage import read_stage, typed_url, with_options
from upgrader.cli.worlds.entering import enter
from upgrader.model.reach import FromCommand, FromEnvironment, FromKeyring
from upgrader.ports import UsageFault
from upgrader.views.staging import StagingBars, StagingLines, staging_progress_on

MISSING = "example:missing-package"
UNSTAGED = "example:unstaged"
WIN = "anyconnect-win-4.10.07061-webdeploy-k9.pkg"


def pair_file(folder: Path, stage: str = "", more: str = "ssh scopy enable\n") -> Path:
    """A copy of an example whose standby lacks a package, with SCP and a [stage] table."""
    root = Path(__file__).parents[1] / "fixtures"
    text = (root / "pairs" / "missing-package.toml").read_text()
    config = (root / "configs" / "branch.cfg").read_text()
    (folder / "branch.cfg").write_text(config.replace("hostname ", f"{more}hostname ", 1))
    path = folder / "pair.toml"
    told = text.replace("../configs/branch.cfg", "branch.cfg")
    path.write_text(told.replace("[emulated]\n", f"[stage]\n{stage}\n[emulated]\n", 1))
    return path


@pytest.mark.slow
def test_what_is_missing_is_brought_the_plan_is_ready_and_the_night_loses_nobody(upgrader):
    assert upgrader("plan", UNSTAGED).code == 3
    staged = upgrader("stage", UNSTAGED, "--json")
    assert (staged.code, staged.json["outcome"]) == (0, "staged")
    assert upgrader("plan", UNSTAGED).code == 0
    night = upgrader("run", UNSTAGED, "--json").json
    assert night["outcome"] == "upgraded"
    assert night["sessions"]["lost"] == night["sessions"]["orphaned"] == 0
    assert night["surprises"] == []


def test_the_object_tells_each_file_on_each_unit(upgrader):
    shown = upgrader("stage", UNSTAGED, "--json").json
    for key in ("schema", "command", "units", "findings", "next", "device_seconds", "run"):
        assert key in shown
    files = shown["files"]
    assert len(files) == 10
    assert set(files[0]) == {"unit", "path", "bytes", "sha512", "did", "why"}
    fates = {(f["unit"][-1], f["path"].rpartition("/")[2]): f["did"] for f in files}
    assert fates["2", WIN] == "replaced"
    assert fates["1", WIN] == "already-there"
    assert all(len(f["sha512"]) == 128 for f in files)


def test_a_second_stage_finds_all_there_and_is_staged_too(upgrader):
    upgrader("stage", UNSTAGED)
    again = upgrader("stage", UNSTAGED, "--json").json
    assert again["outcome"] == "staged"
    assert {f["did"] for f in again["files"]} == {"already-there"}
    assert "nothing was sent" in again["verdict"]


def test_without_a_source_the_refusal_says_what_to_put_where(upgrader):
    refused = upgrader("stage", MISSING)
    assert refused.code == 3
    assert "nothing was sent" in refused.out
    assert "--repository" in refused.out
    assert WIN in refused.out


def test_a_repository_folder_is_brought_by_scp(upgrader, tmp_path):
    """Another content than the active unit's: it is replaced there too, and a person is told."""
    pair = pair_file(tmp_path)
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / WIN).write_text("a package")
    (tmp_path / "files" / "SHA512SUMS").write_text(f"{hexed('a package')}  {WIN}\n")
    staged = upgrader("stage", str(pair), "--repository", "files", "--json")
    assert (staged.code, staged.json["outcome"]) == (5, "staged")
    assert "no manifest" not in " ".join(staged.json["notes"])
    assert any("upgrader check" in command for command in staged.json["next"]["commands"])


def test_files_that_nobody_lists_are_not_said_to_be_held_against_a_repository(upgrader, tmp_path):
    (tmp_path / "empty").mkdir()
    notes = " ".join(
        upgrader("stage", "example:matched", "--repository", "empty", "--json").json["notes"]
    )
    assert "the repository's own bytes" not in notes
    assert "the two units are held against each other, and nothing else" in notes


def test_scp_that_is_off_is_said_with_both_ways_out(upgrader, tmp_path):
    pair = pair_file(tmp_path, more="")
    (tmp_path / WIN).write_text("a package")
    refused = upgrader("stage", str(pair), "--repository", ".")
    assert refused.code == 3
    assert "ssh scopy enable" in refused.out
    assert "--url" in refused.out


def test_the_bytes_that_came_lie_where_a_served_pair_finds_them(upgrader, tmp_path):
    pair = pair_file(tmp_path, 'repository = "files"')
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / WIN).write_text("a package")
    upgrader("stage", str(pair))
    (kept,) = (tmp_path / "state" / "worlds").glob(f"*/files/{hexed('a package')}")
    assert kept.read_text() == "a package"


def test_a_manifest_of_the_pair_file_is_held_against_the_units_at_every_plan(upgrader, tmp_path):
    pair = pair_file(tmp_path, 'manifest = "LIST"')
    (tmp_path / "LIST").write_text(f"{hexed('another image')}  asa9-16-4-lfbff-k8.SPA\n")
    rules = {f["rule"] for f in upgrader("check", str(pair), "--json").json["findings"]}
    assert "image-digest-match" in rules


def test_a_list_that_is_not_believed_refuses_and_a_missing_one_is_a_mistake(upgrader, tmp_path):
    pair = pair_file(tmp_path, 'manifest = "BulkHashFile.tar"')
    assert upgrader("plan", str(pair)).code == 2
    (tmp_path / "BulkHashFile.tar").write_bytes(b"no archive")
    for command in ("plan", "stage"):
        refused = upgrader(command, str(pair))
        assert refused.code == 3
        assert "not believed" in refused.err


def test_a_pair_that_another_process_holds_is_refused(upgrader, tmp_path):
    place = upgrader.home / "state" / "worlds"
    world = enter(read_pair(UNSTAGED), place, command="upgrader run")
    try:
        refused = upgrader("stage", UNSTAGED)
    finally:
        world.close()
    assert refused.code == 3
    assert "upgrader run" in refused.err


def test_the_object_alone_stands_on_standard_output(upgrader):
    said = upgrader("stage", UNSTAGED, "--json")
    json.loads(said.out)
    assert "verify disk0:/asa9-16-4-lfbff-k8.SPA" in said.err


# ── secrets ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "stage",
    [
        'url = "ftp://ops:hunter2@10.1.9.20/asa/"',
        'url = "ftp://10.1.9.20/asa/"\nuser = "ops"\npassword = "hunter2"',
        'url = "ftp://10.1.9.20/asa/"\nuser = "ops"\npasword = "hunter2"',
    ],
)
def test_a_password_in_clear_is_refused_and_not_repeated(upgrader, tmp_path, stage: str):
    pair = pair_file(tmp_path, stage)
    refused = upgrader("stage", str(pair))
    assert refused.code == 2
    assert "hunter2" not in refused.out + refused.err


def test_a_password_on_the_command_line_is_refused_and_not_repeated(upgrader):
    refused = upgrader("stage", UNSTAGED, "--url", "ftp://ops:hunter2@10.1.9.20/asa/")
    assert refused.code == 2
    assert "hunter2" not in refused.out + refused.err
    assert "password" in refused.err


def test_a_password_is_fetched_typed_and_seen_nowhere(upgrader, tmp_path, monkeypatch):
    monkeypatch.setenv("ASA_FTP", "hunter2@home")
    stage = (
        'url = "ftp://10.1.9.20/asa/"\nuser = "ops"\npassword = "env:ASA_FTP"\nmanifest = "LIST"'
    )
    pair = pair_file(tmp_path, stage)
    (tmp_path / "LIST").write_text(f"{hexed('x')}  {WIN}\n")
    refused = upgrader("stage", str(pair))
    assert "Timed out" in refused.out
    assert "hunter2" not in refused.out + refused.err
    assert refused.code == 3
    kept = [p for p in (tmp_path / "state").rglob("*") if p.is_file() and "worlds" not in p.parts]
    assert all(b"hunter2" not in path.read_bytes() for path in kept)


def test_a_password_that_cannot_be_had_ends_the_command_and_names_its_source(upgrader, tmp_path):
    stage = 'url = "ftp://h/"\nuser = "ops"\npassword = "env:NOT_SET_ANYWHERE"\nmanifest = "LIST"'
    pair = pair_file(tmp_path, stage)
    (tmp_path / "LIST").write_text(f"{hexed('x')}  {WIN}\n")
    refused = upgrader("stage", str(pair))
    assert "NOT_SET_ANYWHERE" in refused.err
    assert refused.code == 2


def test_a_password_is_written_into_the_url_as_a_url_writes_it():
    table = {"url": "ftp://h/asa", "user": "o ps".replace(" ", ""), "password": "env:X"}
    hints = read_stage("pair", table, Path())
    typed = typed_url(hints, lambda: "p@ss?word/")
    assert typed is not None
    assert typed("x.pkg") == "ftp://ops:p%40ss%3Fword%2F@h/asa/x.pkg"


def test_a_url_without_a_user_asks_for_no_password():
    hints = read_stage("pair", {"url": "tftp://h:69"}, Path())
    typed = typed_url(hints, lambda: pytest.fail("nobody needs one"))
    assert typed is not None
    assert typed("x") == "tftp://h:69/x"


# ── [stage] ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("table", "why"),
    [
        ({"url": "gopher://h/x"}, "no URL of a server"),
        ({"url": "tftp://"}, "no URL of a server"),
        ({"url": "tftp://h/a b"}, "blank"),
        ({"url": "tftp://h/?x"}, "blank"),
        ({"url": 7}, "no URL"),
        ({"repository": 7}, "no path"),
        ({"manifest": {}}, "no path"),
        ({"manifest": [7]}, "no path"),
        ({"password": "env:X"}, "say `user`"),
        ({"user": "ops", "password": "env:9"}, "no source"),
        ({"user": "ops", "password_command": ""}, "no command"),
        ({"repositry": "x"}, "repository"),
    ],
)
def test_a_wrong_key_or_value_is_named_with_what_is_allowed(table: dict, why: str):
    with pytest.raises(UsageFault, match=why):
        read_stage("pair.toml", table, Path())


def test_files_are_looked_for_beside_the_pair_file():
    hints = read_stage(
        "pair", {"repository": "r", "manifest": ["a", "/b"], "root": "c"}, Path("/d")
    )
    assert hints.repository == Path("/d/r")
    assert hints.manifests == (Path("/d/a"), Path("/b"))
    assert hints.root == Path("/d/c")


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ({"password": "env:NAME"}, FromEnvironment("NAME")),
        ({"password": "keyring:ftp"}, FromKeyring("ftp", "ops")),
        ({"password_command": "pass show ftp"}, FromCommand(("pass", "show", "ftp"))),
    ],
)
def test_a_password_comes_from_where_passwords_of_ssh_come_from(said: dict, source):
    assert read_stage("pair", {"user": "ops", **said}, Path()).password == source


def test_options_go_before_the_pair_file():
    hints = read_stage("pair", {"repository": "r", "url": "tftp://h/"}, Path("/d"))
    told = with_options(hints, Path("/e"), [Path("/m")], "ftp://ops@h2/x")
    assert (told.repository, told.manifests) == (Path("/e"), (Path("/m"),))
    assert (told.url, told.user) == ("ftp://h2/x/", "ops")


# ── progress ───────────────────────────────────────────────────────────────────────────


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_pipe_gets_lines_and_not_one_a_block():
    stream = io.StringIO()
    with staging_progress_on(stream, {}) as shown:
        assert isinstance(shown, StagingLines)
        shown.begins("Primary JAD1", "disk0:/x.bin", 1_000)
        for so_far in range(0, 1_001, 10):
            shown.moved(so_far)
        shown.ended("copied")
    lines = stream.getvalue().splitlines()
    assert lines[0] == "Primary JAD1: disk0:/x.bin (1,000 bytes)"
    assert "Primary JAD1: disk0:/x.bin: 50 % (500 bytes)" in lines
    assert lines[-1].endswith(": copied")
    assert len(lines) == 11


def test_a_terminal_gets_a_bar_with_bytes_and_it_is_taken_away_from_nobody():
    stream = Terminal()
    with staging_progress_on(stream, {"TERM": "xterm", "COLUMNS": "110"}) as shown:
        assert isinstance(shown, StagingBars)
        shown.reading("x.bin", 2_000_000)
        shown.moved(2_000_000)
        shown.ended("SHA-512 abc")
        shown.begins("Primary JAD1", "disk0:/x.bin", 2_000_000)
        shown.moved(1_000_000)
        shown.tells("verify \x07disk0:/x.bin")
        shown.ended("copied")
    text = stream.getvalue()
    assert "Primary JAD1: x.bin: copied" in text
    assert "2.0/2.0 MB" in text
    assert "\x07" not in text


def test_a_size_that_nobody_knows_is_no_trouble():
    for stream in (io.StringIO(), Terminal()):
        with staging_progress_on(stream, {"TERM": "xterm"}) as shown:
            shown.begins("Primary JAD1", "disk0:/x.bin", None)
            shown.moved(7)
            shown.ended("copied")


@pytest.mark.slow
def test_a_run_that_has_not_ended_keeps_its_pair_for_itself(upgrader, tmp_path):
    pair = pair_file(tmp_path)
    waived = ("--waive", "anyconnect-image-present=known tonight")
    assert upgrader("run", str(pair), *waived, "--stop-before", "switch-over").code == 4
    (tmp_path / WIN).write_text("a package")
    refused = upgrader("stage", str(pair), "--repository", ".", "--json")
    assert (refused.code, refused.json["outcome"]) == (3, "refused")
    assert "has not come to its end" in refused.json["verdict"]
