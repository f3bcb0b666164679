"""`upgrader replay` of records: what a person types, sees, and gets for a mistake."""

import gzip
import io
import json
import os
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from upgrader.cli.main import run

NIGHTS = Path(__file__).resolve().parent.parent / "fixtures" / "incidents"
GUIDES = NIGHTS / "anyconnect-images-differ"
LOG, CONSOLE = str(GUIDES / "collector.log"), str(GUIDES / "console.txt")


@dataclass(frozen=True)
class Ended:
    """A command that has come to its end."""

    code: int
    out: str
    err: str

    @property
    def object(self) -> dict[str, object]:
        told = json.loads(self.out)
        assert isinstance(told, dict)
        return told


@pytest.fixture(autouse=True)
def _home(tmp_path: Path) -> Iterator[None]:
    wanted = {"UPGRADER_HOME": str(tmp_path / "home"), "COLUMNS": "80"}
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    yield
    for name, value in before.items():
        if value is None:
            del os.environ[name]
        else:
            os.environ[name] = value


def replay(*arguments: str) -> Ended:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run(["replay", *arguments])
    return Ended(code, out.getvalue(), err.getvalue())


def test_what_is_settled_asks_for_nothing_more_and_what_to_type_next_keeps_the_limits() -> None:
    told = replay(LOG, CONSOLE, "--since", "2026-03-14 22:00")
    assert "CERTAIN  anyconnect-images-differ" in told.out
    assert "settled by" not in told.out
    again = f"{LOG} {CONSOLE} --since '2026-03-14 22:00:00'"
    assert f"  upgrader replay {again} --what-if anyconnect=matched\n" in told.out
    assert f"  upgrader replay {again} -o postmortem/\n" in told.out


def test_where_no_change_helps_none_is_proposed() -> None:
    told = replay("example:nothing-happened")
    assert "None of today's checks would have stopped this" in told.out
    assert "--what-if" not in told.out


def test_a_log_that_reaches_too_little_is_not_told_to_be_sure(tmp_path: Path) -> None:
    few = [line for line in Path(LOG).read_text().splitlines(keepends=True) if "%ASA-1-" in line]
    (tmp_path / "few.log").write_text("".join(few))
    told = replay(str(tmp_path / "few.log"), "-o", str(tmp_path / "out"))
    assert "Nobody is seen to have been harmed, as far as these records reach." in told.out
    assert "for nobody is seen to have been harmed" in told.out
    for name in ("postmortem.md", "postmortem.html"):
        assert "Nobody was harmed" not in (tmp_path / "out" / name).read_text()


def test_a_log_alone_names_the_guide_s_incident_and_what_would_settle_it() -> None:
    told = replay(LOG)
    assert told.code == 0
    assert "LIKELY  anyconnect-images-differ" in told.out
    assert "show webvpn anyconnect" in told.out
    assert "CERTAIN" not in told.out


def test_with_the_terminal_s_log_it_is_certain() -> None:
    told = replay(LOG, CONSOLE)
    assert "CERTAIN  anyconnect-images-differ" in told.out


def test_a_screen_is_eighty_columns_wide_but_for_commands_to_copy() -> None:
    lines = [line for line in replay(LOG).out.splitlines() if "upgrader replay" not in line]
    assert max(map(len, lines)) <= 80


def test_the_object_carries_timeline_causes_sessions_and_residue() -> None:
    told = replay(LOG, "--json").object
    assert told["command"] == "replay"
    causes = told["causes"]
    assert isinstance(causes, list)
    first = causes[0]
    assert first["cause"] == "anyconnect-images-differ"
    assert first["likelihood"] == "likely"
    assert first["for"]
    assert first["settled_by"]
    timeline = told["timeline"]
    assert isinstance(timeline, list)
    assert {"at", "unit", "kind", "text", "source"} <= timeline[0].keys()
    assert timeline[0]["source"][0].keys() == {"file", "line"}
    assert told["sessions"]
    assert told["residue"]


def test_a_packed_log_and_one_from_a_pipe_say_the_same(tmp_path: Path) -> None:
    packed = tmp_path / "night.log.gz"
    packed.write_bytes(gzip.compress(Path(LOG).read_bytes()))
    plain, unpacked = replay(LOG, "--json").object, replay(str(packed), "--json").object
    assert plain["verdict"] == unpacked["verdict"]
    assert plain["impact"] == unpacked["impact"]


@pytest.mark.slow
def test_today_s_checks_are_always_answered() -> None:
    told = replay(LOG, "--json").object["todays_checks"]
    assert isinstance(told, dict)
    assert "anyconnect-images-match" in str(told)


@pytest.mark.slow
def test_an_anonymised_postmortem_does_not_say_in_whose_folder_it_was_written(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "klaus" / "postmortem"
    told = replay(LOG, "-o", str(folder), "--anonymise")
    assert f"upgrader rehearse {folder}/scenario/pair.toml" in told.out.replace("\n", "")
    assert not [path for path in folder.rglob("*.*") if "klaus" in _text(path)]
    assert "upgrader rehearse scenario/pair.toml" in _text(folder / "postmortem.md")


@pytest.mark.slow
def test_what_is_written_can_be_rehearsed(tmp_path: Path) -> None:
    folder = tmp_path / "postmortem"
    told = replay(LOG, "-o", str(folder), "--anonymise")
    assert told.code == 0
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*")}
    assert {"postmortem.html", "postmortem.md", "postmortem.json", "scenario/pair.toml"} <= names
    with redirect_stdout(io.StringIO()):
        assert run(["rehearse", str(folder / "scenario" / "pair.toml")]) == 0
    assert not [path for path in folder.rglob("*") if path.is_file() and "user01" in _text(path)]


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_a_night_of_ours_and_its_syslog_go_together() -> None:
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        run(["run", "example:matched", "--fresh"])
    told = replay("latest", LOG, "--json").object
    sources = told["sources"]
    assert isinstance(sources, list)
    assert {source["kind"] for source in sources} == {"run", "syslog"}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("nowhere.log",), "nowhere.log"),
        (("example:anyconect-images-differ",), "did you mean example:anyconnect-images-differ"),
        ((LOG, "--since", "yesterday"), "--since 'yesterday'"),
        ((LOG, "--since", "2031-01-01"), "the records reach from 2026-03-14 2"),
        ((LOG, "--host", "nobody"), "--host nobody"),
        ((LOG, "--what-if", "anyconnect"), "did you mean 'anyconnect=matched'"),
        ((LOG, "--what-if", "weather=fine"), "checks=today"),
        ((LOG, "--what-if", "banana=1"), "no such change is known. Allowed"),
        (("/dev/null",), "/dev/null"),
        (("",), "for the folder you are in type ."),
        (("pool-ful",), "did you mean example:pool-full?"),
        (("example:nosuch",), "There are:\n  example:aaa-down\n"),
        ((LOG, "--host", ""), "--host ''"),
        ((LOG, "--what-if", ""), "--what-if '': no such change is known"),
        ((LOG, "--since", "22:10"), "is no day with a time"),
        ((LOG, "-o", ""), "-o '': names no folder"),
        ((LOG, "-o", LOG), "is a file; name a folder"),
    ],
)
@pytest.mark.parametrize("as_json", [False, True])
def test_a_mistake_is_named_with_what_was_expected(
    arguments: tuple[str, ...], says: str, as_json: bool
) -> None:
    told = replay(*arguments, *(("--json",) if as_json else ()))
    assert told.code == 2
    if as_json:
        assert says in str(told.object.get("error", told.object))
    else:
        assert says in told.err
        assert "next: upgrader" in told.err
        assert told.out == ""


@pytest.mark.parametrize(
    "instant",
    ["2026-03-14 22:13:38", "2026-03-14T22:13:38", "Mar 14 2026 22:13:38", "14 Mar 2026, 22:13:38"],
)
def test_an_instant_may_be_copied_as_the_log_or_our_own_page_has_it(instant: str) -> None:
    assert replay(LOG, "--since", instant, "--json").object["began"] == "2026-03-14T22:13:38"


def test_an_option_that_names_no_folder_writes_nowhere(tmp_path: Path) -> None:
    before = sorted(Path().iterdir())
    assert replay(LOG, "-o", " ").code == 2
    assert sorted(Path().iterdir()) == before
    assert not [*tmp_path.glob("postmortem*")]


def test_a_log_in_which_nobody_is_seen_does_not_say_that_nobody_was_harmed(tmp_path: Path) -> None:
    log = tmp_path / "fw.log"
    log.write_text(
        "Mar 14 2026 22:00:00 fw1 : %ASA-1-104001: (Primary) Switching to ACTIVE - no active unit\n"
    )
    told = replay(str(log))
    assert told.code == 0
    assert "Nobody is seen to have been harmed" in told.out
    assert "Nobody was harmed" not in told.out
    assert "about 22:00" in str(replay(str(log), "--json").object["summary"])


def test_without_a_source_the_usage_is_told() -> None:
    told = replay()
    assert told.code == 2
    assert "SOURCE" in told.err


def test_what_is_no_record_is_refused_in_a_sentence(tmp_path: Path) -> None:
    for name, data in (
        ("empty", b""),
        ("noise", bytes(range(256)) * 40),
        ("prose", b"hello\n" * 9),
    ):
        (tmp_path / name).write_bytes(data)
        told = replay(str(tmp_path / name))
        assert told.code == 2, name
        assert "expected" in told.err


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    told = replay(LOG, "-o", str(tmp_path / "file" / "x"))
    assert told.code == 2
    assert "cannot be written" in told.err


def test_what_is_not_there_is_said_once() -> None:
    told = replay("nowhere.log")
    assert told.err.count("nowhere.log") == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_postmortem_that_nobody_got_is_a_failure() -> None:
    err = io.StringIO()
    with (
        suppress(OSError),  # closing it is a write, too
        Path("/dev/full").open("w", encoding="utf-8") as full,
        redirect_stdout(full),
        redirect_stderr(err),
    ):
        code = run(["replay", LOG])
    assert code == 1
    assert "the postmortem cannot be written" in err.getvalue()


def test_a_pair_file_in_a_folder_is_no_record_of_the_night() -> None:
    told = replay(str(GUIDES), "--json").object
    assert "pair.toml" in " ".join(map(str, told["notes"]))  # type: ignore[call-overload]
    sources = told["sources"]
    assert isinstance(sources, list)
    assert sorted(Path(source["name"]).name for source in sources) == [
        "collector.log",
        "console.txt",
    ]


@pytest.mark.slow
def test_a_postmortem_that_cannot_be_written_whole_leaves_nothing_half_made(tmp_path: Path) -> None:
    folder = tmp_path / "postmortem"
    (folder / "postmortem.html").mkdir(parents=True)
    told = replay(LOG, "-o", str(folder))
    assert told.code == 2
    assert "nothing of it was kept" in told.err
    assert [path.name for path in folder.iterdir()] == ["postmortem.html"]


@pytest.mark.slow
def test_an_older_postmortem_that_is_replaced_is_told(tmp_path: Path) -> None:
    assert "was replaced" not in replay(LOG, "-o", str(tmp_path)).out
    assert "was replaced" in replay(LOG, "-o", str(tmp_path)).out


@pytest.mark.slow
def test_each_line_of_a_run_of_ours_names_its_line_of_the_journal() -> None:
    run_of_ours = NIGHTS.parent / "journals" / "0.2.0" / "cleanup"
    told = replay(str(run_of_ours), "--json").object
    timeline = told["timeline"]
    assert isinstance(timeline, list)
    assert timeline
    for line in timeline:
        assert {"at", "at_ms", "unit", "kind", "text", "source"} <= set(line)
    numbers = [line["source"][0]["line"] for line in timeline]
    assert numbers == sorted(numbers)
    assert timeline[0]["source"][0]["file"].endswith("journal.jsonl")
    assert {"causes", "sessions", "residue", "phases", "steps"} <= set(told)
