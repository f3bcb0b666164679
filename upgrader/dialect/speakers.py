"""Which of two units said what, in saved output: by serial and by role, never by host name.

Both units of a pair have one host name, and an address moves from one to the other. What tells
them apart is `pri` or `sec` in a prompt, `show failover`, `failover lan unit`, and serial numbers.
A reply that stands between those of two units, with nothing that tells whose it is, is nobody's.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from upgrader.dialect import commands
from upgrader.dialect.transcripts import Exchange
from upgrader.model.failover import Role

_UNIT = re.compile(r"^\s*Failover unit (Primary|Secondary)\s*$", re.MULTILINE)
_HOST = re.compile(r"^\s*This host(?:\s*:|\s+-)\s+(Primary|Secondary)\b", re.MULTILINE)
_STATE = re.compile(r"^\s*This host(?:\s*:|\s+-)\s+(?:Primary|Secondary) - (\S+)", re.MULTILINE)
_SERIALS = re.compile(r"^\s*Serial Number: Ours (\w{1,40}), Mate (\w{1,40})\s*$", re.MULTILINE)
_SERIAL = re.compile(r"^:?\s*Serial Number: *(\w{1,40})\s*$", re.MULTILINE)
_LAN_UNIT = re.compile(r"^\s*failover lan unit (primary|secondary)\s*$", re.MULTILINE)
_CONFIGS = (commands.SHOW_RUNNING, commands.SHOW_STARTUP)
_WORDS = {
    "primary": Role.PRIMARY,
    "pri": Role.PRIMARY,
    "secondary": Role.SECONDARY,
    "sec": Role.SECONDARY,
}
_STATES = {"active": True, "act": True, "standby": False, "stby": False}


@dataclass(frozen=True, slots=True)
class Source:
    """A piece of saved output: a log, or one reply."""

    name: str
    """`fw1/show-tech.log`."""
    group: str
    """What its name has in common with others of the same unit."""
    exchanges: tuple[Exchange, ...]


@dataclass(slots=True)
class Told:
    """What was found out."""

    replies: dict[Role, dict[str, str]] = field(
        default_factory=lambda: {Role.PRIMARY: {}, Role.SECONDARY: {}}
    )
    """By unit and line; the last one of several."""
    active: Role | None = None
    """Who said last that it is active; None: nobody."""
    serials: dict[str, Role] = field(default_factory=dict)
    unclear: list[str] = field(default_factory=list)
    """Replies that nobody can be told to have given, in a sentence each."""


def tell_apart(sources: Sequence[Source]) -> Told:
    """Give each reply to its unit."""
    told = Told()
    told.serials = _serials(sources)
    groups: dict[str, Role | None] = {}
    for source in sources:
        for role in _evidence_in(source, told.serials):
            known = groups.setdefault(source.group, role)
            if known is not role:
                groups[source.group] = None
    pending: list[tuple[Source, Exchange]] = []
    for source in sources:
        owner = groups.get(source.group) or role_in_name(source.name) or _akin(source.name, groups)
        for exchange, speaker in _attributed(source, told.serials, owner):
            if speaker is None:
                pending.append((source, exchange))
            else:
                _keep(told, speaker, exchange)
    for source, exchange in pending:
        by_state = _active_in_name(source.name)
        if by_state is None or told.active is None:
            sentence = f"{source.name}: which unit answered `{exchange.line}`"
            if sentence not in told.unclear:
                told.unclear.append(sentence)
        else:
            _keep(told, told.active if by_state else told.active.other, exchange)
    return told


def _keep(told: Told, role: Role, exchange: Exchange) -> None:
    role = role.other if exchange.for_mate else role
    told.replies[role][exchange.line] = exchange.reply
    state = _STATE.search(exchange.reply) if exchange.line == commands.SHOW_FAILOVER else None
    if state is not None and state[1] == "Active":
        told.active = role


def _serials(sources: Sequence[Source]) -> dict[str, Role]:
    """Serial numbers with their roles, by those who told both."""
    found: dict[str, Role] = {}
    for source in sources:
        own: set[str] = set()
        roles: set[Role] = set()
        for exchange in source.exchanges:
            if exchange.for_mate:
                continue
            pair, role = _SERIALS.search(exchange.reply), _role_said(exchange)
            if role is not None:
                roles.add(role)
            if pair is not None and role is not None:
                found[pair[1]], found[pair[2]] = role, role.other
            serial = _serial_said(exchange)
            if serial is not None:
                own.add(serial)
        if len(own) == 1 and len(roles) == 1:
            found.setdefault(own.pop(), roles.pop())
    if len(found) == 1:
        # Of two units the other one has the other role.
        ((known, role),) = found.items()
        others = {s for source in sources for e in source.exchanges if (s := _serial_said(e))}
        others.discard(known)
        if len(others) == 1:
            found[others.pop()] = role.other
    return found


def _serial_said(exchange: Exchange) -> str | None:
    if exchange.line == commands.SHOW_VERSION or exchange.line in _CONFIGS:
        serial = _SERIAL.search(exchange.reply)
        return None if serial is None else serial[1]
    return None


def _role_said(exchange: Exchange) -> Role | None:
    """The role of the unit that answered, by its own words or its prompt."""
    prompt = exchange.prompt
    if prompt is not None and prompt.role is not None and not exchange.for_mate:
        return prompt.role
    if exchange.line in (commands.SHOW_FAILOVER, commands.SHOW_FAILOVER_STATE):
        unit = _UNIT.search(exchange.reply) or _HOST.search(exchange.reply)
        return None if unit is None else Role(unit[1])
    if exchange.line in _CONFIGS:
        unit = _LAN_UNIT.search(exchange.reply)
        return None if unit is None else Role(unit[1].capitalize())
    return None


def _evident(exchange: Exchange, serials: Mapping[str, Role]) -> Role | None:
    """Who was at the console, as far as this exchange tells by itself."""
    role = _role_said(exchange)
    if role is None:
        serial = _serial_said(exchange)
        role = None if serial is None else serials.get(serial)
    return role.other if role is not None and exchange.for_mate else role


def _evidence_in(source: Source, serials: Mapping[str, Role]) -> Iterator[Role]:
    for exchange in source.exchanges:
        role = _evident(exchange, serials)
        if role is not None:
            yield role


def _attributed(
    source: Source, serials: Mapping[str, Role], owner: Role | None
) -> Iterator[tuple[Exchange, Role | None]]:
    """Each exchange with who was at the console; None: not known."""
    evident = [_evident(exchange, serials) for exchange in source.exchanges]
    before: list[Role | None] = []
    for role in evident:
        before.append(role or (before[-1] if before else None))
    after: list[Role | None] = []
    for role in reversed(evident):
        after.append(role or (after[-1] if after else None))
    after.reverse()
    for exchange, said, last, following in zip(
        source.exchanges, evident, before, after, strict=True
    ):
        if said is not None:
            yield exchange, said
        elif last is not None and following is not None and last is not following:
            yield exchange, None
        else:
            yield exchange, last or following or owner


def _akin(name: str, groups: Mapping[str, Role | None]) -> Role | None:
    """The unit of the one group all of whose words stand in that name; None: none, or two."""
    words = set(_tokens(name))
    found = {
        role
        for group, role in groups.items()
        if role is not None and (own := set(_tokens(group))) and own <= words
    }
    return found.pop() if len(found) == 1 else None


def _tokens(name: str) -> list[str]:
    return [word for word in re.split(r"[^a-z0-9]+", name.lower()) if word]


def role_in_name(name: str) -> Role | None:
    """The unit that a file's name speaks of: `fw-pri.log`; None: none, or both."""
    found = {_WORDS[word] for word in _words(name) if word in _WORDS}
    return found.pop() if len(found) == 1 else None


def _active_in_name(name: str) -> bool | None:
    found = {_STATES[word] for word in _words(name) if word in _STATES}
    return found.pop() if len(found) == 1 else None


def _words(name: str) -> list[str]:
    return re.split(r"[^a-z]+", name.lower())
