"""A setting, written down: a pair file, a configuration, and the people of the first minute.

The configuration has the shape of the project's own fixture of a branch office, and nothing in it
that the night does not need.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from upgrader.dialect.dotted import dotted, number_of
from upgrader.dialect.rows import rows_text
from upgrader.dialect.scripts import script_table
from upgrader.dialect.toml import Table, dumps
from upgrader.judgement.postmortem.rebuilding.hardware import ports_of
from upgrader.judgement.postmortem.rebuilding.setting import (
    Handshake,
    Package,
    Seated,
    Setting,
    Timings,
    Unit,
)
from upgrader.model.failover import Role
from upgrader.model.script import Script

PAIR_FILE = "pair.toml"
CONFIG = "pair.cfg"
POOL = "VPN"
COLLECTOR = "10.20.0.50"
"""Where the units log to; an address of the fixtures' own inside network."""

SESSIONS = (
    *("index", "user", "address", "public", "group_policy", "tunnel_group", "logged_in"),
    *("tunnel", "idle", "audit", "bytes", "platform", "admitted", "orphan"),
)
ADDRESSES = ("pool", "address", "index", "held")
"""The columns of the tables that `[emulated.unit.now]` names; see the page of the pair file."""

REGEX = {"win": "Windows NT", "macos": "Intel Mac OS X", "linux64": "Linux"}
_IMAGE_BYTES = 120_000_000
_TRUSTPOINT = "VPN"
_PACKAGE_BYTES = 60_000_000


def written(
    setting: Setting, script: Script | None = None, head: Sequence[str] = ()
) -> dict[str, str]:
    """The files, by their names; with a script, the pair file has `[incident]`.

    `head`: lines of comment at the pair file's beginning.
    """
    files = {CONFIG: configuration(setting)}
    for unit in setting.units:
        own = unit.role.value.lower()
        files[f"{own}.sessions.csv"] = _sessions(setting, unit)
        files[f"{own}.addresses.csv"] = _addresses(setting, unit)
    table: dict[str, Table] = {"emulated": _emulated(setting)}
    if script is not None:
        table = {"incident": script_table(script), **table}
    top = "".join(f"# {line}\n" for line in head)
    files[PAIR_FILE] = f"{top}{dumps({'name': setting.name, **table})}"
    return files


# ── the pair file ──────────────────────────────────────────────────────────────────────


def _emulated(setting: Setting) -> Table:
    timings = setting.timings
    return {
        "model": setting.model,
        "config": CONFIG,
        "starts_at": datetime.fromtimestamp(setting.starts_at_s, UTC),
        "active": setting.active.value.lower(),
        "failover_link": None if setting.failover_link else "down",
        "state_link": None if setting.state_link else "down",
        "clients": {
            "count": 0,
            "tcp": 60,
            "udp": 30,
            "http": 40,
            "tunnel_group": setting.tunnel_group,
            "returns": setting.returns,
        },
        "timings": _timings(timings),
        "incident": dict(setting.incident),
        "handshake": [_handshake(one) for one in setting.handshakes] or None,
        "certificate": _certificates(setting) or None,
        "unit": [_unit(setting, unit) for unit in setting.units],
    }


def _certificates(setting: Setting) -> list[Table]:
    """One for each unit, where they differ; how long they last is ours."""
    if not setting.certificates_differ:
        return []
    ends = datetime.fromtimestamp(setting.starts_at_s, UTC) + timedelta(days=365)
    return [
        {
            "trustpoint": _TRUSTPOINT,
            "serial": serial,
            "subject": "cn=vpn.example.net",
            "ends": ends,
            "on": role.value.lower(),
        }
        for role, serial in ((Role.PRIMARY, "4c0a11"), (Role.SECONDARY, "1f77d2"))
    ]


def _handshake(one: Handshake) -> Table:
    return {
        "reason": one.reason,
        "platforms": (one.platform,) if one.platform else None,
        "since": one.since or None,
        "on": None if one.on is None else one.on.value.lower(),
    }


def _timings(timings: Timings) -> Table:
    return {
        "boot": timings.boot,
        "cold_standby": timings.cold_standby,
        "sync_config": timings.sync_config,
        "bulk_sync": timings.bulk_sync,
        "notice_fast": _range(timings.notice_fast),
        "notice_slow": _range(timings.notice_slow),
        "fast_share": timings.fast_share,
        "login": _range(timings.login),
    }


def _range(pair: tuple[float, float] | None) -> tuple[float, float] | None:
    return None if pair is None else (float(pair[0]), float(pair[1]))


def _unit(setting: Setting, unit: Unit) -> Table:
    own = unit.role.value.lower()
    return {
        "role": own,
        "serial": unit.serial,
        "now": {
            "version": unit.version,
            "image": unit.image,
            "sessions": f"{own}.sessions.csv",
            "addresses": f"{own}.addresses.csv",
        },
        "file": [*_images(setting, unit.role), *_packages(setting.packages, unit.role)],
    }


def _images(setting: Setting, role: Role) -> Iterator[Table]:
    for image in setting.images:
        if role not in image.lacks:
            yield {
                "path": image.path,
                "bytes": _IMAGE_BYTES,
                "content": f"asa-{image.version}",
                "version": image.version,
            }


def _packages(packages: Sequence[Package], role: Role) -> Iterator[Table]:
    for package in packages:
        content = package.primary if role is Role.PRIMARY else package.secondary
        if content is not None:
            yield {"path": package.path, "bytes": _PACKAGE_BYTES, "content": content}


# ── people ─────────────────────────────────────────────────────────────────────────────


def _there(setting: Setting, unit: Unit) -> tuple[Seated, ...]:
    """Whom a unit knows; a standby without a key, or without a state link, knows nobody."""
    copied = setting.failover_key and setting.failover_link and setting.state_link
    return setting.seated if unit.role is setting.active or copied else ()


def _sessions(setting: Setting, unit: Unit) -> str:
    serves = unit.role is setting.active
    return rows_text(
        SESSIONS,
        (
            (
                one.index,
                one.user,
                one.address,
                one.public,
                setting.group_policy,
                setting.tunnel_group,
                one.logged_in_s,
                "up" if serves and one.asleep_s is None else "down",
                one.asleep_s or 0,
                _audit(setting, one),
                0,
                one.platform,
                "",
                "no",
            )
            for one in _there(setting, unit)
        ),
    )


def _audit(setting: Setting, one: Seated) -> str:
    """What names one login on both units, in the form of real ones: address, row, instant."""
    row, login = one.index << 12 & 0xFFFFFFFF, setting.starts_at_s - one.logged_in_s
    return f"cb007102{row:08x}{login & 0xFFFFFFFF:08x}"


def _addresses(setting: Setting, unit: Unit) -> str:
    rows = ((POOL, one.address, one.index, "") for one in _there(setting, unit))
    return rows_text(ADDRESSES, rows)


# ── the configuration ──────────────────────────────────────────────────────────────────


def configuration(setting: Setting) -> str:
    """The startup-config of the pair, in ASA syntax."""
    lines = [
        f"hostname {setting.hostname}",
        "no mac-address auto",
        _pool(setting),
        *_interfaces(setting),
        *(f"boot system {path}" for path in setting.boots),
        "ftp mode passive",
        "clock timezone UTC 0",
        "pager lines 24",
        *_logging(setting),
        *_failover(setting),
        "no asdm history enable",
        "aaa authentication ssh console LOCAL",
        "aaa authentication login-history",
        f"ssh 192.0.2.0 255.255.255.0 {_MANAGEMENT}",
        "ssh timeout 60",
        "ssh version 2",
        *_trustpoint(setting),
        *_webvpn(setting),
        f"group-policy {setting.group_policy} internal",
        f"group-policy {setting.group_policy} attributes",
        " vpn-simultaneous-logins 3",
        f" vpn-idle-timeout {setting.idle_min or 'none'}",
        " vpn-session-timeout none",
        " vpn-tunnel-protocol ssl-client",
        f"tunnel-group {setting.tunnel_group} type remote-access",
        f"tunnel-group {setting.tunnel_group} general-attributes",
        f" address-pool {POOL}",
        f" default-group-policy {setting.group_policy}",
        "prompt hostname priority state",
    ]
    return "\n".join(lines) + "\n"


_MANAGEMENT = "management"


def _pool(setting: Setting) -> str:
    first, size = setting.pool
    last = dotted(number_of(first) + size - 1)
    return f"ip local pool {POOL} {first}-{last} mask 255.0.0.0"


def _interfaces(setting: Setting) -> Iterator[str]:
    """Data interfaces on the first ports, the links on the last two, the management port."""
    ports, management = ports_of(setting.model)
    for n, (name, port) in enumerate(zip(setting.interfaces, ports[:-2], strict=False)):
        net = "203.0.113" if n == 0 else f"10.{19 + n}.0"
        yield f"interface {port}"
        yield f" nameif {name}"
        yield f" security-level {0 if n == 0 else 100}"
        yield f" ip address {net}.2 255.255.255.0 standby {net}.3"
    yield f"interface {management}"
    yield " management-only"
    yield f" nameif {_MANAGEMENT}"
    yield " security-level 100"
    yield " ip address 192.0.2.11 255.255.255.0 standby 192.0.2.12"


def _logging(setting: Setting) -> Iterator[str]:
    logging = setting.logging
    inside = setting.interfaces[min(1, len(setting.interfaces) - 1)]
    yield "logging enable"
    yield "logging timestamp"
    if logging.standby:
        yield "logging standby"
    yield "logging buffer-size 1048576"
    yield f"logging trap {logging.trap}"
    if logging.device_id:
        yield f"logging device-id {logging.device_id}"
    yield f"logging host {inside} {COLLECTOR}"


def _failover(setting: Setting) -> Iterator[str]:
    ports, _ = ports_of(setting.model)
    state, lan = ports[-2:]
    yield "failover"
    yield "failover lan unit primary"
    yield f"failover lan interface FOLINK {lan}"
    yield "failover polltime unit 1 holdtime 15"
    yield "failover polltime interface 5 holdtime 25"
    if setting.failover_key:
        yield "failover key rebuilt-from-records"
    if setting.http_replication:
        yield "failover replication http"
    yield f"failover link STATE {state}"
    yield "failover interface ip FOLINK 172.16.255.1 255.255.255.252 standby 172.16.255.2"
    yield "failover interface ip STATE 172.16.255.5 255.255.255.252 standby 172.16.255.6"


def _trustpoint(setting: Setting) -> Iterator[str]:
    """What clients meet, where the units hold different certificates for it."""
    if setting.certificates_differ:
        yield f"crypto ca trustpoint {_TRUSTPOINT}"
        yield " enrollment terminal"
        yield " crl configure"
        yield f"ssl trust-point {_TRUSTPOINT} {setting.interfaces[0]}"


def _webvpn(setting: Setting) -> Iterator[str]:
    yield "webvpn"
    yield f" enable {setting.interfaces[0]}"
    for order, package in enumerate(setting.packages, 1):
        yield f' anyconnect image {package.path} {order} regex "{REGEX[package.platform]}"'
    yield " anyconnect enable"
