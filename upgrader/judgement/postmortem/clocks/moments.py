"""Which records tell of one moment, so that two clocks can be compared.

A moment has a key; two records of one key, by two clocks, are two stamps of it. The same message
in two files is the best of them; next come what both units say of one happening, and what one
says a little after the other.
"""

from collections.abc import Hashable, Iterator, Mapping

from upgrader.judgement.postmortem.clocks.offsets import Witness
from upgrader.model.evidence import Record, What
from upgrader.model.failover import Role

Moment = tuple[Hashable, ...]

# One unit does, and its mate says so too: what the one says, what the other says.
_MIRRORED: Mapping[What, tuple[str, bool]] = {
    What.TO_ACTIVE: ("role", False),
    What.TO_STANDBY: ("role", True),
    What.CLIENT_TO_ACTIVE: ("client", False),
    What.CLIENT_TO_STANDBY: ("client", True),
    What.SYNC_SENDING: ("sync", False),
    What.SYNC_RECEIVING: ("sync", True),
    What.SYNC_SENT: ("synced", False),
    What.SYNC_RECEIVED: ("synced", True),
    What.BULK_STARTED: ("bulk", False),
    What.BULK_RECEIVING: ("bulk", True),
    What.BULK_ENDED: ("bulked", False),
    What.BULK_RECEIVED: ("bulked", True),
}
"""The key's name, and whether it is the mate of the speaker who gives the key its unit."""

_STATE_SHOWS: Mapping[str, str] = {"Sync Config": "sync", "Bulk Sync": "bulk"}
"""What its mate tells when a unit comes into that state (inferred)."""

_BOTH_SAY = frozenset(
    {
        What.LINK_DOWN,
        What.LINK_UP,
        What.CONTROL_DOWN,
        What.CONTROL_UP,
        What.DATA_DOWN,
        What.DATA_UP,
    }
)
_WEB: Mapping[What, str] = {
    What.LOGGED_IN: "web",
    What.WEB_SESSION_COPIED: "web",
    What.ENDED: "unweb",
    What.WEB_SESSION_DELETED: "unweb",
}
_COMES = frozenset({What.PEER_UP, What.PEER_PRESENT})
_STARTS = frozenset({What.STARTUP_BEGIN, What.STARTUP_END})
_LEAVES = frozenset({What.RELOADED_BY, What.SHUTTING_DOWN})


def command_of(text: str) -> str:
    """A typed line as it is compared: blanks and case do not count."""
    return " ".join(text.split()).lower()


def same_line(typed: str, logged: str) -> bool:
    """Whether the one is the other, or what was typed for it: `wr` for `write memory`.

    Both as `command_of` has them. Each word may be abbreviated; `wr` and the like may leave the
    last word out.
    """
    if typed == logged:
        return True
    short, long = typed.split(), logged.split()
    if short and short[0] == "wr" and len(short) == 1:
        return long == ["write", "memory"]
    return len(short) == len(long) and all(
        word.startswith(begun) for begun, word in zip(short, long, strict=True)
    )


_TELLING = frozenset(
    {*_MIRRORED, *_BOTH_SAY, *_WEB, *_COMES, *_STARTS, *_LEAVES}
    | {What.COMMAND, What.STATE, What.PEER_STATE, What.PEER_ABSENT}
)
"""What tells more than that the same message stands in two places."""


def moments(record: Record, writer: Role | None) -> Iterator[tuple[Witness, Moment]]:
    """The moments that a record stamps, each with how well."""
    what, unit, fields = record.what, record.unit or writer, record.fields
    if record.number is not None and what is not What.OPAQUE:
        yield Witness.SAME, (record.number, record.text)
    if what not in _TELLING:
        return
    if what is What.COMMAND:
        yield Witness.TWIN, ("typed", command_of(fields.get("command", record.text)))
    elif what in _BOTH_SAY:
        yield Witness.FAINT, ("both", what)
    elif (named := _WEB.get(what)) is not None:
        yield Witness.FAINT, (named, fields.get("user", ""), fields.get("public", ""))
    if unit is None:
        return
    mirrored = _MIRRORED.get(what)
    if mirrored is not None:
        name, is_mates = mirrored
        yield Witness.TWIN, (name, unit.other if is_mates else unit)
    elif what is What.STATE:
        yield from _state(unit, fields.get("state", ""))
    elif what is What.PEER_STATE:
        yield Witness.FAINT, ("state", unit.other, fields.get("state", ""))
    elif what in _STARTS:
        yield Witness.LOOSE, ("up", unit)
    elif what in _LEAVES:
        yield Witness.LOOSE, ("gone", unit)
    if what in _COMES:
        yield Witness.LOOSE, ("up", unit.other)
    elif what is What.PEER_ABSENT:
        yield Witness.LOOSE, ("gone", unit.other)


def _state(unit: Role, state: str) -> Iterator[tuple[Witness, Moment]]:
    yield Witness.FAINT, ("state", unit, state)
    if (name := _STATE_SHOWS.get(state)) is not None:
        yield Witness.FAINT, (name, unit.other)
