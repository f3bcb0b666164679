"""A console's talk with a device: which reply belongs to which line, and what is never answered."""

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from nights import Firewall
from wires import PASSWORD, Peer, Wired
from worlds import config, pair

from upgrader.access.ssh.console import Login, Manners, TerminalConsole
from upgrader.access.ssh.line import LineClosed
from upgrader.dialect.echo import Echo, EchoWatch
from upgrader.dialect.secrets import without_known
from upgrader.dialect.terminal import host_of
from upgrader.ports import Dropped, LineFault, NoAnswer, NoEntry, Refused, Unlawful

FW = "FW/pri/act"
Piece = bytes | float


class Device(Peer):
    """A terminal in privileged EXEC: it echoes, answers from a table, and prompts.

    What stands in the table is what comes back behind the echo, with the prompt; a line that is
    not in it is answered with nothing.
    """

    def __init__(
        self,
        replies: dict[str, bytes | list[Piece]] | None = None,
        *,
        prompt: str = f"{FW}# ",
        greeting: bytes = b"",
        keys: dict[bytes, bytes] | None = None,
        echoes: bool = True,
    ) -> None:
        self.prompt_shown = prompt.encode()
        self._replies = replies or {}
        self._keys = keys or {}
        self._echoes = echoes
        super().__init__(self._answers, greeting + b"\r" + self.prompt_shown)

    def _answers(self, data: bytes) -> Iterator[Piece]:
        if data in self._keys:
            yield self._keys[data]
            return
        line = data.rstrip(b"\n")
        if self._echoes:
            yield line + b"\r\n"
        said = self._replies.get(line.decode(), b"\r" + self.prompt_shown)
        yield from [said] if isinstance(said, bytes) else said


def answered(text: str, prompt: str = f"{FW}# ") -> bytes:
    return (text.replace("\n", "\r\n") + "\r" + prompt).encode()


def asked(device: Device, line: str = "show clock", **words: object) -> str:
    return device.enter(**words).ask(line)


# ── prompts ────────────────────────────────────────────────────────────────────────────

NAMES = [
    "ciscoasa",
    "FW/pri/act",
    "pri/act/asa-1",
    "act/pri/FW",
    "FW/act",
    "ce-fw1/act",
    "FW/admin/pri/act",
    "fw/admin",
    "edge.example.com/pri/act",
    "FW/example.com/sec/stby",
    "FW/actNoFailover",
    "FW/pri/stbyNoFailover",
    "fishbone-asa/sec/stby",
    "act",
    "pri/act",
]


@pytest.mark.parametrize("blank", ["", " "])
@pytest.mark.parametrize("name", NAMES)
def test_a_prompt_is_known_in_whatever_order_its_words_stand(name: str, blank: str):
    console = Device(
        {"show clock": answered("12:40:33\n", f"{name}#{blank}")}, prompt=f"{name}#{blank}"
    ).enter()

    assert (console.ask("show clock"), console.prompt) == ("12:40:33\n", f"{name}#")


@pytest.mark.parametrize("mode", ["config", "config-webvpn", "config-if", "config-group-policy"])
def test_a_configuration_mode_stands_in_the_prompt(mode: str):
    console = Device({"configure terminal": answered("", f"{FW}({mode})# ")}).enter()
    console.ask("configure terminal")

    assert console.prompt == f"{FW}({mode})#"


def test_another_hosts_prompt_ends_no_reply():
    """A line of a saved session, say; only the host's words that were learned are believed."""
    text = "OTHER/pri/act# show version\nlast line\n"
    device = Device({"show clock": [answered(text, "OTHER/pri/act# "), 1.0, answered("\nmore\n")]})

    assert asked(device).endswith("last line\nOTHER/pri/act# \nmore\n")


def test_a_reply_whose_last_line_has_no_end_is_one_all_the_same():
    text = "a last line that is longer than the prompt"
    device = Device({"show clock": answered(f"one\n{text}")})

    assert asked(device) == f"one\n{text}\n"


NOTICE = b"\r\n        Switching to Standby\r\n"


@pytest.mark.parametrize("shown", [NOTICE + b"\rFW/pri/stby# ", NOTICE], ids=["anew", "once"])
def test_a_switchover_flips_the_prompt_of_a_live_session(shown: bytes):
    """`no failover active` returns `act#`; the notice comes later, and the prompt is `stby#`."""
    device = Device(
        {
            "no failover active": [answered(""), 1.0, shown],
            "show clock": answered("12:40\n", "FW/pri/stby# "),
        }
    )
    console = device.enter()
    assert (console.ask("no failover active"), console.prompt) == ("", "FW/pri/act#")
    device.wait(2.0)

    assert (console.ask("show clock"), console.prompt) == ("12:40\n", "FW/pri/stby#")


def test_a_switchover_may_be_told_before_the_prompt_too():
    device = Device({"no failover active": NOTICE + b"\rFW/pri/stby# "})
    console = device.enter()

    assert console.ask("no failover active").strip() == "Switching to Standby"
    assert console.prompt == "FW/pri/stby#"


# ── greetings ──────────────────────────────────────────────────────────────────────────

BANNERS = [
    "",
    "Type help or '?' for a list of available commands.\n",
    "User admin logged in to FW\nFailed logins since the last login: 0.  \n",
    "###########\n# KEEP OUT #\n###########\n",
    "FW/pri/act#\n",
    "Authorised users of ACME> only\nOTHER#\n",
    "<<<<< NOTICE >>>>>\n>>>\n",
    "Your password will expire in 3 days.\n",
    "-----[ 100% of what you type is recorded ]-----\n" * 200,
    "\x1b[31mred\x1b[0m\n\x07beep\n",
]


@pytest.mark.parametrize("cut", [1, 7, 4096])
@pytest.mark.parametrize("banner", BANNERS)
def test_no_line_of_a_banner_is_taken_for_the_prompt(banner: str, cut: int):
    class Slow(Device):
        """Its banner comes in packets, with a pause after each line."""

        def __init__(self) -> None:
            super().__init__({"show clock": answered("12:40\n")})
            text = banner.replace("\n", "\r\n").encode()
            pieces: list[Piece] = []
            for line in text.splitlines(keepends=True):
                pieces += [line[at : at + cut] for at in range(0, len(line), cut)]
                pieces.append(0.05)
            self._coming = iter([*pieces, b"\r" + self.prompt_shown])

    device = Slow()

    assert asked(device) == "12:40\n"
    assert device.typed == b"show curpriv\nterminal pager 0\nshow clock\n"


def test_a_banner_that_stops_behind_a_prompt_of_its_own_is_seen_through():
    device = Device({"show clock": answered("12:40\n")})
    device._coming = iter([b"Welcome to\r\nFAKE# ", 0.5, b"\r\nreally\r\n\r" + device.prompt_shown])

    assert asked(device) == "12:40\n"


def test_a_new_password_that_is_asked_for_at_log_in_is_no_business_of_ours():
    device = Peer(lambda _: iter(()), b"Your password has expired.\r\nEnter new password: ")

    with pytest.raises(NoEntry, match="Enter new password"):
        device.enter()
    assert device.typed == b""
    assert device.is_closed


def test_who_says_nothing_does_not_answer():
    device = Peer(lambda _: iter(()))

    with pytest.raises(NoAnswer, match="no prompt came"):
        device.enter()
    assert device.now < 61.0


def test_a_device_without_an_echo_is_not_believed():
    device = Device(echoes=False)

    with pytest.raises(NoAnswer, match="not echoed"):
        device.enter()


# ── privileged EXEC ────────────────────────────────────────────────────────────────────


class Locked(Device):
    """In user EXEC, until somebody knows the secret."""

    SECRET = b"not-cisco"

    def __init__(self, asks: bytes = b"Password: ") -> None:
        self.asks = asks
        super().__init__({}, prompt="FW> ")

    def _answers(self, data: bytes) -> Iterator[Piece]:
        match data:
            case b"enable\n":
                yield b"enable\r\n" + self.asks
            case b"login\n":
                yield b"login\r\nUsername: "
            case b"ada\n":
                yield b"ada\r\nPassword: "
            case _ if data == self.SECRET + b"\n":
                self.prompt_shown = b"FW# "
                yield b"*" * len(self.SECRET) + b"\r\n\rFW# "
            case b"show curpriv\n" | b"terminal pager 0\n" | b"no terminal pager\n":
                yield from super()._answers(data)
            case _:
                yield b"*" * len(data) + b"\r\nInvalid password\r\nPassword: "


def test_the_enable_secret_is_typed_when_it_is_asked_for():
    device = Locked()
    console = device.enter(enable=lambda: "not-cisco")

    assert console.prompt == "FW#"
    assert device.now < 1.0, "a question that is expected is not waited behind"


def test_a_wrong_enable_secret_is_typed_once_and_named_by_its_source():
    device = Locked()

    with pytest.raises(NoEntry) as barred:
        device.enter(enable=lambda: "hunter2")
    assert "`enable`" in str(barred.value)
    assert "hunter2" not in f"{barred.value!r}{barred.value}{vars(barred.value)}"
    assert device.sent.count(b"hunter2\n") == 1
    assert device.is_closed


def test_a_secret_is_asked_for_only_where_the_device_asks():
    def nobody_knows() -> str:
        raise AssertionError("asked for")

    assert Device().enter(enable=nobody_knows).prompt == f"{FW}#"


def test_without_an_enable_secret_login_leads_in():
    device = Locked()
    console = device.enter(login=Login("ada", lambda: "not-cisco"))

    assert console.prompt == "FW#"
    assert "not-cisco" not in repr(Login("ada", lambda: "not-cisco"))


def test_a_device_that_wants_its_first_enable_password_gets_none():
    """Real ASA: it would be set to whatever is typed."""
    device = Locked(b"The enable password is not set.  Please set it now.\r\nEnter  Password: ")

    with pytest.raises(NoEntry, match="Enter  Password"):
        device.enter(enable=lambda: "not-cisco")
    assert device.typed == b"show curpriv\nenable\n"


def test_a_secret_that_would_edit_the_line_is_not_typed():
    device = Locked()

    with pytest.raises(NoEntry) as barred:
        device.enter(enable=lambda: "abc\x15def")
    assert "abc" not in str(barred.value)


def test_nothing_is_configured_at_log_in():
    device = Device({"terminal pager 0": answered("ERROR: % Invalid input detected at '^'\n")})
    device.enter()

    assert device.typed == b"show curpriv\nterminal pager 0\nno terminal pager\n"


# ── echoes ─────────────────────────────────────────────────────────────────────────────

LONG = "failover exec mate copy /noconfirm tftp://10.1.1.10/asa952-smp-k8.bin disk0:/asa952.bin"


@pytest.mark.parametrize(
    "echo",
    [
        LONG,
        f"\rFW/pri/act# {LONG}",
        "failover exec m\b\b\b\b\b\b\rFW/pri/act# " + LONG,
        "\x1b[K" + LONG,
        f"x\b \b{LONG}",
        f"\rFW/pri/act# ${LONG[-50:]}\b\b\rFW/pri/act# {LONG[:64]}$",
        f"\rFW/pri/act# ${LONG[-64:]}",
        f"\rFW/pri/act# <{LONG[-64:]}",
        f"\rFW/pri/act# <{LONG[5:70]}$",
        f"{LONG[:68]} \r{LONG[68:]}",
        f"{LONG[:68]}\r\n{LONG[68:]}",
        f"{LONG[:12]}\r\nEnd Configuration Replication to mate\r\n\rFW/pri/act# {LONG}",
        f"\r\n%ASA-5-111008: User 'x' executed the 'y' command.\r\n\rFW/pri/act# {LONG}",
        f"Beginning configuration replication: Sending to mate.\r\n{LONG}",
    ],
)
def test_a_typed_line_is_known_again_however_the_screen_shows_it(echo: str):
    console = Echoing({LONG: echo.encode() + b"\r\n" + answered("done\n")}).enter()

    assert console.ask(LONG) == "done\n"


@pytest.mark.parametrize(("shown", "known"), [(4, True), (3, False), (2, False)])
def test_behind_a_long_prompt_four_columns_prove_a_line_and_fewer_do_not(shown: int, known: bool):
    host = host_of(f"{'f' * 63}/pri/act# ")
    assert host is not None
    row = f"{'f' * 63}/pri/act# ${LONG[1 - shown :]}"
    assert (EchoWatch(LONG, host).reads(row) is Echo.OURS) is known


class Echoing(Device):
    """Echoes what stands in its table by itself."""

    def _answers(self, data: bytes) -> Iterator[Piece]:
        said = self._replies.get(data.rstrip(b"\n").decode())
        yield from super()._answers(data) if said is None else [said]


@pytest.mark.parametrize(
    "echo",
    ["show version", f"{FW}# show version", "show clocks", "show", "12:40:33.800 UTC", "% done"],
)
def test_a_reply_to_another_line_is_not_believed(echo: str):
    """cisco.asa #190: the answer to `show vpn-sessiondb` was that to `show version`."""
    device = Echoing({"show clock": f"{echo}\r\nx\r\n".encode() + answered("12:40\n")})
    console = device.enter()

    with pytest.raises(Dropped, match="another line was echoed"):
        console.ask("show clock")
    assert device.is_closed


def test_a_reply_that_goes_on_behind_its_prompt_shifts_no_later_one():
    device = Device({"show clock": [answered("12:40\n"), 1.0, b"more of it\r\n"]})
    console = device.enter()
    assert console.ask("show clock") == "12:40\n"
    device.wait(2.0)

    with pytest.raises(Dropped, match="went on behind its prompt"):
        console.ask("failover reload-standby")
    assert b"reload" not in device.typed


def test_a_prompt_that_comes_in_pieces_may_be_a_line_of_the_reply():
    text = f"saved session:\r\n{FW}# \r\nand so on\r\n".encode()
    pieces: list[Piece] = [text[at : at + 1] for at in range(len(text))]
    device = Device({"show clock": [*pieces, answered("")]})

    assert asked(device) == f"saved session:\n{FW}# \nand so on\n"


# ── what nobody asked for ──────────────────────────────────────────────────────────────

STARS = "************WARNING****WARNING****WARNING********************************"
UNASKED = [
    "Beginning configuration replication: Sending to mate.",
    "End Configuration Replication to mate",
    f"{STARS}\n   Mate version 9.5(2) is not identical with ours 9.2(2)4\n{STARS}",
    "%ASA-5-111008: User 'enable_15' executed the 'write memory' command.",
    "Mar 14 2026 22:00:00 fw : %ASA-1-105003: (Primary) Monitoring on interface inside waiting",
    "***\n*** --- SHUTDOWN in 0:10:00 ---\n***",
    "***\n*** Message to all terminals:\n***\n***   requested by active unit",
    "        Switching to Active",
]


@pytest.mark.parametrize("unasked", UNASKED)
@pytest.mark.parametrize("again", [True, False], ids=["prompted anew", "not prompted"])
def test_what_a_unit_says_by_itself_between_two_lines_disturbs_nobody(unasked: str, again: bool):
    said = b"\r\n" + unasked.replace("\n", "\r\n").encode() + b"\r\n"
    said += b"\r" + f"{FW}# ".encode() if again else b""
    device = Device({"show mode": [answered("one\n"), 1.0, said], "show clock": answered("two\n")})
    console = device.enter()
    console.ask("show mode")
    device.wait(2.0)

    assert console.ask("show clock") == "two\n"


@pytest.mark.parametrize("unasked", UNASKED)
def test_what_a_unit_says_by_itself_within_a_reply_is_no_part_of_it(unasked: str):
    device = Device({"show clock": answered(f"one\n{unasked}\ntwo\n")})

    assert asked(device) == "one\ntwo\n"


@pytest.mark.parametrize("unasked", UNASKED)
def test_a_reply_ends_at_its_prompt_though_something_was_printed_behind_it(unasked: str):
    behind = unasked.replace("\n", "\r\n").encode() + b"\r\n"
    device = Device({"show clock": answered("one\n") + behind, "show mode": answered("two\n")})
    console = device.enter()

    assert console.ask("show clock") == "one\n"
    assert console.ask("show mode") == "two\n"


def test_the_log_keeps_its_own_lines():
    line = "%ASA-5-111008: User 'enable_15' executed the 'write memory' command.\n"
    device = Device({"show logging": answered(line)})

    assert asked(device, "show logging") == line


# ── pages, width ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "erased", [b"\r              \r", b"\x08" * 14 + b" " * 14 + b"\x08" * 14, b""]
)
def test_a_pager_that_is_on_after_all_is_paged_through_and_cut_out(erased: bytes):
    device = Device(
        {"show clock": b" one\r\n<--- More --->"},
        keys={b" ": erased + b" two\r\n" + answered("")},
    )

    assert asked(device) == " one\n two\n"


def test_wide_lines_and_tabs_come_as_they_are():
    text = f"\t{'x' * 5_000}\n  a\tb  \n"

    assert asked(Device({"show clock": answered(text)})) == text


# ── questions ──────────────────────────────────────────────────────────────────────────

CONFIRM = b"Proceed with reload? [confirm] "


def test_our_own_question_is_answered_with_one_key_and_no_enter():
    device = Device({"reload": CONFIRM}, keys={b"y": b"\r\n***\r\n" + answered("")})

    assert asked(device, "reload").endswith("***\n")
    assert device.typed.endswith(b"reload\ny")


@pytest.mark.parametrize(
    ("line", "question"),
    [
        ("failover reload-standby", "Proceed with reload? [confirm] "),
        ("no failover active", "Are you sure? [yes/no]: "),
        ("write memory", "Erase configuration in flash memory? [confirm]"),
        ("reload", "System config has been modified. Save? [Y]es/[N]o:  "),
        ("reload", "Save? [Y]es/[N]o/[S]ave all/[C]ancel:"),
        ("copy /noconfirm running-config disk0:/x", "Destination filename [x]? "),
        ("failover exec mate reload", "Proceed with reload? [confirm] "),
        ("boot system disk0:/x.SPA", "Password: "),
        ("write memory", "Username: "),
    ],
)
def test_a_question_that_is_not_in_the_table_is_not_answered(line: str, question: str):
    device = Device({line: question.encode()})
    console = device.enter()

    with pytest.raises(Refused) as refused:
        console.ask(line)
    assert refused.value.reply == question.strip()
    assert device.typed.endswith(line.encode() + b"\n")
    assert device.is_closed


def test_a_look_that_is_asked_back_is_out_of_step():
    """Looking is asked again elsewhere; that a device refused it, nobody could use."""
    with pytest.raises(Dropped, match="asked back"):
        asked(Device({"show clock": b"Continue? [confirm]"}))


def test_a_row_that_ends_as_a_question_does_is_none_while_more_comes():
    device = Device({"show clock": [b"Password: ", 0.2, b"*****\r\n" + answered("")]})

    assert asked(device) == "Password: *****\n"


def test_a_fresh_asa_that_asks_for_reports_is_told_later():
    asks = b"Would you like to enable anonymous error reporting to help improve the product? "
    asks += b"[Y]es, [N]o, [A]sk later: "
    prompt = b"\rFW/pri/act(config)# "
    device = Device({"configure terminal": asks}, keys={b"A\n": b"A\r\n" + prompt})
    console = device.enter()
    console.ask("configure terminal")

    assert console.prompt == "FW/pri/act(config)#"


@pytest.mark.parametrize("line", ["", " ", "show clock\nreload", "show ?", "sh\t", "a\rb", "\x03"])
def test_what_a_terminal_would_take_for_keys_is_never_typed(line: str):
    device = Device()
    console = device.enter()
    before = device.typed

    with pytest.raises(Unlawful):
        console.ask(line)
    assert device.typed == before
    assert console.ask("show clock") == ""


# ── limits ─────────────────────────────────────────────────────────────────────────────


def silent_after(said: bytes) -> tuple[Device, TerminalConsole]:
    device = Device({"show clock": said, "verify disk0:/x": said})
    return device, device.enter()


def test_a_silence_within_a_reply_ends_the_conversation():
    device, console = silent_after(b"12:4")
    began = device.now

    with pytest.raises(Dropped, match="broke off"):
        console.ask("show clock")
    assert 29.0 < device.now - began < 31.0
    with pytest.raises(Dropped, match="closed"):
        console.ask("show clock")


AWKWARD = "pa\\ss12'\"w"
"""A secret that Python writes in other characters when it quotes it."""


def covers_awkward(text: str) -> str:
    return without_known(text, [AWKWARD])


@pytest.mark.parametrize("behind", ["", "x" * 190, "\x1b[0m" * 1_022], ids=["end", "cut", "tail"])
def test_a_secret_that_a_broken_answer_repeats_is_told_neither_whole_nor_in_part(behind: str):
    """Errors tell the last characters of the screen, in quotes."""
    said = f"user ada typed {AWKWARD} {behind}".encode()
    device = Device({"show clock": said})

    with pytest.raises(Dropped, match="broke off") as fault:
        asked(device, hides=covers_awkward)
    assert not any(part in fault.value.why for part in ("s1", "12", '"w'))


def test_a_secret_in_a_question_is_told_nowhere():
    question = f"Really {AWKWARD} it? [confirm]"
    device = Device({"show clock": question.encode()})

    with pytest.raises(Dropped, match=r"asked back.*\*{5}") as fault:
        asked(device, hides=covers_awkward)
    assert "ss12" not in str(fault.value)


def test_a_secret_in_a_greeting_that_leads_nowhere_is_covered():
    greeting = f"Welcome, your password {AWKWARD} has expired {'x' * 180}\r\n".encode()
    device = Peer(lambda _: iter(()), greeting)

    with pytest.raises(NoAnswer, match=r"no prompt came: .*x{9}") as fault:
        device.enter(hides=covers_awkward)
    assert "ss12" not in str(fault.value)
    assert "w has expired" not in str(fault.value)


def test_a_line_that_reads_files_may_be_silent_for_longer():
    device, console = silent_after(b"....")
    began = device.now

    with pytest.raises(Dropped):
        console.ask("verify disk0:/x")
    assert device.now - began > 290.0


def test_an_answer_that_trickles_for_ever_is_given_up():
    def trickle() -> Iterator[Piece]:
        while True:
            yield b"."
            yield 20.0

    device = Device()
    console = device.enter(manners=Manners(whole=200.0))
    device._replies = {"show clock": trickle()}  # type: ignore[dict-item]

    with pytest.raises(Dropped):
        console.ask("show clock")
    assert device.now < 260.0


def test_an_interrupted_question_leaves_no_reply_behind_for_the_next():
    class Interrupted(Device):
        def receive(self, seconds: float) -> bytes:
            if b"show clock" in self.typed:
                raise KeyboardInterrupt
            return super().receive(seconds)

    device = Interrupted()
    console = device.enter()
    with pytest.raises(KeyboardInterrupt):
        console.ask("show clock")

    assert device.is_closed
    with pytest.raises(Dropped):
        console.ask("show version")


def test_a_connection_that_is_reset_is_told_as_such():
    class Reset(Device):
        def receive(self, seconds: float) -> bytes:
            if b"show clock" in self.typed:
                raise LineClosed("connection reset by peer")
            return super().receive(seconds)

    with pytest.raises(LineFault, match="connection reset by peer"):
        asked(Reset())


def test_ten_thousand_sessions_cost_little_more_than_to_copy_them():
    row = "Username     : user00001              Index        : 12345\n" * 12
    listing = answered((row + "\n") * 10_000)
    pieces: list[Piece] = [listing[at : at + 16_384] for at in range(0, len(listing), 16_384)]
    device = Device({"show vpn-sessiondb anyconnect": pieces})
    console = device.enter()
    began = time.process_time()
    text = console.ask("show vpn-sessiondb anyconnect")

    assert len(text) == 10_000 * (len(row) + 1)
    assert time.process_time() - began < 1.0


# ── the same over an emulated unit's own terminal ──────────────────────────────────────


@pytest.mark.slow
@pytest.mark.parametrize("columns", [0, 511])
def test_a_night_through_terminals_is_the_night_in_process(columns: int):
    over = Wired(pair(sessions=3).pair, columns=columns)
    within = Firewall.of(pair(sessions=3))
    a, b = over.upgraded(), within.upgraded()

    assert (a.outcome, a.exit_code, a.sessions) == (b.outcome, b.exit_code, b.sessions)
    assert over.world.changing == within.world.changing


@pytest.mark.slow
@pytest.mark.parametrize("flip", ["later", "at-once"])
@pytest.mark.parametrize("fate", ["hang", "reset"])
def test_whatever_becomes_of_sessions_at_a_switchover_the_night_ends_well(fate: str, flip: str):
    world = pair(sessions=2, lines=(*config(), "prompt hostname priority state"))
    ssh = replace(world.pair.scenario.ssh, session_fate=fate, prompt_flip=flip)
    world.pair.scenario = replace(world.pair.scenario, ssh=ssh)
    night = Wired.of(world)

    assert night.upgraded().verdict == "both units run 9.16(4)"
    assert night.heard("no failover active") == 1


def test_a_log_in_leaves_the_configuration_and_its_timestamp_alone():
    night = Wired.of(pair(sessions=1))
    before = night.pair.units[0].running
    console = night.console()

    assert night.pair.units[0].running == before
    assert PASSWORD not in repr(vars(console._exchange))
