"""The emulated pair over SSH: what real clients meet, on loopback."""

import asyncio
import hashlib
import os
import shutil
import socket
from collections.abc import Awaitable, Callable
from functools import wraps
from pathlib import Path

import asyncssh
import pytest
import worlds
from served import Person, Site, served

from upgrader.access.emulated.serving import Serving, _host_keys
from upgrader.access.emulated.shelf import FileShelf
from upgrader.emulator.pair import EmulatedPair
from upgrader.emulator.scenario import SshSpec
from upgrader.emulator.sshd.outlet import Outlet
from upgrader.emulator.sshd.scp_sink import ScpSink
from upgrader.emulator.sshd.scp_words import named, request_of
from upgrader.emulator.state import File
from upgrader.emulator.surface import inputs


def live(test: Callable[..., Awaitable[None]]) -> Callable[..., None]:
    """Run the test in a loop of its own."""

    @wraps(test)
    def run(*args: object, **words: object) -> None:
        asyncio.run(test(*args, **words))

    return run


# ── coming in ──────────────────────────────────────────────────────────────────────────


@live
async def test_a_person_logs_in_enables_looks_and_leaves():
    async with served() as site:
        connection = await site.connect("active")
        process = await connection.create_process(encoding=None, term_type="vt100")
        person = Person(connection, process)

        assert (await person.reads(b"> ")).endswith(
            "Type help or '?' for a list of available commands.\r\n\rbranch/pri/act> "
        )
        assert await person.types("enable", b"Password: ") == "enable\r\nPassword: "
        assert await person.types("cisco") == "*****\r\n\rbranch/pri/act# "
        assert "Cisco Adaptive Security Appliance" in await person.types("show version", b"--->")
        process.stdin.write(b"q")
        await person.reads()
        assert await person.types("exit", b"\0") == "exit\r\n\r\nLogoff\r\n\r\n"
        await asyncio.wait_for(connection.wait_closed(), 5)
        await site.until(lambda: not site.pair.conversations)


@live
async def test_question_mark_lists_the_words_that_may_follow_and_tab_completes_one():
    async with served() as site:
        person = await site.log_in("active")
        person.process.stdin.write(b"show fail?")
        assert "show fail?\r\n  failover\r\n\rbranch/pri/act# show fail" in await person.reads(
            b"show fail", 1
        )
        person.process.stdin.write(b"\t")
        assert "over " in await person.reads(b"over ")
        assert "Standby Ready" in await person.types("state")


@live
async def test_the_server_calls_itself_what_an_asa_does():
    async with served() as site:
        reader, writer = await asyncio.open_connection(*site.where["standby"])

        assert await reader.readline() == b"SSH-2.0-Cisco-1.25\r\n"
        writer.close()


@live
async def test_a_client_that_asks_by_keyboard_interactive_is_asked_for_a_password():
    asked: list[str] = []

    class Client(asyncssh.SSHClient):
        def kbdint_auth_requested(self) -> str:
            return ""

        def kbdint_challenge_received(self, name, instructions, lang, prompts):
            asked.extend(prompt for prompt, _ in prompts)
            return ["cisco"] * len(prompts)

    async with served() as site:
        await site.log_in(
            "active",
            password=None,
            client_factory=Client,
            preferred_auth="keyboard-interactive",
        )
    assert asked == ["Password: "]


@live
async def test_a_wrong_password_opens_nothing_and_is_counted():
    async with served() as site:
        with pytest.raises(asyncssh.PermissionDenied):
            await site.connect("active", password="wrong")
        person = await site.log_in("active", enabled=False)
        turned_away = [given for given in site.kept if isinstance(given, inputs.TurnedAway)]
        assert [given.user for given in turned_away] == ["admin"]
        assert "wrong" not in repr(site.kept)
        await person.hangs_up()


@live
async def test_after_three_wrong_passwords_the_connection_is_closed():
    class Client(asyncssh.SSHClient):
        tries = 0

        def password_auth_requested(self) -> str:
            Client.tries += 1
            return "wrong"

    async with served() as site:
        with pytest.raises((asyncssh.DisconnectError, ConnectionError)):
            await site.connect(
                "active", client_factory=Client, password=None, preferred_auth="password"
            )
    assert Client.tries == 3


@live
async def test_a_public_key_of_the_configuration_opens_the_door():
    key = asyncssh.generate_private_key("ssh-ed25519")
    other = asyncssh.generate_private_key("ssh-ed25519")
    text = key.export_public_key().decode().split()[1]
    extra = (
        "username eve password abcdefgh privilege 15",
        "username eve attributes",
        f" ssh authentication publickey {text}",
    )
    async with served(extra=extra) as site:
        person = await site.log_in(
            "active", enabled=False, username="eve", password=None, client_keys=[key]
        )
        await person.hangs_up()
        with pytest.raises(asyncssh.PermissionDenied):
            await site.connect("active", username="eve", password=None, client_keys=[other])


@live
async def test_a_unit_serves_five_sessions_and_hangs_up_on_the_sixth():
    async with served() as site:
        for _ in range(5):
            await site.log_in("active", enabled=False)
        with pytest.raises((asyncssh.DisconnectError, ConnectionError)):
            await site.connect("active")
        await site.log_in("standby", enabled=False)
        await site.people[0].hangs_up()
        await site.until(lambda: len(site.station.live.visitors) == 5)
        await site.log_in("primary", enabled=False)


@live
async def test_a_sixth_session_on_one_connection_costs_the_other_five_nothing():
    async with served() as site:
        person = await site.log_in("active")
        more = [await person.connection.create_process(encoding=None) for _ in range(5)]
        for shell in more[:4]:
            assert b"> " in await shell.stdout.readuntil(b"> ")
        async with asyncio.timeout(10):
            assert await more[4].stdout.read() == b""
        assert "branch" in await person.types("show running-config hostname")


@pytest.mark.slow
@live
async def test_two_hundred_who_knock_at_once_leave_the_pair_and_its_consoles_whole():
    async with served() as site:
        person = await site.log_in("active")
        knocks = await asyncio.gather(
            *(site.connect("active", login_timeout=20) for _ in range(200)),
            return_exceptions=True,
        )
        let_in = [knock for knock in knocks if isinstance(knock, asyncssh.SSHClientConnection)]
        assert len(let_in) == 4
        assert "branch" in await person.types("show running-config hostname")
        for connection in let_in:
            connection.abort()


@pytest.mark.filterwarnings("ignore:Diffie-Hellman over finite fields")
@live
async def test_an_old_offer_is_met_by_old_algorithms_only():
    """The real offer of an older ASA (netmiko #2139)."""
    old = {
        "kex_algs": ["diffie-hellman-group14-sha1"],
        "server_host_key_algs": ["ssh-rsa"],
        "encryption_algs": ["aes256-cbc"],
        "mac_algs": ["hmac-sha1"],
    }
    async with served(ssh=SshSpec(algorithms="legacy")) as site:
        await site.log_in("active", enabled=False, **old)
        with pytest.raises(asyncssh.KeyExchangeFailed):
            await site.connect("active", kex_algs=["curve25519-sha256"])


# ── what a channel can be ──────────────────────────────────────────────────────────────


@live
async def test_there_is_no_sftp_and_nothing_is_forwarded():
    async with served() as site:
        connection = await site.connect("active")
        with pytest.raises(asyncssh.ChannelOpenError):
            await connection.start_sftp_client()
        with pytest.raises(asyncssh.ChannelOpenError):
            await connection.open_connection("127.0.0.1", 22)
        connection.abort()


@live
async def test_a_request_to_run_a_command_is_taken_and_ignored_as_on_an_asa():
    """paramiko #360: the login text comes, and the session stays open."""
    async with served() as site:
        connection = await site.connect("active")
        process = await connection.create_process("show version", encoding=None)
        person = Person(connection, process)

        assert "Type help" in await person.reads(b"> ")
        assert "Invalid input" in await person.types("bogus", b"> ")
        connection.abort()


@live
async def test_a_request_to_run_a_command_can_hang_for_ever():
    async with served(ssh=SshSpec(exec="hang")) as site:
        connection = await site.connect("active")
        process = await connection.create_process("show version", encoding=None)

        assert await Person(connection, process).reads(within_s=0.3) == ""
        connection.abort()


@live
async def test_a_request_to_run_a_command_can_be_carried_out():
    async with served(ssh=SshSpec(exec="run")) as site:
        connection = await site.connect("active")
        done = await connection.run("show version")

        assert done.exit_status == 0
        assert str(done.stdout).startswith("\nCisco Adaptive") or "Cisco Adap" in str(done.stdout)
        connection.abort()
        await site.until(lambda: not site.pair.conversations)


@live
async def test_a_shell_without_a_terminal_works_too():
    async with served() as site:
        connection = await site.connect("active")
        person = Person(connection, await connection.create_process(encoding=None))

        await person.reads(b"> ")
        assert await person.types("show clock", b"> ") != ""
        connection.abort()


@live
async def test_piped_lines_are_all_carried_out_before_the_end_of_input_hangs_up():
    async with served() as site:
        connection = await site.connect("active")
        done = await connection.run(
            None, input="enable\ncisco\nshow failover state\n", term_type="vt100"
        )

        assert "Standby Ready" in str(done.stdout)
        connection.abort()


# ── a failover under the feet of those who are logged in ───────────────────────────────


@live
async def test_a_session_at_an_address_that_moves_hears_nothing_more():
    async with served() as site:
        at_address = await site.log_in("active")
        at_chassis = await site.log_in("primary")

        await at_chassis.types("no failover active")
        shown = await at_chassis.reads(b"stby# ")

        assert shown.endswith("        Switching to Standby\r\n\rbranch/pri/stby# ")
        assert await at_address.types("show clock", within_s=0.3) == ""
        assert (await at_chassis.types("show clock")).endswith("branch/pri/stby# ")
        again = await site.log_in("active")
        assert (await again.types("show clock")).endswith("branch/sec/act# ")


@live
async def test_a_session_at_an_address_that_moves_can_be_reset():
    ends: list[Exception | None] = []

    class Client(asyncssh.SSHClient):
        def connection_lost(self, exc: Exception | None) -> None:
            ends.append(exc)

    async with served(ssh=SshSpec(session_fate="reset")) as site:
        person = await site.log_in("active", client_factory=Client)
        person.process.stdin.write(b"no failover active\n")
        await asyncio.wait_for(person.connection.wait_closed(), 5)

    assert [type(end) for end in ends] == [ConnectionResetError]


@live
async def test_the_prompt_can_be_held_back_until_it_shows_the_new_role():
    async with served(ssh=SshSpec(prompt_flip="at-once")) as site:
        person = await site.log_in("primary")

        assert (await person.types("no failover active")).endswith("branch/pri/stby# ")


@live
async def test_an_address_refuses_while_its_unit_is_away_and_listens_when_it_is_back():
    async with served(rate=300.0) as site:
        person = await site.log_in("active")
        await person.types("failover reload-standby")
        await site.until(lambda: not site.pair.answers(1))
        await asyncio.sleep(0.05)
        for seat in ("standby", "secondary"):
            with pytest.raises(ConnectionRefusedError):
                await site.connect(seat)

        await site.until(lambda: site.pair.owner_of("standby") == 1)
        await asyncio.sleep(0.05)
        back = await site.log_in("standby")
        assert "sec/stby" in await back.types("show clock")


@live
async def test_what_the_unit_prints_by_itself_comes_in_the_middle_of_a_prompt():
    async with served(rate=6_000.0) as site:
        person = await site.log_in("active")
        await person.types("failover reload-standby")
        person.process.stdin.write(b"show ver")

        shown = await person.reads(b"Replication to mate\r\n\rbranch/pri/act# show ver")
        assert "Beginning configuration replication: Sending to mate." in shown
        assert shown.endswith("branch/pri/act# show ver")


# ── files ──────────────────────────────────────────────────────────────────────────────


async def copies(site: Site, source: object, target: object, seat: str = "active") -> None:
    connection = await site.connect(seat)
    try:
        if isinstance(source, Path):
            await asyncssh.scp(source, (connection, target))
        else:
            await asyncssh.scp((connection, source), target)
    finally:
        connection.abort()


@live
async def test_an_image_goes_in_and_comes_out_byte_for_byte(tmp_path: Path):
    image = tmp_path / "asa9-16-4-lfbff-k8.SPA"
    image.write_bytes(os.urandom(3_000_000))
    md5 = hashlib.md5(image.read_bytes()).hexdigest()
    async with served() as site:
        await copies(site, image, "disk0:/new.SPA")

        person = await site.log_in("active")
        assert "3000000" in await person.types("dir disk0:/new.SPA")
        assert f"= {md5}" in await person.types("verify /md5 disk0:/new.SPA")
        await copies(site, "flash:new.SPA", tmp_path / "back.SPA")
        assert (tmp_path / "back.SPA").read_bytes() == image.read_bytes()
        assert [path.stat().st_mode & 0o777 for path in site.shelf.iterdir()] == [0o600]


@live
async def test_a_text_that_came_can_be_shown(tmp_path: Path):
    text = tmp_path / "notes.txt"
    text.write_text("one\ntwo\n")
    async with served() as site:
        await copies(site, text, "disk0:")
        person = await site.log_in("active")

        assert "one\r\ntwo\r\n" in await person.types("more disk0:/notes.txt")


@live
async def test_files_are_taken_only_where_scopy_is_enabled(tmp_path: Path):
    (tmp_path / "f").write_text("x")
    async with served(extra=()) as site:
        with pytest.raises(asyncssh.SFTPError, match="ssh scopy enable"):
            await copies(site, tmp_path / "f", "disk0:/f")


@live
async def test_the_bytes_of_an_emulated_image_are_not_invented(tmp_path: Path):
    async with served() as site:
        with pytest.raises(asyncssh.SFTPError, match="not held"):
            await copies(site, worlds.OLD_IMAGE, tmp_path / "x")
        with pytest.raises(asyncssh.SFTPError, match="No such file"):
            await copies(site, "disk0:/nothing.bin", tmp_path / "x")


@pytest.mark.parametrize("target", ["disk0:/no-such-folder/f", "system:/f"])
@live
async def test_a_file_goes_only_where_there_is_a_folder(target: str, tmp_path: Path):
    (tmp_path / "f").write_text("x")
    async with served() as site:
        with pytest.raises(asyncssh.SFTPError, match="No such file"):
            await copies(site, tmp_path / "f", target)


async def scp_words(site: Site, command: str, *said: bytes) -> tuple[bytes, int | None]:
    """Speak the protocol by hand: what came back, and the exit status."""
    connection = await site.connect("active")
    process = await connection.create_process(command, encoding=None)
    for word in said:
        process.stdin.write(word)
    process.stdin.write_eof()
    got = await process.stdout.read()
    await process.wait_closed()
    status = process.exit_status
    connection.abort()
    return got, status


@live
async def test_a_file_larger_than_the_flash_is_refused_before_it_is_sent():
    async with served() as site:
        got, status = await scp_words(site, "scp -t disk0:/f", b"C0644 900000000000 f\n")

        assert b"No space left" in got
        assert status == 1


@live
async def test_a_file_that_is_cut_off_leaves_nothing():
    async with served() as site:
        got, status = await scp_words(site, "scp -t disk0:/f", b"C0644 1000 f\n" + b"x" * 999)

        assert (got, status) == (b"\0\0", 1)
        assert list(site.shelf.iterdir()) == []
        assert "disk0:/f" not in site.pair.units[0].flash


@pytest.mark.parametrize(
    "said", [b"garbage\n", b"C0644 -1 f\n", b"C0644 1e3 f\n", b"D0755 0 dir\n", b"x" * 5_000]
)
@live
async def test_what_is_no_scp_is_refused_and_hurts_nobody(said: bytes):
    async with served() as site:
        got, status = await scp_words(site, "scp -t disk0:/f", said)

        assert got.startswith(b"\0\x02scp: ")
        assert status == 1


class FullShelf(FileShelf):
    """A shelf on a disk that is full."""

    def begin(self, size: int):
        raise OSError(28, "No space left on device")


@live
async def test_a_full_disk_of_this_machine_is_called_that(tmp_path: Path):
    async with served() as site:
        for door in site.station.addresses._doors:
            door.acceptor.close()
        site.station.addresses._visitor.keywords["shelf"] = FullShelf(tmp_path)
        for door in site.station.addresses._doors:
            await site.station.addresses._move(door, door.owner)
        got, status = await scp_words(site, "scp -t disk0:/f", b"C0644 5 f\n")

        assert b"the machine that emulates this unit says: No space left" in got
        assert status == 1


class LateFullShelf(FileShelf):
    """A shelf whose disk gives up when all has come."""

    def begin(self, size: int):
        made = super().begin(size)
        made.finish = lambda: self._fails(made)
        return made

    def _fails(self, made: object):
        made.abandon()
        raise OSError(5, "Input/output error")


@live
async def test_a_disk_of_this_machine_that_fails_at_the_last_byte_is_called_that():
    async with served() as site:
        live, answers = site.station.live, Told()
        request = request_of("scp -t disk0:/f")
        sink = ScpSink(live, 0, LateFullShelf(site.shelf), request, Outlet(answers), answers.leave)
        sink.receive(b"C0644 5 f\n")
        sink.receive(b"bytes\0")
        await site.until(lambda: answers.status is not None)

        assert b"says: Input/output error" in answers.heard
        assert answers.status == 1
        assert "disk0:/f" not in site.pair.units[0].flash
        assert list(site.shelf.iterdir()) == []


class Told:
    """A channel that remembers what was written to it, and how it was left."""

    def __init__(self) -> None:
        self.heard = b""
        self.status: int | None = None

    def write(self, data: bytes) -> None:
        self.heard += data

    def leave(self, status: int) -> None:
        self.status = status


@live
async def test_a_client_that_talks_on_while_its_file_is_put_away_is_refused_once(tmp_path: Path):
    async with served() as site:
        live, answers = site.station.live, Told()
        request = request_of("scp -t disk0:/f")
        sink = ScpSink(live, 0, FileShelf(tmp_path), request, Outlet(answers), answers.leave)
        sink.receive(b"C0644 5 f\n")
        sink.receive(b"bytes\0C0644 5 g\n")
        finishing = sink._finishing
        await finishing

        assert finishing.exception() is None
        assert answers.heard.count(b"\x02scp: ") == 1
        assert "disk0:/f" not in site.pair.units[0].flash


@pytest.mark.parametrize("name", [b"a\x1b[2Jb", b"a\0b", b"a\rb", "ä".encode()])
@live
async def test_a_file_whose_name_would_garble_a_listing_is_refused(name: bytes):
    async with served() as site:
        got, status = await scp_words(site, "scp -t disk0:/", b"C0644 1 " + name + b"\n")

        assert b"Invalid file name" in got
        assert b"\x1b" not in got
        assert status == 1


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("disk0:/f", "disk0:/f"),
        ("disk0:f", "disk0:/f"),
        ("flash:/f", "disk0:/f"),
        ("flash:f", "disk0:/f"),
        ("disk0:", "disk0:/sent"),
        ("disk0:/old/", "disk0:/old/sent"),
        ("f", "disk0:/f"),
        ("DISK0:/F", "disk0:/F"),
    ],
)
def test_every_spelling_of_flash_is_one_place(path: str, place: str):
    assert named(path, "sent") == place


@pytest.mark.parametrize(
    "command", ["show version", "scp", "scp -v", "scp -t", "scp -t -f a", "scp -t 'a", "scp -t a b"]
)
def test_a_command_that_is_no_file_transfer_is_taken_for_none(command: str):
    assert request_of(command) is None


# ── whatever comes, and what is kept ───────────────────────────────────────────────────


@live
async def test_garbage_and_endless_lines_hurt_neither_the_pair_nor_other_consoles():
    async with served() as site:
        other = await site.log_in("active")
        noisy = await site.log_in("active")
        noisy.process.stdin.write(bytes(range(256)) * 64 + b"\r")
        noisy.process.stdin.write(b"x" * 1_000_000 + b"\r")

        assert "Active" in await other.types("show failover state")
        noisy.process.stdin.write(b"\r\x15")
        await noisy.reads(within_s=1)
        assert "\r\n" in await noisy.types("show clock")


@live
async def test_a_client_that_reads_nothing_is_not_read_either_and_others_are_answered():
    async with served() as site:
        other = await site.log_in("active")
        deaf = await site.log_in("active")
        number = max(site.pair.conversations)
        text = ("x" * 70 + "\n") * 1_000
        file = File(len(text), "c", None, 0, text=text)
        site.pair.units[0].flash["disk0:/big.txt"] = file
        site.pair.units[0].paths["disk0:/big.txt"] = "disk0:/big.txt"
        for _ in range(200):  # 14 MB of answers, and nobody takes them
            deaf.process.stdin.write(b"more disk0:/big.txt\n")
        console = site.station.live.consoles[number]
        await site.until(lambda: not console._outlet.is_clear)

        assert "UTC" in await other.types("show clock")
        await asyncio.sleep(0)
        assert console._outlet.waiting < 100_000
        console.unasked("x" * 2_000_000)
        console.unasked("y" * 2_000_000)
        assert console._outlet.waiting < 2_200_000
        assert console._terminal.unread > 1_000


@live
async def test_lines_that_come_all_at_once_leave_others_their_turn_and_are_all_answered():
    async with served() as site:
        await site.log_in("active")
        console = site.station.live.consoles[max(site.pair.conversations)]
        for _ in range(100):
            console.receive(b"show clock\n")
        assert console._terminal.unread > 500

        await site.until(lambda: console._terminal.unread == 0)


@live
async def test_all_that_was_typed_is_kept_so_that_the_pair_can_be_told_again():
    async with served(rate=6_000.0) as site:
        start = EmulatedPair.from_scenario(site.pair.scenario)
        person = await site.log_in("active")
        await person.types("configure terminal")
        await person.types("hostname other")
        await person.types("end")
        await person.types("write memory")
        await person.types("failover reload-standby")
        await site.until(lambda: not site.pair.answers(1))
        await person.hangs_up()
        await site.until(lambda: not site.pair.conversations)
        site.station.live.keep_time()

        for given in site.kept:
            inputs.apply(start, given)
        assert start.units[0].running == site.pair.units[0].running
        assert start.save() == site.pair.save()


@pytest.mark.slow
@live
async def test_when_an_input_cannot_be_kept_nothing_further_is_taken():
    """Those behind it would mean something else when they are told again."""
    kept: list[inputs.Input] = []

    def keep(given: inputs.Input) -> None:
        if isinstance(given, inputs.Received):
            raise OSError(28, "No space left on device")
        kept.append(given)

    async with served(keep=keep) as site:
        connection = await site.connect("active")
        process = await connection.create_process(encoding=None, term_type="vt100")
        await Person(connection, process).reads(b"> ")
        before = len(kept)
        process.stdin.write(b"enable\n")
        await asyncio.wait([site.station.live.failed], timeout=5)

        assert isinstance(site.station.live.failed.exception(), OSError)
        assert [k for k in kept[before:] if not isinstance(k, inputs.Advanced)] == []
        connection.abort()


@pytest.mark.slow
@live
async def test_a_long_answer_does_not_keep_others_waiting():
    text = "x" * 70 + "\n"
    async with served() as site:
        reader = await site.log_in("active")
        other = await site.log_in("active")
        file = File(7_100_000, "c", None, 0, text=text * 100_000)
        site.pair.units[0].flash["disk0:/big.txt"] = file
        site.pair.units[0].paths["disk0:/big.txt"] = "disk0:/big.txt"

        reading = asyncio.create_task(reader.types("more disk0:/big.txt", within_s=20))
        await asyncio.sleep(0)
        answered = await other.types("show clock", within_s=5)
        assert "UTC" in answered
        assert len(await reading) > 7_000_000


@live
async def test_syslog_goes_to_a_collector_on_this_machine_and_to_none_elsewhere():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as collector:
        collector.bind(("127.0.0.1", 0))
        collector.settimeout(5)
        async with served(syslog=collector.getsockname()) as site:
            site.pair.outbox.append(_datagram("198.51.100.7"))
            site.station.live._settle()
            assert collector.recv(2_000) == b"<166>branch : %ASA-6-1: text"
        collector.settimeout(0.2)
        async with served() as site:
            host, port = collector.getsockname()
            site.pair.outbox += [_datagram("198.51.100.7", port), _datagram(host, port)]
            site.station.live._settle()
            assert collector.recv(2_000) == b"<166>branch : %ASA-6-1: text"
            assert site.pair.outbox == []
            with pytest.raises(TimeoutError):
                collector.recv(2_000)


def _datagram(host: str, port: int = 514):
    from upgrader.emulator.talk import Datagram

    return Datagram(0, "outside", host, port, "<166>branch : %ASA-6-1: text")


def test_a_units_host_keys_are_made_once_and_only_their_owner_reads_them(tmp_path: Path):
    told = EmulatedPair.from_scenario(worlds.scenario())
    first = _host_keys(tmp_path / "keys", told, "primary")

    assert _host_keys(tmp_path / "keys", told, "primary") == first
    assert _host_keys(tmp_path / "keys", told, "secondary") != first
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "keys").iterdir()} == {0o600}
    assert Serving.__dataclass_fields__["control"].default is None


# ── OpenSSH ────────────────────────────────────────────────────────────────────────────

OPENSSH = shutil.which("ssh") is not None and shutil.which("scp") is not None
needs_openssh = pytest.mark.skipif(not OPENSSH, reason="OpenSSH is not installed")
OPTIONS = (
    *("-F", "none"),
    *("-o", "UserKnownHostsFile=/dev/null"),
    *("-o", "StrictHostKeyChecking=no"),
    *("-o", "LogLevel=ERROR"),
    *("-o", "NumberOfPasswordPrompts=1"),
)


async def openssh(tmp_path: Path, *command: str, typed: bytes = b"") -> tuple[int | None, str]:
    """Run `ssh` or `scp` with the password: its exit code, and what it printed."""
    askpass = tmp_path / "askpass"
    askpass.write_text("#!/bin/sh\necho cisco\n")
    askpass.chmod(0o700)
    environment = {**os.environ, "SSH_ASKPASS": str(askpass), "SSH_ASKPASS_REQUIRE": "force"}
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**environment, "DISPLAY": "none"},
    )
    out, _ = await asyncio.wait_for(process.communicate(typed), 20)
    return process.returncode, out.decode(errors="replace")


@needs_openssh
@live
async def test_openssh_logs_in_by_hand(tmp_path: Path):
    async with served() as site:
        host, port = site.where["standby"]
        code, shown = await openssh(
            tmp_path,
            *("ssh", *OPTIONS, "-tt", "-p", str(port), f"admin@{host}"),
            typed=b"enable\ncisco\nshow failover state\nexit\n",
        )

        assert code == 0
        assert "branch/sec/stby# show failover state\r\n" in shown
        assert shown.endswith("\r\nLogoff\r\n\r\n")


@needs_openssh
@live
async def test_openssh_copies_files_both_ways_with_the_old_protocol_only(tmp_path: Path):
    (tmp_path / "f").write_bytes(os.urandom(100_000))
    async with served() as site:
        host, port = site.where["active"]
        scp = ("scp", *OPTIONS, "-P", str(port))
        there = f"admin@{host}:disk0:/f"

        code, shown = await openssh(tmp_path, *scp, "-O", str(tmp_path / "f"), there)
        assert (code, shown) == (0, "")
        code, shown = await openssh(tmp_path, *scp, "-O", there, str(tmp_path / "g"))
        assert (code, shown) == (0, "")
        assert (tmp_path / "g").read_bytes() == (tmp_path / "f").read_bytes()
        code, shown = await openssh(tmp_path, *scp, "-s", str(tmp_path / "f"), there)
        assert code != 0
        assert "subsystem request failed" in shown
