"""Replies without a prompt: which line a saved screen answers, by its file's name or its words."""

import re
from collections.abc import Callable, Iterator, Sequence

from upgrader.dialect import commands
from upgrader.dialect.replies.bootvar import read_bootvar
from upgrader.dialect.replies.config import read_configuration
from upgrader.dialect.replies.connections import read_conn_count
from upgrader.dialect.replies.failover import read_show_failover
from upgrader.dialect.replies.failover_state import read_show_failover_state
from upgrader.dialect.replies.flash import read_dir
from upgrader.dialect.replies.history import read_show_failover_history
from upgrader.dialect.replies.packages import read_webvpn_anyconnect
from upgrader.dialect.replies.reload import read_show_reload
from upgrader.dialect.replies.sessions import read_session_summary, read_sessions
from upgrader.dialect.replies.version import read_show_version
from upgrader.dialect.secrets import masked
from upgrader.dialect.spelling import line_in_name
from upgrader.dialect.terminals.rows import Row
from upgrader.dialect.terminals.talk import Talk, Turn
from upgrader.dialect.terminals.typed import read_typed
from upgrader.dialect.transcripts import Exchange, digests_in
from upgrader.ports import Unparsed

_LONGEST_GUESS = 16_000_000
"""Characters of a reply whose line is guessed by its words."""
_SAVED_WORDS = ("startup", "saved", "nvram")

_POOL = re.compile(r"^\s*Begin\s+End\s+Mask\s+Free\s+Held\s+In use\s*$", re.MULTILINE)
_NAMED = re.compile(r"pool[ _.-]+(?P<name>[\w.-]{1,64})$", re.IGNORECASE)

_READERS: tuple[tuple[str, Callable[[str], object]], ...] = (
    (commands.SHOW_VERSION, read_show_version),
    (commands.SHOW_FAILOVER, read_show_failover),
    (commands.SHOW_FAILOVER_STATE, read_show_failover_state),
    (commands.SHOW_FAILOVER_HISTORY, read_show_failover_history),
    (commands.DIR, read_dir),
    (commands.SHOW_PACKAGES, read_webvpn_anyconnect),
    (commands.SHOW_SESSION_SUMMARY, read_session_summary),
    (commands.SHOW_SESSIONS, read_sessions),
    (commands.SHOW_RELOAD, read_show_reload),
    (commands.SHOW_CONN_COUNT, read_conn_count),
    (commands.SHOW_BOOTVAR, read_bootvar),
    (commands.SHOW_RUNNING, read_configuration),
)
"""By whom a reply is known whose line nobody wrote down; a configuration is looked for last."""


def alone(stem: str, text: str) -> Iterator[Exchange]:
    """A reply on its own, whose line its file's name or its words tell."""
    digests = tuple(digests_in(text))
    if digests:
        yield from digests
        return
    pool = _pool_in(stem, text)
    line = pool or line_in_name(stem) or _line_of(text)
    if line == commands.SHOW_RUNNING and any(word in stem.lower() for word in _SAVED_WORDS):
        line = commands.SHOW_STARTUP
    if line is not None:
        yield Exchange(line, text, None)


def _pool_in(stem: str, text: str) -> str | None:
    """The line of an address pool's screen; the pool is called as the file says, if it does."""
    if _POOL.search(text[:2_000]) is None:
        return None
    named = _NAMED.search(stem)
    return commands.show_pool("POOL" if named is None else named["name"])


def alone_in(name: str, rows: Sequence[Row]) -> Talk | None:
    """The same, of the rows of a file; None: nothing tells what they answer."""
    text = "".join(f"{row.text}\n" for row in rows)
    found = tuple(alone(_stem(name), text))
    if not found or not rows:
        return None
    talk = Talk()
    for exchange in found:
        first, last = 1, len(rows)
        if len(found) > 1 or exchange.reply != text:
            start = text.find(exchange.reply)
            first = last = text.count("\n", 0, max(0, start)) + 1
        asks, reply = read_typed(exchange.line), masked(exchange.reply)
        talk.items.append(
            Turn(first, rows[first - 1].at, exchange.line, asks, None, reply, first, last, None)
        )
    return talk


def _line_of(text: str) -> str | None:
    if len(text) > _LONGEST_GUESS:
        return None
    for line, read in _READERS:
        try:
            read(text)
        except Unparsed:
            continue
        return line
    return None


def _stem(name: str) -> str:
    """A file's name without its folders and its last suffix."""
    file = name.rpartition("/")[2]
    return file.rpartition(".")[0] or file
