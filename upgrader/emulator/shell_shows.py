"""The shows, and other lines that change nothing: patterns and what they print."""

from collections.abc import Callable
from functools import partial

from upgrader.emulator.chassis import digest_of
from upgrader.emulator.screens import configuration, failover_views, flash, status, version
from upgrader.emulator.screens.failover import show_failover, show_monitor_interface
from upgrader.emulator.screens.packages import show_webvpn_anyconnect
from upgrader.emulator.screens.pools import show_ip_local_pool
from upgrader.emulator.screens.sessions import (
    NONE_OF_TYPE,
    show_vpn_sessiondb,
    show_vpn_sessiondb_anyconnect,
)
from upgrader.emulator.shell_talk import Spoken, Talk
from upgrader.emulator.tables import Pair

Deed = Callable[[Talk, tuple[str, ...]], Spoken]


def _screen(show: Callable[[Pair, int], str]) -> Deed:
    """A show without arguments."""

    def deed(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
        del arguments
        return Spoken(show(talk.pair, talk.u))

    return deed


def _text(text: str) -> Deed:
    """A line that always prints the same."""

    def deed(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
        del talk, arguments
        return Spoken(text)

    return deed


def _running(word: str) -> Deed:
    def deed(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
        wanted = " ".join((word, *arguments)) if word else " ".join(arguments)
        return Spoken(configuration.show_running_config(talk.pair, talk.u, wanted))

    return deed


def _pool(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    return Spoken(show_ip_local_pool(talk.pair, talk.u, arguments[0]))


def _sessions_of(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    return Spoken(show_vpn_sessiondb_anyconnect(talk.pair, talk.u, user=arguments[0]))


def _dir(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    return Spoken(flash.dir_(talk.pair, talk.u, arguments[0] if arguments else "disk0:/"))


def _verify(algorithm: str, talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    """Reading a file takes its size by `verify_bytes_per_s`; one that is not there, no time."""
    path, *expected = arguments
    file = flash.file_at(talk.pair, talk.u, path)
    if file is None:
        return Spoken(flash.missing(path))
    digest = digest_of(file.content) if algorithm == "SHA-512" else flash.md5_of(file.content)
    speed = talk.pair.scenario.timings.verify_bytes_per_s
    due = talk.pair.now + file.bytes * 1_000 // speed
    hash_given = expected[0] if expected else None
    return Spoken(flash.verify(path, file, algorithm, digest, hash_given), due)


def _more(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    """Only configurations that the unit saved are text; other files are named, not held."""
    path = arguments[0]
    if path.lower() == "system:running-config":
        return Spoken(configuration.saved_copy(talk.pair, talk.u, talk.unit.running))
    file = flash.file_at(talk.pair, talk.u, path)
    if file is None:
        return Spoken(flash.missing(path))
    text = flash.saved_text(file)
    return Spoken(text if text is not None else f"%Error reading {path} (Not a text file)\n")


_SECTIONS = (
    "boot system",
    "webvpn",
    "failover",
    "asdm",
    "ip local pool",
    "group-policy",
    "tunnel-group",
    "interface",
    "all",
)

# Tables of patterns; what a unit of this release also knows, and nobody here needs, is refused
# as the device refuses what it does not know.
SHOWS: tuple[tuple[str, Deed], ...] = (
    ("show version", _screen(version.show_version)),
    ("show inventory", _screen(version.show_inventory)),
    ("show module", _screen(version.show_module)),
    ("show failover", _screen(show_failover)),
    ("show failover state", _screen(failover_views.show_failover_state)),
    ("show failover history", _screen(failover_views.show_failover_history)),
    ("show failover interface", _screen(failover_views.show_failover_interface)),
    ("show failover statistics", _screen(failover_views.show_failover_statistics)),
    ("show monitor-interface", _screen(show_monitor_interface)),
    ("show vpn-sessiondb", _screen(show_vpn_sessiondb)),
    ("show vpn-sessiondb summary", _screen(show_vpn_sessiondb)),
    ("show vpn-sessiondb anyconnect", _screen(show_vpn_sessiondb_anyconnect)),
    ("show vpn-sessiondb anyconnect filter name <user>", _sessions_of),
    ("show vpn-sessiondb webvpn", _text(NONE_OF_TYPE)),
    ("show vpn-sessiondb l2l", _text(NONE_OF_TYPE)),
    ("show ip local pool <name>", _pool),
    ("show ip address", _screen(status.show_ip_address)),
    ("show interface ip brief", _screen(status.show_interface_ip_brief)),
    ("show webvpn anyconnect", _screen(show_webvpn_anyconnect)),
    ("show bootvar", _screen(configuration.show_bootvar)),
    ("show reload", _screen(status.show_reload)),
    ("show conn count", _screen(status.show_conn_count)),
    ("show logging", _screen(status.show_logging)),
    ("show clock", _screen(status.show_clock)),
    ("show checksum", _screen(configuration.show_checksum)),
    ("show flash:", _dir),
    ("show startup-config", _screen(configuration.show_startup_config)),
    ("show startup-config errors", _screen(configuration.show_startup_config_errors)),
    ("show running-config", _running("")),
    *((f"show running-config {section}", _running(section)) for section in _SECTIONS),
    *((f"show running-config {section} ...", _running(section)) for section in _SECTIONS),
    ("show running-config boot", _running("boot system")),
    ("show running-config ...", _running("")),
    ("dir", _dir),
    ("dir <path>", _dir),
    ("dir /all <path>", _dir),
    ("more <path>", _more),
    ("verify /sha-512 <path>", partial(_verify, "SHA-512")),
    ("verify /sha-512 <path> <hash>", partial(_verify, "SHA-512")),
    ("verify /md5 <path>", partial(_verify, "MD5")),
    ("verify /md5 <path> <hash>", partial(_verify, "MD5")),
    ("terminal pager <lines>", _text("")),
    ("terminal width <columns>", _text("")),
    ("terminal monitor", _text("")),
)
