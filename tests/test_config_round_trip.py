"""A configuration that is shown can be loaded, and typed line by line, and is the same."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upgrader.emulator.config import (
    ConfigFault,
    Typed,
    masked,
    printed,
    read_lines,
    section,
    type_line,
    with_defaults,
)

CAPTURES = Path(__file__).resolve().parents[1].parent / "shared" / "captures"
FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "configs"

WHOLE = [
    *sorted((CAPTURES / "configs").glob("asav_9*.txt")),
    *sorted((CAPTURES / "oxidized").glob("*_output.txt")),
    *sorted(FIXTURES.glob("*.cfg")),
]
PARTS = sorted((CAPTURES / "ntc-templates").glob("show_running-config*/*.raw"))

NOT_COMMANDS = ("(rest of source", "(OCI ", "copy ")
"""How the notes of whoever made the excerpts begin."""


def lines_of(path: Path) -> tuple[str, ...]:
    kept = [x for x in path.read_text().splitlines() if not x.startswith(NOT_COMMANDS)]
    # One excerpt has lost the key itself, and no unit shows or takes the line without one.
    kept = [f"{x} *****" if x.endswith(" pre-shared-key") else x for x in kept]
    return read_lines("\n".join(kept))


def typed(lines: tuple[str, ...]) -> tuple[str, ...]:
    now = Typed((), (), "")
    for line in lines:
        now = type_line(now.lines, now.section, line)
    return now.lines


@pytest.mark.skipif(not PARTS, reason="the captures lie beside the project, not in a clone")
def test_the_captures_are_there() -> None:
    assert len(WHOLE) >= 8
    assert len(PARTS) >= 9


@pytest.mark.parametrize("path", [*WHOLE, *PARTS], ids=lambda path: path.stem)
def test_what_is_shown_is_read_as_the_same_lines(path: Path) -> None:
    lines = lines_of(path)
    assert read_lines("\n".join(printed(lines))) == lines


@pytest.mark.parametrize("path", [*WHOLE, *PARTS], ids=lambda path: path.stem)
def test_what_is_shown_can_be_typed_line_by_line_into_an_empty_unit(path: Path) -> None:
    lines = lines_of(path)
    assert typed(printed(lines)) == lines


@pytest.mark.parametrize("path", WHOLE, ids=lambda path: path.stem)
def test_typing_it_all_once_more_changes_nothing(path: Path) -> None:
    """But for banners, of which each line stands as often as it is typed."""
    lines = tuple(line for line in lines_of(path) if not line.startswith("banner"))
    now = Typed(lines, (), "")
    for line in printed(lines):
        now = type_line(now.lines, now.section, line)
    assert now.lines == lines


@pytest.mark.parametrize("path", WHOLE, ids=lambda path: path.stem)
def test_all_of_it_with_its_defaults_can_be_read_again(path: Path) -> None:
    lines = lines_of(path)
    everything = with_defaults(lines)
    assert set(lines) <= set(everything)
    assert with_defaults(everything) == everything
    assert any(line == "failover polltime unit 1 holdtime 15" for line in everything)


CERTIFICATE = """\
crypto ca certificate chain TP
 certificate 29573d5f
    30820345 308202ef a0030201 02020029
    30820345 308202ef a0030201 02020029
    02
  quit
 certificate ca 01
    30820345
  quit
router bgp 100
 address-family ipv4 unicast
  neighbor 192.0.2.1 remote-as 65001
  no auto-summary
 exit-address-family
banner motd #
banner motd   indented
banner motd #
"""


def test_certificates_address_families_and_banners_survive() -> None:
    lines = read_lines(CERTIFICATE)
    shown = CERTIFICATE.splitlines()
    assert [x for x in printed(lines) if not x.startswith("banner")] == shown[:-3]
    again = typed(tuple(shown))
    assert typed(printed(again)) == again
    assert [x for x in again if x.startswith("banner")] == shown[-3:]
    assert [x for x in printed(again) if "3082" in x or "quit" in x] == [
        x for x in shown if "3082" in x or "quit" in x
    ]


SECRETS = """\
failover key hunter2
failover ipsec pre-shared-key hunter2
aaa-server ISE (inside) host 192.0.2.1
 key hunter2
 ldap-login-password hunter2
 radius-common-pw hunter2
snmp-server community hunter2
snmp-server host inside 192.0.2.1 community hunter2 version 2c
ntp authentication-key 1 md5 hunter2
auto-update server https://bob:hunter2@192.0.2.1/u
tunnel-group A ipsec-attributes
 ikev1 pre-shared-key hunter2
 ikev2 remote-authentication pre-shared-key hunter2
 ikev2 local-authentication pre-shared-key hunter2
router ospf 1
 neighbor 192.0.2.1 password hunter2
"""


def test_no_secret_is_shown_and_each_says_that_there_is_one() -> None:
    shown = [masked(line) for line in read_lines(SECRETS)]
    assert "hunter2" not in "\n".join(shown)
    assert sum("*****" in line for line in shown) == SECRETS.count("hunter2")


@pytest.mark.parametrize(
    "line",
    [
        "enable password 8Ry2YjIyt7RRXU24 encrypted",
        "username a password $sha512$5000$A==$B== pbkdf2 privilege 15",
        "password encryption aes",
        "passwd 2KFQnbNIdI.2KYOU encrypted",
    ],
)
def test_hashes_are_shown(line: str) -> None:
    assert masked(line) == line


@pytest.mark.parametrize(
    ("word", "first"),
    [
        ("boot", "boot system "),
        ("int g0/7", "interface GigabitEthernet0/7"),
        ("access-list", ""),
        ("fail", "failover"),
        ("tunnel-group", "tunnel-group "),
        ("username admin", "username admin"),
        ("logging", "logging enable"),
        ("ip local pool", "ip local pool "),
        ("prompt", "prompt "),
        ("hostname", "hostname "),
    ],
)
def test_a_section_is_shown_by_words_that_may_be_shortened(word: str, first: str) -> None:
    lines = lines_of(FIXTURES / "asa5525.cfg")
    lines = typed((*printed(lines), "ip local pool A 10.9.0.1-10.9.0.9", "tunnel-group A type l2l"))
    shown = section(lines, word)
    assert (shown[0] if shown else "").startswith(first)


@pytest.mark.slow
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60), st.integers(0, 3))
def test_any_line_is_taken_or_refused_and_never_breaks_the_unit(line: str, depth: int) -> None:
    now = Typed((), (), "")
    for opener in ("policy-map A", "class B", "webvpn")[:depth]:
        now = type_line(now.lines, now.section, opener)
    try:
        after = type_line(now.lines, now.section, line)
    except ConfigFault as fault:
        assert fault.problem  # noqa: PT017  either outcome is allowed
        return
    assert read_lines("\n".join(printed(after.lines))) is not None
