"""The doors of a unit: who logs in over SSH, and which files come and go by SCP."""

from dataclasses import replace

from upgrader.emulator.admission import accounts
from upgrader.emulator.config import path_of
from upgrader.emulator.machine import files
from upgrader.emulator.machine.releases import has, release_of
from upgrader.emulator.machine.repository import Supplied
from upgrader.emulator.state import File, Visits
from upgrader.emulator.syslog import log
from upgrader.emulator.tables import Pair
from upgrader.emulator.talk import CONSOLE, Conversation
from upgrader.emulator.wall import wall_of

MOST_SESSIONS = 5
"""SSH sessions on a unit at a time (ASA general operations guide, single mode)."""

_PORT = 50_022
"""The port that a client comes from, which is not modelled."""

_DEFAULT_PAGER = 24
_DAY_MS = 86_400_000
_HISTORY_DAYS = 90


def authenticate(pair: Pair, seat: str, user: str, password: str) -> bool:
    """Whether the unit at that seat lets the user in with that password. Changes nothing."""
    u = pair.owner_of(seat)
    return u is not None and accounts.opens(pair, u, user, password)


def turn_away(pair: Pair, seat: str, user: str, source: str) -> None:
    """A wrong password was given: it is counted, and logged."""
    u = pair.owner_of(seat)
    if u is None:
        return
    before = pair.units[u].visits.get(user, Visits())
    pair.units[u].visits[user] = replace(before, failed=before.failed + 1)
    log.tell(pair, u, 611_102, source=source, user=user)
    log.tell(pair, u, 605_004, source=source, port=_PORT, user=user, **_door(pair, u))


def keys_of(pair: Pair, seat: str, user: str) -> tuple[str, ...]:
    """The user's public keys as OpenSSH writes them; empty: none, or nobody answers there."""
    u = pair.owner_of(seat)
    return () if u is None else accounts.keys_of(pair.units[u], user)


def knows_key(pair: Pair, seat: str, user: str, blob: bytes) -> bool:
    """Whether that public key, in wire form, is one of the user's; hashed ones too."""
    u = pair.owner_of(seat)
    if u is None or accounts.service_of(pair.units[u], user) == "remote-access":
        return False
    return accounts.knows_key(pair.units[u], user, blob)


def sessions_full(pair: Pair, seat: str) -> bool:
    """Whether the unit at that seat has as many SSH sessions as it takes."""
    u = pair.owner_of(seat)
    return u is not None and _sessions(pair, u) >= MOST_SESSIONS


def _sessions(pair: Pair, u: int) -> int:
    open_now = (c for c in pair.conversations.values() if c.unit == u and c.source != CONSOLE)
    return sum(1 for _ in open_now)


def log_in(pair: Pair, seat: str, user: str, source: str) -> Conversation | None:
    """Open a session for a user who has proved who he is; what greets him waits in `unasked`.

    None: nobody answers at that seat, or the unit has no session left.
    """
    u = pair.owner_of(seat)
    if u is None or _sessions(pair, u) >= MOST_SESSIONS:
        return None
    unit = pair.units[u]
    is_admin = accounts.service_of(unit, user) == "admin"
    enabled = is_admin and accounts.enables_at_login(unit.running)
    privilege = accounts.privilege_of(pair, u, user) if enabled else 1
    pair.opened += 1
    conversation = Conversation(
        pair.opened,
        u,
        seat,
        "enable" if privilege > 1 else "exec",
        unasked=_greeting(pair, u, user),
        user=user,
        privilege=privilege,
        source=source,
        pager=pager_of(unit.running),
        width=width_of(unit.running),
    )
    pair.conversations[conversation.number] = conversation
    before = unit.visits.get(user, Visits())
    unit.visits[user] = Visits(before.count + 1, pair.now, source)
    _log_in(pair, u, conversation)
    return conversation


def leave(pair: Pair, number: int) -> None:
    """A conversation ends; of one over SSH the log says so."""
    conversation = pair.conversations.pop(number, None)
    if conversation is None or conversation.source == CONSOLE:
        return
    if pair.answers(conversation.unit):
        who = {"source": conversation.source, "user": conversation.user}
        interface = _door(pair, conversation.unit)["interface"]
        log.tell(pair, conversation.unit, 315_011, interface=interface, **who)
        log.tell(pair, conversation.unit, 611_103, user=conversation.user)


def _log_in(pair: Pair, u: int, conversation: Conversation) -> None:
    """611101 and 605005."""
    who = {"source": conversation.source, "user": conversation.user}
    log.tell(pair, u, 611_101, **who)
    log.tell(pair, u, 605_005, port=_PORT, **_door(pair, u), **who)


def _door(pair: Pair, u: int) -> dict[str, str]:
    """The interface and the address that a session comes in by."""
    port = pair.units[u].settings.management
    if port is None:
        return {"interface": "management", "address": CONSOLE}
    ours = port.address if pair.units[u].active_since is not None else port.standby
    return {"interface": port.name or "management", "address": ours or CONSOLE}


def pager_of(running: tuple[str, ...]) -> int:
    """`pager lines N` of the configuration; 24 where it says nothing, 0 for `no pager`."""
    for line in running:
        words = line.split()
        if words[0] == "pager" and words[-1].isdigit():
            return int(words[-1])
        if line == "no pager":
            return 0
    return _DEFAULT_PAGER


def width_of(running: tuple[str, ...]) -> int:
    """`terminal width N` of the configuration; 80 where it says nothing."""
    for line in running:
        words = line.split()
        if words[:2] == ["terminal", "width"] and words[-1].isdigit():
            return int(words[-1])
    return 80


def banners(running: tuple[str, ...], kind: str) -> str:
    """The lines of `banner exec|login|motd …`."""
    head = f"banner {kind}"
    lines = (line for line in running if line == head or line.startswith(f"{head} "))
    return "".join(f"{line.removeprefix(head).removeprefix(' ')}\n" for line in lines)


def _greeting(pair: Pair, u: int, user: str) -> str:
    """What a new session shows: a real 9.12 session; the history of logins is since 9.8."""
    unit = pair.units[u]
    shown = banners(unit.running, "motd") + banners(unit.running, "exec")
    history = "no aaa authentication login-history" not in unit.running
    if history and has(release_of(unit.version), "login-history"):
        visits = unit.visits.get(user, Visits())
        days = max(1, min(_HISTORY_DAYS + 1, (pair.now - unit.booted_ms) // _DAY_MS + 1))
        last = ""
        if visits.last_ms is not None:
            last = f"Last login: {wall_of(pair, u).stamp(visits.last_ms)} from {visits.source}"
        shown += (
            f"User {user} logged in to {unit.settings.hostname}\n"
            f"Logins over the last {days} days: {visits.count + 1}.  {last}\n"
            f"Failed logins since the last login: {visits.failed}.  \n"
        )
    return shown + "Type help or '?' for a list of available commands.\n"


# ── files ──────────


def may_copy(pair: Pair, seat: str) -> bool:
    """Whether the unit at that seat lets files be copied by SCP: `ssh scopy enable`."""
    u = pair.owner_of(seat)
    return u is not None and "ssh scopy enable" in pair.units[u].running


def fetch(pair: Pair, u: int, path: str) -> File | None:
    """The file that unit u would hand out; None: there is none."""
    return files.file_at(pair.units[u], path)


def arrive(pair: Pair, u: int, path: str, file: File) -> str | None:
    """A file has arrived by SCP; why it is not kept, or None.

    `file` carries its size, its digests and what it is known by; whether it boots is read from
    its name. The wording is inferred: no ASA's is on record.
    """
    if not pair.answers(u):
        return "Connection lost"
    where = path_of(path)
    if files.is_folder(pair.units[u], where):
        return "Is a directory"
    if not where.startswith("disk0:/"):
        return "No such file or directory"
    if file.bytes > files.room_for(pair, u, path):
        return "No space left on device"
    supplied = Supplied(file.bytes, file.content, None, file.md5, file.sha512, file.text)
    pair.changes += 1
    files.put(pair, u, where, files.arrived(pair, where, supplied, pair.now))
    return None
