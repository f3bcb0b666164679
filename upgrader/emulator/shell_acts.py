"""The lines of EXEC mode that change something: patterns and what they do.

What a line does is done by the modules that own the tables; here stand its words and what the
device prints. Texts without a source are marked.
"""

from functools import partial

from upgrader.emulator import chassis, failover, replication, vpn
from upgrader.emulator.config import path_of
from upgrader.emulator.screens import configuration, flash
from upgrader.emulator.screens.failover import holds_active
from upgrader.emulator.shell_shows import Deed
from upgrader.emulator.shell_talk import UNREACHABLE, Spoken, Talk

Question = tuple[str, str]

_SHUTDOWN = (
    "\n\n***\n"
    "*** --- START GRACEFUL SHUTDOWN ---\n"
    "Shutting down isakmp\n"
    "Shutting down webvpn\n"
    "Shutting down License Controller\n"
    "Shutting down File system\n"
    "\n\n\n***\n"
    "*** --- SHUTDOWN NOW ---\n"
)
"""Real console of an ASA 5506."""


def _asks(talk: Talk, *questions: Question) -> Spoken:
    """Ask before acting. Through `failover exec` nothing can be answered, so nothing happens."""
    if talk.remote:
        return Spoken("".join(f"{question}\n" for question, _ in questions[:1]))
    talk.conversation.pending = questions
    return Spoken("")


def _took(talk: Talk, due: int) -> str:
    """`0.670 secs`: how long a write takes."""
    ms = max(10, due - talk.pair.now)
    return f"{ms // 1_000}.{ms % 1_000:03d} secs"


def _write_memory(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    del arguments
    due = chassis.write_memory(talk.pair, talk.u)
    lines = talk.unit.running
    size = configuration.text_bytes(talk.pair, talk.u, lines)
    text = (
        "Building configuration...\n"
        f"Cryptochecksum: {configuration.checksum(lines)} \n"
        "\n"
        f"{size} bytes copied in {_took(talk, due)}\n"
        "[OK]\n"
    )
    return Spoken(text, due)


def _write_standby(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    del arguments
    if not holds_active(talk.unit):
        # Synthetic text: none was found for the standby.
        return Spoken("ERROR: write standby is only available on the active unit\n")
    if not replication.write_standby(talk.pair, talk.u):
        return Spoken(UNREACHABLE)
    return Spoken("Building configuration...\n[OK]\n")


def _copy(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    source, target = arguments
    name = source.rpartition("/")[2]
    return _asks(
        talk,
        (f"\nSource filename [{name}]? ", ""),
        (
            f"\nDestination filename [{target.rpartition('/')[2]}]? ",
            f"copy /noconfirm {source} {target}",
        ),
    )


def _copy_noconfirm(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    source, target = arguments
    if "://" in source or "://" in target:
        remote = source if "://" in source else target
        return Spoken(f"\nAccessing {remote}...\n%Error opening {remote} (Timed out)\n")
    if source.lower() == "running-config":
        if target.lower() == "startup-config":
            return _write_memory(talk, ())
        return _save_copy(talk, path_of(target))
    file = flash.file_at(talk.pair, talk.u, source)
    if file is None:
        return Spoken(flash.missing(source))
    if file.bytes > flash.free_bytes(talk.pair, talk.u):
        return _no_space(target)
    due = chassis.copy_file(talk.pair, talk.u, path_of(source), path_of(target))
    return Spoken(
        f"\nCopy in progress...CCCCC\n\n{file.bytes} bytes copied in {_took(talk, due)}\n", due
    )


def _save_copy(talk: Talk, path: str) -> Spoken:
    lines = talk.unit.running
    size = configuration.text_bytes(talk.pair, talk.u, lines)
    if size > flash.free_bytes(talk.pair, talk.u):
        return _no_space(path)
    due = chassis.copy_running(talk.pair, talk.u, path)
    text = (
        f"\nCryptochecksum: {configuration.checksum(lines)} \n"
        f"!!\n{size} bytes copied in {_took(talk, due)}\n"
    )
    return Spoken(text, due)


def _no_space(path: str) -> Spoken:
    # The wording inside the parentheses is inferred.
    return Spoken(f"%Error writing {path_of(path)} (No space left on device)\n")


def _delete(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    path = path_of(arguments[-1])
    name = path.rpartition("/")[2]
    return _asks(
        talk,
        (f"\nDelete filename [{name}]? ", ""),
        (f"\nDelete {path}? [confirm]", f"delete /noconfirm {path}"),
    )


def _delete_noconfirm(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    path = path_of(arguments[-1])
    if flash.file_at(talk.pair, talk.u, path) is None:
        return Spoken(flash.missing(path).replace("opening", "deleting"))
    chassis.delete_file(talk.pair, talk.u, path)
    return Spoken("")


def _reload(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    del arguments
    proceed = ("Proceed with reload? [confirm] ", "reload noconfirm")
    if talk.unit.modified:
        save = ("System config has been modified. Save? [Y]es/[N]o:  ", "write memory")
        return _asks(talk, save, proceed)
    return _asks(talk, proceed)


def _reload_noconfirm(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    del arguments
    chassis.order_reload(talk.pair, talk.u)
    return Spoken(_SHUTDOWN)


def _reload_in(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    """`reload in [hh:]mm [noconfirm]`; the confirmation is taken as given."""
    hours, _, minutes = arguments[0].rpartition(":")
    if not minutes.isdigit() or not (hours.isdigit() or not hours):
        return Spoken("ERROR: % Invalid time\n")
    after_ms = (int(hours or 0) * 60 + int(minutes)) * 60_000
    chassis.order_reload(talk.pair, talk.u, after_ms)
    return Spoken("")


def _reload_cancel(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    del arguments
    cancelled = chassis.cancel_reload(talk.pair, talk.u)
    return Spoken("\n\n***\n*** --- SHUTDOWN ABORTED ---\n" if cancelled else _NOT_SCHEDULED)


_NOT_SCHEDULED = "No reload is scheduled.\n"


def _reload_standby(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    """Prints nothing on the active unit and returns at once; the mate goes dark later."""
    del arguments
    if not holds_active(talk.unit):
        # Synthetic text: what a standby answers is not known.
        return Spoken("ERROR: failover reload-standby is only available on the active unit\n")
    told = failover.reload_standby(talk.pair, talk.u)
    return Spoken("" if told else UNREACHABLE)


def _give_up_active(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    """The prompt comes back first; the roles move later (real ASAv 9.23(1) console)."""
    del arguments
    failover.give_up_active(talk.pair, talk.u)
    return Spoken("\n")


def _become_active(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    del arguments
    failover.become_active(talk.pair, talk.u)
    return Spoken("\n")


_LOGOFF = "Do you want to logoff the VPN session(s)? [confirm]"


def _logoff(words: str, talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    line = " ".join(("vpn-sessiondb logoff", words, *arguments, "noconfirm"))
    return _asks(talk, (_LOGOFF, line))


def _logoff_index(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    index = arguments[0]
    if not index.isdigit():
        return Spoken("ERROR: % Invalid index\n")
    count = vpn.logoff(talk.pair, talk.u, int(index))
    return Spoken(f"INFO: Number of sessions with index {index} logged off : {count}\n")


def _logoff_name(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    name = arguments[0]
    rows = tuple(index for index, row in sorted(talk.unit.rows.items()) if row.user == name)
    count = sum(vpn.logoff(talk.pair, talk.u, index) for index in rows)
    return Spoken(f'INFO: Number of sessions with name "{name}" logged off : {count}\n')


def _logoff_type(kind: str, talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    del arguments
    rows = tuple(sorted(talk.unit.rows))
    count = sum(vpn.logoff(talk.pair, talk.u, index) for index in rows)
    return Spoken(f'INFO: Number of sessions of type "{kind}" logged off : {count}\n')


ACTS: tuple[tuple[str, Deed], ...] = (
    ("write", _write_memory),
    ("write memory", _write_memory),
    ("write standby", _write_standby),
    ("copy <source> <target>", _copy),
    ("copy /noconfirm <source> <target>", _copy_noconfirm),
    ("delete <path>", _delete),
    ("delete /replicate <path>", _delete),
    ("delete /noconfirm <path>", _delete_noconfirm),
    ("delete /noconfirm /replicate <path>", _delete_noconfirm),
    ("reload", _reload),
    ("reload noconfirm", _reload_noconfirm),
    ("reload in <when>", _reload_in),
    ("reload in <when> noconfirm", _reload_in),
    ("reload cancel", _reload_cancel),
    ("failover reload-standby", _reload_standby),
    ("failover active", _become_active),
    ("no failover active", _give_up_active),
    ("vpn-sessiondb logoff index <number>", partial(_logoff, "index")),
    ("vpn-sessiondb logoff index <number> noconfirm", _logoff_index),
    ("vpn-sessiondb logoff name <user>", partial(_logoff, "name")),
    ("vpn-sessiondb logoff name <user> noconfirm", _logoff_name),
    ("vpn-sessiondb logoff anyconnect", partial(_logoff, "anyconnect")),
    ("vpn-sessiondb logoff anyconnect noconfirm", partial(_logoff_type, "anyconnect")),
    ("vpn-sessiondb logoff all", partial(_logoff, "all")),
    ("vpn-sessiondb logoff all noconfirm", partial(_logoff_type, "all")),
)
"""`delete` on the active unit replicates with and without `/replicate`; `copy` never does."""
