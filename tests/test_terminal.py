"""A console's terminal: what a person sees of his typing, byte for byte."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upgrader.emulator.sshd.terminal import (
    EndWanted,
    HelpWanted,
    LeftConfiguration,
    Terminal,
    Typed,
)
from upgrader.emulator.sshd.typing_line import LINE_LIMIT
from upgrader.emulator.talk import Expects

PROMPT = "fw/pri/act# "


def terminal(width: int = 80, **answer: object) -> Terminal:
    """A terminal at a prompt, whose screen was read up to there."""
    made = Terminal(width)
    made.answer(answer.pop("text", ""), answer.pop("prompt", PROMPT), **answer)
    made.data_to_send()
    return made


def typed(at: Terminal, data: bytes) -> tuple[list[object], bytes]:
    """What comes of these bytes: events, each answered by a prompt, and what is shown."""
    at.receive(data)
    events = []
    while (event := at.next_event()) is not None:
        events.append(event)
        at.answer("", PROMPT)
    return events, at.data_to_send()


def lines(data: bytes, **words: object) -> list[str]:
    events, _ = typed(terminal(**words), data)
    return [event.line for event in events if isinstance(event, Typed)]


# ── lines and echo ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n"])
def test_every_end_of_line_is_one(end: bytes):
    assert lines(b"show version" + end + b"exit" + end) == ["show version", "exit"]


def test_what_is_typed_is_echoed_and_a_prompt_stands_behind_a_carriage_return():
    _, shown = typed(terminal(), b"show clock\n")

    assert shown == b"show clock\r\n\rfw/pri/act# "


def test_a_line_feed_that_comes_late_still_belongs_to_its_carriage_return():
    at = terminal()

    assert typed(at, b"exit\r")[0] == [Typed("exit")]
    assert typed(at, b"\n")[0] == []


def test_an_answer_ends_its_lines_as_a_terminal_wants_them():
    at = Terminal()
    at.answer("one\ntwo\n", PROMPT)

    assert at.data_to_send() == b"one\r\ntwo\r\n\rfw/pri/act# "


def test_nothing_is_read_while_a_command_runs_and_what_was_typed_is_echoed_after_it():
    at = terminal()
    at.receive(b"copy\nshow clock\n")
    assert at.next_event() == Typed("copy")
    assert at.next_event() is None
    assert at.data_to_send() == b"copy\r\n"

    at.answer("done\n", PROMPT)

    assert at.next_event() == Typed("show clock")
    assert at.data_to_send() == b"done\r\n\rfw/pri/act# show clock\r\n"


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        (b"shox\x7fw", "show"),
        (b"shox\x08w", "show"),
        (b"\x08\x08show", "show"),
        (b"garbage\x15show", "show"),
        (b"garbage\x18show", "show"),
        (b"show version\x17clock", "show clock"),
        (b"how\x01s", "show"),
        (b"sow\x02\x02h", "show"),
        (b"sow\x01\x06h\x05 x", "show x"),
        (b"show rest\x02\x02\x02\x02\x02\x0b", "show"),
        (b"xshow\x01\x04", "show"),
        (b"sow\x1b[D\x1b[Dh", "show"),
        (b"sow\x1b[D\x1b[Dh\x1b[C\x1b[C!", "show!"),
        (b"show\x1b[A\x1b[B\x1bOP\x1b[3~", "show"),
        (b"sh\x00\x07ow", "show"),
        (b"gone\x03show", "show"),
        ("pass é".encode(), "pass é"),
    ],
)
def test_editing_keys_do_what_they_do_on_an_asa(keys: bytes, line: str):
    assert lines(keys + b"\n") == [line]


def test_a_rubbed_out_character_leaves_the_screen():
    _, shown = typed(terminal(), b"ab\x7f")

    assert shown == b"ab\b \b"


def test_ctrl_c_gives_the_line_up_and_prompts_again():
    events, shown = typed(terminal(), b"reload\x03")

    assert (events, shown) == ([], b"reload^C\r\n\rfw/pri/act# ")


@pytest.mark.parametrize("expects", [Expects.LINE, Expects.HIDDEN])
def test_ctrl_c_at_a_question_is_a_reply_of_its_own(expects: Expects):
    at = terminal(prompt="Password: ", expects=expects, asks=True)
    at.receive(b"half\x03")

    assert at.next_event() == Typed("\x03")
    assert at.data_to_send().endswith(b"^C\r\n")


def test_ctrl_z_leaves_configuration_mode():
    assert typed(terminal(), b"\x1a")[0] == [LeftConfiguration()]


def test_a_question_mark_asks_for_help_and_the_line_goes_on():
    at = terminal()
    at.receive(b"show ?")
    assert at.next_event() == HelpWanted("show ")
    at.help("  version\n")

    assert at.data_to_send() == b"show ?\r\n  version\r\n\rfw/pri/act# show "
    assert typed(at, b"clock\n")[0] == [Typed("show clock")]


def test_tab_asks_for_the_rest_of_a_word_and_in_a_password_for_nothing():
    at = terminal()
    at.receive(b"sh\tver\n")
    assert at.next_event() == EndWanted("sh")
    at.complete("ow ")

    assert at.next_event() == Typed("show ver")
    assert at.data_to_send() == b"show ver\r\n"
    hidden = terminal(prompt="Password: ", expects=Expects.HIDDEN, asks=True)
    assert typed(hidden, b"cis\tco\n")[0] == [Typed("cisco")]


def test_a_word_that_tab_cannot_end_stands_again_on_the_next_line():
    at = terminal()
    at.receive(b"show ip ac\t")
    assert at.next_event() == EndWanted("show ip ac")
    at.complete("")

    assert at.data_to_send() == b"show ip ac\r\n\rfw/pri/act# show ip ac"


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        (b"\x10", "two"),
        (b"\x1b[A", "two"),
        (b"\x1bOA", "two"),
        (b"\x10\x10", "one"),
        (b"\x10\x10\x10", "one"),
        (b"\x10\x10\x0e", "two"),
        (b"\x1b[A\x1b[A\x1b[B", "two"),
        (b"\x10\x0e", ""),
        (b"\x0e", ""),
        (b"half a line\x10 more", "two more"),
        (b"\x10\x7fice", "twice"),
    ],
)
def test_lines_typed_before_come_back_to_be_typed_again(keys: bytes, line: str):
    at = terminal()
    typed(at, b"one\ntwo\ntwo\n  \n")

    assert typed(at, keys + b"\n")[0] == [Typed(line)]


def test_a_line_that_comes_back_is_drawn_over_what_stood_there():
    at = terminal()
    typed(at, b"dir\n")

    assert typed(at, b"show\x10")[1] == b"show\rfw/pri/act# dir \b"


def test_passwords_and_answers_never_come_back():
    at = terminal(prompt="Password: ", expects=Expects.HIDDEN, asks=True)
    typed(at, b"secret\n")
    at.answer("", "Source filename [running-config]? ", asks=True)
    at.receive(b"x.cfg\n")
    at.next_event()
    at.answer("", PROMPT)
    at.data_to_send()

    assert typed(at, b"\x10\n")[0] == [Typed("")]
    hidden = terminal(prompt="Password: ", expects=Expects.HIDDEN, asks=True)
    assert typed(hidden, b"\x10pass\n")[0] == [Typed("pass")]


# ── questions ──────────────────────────────────────────────────────────────────────────


def test_of_a_password_only_asterisks_are_seen():
    at = terminal(prompt="Password: ", expects=Expects.HIDDEN, asks=True)
    at.receive(b"cis?co\n")

    assert at.next_event() == Typed("cis?co")
    assert at.data_to_send() == b"******\r\n"


def test_a_question_stands_without_a_carriage_return_before_it():
    at = Terminal()
    at.answer("", "\nDestination filename [a.bin]? ", asks=True)

    assert at.data_to_send() == b"\r\nDestination filename [a.bin]? "


def confirming() -> Terminal:
    at = Terminal()
    at.answer("", "Proceed with reload? [confirm] ", Expects.KEY, asks=True)
    at.data_to_send()
    return at


@pytest.mark.parametrize(("key", "meant"), [(b"y", "y"), (b"\r", ""), (b"\n", ""), (b"n", "n")])
def test_a_confirmation_takes_one_key_and_waits_for_no_enter(key: bytes, meant: str):
    at = confirming()
    at.receive(key)

    assert at.next_event() == Typed(meant)


@pytest.mark.parametrize("sent", [b"y\n", b"y\r", b"y\r\n"])
def test_a_client_that_sends_an_enter_with_its_key_types_no_empty_command(sent: bytes):
    """netmiko sends `y\\n` where a person presses one key."""
    events, _ = typed(confirming(), sent + b"show clock\n")

    assert events == [Typed("y"), Typed("show clock")]


def test_an_enter_behind_a_key_does_not_answer_the_next_confirmation():
    at = confirming()
    at.receive(b"y\n")
    assert at.next_event() == Typed("y")
    at.answer("", "Really? [confirm] ", Expects.KEY, asks=True)

    assert at.next_event() is None


def test_an_enter_pressed_later_is_an_empty_line():
    at = confirming()
    assert typed(at, b"y")[0] == [Typed("y")]
    assert typed(at, b"\r")[0] == [Typed("")]


# ── long lines ─────────────────────────────────────────────────────────────────────────


def test_a_line_wider_than_the_screen_stays_there_in_part():
    """77 columns of 80, the last one `$`: a real 9.2(2)4 transcript."""
    line = "copy /noconfirm tftp://10.1.1.10/asa952-smp-k8.bin disk0:/asa952-smp-k8.bin"
    events, shown = typed(terminal(), line.encode() + b"\n")

    left = shown.split(b"\r\n")[0].rpartition(b"\r")[2]
    assert events == [Typed(line)]
    assert left == (PROMPT + line).encode()[:76] + b"$"


def test_a_wide_terminal_shows_the_whole_line():
    line = b"x" * 300
    _, shown = typed(terminal(width=511), line + b"\n")

    assert shown.startswith(line + b"\r\n")


def test_a_line_that_is_scrolled_while_it_is_typed_never_leaves_the_screen():
    at = terminal()
    for _ in range(200):
        _, shown = typed(at, b"x")
        assert len(shown.rpartition(b"\r")[2].rstrip(b"\b")) <= 77


def test_more_characters_than_a_line_holds_are_refused_with_a_beep():
    events, shown = typed(terminal(width=511), b"x" * 1_000_000 + b"\n")

    assert events == [Typed("x" * LINE_LIMIT)]
    assert b"\a" in shown
    assert len(shown) < 2_000


def test_keys_that_draw_the_line_again_are_not_read_on_before_the_screen_took_what_they_drew():
    at = terminal()
    at.receive(b"x" * 70 + b"\x0c" * 10_000)
    shown = []
    while at.next_event() is None and at.is_held:
        shown.append(at.data_to_send())

    assert at.unread == 0
    assert max(map(len, shown)) < 20_000
    assert sum(map(len, shown)) > 400_000


# ── pages ──────────────────────────────────────────────────────────────────────────────

MORE = b"<--- More --->"
ERASED = b"\r" + b" " * 14 + b"\r"
TEXT = "".join(f"line {n}\n" for n in range(1, 61))


def paged() -> Terminal:
    at = Terminal()
    at.answer(TEXT, PROMPT, page=24)
    return at


def test_a_long_answer_stops_after_a_page():
    shown = paged().data_to_send()

    assert shown.endswith(b"line 24\r\n" + MORE)
    assert b"line 25" not in shown


def test_space_shows_a_page_and_enter_a_line():
    at = paged()
    at.data_to_send()

    assert typed(at, b"\r")[1] == ERASED + b"line 25\r\n" + MORE
    _, shown = typed(at, b" ")
    assert shown.startswith(ERASED + b"line 26\r\n")
    assert shown.endswith(b"line 49\r\n" + MORE)
    assert typed(at, b" ")[1].endswith(b"line 60\r\n\rfw/pri/act# ")


def test_q_shows_no_more_and_what_follows_is_a_line_again():
    at = paged()
    at.data_to_send()

    events, shown = typed(at, b"qshow clock\n")

    assert events == [Typed("show clock")]
    assert shown.startswith(ERASED + b"\rfw/pri/act# ")


def test_other_keys_do_nothing_at_a_page():
    at = paged()
    at.data_to_send()

    assert typed(at, b"xyz\x00") == ([], b"")


def test_an_answer_of_a_page_or_less_is_not_stopped():
    at = Terminal()
    at.answer("line\n" * 24, PROMPT, page=24)

    assert MORE not in at.data_to_send()


# ── what the unit says by itself ───────────────────────────────────────────────────────


def test_text_that_nobody_asked_for_leaves_prompt_and_typing_as_they_were():
    at = terminal()
    typed(at, b"show ver")
    at.unasked("End Configuration Replication to mate\n")

    shown = at.data_to_send()
    assert shown == b"\r\nEnd Configuration Replication to mate\r\n\rfw/pri/act# show ver"
    assert typed(at, b"sion\n")[0] == [Typed("show version")]


def test_a_change_of_roles_shows_in_the_prompt_behind_its_notice():
    """Real 9.23(1) console."""
    at = terminal()
    at.unasked("\n        Switching to Standby\n", "fw/pri/stby# ")

    assert at.data_to_send() == b"\r\n        Switching to Standby\r\n\rfw/pri/stby# "


def test_text_that_comes_while_a_page_is_shown_waits_for_its_end():
    at = paged()
    at.data_to_send()
    at.unasked("late\n")
    assert at.data_to_send() == b""

    assert typed(at, b"q")[1] == ERASED + b"late\r\n\rfw/pri/act# "


# ── whatever comes ─────────────────────────────────────────────────────────────────────


@pytest.mark.slow
@given(st.lists(st.binary(max_size=60), max_size=20), st.sampled_from(list(Expects)))
def test_no_bytes_can_hurt_a_terminal(chunks: list[bytes], expects: Expects):
    at = Terminal()
    at.answer(TEXT, "Question? ", expects, asks=expects is not Expects.LINE, page=24)
    for chunk in chunks:
        at.receive(chunk)
        while (event := at.next_event()) is not None:
            if isinstance(event, HelpWanted):
                at.help("")
            elif isinstance(event, EndWanted):
                at.complete("x ")
            else:
                at.answer(TEXT, PROMPT, page=24)
        at.unasked("something\n")
    assert at.unread == 0
    at.data_to_send()


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126, exclude_characters="?")))
def test_a_line_arrives_as_it_was_typed_however_it_is_cut_into_packets(text: str):
    line = text[:LINE_LIMIT]
    at = terminal()
    events = []
    for byte in line.encode() + b"\r":
        events += typed(at, bytes((byte,)))[0]
    assert events == [Typed(line)]
    assert lines(line.encode() + b"\r") == [line]
