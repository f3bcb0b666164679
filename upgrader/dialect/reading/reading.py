"""What the tool understands of a text: the value it reads, and the lines that are new to it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from upgrader.dialect import commands
from upgrader.dialect.reading.known import KNOWN, is_known
from upgrader.dialect.replies.administrators import read_ssh_sessions
from upgrader.dialect.replies.bootvar import read_bootvar
from upgrader.dialect.replies.certificates import read_certificates
from upgrader.dialect.replies.clock import read_clock, read_ntp_status
from upgrader.dialect.replies.config import read_configuration
from upgrader.dialect.replies.connections import read_conn_count
from upgrader.dialect.replies.digest import read_verify
from upgrader.dialect.replies.failover import read_show_failover
from upgrader.dialect.replies.failover_state import read_show_failover_state
from upgrader.dialect.replies.flash import read_dir
from upgrader.dialect.replies.history import read_show_failover_history
from upgrader.dialect.replies.hostscan import read_hostscan
from upgrader.dialect.replies.interfaces import read_interfaces
from upgrader.dialect.replies.local_ca import read_local_ca
from upgrader.dialect.replies.master_key import read_master_key
from upgrader.dialect.replies.modules import read_modules
from upgrader.dialect.replies.packages import read_webvpn_anyconnect
from upgrader.dialect.replies.pool import read_pool
from upgrader.dialect.replies.reload import read_show_reload
from upgrader.dialect.replies.resources import read_cpu_usage, read_memory
from upgrader.dialect.replies.routes import read_routes
from upgrader.dialect.replies.screen import lines_of
from upgrader.dialect.replies.sessions import read_session_summary, read_sessions
from upgrader.dialect.replies.smart_licence import read_smart_licence
from upgrader.dialect.replies.startup_errors import read_startup_errors
from upgrader.dialect.replies.systems import read_client_systems
from upgrader.dialect.replies.translations import read_xlate_count
from upgrader.dialect.replies.version import read_show_version
from upgrader.dialect.spelling import spelled_out

_CHOSEN = ("NAME", "FILE")
"""Words of a form that stand for one of somebody's choosing."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A text, read."""

    command: str
    """As the tool types it."""
    value: object
    """A value of the model; None where that is what the screen says (no reload is scheduled)."""
    unknown_lines: tuple[str, ...]
    """The lines that are new to us, in their order, without indentation."""


class NoReader(Exception):
    """The tool has no use for that command's reply; the message offers what is near."""


_READERS: Mapping[str, Callable[[str, str], object]] = {
    commands.SHOW_FAILOVER: lambda _, text: read_show_failover(text),
    commands.SHOW_FAILOVER_STATE: lambda _, text: read_show_failover_state(text),
    commands.SHOW_FAILOVER_HISTORY: lambda _, text: read_show_failover_history(text),
    commands.SHOW_SESSIONS: lambda _, text: read_sessions(text),
    commands.SHOW_SESSION_SUMMARY: lambda _, text: read_session_summary(text),
    commands.show_pool("NAME"): read_pool,
    commands.SHOW_PACKAGES: lambda _, text: read_webvpn_anyconnect(text),
    commands.DIR: lambda _, text: read_dir(text),
    commands.SHOW_VERSION: lambda _, text: read_show_version(text),
    commands.SHOW_BOOTVAR: lambda _, text: read_bootvar(text),
    commands.SHOW_RELOAD: lambda _, text: read_show_reload(text),
    commands.SHOW_CONN_COUNT: lambda _, text: read_conn_count(text),
    commands.verify("FILE"): read_verify,
    commands.SHOW_SSH_SESSIONS: lambda _, text: read_ssh_sessions(text),
    commands.SHOW_RUNNING: lambda _, text: read_configuration(text),
    commands.SHOW_STARTUP: lambda _, text: read_configuration(text, commands.SHOW_STARTUP),
    commands.SHOW_PORTAL_SESSIONS: lambda _, text: read_sessions(text),
    commands.SHOW_SESSIONS_IN_DETAIL: lambda _, text: read_client_systems(text),
    commands.SHOW_CLOCK: lambda _, text: read_clock(text),
    commands.SHOW_NTP: lambda _, text: read_ntp_status(text),
    commands.SHOW_STARTUP_ERRORS: lambda _, text: read_startup_errors(text),
    commands.SHOW_INTERFACES: lambda _, text: read_interfaces(text),
    commands.SHOW_ROUTES: lambda _, text: read_routes(text),
    commands.SHOW_XLATE_COUNT: lambda _, text: read_xlate_count(text),
    commands.SHOW_MODULES: lambda _, text: read_modules(text),
    commands.SHOW_MEMORY: lambda _, text: read_memory(text),
    commands.SHOW_CPU: lambda _, text: read_cpu_usage(text),
    commands.SHOW_SMART_LICENCES: lambda _, text: read_smart_licence(text),
    commands.SHOW_CERTIFICATES: lambda _, text: read_certificates(text),
    commands.SHOW_MASTER_KEY: lambda _, text: read_master_key(text),
    commands.SHOW_HOSTSCAN: lambda _, text: read_hostscan(text),
    commands.SHOW_CSD_HOSTSCAN: lambda _, text: read_hostscan(text, commands.SHOW_CSD_HOSTSCAN),
    commands.SHOW_CSD: lambda _, text: read_hostscan(text, commands.SHOW_CSD),
    commands.SHOW_LOCAL_CA: lambda _, text: read_local_ca(text),
}
"""By form: (the word of somebody's choosing, the text) → the value."""

COMMANDS = tuple(KNOWN)
"""The forms of all commands whose replies are read."""


def read(typed: str, text: str) -> Reading:
    """Read the reply to a command. Words may be shortened; an echo and a prompt may stand around.

    Raises:
        NoReader: no reader for that command.
        Unparsed: the text is not understood; nothing of it is believed.
    """
    form, chosen = _form_of(typed)
    command = " ".join(chosen if word in _CHOSEN else word for word in form.split())
    value = _READERS[form](chosen, text)
    unknown = tuple(line for line in lines_of(command, text) if not is_known(form, line))
    return Reading(command, value, unknown)


def _form_of(typed: str) -> tuple[str, str]:
    """The form of a command, and the word of somebody's choosing in it; empty: it has none."""
    line = spelled_out(typed)
    if line == commands.SHOW_CLIENT_SYSTEMS:
        line = commands.SHOW_SESSIONS_IN_DETAIL  # Whole, or with the filter that the tool types.
    for form in () if line is None else _READERS:
        if form == line:
            return form, ""
        head, _, last = form.rpartition(" ")
        assert line is not None, "there is no form of what is not understood"
        if last in _CHOSEN and line.startswith(f"{head} "):
            return form, line.removeprefix(f"{head} ")
    wanted = " ".join(typed.lower().split())
    near = get_close_matches(wanted, COMMANDS, n=1)
    meant = f"; did you mean {near[0]!r}?" if near else "."
    raise NoReader(f"no reply to {typed!r} is read{meant} These are: {', '.join(COMMANDS)}")
