"""Which of two units sat at the other end of a terminal, line by line.

A prompt that shows `pri` or `sec` says so itself. Else what a unit says of itself counts (`This
host: Primary`, `failover lan unit`, a serial number that is known), for as long as nothing parts
one session from the next: a lost connection, a login, a new log. A change of roles that was typed
may part them too: over SSH the address goes over to the mate, and a serial console stays.
"""

import re
from collections.abc import Mapping, Sequence

from upgrader.dialect.speakers import role_in_name
from upgrader.dialect.terminals.talk import Border, Item, Said, Stood, Turn
from upgrader.model.evidence import What
from upgrader.model.failover import Role

_UNIT = re.compile(r"^\s*Failover unit (Primary|Secondary)\s*$", re.MULTILINE)
_HOST = re.compile(r"^\s*This host(?:\s*:|\s+-)\s+(Primary|Secondary)\b", re.MULTILINE)
_LAN_UNIT = re.compile(r"^\s*failover lan unit (primary|secondary)\s*$", re.MULTILINE)
_SERIALS = re.compile(r"^\s*Serial Number: Ours (\w{1,40}), Mate (\w{1,40})\s*$", re.MULTILINE)
_SERIAL = re.compile(r"^:?\s*Serial Number: *(\w{1,40})\s*$", re.MULTILINE)
_LEAVING = ("exit", "quit", "logout")
_NEAR = 40
"""Items that are looked back at, behind a login. Our choice."""
_SPEAKING = ("show failover", "show running-config", "show startup-config", "more system")


def consoles(
    items: Sequence[Item], name: str, known_serials: Mapping[str, Role] | None = None
) -> list[Role | None]:
    """At whose console each item stands; None: nothing tells.

    `name`: the file's; it counts where nothing else does. `known_serials`: what others tell.
    """
    serials = {**(known_serials or {}), **_serials(items)}
    said = [_said(item, serials) for item in items]
    borders = [_parts(items, place) for place in range(len(items))]
    last: list[Role | None] = []
    known: Role | None = None
    for role, parted in zip(said, borders, strict=True):
        known = role or (None if parted else known)
        last.append(known)
    following: list[Role | None] = []
    known = None
    for role, parted in zip(reversed(said), reversed(borders), strict=True):
        known = role or known
        following.append(known)
        if parted:
            known = None
    following.reverse()
    named = _role_in_path(name)
    found: list[Role | None] = []
    others = _strangers(items)
    at_prompt: Role | None = None
    for place, (item, own, before, after) in enumerate(
        zip(items, said, last, following, strict=True)
    ):
        if borders[place]:
            at_prompt = None
        if isinstance(item, Turn | Stood):
            at_prompt = None if item.prompt is None else item.prompt.role
        if isinstance(item, Turn | Stood) and _host(item) in others:
            found.append(None)
        elif isinstance(item, Said) and own is None and at_prompt is not None:
            # It stands behind a prompt that names its unit; a greeting may be the next one's.
            greets = item.notice.what is What.ADMIN_IN or item.notice.fields.get("stage") == "up"
            found.append(None if greets and before is not after else at_prompt)
        elif own is not None:
            found.append(own)
        elif before is not None and after is not None and before is not after:
            found.append(None)
        else:
            found.append(before or after or named)
    return found


def _strangers(items: Sequence[Item]) -> set[str | None]:
    """Hosts that are no units of the pair: where others' prompts show a role, theirs never do.

    A unit without its configuration shows none, and has its maker's name.
    """
    prompts = [item.prompt for item in items if isinstance(item, Turn | Stood) and item.prompt]
    ours = {each.hostname for each in prompts if each.role is not None}
    if not ours:
        return set()
    return {each.hostname for each in prompts} - ours - {None, "ciscoasa"}


def _host(item: Turn | Stood) -> str | None:
    return None if item.prompt is None else item.prompt.hostname


def _role_in_path(name: str) -> Role | None:
    """The unit that a file's name speaks of, or the nearest folder above it that does."""
    for part in reversed(name.split("/")):
        role = role_in_name(part)
        if role is not None:
            return role
    return None


def answering(turn: Turn, console: Role | None) -> Role | None:
    """Who answered a line that was typed at that unit's console."""
    whom, prompt = turn.asks.whom, turn.prompt
    if not whom:
        return console
    if console is None:
        return None
    if whom == "mate":
        return console.other
    if prompt is None or prompt.active is None:
        return None
    return console if prompt.active is (whom == "active") else console.other


def _said(item: Item, serials: Mapping[str, Role]) -> Role | None:
    """Who is at the console, as far as this item tells by itself."""
    match item:
        case Stood(prompt=prompt):
            return prompt.role
        case Turn(prompt=prompt):
            if prompt is not None and prompt.role is not None:
                return prompt.role
            role = _speaker(item, serials)
            return role.other if role is not None and item.asks.whom == "mate" else role
        case _:
            return None


def _speaker(turn: Turn, serials: Mapping[str, Role]) -> Role | None:
    """Who answered, by the answer; of a line for the active or the standby unit it is not told."""
    if turn.asks.whom in ("active", "standby"):
        return None
    if turn.asks.line.startswith(_SPEAKING):
        for pattern in (_UNIT, _HOST, _LAN_UNIT):
            found = pattern.search(turn.reply)
            if found is not None:
                return Role(found[1].capitalize())
    serial = _own_serial(turn)
    return None if serial is None else serials.get(serial)


def _own_serial(turn: Turn) -> str | None:
    if not turn.asks.line.startswith(("show version", "show running", "show startup")):
        return None
    found = _SERIAL.search(turn.reply)
    return None if found is None else found[1]


def _serials(items: Sequence[Item]) -> dict[str, Role]:
    """Serial numbers with their roles, by those who told both."""
    known: dict[str, Role] = {}
    for item in items:
        if not isinstance(item, Turn) or item.asks.whom:
            continue
        pair, unit = _SERIALS.search(item.reply), _UNIT.search(item.reply)
        if pair is not None and unit is not None:
            role = Role(unit[1])
            known[pair[1]], known[pair[2]] = role, role.other
        serial = _own_serial(item)
        if serial is not None and item.prompt is not None and item.prompt.role is not None:
            known.setdefault(serial, item.prompt.role)
    return known


def _parts(items: Sequence[Item], place: int) -> bool:
    """Whether another unit may speak from the next item on, or does from this one."""
    match items[place]:
        case Border():
            return True
        case Said(notice=notice) if notice.what is What.ADMIN_IN:
            return not _has_booted(items[max(0, place - _NEAR) : place])
        case _:
            pass
    # The lines below were typed, or said, at the old console: the border lies behind them.
    match items[place - 1] if place else None:
        case Said(notice=notice):
            return notice.parts
        case Turn(asks=asks, prompt=prompt) if asks.line in _LEAVING and not asks.whom:
            return prompt is None or prompt.mode in ("exec", "enable")
        case Turn(asks=asks) if asks.moves_role:
            return not _stays(items, place)
        case _:
            return False


def _has_booted(items: Sequence[Item]) -> bool:
    """Whether a unit was seen to boot there: whoever logs in behind it is at the same console."""
    booted = False
    for item in items:
        if isinstance(item, Said):
            booted = not item.notice.parts and (booted or item.notice.what is What.STARTUP_BEGIN)
    return booted


def _stays(items: Sequence[Item], place: int) -> bool:
    """Whether the same console goes on behind a change of roles: it prints that it changes."""
    for item in items[place : place + 8]:
        match item:
            case Said(notice=notice) if notice.what in (What.TO_ACTIVE, What.TO_STANDBY):
                return True
            case Said(notice=notice) if notice.parts:
                return False
            case Border():
                return False
            case Turn(prompt=prompt) if prompt is not None and prompt.active is not None:
                typed = items[place - 1]
                assert isinstance(typed, Turn), "it was looked at before"
                was = None if typed.prompt is None else typed.prompt.active
                return was is not None and prompt.active is not was
            case _:
                pass
    return False
