"""Servers that are not ours, and odd ones: what the commands make of them, from a shell."""

import zlib
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from odd_servers import PASSWORD, OddPair, Speech, Tongue, Turn, odd, plainly
from shells import Said, Shell

from upgrader.dialect.terminal import host_of

MONITORED = (
    b"%ASA-6-302013: Built inbound TCP connection 7 for outside:192.0.2.9/55 (192.0.2.9/55) to "
    b"identity:203.0.113.1/22 (203.0.113.1/22)\r\n"
)
ONCE = {"failover reload-standby": 2, "no failover active": 1}


class Desk:
    """A person's shell, who knows the password."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("ODD_PASSWORD", PASSWORD)
        self.folder = folder
        self.shell = Shell(folder, monkeypatch)

    def __call__(self, command: str, pair: OddPair, *seats: str, **words: str) -> Said:
        words = {"more": "silence = 2"} | words
        file = pair.file(self.folder, *seats, **words)
        said = self.shell(command, file, *(["--yes"] if command == "run" else []))
        assert PASSWORD not in said.out + said.err
        kept = [path for path in self.folder.rglob("*") if path.is_file()]
        assert [path for path in kept if PASSWORD.encode() in written(path)] == []
        return said

    def upgrades(self, pair: OddPair, *seats: str) -> None:
        said = self("run", pair, *seats)
        assert said.code == 0, said.out + said.err
        assert {line: pair.heard(line) for line in ONCE} == ONCE


def written(path: Path) -> bytes:
    data = path.read_bytes()
    return zlib.decompress(data) if path.suffix == ".z" else data


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    return Desk(tmp_path, monkeypatch)


# ── ways of speaking ───────────────────────────────────────────────────────────────────


def redraws(mark: bytes) -> Callable[[Turn], Speech]:
    """A screen of 80 columns that scrolls a long line, and draws it again and again."""

    def speaks(turn: Turn) -> Speech:
        echo, before, room = turn.echo, turn.before.encode(), 79 - len(turn.before)
        if len(echo) > room:
            right = (mark + echo[20 - room :]).ljust(room)
            echo = echo[:room] + b"\r" + before + right
        yield echo + b"\r\n" + turn.reply + turn.prompt

    return speaks


def colours(turn: Turn) -> Speech:
    if (turn.seat, turn.line) != ("active", "show failover state"):
        yield from plainly(turn)
        return
    yield turn.echo[:5] + b"\x1b["
    yield 0.01
    yield b"K" + turn.echo[5:] + b"\x1b[0"
    yield b"m\r\n" + turn.reply + b"\x1b[1m" + turn.prompt + b"\x1b[0m"


def forgets_the_blank(turn: Turn) -> Speech:
    bare = (turn.seat, turn.line) == ("active", "show failover state")
    yield turn.echo + b"\r\n" + turn.reply + (turn.prompt.rstrip() if bare else turn.prompt)


def with_ends(end: bytes) -> Callable[[Turn], Speech]:
    def speaks(turn: Turn) -> Speech:
        yield (turn.echo + b"\r\n" + turn.reply).replace(b"\r\n", end) + turn.prompt

    return speaks


def monitors(turn: Turn) -> Speech:
    rows = turn.reply.split(b"\r\n")
    rows.insert(len(turn.line) % max(1, len(rows)), MONITORED.rstrip())
    yield turn.echo + b"\r\n" + b"\r\n".join(rows) + turn.prompt
    yield b"\r\n" + MONITORED + turn.prompt


def pads(turn: Turn) -> Speech:
    """As console servers do, behind returns and elsewhere."""
    yield turn.echo + b"\0\r\0\n" + turn.reply.replace(b"\r\n", b"\r\0\n\0") + turn.prompt


def says_it_twice(turn: Turn) -> Speech:
    """A message comes before the line's end is echoed: prompt and line are shown again below it."""
    yield turn.echo + b"\r\n" + MONITORED + b"\r" + turn.before.encode() + turn.echo + b"\r\n"
    yield turn.reply + turn.prompt


def speaks_latin(turn: Turn) -> Speech:
    yield turn.echo + b"\r\n" + turn.reply + b"\xc3\x28\xa0 caf\xe9 \xe2\x82\r\n" + turn.prompt


@pytest.mark.slow
@pytest.mark.parametrize(
    "speaks",
    [
        *(redraws(b"<"), redraws(b"$"), colours, forgets_the_blank, monitors, speaks_latin, pads),
        says_it_twice,
        *(with_ends(end) for end in (b"\n", b"\n\r")),
    ],
)
def test_a_pair_is_read_however_its_terminal_draws(desk: Desk, speaks: Callable[[Turn], Speech]):
    with odd(Tongue(speaks=speaks)) as pair:
        assert desk("check", pair).code == 0


@pytest.mark.parametrize("name", ["stby", "0815.example_2", "x" * 63, "fw/admin", "fw+1[a],b~%$="])
def test_a_host_may_be_called_anything(desk: Desk, name: str):
    with odd(Tongue(renames=lambda prompt: prompt.replace("branch", name))) as pair:
        assert desk("check", pair).code == 0


def wraps(turn: Turn) -> Speech:
    """A screen of 80 columns that wraps whatever is wider."""
    row, room = turn.before.encode() + turn.echo, len(turn.before)
    rows = b"\r\n".join(row[at : at + 80] for at in range(0, len(row), 80))
    yield rows[room:] + b"\r\n" + turn.reply + turn.prompt


def cuts(turn: Turn) -> Speech:
    """One that shows the beginning of what is wider."""
    echo, room = turn.echo, 79 - len(turn.before)
    yield (echo if len(echo) <= room else echo[:room] + b"$") + b"\r\n" + turn.reply + turn.prompt


@pytest.mark.parametrize("speaks", [wraps, cuts])
def test_a_prompt_may_leave_little_room_on_its_screen(desk: Desk, speaks: Callable[[Turn], Speech]):
    tongue = Tongue(speaks=speaks, renames=lambda prompt: prompt.replace("branch", "x" * 60))
    with odd(tongue) as pair:
        assert desk("check", pair).code == 0


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("act/pri/act# ", "act/pri/stby# "),
        ("stby/act# ", "stby/stby# "),
        ("pri/sec# ", "pri/sec> "),
    ],
)
def test_a_host_that_is_called_as_a_state_is_known_again_when_roles_move(before: str, after: str):
    host = host_of(before)
    assert host is not None
    assert host.prompt_in(after) == after.strip()
    assert host.prompt_in("other/pri/stby# ") is None


# ── greetings ──────────────────────────────────────────────────────────────────────────


def long_motd(prompt: str) -> Speech:
    yield b"\r\n\r\n".join([b"*** #", b"prod# no", b"host> no", b"/// > ///", b"fw>"] * 30)
    yield 0.3
    yield b"\r\nwatch out\r\nfw-01# \r\n"
    yield 0.2
    yield b"Type help or '?' for a list of available commands.\r\n\r"
    for byte in prompt.encode():
        yield bytes([byte])


def interrupted(prompt: str) -> Speech:
    yield b"\r" + prompt.encode() + b"Beginning configuration replication: Sending to mate.\r\n"


@pytest.mark.parametrize("greets", [long_motd, interrupted])
def test_no_greeting_hides_the_prompt(desk: Desk, greets: Callable[[str], Speech]):
    with odd(Tongue(greets=greets)) as pair:
        assert desk("check", pair).code == 0


def full(_: str) -> Speech:
    yield b"% Maximum number of sessions reached\r\n"
    yield 0.05
    raise OSError


@pytest.mark.parametrize(
    ("greets", "words"),
    [
        (full, "Maximum number of sessions reached"),
        (lambda _: (b"Username: ",), "asks before it lets us in"),
        pytest.param(lambda _: (), "nothing was said", marks=pytest.mark.slow),
        pytest.param(
            lambda _: (f"you are {PASSWORD}\r\nPress".encode(),),
            "you are ***",
            marks=pytest.mark.slow,
        ),
    ],
)
def test_who_gives_no_prompt_is_told_with_his_words(
    desk: Desk, greets: Callable[[str], Speech], words: str
):
    with odd(Tongue(greets=greets)) as pair:
        said = desk("check", pair, "active")
    assert said.code == 3
    assert words in said.err
    assert "nothing was changed" in said.err


def shows_it_late(turn: Turn) -> Speech:
    if turn.hidden:
        yield b"\r\n" + turn.prompt
        yield 0.05
        yield turn.line.encode() + b"\r\nwhat was that?\r\n" + turn.prompt
    else:
        yield from plainly(turn)


def repeats_it(turn: Turn) -> Speech:
    shown = b"\r\nInvalid password " + turn.line.encode() + b"\r\nPassword: "
    yield shown if turn.hidden else b"".join(p for p in plainly(turn) if isinstance(p, bytes))


@pytest.mark.parametrize("speaks", [shows_it_late, repeats_it])
def test_a_device_that_shows_our_secret_is_not_repeated(
    desk: Desk, speaks: Callable[[Turn], Speech]
):
    with odd(Tongue(speaks=speaks)) as pair:
        assert desk("check", pair).code == 3


def keeps_it_in_mind(turn: Turn) -> Speech:
    """A log of what was typed, a description, a fault that repeats it."""
    told = f"typed: {PASSWORD}\nenable password {PASSWORD}\n({PASSWORD})\n"
    if turn.line in {"show logging", "show running-config", "show startup-config"}:
        yield turn.echo + b"\r\n" + told.replace("\n", "\r\n").encode() + turn.reply + turn.prompt
    elif turn.line == "failover reload-standby":
        yield turn.echo + b"\r\n" + PASSWORD.encode() + b" is what you typed. Really? [confirm] "
        yield 60.0
    else:
        yield from plainly(turn)


@pytest.mark.slow
def test_what_we_typed_as_a_secret_is_written_nowhere_though_the_device_tells_it(desk: Desk):
    with odd(Tongue(speaks=keeps_it_in_mind)) as pair:
        assert desk("check", pair).code == 0
        said = desk("run", pair)
    assert (said.code, "***** is what you typed" in said.out) == (4, True)
    assert pair.heard("failover reload-standby") == 1


# ── who answers ────────────────────────────────────────────────────────────────────────


def test_a_shell_that_is_no_asa_is_only_looked_at(desk: Desk):
    tongue = Tongue(
        renames=lambda _: "root@box:/root# ", says=lambda _: "-bash: command not found\n"
    )
    with odd(tongue) as pair:
        assert desk("run", pair).code == 3
    assert all(line.startswith(("show ", "terminal pager 0")) or not line for _, line in pair.typed)


@pytest.mark.slow
def test_one_chassis_at_both_addresses_is_no_pair(desk: Desk):
    with odd(Tongue(answers_for={"standby": "active"})) as pair:
        said = desk("run", pair)
    assert said.code == 3
    assert "same chassis" in " ".join(said.out.split())


@pytest.mark.slow
def test_addresses_that_are_written_the_wrong_way_round_are_told_apart_by_who_answers(desk: Desk):
    with odd(Tongue(answers_for={"standby": "active", "active": "standby"})) as pair:
        assert desk("check", pair).code == 0


def test_a_unit_that_speaks_for_a_context_is_not_upgraded(desk: Desk):
    def says(turn: Turn) -> str | None:
        return (
            turn.text.replace("9.12(4)", "9.12(4) <context>") if "show ver" in turn.line else None
        )

    with odd(Tongue(says=says)) as pair:
        said = desk("run", pair)
    assert said.code == 3
    assert "multiple context mode" in " ".join(said.out.split())


@pytest.mark.slow
def test_another_chassis_that_boots_in_the_standby_s_place_ends_the_night(desk: Desk):
    def says(turn: Turn) -> str | None:
        # Whether it is asked itself, or through its mate.
        answers = turn.unit == 1 or turn.line.startswith("failover exec mate ")
        if answers and "9.16(4)" in turn.text:
            return turn.text.replace("JAD22222222", "JAD33333333")
        return None

    with odd(Tongue(says=says)) as pair:
        said = desk("run", pair)
    assert said.code == 4
    assert "this is another chassis" in " ".join(said.out.split())
    assert pair.heard("no failover active") == 0


def test_a_pair_is_reached_by_ipv6(desk: Desk):
    with odd(Tongue(listens="::1")) as pair:
        assert desk("check", pair, host="[::1]").code == 0


@pytest.mark.slow
def test_a_night_needs_no_more_than_the_addresses_that_answer(desk: Desk):
    with odd(Tongue(dead=frozenset({"active"}))) as pair:
        desk.upgrades(pair, "active", "standby", "primary", "secondary")


def test_an_active_unit_that_no_address_leads_to_is_checked_and_never_acted_on(desk: Desk):
    with odd(Tongue(dead=frozenset({"active"}))) as pair:
        said = desk("check", pair)
        assert (said.code, "was not reached" in said.err) == (0, True), said.out
        said = desk("run", pair)
    assert said.code == 4
    assert not [line for _, line in pair.typed if line.startswith(("copy", "conf", "boot", "wri"))]


def test_a_terminal_that_is_refused_is_named(desk: Desk):
    with odd(Tongue(options={"allow_pty": False})) as pair:
        said = desk("check", pair)
    assert (said.code, "gives no terminal" in said.err) == (3, True)


def cuts_off(turn: Turn) -> Speech:
    yield (turn.echo + b"\r\n" + turn.reply)[:20]
    raise OSError


def says_nothing(_: Turn) -> Speech:
    yield 60.0


@pytest.mark.parametrize("line", ["show version", "show failover state"])
@pytest.mark.parametrize("speech", [cuts_off, says_nothing])
def test_a_session_that_dies_at_a_look_is_made_up_for(
    desk: Desk, speech: Callable[[Turn], Speech], line: str
):
    with odd(Tongue(speaks=once(line, speech))) as pair:
        assert desk("check", pair).code == 0


def resets(times: int) -> Callable[[str], Speech]:
    greeted = count()

    def greets(prompt: str) -> Speech:
        if next(greeted) < times:
            raise OSError
        yield b"\r" + prompt.encode()

    return greets


def test_a_login_that_is_reset_is_tried_again(desk: Desk):
    with odd(Tongue(greets=resets(2))) as pair:
        assert desk("check", pair).code == 0
        assert pair.logins == ["active"] * 3 + ["standby"]


def test_a_reply_that_comes_twice_is_not_read_as_one(desk: Desk):
    def twice(turn: Turn) -> Speech:
        said = b"".join(piece for piece in plainly(turn) if isinstance(piece, bytes))
        yield said * 2 if turn.line == "show startup-config" and next(asked) < 2 else said

    asked = count()
    with odd(Tongue(speaks=twice)) as pair:
        said = desk("check", pair)
    assert (said.code, "configuration-saved" in said.out) == (0, False)


# ── lines that change ──────────────────────────────────────────────────────────────────


def once(line: str, speech: Callable[[Turn], Speech]) -> Callable[[Turn], Speech]:
    asked = count()

    def speaks(turn: Turn) -> Speech:
        return speech(turn) if turn.line == line and not next(asked) else plainly(turn)

    return speaks


def cut(turn: Turn) -> Speech:
    yield turn.echo[:4]
    raise OSError


def another_prompt(turn: Turn) -> Speech:
    yield turn.echo + b"\r\n" + turn.reply + b"\rother/pri/act# "
    yield 60.0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("line", "speech"),
    [
        ("failover reload-standby", cut),
        ("no failover active", another_prompt),
    ],
)
def test_whatever_becomes_of_its_answer_a_line_that_changes_is_typed_once(
    desk: Desk, line: str, speech: Callable[[Turn], Speech]
):
    with odd(Tongue(speaks=once(line, speech))) as pair:
        desk.upgrades(pair)


@pytest.mark.slow
def test_a_question_that_no_release_asks_is_not_answered(desk: Desk):
    def asks(turn: Turn) -> Speech:
        yield turn.echo + b"\r\nReally? [confirm] "
        yield 60.0

    with odd(Tongue(speaks=once("failover reload-standby", asks))) as pair:
        said = desk("run", pair)
    assert said.code == 4
    assert pair.heard("failover reload-standby") == 1
