"""Who gets in: local users, the enable password, keys, and how passwords are kept."""

from base64 import b64encode
from hashlib import sha256

import pytest
from consoles import at_the_console, over_ssh
from screen_worlds import living

from upgrader.emulator.admission.passwords import fits, kept_form, new_form, old_form
from upgrader.emulator.pair import EmulatedPair
from upgrader.emulator.talk import Expects

BLOB = b"\0\0\0\x0bssh-ed25519\0\0\0 " + bytes(range(32))
KEY = b64encode(BLOB).decode()


@pytest.fixture
def pair() -> EmulatedPair:
    return living()


@pytest.mark.parametrize(
    ("password", "user", "kept"),
    [
        # `enable password 8Ry2YjIyt7RRXU24` and `passwd 2KFQnbNIdI.2KYOU`, which pyntc's captured
        # configuration has, are known to stand for nothing and for `cisco`.
        ("", "", "8Ry2YjIyt7RRXU24"),
        ("cisco", "", "2KFQnbNIdI.2KYOU"),
        ("cisco", "cisco", "3USUcOPFUiMCO4Jk"),
    ],
)
def test_the_old_form_of_a_password_is_the_devices(password: str, user: str, kept: str) -> None:
    assert old_form(password, user) == kept
    assert fits(password, kept, "encrypted", user)
    assert not fits(password + "x", kept, "encrypted", user)


def test_the_new_form_has_rounds_salt_and_sixteen_octets_of_key() -> None:
    kept = new_form("correct horse", b"0123456789abcdef")

    _, name, rounds, _, _ = kept.split("$")
    assert (name, rounds) == ("sha512", "5000")
    assert fits("correct horse", kept, "pbkdf2")
    assert not fits("wrong horse", kept, "pbkdf2")


@pytest.mark.parametrize(
    "kept",
    ["", "$sha512$", "$sha512$0$aaaa$aaaa", "$sha512$5000$!$!", "$sha512$99999999$YQ==$YQ==",
     "$md5$5000$YQ==$YQ==", "$sha512$5000$YQ==$"],
)  # fmt: skip
def test_a_hash_that_cannot_be_read_lets_nobody_in(kept: str) -> None:
    assert not fits("cisco", kept, "pbkdf2")


def test_the_form_of_a_new_password_follows_the_release() -> None:
    assert kept_form("cisco", "bob", (9, 6), "1")[1] == "encrypted"
    assert kept_form("cisco", "bob", (9, 7), "1")[1] == "pbkdf2"
    assert kept_form("cisco", "bob", (9, 7), "1") == kept_form("cisco", "bob", (9, 7), "1")
    assert kept_form("cisco", "bob", (9, 7), "1") != kept_form("cisco", "bob", (9, 7), "2")


def test_a_typed_password_is_shown_hashed_on_both_units_and_lets_its_user_in(
    pair: EmulatedPair,
) -> None:
    admin = at_the_console(pair)
    admin("conf t", "username bob password s3cret privilege 15")

    shown = admin("show running-config username bob")
    assert "s3cret" not in shown
    assert shown.startswith("username bob password $sha512$5000$")
    assert shown.rstrip().endswith("pbkdf2 privilege 15")
    assert at_the_console(pair, "standby")("show running-config username bob") == shown
    assert pair.authenticate("active", "bob", "s3cret")
    assert pair.authenticate("standby", "bob", "s3cret")
    assert not pair.authenticate("active", "bob", "secret")
    assert "s3cret" not in admin("show logging")


def test_what_is_shown_can_be_typed_again(pair: EmulatedPair) -> None:
    admin = at_the_console(pair)
    admin("conf t", "username bob password s3cret", "enable password opensesame")
    before = pair.units[0].running

    for line in admin("show running-config | include password").splitlines():
        admin(line)

    assert pair.units[0].running == before


def test_the_administrator_of_the_pair_file_always_gets_in(pair: EmulatedPair) -> None:
    assert pair.authenticate("active", "admin", "cisco")
    assert pair.authenticate("secondary", "admin", "cisco")
    assert not pair.authenticate("active", "admin", "")
    assert not pair.authenticate("active", "root", "cisco")


def test_a_public_key_may_be_typed_as_one_line_or_as_a_file(pair: EmulatedPair) -> None:
    admin = at_the_console(pair)
    admin("conf t", "username bob password s3cret", "username bob attributes")
    admin(f"ssh authentication publickey {KEY}")
    assert pair.keys_of("active", "bob") == (f"ssh-ed25519 {KEY}",)
    assert pair.knows_key("standby", "bob", BLOB), "it replicates"
    admin("no ssh authentication publickey")

    said = admin("ssh authentication pkf")
    assert said.endswith('End with the word "quit" on a line by itself:\n')
    assert admin.prompt == ""
    admin("---- BEGIN SSH2 PUBLIC KEY ----", 'Comment: "bob\\', 'and his key"', KEY[:40], KEY[40:])
    admin("---- END SSH2 PUBLIC KEY ----", "quit")

    assert admin.prompt == "fw/pri/act(config-username)# "
    assert pair.keys_of("active", "bob") == (f"ssh-ed25519 {KEY}",)
    assert pair.keys_of("active", "alice") == ()


def test_a_key_that_is_kept_as_its_hash_is_recognised(pair: EmulatedPair) -> None:
    digest = sha256(BLOB).hexdigest()
    hashed = ":".join(digest[n : n + 2] for n in range(0, 64, 2))
    admin = at_the_console(pair)
    admin("conf t", "username bob password s3cret", "username bob attributes")
    admin(f"ssh authentication publickey {hashed} hashed")

    assert pair.knows_key("active", "bob", BLOB)
    assert not pair.knows_key("active", "bob", BLOB + b"x")
    assert pair.keys_of("active", "bob") == ()


# ── sessions ─────────────────────────────────────────────────────────────────────────────────


def test_a_session_begins_with_the_history_of_its_user(pair: EmulatedPair) -> None:
    """A real 9.12 session."""
    first = over_ssh(pair)
    assert first.last.text == (
        "User admin logged in to fw\n"
        "Logins over the last 31 days: 1.  \n"
        "Failed logins since the last login: 0.  \n"
        "Type help or '?' for a list of available commands.\n"
    )
    pair.turn_away("active", "admin", "192.0.2.66")

    second = over_ssh(pair)
    assert "Logins over the last 31 days: 2.  Last login: " in second.last.text
    assert "from 192.0.2.9\n" in second.last.text
    assert "Failed logins since the last login: 1.  \n" in second.last.text


def test_a_unit_takes_five_sessions_and_a_sixth_when_one_has_ended(pair: EmulatedPair) -> None:
    people = [over_ssh(pair) for _ in range(5)]
    assert pair.sessions_full("active")
    assert pair.log_in("active", "admin", "192.0.2.9") is None
    assert not pair.sessions_full("standby")

    people[0]("exit")
    assert people[0].last.dropped
    assert over_ssh(pair).prompt == "fw/pri/act> "
    pair.hang_up(people[1].number)
    assert not pair.sessions_full("active")


def test_the_tools_own_consoles_take_nobody_elses_place(pair: EmulatedPair) -> None:
    for _ in range(9):
        at_the_console(pair)

    assert not pair.sessions_full("active")


def test_a_chassis_own_address_keeps_its_sessions_over_a_switchover(pair: EmulatedPair) -> None:
    at_the_seat, at_the_chassis = over_ssh(pair), over_ssh(pair, "primary")
    at_the_seat("enable", "cisco", "no failover active")
    pair.advance(pair.now + 10_000)

    at_the_seat("show clock")
    assert at_the_seat.last.dropped
    at_the_chassis("")
    assert at_the_chassis.prompt == "fw/pri/stby> "
    assert over_ssh(pair).prompt == "fw/sec/act> "


def test_who_may_enable_at_login_stands_in_privileged_exec(pair: EmulatedPair) -> None:
    admin = at_the_console(pair)
    admin("conf t", "username bob password s3cret privilege 15")
    admin("username eve password s3cret privilege 1", "aaa authorization exec LOCAL auto-enable")

    assert over_ssh(pair, user="bob").prompt == "fw/pri/act# "
    assert over_ssh(pair, user="eve").prompt == "fw/pri/act> "


def test_the_enable_password_is_asked_for_three_times(pair: EmulatedPair) -> None:
    person = over_ssh(pair)
    person("enable")
    assert (person.prompt, person.expects) == ("Password: ", Expects.HIDDEN)
    assert person("wrong") == "Invalid password\n"
    assert person.prompt == "Password: "
    assert person("wrong again", "and again").endswith("Invalid password\nAccess denied.\n")
    assert person.prompt == "fw/pri/act> "

    person("enable", "wrong", "cisco")
    assert person.prompt == "fw/pri/act# "
    assert person("show curpriv") == (
        "Username : enable_15\nCurrent privilege level : 15\nCurrent Mode/s : P_PRIV\n"
    )


def test_enable_may_ask_for_the_users_own_password(pair: EmulatedPair) -> None:
    admin = at_the_console(pair)
    admin("conf t", "username bob password s3cret privilege 15")
    admin("aaa authentication enable console LOCAL")
    person = over_ssh(pair, user="bob")

    person("enable", "s3cret")

    assert person.prompt == "fw/pri/act# "
    assert person("show curpriv").startswith("Username : bob\n")


def test_login_makes_one_another_user_at_once(pair: EmulatedPair) -> None:
    """netmiko without an enable secret: `login`, user, password."""
    person = over_ssh(pair)
    person("login")
    assert person.prompt == "Username: "
    person("admin")
    assert (person.prompt, person.expects) == ("Password: ", Expects.HIDDEN)
    person("cisco")

    assert person.prompt == "fw/pri/act# "
    assert person("login", "admin", "no") == "Access denied.\n"


def test_sessions_outlive_saving_and_forking_the_pair(pair: EmulatedPair) -> None:
    person = over_ssh(pair)
    person("enable")
    twin = EmulatedPair.load(pair.save())

    assert twin == pair
    assert twin.receive(person.number, "cisco").prompt == "fw/pri/act# "
    assert person("show clock") == "Invalid password\n", "the original still waits for it"
