"""The surroundings of a unit: what a wide look asks for beyond a full one."""

from collections.abc import Callable
from functools import lru_cache, partial
from typing import TypeVar

from upgrader.conduct.questions import Questions
from upgrader.dialect import commands
from upgrader.dialect.replies.certificates import read_certificates
from upgrader.dialect.replies.clock import read_clock, read_ntp_status
from upgrader.dialect.replies.config import read_config_text
from upgrader.dialect.replies.hostscan import hostscan_line, read_hostscan
from upgrader.dialect.replies.interfaces import read_interfaces
from upgrader.dialect.replies.kinds import read_session_kinds
from upgrader.dialect.replies.licences import read_licences, read_register
from upgrader.dialect.replies.local_ca import read_local_ca
from upgrader.dialect.replies.master_key import read_master_key
from upgrader.dialect.replies.modules import read_modules
from upgrader.dialect.replies.resources import read_cpu_usage, read_memory
from upgrader.dialect.replies.routes import read_routes
from upgrader.dialect.replies.sessions import read_sessions
from upgrader.dialect.replies.smart_licence import read_smart_licence
from upgrader.dialect.replies.startup_errors import read_startup_errors
from upgrader.dialect.replies.translations import read_xlate_count
from upgrader.model.wide import ConfigText, HostScan, SessionKind, WideLook

T = TypeVar("T")

# As for a full look: between two looks most of these screens do not change.
_text = lru_cache(maxsize=16)(read_config_text)
_kinds = lru_cache(maxsize=64)(read_session_kinds)
_interfaces = lru_cache(maxsize=16)(read_interfaces)
_routes = lru_cache(maxsize=8)(read_routes)
_modules = lru_cache(maxsize=16)(read_modules)
_certificates = lru_cache(maxsize=16)(read_certificates)
_licences = lru_cache(maxsize=16)(read_licences)
_startup_errors = lru_cache(maxsize=16)(read_startup_errors)
_xlate_count = lru_cache(maxsize=16)(read_xlate_count)
_ntp_status = lru_cache(maxsize=16)(read_ntp_status)
_memory = lru_cache(maxsize=16)(read_memory)
_cpu = lru_cache(maxsize=16)(read_cpu_usage)

_PORTAL = ("Clientless", "WebVPN")


def look_around(questions: Questions) -> WideLook:
    """Ask for the surroundings, after `show version`, the summary and the running-config.

    What only some configurations have a use for is asked where the configuration names it; a
    configuration that was not understood names nothing.

    Raises:
        Dropped, NoAnswer: the conversation ended.
    """
    read = questions.read
    text = questions.read_again(commands.SHOW_RUNNING, _text)
    named = _named_in(ConfigText(()) if text is None else text)
    kinds = questions.read_again(commands.SHOW_SESSION_SUMMARY, _kinds)

    def where_named(line: str, reader: Callable[[str], T]) -> T | None:
        return read(line, reader) if line in named else None

    return WideLook(
        text=text,
        startup_errors=read(commands.SHOW_STARTUP_ERRORS, _startup_errors),
        interfaces=read(commands.SHOW_INTERFACES, _interfaces),
        routes=read(commands.SHOW_ROUTES, _routes),
        translations=read(commands.SHOW_XLATE_COUNT, _xlate_count),
        modules=read(commands.SHOW_MODULES, _modules),
        licences=questions.read_again(commands.SHOW_VERSION, _licences) or (),
        register=questions.read_again(commands.SHOW_VERSION, read_register),
        clock=read(commands.SHOW_CLOCK, read_clock),
        memory=read(commands.SHOW_MEMORY, _memory),
        cpu=read(commands.SHOW_CPU, _cpu),
        kinds=kinds,
        portal=read(commands.SHOW_PORTAL_SESSIONS, read_sessions) if _has_portal(kinds) else None,
        smart=where_named(commands.SHOW_SMART_LICENCES, read_smart_licence),
        ntp=where_named(commands.SHOW_NTP, _ntp_status),
        certificates=where_named(commands.SHOW_CERTIFICATES, _certificates),
        master_key=where_named(commands.SHOW_MASTER_KEY, read_master_key),
        hostscan=_hostscan(questions, named),
        local_ca=where_named(commands.SHOW_LOCAL_CA, read_local_ca),
    )


_ASKED_WHERE = (
    (commands.SHOW_SMART_LICENCES, "license smart"),
    (commands.SHOW_NTP, "ntp server "),
    (commands.SHOW_CERTIFICATES, "crypto ca trustpoint "),
    (commands.SHOW_MASTER_KEY, "password encryption aes"),
    (commands.SHOW_LOCAL_CA, "crypto ca server"),
)
"""Lines that are asked where a line of the configuration begins so."""


@lru_cache(maxsize=16)
def _named_in(text: ConfigText) -> frozenset[str]:
    """The lines that this configuration has a use for."""
    named = {line for line, beginning in _ASKED_WHERE if text.has(beginning)}
    hostscan = hostscan_line(text)
    return frozenset(named if hostscan is None else {*named, hostscan})


def _has_portal(kinds: tuple[SessionKind, ...] | None) -> bool:
    return any(kind.active and kind.name.startswith(_PORTAL) for kind in kinds or ())


def _hostscan(questions: Questions, named: frozenset[str]) -> HostScan | None:
    """By the line that this release knows."""
    for line in (commands.SHOW_HOSTSCAN, commands.SHOW_CSD_HOSTSCAN, commands.SHOW_CSD):
        if line in named:
            return questions.read(line, partial(read_hostscan, line=line))
    return None
