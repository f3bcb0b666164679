"""`show running-config` and `show startup-config`, whole or a section of them."""

import hashlib
import re
from functools import lru_cache

from upgrader.dialect.commands import SHOW_RUNNING
from upgrader.dialect.refusals import refusal_in
from upgrader.dialect.replies.screen import screen_of
from upgrader.dialect.secrets import masked
from upgrader.model.failover import Role
from upgrader.model.names import Digest
from upgrader.model.unit import Configuration, FailoverLines, PoolLine
from upgrader.model.vpn import ConfiguredPackage
from upgrader.model.wide import ConfigText
from upgrader.ports import Unparsed

_BOOT = re.compile(r"boot system (\S+)", re.IGNORECASE)
_ASDM = re.compile(r"asdm image (\S+)", re.IGNORECASE)
_PACKAGE = re.compile(r'(?:anyconnect|svc) image (\S+)(?: (\d{1,18}))?(?: regex (?:"(.*)"|(\S+)))?')
_POOL = re.compile(r"ip local pool (\S+) ([\d.]+)(?:-([\d.]+))?(?: mask (\S+))?")
_REUSE_DELAY = re.compile(r"vpn-addr-assign local reuse-delay (\d{1,18})")
_REGISTER = re.compile(r"config-register (\S+)")
_UNIT = re.compile(r"failover lan unit (primary|secondary)", re.IGNORECASE)
_LAN = re.compile(r"failover lan interface (\S+)(?: \S+)?")
_LINK = re.compile(r"failover link (\S+)(?: \S+)?")
_KEYED = re.compile(r"failover (?:key|ipsec pre-shared-key) .*")
_POLICY = re.compile(r'group-policy (?:"([^"]+)"|(\S+)) attributes')
_LOGINS = re.compile(r"vpn-simultaneous-logins (\d{1,18})")
_IDLE = re.compile(r"vpn-idle-timeout (\d{1,18}|none)")

_WEBVPN = "webvpn"
_WEBVPN_WORDS = (
    # What stands under the global `webvpn`, for texts that have lost their indentation.
    "enable",
    "no",
    "anyconnect",
    "anyconnect-essentials",
    "anyconnect-custom-attr",
    "svc",
    "port",
    "dtls",
    "tunnel-group-list",
    "tunnel-group-preference",
    "cache",
    "disable",
    "error-recovery",
    "http-headers",
    "hsts-server",
    "hsts-client",
    "hostscan",
    "csd",
    "keepout",
    "character-encoding",
    "smart-tunnel",
    "default-idle-timeout",
    "memory-size",
    "internal-password",
    "portal-access-rule",
    "onscreen-keyboard",
)
_NO_CONFIGURATION = re.compile(r":.*|!.*|Cryptochecksum:.*|ASA Version .*", re.IGNORECASE)
_MOVED_TONIGHT = ("boot system ", "asdm image ", "vpn-simultaneous-logins ")
"""How lines begin that an upgrade changes by itself."""
_OWN_TO_A_UNIT = re.compile(
    r":.*|!.*|Cryptochecksum:.*|ASA Version .*|failover lan unit .*", re.IGNORECASE
)
"""Comments (`: Saved`, `: Serial Number: …`, `: Written by …`), checksum, release and role: what
two units in sync do not share, or what is no configuration."""

_SIGNS = (
    *("aaa", "access-list", "anyconnect", "asdm", "boot", "failover", "group-policy", "hostname"),
    *("interface", "ip", "logging", "nat", "no", "object", "route", "svc", "tunnel-group"),
    *("username", "webvpn"),
)
"""First words of which every configuration, and every section that we ask for, has one."""

_HEADED = re.compile(r"^: Saved\b", re.MULTILINE)
_ENDED = re.compile(r"^(?:: end|Cryptochecksum:\s*[0-9a-f]+)\s*$", re.MULTILINE)


def read_configuration(text: str, line: str = SHOW_RUNNING) -> Configuration:
    """Read a running-config or startup-config, or its boot, webvpn or failover section.

    Secrets are masked before anything is kept. The digest is SHA-256 over the lines in their
    order, without indentation, trailing blanks, comments, checksum, release and
    `failover lan unit`: two units in sync agree, and so do a running-config and its saved copy.
    A password that was changed and not saved does not move it, for secrets are masked first.

    Raises:
        Unparsed: nothing is there, the device refused, the text is no configuration or cut off
            (`: Saved` without an end), or a line of these sections is not as it should be.

    Source: 9.0, 9.3, 9.8 and 9.12 configurations.
    """
    rows = _rows(line, text)
    plain = [row.strip() for row in rows]
    webvpn = _webvpn(rows)
    return Configuration(
        boot=tuple(
            _boot(line, text, row) for row in plain if row.lower().startswith("boot system ")
        ),
        asdm_image=next((found[1] for found in map(_ASDM.fullmatch, plain) if found), None),
        packages=_packages(line, text, webvpn),
        webvpn_lines=webvpn,
        anyconnect_enabled="anyconnect enable" in webvpn or "svc enable" in webvpn,
        failover=_failover(plain),
        pools=tuple(_pool(line, text, row) for row in plain if row.startswith("ip local pool ")),
        reuse_delay_minutes=next(
            (int(found[1]) for found in map(_REUSE_DELAY.fullmatch, plain) if found), 0
        ),
        idle_timeout_minutes=_idle_timeouts(plain),
        config_register=next(
            (found[1] for found in map(_REGISTER.fullmatch, plain) if found), None
        ),
        digest=_digest(plain),
        rest=_digest([row for row in plain if not row.lower().startswith(_MOVED_TONIGHT)]),
        simultaneous_logins=_simultaneous_logins(plain),
    )


def read_config_text(text: str, line: str = SHOW_RUNNING) -> ConfigText:
    """The lines of a configuration, secrets masked, without comments, checksum and release.

    Raises:
        Unparsed: as `read_configuration`, but for lines that are not as they should be.
    """
    return ConfigText(
        tuple(row for row in _rows(line, text) if not _NO_CONFIGURATION.fullmatch(row))
    )


@lru_cache(maxsize=8)
def _rows(line: str, text: str) -> tuple[str, ...]:
    """The lines of a configuration, secrets masked; empty ones are left out."""
    screen = screen_of(line, text)
    if refusal_in(screen) is not None or not screen.strip():
        raise Unparsed(line, text, "no configuration")
    if _HEADED.search(screen) and not _ENDED.search(screen):
        raise Unparsed(line, text, "the configuration has a beginning and no end: it is cut off")
    rows = tuple(row for row in map(str.rstrip, masked(screen).split("\n")) if row)
    if not any(row.split(maxsplit=1)[0] in _SIGNS for row in rows):
        raise Unparsed(line, text, "not one line that a configuration has")
    return rows


def _boot(line: str, text: str, row: str) -> str:
    """`boot system disk0:/asa952-smp-k8.bin`."""
    found = _BOOT.fullmatch(row)
    if found is None:
        raise Unparsed(line, text, f"a boot line that is not as it should be: {row!r}")
    return found[1]


def _webvpn(rows: tuple[str, ...]) -> tuple[str, ...]:
    """The lines under the global `webvpn`, without indentation.

    A group policy has a `webvpn` of its own, one level deeper. Where the text has lost its
    indentation, words tell where the section ends, and a `webvpn` behind the first group policy
    is a policy's: the device prints its own before them.
    """
    indented = any(row[0].isspace() for row in rows if not row.startswith((":", "!")))
    lines: list[str] = []
    inside = behind_policies = False
    for row in rows:
        bare = row.strip()
        behind_policies = behind_policies or _POLICY.fullmatch(row) is not None
        if row == _WEBVPN:
            inside = indented or not behind_policies
        elif inside and (row[0].isspace() if indented else bare.split()[0] in _WEBVPN_WORDS):
            lines.append(bare)
        else:
            inside = False
    return tuple(lines)


def _packages(line: str, text: str, webvpn: tuple[str, ...]) -> tuple[ConfiguredPackage, ...]:
    """The `anyconnect image` lines, in their order; without a number the place counts."""
    packages: list[ConfiguredPackage] = []
    for row in webvpn:
        if not row.startswith(("anyconnect image ", "svc image ")):
            continue
        found = _PACKAGE.fullmatch(row)
        if found is None:
            raise Unparsed(line, text, f"a package's line that is not as it should be: {row!r}")
        order = int(found[2]) if found[2] else len(packages) + 1
        packages.append(ConfiguredPackage(found[1], order, found[3] or found[4]))
    return tuple(packages)


def _failover(plain: list[str]) -> FailoverLines:
    """The failover section, wherever its lines stand."""
    section = [
        row for row in plain if row in {"failover", "no failover"} or row.startswith("failover ")
    ]
    unit = next((found[1] for found in map(_UNIT.fullmatch, section) if found), None)
    return FailoverLines(
        enabled="failover" in section,
        unit=None if unit is None else Role(unit.capitalize()),
        lan_interface=next((found[1] for found in map(_LAN.fullmatch, section) if found), None),
        link_interface=next((found[1] for found in map(_LINK.fullmatch, section) if found), None),
        keyed=any(_KEYED.fullmatch(row) for row in section),
        replicates_http="failover replication http" in section,
        # The role is left out: it is the one line in which two units in sync differ.
        lines=tuple(row for row in section if not _UNIT.fullmatch(row)),
    )


def _pool(line: str, text: str, row: str) -> PoolLine:
    """`ip local pool VPN 10.1.8.1-10.1.8.254 mask 255.255.255.0`."""
    found = _POOL.fullmatch(row)
    if found is None:
        raise Unparsed(line, text, f"a pool's line that is not as it should be: {row!r}")
    name, first, last, mask = found.groups()
    return PoolLine(name, first, last or first, mask)


def _idle_timeouts(plain: list[str]) -> tuple[tuple[str, int | None], ...]:
    """Group policy → minutes, None for `none`; sorted by name."""
    found = _of_policies(plain, _IDLE)
    return tuple((policy, None if told == "none" else int(told)) for policy, told in found)


def _simultaneous_logins(plain: list[str]) -> tuple[tuple[str, int], ...]:
    """Group policy → how many logins a user may have at once; sorted by name."""
    return tuple((policy, int(told)) for policy, told in _of_policies(plain, _LOGINS))


def _of_policies(plain: list[str], wanted: re.Pattern[str]) -> tuple[tuple[str, str], ...]:
    """Group policy → what its line says, the last one of several; sorted by name."""
    told: dict[str, str] = {}
    policy: str | None = None
    for row in plain:
        if (attributes := _POLICY.fullmatch(row)) is not None:
            policy = attributes[1] or attributes[2]
        elif policy is not None and (line := wanted.fullmatch(row)) is not None:
            told[policy] = line[1]
        elif row.startswith(("tunnel-group ", "username ", "group-policy ")):
            policy = None
    return tuple(sorted(told.items()))


def _digest(plain: list[str]) -> Digest:
    """SHA-256 over the lines that both units should share."""
    shared = "\n".join(row for row in plain if not _OWN_TO_A_UNIT.fullmatch(row))
    return Digest("sha256:" + hashlib.sha256(shared.encode()).hexdigest())
