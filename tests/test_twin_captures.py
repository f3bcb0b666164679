"""A twin of saved output: whatever people save, it is told apart, or what is missing is said."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shells import Shell
from twins import SHORT, Twins, example, log_of, verifying

from upgrader.access.captures import MOST_BYTES
from upgrader.cli.worlds.twins import captured
from upgrader.dialect.spelling import line_in_name, spelled_out
from upgrader.dialect.transcripts import cleaned, read_log
from upgrader.emulator.pair import EmulatedPair
from upgrader.model.portrait import NoteKind
from upgrader.ports import NoTwin, UsageFault

CAPTURES = Path(__file__).resolve().parents[2] / "shared" / "captures"
SEATS = {"primary": "active", "secondary": "standby"}


def saved(pair: EmulatedPair, lines: tuple[str, ...] | None = None) -> dict[str, str]:
    """What was saved of each unit."""
    asked = SHORT + verifying(pair) if lines is None else lines
    return {role: log_of(pair.fork(), seat, asked) for role, seat in SEATS.items()}


def folder_of(files: dict[str, str | bytes], place: Path) -> Path:
    for name, text in files.items():
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
    return place


def twins_of(pair: EmulatedPair, files: dict[str, str | bytes], place: Path) -> Twins:
    return Twins.of(pair, captured(folder_of(files, place)).world())


# ── terminal logs ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["matched", "mismatched", "missing-package"])
def test_logs_of_both_units_make_the_twin_that_a_login_makes(name: str, tmp_path: Path):
    pair = example(name)
    logs = saved(pair)
    twins = twins_of(pair, {"a.txt": logs["primary"], "b.log": logs["secondary"]}, tmp_path)
    assert twins.drifted == ()
    first, second = twins.judged()
    assert first == second


DRESS: dict[str, Callable[[str], str | bytes]] = {
    "with line ends of Windows": lambda log: log.replace("\n", "\r\n"),
    "in UTF-16 with its mark": lambda log: log.encode("utf-16"),
    "in UTF-8 with its mark": lambda log: b"\xef\xbb\xbf" + log.encode(),
    "with bytes of Latin-1": lambda log: b"M\xfcnchen, 12\xb0\n" + log.encode(),
    "with a pager": lambda log: log.replace(
        "\nwebvpn\n", "\n<--- More --->\r              \rwebvpn\n"
    ),
    "with colours": lambda log: log.replace("branch/", "\x1b[01;32mbranch/").replace(
        "# ", "#\x1b[0m "
    ),
    "with the stamps of a logger": lambda log: "".join(
        f"[2026-03-14 22:00:01] {line}\n" for line in log.split("\n")
    ),
    "with a greeting": lambda log: "Type help or '?' for a list.\nbranch> enable\n" + log,
    "with mistakes": lambda log: (
        log.replace(
            "show failover state",
            "sh fialover\n  ^\nERROR: % Invalid input detected at '^' marker.\n"
            "branch/pri/act# show failover state",
            1,
        )
        if "pri/act" in log
        else log
    ),
}


@pytest.mark.parametrize("dress", sorted(DRESS))
def test_a_log_is_read_however_it_was_saved(dress: str, tmp_path: Path):
    pair = example("mismatched")
    files = {role: DRESS[dress](log) for role, log in saved(pair).items()}
    twins = twins_of(pair, files, tmp_path)
    assert twins.drifted == ()


def test_units_are_told_apart_by_serial_and_role_where_the_prompt_is_a_name(tmp_path: Path):
    pair = example("mismatched")
    files = {
        name: bare(log) for name, log in zip(("x.txt", "y.txt"), saved(pair).values(), strict=True)
    }
    assert "/pri/" not in files["x.txt"]
    assert twins_of(pair, files, tmp_path).drifted == ()


def bare(log: str) -> str:
    for suffix in ("/pri/act", "/sec/stby"):
        log = log.replace(suffix, "")
    return log


def test_one_log_of_both_units_is_taken_apart_at_its_prompts(tmp_path: Path):
    pair = example("mismatched")
    assert twins_of(pair, {"both.log": "".join(saved(pair).values())}, tmp_path).drifted == ()


def test_what_was_asked_of_the_mate_is_the_mates(tmp_path: Path):
    pair = example("mismatched")
    ours = SHORT + verifying(pair)
    mate = tuple(f"failover exec mate {line}" for line in ours)
    log = log_of(pair.fork(), "active", ours + mate)
    assert twins_of(pair, {"active.log": log}, tmp_path).drifted == ()


def test_a_reply_between_those_of_two_units_with_bare_prompts_is_nobodys(tmp_path: Path):
    """Whoever typed `dir` may have been at either unit by then."""
    pair = example("mismatched")
    lines = ("show version", "show failover", "dir", "show running-config")
    one, other = (bare(log) for log in saved(pair, lines).values())
    found = captured(
        folder_of({"mixed.log": one[: one.index("branch# show run")] + other}, tmp_path)
    )
    assert any("`dir disk0:`" in said for said in found.left_out)
    with pytest.raises(NoTwin, match="on the Primary"):
        found.world()


# ── one file a reply, and show tech-support ────────────────────────────────────────────


def replies(log: str) -> list[tuple[str, str]]:
    return [(exchange.line, exchange.reply) for exchange in read_log(cleaned(log))]


@pytest.mark.parametrize(
    "called",
    [
        "fw-{role}/{line}.txt",
        "{role}_{line}.txt",
        "{line} of {unit}.txt",
    ],
)
def test_one_file_a_reply_is_read_by_its_name(called: str, tmp_path: Path):
    pair = example("mismatched")
    units = {"primary": "JAD1", "secondary": "JAD2"}
    files = {}
    for role, log in saved(pair).items():
        for number, (line, reply) in enumerate(replies(log)):
            word = line.replace(" ", "-").replace("/", "").replace(":", "")
            kept = f"{word[:40]}-{number}" if line.startswith("verify") else word
            files[called.format(role=role, unit=units[role], line=kept)] = reply
    twins = twins_of(pair, files, tmp_path)
    told = [told for told in twins.told(NoteKind.ASSUMED) if "digest" in told]
    assert told == []
    assert [d for d in twins.drifted if "AnyConnect" in d.field] == []


def test_replies_without_any_name_are_known_by_their_words(tmp_path: Path):
    pair = example("mismatched")
    files = {}
    for role, log in saved(pair, SHORT[:8]).items():
        for number, (line, reply) in enumerate(replies(log)):
            saved_one = "startup" if line == "show startup-config" else str(number)
            files[f"{role}/{saved_one}"] = reply
    found = captured(folder_of(files, tmp_path))
    twins = Twins.of(pair, found.world())
    assert {unit.serial for unit in twins.second.pair.units} == {"JAD20260001", "JAD20260002"}


def test_a_show_tech_is_taken_apart_at_its_headings(tmp_path: Path):
    pair = example("mismatched")
    files = {}
    for role, log in saved(pair).items():
        parts = (
            f"\n------------------ {line} ------------------\n\n{reply}"
            for line, reply in replies(log)
        )
        files[f"{role}.txt"] = "".join(parts)
    assert twins_of(pair, files, tmp_path).drifted == ()


# ── what was typed ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("sh ver", "show version"),
        ("sh fail", "show failover"),
        ("sh failo hist", "show failover history"),
        ("SHOW RUN", "show running-config"),
        ("more system:running-config", "show running-config"),
        ("dir flash:/", "dir disk0:"),
        ("dir", "dir disk0:"),
        ("sh ip loc pool VPN-A", "show ip local pool VPN-A"),
        ("verify /sha-512 flash:/X.pkg", "verify /sha-512 disk0:/x.pkg"),
        ("sh vpn-sessiondb anyconnect", "show vpn-sessiondb anyconnect"),
        ("sh run | i boot", None),
        ("show running-config boot", None),
        ("show run all", None),
        ("reload", None),
        ("", None),
    ],
)
def test_a_line_is_spelled_out_or_left_alone(typed: str, meant: str | None):
    assert spelled_out(typed) == meant


@pytest.mark.parametrize(
    ("stem", "meant"),
    [
        ("fw1-show-running-config", "show running-config"),
        ("show_failover_state.old", "show failover state"),
        ("version", "show version"),
        ("notes", None),
    ],
)
def test_a_file_name_says_what_was_asked(stem: str, meant: str | None):
    assert line_in_name(stem) == meant


# ── what is missing ────────────────────────────────────────────────────────────────────

NEEDED = ("show version", "show failover", "dir disk0:")
SPARED = {
    "show startup-config": "startup-config of Secondary",
    "show webvpn anyconnect": "AnyConnect of Secondary",
    "show vpn-sessiondb anyconnect": "sessions of Secondary",
    "show ip local pool VPN": "pools of Secondary",
    "show running-config": "running-config of Secondary",
}


def lacking(line: str) -> dict[str, str | bytes]:
    pair = example("matched")
    logs = saved(pair)
    kept = [(said, reply) for said, reply in replies(logs["secondary"]) if said != line]
    text = "".join(f"branch/sec/stby# {said}\n{reply}" for said, reply in kept)
    return {"one.log": logs["primary"], "two.log": text}


@pytest.mark.parametrize("line", NEEDED)
def test_without_the_essential_there_is_no_twin_and_the_line_to_type_is_named(
    line: str, tmp_path: Path
):
    with pytest.raises(NoTwin) as raised:
        twins_of(example("matched"), lacking(line), tmp_path)
    assert f"on the Secondary JAD20260002: {line}" in str(raised.value)


@pytest.mark.parametrize("line", sorted(SPARED))
def test_what_else_is_missing_is_said_with_what_that_means(line: str, tmp_path: Path):
    twins = twins_of(example("matched"), lacking(line), tmp_path)
    (note,) = [
        note
        for note in twins.notes
        if note.what == f"{SPARED[line]} JAD20260002" and note.kind is not NoteKind.TAKEN
    ]
    assert note.line.split(" NAME")[0] in line
    assert note.told


def test_without_digests_a_mismatch_is_not_seen_and_that_is_said(tmp_path: Path):
    pair = example("matched")
    logs = saved(pair, SHORT)
    twins = twins_of(pair, dict(logs), tmp_path)
    assert any("a mismatch of the two is not seen" in told for told in twins.told(NoteKind.ASSUMED))
    lines = [note.line for note in twins.notes if note.line.startswith("verify")]
    assert len(lines) == 6


# ── the command, and whatever is found on a disk ───────────────────────────────────────


def test_saved_output_becomes_a_folder_that_can_be_rehearsed(upgrader: Shell, tmp_path: Path):
    folder_of(dict(saved(example("matched"))), tmp_path / "caps")
    made = upgrader("twin", "--from-captures", "caps", "-o", "twin")
    assert made.code == 0
    done = upgrader("rehearse", "twin/pair.toml", "--to", "9.16(4)", "--json")
    assert done.code == 0
    assert done.json["sessions"]["lost"] == 0


def test_what_is_left_out_is_told(upgrader: Shell, tmp_path: Path):
    files = dict(saved(example("matched"))) | {"holiday.txt": "sun and sea\n"}
    folder_of(files, tmp_path / "caps")
    made = upgrader("twin", "--from-captures", "caps", "-o", "twin")
    assert "holiday.txt: holds no reply" in made.out.replace("\n", " ")


@pytest.mark.parametrize("name", ["nothing", "empty"])
def test_a_folder_that_is_not_there_or_empty_is_a_mistake_of_a_person(
    name: str, upgrader: Shell, tmp_path: Path
):
    (tmp_path / "empty").mkdir()
    done = upgrader("twin", "--from-captures", name)
    assert done.code == 2
    assert name in done.err


def test_a_file_of_a_hundred_megabytes_is_left_alone(upgrader: Shell, tmp_path: Path):
    files = dict(saved(example("matched")))
    folder_of(files, tmp_path / "caps")
    with (tmp_path / "caps" / "core.dump").open("wb") as stream:
        stream.truncate(100_000_000)
    done = upgrader("twin", "--from-captures", "caps", "-o", "twin")
    assert done.code == 0
    assert f"core.dump: not read: no text of at most {MOST_BYTES:,} bytes" in " ".join(
        done.out.split()
    )


LOGS = saved(example("matched"))


@pytest.mark.slow
@given(
    cut=st.integers(0, max(map(len, LOGS.values()))),
    noise=st.binary(max_size=60),
    at=st.integers(0, 20_000),
)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_is_broken_the_end_is_a_twin_or_a_sentence(
    cut: int, noise: bytes, at: int, tmp_path_factory: pytest.TempPathFactory
):
    place = tmp_path_factory.mktemp("caps")
    second = LOGS["secondary"].encode()
    broken = second[:at] + noise + second[at:]
    folder_of({"one.log": LOGS["primary"][:cut], "two.log": broken}, place)
    with suppress(NoTwin, UsageFault):
        Twins.of(example("matched"), captured(place).world())


@pytest.mark.skipif(not CAPTURES.is_dir(), reason="real captures are not at hand")
@pytest.mark.parametrize(
    ("folder", "units"),
    [
        ("failover-tests", ("Primary 9ABP74674HW", "Secondary 9ARTESW8ALK")),
        ("upgrade-transcripts", ("Primary", "Secondary")),
    ],
)
def test_of_real_captures_it_is_said_what_is_missing_on_which_unit(folder: str, units):
    with pytest.raises(NoTwin) as raised:
        captured(CAPTURES / folder).world()
    for unit in units:
        assert f"on the {unit}: show version" in str(raised.value)
        assert "dir disk0:" in str(raised.value)


@pytest.mark.skipif(not CAPTURES.is_dir(), reason="real captures are not at hand")
def test_real_units_are_told_apart_by_role_in_the_middle_of_their_switchovers():
    found = captured(CAPTURES / "failover-tests").told
    assert found.serials["9ABP74674HW"].value == "Primary"
    for replies_of in found.replies.values():
        assert "show failover" in replies_of


@pytest.mark.slow
@pytest.mark.skipif(not CAPTURES.is_dir(), reason="real captures are not at hand")
def test_no_folder_of_captures_ends_in_anything_but_a_sentence():
    folders = sorted(path for path in CAPTURES.rglob("*") if path.is_dir())
    for folder in folders:
        with suppress(NoTwin, UsageFault):
            captured(folder).world()
